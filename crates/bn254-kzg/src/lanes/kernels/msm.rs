//! Multi-exponentiation in lanes: the choice of method.

use alloc::vec::Vec;

use ark_bn254::Fr;

use super::runs::Runs;
use super::straus::Selection;
use super::{buckets, straus};
use crate::buckets::Windows;
use crate::curve::{Affine, Jacobian};
use crate::part::Part;
use crate::tables::FixedBases;

/// From this number of variable points on, buckets take less time than tables of their own for every point. The figure
/// is that of a prototype on an Emerald Rapids server, where buckets took 1.0 ms for 448 points, 3.7 ms for 2,800
/// and 34 ms for 28,000.
const MANY: usize = 600;

/// Memory that calls share.
#[derive(Default)]
pub(crate) struct Scratch {
    runs: Runs,
    selections: Vec<Selection>,
    halves: Vec<u128>,
}

kernels! {
    /// `Σ scalars[i]·points[i] + Σ fixed_scalars[j]·fixed[j]`. `points` and `scalars` have equal lengths, as have
    /// `fixed` and `fixed_scalars`.
    pub(crate) fn msm(
        points: &[Affine],
        scalars: &[Fr],
        fixed: Option<(&FixedBases, &[Fr])>,
        scratch: &mut Scratch,
    ) -> Jacobian {
        if points.len() < MANY {
            return straus::msm(points, scalars, fixed, &mut scratch.selections, &mut scratch.runs);
        }
        let sum = msm_part(points, scalars, Part::WHOLE, scratch);
        if fixed.is_none() {
            return sum;
        }
        sum.add(&straus::msm(&[], &[], fixed, &mut scratch.selections, &mut scratch.runs))
    }

    /// One of so many parts of the sum: see [`msm_part`](crate::msm_part).
    pub(crate) fn msm_part(
        points: &[Affine],
        scalars: &[Fr],
        part: Part,
        scratch: &mut Scratch,
    ) -> Jacobian {
        if points.len() >= MANY {
            let range = Windows::of(window_for(points.len())).part(part);
            return buckets::msm(points, scalars, range, &mut scratch.halves, &mut scratch.runs);
        }
        match part.index {
            0 => straus::msm(points, scalars, None, &mut scratch.selections, &mut scratch.runs),
            _ => Jacobian::IDENTITY,
        }
    }
}

/// Bits of a window for that many points: the prototype's, a bit wider than the scalar form's.
fn window_for(points: usize) -> u32 {
    points.max(1).ilog2().saturating_sub(1).clamp(2, 14)
}
