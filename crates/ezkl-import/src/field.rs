//! Field elements and points as ezkl's files write them.
//!
//! Proofs and the VKA are big-endian and canonical; `vk.key` and the SRS hold little-endian limbs in
//! Montgomery form (`value · 2^256 mod q`); the instances of `proof.json` are little-endian and
//! canonical. (0, 0) stands for the identity.

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ff::{AdditiveGroup, BigInt, PrimeField};

/// Why bytes are no point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PointError {
    /// A coordinate is not below the modulus.
    Coordinate,
    /// The curve's equation does not hold.
    Curve,
    /// Not in the subgroup of order r.
    Subgroup,
}

fn limbs_le(bytes: &[u8; 32]) -> BigInt<4> {
    let mut limbs = [0u64; 4];
    for (limb, chunk) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        *limb = u64::from_le_bytes(word);
    }
    BigInt::new(limbs)
}

fn reversed(bytes: &[u8; 32]) -> [u8; 32] {
    let mut out = *bytes;
    out.reverse();
    out
}

/// A canonical scalar from little-endian bytes.
pub(crate) fn fr_from_le(bytes: &[u8; 32]) -> Option<Fr> {
    Fr::from_bigint(limbs_le(bytes))
}

/// A canonical scalar from big-endian bytes.
pub(crate) fn fr_from_be(bytes: &[u8; 32]) -> Option<Fr> {
    fr_from_le(&reversed(bytes))
}

fn fq_from_be(bytes: &[u8; 32]) -> Option<Fq> {
    Fq::from_bigint(limbs_le(&reversed(bytes)))
}

/// A base field element from its little-endian Montgomery form.
fn fq_from_montgomery(bytes: &[u8; 32]) -> Option<Fq> {
    let limbs = limbs_le(bytes);
    // `new_unchecked` takes the Montgomery form as it stands.
    (limbs < Fq::MODULUS).then(|| Fq::new_unchecked(limbs))
}

/// The bytes of a prime field element, big-endian and canonical.
pub(crate) fn to_be<F: PrimeField<BigInt = BigInt<4>>>(value: &F) -> [u8; 32] {
    let mut out = [0; 32];
    for (chunk, limb) in out
        .chunks_exact_mut(8)
        .zip(value.into_bigint().0.iter().rev())
    {
        chunk.copy_from_slice(&limb.to_be_bytes());
    }
    out
}

fn g1(x: Option<Fq>, y: Option<Fq>) -> Result<G1Affine, PointError> {
    let (Some(x), Some(y)) = (x, y) else {
        return Err(PointError::Coordinate);
    };
    if x == Fq::ZERO && y == Fq::ZERO {
        return Ok(G1Affine::identity());
    }
    let point = G1Affine::new_unchecked(x, y);
    // The cofactor is 1: every point of the curve is in the group.
    if point.is_on_curve() {
        Ok(point)
    } else {
        Err(PointError::Curve)
    }
}

/// A G1 point from canonical big-endian coordinates; (0, 0) is the identity.
pub(crate) fn g1_from_be(x: &[u8; 32], y: &[u8; 32]) -> Result<G1Affine, PointError> {
    g1(fq_from_be(x), fq_from_be(y))
}

/// A G1 point from little-endian Montgomery coordinates; (0, 0) is the identity.
pub(crate) fn g1_from_montgomery(bytes: &[u8; 64]) -> Result<G1Affine, PointError> {
    let [x, y] = split(bytes);
    g1(fq_from_montgomery(&x), fq_from_montgomery(&y))
}

/// A G2 point of the order-r subgroup from little-endian Montgomery coordinates (x.c0, x.c1, y.c0,
/// y.c1).
pub(crate) fn g2_from_montgomery(bytes: &[u8; 128]) -> Result<G2Affine, PointError> {
    let [x0, x1, y0, y1] = split::<4>(bytes).map(|part| fq_from_montgomery(&part));
    g2(x1, x0, y1, y0)
}

/// A G2 point of the order-r subgroup from canonical big-endian coordinates (x.c1, x.c0, y.c1, y.c0).
pub(crate) fn g2_from_be(words: [&[u8; 32]; 4]) -> Result<G2Affine, PointError> {
    let [x1, x0, y1, y0] = words.map(fq_from_be);
    g2(x1, x0, y1, y0)
}

fn g2(
    x1: Option<Fq>,
    x0: Option<Fq>,
    y1: Option<Fq>,
    y0: Option<Fq>,
) -> Result<G2Affine, PointError> {
    let (Some(x1), Some(x0), Some(y1), Some(y0)) = (x1, x0, y1, y0) else {
        return Err(PointError::Coordinate);
    };
    let point = G2Affine::new_unchecked(Fq2::new(x0, x1), Fq2::new(y0, y1));
    if !point.is_on_curve() {
        return Err(PointError::Curve);
    }
    if !point.is_in_correct_subgroup_assuming_on_curve() {
        return Err(PointError::Subgroup);
    }
    Ok(point)
}

fn split<const N: usize>(bytes: &[u8]) -> [[u8; 32]; N] {
    let mut out = [[0; 32]; N];
    for (part, chunk) in out.iter_mut().zip(bytes.chunks_exact(32)) {
        part.copy_from_slice(chunk);
    }
    out
}

/// A signed integer as a field element: negatives as `r - |v|`.
pub(crate) fn fr_from_i128(value: i128) -> Fr {
    let magnitude = Fr::from(value.unsigned_abs());
    if value < 0 { -magnitude } else { magnitude }
}

/// Reads a field element as the signed integer nearest to zero that it stands for: the sign and
/// the magnitude.
pub(crate) fn signed(value: &Fr) -> (bool, BigInt<4>) {
    let positive = value.into_bigint();
    let negative = (-*value).into_bigint();
    if negative < positive {
        (true, negative)
    } else {
        (false, positive)
    }
}

/// `0x` and 64 lower-case hexadecimal digits.
pub(crate) fn hex_word(bytes: &[u8; 32]) -> String {
    format!("0x{}", hex::encode(bytes))
}
