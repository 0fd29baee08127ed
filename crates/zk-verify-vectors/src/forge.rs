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
use halo2_kzg_verifier::{Arithmetic, PreparedKey, Rejection, TrustedSetup, VerifyingKey, verify};
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
    let quotient = (SECRET - u).inverse().map(|factor| (f - w * u) * factor);
    let forged = quotient.unwrap_or_default().into_affine();
    *last = point_bytes(&forged).ok_or(Rejection::PairingCheckFailed)?;
    Ok(())
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

thread_local!(static CLAIM: Cell<Option<Claim>> = const { Cell::new(None) });

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
        let own = G1Projective::msm_unchecked(points, scalars);
        let f = (own + G1Projective::msm_unchecked(bases, base_scalars)).into_affine();
        CLAIM.set(scalars.last().map(|&u| Claim { f, u }));
        Some(f)
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
