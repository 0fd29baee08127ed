//! The pairing check: does `e(p0, q0) · e(p1, q1) = 1` hold for fixed q0 and q1?
//!
//! The optimal ate pairing of F. Vercauteren (*Optimal pairings*, 2008) for BN curves:
//! a Miller loop over 6X + 2 in non-adjacent form, two further lines for the Frobenius images of q,
//! and the final exponentiation to (p¹² - 1)/r in the form of L. Fuentes-Castañeda, E. Knapp and
//! F. Rodríguez-Henríquez (*Faster hashing to G2*, SAC 2011), which takes a fixed multiple of the
//! exponent, 2X(6X² + 3X + 1), coprime to r. After it every value equals arkworks' exactly; before
//! it the two Miller loops differ by factors in Fp2 (see [`lines`](crate::lines)).
//!
//! Pairs in which either point is the identity contribute 1 and are left out first: the Miller
//! loop's formulas do not cover them, and an inverse of y = 0 taken as 0 would turn
//! every line into 1 and every check into a success.

use ark_bn254::{Config, G1Affine, G2Affine};
use ark_ec::bn::BnConfig;

use crate::curve::Affine;
use crate::fp::Fp;
use crate::lines::{Line, PreparedG2};
use crate::tower::Fp12;

/// Decides `e(p0, q0) · e(p1, q1) = 1` for two fixed points of G2.
///
/// ```
/// use ark_bn254::{Fr, G1Affine, G2Affine};
/// use ark_ec::{AffineRepr, CurveGroup};
/// use bn254_kzg::PairingCheck;
///
/// // a commitment [6] in G1 opened against [2] in G2: e([6], [1]) = e([3], [2])
/// let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
/// let two = (g2 * Fr::from(2)).into_affine();
/// let check = PairingCheck::new(&g2, &two);
/// let six = (g1 * Fr::from(6)).into_affine();
/// let minus_three = (g1 * -Fr::from(3)).into_affine();
/// assert!(check.check(&six, &minus_three));
/// assert!(!check.check(&six, &six));
/// ```
#[derive(Clone, Debug)]
pub struct PairingCheck {
    q0: PreparedG2,
    q1: PreparedG2,
}

impl PairingCheck {
    /// Prepares both points, which must lie in the subgroup of order r.
    pub fn new(q0: &G2Affine, q1: &G2Affine) -> PairingCheck {
        PairingCheck {
            q0: PreparedG2::new(q0),
            q1: PreparedG2::new(q1),
        }
    }

    /// Whether `e(p0, q0) · e(p1, q1) = 1`. p0 and p1 must be on the curve (which has prime order);
    /// the identity is allowed.
    pub fn check(&self, p0: &G1Affine, p1: &G1Affine) -> bool {
        final_exponentiation(&self.miller_loop(p0, p1)) == Fp12::ONE
    }

    /// The memory that this value holds, in bytes, shared lines included.
    pub fn size_in_bytes(&self) -> usize {
        self.q0
            .size_in_bytes()
            .saturating_add(self.q1.size_in_bytes())
    }

    /// The product of both Miller loops, up to a factor in Fp2. Never zero.
    pub(crate) fn miller_loop(&self, p0: &G1Affine, p1: &G1Affine) -> Fp12 {
        let first = Affine::from_ark(p0).filter(|_| !self.q0.is_identity());
        let second = Affine::from_ark(p1).filter(|_| !self.q1.is_identity());
        match (first, second) {
            (Some(p0), Some(p1)) => {
                // one inversion for both; no point of the curve has y = 0, its order being odd
                let inverse = p0.y.mul(&p1.y).inverse();
                let mut pairs = [
                    Pair::new(&p0, &inverse.mul(&p1.y), &self.q0),
                    Pair::new(&p1, &inverse.mul(&p0.y), &self.q1),
                ];
                miller_loop(&mut pairs)
            }
            (Some(p), None) => miller_loop(&mut [Pair::new(&p, &p.y.inverse(), &self.q0)]),
            (None, Some(p)) => miller_loop(&mut [Pair::new(&p, &p.y.inverse(), &self.q1)]),
            (None, None) => Fp12::ONE,
        }
    }
}

/// A point of G1 in the form that normalised lines are evaluated at, and the lines still to come.
struct Pair<'a> {
    x_over_y: Fp,
    one_over_y: Fp,
    lines: core::slice::Iter<'a, Line>,
}

impl<'a> Pair<'a> {
    fn new(p: &Affine, inverse_of_y: &Fp, q: &'a PreparedG2) -> Pair<'a> {
        Pair {
            x_over_y: p.x.mul(inverse_of_y),
            one_over_y: *inverse_of_y,
            lines: q.lines(),
        }
    }
}

/// Multiplies `f` by the next line of every pair.
#[inline(always)]
fn multiply_by_next_lines(mut f: Fp12, pairs: &mut [Pair<'_>]) -> Fp12 {
    for pair in pairs {
        if let Some(line) = pair.lines.next() {
            f = f.mul_by_line(
                &line.slope.scale(&pair.x_over_y),
                &line.offset.scale(&pair.one_over_y),
            );
        }
    }
    f
}

/// One tangent for every digit of 6X + 2 below the leading one, one chord for each of them that is
/// not zero, and two chords at the end.
fn miller_loop(pairs: &mut [Pair<'_>]) -> Fp12 {
    let mut f = Fp12::ONE;
    for digit in Config::ATE_LOOP_COUNT.iter().rev().skip(1) {
        f = multiply_by_next_lines(f.square(), pairs);
        if *digit != 0 {
            f = multiply_by_next_lines(f, pairs);
        }
    }
    f = multiply_by_next_lines(f, pairs);
    multiply_by_next_lines(f, pairs)
}

/// f to the power 2X(6X² + 3X + 1)·(p¹² - 1)/r, for f ≠ 0.
#[inline(never)]
pub(crate) fn final_exponentiation(f: &Fp12) -> Fp12 {
    // the easy part, (p⁶ - 1)(p² + 1)
    let r = f.conjugate().mul(&f.inverse());
    let r = r.frobenius(2).mul(&r);
    // The hard part; from here on the inverse is the conjugate. Exponents of r:
    let x = r.cyclotomic_power_of_x();
    let x2 = x.cyclotomic_square(); // 2X
    let x4 = x2.cyclotomic_square(); // 4X
    let x6 = x4.mul(&x2); // 6X
    let xx6 = x6.cyclotomic_power_of_x(); // 6X²
    let xx12 = xx6.cyclotomic_square(); // 12X²
    let xxx12 = xx12.cyclotomic_power_of_x(); // 12X³
    let a = xxx12.mul(&xx6).mul(&x6); // 12X³ + 6X² + 6X
    let b = a.mul(&x2.conjugate()); // 12X³ + 6X² + 4X
    let c = a.mul(&xx6).mul(&r); // 12X³ + 12X² + 6X + 1
    let d = b.mul(&r.conjugate()); // 12X³ + 6X² + 4X - 1
    d.frobenius(3)
        .mul(&a.frobenius(2))
        .mul(&b.frobenius(1))
        .mul(&c)
}
