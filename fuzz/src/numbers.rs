//! Words, scalars and points that are worth trying, each named by a few bytes.

use arbitrary::Arbitrary;
use ark_bn254::{Fq, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, MontFp, PrimeField};
use sha3::{Digest, Keccak256};
use std::sync::LazyLock;
use zk_verify_vectors::forge::short_point;

/// A cube root of 1 in the base field: (x, y) → (β·x, y) maps the curve to itself.
pub const BETA: Fq =
    MontFp!("21888242871839275220042445260109153167277707414472061641714758635765020556616");
/// What that map multiplies by, a cube root of 1 in the scalar field.
pub const LAMBDA: Fr =
    MontFp!("21888242871839275217838484774961031246154997185409878258781734729429964517155");

/// The two fields of BN254.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Modulus {
    /// Of coordinates.
    Base,
    /// Of scalars.
    Scalar,
}

/// A 32-byte word.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Word {
    /// A small number.
    Small(u16),
    /// Just below, at or just above a modulus.
    Near(Modulus, i8),
    /// 2^n
    Power(u8),
    /// 2^256 - 1 - n
    Large(u8),
    /// What the word was, plus a modulus: another encoding of the same element, were it allowed.
    Raised(Modulus),
    /// One of the structured [`scalar`]s.
    Scalar(u8),
    /// Anything.
    Bytes([u8; 32]),
}

impl Word {
    /// The word, big-endian; `before` is what it replaces.
    pub fn bytes(self, before: [u8; 32]) -> [u8; 32] {
        let modulus = |which| match which {
            Modulus::Base => Fq::MODULUS,
            Modulus::Scalar => Fr::MODULUS,
        };
        match self {
            Word::Small(value) => big_endian(BigInt::from(u64::from(value))),
            Word::Near(which, distance) => {
                let (mut value, by) = (modulus(which), u64::from(distance.unsigned_abs()));
                if distance < 0 {
                    value.sub_with_borrow(&BigInt::from(by));
                } else {
                    value.add_with_carry(&BigInt::from(by));
                }
                big_endian(value)
            }
            Word::Power(exponent) => {
                let mut value = BigInt::from(1u64);
                value <<= u32::from(exponent);
                big_endian(value)
            }
            Word::Large(distance) => {
                let mut bytes = [0xff; 32];
                bytes[31] -= distance;
                bytes
            }
            Word::Raised(which) => {
                let mut value = from_big_endian(before);
                value.add_with_carry(&modulus(which));
                big_endian(value)
            }
            Word::Scalar(index) => encode(&scalar(index)),
            Word::Bytes(bytes) => bytes,
        }
    }
}

fn big_endian(value: BigInt<4>) -> [u8; 32] {
    let bytes = value.to_bytes_be();
    bytes.try_into().expect("four limbs")
}

fn from_big_endian(bytes: [u8; 32]) -> BigInt<4> {
    let mut limbs = [0; 4];
    for (limb, chunk) in limbs.iter_mut().rev().zip(bytes.as_chunks::<8>().0) {
        *limb = u64::from_be_bytes(*chunk);
    }
    BigInt(limbs)
}

/// A field element as the verifier reads it: 32 bytes, big-endian.
pub fn encode<F: PrimeField<BigInt = BigInt<4>>>(value: &F) -> [u8; 32] {
    big_endian(value.into_bigint())
}

/// A scalar from any 32 bytes.
pub fn reduce(bytes: &[u8; 32]) -> Fr {
    Fr::from_be_bytes_mod_order(bytes)
}

/// 256 scalars: edges of the field and of the endomorphism's halves, powers of two, and, from 192 on,
/// numbers that look random.
pub fn scalar(index: u8) -> Fr {
    SCALARS[usize::from(index)]
}

static SCALARS: LazyLock<Vec<Fr>> = LazyLock::new(|| {
    let half = Fr::from_bigint(Fr::MODULUS_MINUS_ONE_DIV_TWO).expect("below the modulus");
    let edges = [
        Fr::ZERO,
        Fr::ONE,
        -Fr::ONE,
        LAMBDA,
        -LAMBDA,
        LAMBDA.square(),
        -LAMBDA.square(),
        half,
        half + Fr::ONE,
    ];
    // The widths of windows and halves: 2^n, and its neighbours.
    let powers = [1u64, 7, 8, 9, 10, 62, 63, 64, 126, 127, 128, 253];
    let powers = powers.map(|n| Fr::from(2u64).pow([n]));
    let mut scalars: Vec<Fr> = edges.to_vec();
    for power in powers {
        for factor in [Fr::ONE, LAMBDA] {
            let value = power * factor;
            scalars.extend([value, -value, value - Fr::ONE, value + Fr::ONE]);
        }
    }
    let small = (2u64..).map(Fr::from).take(192 - scalars.len());
    scalars.extend(small);
    scalars.extend((192..=255).map(hashed));
    scalars
});

fn hashed(index: u8) -> Fr {
    Fr::from_be_bytes_mod_order(&Keccak256::digest([index]))
}

/// A point of G1 whose discrete logarithm is known.
#[derive(Clone, Copy, Debug)]
pub struct KnownPoint {
    /// The point.
    pub point: G1Affine,
    /// The point is so many times the generator.
    pub logarithm: Fr,
}

/// 256 points: multiples of the generator by 1 to 16 and by sixteen numbers that look random (the low
/// five bits), their opposites (the sixth), and the images of all these under the endomorphism. The
/// last of all is the identity.
pub fn point(index: u8) -> KnownPoint {
    POINTS[usize::from(index)]
}

static POINTS: LazyLock<Vec<KnownPoint>> = LazyLock::new(|| {
    let logarithm = |index: u8| {
        let base = match index & 31 {
            small @ 0..16 => Fr::from(small + 1),
            large => hashed(large),
        };
        let sign = if index & 32 == 0 { Fr::ONE } else { -Fr::ONE };
        base * sign * LAMBDA.pow([u64::from(index >> 6)])
    };
    let mut logarithms: Vec<Fr> = (0..=255).map(logarithm).collect();
    logarithms[255] = Fr::ZERO;
    let generator = G1Affine::generator();
    let points: Vec<G1Projective> = logarithms.iter().map(|k| generator * k).collect();
    let points = G1Projective::normalize_batch(&points).into_iter();
    points
        .zip(logarithms)
        .map(|(point, logarithm)| KnownPoint { point, logarithm })
        .collect()
});

/// 16 points of G2: multiples of the generator by 1 to 8 and their opposites.
pub fn point_of_g2(index: u8) -> (G2Affine, Fr) {
    let size = Fr::from((index & 7) + 1);
    let logarithm = if index & 8 == 0 { size } else { -size };
    ((G2Affine::generator() * logarithm).into_affine(), logarithm)
}

/// `x ‖ y`; zeros for the identity.
pub fn encode_point(point: &G1Affine) -> [u8; 64] {
    let mut bytes = [0; 64];
    if let Some((x, y)) = point.xy() {
        bytes[..32].copy_from_slice(&encode(&x));
        bytes[32..].copy_from_slice(&encode(&y));
    }
    bytes
}

fn decode_point(bytes: &[u8; 64]) -> Option<G1Affine> {
    let [x, y] = bytes.as_chunks::<32>().0 else {
        return None;
    };
    let [x, y] = [*x, *y].map(|word| Fq::from_bigint(from_big_endian(word)));
    let point = G1Affine::new_unchecked(x?, y?);
    point.is_on_curve().then_some(point)
}

/// What can be done to an encoded point.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum PointChange {
    /// -P
    Negated,
    /// Its image under the endomorphism: the same y.
    Endomorphism,
    /// 2P
    Doubled,
    /// P + G
    Shifted,
    /// (0, 0)
    Identity,
    /// Another point.
    Known(u8),
    /// (y, x)
    Swapped,
    /// Another first word.
    X(Word),
    /// Another second word.
    Y(Word),
}

impl PointChange {
    /// Changes 64 bytes; those that need a point leave bytes alone that are none.
    pub fn apply(self, bytes: &mut [u8; 64]) {
        let point = decode_point(bytes);
        let changed = match (self, point) {
            (PointChange::Identity, _) => [0; 64],
            (PointChange::Known(index), _) => encode_point(&self::point(index).point),
            (PointChange::Swapped, _) => {
                bytes.rotate_left(32);
                return;
            }
            (PointChange::X(word), _) => return replace(bytes, 0, word),
            (PointChange::Y(word), _) => return replace(bytes, 1, word),
            (_, None) => return,
            (PointChange::Negated, Some(p)) => encode_point(&-p),
            (PointChange::Endomorphism, Some(p)) => {
                encode_point(&G1Affine::new_unchecked(p.x * BETA, p.y))
            }
            (PointChange::Doubled, Some(p)) => encode_point(&(p + p).into_affine()),
            (PointChange::Shifted, Some(p)) => {
                encode_point(&(p + G1Affine::generator()).into_affine())
            }
        };
        *bytes = changed;
    }
}

impl PointChange {
    /// Changes a word of a short proof: a point as [`apply`](Self::apply) does, a first word to another one, a
    /// second word's place being the two bits above x.
    pub fn apply_short(self, word: &mut [u8; 32]) {
        match self {
            PointChange::X(other) => *word = other.bytes(*word),
            PointChange::Y(other) => word[0] ^= other.bytes(*word)[31] & 0xc0,
            _ => {
                let mut long = [0; 64];
                if let Some(point) = decode_short(word) {
                    long = encode_point(&point);
                }
                self.apply(&mut long);
                if long == [0; 64] {
                    *word = [0; 32];
                } else if let Some(point) = decode_point(&long) {
                    *word = short_point(&point).unwrap_or_default();
                }
            }
        }
    }
}

/// The point of a word with the parity of y in the top bit; `None` for the identity and for what is no point.
fn decode_short(word: &[u8; 32]) -> Option<G1Affine> {
    let mut x = *word;
    x[0] &= 0x7f;
    let x = Fq::from_bigint(from_big_endian(x))?;
    bn254_kzg::decompress(&x, word[0] & 0x80 != 0)
}

fn replace(bytes: &mut [u8; 64], index: usize, word: Word) {
    let slot = &mut bytes.as_chunks_mut::<32>().0[index];
    *slot = word.bytes(*slot);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endomorphism_multiplies_by_lambda() {
        let p = point(3).point;
        let image = G1Affine::new_unchecked(p.x * BETA, p.y);
        assert_eq!(image, (p * LAMBDA).into_affine());
        assert_eq!(point(3 + 64).point, image);
    }

    #[test]
    fn points_are_their_logarithms_times_the_generator() {
        for index in 0..=255 {
            let known = point(index);
            let expected = (G1Affine::generator() * known.logarithm).into_affine();
            assert_eq!(known.point, expected);
        }
    }

    #[test]
    fn every_change_of_a_point_changes_it() {
        use PointChange::*;
        let before = encode_point(&point(20).point);
        let raised = Word::Raised(Modulus::Base);
        let changes = [
            Negated,
            Endomorphism,
            Doubled,
            Shifted,
            Identity,
            Known(0),
            Swapped,
            X(raised),
            Y(raised),
        ];
        for change in changes {
            let mut bytes = before;
            change.apply(&mut bytes);
            assert_ne!(bytes, before, "{change:?}");
        }
    }
}
