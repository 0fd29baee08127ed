//! Multi-exponentiation in G1: the entry point, and the choice of method.

use alloc::vec::Vec;

use ark_bn254::{Fr, G1Affine};
use ark_ff::Zero;

use crate::Lanes;
use crate::buckets::{self, BucketScratch, Windows};
use crate::curve::{Affine, Jacobian};
use crate::part::Part;
use crate::runs::Runs;
use crate::straus::{self, StrausScratch};
use crate::tables::FixedBases;

/// From this number of variable points on, buckets take less time than tables of their own for every
/// point (measured: equal near 220 points, 7 % less at 300, 35 % less at 2,560).
const MANY: usize = 256;

/// Memory that calls of [`msm`] share: what grows with the number of points is allocated once. (Buckets make a few
/// short lists in each call.) It carries nothing else from call to call.
#[derive(Default)]
pub struct Scratch {
    points: Vec<Affine>,
    scalars: Vec<Fr>,
    straus: StrausScratch,
    buckets: BucketScratch,
    runs: Runs,
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    in_lanes: crate::lanes::gate::Scratch,
}

impl Scratch {
    /// Takes over the terms, but for those that add nothing.
    fn collect(&mut self, terms: impl IntoIterator<Item = (G1Affine, Fr)>) {
        self.points.clear();
        self.scalars.clear();
        for (point, scalar) in terms {
            if let Some(point) = Affine::from_ark(&point)
                && !scalar.is_zero()
            {
                self.points.push(point);
                self.scalars.push(scalar);
            }
        }
    }

    /// The sum of the terms, and of fixed ones, by tables of each point's multiples.
    fn straus(&mut self, fixed: Option<(&FixedBases, &[Fr])>) -> Jacobian {
        straus::msm(
            &self.points,
            &self.scalars,
            fixed,
            &mut self.straus,
            &mut self.runs,
        )
    }

    /// One of so many parts of the sum of the terms: see [`msm_part`].
    fn part(&mut self, part: Part) -> Jacobian {
        if self.points.len() < MANY {
            return match part.index {
                0 => self.straus(None),
                _ => Jacobian::IDENTITY,
            };
        }
        let range = Windows::of(window_for(self.points.len())).part(part);
        let Scratch {
            points,
            scalars,
            buckets,
            runs,
            ..
        } = self;
        buckets::msm(points, scalars, range, buckets, runs)
    }
}

impl core::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Scratch").finish_non_exhaustive()
    }
}

/// `Σ k·P` over `variable`, plus `Σ scalars[j]·bases[j]` over `fixed`.
///
/// Every point must be on the curve, the identity included; scalars are arbitrary. Points and
/// scalars may repeat, be opposite to one another or be zero, in any combination and across both
/// arguments. For a point that is not on the curve nothing panics, but the result means nothing.
///
/// `None` if there is not exactly one scalar for every fixed base.
///
/// ```
/// use ark_bn254::{Fr, G1Affine};
/// use ark_ec::{AffineRepr, CurveGroup};
/// use bn254_kzg::{FixedBases, Scratch, msm};
///
/// let g = G1Affine::generator();
/// let bases = FixedBases::new(&[g], 8);
/// let five = msm([(g, Fr::from(2))], Some((&bases, &[Fr::from(3)])), &mut Scratch::default());
/// assert_eq!(five, Some((g * Fr::from(5)).into_affine()));
/// ```
pub fn msm(
    variable: impl IntoIterator<Item = (G1Affine, Fr)>,
    fixed: Option<(&FixedBases, &[Fr])>,
    scratch: &mut Scratch,
) -> Option<G1Affine> {
    if !is_complete(fixed) {
        return None;
    }
    scratch.collect(variable);
    if scratch.points.len() < MANY {
        return Some(scratch.straus(fixed).to_ark());
    }
    let mut sum = scratch.part(Part::WHOLE);
    if fixed.is_some() {
        scratch.points.clear();
        scratch.scalars.clear();
        sum = sum.add(&scratch.straus(fixed));
    }
    Some(sum.to_ark())
}

/// One of so many parts of [`msm`]'s sum, for threads to share one: the parts, of the same points and scalars,
/// add up to it. A part has some of the bits of every scalar, so that each costs its share of a large sum. A
/// small one is not divided: all of it is part 0, and the others are the identity.
///
/// ```
/// use ark_bn254::{Fr, G1Affine};
/// use ark_ec::{AffineRepr, CurveGroup};
/// use bn254_kzg::{Part, Scratch, msm, msm_part};
///
/// let terms = vec![(G1Affine::generator(), Fr::from(2)); 300];
/// let part = |index| msm_part(terms.iter().copied(), Part { index, of: 2 }, &mut Scratch::default());
/// let whole = msm(terms.iter().copied(), None, &mut Scratch::default());
/// assert_eq!(Some((part(0) + part(1)).into_affine()), whole);
/// ```
pub fn msm_part(
    variable: impl IntoIterator<Item = (G1Affine, Fr)>,
    part: Part,
    scratch: &mut Scratch,
) -> G1Affine {
    scratch.collect(variable);
    scratch.part(part).to_ark()
}

/// The same as [`msm_part`], computed in lanes.
pub fn msm_part_in_lanes(
    lanes: Lanes,
    variable: impl IntoIterator<Item = (G1Affine, Fr)>,
    part: Part,
    scratch: &mut Scratch,
) -> G1Affine {
    scratch.collect(variable);
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    return crate::lanes::gate::part_of_multi_exponentiation(
        lanes.token,
        &scratch.points,
        &scratch.scalars,
        part,
        &mut scratch.in_lanes,
    )
    .to_ark();
    #[cfg(not(all(feature = "std", target_arch = "x86_64")))]
    {
        let _ = part;
        lanes.never()
    }
}

/// The same as [`msm`], computed in lanes.
pub fn msm_in_lanes(
    lanes: Lanes,
    variable: impl IntoIterator<Item = (G1Affine, Fr)>,
    fixed: Option<(&FixedBases, &[Fr])>,
    scratch: &mut Scratch,
) -> Option<G1Affine> {
    if !is_complete(fixed) {
        return None;
    }
    scratch.collect(variable);
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    return Some(
        crate::lanes::gate::multi_exponentiation(
            lanes.token,
            &scratch.points,
            &scratch.scalars,
            fixed,
            &mut scratch.in_lanes,
        )
        .to_ark(),
    );
    #[cfg(not(all(feature = "std", target_arch = "x86_64")))]
    lanes.never()
}

/// Whether there is exactly one scalar for every fixed base.
fn is_complete(fixed: Option<(&FixedBases, &[Fr])>) -> bool {
    fixed.is_none_or(|(bases, scalars)| bases.len() == scalars.len())
}

/// Bits of a window for that many points, the fastest measured: 6 for 256, 8 for 900, 12 for 14,000, 13 for
/// 28,000.
fn window_for(points: usize) -> u32 {
    let half_more = points.saturating_add(points / 2).max(1);
    half_more.ilog2().saturating_sub(2).clamp(2, 13)
}
