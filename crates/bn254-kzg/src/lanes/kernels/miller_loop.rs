//! The Miller loop in windows (see [`windows`](crate::pairing)), with each window's factor evaluated in lanes.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "positions follow from the windows' orders, none above HIGHEST"
)]

use super::super::super::pairing::{Coefficients, terms};
use super::field::{Fp8, Wide8};
use super::tower::E12;
use crate::curve::Affine;
use crate::fp::Fp;
use crate::pairing::windows::{HIGHEST, WINDOWS};

/// A point's monomials by the order of their pole (1, nothing, x, y, x², xy, …), limb by limb, highest order first,
/// below 2p. Order n lies at HIGHEST - n, then follow zeros, so that eight from any order on can be loaded.
struct Monomials([[u64; HIGHEST + 8]; 5]);

impl Monomials {
    kernels! {
        /// For both points at once: x, y, x², xy have the orders 2 to 5, and times x² they are the next four.
        fn of_both(points: &[Affine; 2]) -> [Monomials; 2] {
            let [p, q] = points;
            let first = [p.x, p.y, p.x, p.x, q.x, q.y, q.x, q.x];
            let second = [Fp::ONE, Fp::ONE, p.x, p.y, Fp::ONE, Fp::ONE, q.x, q.y];
            let x = Fp8::from_fp(&[p.x, p.x, p.x, p.x, q.x, q.x, q.x, q.x]);
            let x_squared = x.square();
            let mut four = Fp8::from_fp(&first).mul(&Fp8::from_fp(&second));
            let [one, ..] = Fp8::from_fp(&[Fp::ONE; 8]).to_lanes();
            let mut both = [(); 2].map(|()| Monomials([[0; HIGHEST + 8]; 5]));
            for monomials in &mut both {
                for (limbs, limb) in monomials.0.iter_mut().zip(one) {
                    limbs[HIGHEST] = limb;
                }
            }
            for lowest in (2..=HIGHEST).step_by(4) {
                for (limb, lanes) in four.store().iter().enumerate() {
                    for (lane, value) in lanes.iter().enumerate() {
                        if let Some(position) = HIGHEST.checked_sub(lowest + lane % 4) {
                            both[lane / 4].0[limb][position] = *value;
                        }
                    }
                }
                four = four.mul(&x_squared);
            }
            both
        }

        /// Those of the orders `highest` down to `highest - 7`.
        fn eight_from(&self, highest: usize) -> Fp8 {
            let at = HIGHEST - highest;
            Fp8::load(&core::array::from_fn(|limb| {
                core::array::from_fn(|lane| self.0[limb][at + lane])
            }))
        }
    }
}

routines! {
    /// A window's factor at a point. Coefficients are below 16p and monomials below 2p, so three terms are below
    /// 96 p² and the factor below 2.3p.
    fn factor(coefficients: &[Coefficients], order: usize, at: &Monomials) -> E12 {
        let (mut re, mut im) = (Wide8::zero(), Wide8::zero());
        for (t, term) in coefficients.iter().enumerate() {
            let monomials = at.eight_from(order - 6 * t);
            re.add_product(&Fp8::load(&term.re), &monomials);
            im.add_product(&Fp8::load(&term.im), &monomials);
        }
        E12::of(re.reduce(), im.reduce())
    }

    /// The product of the Miller functions of the pairs that there are, up to a factor that the final
    /// exponentiation maps to 1.
    pub(crate) fn miller_loop(points: &[Affine; 2], windows: [Option<&[Coefficients]>; 2]) -> E12 {
        let monomials = Monomials::of_both(points);
        let mut product: Option<E12> = None;
        let mut left = windows;
        let mut squarings_left = WINDOWS[0].squarings_left;
        for window in &WINDOWS {
            for _ in window.squarings_left..squarings_left {
                product = product.map(|f| f.square());
            }
            squarings_left = window.squarings_left;
            for (pair, at) in left.iter_mut().zip(&monomials) {
                let Some((own, others)) = pair.and_then(|all| all.split_at_checked(terms(window.order))) else {
                    continue;
                };
                *pair = Some(others);
                let factor = factor(own, window.order, at);
                product = Some(match product {
                    Some(f) => f.mul(&factor),
                    None => factor,
                });
            }
        }
        match product {
            Some(f) => f,
            None => E12::one(),
        }
    }
}
