//! The two encodings of a proof's points: `x ‖ y` in the long form, x with the parity of y in the short
//! form (spec, sections 1.3 and 6.5).

use crate::{
    field::{WORD_BYTES, canonical, to_word},
    rejection::Rejection,
    table::at,
};
use alloc::vec::Vec;
use ark_bn254::{Fq, G1Affine};
use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, BigInteger, PrimeField};

/// Bytes of a point in the long form.
const LONG_BYTES: usize = 2 * WORD_BYTES;
/// The bit of a short point's first byte that is set where y is odd. The next bit is zero, as x has 254.
const ODD: u8 = 0x80;

/// [`Arithmetic::decompress`](crate::Arithmetic::decompress).
pub(crate) type Decompress = fn(&Fq, bool) -> Option<G1Affine>;

/// How the points of a proof are encoded.
pub(crate) enum PointEncoding {
    /// `x ‖ y`; the identity is zeros.
    Long,
    /// One word: x, with the top bit set where y is odd; the identity is zero. 3 is no square, so no point
    /// has x = 0; and none has y = 0, so the parity tells y from -y.
    Short(Roots),
}

/// Where the square roots of a short proof come from.
pub(crate) enum Roots {
    /// Each is computed when its point is read.
    Each(Decompress),
    /// All are there: by position the point, `None` where none has this x.
    Found(Vec<Option<G1Affine>>),
}

impl PointEncoding {
    /// Bytes of a point.
    pub(crate) fn num_bytes(&self) -> usize {
        match self {
            PointEncoding::Long => LONG_BYTES,
            PointEncoding::Short(_) => WORD_BYTES,
        }
    }

    /// Reads a point of the curve (whose cofactor is 1), or the identity. `point` is its position, for the
    /// reason of a refusal.
    pub(crate) fn read(&self, bytes: &[u8], point: u32) -> Result<G1Affine, Rejection> {
        match self {
            PointEncoding::Long => read_long(bytes, point),
            PointEncoding::Short(roots) => read_short(bytes, point, roots),
        }
    }
}

fn read_long(bytes: &[u8], point: u32) -> Result<G1Affine, Rejection> {
    let not_canonical = Rejection::CoordinateNotCanonical { point };
    let (x, y) = bytes.split_at_checked(WORD_BYTES).ok_or(not_canonical)?;
    let x = canonical::<Fq>(x).ok_or(not_canonical)?;
    let y = canonical::<Fq>(y).ok_or(not_canonical)?;
    if x == Fq::ZERO && y == Fq::ZERO {
        return Ok(G1Affine::identity());
    }
    let affine = G1Affine::new_unchecked(x, y);
    if !affine.is_on_curve() {
        return Err(Rejection::PointNotOnCurve { point });
    }
    Ok(affine)
}

fn read_short(bytes: &[u8], point: u32, roots: &Roots) -> Result<G1Affine, Rejection> {
    let Some((x, y_is_odd)) = read_compressed(bytes, point)? else {
        return Ok(G1Affine::identity());
    };
    let found = match roots {
        Roots::Each(decompress) => decompress(&x, y_is_odd),
        Roots::Found(points) => at(points, point).ok_or(Rejection::InconsistentKey)?,
    };
    found.ok_or(Rejection::PointNotOnCurve { point })
}

/// The x and the parity of y that a word of the short form has; `None` for the identity. `point` is as for
/// [`PointEncoding::read`].
pub(crate) fn read_compressed(bytes: &[u8], point: u32) -> Result<Option<(Fq, bool)>, Rejection> {
    let not_canonical = Rejection::CoordinateNotCanonical { point };
    let mut word: [u8; WORD_BYTES] = bytes.try_into().map_err(|_| not_canonical)?;
    if word == [0; WORD_BYTES] {
        return Ok(None);
    }
    let [first, ..] = &mut word;
    let y_is_odd = *first & ODD != 0;
    *first &= !ODD;
    let x = canonical(&word).ok_or(not_canonical)?;
    Ok(Some((x, y_is_odd)))
}

/// Refuses the identity as the point of this position.
pub(crate) fn finite(affine: &G1Affine, point: u32) -> Result<(), Rejection> {
    if affine.is_zero() {
        return Err(Rejection::IdentityPoint { point });
    }
    Ok(())
}

/// A point in the long form.
pub(crate) fn to_long(point: &G1Affine) -> [u8; LONG_BYTES] {
    let mut bytes = [0; LONG_BYTES];
    if let Some((x, y)) = point.xy() {
        let (first, second) = bytes.split_at_mut(WORD_BYTES);
        first.copy_from_slice(&to_word(&x));
        second.copy_from_slice(&to_word(&y));
    }
    bytes
}

/// A point in the short form.
pub(crate) fn to_short(point: &G1Affine) -> [u8; WORD_BYTES] {
    let Some((x, y)) = point.xy() else {
        return [0; WORD_BYTES];
    };
    let mut word = to_word(&x);
    if y.into_bigint().is_odd() {
        let [first, ..] = &mut word;
        *first |= ODD;
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Arithmetic, Arkworks, Bn254Kzg};

    const ENCODINGS: [PointEncoding; 2] = [
        PointEncoding::Short(Roots::Each(Bn254Kzg::decompress)),
        PointEncoding::Short(Roots::Each(Arkworks::decompress)),
    ];

    fn word(x: u8, first: u8) -> [u8; 32] {
        let mut word = [0; 32];
        (word[0], word[31]) = (first, x);
        word
    }

    #[test]
    fn a_point_and_its_negative_differ_in_the_top_bit() {
        let g = G1Affine::generator(); // (1, 2)
        assert_eq!(to_short(&g), word(1, 0));
        assert_eq!(to_short(&-g), word(1, 0x80));
        assert_eq!(to_short(&G1Affine::identity()), word(0, 0));
        for encoding in ENCODINGS {
            for point in [g, -g, G1Affine::identity()] {
                assert_eq!(encoding.read(&to_short(&point), 0), Ok(point));
                assert_eq!(PointEncoding::Long.read(&to_long(&point), 0), Ok(point));
            }
        }
    }

    #[test]
    fn refuses_every_word_that_is_no_points() {
        let not_canonical = Err(Rejection::CoordinateNotCanonical { point: 7 });
        let not_on_curve = Err(Rejection::PointNotOnCurve { point: 7 });
        let modulus: [u8; 32] = Fq::MODULUS.to_bytes_be().try_into().unwrap();
        let mut odd_modulus = modulus;
        odd_modulus[0] |= 0x80;
        for encoding in ENCODINGS {
            // The bit between x and the parity.
            assert_eq!(encoding.read(&word(1, 0x40), 7), not_canonical);
            assert_eq!(encoding.read(&word(1, 0xc0), 7), not_canonical);
            assert_eq!(encoding.read(&word(0, 0x40), 7), not_canonical);
            // x = q
            assert_eq!(encoding.read(&modulus, 7), not_canonical);
            assert_eq!(encoding.read(&odd_modulus, 7), not_canonical);
            // Of the identity there is one encoding; 4³ + 3 = 67 is no square.
            assert_eq!(encoding.read(&word(0, 0x80), 7), not_on_curve);
            assert_eq!(encoding.read(&word(4, 0), 7), not_on_curve);
            assert_eq!(encoding.read(&word(4, 0x80), 7), not_on_curve);
            assert_eq!(encoding.read(&[0; 31], 7), not_canonical);
        }
    }
}
