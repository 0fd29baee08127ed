//! Proofs that hold for any key, made with the secret of its trusted setup.
//!
//! Verification ends with `e(F, g2) = e(R, [s]G2)`. F and R are sums over the proof's points and the key's, which are
//! taken from the verifier itself: it hands them to its [`Arithmetic`].
//!
//! * SHPLONK: `R = W'`, and `F = F_0 + u·W'`, where neither `F_0` nor `u` depends on `W'`, the proof's last point. So
//!   `W' = F_0 / (s - u)` makes every well-formed proof hold.
//! * GWC: `R = Σ u^i·W_i`, and `F = Σ u^i·(F_i + z_i·W_i)`, with a witness for each rotation. `u` depends on the
//!   witnesses, `F_i` and `z_i` do not. So `W_i = F_i / (s - z_i)` does it, for any `u`. The `F_i` are the coefficients
//!   of a polynomial whose value the verifier computes at one `u` for each choice of witnesses.
//! * An accumulator's claim holds by itself, if its points are made for that ([`accumulate`]); so nothing else sees it.
//!
//! It is how circuits are tested that no prover exists for: every term of the verification decides
//! whether such a proof is accepted. It also shows why no chain may accept a setup made for tests.

use ark_bn254::{Fq, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, MontFp, PrimeField};
use halo2_kzg_verifier::{
    Arithmetic, Opening, PreparedKey, Rejection, Standard, TrustedSetup, VerifyingKey, verify,
};
use std::{
    cell::{Cell, RefCell},
    sync::LazyLock,
};

/// The secret: known to everybody, and no number that any structure could favour.
const SECRET: Fr =
    MontFp!("7346208142593105468421936041158402397720481963025471958362047501397520864371");

/// The test setup, whose secret everybody knows.
pub static TEST_SETUP: LazyLock<TrustedSetup> = LazyLock::new(|| {
    let s_g2 = (G2Affine::generator() * SECRET).into_affine();
    TrustedSetup::new(s_g2).expect("a multiple of the generator")
});

/// Gives a well-formed proof the opening's points with which it holds, for a key under [`TEST_SETUP`]. An accumulator
/// among the public inputs must hold already.
///
/// # Errors
/// The proof or the public inputs are not well formed. (As good as never: a point would be the identity.)
pub fn forge(key: &VerifyingKey, proof: &mut [u8], public_inputs: &[u8]) -> Result<(), Rejection> {
    let recorder = PreparedKey::<Recorder>::new(key.clone());
    match key.opening() {
        Opening::Shplonk => {
            let claim = Claim::of(&recorder, proof, public_inputs, 1)?;
            set_witnesses(proof, &[claim.rest], &[claim.witnesses[0].of_left])
        }
        Opening::Gwc => {
            let number = key.num_opening_points() as usize;
            let (mut places, mut values, mut opened_at) = (Vec::new(), Vec::new(), Vec::new());
            for (factor, _) in (1u64..).zip(0..number) {
                // Other witnesses, so another u.
                let other = (G1Affine::generator() * Fr::from(factor)).into_affine();
                witness(proof, number, 0).copy_from_slice(&bytes_of(&other)?);
                let claim = Claim::of(&recorder, proof, public_inputs, number)?;
                places.push(
                    claim
                        .witnesses
                        .get(1)
                        .map_or(Fr::ZERO, |second| second.of_right),
                );
                values.push(claim.rest);
                let quotient = |scalars: &Scalars| scalars.of_left / scalars.of_right;
                opened_at = claim.witnesses.iter().map(quotient).collect();
            }
            set_witnesses(proof, &coefficients(&places, &values), &opened_at)
        }
    }
}

/// What a client that forgets a rule makes of a word of a short proof.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The word's x. While the proof is made, a word with this x stands where the faulty word will.
    pub x: Fq,
    /// What the client absorbs. It need not be on the curve.
    pub absorbed: G1Affine,
    /// What the client computes with.
    pub used: G1Affine,
}

/// [`forge`], for a proof in short form whose opening is SHPLONK, and a client that reads one of its words in a way of
/// its own: where the word is faulty, the proof holds for that client alone.
///
/// # Errors
/// As [`forge`].
pub fn forge_short(
    key: &VerifyingKey,
    proof: &mut [u8],
    public_inputs: &[u8],
    reading: Option<Reading>,
) -> Result<(), Rejection> {
    let recorder = PreparedKey::<Recorder>::new(key.clone());
    READING.set(reading);
    let claim = Claim::of(&recorder, proof, public_inputs, 1);
    READING.set(None);
    let claim = claim?;
    let forged = opening_at(&claim.rest, &claim.witnesses[0].of_left);
    let word = short_point(&forged).ok_or(Rejection::PairingCheckFailed)?;
    let last = proof.len() - word.len();
    proof[last..].copy_from_slice(&word);
    Ok(())
}

/// Makes the accumulator among the public inputs one that holds, with this point on the right side. Nothing is changed
/// if the key has none, or the point is the identity.
pub fn accumulate(key: &VerifyingKey, public_inputs: &mut [u8], right: G1Affine) {
    let left = (right * SECRET).into_affine();
    let (Some(accumulator), Some(left), Some(right)) = (key.accumulator(), left.xy(), right.xy())
    else {
        return;
    };
    let before = &key.instance_lengths()[..accumulator.column as usize];
    let start = before.iter().sum::<u32>() + accumulator.row;
    let words = public_inputs[32 * start as usize..].chunks_exact_mut(32);
    let limb = |coordinate: Fq, number: u32| {
        let bits = coordinate.into_bigint().to_bits_le();
        let first = bits.len().min((number * accumulator.bits) as usize);
        let end = bits.len().min(first + accumulator.bits as usize);
        BigInt::<4>::from_bits_le(&bits[first..end])
    };
    let coordinates = [left.0, left.1, right.0, right.1];
    let limbs = coordinates
        .into_iter()
        .flat_map(|coordinate| (0..accumulator.limbs).map(move |number| limb(coordinate, number)));
    for (word, limb) in words.zip(limbs) {
        word.copy_from_slice(&limb.to_bytes_be());
    }
}

/// `W_i = F_i / (s - z_i)`, written into the proof.
fn set_witnesses(proof: &mut [u8], f: &[G1Projective], opened_at: &[Fr]) -> Result<(), Rejection> {
    for (index, (f, z)) in f.iter().zip(opened_at).enumerate() {
        let forged = bytes_of(&opening_at(f, z))?;
        witness(proof, opened_at.len(), index).copy_from_slice(&forged);
    }
    Ok(())
}

/// `F / (s - z)`
fn opening_at(f: &G1Projective, z: &Fr) -> G1Affine {
    let quotient = (SECRET - z).inverse().map(|factor| *f * factor);
    quotient.unwrap_or_default().into_affine()
}

/// One of the points that end a proof.
fn witness(proof: &mut [u8], number: usize, index: usize) -> &mut [u8] {
    let end = proof.len() - 64 * (number - index - 1);
    &mut proof[end - 64..end]
}

fn bytes_of(point: &G1Affine) -> Result<[u8; 64], Rejection> {
    point_bytes(point).ok_or(Rejection::PairingCheckFailed)
}

/// The coefficients of the polynomial that has these values at these places, all different; lowest first. By Newton's
/// divided differences.
fn coefficients(places: &[Fr], values: &[G1Projective]) -> Vec<G1Projective> {
    let mut differences = values.to_vec();
    for order in 1..places.len() {
        for index in (order..places.len()).rev() {
            let distance = places[index] - places[index - order];
            let inverse = distance.inverse().expect("a hash does not repeat itself");
            differences[index] = (differences[index] - differences[index - 1]) * inverse;
        }
    }
    let mut polynomial: Vec<G1Projective> = Vec::new();
    for (place, difference) in places.iter().zip(&differences).rev() {
        // polynomial · (u - place) + difference
        let mut next = vec![*difference];
        next.extend(&polynomial);
        for (coefficient, old) in next.iter_mut().zip(&polynomial) {
            *coefficient -= *old * place;
        }
        polynomial = next;
    }
    polynomial
}

/// Makes any number of proofs that hold, every one different in all its points, for a circuit under
/// [`TEST_SETUP`].
pub struct Forger {
    key: VerifyingKey,
    proof: Vec<u8>,
    public_inputs: Vec<u8>,
    /// The point that the next proof begins with; its other points are the multiples after it.
    next: G1Projective,
}

impl Forger {
    /// For the circuit of `key`, by a well-formed proof for it.
    ///
    /// # Panics
    /// If it is not well formed.
    pub fn new(key: &VerifyingKey, proof: &[u8], public_inputs: &[u8]) -> Self {
        let mut encoded = key.encode();
        let own = key.trusted_setup().to_bytes();
        replace(&mut encoded, &own, &TEST_SETUP.to_bytes());
        let key = VerifyingKey::decode(&encoded).expect("another setup leaves a key a key");
        assert_eq!(proof.len() as u64, key.proof_length());
        Self {
            key,
            proof: proof.to_vec(),
            public_inputs: public_inputs.to_vec(),
            next: G1Affine::generator().into(),
        }
    }

    /// The key.
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The public inputs of every proof.
    pub fn public_inputs(&self) -> &[u8] {
        &self.public_inputs
    }

    /// Lets the proofs to come be about other public inputs, of the same length.
    pub fn set_public_inputs(&mut self, public_inputs: Vec<u8>) {
        self.public_inputs = public_inputs;
    }

    /// The same circuit with another digest: another key, for proofs of its own.
    ///
    /// # Panics
    /// Never: the digest is in every key, and any small number may be one.
    pub fn with_digest(&self, digest: u64) -> Self {
        let mut encoded = self.key.encode();
        let bytes = |value: Fr| value.into_bigint().to_bytes_be();
        replace(
            &mut encoded,
            &bytes(self.key.digest()),
            &bytes(Fr::from(digest)),
        );
        Self {
            key: VerifyingKey::decode(&encoded).expect("a digest in the place of a digest"),
            proof: self.proof.clone(),
            public_inputs: self.public_inputs.clone(),
            next: self.next,
        }
    }

    /// The next proof. Change a byte of its public inputs, and it is well formed and does not hold.
    ///
    /// # Panics
    /// Never: the points lie on the curve.
    pub fn proof(&mut self) -> Vec<u8> {
        let points = self.key.num_proof_points() as usize;
        let evaluations = 32 * self.key.num_evaluations() as usize;
        let multiples: Vec<G1Projective> = (0..points)
            .map(|_| {
                let point = self.next;
                self.next += G1Affine::generator();
                point
            })
            .collect();
        let mut proof = self.proof.clone();
        for (index, point) in G1Projective::normalize_batch(&multiples).iter().enumerate() {
            // The evaluations stand before the opening's points.
            let is_before = index + (self.key.num_opening_points() as usize) < points;
            let skipped = if is_before { 0 } else { evaluations };
            let at = 64 * index + skipped;
            let bytes = point_bytes(point).expect("far from a multiple of r");
            proof[at..at + 64].copy_from_slice(&bytes);
        }
        forge(&self.key, &mut proof, &self.public_inputs).expect("well formed");
        proof
    }
}

/// Writes `new` where `old`, of the same length, first stands.
fn replace(bytes: &mut [u8], old: &[u8], new: &[u8]) {
    let at = bytes.windows(old.len()).position(|window| window == old);
    let at = at.expect("the key has it");
    bytes[at..at + new.len()].copy_from_slice(new);
}

/// `x ‖ y`, big-endian; `None` for the identity.
pub fn point_bytes(point: &G1Affine) -> Option<[u8; 64]> {
    let (x, y) = point.xy()?;
    let bytes = [x, y].map(|c| c.into_bigint().to_bytes_be()).concat();
    bytes.try_into().ok()
}

/// x, big-endian, with the parity of y in the top bit; `None` for the identity.
pub fn short_point(point: &G1Affine) -> Option<[u8; 32]> {
    let (x, y) = point.xy()?;
    let mut word: [u8; 32] = x.into_bigint().to_bytes_be().try_into().ok()?;
    word[0] |= u8::from(y.into_bigint().is_odd()) << 7;
    Some(word)
}

/// The equation that the verifier comes to before the pairing, without an accumulator's claim.
struct Claim {
    /// The left side without the witnesses.
    rest: G1Projective,
    /// The scalars of the witnesses that were asked for, which end the proof.
    witnesses: Vec<Scalars>,
}

/// A point's scalars in the two sides.
struct Scalars {
    of_left: Fr,
    of_right: Fr,
}

/// A side of the equation.
#[derive(Default)]
struct Sum {
    scalars: Vec<Fr>,
    points: Vec<G1Affine>,
    value: G1Projective,
}

thread_local! {
    static LEFT: RefCell<Sum> = RefCell::default();
    static RIGHT: RefCell<Sum> = RefCell::default();
    static READING: Cell<Option<Reading>> = const { Cell::new(None) };
}

impl Claim {
    fn of(
        key: &PreparedKey<Recorder>,
        proof: &[u8],
        public_inputs: &[u8],
        num_witnesses: usize,
    ) -> Result<Self, Rejection> {
        LEFT.take();
        RIGHT.take();
        verify(key, proof, public_inputs)?;
        let (left, right) = (LEFT.take(), RIGHT.take());
        // An accumulator's point stands after the proof's.
        let end = key.key().num_proof_points() as usize;
        let own = end - num_witnesses..end;
        let others = left.points[own.start..]
            .iter()
            .zip(&left.scalars[own.start..]);
        // A single witness is the right side as it is.
        let of_right = right.scalars.into_iter().chain([Fr::ONE]);
        Ok(Claim {
            rest: others.fold(left.value, |rest, (point, scalar)| rest - *point * scalar),
            witnesses: left.scalars[own]
                .iter()
                .zip(of_right)
                .map(|(&of_left, of_right)| Scalars { of_left, of_right })
                .collect(),
        })
    }
}

/// Records the claim, and takes it for true.
struct Recorder;

impl Arithmetic for Recorder {
    type Setup = ();
    type Bases = Vec<G1Affine>;

    fn prepare_setup(_: &G2Affine) {}

    fn prepare_bases(points: Vec<G1Affine>) -> Self::Bases {
        points
    }

    fn size_of_bases(bases: &Self::Bases) -> usize {
        size_of_val(bases.as_slice())
    }

    fn multi_exponentiation(
        (): &(),
        points: &[G1Affine],
        scalars: &[Fr],
        bases: &Self::Bases,
        base_scalars: &[Fr],
    ) -> Option<G1Affine> {
        let mut points = points.to_vec();
        if let Some(Reading { absorbed, used, .. }) = READING.get() {
            let read = points.iter_mut().filter(|point| **point == absorbed);
            read.for_each(|point| *point = used);
        }
        let own = G1Projective::msm_unchecked(&points, scalars);
        let value = own + G1Projective::msm_unchecked(bases, base_scalars);
        // Every key has a point, so only the right side has none of a key.
        let side = if bases.is_empty() { &RIGHT } else { &LEFT };
        side.set(Sum {
            scalars: scalars.to_vec(),
            points,
            value,
        });
        Some(value.into_affine())
    }

    fn decompress(x: &Fq, y_is_odd: bool) -> Option<G1Affine> {
        match READING.get() {
            Some(reading) if reading.x == *x => Some(reading.absorbed),
            _ => Standard::decompress(x, y_is_odd),
        }
    }

    fn pairing_check((): &(), _: &G1Affine, _: &G1Affine) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ezkl_import::{EzklProof, import_vka};
    use std::{fs, path::Path};
    use zk_verify_precompile::abi::Request;

    #[test]
    fn a_proof_that_proves_nothing_holds_under_a_setup_whose_secret_is_known() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/mlp");
        let key = import_vka(&fs::read(folder.join("vka.bin")).unwrap()).unwrap();
        let mut key = key.encode();
        key[37..165].copy_from_slice(&TEST_SETUP.to_bytes());
        let key = VerifyingKey::decode(&key).unwrap();
        let json = fs::read(folder.join("proof.json")).unwrap();
        let mut proof = EzklProof::from_json(&json).unwrap();
        // Another statement than the one that was proven.
        proof.public_inputs[31] ^= 1;

        let prepared: PreparedKey = PreparedKey::new(key.clone());
        let check = |proof: &EzklProof| verify(&prepared, &proof.proof, &proof.public_inputs);
        assert_eq!(check(&proof), Err(Rejection::PairingCheckFailed));
        forge(&key, &mut proof.proof, &proof.public_inputs).unwrap();
        assert_eq!(check(&proof), Ok(()));
    }

    /// Proofs of four forks of halo2, with both openings, with and without accumulators, of circuits with everything
    /// that a key can have.
    #[test]
    fn every_switch_is_forged() {
        let text = fs::read(crate::committed().join("halo2.json")).unwrap();
        let vectors: Vec<serde_json::Value> = serde_json::from_slice(&text).unwrap();
        let bytes = |value: &serde_json::Value| {
            alloy_primitives::hex::decode(value.as_str().unwrap()).unwrap()
        };
        let (mut gwc, mut accumulators) = (0, 0);
        for vector in &vectors {
            let (name, input) = (&vector["Name"], bytes(&vector["Input"]));
            let request = Request::decode(&input).unwrap();
            let mut key = bytes(vector["Code"].as_object().unwrap().values().next().unwrap());
            key[37..165].copy_from_slice(&TEST_SETUP.to_bytes());
            let key = VerifyingKey::decode(&key).unwrap();
            let mut proof = request.proof.to_vec();
            let mut inputs = request.public_inputs.to_vec();
            accumulate(
                &key,
                &mut inputs,
                (G1Affine::generator() * Fr::from(7)).into(),
            );

            let prepared: PreparedKey = PreparedKey::new(key.clone());
            let check = |proof: &[u8]| verify(&prepared, proof, &inputs);
            assert_eq!(check(&proof), Err(Rejection::PairingCheckFailed), "{name}");
            forge(&key, &mut proof, &inputs).unwrap();
            assert_eq!(check(&proof), Ok(()), "{name}");
            gwc += usize::from(key.opening() == Opening::Gwc);
            accumulators += usize::from(key.accumulator().is_some());
        }
        assert!(
            gwc > 40 && accumulators > 20,
            "{gwc} of GWC, {accumulators} with accumulators"
        );
    }
}
