//! Verifies one proof (spec, sections 6 to 9).

use crate::{
    arithmetic::Arithmetic, claim::Claim, key::prepared::PreparedKey, rejection::Rejection,
};

/// Verifies a proof.
///
/// * `proof`: the raw halo2 proof, in either form; the length tells which. Scalars and coordinates are 32 bytes
///   big-endian.
///   * Long, exactly [`VerifyingKey::proof_length`](crate::VerifyingKey::proof_length) bytes: points as `x ‖ y`,
///     the identity as zeros.
///   * Short, exactly [`VerifyingKey::short_proof_length`](crate::VerifyingKey::short_proof_length) bytes:
///     points as x with the top bit set where y is odd, the identity as zero.
/// * `public_inputs`: the instances, 32 bytes big-endian each, exactly
///   [`VerifyingKey::public_inputs_length`](crate::VerifyingKey::public_inputs_length) bytes.
///
/// # Errors
/// The first reason found, in this order: lengths, public inputs, then the proof from its beginning
/// to its end, then the pairing. Nothing is computed before the lengths are right.
pub fn verify<A: Arithmetic>(
    key: &PreparedKey<A>,
    proof: &[u8],
    public_inputs: &[u8],
) -> Result<(), Rejection> {
    let claim = Claim::reduce(key, proof, public_inputs)?;
    let sides = claim.sides(key)?;
    if A::pairing_check(&key.setup.pairing, &sides.left, &sides.right) {
        Ok(())
    } else {
        Err(Rejection::PairingCheckFailed)
    }
}
