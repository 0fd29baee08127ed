//! What the pairing check in lanes reads from memory: no vectors here, so one form for every kind of them.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "loops over arrays of known length"
)]

use alloc::vec::Vec;
use std::sync::OnceLock;

use ark_bn254::Fq12Config;
use ark_ff::Fp12Config;

use super::limbs52::{self, Limbs52};
use crate::fp::Fp;
use crate::pairing::windows::WINDOWS;
use crate::tower::Fp2;

/// Six elements of Fp2 by the power of w, limb by limb, in lanes 0 to 5; lanes 6 and 7 are zero. Below 16p.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Coefficients {
    pub(crate) re: [[u64; 8]; 5],
    pub(crate) im: [[u64; 8]; 5],
}

impl Coefficients {
    fn new(elements: [Fp2; 6]) -> Coefficients {
        let part = |of: fn(&Fp2) -> Fp| {
            let lanes: [Limbs52; 6] = elements.map(|element| limbs52::from_fp(&of(&element)));
            core::array::from_fn(|limb| {
                core::array::from_fn(|lane| lanes.get(lane).map_or(0, |limbs| limbs[limb]))
            })
        };
        Coefficients {
            re: part(|element| element.c0),
            im: part(|element| element.c1),
        }
    }
}

/// The windows of a fixed point of G2 (see [`windows`](crate::pairing)) for lanes, from the same constants: the
/// factor of a window of order m is the sum over t of the coefficients number t times the monomials of the
/// orders m - 6t to m - 6t - 5. One, the leading constant, is the first of all.
///
/// ```text
/// lane      0          1          …   5             6, 7
/// t = 0     1          c₀         …   c₄            0        times monomials of the orders m, m - 1, …, m - 5
/// t = 1     c₅         c₆         …   c₁₀           0        m - 6, …
/// t = 2     c₁₁        …              0             0        m - 12, …
/// ```
pub(crate) fn windows(constants: &[Fp2]) -> Vec<Coefficients> {
    let mut constants = constants.iter();
    let mut windows = Vec::with_capacity(WINDOWS.iter().map(|window| terms(window.order)).sum());
    for window in &WINDOWS {
        let own: Vec<Fp2> = core::iter::once(&Fp2::ONE)
            .chain(constants.by_ref().take(window.order))
            .copied()
            .collect();
        windows.extend(own.chunks(6).map(|chunk| {
            Coefficients::new(core::array::from_fn(|lane| {
                chunk.get(lane).copied().unwrap_or(Fp2::ZERO)
            }))
        }));
    }
    windows
}

/// How many [`Coefficients`] a window of this order has.
pub(crate) const fn terms(order: usize) -> usize {
    order / 6 + 1
}

/// ξ^(i·(p^power - 1)/6) for wⁱ, for the powers 1 to 3.
pub(crate) fn frobenius_constants() -> &'static [Coefficients; 3] {
    static CONSTANTS: OnceLock<[Coefficients; 3]> = OnceLock::new();
    CONSTANTS.get_or_init(|| {
        [1, 2, 3].map(|power| {
            let gamma: Fp2 = Fq12Config::FROBENIUS_COEFF_FP12_C1[power].into();
            let mut element = Fp2::ONE;
            Coefficients::new(core::array::from_fn(|_| {
                let this = element;
                element = element.mul(&gamma);
                this
            }))
        })
    })
}
