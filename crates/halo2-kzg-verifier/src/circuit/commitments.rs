//! The commitments of a key's fixed columns and permutation polynomials, equal ones stored once.

use crate::{
    error::{KeyFault, count},
    memory::size_of_vec,
};
use alloc::{collections::BTreeMap, vec::Vec};
use ark_bn254::G1Affine;
use ark_ec::AffineRepr;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Commitments {
    /// Distinct finite points, in the order of their first appearance.
    pub(crate) points: Vec<G1Affine>,
    /// For each fixed column, its point; `None` is the identity.
    pub(crate) fixed: Vec<Option<u32>>,
    /// For each permutation column, its point; `None` is the identity.
    pub(crate) permutation: Vec<Option<u32>>,
}

impl Commitments {
    /// Stores equal points once.
    pub(crate) fn collect(fixed: &[G1Affine], permutation: &[G1Affine]) -> Result<Self, KeyFault> {
        let mut points: Vec<G1Affine> = Vec::new();
        let mut seen = BTreeMap::new();
        let mut place = |point: &G1Affine| -> Result<Option<u32>, KeyFault> {
            let Some(coordinates) = point.xy() else {
                return Ok(None);
            };
            if !point.is_on_curve() {
                return Err(KeyFault::PointNotOnCurve);
            }
            let next = count(points.len());
            let index = *seen.entry(coordinates).or_insert(next);
            if index == next {
                points.push(*point);
            }
            Ok(Some(index))
        };
        let fixed = fixed.iter().map(&mut place).collect::<Result<_, _>>()?;
        let permutation = permutation
            .iter()
            .map(&mut place)
            .collect::<Result<_, _>>()?;
        Ok(Commitments {
            points,
            fixed,
            permutation,
        })
    }

    /// Does a point stand twice?
    pub(crate) fn has_repeated_points(points: &[G1Affine]) -> bool {
        // By the limbs as they are in memory: one value, one form, and no conversion.
        let mut sorted: Vec<_> = points.iter().map(|p| (p.x.0.0, p.y.0.0)).collect();
        sorted.sort_unstable();
        sorted
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a == b))
    }

    pub(crate) fn size_in_bytes(&self) -> usize {
        crate::memory::total([
            size_of_vec(&self.points),
            size_of_vec(&self.fixed),
            size_of_vec(&self.permutation),
        ])
    }
}
