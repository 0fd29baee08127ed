//! contracts OUT [NAME…]: snark-verifier's contracts for the circuits of tests/fixtures-halo2/axiom, and our keys.
//!
//! For each circuit and opening whose proof snark-verifier accepts, a folder of OUT (`everything`, `everything-gwc`) with
//!
//! ```text
//! verifier.sol    the contract that snark-verifier generates for the circuit
//! calldata        instances and proof, as the contract takes them
//! key.zkvk        the verifying key for 0x11
//! proof, inputs   the same proof and instances for 0x11
//! ```

use halo2_circuits::{openvm, params, spec, verifying_key};
use halo2_import::{proof_from_evm_calldata, trusted_setup, Halo2Key, KeyOptions};
use halo2_kzg_verifier::{verify, Accumulator, Opening, PreparedKey, TranscriptHash};
use halo2_proofs::{
    halo2curves::bn256::{Bn256, Fq, Fr, G1Affine},
    plonk::VerifyingKey,
    poly::{commitment::ParamsProver, kzg::commitment::ParamsKZG},
};
use serde_json::Value;
use snark_verifier::{
    loader::evm::EvmLoader,
    pcs::kzg::{Bdfg21, Gwc19, KzgAs, KzgDecidingKey, LimbsEncoding},
    system::halo2::{compile, transcript::evm::EvmTranscript, Config},
    verifier::{
        plonk::{PlonkProtocol, PlonkVerifier},
        SnarkVerifier,
    },
};
use std::{
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

type Shplonk<const LIMBS: usize, const BITS: usize> =
    PlonkVerifier<KzgAs<Bn256, Bdfg21>, LimbsEncoding<LIMBS, BITS>>;
type Gwc<const LIMBS: usize, const BITS: usize> =
    PlonkVerifier<KzgAs<Bn256, Gwc19>, LimbsEncoding<LIMBS, BITS>>;

const OPENINGS: [(Opening, &str, &str); 2] = [
    (Opening::Shplonk, "shplonk-evm", ""),
    (Opening::Gwc, "gwc-evm", "-gwc"),
];

/// A circuit with its key, and the folder of its proofs.
struct Circuit {
    params: ParamsKZG<Bn256>,
    key: VerifyingKey<G1Affine>,
    lengths: Vec<usize>,
    accumulator: Option<Accumulator>,
    fixture: PathBuf,
}

impl Circuit {
    fn contract(&self, opening: Opening) -> String {
        let encoding = self.accumulator.map_or((3, 88), |a| (a.limbs, a.bits));
        match (opening, encoding) {
            (Opening::Shplonk, (3, 88)) => self.generate::<Shplonk<3, 88>>(),
            (Opening::Shplonk, (4, 68)) => self.generate::<Shplonk<4, 68>>(),
            (Opening::Gwc, (3, 88)) => self.generate::<Gwc<3, 88>>(),
            (Opening::Gwc, (4, 68)) => self.generate::<Gwc<4, 68>>(),
            (_, other) => panic!("an accumulator of other limbs: {other:?}"),
        }
    }

    fn generate<V>(&self) -> String
    where
        V: SnarkVerifier<
            G1Affine,
            Rc<EvmLoader>,
            VerifyingKey = KzgDecidingKey<Bn256>,
            Protocol = PlonkProtocol<G1Affine, Rc<EvmLoader>>,
        >,
    {
        let accumulator = self.accumulator.map(|a| {
            let rows = a.row..a.row + 4 * a.limbs;
            rows.map(|row| (a.column as usize, row as usize)).collect()
        });
        let config = Config::kzg()
            .with_num_instance(self.lengths.clone())
            .with_accumulator_indices(accumulator);
        let params = &self.params;
        let deciding_key = (params.get_g()[0], params.g2(), params.s_g2()).into();
        let loader = EvmLoader::new::<Fq, Fr>();
        let protocol = compile(params, &self.key, config).loaded(&loader);
        let mut transcript = EvmTranscript::<_, Rc<EvmLoader>, _, _>::new(&loader);
        let instances = transcript.load_instances(self.lengths.clone());
        let proof = V::read_proof(&deciding_key, &protocol, &instances, &mut transcript);
        let proof = proof.expect("a protocol of this opening");
        if V::verify(&deciding_key, &protocol, &instances, &proof).is_err() {
            panic!("{}: snark-verifier has no contract", self.fixture.display());
        }
        loader.solidity_code()
    }

    /// Writes the folder of one opening.
    fn write(&self, opening: Opening, proof: &str, folder: &Path) {
        let options = KeyOptions {
            trusted_setup: trusted_setup(&self.params).expect("a valid [s]G2"),
            instance_lengths: self.lengths.iter().map(|length| *length as u32).collect(),
            opening,
            transcript_hash: TranscriptHash::Keccak256,
            accumulator: self.accumulator,
        };
        let imported = Halo2Key::from_axiom(&self.key).and_then(|key| key.verifying_key(&options));
        let ours = imported.expect("a key for 0x11").key;
        let calldata = calldata(&self.fixture, proof);
        let proof = proof_from_evm_calldata(&ours, &calldata).expect("the fixture's proof");
        let prepared: PreparedKey = PreparedKey::new(ours.clone());
        verify(&prepared, &proof.proof, &proof.public_inputs).expect("a valid proof");

        fs::create_dir_all(folder).unwrap();
        let write = |name, bytes: &[u8]| fs::write(folder.join(name), bytes).unwrap();
        write("verifier.sol", self.contract(opening).as_bytes());
        write("calldata", &calldata);
        write("key.zkvk", &ours.encode());
        write("proof", &proof.proof);
        write("inputs", &proof.public_inputs);
    }
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Instances, column by column, then the proof.
fn calldata(fixture: &Path, proof: &str) -> Vec<u8> {
    let json = json(&fixture.join("proofs.json"));
    let columns = json["instances"].as_array().unwrap();
    let words = columns.iter().flat_map(|column| column.as_array().unwrap());
    let mut bytes: Vec<u8> = words
        .flat_map(|word| hex::decode(&word.as_str().unwrap()[2..]).unwrap())
        .collect();
    bytes.extend(hex::decode(json["proofs"][proof].as_str().unwrap()).unwrap());
    bytes
}

/// Does the fixture say that snark-verifier accepts this proof? It refuses quotient pieces that are the identity, which
/// some honest proofs have.
fn is_accepted(fixture: &Path, proof: &str) -> bool {
    let meta = json(&fixture.join("meta.json"));
    meta["accept"] == true && meta["snark_verifier"][proof] != false
}

fn main() {
    std::env::set_var("MAX_DEGREE", "64");
    let mut args = std::env::args().skip(1);
    let out = PathBuf::from(args.next().expect("contracts OUT [NAME…]"));
    let only: Vec<String> = args.collect();
    let is_wanted = |name: &str| only.is_empty() || only.iter().any(|wanted| wanted == name);
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures-halo2/axiom");
    let write = |name: &str, circuit: &dyn Fn() -> Circuit| {
        let accepted = |proof| is_accepted(&fixtures.join(name), proof);
        if !is_wanted(name) || !OPENINGS.iter().any(|(_, proof, _)| accepted(proof)) {
            return;
        }
        let circuit = circuit();
        for (opening, proof, suffix) in OPENINGS {
            if accepted(proof) {
                let name = format!("{name}{suffix}");
                circuit.write(opening, proof, &out.join(&name));
                println!("{name}");
            }
        }
    };

    for spec in spec::all() {
        let name = spec.name;
        write(name, &|| {
            let params = params(spec.k);
            Circuit {
                key: verifying_key(&params, spec.clone()),
                params,
                lengths: spec.instances.clone(),
                accumulator: spec.acc.map(|(column, row, limbs, bits, _)| Accumulator {
                    column: column as u32,
                    row: row as u32,
                    limbs: limbs as u32,
                    bits: bits as u32,
                }),
                fixture: fixtures.join(name),
            }
        });
    }
    write("openvm_shape", &|| {
        let params = params(openvm::K);
        Circuit {
            key: openvm::verifying_key(&params),
            params,
            lengths: vec![openvm::INSTANCES],
            accumulator: Some(Accumulator {
                column: 0,
                row: 0,
                limbs: 3,
                bits: 88,
            }),
            fixture: fixtures.join("openvm_shape"),
        }
    });
}
