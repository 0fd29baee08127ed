//! The trusted setup that a key was made under, as far as a verifier needs it: the point \[s\]G2.
//!
//! Anybody who knows `s` can forge every proof. So a key says which \[s\]G2 it was made under, and a
//! chain accepts an explicit list of them.

use crate::field::{canonical, to_word};
use ark_bn254::{Fq, Fq2, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::MontFp;

/// A valid \[s\]G2: a point of the twist's subgroup of order r, not the identity (spec, sections 1.3
/// and 2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedSetup {
    s_g2: G2Affine,
    bytes: [u8; Self::BYTES],
}

impl TrustedSetup {
    /// Bytes of the encoding.
    pub const BYTES: usize = 128;

    /// The encoding of the perpetual powers of tau, the public ceremony that ezkl's users have.
    pub const PERPETUAL_POWERS_OF_TAU: [u8; Self::BYTES] = [
        0x18, 0x62, 0x82, 0x95, 0x7d, 0xb9, 0x13, 0xab, 0xd9, 0x9f, 0x91, 0xdb, 0x59, 0xfe, 0x69,
        0x92, 0x2e, 0x95, 0x04, 0x06, 0x03, 0xef, 0x44, 0xc0, 0xbd, 0x7a, 0xa3, 0xad, 0xee, 0xf8,
        0xf5, 0xac, 0x17, 0x94, 0x43, 0x51, 0x22, 0x33, 0x33, 0xf2, 0x60, 0xdd, 0xc3, 0xb4, 0xaf,
        0x45, 0x19, 0x1b, 0x85, 0x66, 0x89, 0xed, 0xa9, 0xea, 0xb5, 0xcb, 0xcd, 0xdb, 0xbe, 0x57,
        0x0c, 0xe8, 0x60, 0xd2, 0x29, 0x8a, 0xdc, 0x73, 0x96, 0xbd, 0x38, 0x65, 0xcb, 0xf6, 0xd6,
        0xdf, 0x91, 0xba, 0xe4, 0x06, 0x69, 0x4e, 0x6d, 0x22, 0x15, 0xba, 0xa8, 0x93, 0xbd, 0xea,
        0xdb, 0x63, 0x05, 0x28, 0x95, 0xf4, 0x29, 0x77, 0x72, 0xd3, 0x4b, 0xc9, 0xaa, 0x8a, 0xe5,
        0x61, 0x62, 0x48, 0x63, 0x63, 0xff, 0xe4, 0x17, 0xb0, 0x2d, 0xc7, 0xe8, 0xc2, 0x07, 0xfc,
        0x2c, 0xc2, 0x02, 0x03, 0xe6, 0x7a, 0x02, 0xad,
    ];

    /// The perpetual powers of tau.
    pub fn perpetual_powers_of_tau() -> Self {
        const X: Fq2 = Fq2::new(
            MontFp!("0x17944351223333f260ddc3b4af45191b856689eda9eab5cbcddbbe570ce860d2"),
            MontFp!("0x186282957db913abd99f91db59fe69922e95040603ef44c0bd7aa3adeef8f5ac"),
        );
        const Y: Fq2 = Fq2::new(
            MontFp!("0x297772d34bc9aa8ae56162486363ffe417b02dc7e8c207fc2cc20203e67a02ad"),
            MontFp!("0x298adc7396bd3865cbf6d6df91bae406694e6d2215baa893bdeadb63052895f4"),
        );
        TrustedSetup {
            s_g2: G2Affine::new_unchecked(X, Y),
            bytes: Self::PERPETUAL_POWERS_OF_TAU,
        }
    }

    /// The setup with this \[s\]G2. `None` if the point is off the twist, outside the subgroup of
    /// order r, or the identity.
    pub fn new(s_g2: G2Affine) -> Option<Self> {
        let (x, y) = s_g2.xy()?;
        if !bn254_kzg::is_in_g2(&s_g2) {
            return None;
        }
        let mut bytes = [0; Self::BYTES];
        for (chunk, value) in bytes.chunks_exact_mut(32).zip([x.c1, x.c0, y.c1, y.c0]) {
            chunk.copy_from_slice(&to_word(&value));
        }
        Some(TrustedSetup { s_g2, bytes })
    }

    /// Reads `x.c1 ‖ x.c0 ‖ y.c1 ‖ y.c0`, each 32 bytes big-endian (the order of EIP-197). `None` if
    /// a coordinate is not canonical or [`new`](Self::new) refuses the point.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        // This point is known to be good; a test holds the constant against the full check.
        if *bytes == Self::PERPETUAL_POWERS_OF_TAU {
            return Some(Self::perpetual_powers_of_tau());
        }
        let mut coordinates = [Fq::from(0u64); 4];
        for (value, chunk) in coordinates.iter_mut().zip(bytes.chunks_exact(32)) {
            *value = canonical(chunk)?;
        }
        let [x1, x0, y1, y0] = coordinates;
        Self::new(G2Affine::new_unchecked(Fq2::new(x0, x1), Fq2::new(y0, y1)))
    }

    /// The encoding that [`from_bytes`](Self::from_bytes) reads.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        self.bytes
    }

    /// \[s\]G2, not negated.
    pub fn s_g2(&self) -> &G2Affine {
        &self.s_g2
    }

    /// Is this the perpetual powers of tau?
    pub fn is_perpetual_powers_of_tau(&self) -> bool {
        self.bytes == Self::PERPETUAL_POWERS_OF_TAU
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_perpetual_powers_of_tau_pass_the_full_check() {
        let known = TrustedSetup::perpetual_powers_of_tau();
        // Encodes the point anew.
        assert_eq!(TrustedSetup::new(*known.s_g2()).unwrap(), known);
        assert!(known.is_perpetual_powers_of_tau());
    }

    #[test]
    fn refuses_the_identity_and_points_off_the_twist() {
        assert_eq!(TrustedSetup::new(G2Affine::identity()), None);
        assert_eq!(
            TrustedSetup::from_bytes(&[0; TrustedSetup::BYTES]),
            None,
            "the identity's encoding"
        );
        let mut bytes = TrustedSetup::PERPETUAL_POWERS_OF_TAU;
        bytes[127] ^= 1;
        assert_eq!(TrustedSetup::from_bytes(&bytes), None);
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
        assert_eq!(TrustedSetup::new(point), None);
    }
}
