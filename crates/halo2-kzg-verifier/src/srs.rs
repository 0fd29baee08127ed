//! The structured reference string, as far as a verifier needs it: the point \[s\]G2.
//!
//! Whoever knows `s` can forge every proof, so a key says which \[s\]G2 it was made under and a chain
//! accepts an explicit list of them.

use crate::{Fq, G2Affine};
use ark_bn254::{Fq2, g2::Config as G2Config};
use ark_ec::{AffineRepr, models::short_weierstrass::SWCurveConfig};
use ark_ff::{BigInteger, PrimeField};

/// Bytes of an encoded G2 point.
pub const S_G2_BYTES: usize = 128;

/// \[s\]G2 of the perpetual powers of tau, the public ceremony that ezkl's users have.
///
/// `x.c1 ‖ x.c0 ‖ y.c1 ‖ y.c0`, each 32 bytes big-endian (the order of EIP-197).
pub const PERPETUAL_POWERS_OF_TAU: [u8; S_G2_BYTES] = [
    0x18, 0x62, 0x82, 0x95, 0x7d, 0xb9, 0x13, 0xab, 0xd9, 0x9f, 0x91, 0xdb, 0x59, 0xfe, 0x69, 0x92,
    0x2e, 0x95, 0x04, 0x06, 0x03, 0xef, 0x44, 0xc0, 0xbd, 0x7a, 0xa3, 0xad, 0xee, 0xf8, 0xf5, 0xac,
    0x17, 0x94, 0x43, 0x51, 0x22, 0x33, 0x33, 0xf2, 0x60, 0xdd, 0xc3, 0xb4, 0xaf, 0x45, 0x19, 0x1b,
    0x85, 0x66, 0x89, 0xed, 0xa9, 0xea, 0xb5, 0xcb, 0xcd, 0xdb, 0xbe, 0x57, 0x0c, 0xe8, 0x60, 0xd2,
    0x29, 0x8a, 0xdc, 0x73, 0x96, 0xbd, 0x38, 0x65, 0xcb, 0xf6, 0xd6, 0xdf, 0x91, 0xba, 0xe4, 0x06,
    0x69, 0x4e, 0x6d, 0x22, 0x15, 0xba, 0xa8, 0x93, 0xbd, 0xea, 0xdb, 0x63, 0x05, 0x28, 0x95, 0xf4,
    0x29, 0x77, 0x72, 0xd3, 0x4b, 0xc9, 0xaa, 0x8a, 0xe5, 0x61, 0x62, 0x48, 0x63, 0x63, 0xff, 0xe4,
    0x17, 0xb0, 0x2d, 0xc7, 0xe8, 0xc2, 0x07, 0xfc, 0x2c, 0xc2, 0x02, 0x03, 0xe6, 0x7a, 0x02, 0xad,
];

/// Encodes a finite G2 point as `x.c1 ‖ x.c0 ‖ y.c1 ‖ y.c0`, big-endian. The identity becomes zeros,
/// which [`decode_s_g2`] refuses.
pub fn encode_s_g2(point: &G2Affine) -> [u8; S_G2_BYTES] {
    let mut out = [0; S_G2_BYTES];
    if let Some((x, y)) = point.xy() {
        for (chunk, value) in out.chunks_exact_mut(32).zip([x.c1, x.c0, y.c1, y.c0]) {
            chunk.copy_from_slice(&value.into_bigint().to_bytes_be());
        }
    }
    out
}

/// Decodes and checks \[s\]G2: canonical coordinates, on the twist, in the subgroup of order r, and
/// not the identity. `None` where one of these fails.
pub fn decode_s_g2(bytes: &[u8; S_G2_BYTES]) -> Option<G2Affine> {
    let mut coordinates = [Fq::from(0u64); 4];
    for (value, chunk) in coordinates.iter_mut().zip(bytes.chunks_exact(32)) {
        *value = crate::transcript::canonical::<Fq>(chunk)?;
    }
    let [x1, x0, y1, y0] = coordinates;
    let point = G2Affine::new_unchecked(Fq2::new(x0, x1), Fq2::new(y0, y1));
    // The ceremony's point is known to be good; a test holds the constant against the full check.
    let known = *bytes == PERPETUAL_POWERS_OF_TAU;
    (known || is_valid_s_g2(&point)).then_some(point)
}

/// Is this a finite point of the order-r subgroup of the twist?
pub(crate) fn is_valid_s_g2(point: &G2Affine) -> bool {
    !point.is_zero()
        && point.is_on_curve()
        && G2Config::is_in_correct_subgroup_assuming_on_curve(point)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceremony_constant_passes_the_full_check() {
        let point = decode_s_g2(&PERPETUAL_POWERS_OF_TAU).unwrap();
        assert!(is_valid_s_g2(&point));
        assert_eq!(encode_s_g2(&point), PERPETUAL_POWERS_OF_TAU);
    }

    #[test]
    fn refuses_the_identity_and_points_off_the_twist() {
        assert_eq!(decode_s_g2(&[0; S_G2_BYTES]), None);
        let mut bytes = PERPETUAL_POWERS_OF_TAU;
        bytes[127] ^= 1;
        assert_eq!(decode_s_g2(&bytes), None);
    }

    #[test]
    fn refuses_a_point_of_the_twist_outside_the_subgroup() {
        // The twist's cofactor is large, so almost every x with a y gives such a point.
        let point = (1u64..)
            .find_map(|x| {
                G2Affine::get_point_from_x_unchecked(Fq2::new(Fq::from(x), Fq::from(0)), false)
            })
            .unwrap();
        assert!(point.is_on_curve());
        assert_eq!(decode_s_g2(&encode_s_g2(&point)), None);
    }
}
