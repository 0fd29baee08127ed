//! The pairing check: does `e(p0, q0) · e(p1, q1) = 1` hold for fixed q0 and q1?
//!
//! The optimal ate pairing of F. Vercauteren (*Optimal pairings*, 2008) for BN curves: a Miller loop
//! over 6X + 2, two further chords to the Frobenius images of q, and the final exponentiation. After it
//! every value equals arkworks' exactly; before it the Miller loops differ by factors that it maps
//! to 1.
//!
//! A fixed point of G2 is prepared in one of two ways ([`PreparedG2`]): as [`lines`], which are made
//! quickly, or as [`windows`], which are evaluated quickly.
//!
//! Pairs in which either point is the identity contribute 1 and are left out first: the Miller
//! loop's formulas do not cover them, and an inverse of y = 0 taken as 0 would turn
//! every line into 1 and every check into a success.

mod final_exponentiation;
mod function;
#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod in_lanes;
#[cfg(not(all(feature = "std", target_arch = "x86_64")))]
#[path = "no_lanes.rs"]
mod in_lanes;
mod lines;
mod miller_loop;
mod prepared;
pub(crate) mod windows;

use ark_bn254::{Fq12, G1Affine};

pub(crate) use final_exponentiation::final_exponentiation;
use in_lanes::InLanes;
use miller_loop::miller_loop;
pub use prepared::PreparedG2;

use crate::Lanes;
use crate::curve::Affine;
use crate::tower::Fp12;

/// Decides `e(p0, q0) · e(p1, q1) = 1` for two fixed points of G2.
///
/// ```
/// use ark_bn254::{Fr, G1Affine, G2Affine};
/// use ark_ec::{AffineRepr, CurveGroup};
/// use bn254_kzg::{PairingCheck, PreparedG2};
///
/// // a commitment [6] in G1 opened against [2] in G2: e([6], [1]) = e([3], [2])
/// let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
/// let two = (g2 * Fr::from(2)).into_affine();
/// let check = PairingCheck::new(PreparedG2::windows(&g2), PreparedG2::lines(&two));
/// let six = (g1 * Fr::from(6)).into_affine();
/// let minus_three = (g1 * -Fr::from(3)).into_affine();
/// assert!(check.check(&six, &minus_three));
/// assert!(!check.check(&six, &six));
/// ```
#[derive(Clone, Debug)]
pub struct PairingCheck {
    q0: PreparedG2,
    q1: PreparedG2,
    in_lanes: Option<InLanes>,
}

impl PairingCheck {
    /// The check for two prepared points.
    pub fn new(q0: PreparedG2, q1: PreparedG2) -> PairingCheck {
        PairingCheck {
            q0,
            q1,
            in_lanes: None,
        }
    }

    /// The same check, computed in lanes: whole if both points are prepared as windows, and else from the final
    /// exponentiation on, which is half of it. Verdicts are the same.
    #[must_use]
    pub fn in_lanes(mut self, lanes: Lanes) -> PairingCheck {
        self.in_lanes = Some(InLanes::new(lanes, [&self.q0, &self.q1]));
        self
    }

    /// The same check, one element at a time, on every processor.
    #[must_use]
    pub fn scalar(mut self) -> PairingCheck {
        self.in_lanes = None;
        self
    }

    /// Whether the check is computed in lanes.
    pub fn is_in_lanes(&self) -> bool {
        self.in_lanes.is_some()
    }

    /// The lanes that the check is computed in.
    pub fn lanes(&self) -> Option<Lanes> {
        self.in_lanes.as_ref().map(InLanes::lanes)
    }

    /// Whether `e(p0, q0) · e(p1, q1) = 1`. p0 and p1 must be on the curve (which has prime order);
    /// the identity is allowed.
    pub fn check(&self, p0: &G1Affine, p1: &G1Affine) -> bool {
        match &self.in_lanes {
            Some(lanes) => lanes.check(self, p0, p1),
            None => final_exponentiation(&self.miller_loop(p0, p1)) == Fp12::ONE,
        }
    }

    /// `e(p0, q0) · e(p1, q1)` in the target group, as arkworks has it; [`check`](Self::check) asks whether it is 1.
    pub fn value(&self, p0: &G1Affine, p1: &G1Affine) -> Fq12 {
        match &self.in_lanes {
            Some(lanes) => lanes.value(self, p0, p1),
            None => final_exponentiation(&self.miller_loop(p0, p1)),
        }
        .into()
    }

    /// The product of both Miller loops, up to a factor that the final exponentiation maps to 1.
    /// Never zero.
    pub(crate) fn miller_loop(&self, p0: &G1Affine, p1: &G1Affine) -> Fp12 {
        let pair = |p: &G1Affine, q| Affine::from_ark(p).and_then(|p| PreparedG2::at(q, &p));
        match (pair(p0, &self.q0), pair(p1, &self.q1)) {
            (Some(first), Some(second)) => miller_loop(&mut [first, second]),
            (Some(pair), None) | (None, Some(pair)) => miller_loop(&mut [pair]),
            (None, None) => Fp12::ONE,
        }
    }
}
