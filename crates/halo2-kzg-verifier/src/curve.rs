//! The seam behind which the two heavy operations sit: multi-exponentiation and the pairing check.
//!
//! [`Arkworks`] is the reference; a zkVM puts an implementation over its own circuits here. All
//! implementations give the same answers, so the choice is invisible in a verdict.

use crate::{Fr, G1Affine, G2Affine};
use alloc::vec::Vec;
use ark_bn254::{Bn254, G1Projective};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM, pairing::Pairing};

/// Arithmetic on BN254 as verification needs it. Every point given is on the curve.
pub trait Curve {
    /// What is prepared for one structured reference string.
    type Srs: Send + Sync;
    /// A key's points, prepared for being multiplied again and again.
    type Bases: Send + Sync;

    /// Prepares the pairing with G2 and \[s\]G2.
    fn prepare_srs(s_g2: &G2Affine) -> Self::Srs;

    /// Takes over a key's points, none of them the identity.
    fn prepare_bases(points: Vec<G1Affine>) -> Self::Bases;

    /// Memory that prepared points take, in bytes; for caches that are bounded in bytes.
    fn size_of_bases(bases: &Self::Bases) -> usize;

    /// `Σ scalars[i] · points[i] + Σ base_scalars[j] · bases[j]`; lists of equal length pairwise.
    fn multi_exponentiation(
        points: &[G1Affine],
        scalars: &[Fr],
        bases: &Self::Bases,
        base_scalars: &[Fr],
    ) -> G1Affine;

    /// `e(left, G2) = e(right, [s]G2)`
    fn pairing_check(srs: &Self::Srs, left: &G1Affine, right: &G1Affine) -> bool;
}

/// Plain arkworks: the reference for every other implementation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arkworks;

type G2Prepared = <Bn254 as Pairing>::G2Prepared;

impl Curve for Arkworks {
    /// The lines of G2 and of -\[s\]G2.
    type Srs = [G2Prepared; 2];
    type Bases = Vec<G1Affine>;

    fn prepare_srs(s_g2: &G2Affine) -> Self::Srs {
        [G2Affine::generator().into(), (-*s_g2).into()]
    }

    fn prepare_bases(points: Vec<G1Affine>) -> Self::Bases {
        points
    }

    fn size_of_bases(bases: &Self::Bases) -> usize {
        size_of_val(bases.as_slice())
    }

    fn multi_exponentiation(
        points: &[G1Affine],
        scalars: &[Fr],
        bases: &Self::Bases,
        base_scalars: &[Fr],
    ) -> G1Affine {
        let variable = G1Projective::msm_unchecked(points, scalars);
        (variable + G1Projective::msm_unchecked(bases, base_scalars)).into_affine()
    }

    fn pairing_check(srs: &Self::Srs, left: &G1Affine, right: &G1Affine) -> bool {
        use ark_ff::One;
        Bn254::multi_pairing([left, right], srs.iter().cloned())
            .0
            .is_one()
    }
}

/// The implementation that [`verify`](crate::verify) uses by default.
pub type Fast = Arkworks;
