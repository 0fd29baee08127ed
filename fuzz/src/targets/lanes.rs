//! The arithmetic in lanes against the scalar one and against arkworks: its kernels over arrays on every processor,
//! value by value, and over registers where the processor has AVX-512 IFMA, sum by sum and verdict by verdict.
//!
//! Would find: a bound that an input exceeds (debug builds assert them all); a carry lost between limbs of 52 bits; a
//! wrong sum where points are equal, opposite, images of one another or the identity, or where scalars are sparse or at
//! an edge; a wrong coordinate after a product, a square or the final exponentiation, whatever the verdict; a wrong
//! square root, inverse or inner product.

use crate::numbers::{self, KnownPoint, LAMBDA};
use arbitrary::{Arbitrary, Result, Unstructured};
use ark_bn254::{Bn254, Fq, Fq2, Fq6, Fq12, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::pairing::{MillerLoopOutput, Pairing};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{AdditiveGroup, Field, One, PrimeField, Zero};
use bn254_kzg::{FixedBases, Lanes, PairingCheck, PreparedG2, Scratch};
use bn254_kzg::{batch_inverse, batch_inverse_in_lanes, decompress, decompress_in_lanes};
use bn254_kzg::{inner_product_in_lanes, msm, msm_in_lanes, portable_lanes};
use std::cell::RefCell;

/// The first byte chooses the operation, the rest are its arguments.
pub fn run(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let operation = u8::arbitrary(&mut u).unwrap_or_default();
    // An input that is too short is no input.
    let _ = match operation % 16 {
        0..=2 | 8..=10 => sum(&mut u),
        3 | 11 => sum_by_buckets(&mut u),
        4 | 5 | 12 | 13 => pairing(&mut u),
        6 => extension(&mut u),
        7 => products(&mut u),
        14 => square_roots(&mut u),
        _ => scalars(&mut u),
    };
}

/// The points that words of a short proof stand for.
fn square_roots(u: &mut Unstructured<'_>) -> Result<()> {
    let compressed: Vec<(Fq, bool)> = (0..u.int_in_range(0..=20)?)
        .map(|_| Ok((value(&limbs(u)?), bool::arbitrary(u)?)))
        .collect::<Result<_>>()?;
    let expected: Vec<_> = compressed
        .iter()
        .map(|(x, odd)| decompress(x, *odd))
        .collect();
    assert_eq!(portable_lanes::decompress(&compressed), expected);
    if let Some(lanes) = Lanes::detect() {
        assert_eq!(decompress_in_lanes(lanes, &compressed), expected);
    }
    Ok(())
}

/// Inverses and an inner product in the scalar field.
fn scalars(u: &mut Unstructured<'_>) -> Result<()> {
    let pairs: Vec<(Fr, Fr)> = (0..u.int_in_range(0..=40)?)
        .map(|_| Ok((value(&limbs(u)?), value(&limbs(u)?))))
        .collect::<Result<_>>()?;
    let (mut a, b): (Vec<Fr>, Vec<Fr>) = pairs.into_iter().unzip();
    let product: Fr = a.iter().zip(&b).map(|(a, b)| *a * b).sum();
    assert_eq!(portable_lanes::inner_product(&a, &b), product);
    let mut expected = a.clone();
    batch_inverse(&mut expected, &mut Vec::new());
    if let Some(lanes) = Lanes::detect() {
        assert_eq!(inner_product_in_lanes(lanes, &a, &b), product);
        let mut inverses = a.clone();
        batch_inverse_in_lanes(lanes, &mut inverses);
        assert_eq!(inverses, expected);
    }
    portable_lanes::batch_inverse(&mut a);
    assert_eq!(a, expected);
    Ok(())
}

thread_local! {
    /// Kept from run to run, as a node does: what is left in it must not matter.
    static SCRATCH: RefCell<(Scratch, portable_lanes::Scratch)> = RefCell::default();
}

struct Term {
    known: KnownPoint,
    scalar: Fr,
}

impl Term {
    fn logarithm(&self) -> Fr {
        self.known.logarithm * self.scalar
    }

    fn pair(&self) -> (G1Affine, Fr) {
        (self.known.point, self.scalar)
    }
}

/// A number of 260 bits, limb by limb: those that carry furthest, and others.
fn limbs(u: &mut Unstructured<'_>) -> Result<[u64; 5]> {
    const LOW: u64 = (1 << 52) - 1;
    let mut limbs = [0; 5];
    for limb in &mut limbs {
        *limb = match u8::arbitrary(u)? % 8 {
            0 | 1 => 0,
            2 => 1,
            3 | 4 => LOW,
            5 => LOW - 1,
            6 => 1 << 51,
            _ => u64::arbitrary(u)? & LOW,
        };
    }
    Ok(limbs)
}

/// The number of these limbs, modulo a field's modulus.
fn value<F: PrimeField>(limbs: &[u64; 5]) -> F {
    let base = F::from(1_u64 << 52);
    let limbs = limbs.iter().rev();
    limbs.fold(F::ZERO, |sum, limb| sum * base + F::from(*limb))
}

/// What can be a scalar.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Scalar {
    /// One of the structured ones.
    Known(u8),
    /// ±2^a ± 2^b ± 2^c, the signs from three bits.
    Sparse([u8; 3], u8),
    /// 2^n and what is near.
    NearPower(u8, i8),
    /// Five limbs of 52 bits.
    Limbs,
    /// Any.
    Bytes([u8; 32]),
}

impl Scalar {
    fn value(self, u: &mut Unstructured<'_>) -> Result<Fr> {
        let power = |n: u8| Fr::from(2_u64).pow([u64::from(n % 254)]);
        Ok(match self {
            Scalar::Known(index) => numbers::scalar(index),
            Scalar::Sparse(bits, signs) => (0..3)
                .map(|i| match signs >> i & 1 {
                    0 => power(bits[i]),
                    _ => -power(bits[i]),
                })
                .sum(),
            Scalar::NearPower(bit, distance) => power(bit) + Fr::from(distance),
            Scalar::Limbs => value(&limbs(u)?),
            Scalar::Bytes(bytes) => numbers::reduce(&bytes),
        })
    }
}

fn scalar(u: &mut Unstructured<'_>) -> Result<Fr> {
    let scalar = Scalar::arbitrary(u)?.value(u)?;
    Ok(match u8::arbitrary(u)? % 4 {
        0 => -scalar,
        1 => scalar * LAMBDA,
        _ => scalar,
    })
}

/// Terms whose points are often what the one before was, its opposite or its image under the endomorphism.
fn terms(u: &mut Unstructured<'_>, most: usize) -> Result<Vec<Term>> {
    let (mut index, mut last) = (0_u8, Fr::ONE);
    (0..u.int_in_range(0..=most)?)
        .map(|_| {
            index = match u8::arbitrary(u)? % 8 {
                0 => index,
                1 => index ^ 32,
                2 => index.wrapping_add(64),
                _ => u8::arbitrary(u)?,
            };
            if u8::arbitrary(u)? % 4 != 0 {
                last = scalar(u)?;
            }
            Ok(Term {
                known: numbers::point(index),
                scalar: last,
            })
        })
        .collect()
}

/// The sum by known logarithms, and by arkworks.
fn reference(terms: &[(G1Affine, Fr)], logarithm: Fr) -> G1Affine {
    let expected = (G1Affine::generator() * logarithm).into_affine();
    let (points, scalars): (Vec<G1Affine>, Vec<Fr>) = terms.iter().copied().unzip();
    let arkworks = G1Projective::msm_unchecked(&points, &scalars);
    assert_eq!(arkworks.into_affine(), expected);
    expected
}

fn sum(u: &mut Unstructured<'_>) -> Result<()> {
    // Few terms as they stand, or so many copies of them that the lanes take buckets, or nearly.
    let number = match u8::arbitrary(u)? {
        many @ 248.. => Some(usize::from(many - 248) * 10 + 570),
        _ => None,
    };
    let window = u.int_in_range(*FixedBases::WINDOWS.start()..=9)?;
    let fixed = terms(u, 8)?;
    let few = terms(u, 24)?;
    let number = number.unwrap_or(few.len());
    let variable = || few.iter().cycle().take(number);
    let all: Vec<(G1Affine, Fr)> = variable().chain(&fixed).map(Term::pair).collect();
    let logarithm = variable().chain(&fixed).map(Term::logarithm).sum();
    let expected = Some(reference(&all, logarithm));

    let (points, scalars): (Vec<G1Affine>, Vec<Fr>) = fixed.iter().map(Term::pair).unzip();
    let bases = FixedBases::new(&points, window);
    let bases = Some((&bases, &scalars[..]));
    SCRATCH.with_borrow_mut(|(scratch, portable)| {
        let pairs = || variable().map(Term::pair);
        let all = || all.iter().copied();
        assert_eq!(msm(pairs(), bases, scratch), expected);
        assert_eq!(portable_lanes::msm(pairs(), bases, portable), expected);
        assert_eq!(portable_lanes::msm(all(), None, portable), expected);
        if let Some(lanes) = Lanes::detect() {
            assert_eq!(msm_in_lanes(lanes, pairs(), bases, scratch), expected);
            assert_eq!(msm_in_lanes(lanes, all(), None, scratch), expected);
        }
    });
    Ok(())
}

fn sum_by_buckets(u: &mut Unstructured<'_>) -> Result<()> {
    // Wider windows have thousands of buckets, which takes too long over arrays.
    let window = u.int_in_range(2..=8)?;
    let terms = terms(u, 40)?;
    let pairs: Vec<(G1Affine, Fr)> = terms.iter().map(Term::pair).collect();
    let expected = reference(&pairs, terms.iter().map(Term::logarithm).sum());
    SCRATCH.with_borrow_mut(|(_, portable)| {
        let sum = portable_lanes::msm_by_buckets(pairs, window, portable);
        assert_eq!(sum, Some(expected));
    });
    Ok(())
}

fn pairing(u: &mut Unstructured<'_>) -> Result<()> {
    let (q0, log_q0) = point_of_g2(u)?;
    let (q1, log_q1) = point_of_g2(u)?;
    let known = |logarithm: Fr| KnownPoint {
        point: (G1Affine::generator() * logarithm).into_affine(),
        logarithm,
    };
    let p0 = match bool::arbitrary(u)? {
        true => known(scalar(u)?),
        false => numbers::point(u8::arbitrary(u)?),
    };
    let p1 = match u8::arbitrary(u)? % 4 {
        // The point that makes the claim true: e(p0, q0) = e(-p1, q1).
        0 | 1 => known(-p0.logarithm * log_q0 * log_q1.inverse().unwrap_or(Fr::ZERO)),
        2 => known(scalar(u)?),
        _ => numbers::point(u8::arbitrary(u)?),
    };
    let (points, twist) = ([p0.point, p1.point], [q0, q1]);
    let expected = Bn254::multi_pairing(points, twist).0;
    let holds = (p0.logarithm * log_q0 + p1.logarithm * log_q1).is_zero();
    assert_eq!(expected.is_one(), holds);
    let product = portable_lanes::pairing_product(points, twist);
    assert_eq!(product, (expected, holds));

    let [windows, lines] = [PreparedG2::windows, PreparedG2::lines].map(|prepare| {
        let [first, second] = twist.map(|q| prepare(&q));
        PairingCheck::new(first, second)
    });
    for check in [windows, lines] {
        assert_eq!(check.check(&p0.point, &p1.point), holds);
        if let Some(lanes) = Lanes::detect() {
            assert_eq!(check.in_lanes(lanes).check(&p0.point, &p1.point), holds);
        }
    }
    Ok(())
}

fn point_of_g2(u: &mut Unstructured<'_>) -> Result<(G2Affine, Fr)> {
    Ok(match u8::arbitrary(u)? {
        255 => (G2Affine::identity(), Fr::ZERO),
        index => numbers::point_of_g2(index),
    })
}

/// An element of the base field, whose form in lanes is close to the limbs that the input asks for.
fn coordinate(u: &mut Unstructured<'_>) -> Result<Fq> {
    let r_inverse = Fq::from(2_u64).pow([260]).inverse().expect("2 is a unit");
    Ok(match u8::arbitrary(u)? % 4 {
        0 => Fq::ZERO,
        1 => Fq::from(i8::arbitrary(u)?),
        _ => value::<Fq>(&limbs(u)?) * r_inverse,
    })
}

/// An element of Fp12: its own coordinates, or one for all of them.
fn element(u: &mut Unstructured<'_>) -> Result<Fq12> {
    let all = match u8::arbitrary(u)? % 4 {
        0 => Some(coordinate(u)?),
        _ => None,
    };
    let mut c = [Fq::ZERO; 12];
    for coordinate in &mut c {
        *coordinate = all.map_or_else(|| self::coordinate(u), Ok)?;
    }
    let six = |c: &[Fq; 6]| {
        let [a, b, c, d, e, f] = *c;
        Fq6::new(Fq2::new(a, b), Fq2::new(c, d), Fq2::new(e, f))
    };
    let halves = c.as_chunks::<6>().0;
    Ok(Fq12::new(six(&halves[0]), six(&halves[1])))
}

fn extension(u: &mut Unstructured<'_>) -> Result<()> {
    let multiple = u64::from(u8::arbitrary(u)? % 3);
    let (a, b) = (element(u)?, element(u)?);
    let ours = portable_lanes::product_and_square(&a, &b, multiple);
    assert_eq!(ours, [a * b, a.square()]);
    // arkworks gives none for zero
    let expected = Bn254::final_exponentiation(MillerLoopOutput(a)).map_or(Fq12::ZERO, |f| f.0);
    assert_eq!(portable_lanes::final_exponentiation(&a), expected);
    assert_eq!(portable_lanes::scalar_final_exponentiation(&a), expected);
    Ok(())
}

fn products(u: &mut Unstructured<'_>) -> Result<()> {
    /// The modulus' top limb: factors must be below 83p.
    const TOP: u64 = 0x3064_4e72_e131;
    let mut factor = || -> Result<[u64; 5]> {
        let mut limbs = limbs(u)?;
        limbs[4] = limbs[4].min(83 * TOP - 1);
        Ok(limbs)
    };
    let (mut a, mut b) = ([[0; 5]; 8], [[0; 5]; 8]);
    for limbs in a.iter_mut().chain(&mut b) {
        *limbs = factor()?;
    }
    let ours = portable_lanes::products(&a, &b).expect("all are below 83p");
    let scale = Fq::from(2_u64).pow([520]).inverse().expect("2 is a unit");
    for ((a, b), product) in a.iter().zip(&b).zip(ours) {
        assert_eq!(product, value::<Fq>(a) * value::<Fq>(b) * scale);
    }
    Ok(())
}
