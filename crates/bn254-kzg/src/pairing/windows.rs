//! The Miller loop for a fixed point of G2, in windows of several bits.
//!
//! Write f_n for Miller's function of Q, with divisor n(Q) - (nQ) - (n - 1)(O). A step of the loop from n
//! to `2^k·n + d` is `f ← f^(2^k) · g`, where g has the divisor
//! `2^k(nQ) + |d|(±Q) + (-S) - m(O)` for `S = (2^k·n + d)Q` and `m = 2^k + |d| + 1`, up to verticals, which
//! lie in Fp6 and vanish in the final exponentiation. So g depends on Q alone and is a polynomial
//! A(x) + y·B(x) with a pole of order m: one constant for each monomial up to that order. Instead of k
//! squarings and k lines or more, a window costs k squarings, a product in Fp for each half of a
//! constant, and one full product in Fp12.
//!
//! The twist takes (x, y) of G1 to (x·w⁻², y·w⁻³). After multiplying by wᵐ, which vanishes in the final
//! exponentiation as well, the monomial of order n stands at w^(m - n); w⁶ = ξ is multiplied into its
//! constant. Dividing by the leading constant, which lies in Fp2, makes that 1.

use alloc::vec::Vec;

use ark_bn254::G2Affine;

use super::function::{TwistPoint, Walk};
use crate::curve::Affine;
use crate::fp::{self, Fp};
use crate::limbs;
use crate::tower::{Fp2, Fp6, Fp12};

/// One window of the loop: n becomes `2^squarings · n + digit`.
#[derive(Debug)]
struct Digit {
    squarings: u8,
    digit: i8,
}

/// 6X + 2 in windows, after the first, which takes n from 1 to [`FIRST`]. Found by a search over
/// all ways to write it with at most three squarings in a window, for the fewest products.
const DIGITS: [Digit; 21] = {
    const fn window(squarings: u8, digit: i8) -> Digit {
        Digit { squarings, digit }
    }
    [
        window(3, -1),
        window(3, 3),
        window(3, 0),
        window(3, -3),
        window(2, -1),
        window(3, -1),
        window(3, 0),
        window(3, 1),
        window(3, -1),
        window(3, 2),
        window(3, -2),
        window(3, 0),
        window(3, -3),
        window(3, -1),
        window(3, 3),
        window(3, 1),
        window(3, 0),
        window(2, -2),
        window(3, -1),
        window(3, -3),
        window(3, 0),
    ]
};
/// The multiple of Q that the first window arrives at, without a squaring.
const FIRST: u8 = 13;

/// Where a window's factor is due, and how many constants it has.
#[derive(Debug)]
pub(crate) struct Window {
    /// Squarings of the whole loop that are left after the factor.
    pub(crate) squarings_left: usize,
    /// The pole's order m: the factor has constants for the orders m - 1 to 0.
    pub(crate) order: usize,
}

/// All windows, the first included, in the loop's order.
pub(crate) const WINDOWS: [Window; DIGITS.len() + 1] = schedule();

#[allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "evaluated by the compiler"
)]
const fn schedule() -> [Window; DIGITS.len() + 1] {
    const EMPTY: Window = Window {
        squarings_left: 0,
        order: 0,
    };
    let mut windows = [EMPTY; DIGITS.len() + 1];
    let mut squarings_left = 0;
    let mut i = DIGITS.len();
    while i > 0 {
        let Digit { squarings, digit } = DIGITS[i - 1];
        windows[i] = Window {
            squarings_left,
            order: (1 << squarings) + digit.unsigned_abs() as usize + 1,
        };
        squarings_left += squarings as usize;
        i -= 1;
    }
    windows[0] = Window {
        squarings_left,
        order: FIRST as usize + 1,
    };
    // the two Frobenius images of Q
    windows[DIGITS.len()].order += 2;
    windows
}

/// The highest order of a monomial that a window needs: that of the first.
pub(crate) const HIGHEST: usize = FIRST as usize + 1;

/// The constants of all windows of `q`, in the loop's order; for each those of the orders m - 1 to 0.
pub(crate) fn of(q: &G2Affine) -> Vec<Fp2> {
    let q = TwistPoint::new(q);
    let mut windows = WINDOWS.iter();
    let mut constants = Vec::new();
    let mut keep = |walk: &Walk| {
        let order = windows.next().map_or(0, |window| window.order);
        let plain = walk.monic_coefficients(order);
        constants.extend(
            (1..)
                .zip(plain)
                .map(|(power, constant)| times_w6(constant, power)),
        );
        walk.end()
    };
    let mut walk = Walk::from(q);
    walk.double();
    for _ in 2..FIRST {
        walk.add(&q);
    }
    let mut at = keep(&walk);
    for (i, Digit { squarings, digit }) in DIGITS.iter().enumerate() {
        let mut walk = Walk::from(at);
        for _ in 0..*squarings {
            walk.double();
        }
        let step = if *digit < 0 { q.neg() } else { q };
        for _ in 0..digit.unsigned_abs() {
            walk.add(&step);
        }
        if i.saturating_add(1) == DIGITS.len() {
            let image = q.frobenius();
            walk.add(&image);
            walk.add(&image.frobenius().neg());
        }
        at = keep(&walk);
    }
    constants
}

/// Times ξ for each whole w⁶ in w^power.
fn times_w6(constant: Fp2, power: usize) -> Fp2 {
    (0..power / 6).fold(constant, |constant, _| constant.mul_by_xi())
}

/// The monomials of a point of G1 by the order of their pole: 1, nothing, x, y, x², xy, x³, …
pub(super) struct Monomials([Fp; HIGHEST + 1]);

impl Monomials {
    pub(super) fn new(p: &Affine) -> Monomials {
        let mut monomials = [Fp::ZERO; HIGHEST + 1];
        let (mut even, mut odd) = (Fp::ONE, p.y);
        for (order, monomial) in monomials.iter_mut().enumerate() {
            if order == 1 {
                continue;
            }
            let next = if order.is_multiple_of(2) {
                &mut even
            } else {
                &mut odd
            };
            *monomial = *next;
            *next = next.mul(&p.x);
        }
        Monomials(monomials)
    }
}

/// The windows of one point of G2 that are still to come.
pub(super) struct Windows<'a> {
    windows: core::slice::Iter<'static, Window>,
    constants: &'a [Fp2],
}

impl<'a> Windows<'a> {
    pub(super) fn new(constants: &'a [Fp2]) -> Windows<'a> {
        Windows {
            windows: WINDOWS.iter(),
            constants,
        }
    }

    /// The factor of the window that is due when so many squarings are left, if one is.
    pub(super) fn factor(&mut self, squarings_left: usize, at: &Monomials) -> Option<Fp12> {
        let window = self.windows.as_slice().first()?;
        if window.squarings_left != squarings_left {
            return None;
        }
        self.windows.next();
        let (own, others) = self.constants.split_at_checked(window.order)?;
        self.constants = others;
        let (lower, leading) = at.0.split_at_checked(window.order)?;
        Some(evaluate(own, lower, leading.first()?))
    }
}

/// `leading + Σ constants[e] · w^(e + 1) · lower[m - 1 - e]`
fn evaluate(constants: &[Fp2], lower: &[Fp], leading: &Fp) -> Fp12 {
    let slot = |power: usize| coefficient(constants, lower, power);
    let [s1, s2, s3, s4, s5, s0] = core::array::from_fn(slot);
    let s0 = s0.add(&Fp2::new(*leading, Fp::ZERO));
    Fp12::new(Fp6::new(s0, s2, s4), Fp6::new(s1, s3, s5))
}

/// The sum of every sixth term from `first` on. Two products of canonical elements are at most 2p²,
/// which [`fp::reduce`] accepts, so two terms share a reduction.
#[inline(never)]
fn coefficient(constants: &[Fp2], lower: &[Fp], first: usize) -> Fp2 {
    let mut terms = constants
        .iter()
        .zip(lower.iter().rev())
        .skip(first)
        .step_by(6);
    let mut sum = Fp2::ZERO;
    while let Some((constant, monomial)) = terms.next() {
        let mut c0 = limbs::mul_wide(&constant.c0.0, &monomial.0);
        let mut c1 = limbs::mul_wide(&constant.c1.0, &monomial.0);
        if let Some((constant, monomial)) = terms.next() {
            c0 = limbs::add_wide(&c0, &limbs::mul_wide(&constant.c0.0, &monomial.0));
            c1 = limbs::add_wide(&c1, &limbs::mul_wide(&constant.c1.0, &monomial.0));
        }
        sum = sum.add(&Fp2::new(fp::reduce(&c0), fp::reduce(&c1)));
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Config;
    use ark_ec::bn::BnConfig;

    #[test]
    fn the_windows_make_up_the_loop_count() {
        let digits = Config::ATE_LOOP_COUNT.iter().rev();
        let expected = digits.fold(0i128, |n, digit| 2 * n + i128::from(*digit));
        let n = DIGITS.iter().fold(i128::from(FIRST), |n, window| {
            (n << window.squarings) + i128::from(window.digit)
        });
        assert_eq!(n, expected);
        assert_eq!(n, 6 * 4_965_661_367_192_848_881 + 2);
    }

    #[test]
    fn no_window_needs_a_higher_monomial_than_the_first() {
        assert!(WINDOWS.iter().all(|window| window.order <= HIGHEST));
    }
}
