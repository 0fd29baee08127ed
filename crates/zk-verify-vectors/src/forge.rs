//! Proofs that hold for any key, made with the secret of its trusted setup.
//!
//! Verification ends with `e(F, g2) = e(W', [s]G2)`, where `F = F_0 + u·W'` and neither `F_0` nor `u` depends
//! on `W'`, the proof's last point. So `W' = F_0 / (s - u)` makes every well-formed proof hold. `F_0` and
//! `u` are taken from the verifier itself, which hands them to its [`Arithmetic`].
//!
//! It is how circuits are tested that no prover exists for: every term of the verification decides
//! whether such a proof is accepted. It also shows why no chain may accept a setup made for tests.

use ark_bn254::{Fq, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{BigInteger, Field, MontFp, PrimeField};
use halo2_kzg_verifier::{
    Arithmetic, PreparedKey, Rejection, Standard, TrustedSetup, VerifyingKey, verify,
};
use std::{cell::Cell, sync::LazyLock};

/// The secret: known to everybody, and no number that any structure could favour.
const SECRET: Fr =
    MontFp!("7346208142593105468421936041158402397720481963025471958362047501397520864371");

/// The test setup, whose secret everybody knows.
pub static TEST_SETUP: LazyLock<TrustedSetup> = LazyLock::new(|| {
    let s_g2 = (G2Affine::generator() * SECRET).into_affine();
    TrustedSetup::new(s_g2).expect("a multiple of the generator")
});

/// Gives a well-formed proof the last point with which it holds, for a key under [`TEST_SETUP`].
///
/// # Errors
/// The proof or the public inputs are not well formed. (As good as never: the last point would be the
/// identity.)
pub fn forge(key: &VerifyingKey, proof: &mut [u8], public_inputs: &[u8]) -> Result<(), Rejection> {
    let recorder = PreparedKey::<Recorder>::new(key.clone());
    verify(&recorder, proof, public_inputs)?;
    let (Some(Claim { f, u }), Some(last)) = (CLAIM.take(), proof.last_chunk_mut::<64>()) else {
        return Err(Rejection::PairingCheckFailed);
    };
    let (x, y) = last.split_at(32);
    let w = G1Affine::new_unchecked(
        Fq::from_be_bytes_mod_order(x),
        Fq::from_be_bytes_mod_order(y),
    );
    *last = point_bytes(&solve(f, u, w)).ok_or(Rejection::PairingCheckFailed)?;
    Ok(())
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

/// [`forge`], for a proof in short form and a client that reads one of its words in a way of its own: where the
/// word is faulty, the proof holds for that client alone.
///
/// # Errors
/// As [`forge`].
pub fn forge_short(
    key: &VerifyingKey,
    proof: &mut [u8],
    public_inputs: &[u8],
    reading: Option<Reading>,
) -> Result<(), Rejection> {
    READING.set(reading);
    let recorder = PreparedKey::<Recorder>::new(key.clone());
    let verdict = verify(&recorder, proof, public_inputs);
    READING.set(None);
    verdict?;
    let (Some(Claim { f, u }), Some(last)) = (CLAIM.take(), proof.last_chunk_mut::<32>()) else {
        return Err(Rejection::PairingCheckFailed);
    };
    let y_is_odd = last[0] & 0x80 != 0;
    last[0] &= 0x7f;
    let w = Standard::decompress(&Fq::from_be_bytes_mod_order(last), y_is_odd);
    let forged = solve(f, u, w.ok_or(Rejection::PairingCheckFailed)?);
    *last = short_point(&forged).ok_or(Rejection::PairingCheckFailed)?;
    Ok(())
}

/// The last point with which an equation holds in which `w` stands: `f` is its left side, u the scalar of `w`.
fn solve(f: G1Affine, u: Fr, w: G1Affine) -> G1Affine {
    let quotient = (SECRET - u).inverse().map(|factor| (f - w * u) * factor);
    quotient.unwrap_or_default().into_affine()
}

/// x, big-endian, with the parity of y in the top bit; `None` for the identity.
pub fn short_point(point: &G1Affine) -> Option<[u8; 32]> {
    let (x, y) = point.xy()?;
    let mut word: [u8; 32] = x.into_bigint().to_bytes_be().try_into().ok()?;
    word[0] |= u8::from(y.into_bigint().is_odd()) << 7;
    Some(word)
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
            // The evaluations stand before the opening's two points.
            let skipped = if index + 2 < points { 0 } else { evaluations };
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

/// What the verifier computes before the pairing.
#[derive(Clone, Copy)]
struct Claim {
    f: G1Affine,
    /// The scalar of W' in F.
    u: Fr,
}

thread_local! {
    static CLAIM: Cell<Option<Claim>> = const { Cell::new(None) };
    static READING: Cell<Option<Reading>> = const { Cell::new(None) };
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
        let f = (own + G1Projective::msm_unchecked(bases, base_scalars)).into_affine();
        CLAIM.set(scalars.last().map(|&u| Claim { f, u }));
        Some(f)
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
}
