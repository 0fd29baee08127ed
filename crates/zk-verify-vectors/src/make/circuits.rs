//! Proofs: real ones of every class of circuit, what is done to them, and forged ones.

use super::{
    Expect, Maker, code, encode, random,
    values::{test_setup, word},
};
use alloy_primitives::{Address, address, hex};
use anyhow::{Context, Result};
use ark_bn254::{Fq, Fr};
use ark_ff::{BigInteger, PrimeField};
use ezkl_import::{DigestSource, EzklProof, Settings, Srs, import_vk, import_vka};
use halo2_kzg_verifier::{VerifyingKey, shorten_proof};
use std::{fs, io::Cursor, path::Path};
use zk_verify_conformance::Vector;

/// Holds the key.
const KEY: Address = address!("00000000000000000000000000000000000be001");
/// Circuits that are drawn.
const DRAWN: u64 = 40;
/// The circuit whose proof is changed in every way, and one with two phases, to which the same is done.
const CHANGED: [&str; 2] = ["mlp", "bmm_freivalds"];

/// A key with a valid proof.
pub(super) struct Circuit {
    pub(super) name: String,
    pub(super) key: Vec<u8>,
    pub(super) s_g2: [u8; 128],
    pub(super) proof: Vec<u8>,
    pub(super) public_inputs: Vec<u8>,
    pub(super) points: usize,
    evaluations: usize,
}

/// What ezkl made.
pub(super) struct Fixtures {
    /// Under the perpetual powers of tau.
    pub(super) ppot: Circuit,
    /// Each under a test setup of its own.
    circuits: Vec<Circuit>,
}

impl Fixtures {
    pub(super) fn load(repository: &Path) -> Result<Self> {
        let mut folders = Vec::new();
        for entry in fs::read_dir(repository.join("tests/fixtures"))? {
            folders.push(entry?.path());
        }
        folders.sort();
        folders.push(repository.join("tests/fixtures-large/huge"));
        let circuits = folders
            .iter()
            .filter(|folder| folder.join("proof.json").exists());
        Ok(Fixtures {
            ppot: Circuit::load(&repository.join("tests/vectors/public-ppot"))?,
            circuits: circuits
                .map(|folder| Circuit::load(folder))
                .collect::<Result<_>>()?,
        })
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Circuit> {
        self.circuits.iter().chain([&self.ppot])
    }

    pub(super) fn named(&self, name: &str) -> Result<&Circuit> {
        let mut all = self.all();
        all.find(|circuit| circuit.name == name)
            .with_context(|| format!("no fixture {name}"))
    }
}

impl Circuit {
    /// From `proof.json` with `vka.bin`, or with `vk.key`, `settings.json` and `kzg_k1.srs`.
    fn load(folder: &Path) -> Result<Self> {
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read(&path).with_context(|| path.display().to_string())
        };
        let proof = EzklProof::from_json(&read("proof.json")?)?;
        let key = if folder.join("vka.bin").exists() {
            import_vka(&read("vka.bin")?)?
        } else {
            let settings = Settings::from_json(&read("settings.json")?)?;
            let srs = Srs::read(Cursor::new(read("kzg_k1.srs")?))?;
            import_vk(
                &read("vk.key")?,
                &settings,
                srs.trusted_setup,
                DigestSource::FromProof(&proof),
            )?
        };
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        Ok(Self::new(
            name.into_owned(),
            &key,
            proof.proof,
            proof.public_inputs,
        ))
    }

    pub(super) fn new(
        name: String,
        key: &VerifyingKey,
        proof: Vec<u8>,
        public_inputs: Vec<u8>,
    ) -> Self {
        Circuit {
            name,
            s_g2: key.trusted_setup().to_bytes(),
            points: key.num_proof_points() as usize,
            evaluations: key.num_evaluations() as usize,
            key: key.encode(),
            proof,
            public_inputs,
        }
    }

    /// The same with its proof in short form.
    pub(super) fn in_short_form(&self) -> Self {
        let key = VerifyingKey::decode(&self.key).expect("a key");
        let proof = shorten_proof(&key, &self.proof).expect("a proof in long form");
        let inputs = self.public_inputs.clone();
        Self::new(self.name.clone(), &key, proof, inputs)
    }

    /// Which word of a short proof point i is.
    pub(super) fn word_of_point(&self, i: usize) -> usize {
        let key = VerifyingKey::decode(&self.key).expect("a key");
        let before = self.points - key.num_opening_points() as usize;
        if i < before { i } else { i + self.evaluations }
    }

    /// `verifyWithKey` under this circuit's key and setup.
    pub(super) fn vector(
        &self,
        name: impl Into<String>,
        proof: &[u8],
        public_inputs: &[u8],
    ) -> Vector {
        Vector {
            accepted_setups: vec![hex::encode(self.s_g2)],
            code: code([(KEY, &self.key)]),
            ..Vector::new(name, &encode(Some(KEY), proof, public_inputs))
        }
    }

    /// Where evaluation i stands in the proof.
    fn evaluation(&self, i: usize) -> usize {
        64 * (self.points - 2) + 32 * i
    }

    /// Where point i stands; the last two follow the evaluations.
    fn point(&self, i: usize) -> usize {
        let evaluations = if i + 2 < self.points {
            0
        } else {
            32 * self.evaluations
        };
        64 * i + evaluations
    }
}

pub(super) fn make(maker: &mut Maker, fixtures: &Fixtures) -> Result<()> {
    for circuit in fixtures.all() {
        let name = format!("{}: a proof by ezkl", circuit.name);
        let vector = circuit.vector(name, &circuit.proof, &circuit.public_inputs);
        maker.add("proofs", vector, &Expect::Returns(true))?;
    }
    for name in CHANGED {
        rejections(maker, fixtures.named(name)?)?;
    }
    let (mlp, other) = (fixtures.named("mlp")?, fixtures.named("sigmoid")?);
    let vector = mlp.vector(
        "mlp: the proof of another circuit",
        &other.proof,
        &mlp.public_inputs,
    );
    maker.add("rejections", vector, &Expect::Returns(false))
}

/// Every class of change to a proof and its public inputs.
fn rejections(maker: &mut Maker, circuit: &Circuit) -> Result<()> {
    let mut add = |what: &str, proof: &[u8], inputs: &[u8]| {
        let name = format!("{}: {what}", circuit.name);
        let vector = circuit.vector(name, proof, inputs);
        maker.add("rejections", vector, &Expect::Returns(false))
    };
    let (proof, inputs) = (&circuit.proof[..], &circuit.public_inputs[..]);
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut changed = proof.to_vec();
        change(&mut changed);
        changed
    };

    add("no proof", &[], inputs)?;
    for less in [1, 32, 64] {
        add(
            &format!("{less} bytes of proof missing"),
            &proof[..proof.len() - less],
            inputs,
        )?;
        let longer = [proof, &vec![0; less]].concat();
        add(
            &format!("{less} zero bytes behind the proof"),
            &longer,
            inputs,
        )?;
    }
    add("no public inputs", proof, &[])?;
    add(
        "a public input missing",
        proof,
        &inputs[..inputs.len() - 32],
    )?;
    add(
        "a public input too many",
        proof,
        &[inputs, &[0; 32]].concat(),
    )?;
    add(
        "half a public input too many",
        proof,
        &[inputs, &[0; 16]].concat(),
    )?;
    for input in [0, inputs.len() / 32 - 1] {
        let at = 32 * input;
        for (what, word) in words::<Fr>(&inputs[at..at + 32]) {
            let changed = [&inputs[..at], &word, &inputs[at + 32..]].concat();
            add(&format!("public input {input} {what}"), proof, &changed)?;
        }
    }

    // One point of each part of the proof: advice, then the last before the evaluations, W and W'.
    for i in [
        0,
        circuit.points / 2,
        circuit.points - 3,
        circuit.points - 2,
        circuit.points - 1,
    ] {
        let at = circuit.point(i);
        let (x, y) = (at..at + 32, at + 32..at + 64);
        for (axis, range) in [("x", x.clone()), ("y", y.clone())] {
            for (what, word) in words::<Fq>(&proof[range.clone()]) {
                let changed = changed(&|p| p[range.clone()].copy_from_slice(&word));
                add(&format!("{axis} of point {i} {what}"), &changed, inputs)?;
            }
        }
        let identity = changed(&|p| p[at..at + 64].fill(0));
        add(&format!("point {i} is the identity"), &identity, inputs)?;
        let negated = negated(&proof[y.clone()]);
        let opposite = changed(&|p| p[y.clone()].copy_from_slice(&negated));
        add(&format!("point {i} is the opposite one"), &opposite, inputs)?;
        let another = circuit.point(if i == 1 { 2 } else { 1 });
        let replaced = changed(&|p| p.copy_within(another..another + 64, at));
        add(
            &format!("point {i} is another of the proof"),
            &replaced,
            inputs,
        )?;
    }
    for i in [0, circuit.evaluations / 2, circuit.evaluations - 1] {
        let at = circuit.evaluation(i);
        for (what, word) in words::<Fr>(&proof[at..at + 32]) {
            let changed = changed(&|p| p[at..at + 32].copy_from_slice(&word));
            add(&format!("evaluation {i} {what}"), &changed, inputs)?;
        }
    }
    Ok(())
}

/// Words to put in a word's place: another number, the modulus, the same number in another form.
fn words<F: PrimeField>(word: &[u8]) -> Vec<(&'static str, [u8; 32])> {
    let bytes = |n: num::Big| n.0;
    let value = num::Big::from(word);
    let modulus = num::Big::from(&F::MODULUS.to_bytes_be()[..]);
    let mut words = vec![
        ("changed in its lowest bit", bytes(value.flip_lowest_bit())),
        ("is the modulus", bytes(modulus)),
        ("is 2^256 - 1", [0xff; 32]),
    ];
    // Below 2^256 in every case: five times the modulus is.
    if let Some(raised) = value.checked_add(modulus) {
        words.push(("is raised by the modulus", bytes(raised)));
    }
    words
}

fn negated(y: &[u8]) -> [u8; 32] {
    word(&-Fq::from_be_bytes_mod_order(y))
}

pub(super) mod num {
    //! 256-bit numbers, big-endian: the little that is needed beyond the fields.

    #[derive(Clone, Copy)]
    pub(in crate::make) struct Big(pub(in crate::make) [u8; 32]);

    impl From<&[u8]> for Big {
        fn from(bytes: &[u8]) -> Self {
            Big(bytes.try_into().expect("a word"))
        }
    }

    impl Big {
        pub(super) fn flip_lowest_bit(mut self) -> Self {
            self.0[31] ^= 1;
            self
        }

        pub(in crate::make) fn checked_add(self, other: Self) -> Option<Self> {
            let (mut sum, mut carry) = ([0; 32], 0u16);
            for i in (0..32).rev() {
                let digit = u16::from(self.0[i]) + u16::from(other.0[i]) + carry;
                (sum[i], carry) = (digit.to_be_bytes()[1], digit >> 8);
            }
            (carry == 0).then_some(Big(sum))
        }
    }
}

/// Valid proofs of circuits that nobody compiles, and each with its last evaluation changed.
pub(super) fn make_forged(maker: &mut Maker) -> Result<()> {
    for number in 0..DRAWN {
        let forged = random::circuit(number);
        let circuit = Circuit::new(
            format!("forged-{number}"),
            &forged.key,
            forged.proof,
            forged.public_inputs,
        );
        debug_assert_eq!(circuit.s_g2, test_setup());
        maker.add_key(&circuit.name, &circuit.key);
        let vector = circuit.vector(
            format!("{}: a proof by who knows s", circuit.name),
            &circuit.proof,
            &circuit.public_inputs,
        );
        maker.add("forged", vector, &Expect::Returns(true))?;
        let mut proof = circuit.proof.clone();
        proof[circuit.evaluation(circuit.evaluations) - 1] ^= 1;
        let vector = circuit.vector(
            format!("{}: its last evaluation changed", circuit.name),
            &proof,
            &circuit.public_inputs,
        );
        maker.add("forged", vector, &Expect::Returns(false))?;
    }
    Ok(())
}
