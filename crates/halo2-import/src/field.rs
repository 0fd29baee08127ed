//! Field elements and points, as texts and bytes hold them.

use ark_bn254::{Fq, Fr, G1Affine};
use ark_ff::{AdditiveGroup, BigInt, Field, PrimeField};

/// Why coordinates are no point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PointError {
    /// A coordinate is not below the modulus.
    Coordinate,
    /// The curve's equation does not hold.
    Curve,
}

impl PointError {
    pub(crate) fn describe(self) -> (crate::ErrorKind, &'static str) {
        match self {
            PointError::Coordinate => (
                crate::ErrorKind::NotCanonical,
                "a coordinate is not below BN254's base field modulus",
            ),
            PointError::Curve => (crate::ErrorKind::NotOnCurve, "the point is not on BN254"),
        }
    }
}

/// A number of at most 32 big-endian bytes.
pub(crate) fn integer(bytes: &[u8; 32]) -> BigInt<4> {
    let mut limbs = [0u64; 4];
    for (limb, chunk) in limbs.iter_mut().rev().zip(bytes.chunks_exact(8)) {
        *limb = chunk
            .iter()
            .fold(0, |value, byte| value << 8 | u64::from(*byte));
    }
    BigInt::new(limbs)
}

/// A canonical element from big-endian bytes.
pub(crate) fn from_be<F: PrimeField<BigInt = BigInt<4>>>(bytes: &[u8; 32]) -> Option<F> {
    F::from_bigint(integer(bytes))
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

/// Hexadecimal digits, with `0x`, as 32 big-endian bytes. `None` if there are none or more than 64.
pub(crate) fn bytes_of_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.strip_prefix("0x")?;
    if digits.is_empty() || digits.len() > 64 {
        return None;
    }
    let mut out = [0; 32];
    hex::decode_to_slice(format!("{digits:0>64}"), &mut out).ok()?;
    Some(out)
}

/// A point of G1 from its coordinates; (0, 0) is the identity.
pub(crate) fn g1(x: Option<Fq>, y: Option<Fq>) -> Result<G1Affine, PointError> {
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

/// The generator of the subgroup of order 2^k that halo2 uses, for k ≤ 28: a power of 7, the
/// multiplicative generator that halo2 takes (arkworks takes 5).
pub fn omega(k: u8) -> Fr {
    let mut exponent = Fr::MODULUS_MINUS_ONE_DIV_TWO;
    exponent >>= 27;
    let mut omega = Fr::from(7u64).pow(exponent);
    for _ in k..28 {
        omega.square_in_place();
    }
    omega
}
