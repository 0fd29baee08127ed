//! The Miller loop over 6X + 2 for several pairs at once: they share the squarings.

use ark_bn254::Config;
use ark_ec::bn::BnConfig;

use super::lines::{Line, LinesAt};
use super::windows::{Monomials, Windows};
use crate::tower::Fp12;

/// A point of G1 beside what is prepared for its point of G2.
#[expect(
    clippy::large_enum_variant,
    reason = "a check has two, on the stack, and moves neither"
)]
pub(super) enum Pair<'a> {
    /// The lines still to come.
    Lines(LinesAt, core::slice::Iter<'a, Line>),
    /// The windows still to come.
    Windows(Monomials, Windows<'a>),
}

impl Pair<'_> {
    /// What follows the squaring for `digit` after which `squarings_left` remain: with lines the
    /// tangent and, unless the digit is zero, a chord; with windows the factor of the window that
    /// ends here, if one does.
    fn step(&mut self, f: Product, digit: i8, squarings_left: usize) -> Product {
        match self {
            Pair::Lines(point, lines) => {
                let f = f.times_next_line(point, lines);
                if digit == 0 {
                    return f;
                }
                f.times_next_line(point, lines)
            }
            Pair::Windows(monomials, windows) => match windows.factor(squarings_left, monomials) {
                Some(factor) => f.times(&factor),
                None => f,
            },
        }
    }

    /// The two chords to the Frobenius images of q; the last window has them already.
    fn finish(&mut self, f: Product) -> Product {
        match self {
            Pair::Lines(point, lines) => f
                .times_next_line(point, lines)
                .times_next_line(point, lines),
            Pair::Windows(..) => f,
        }
    }
}

/// A product that costs nothing while it is empty.
struct Product(Option<Fp12>);

impl Product {
    fn square(self) -> Product {
        Product(self.0.map(|f| f.square()))
    }

    fn times(self, factor: &Fp12) -> Product {
        Product(Some(self.0.map_or(*factor, |f| f.mul(factor))))
    }

    #[inline(always)]
    fn times_next_line(self, at: &LinesAt, lines: &mut core::slice::Iter<'_, Line>) -> Product {
        match lines.next() {
            Some(line) => {
                let f = self.0.unwrap_or(Fp12::ONE);
                Product(Some(line.multiply(&f, at)))
            }
            None => self,
        }
    }
}

/// The product of the pairs' Miller functions, up to a factor that the final exponentiation maps
/// to 1. Never zero.
pub(super) fn miller_loop(pairs: &mut [Pair<'_>]) -> Fp12 {
    let mut f = Product(None);
    let digits = Config::ATE_LOOP_COUNT;
    for (squarings_left, digit) in digits.iter().enumerate().rev().skip(1) {
        f = f.square();
        for pair in pairs.iter_mut() {
            f = pair.step(f, *digit, squarings_left);
        }
    }
    for pair in pairs.iter_mut() {
        f = pair.finish(f);
    }
    f.0.unwrap_or(Fp12::ONE)
}
