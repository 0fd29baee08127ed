//! The check in lanes.

use ark_bn254::G1Affine;

use super::PairingCheck;
use super::prepared::{PreparedG2, Shared};
use crate::Lanes;
use crate::curve::Affine;
use crate::lanes::gate;
use crate::lanes::pairing::{self, Coefficients};
use crate::tower::Fp12;

/// What the check in lanes needs besides the points as they are prepared.
#[derive(Clone)]
pub(super) struct InLanes {
    lanes: Lanes,
    /// Windows of both points, without any for the identity; none if a point has lines.
    windows: Option<[Shared<Coefficients>; 2]>,
}

/// Points of G1, and for each the windows of its pair.
type Pairs<'w> = ([Affine; 2], [Option<&'w [Coefficients]>; 2]);

impl InLanes {
    pub(super) fn new(lanes: Lanes, points: [&PreparedG2; 2]) -> InLanes {
        let windows = |q: &PreparedG2| -> Option<Shared<Coefficients>> {
            if q.is_identity() {
                return Some([].into());
            }
            q.window_constants()
                .map(|constants| pairing::windows(constants).into())
        };
        let [q0, q1] = points;
        InLanes {
            lanes,
            windows: windows(q0)
                .zip(windows(q1))
                .map(|(first, second)| [first, second]),
        }
    }

    pub(super) fn lanes(&self) -> Lanes {
        self.lanes
    }

    pub(super) fn check(&self, check: &PairingCheck, p0: &G1Affine, p1: &G1Affine) -> bool {
        match self.pairs([p0, p1]) {
            Some((points, windows)) => gate::pairing_check(self.lanes.token, &points, windows),
            None => {
                let f = check.miller_loop(p0, p1);
                gate::is_one_after_final_exponentiation(self.lanes.token, &f)
            }
        }
    }

    pub(super) fn value(&self, check: &PairingCheck, p0: &G1Affine, p1: &G1Affine) -> Fp12 {
        match self.pairs([p0, p1]) {
            Some((points, windows)) => gate::pairing_product(self.lanes.token, &points, windows),
            None => gate::final_exponentiation(self.lanes.token, &check.miller_loop(p0, p1)),
        }
    }

    /// The points with the windows of their pairs; no windows for a pair that is left out, and nothing if a point of G2
    /// has lines.
    fn pairs(&self, [p0, p1]: [&G1Affine; 2]) -> Option<Pairs<'_>> {
        let windows = self.windows.as_ref()?;
        let points = [p0, p1].map(Affine::from_ark);
        let pair = |point: &Option<Affine>, windows: &'_ Shared<Coefficients>| {
            point.is_some() && !windows.is_empty()
        };
        let ([first, second], [w0, w1]) = (&points, windows);
        let pairs = [
            pair(first, w0).then_some(&w0[..]),
            pair(second, w1).then_some(&w1[..]),
        ];
        // the coordinates of a pair that is left out are not looked at
        Some((points.map(Option::unwrap_or_default), pairs))
    }
}

impl core::fmt::Debug for InLanes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(if self.windows.is_some() {
            "InLanes(whole)"
        } else {
            "InLanes(final exponentiation)"
        })
    }
}
