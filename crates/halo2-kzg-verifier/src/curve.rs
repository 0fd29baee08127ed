//! The seam behind which the two heavy operations sit: multi-exponentiation and the pairing check.
//!
//! [`Arkworks`] is the reference; a zkVM puts an implementation over its own circuits here. All
//! implementations give the same answers, so the choice is invisible in a verdict.

use crate::{Fr, G1Affine, G2Affine, arguments::size_of_vec};
use alloc::vec::Vec;
use ark_bn254::{Bn254, G1Projective};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM, pairing::Pairing};
use bn254_kzg::{FixedBases, PairingCheck, Scratch};

/// Arithmetic on BN254 as verification needs it. Every point given is on the curve.
pub trait Curve {
    /// What is prepared for one structured reference string.
    type Srs: Send + Sync;
    /// A key's points, prepared for being multiplied again and again.
    type Bases: Clone + Send + Sync;

    /// Prepares the pairing with G2 and \[s\]G2.
    fn prepare_srs(s_g2: &G2Affine) -> Self::Srs;

    /// Takes over a key's points, none of them the identity.
    fn prepare_bases(points: Vec<G1Affine>) -> Self::Bases;

    /// Memory that prepared points take, in bytes; for caches that are bounded in bytes.
    fn size_of_bases(bases: &Self::Bases) -> usize;

    /// The same with precomputed tables, of at most `budget` bytes. An implementation without tables
    /// keeps what it has.
    fn tabulate(bases: &Self::Bases, budget: usize) -> Self::Bases {
        let _ = budget;
        bases.clone()
    }

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
        size_of_vec(bases)
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

/// The crate `bn254-kzg`: several times faster than the reference, and equal to it in every answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fast;

/// A key's points, with tables of their odd multiples once the key has earned them.
#[derive(Clone)]
pub struct FastBases {
    points: Vec<G1Affine>,
    tables: Option<FixedBases>,
}

impl Curve for Fast {
    type Srs = PairingCheck;
    type Bases = FastBases;

    fn prepare_srs(s_g2: &G2Affine) -> Self::Srs {
        PairingCheck::new(&G2Affine::generator(), &-*s_g2)
    }

    fn prepare_bases(points: Vec<G1Affine>) -> Self::Bases {
        FastBases {
            points,
            tables: None,
        }
    }

    /// The widest windows that fit the budget; none if not even narrow ones do.
    fn tabulate(bases: &Self::Bases, budget: usize) -> Self::Bases {
        let fits = |window: &u32| FixedBases::size_for(bases.points.len(), *window) <= budget;
        let window = TABLE_WINDOWS.rev().find(fits);
        let tables = window.map(|window| FixedBases::new(&bases.points, window));
        FastBases {
            points: bases.points.clone(),
            tables,
        }
    }

    fn multi_exponentiation(
        points: &[G1Affine],
        scalars: &[Fr],
        bases: &Self::Bases,
        base_scalars: &[Fr],
    ) -> G1Affine {
        let mut variable: Vec<(G1Affine, Fr)> = points
            .iter()
            .copied()
            .zip(scalars.iter().copied())
            .collect();
        let fixed = match &bases.tables {
            Some(tables) => Some((tables, base_scalars)),
            None => {
                let bases = bases.points.iter().copied();
                variable.extend(bases.zip(base_scalars.iter().copied()));
                None
            }
        };
        // `None` means that lists differ in length, which the caller rules out.
        let sum = |scratch: &mut Scratch| bn254_kzg::msm(&variable, fixed, scratch);
        with_scratch(variable.len(), sum).unwrap_or_default()
    }

    fn pairing_check(srs: &Self::Srs, left: &G1Affine, right: &G1Affine) -> bool {
        srs.check(left, right)
    }

    fn size_of_bases(bases: &Self::Bases) -> usize {
        let tables = bases.tables.as_ref().map_or(0, FixedBases::size_in_bytes);
        size_of_vec(&bases.points).saturating_add(tables)
    }
}

/// What verifies where no implementation is named: [`Fast`], or with the feature `arkworks` the
/// reference, for whoever wants to trust arkworks alone. The answers are the same.
#[cfg(not(feature = "arkworks"))]
pub type Standard = Fast;
/// What verifies where no implementation is named: [`Fast`], or with the feature `arkworks` the
/// reference, for whoever wants to trust arkworks alone. The answers are the same.
#[cfg(feature = "arkworks")]
pub type Standard = Arkworks;

/// Points for which a thread keeps its working memory, five kilobytes for each: more than any real
/// circuit has. Whoever comes with more, and paid for it, leaves nothing behind.
#[cfg(feature = "std")]
const MOST_POINTS_KEPT: usize = 2_048;

/// Gives working memory that a thread keeps from call to call, so that verification after verification
/// does not ask the system for fresh pages. It carries nothing else, so it cannot change a result.
#[cfg(feature = "std")]
fn with_scratch<T>(num_points: usize, work: impl FnOnce(&mut Scratch) -> T) -> T {
    use core::cell::Cell;
    std::thread_local!(static SCRATCH: Cell<Scratch> = Cell::default());
    if num_points > MOST_POINTS_KEPT {
        return work(&mut Scratch::default());
    }
    // Taken out while it is used; a thread that is about to end has none and gets a new one.
    let mut scratch = SCRATCH.try_with(Cell::take).unwrap_or_default();
    let result = work(&mut scratch);
    let _ = SCRATCH.try_with(|kept| kept.set(scratch));
    result
}

#[cfg(not(feature = "std"))]
fn with_scratch<T>(_: usize, work: impl FnOnce(&mut Scratch) -> T) -> T {
    work(&mut Scratch::default())
}

/// Narrower windows than these gain nothing over the points alone; wider ones gain little.
const TABLE_WINDOWS: core::ops::RangeInclusive<u32> = 7..=10;
