//! The crate `bn254-kzg`.

use super::{interface::Arithmetic, one_by_one};
use crate::memory::size_of_vec;
use alloc::vec::Vec;
use ark_bn254::{Fq, Fq12, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use bn254_kzg::{FixedBases, Lanes, PairingCheck, Part, PreparedG2, Scratch};

/// The crate `bn254-kzg`: several times faster than the reference, and equal to it in every answer. It computes
/// in lanes where the processor has them, unless [`Arithmetic::with_lanes`] says otherwise.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bn254Kzg;

/// A key's points, with tables of their odd multiples once the key has earned them.
#[derive(Clone)]
pub struct TabulatedBases {
    points: Vec<G1Affine>,
    tables: Option<FixedBases>,
}

/// Narrower windows than these gain nothing over the points alone; wider ones gain little.
const TABLE_WINDOWS: core::ops::RangeInclusive<u32> = 7..=10;

impl Arithmetic for Bn254Kzg {
    type Setup = PairingCheck;
    type Bases = TabulatedBases;

    fn prepare_setup(s_g2: &G2Affine) -> Self::Setup {
        in_lanes_if_any(PairingCheck::new(generator(), PreparedG2::lines(&-*s_g2)))
    }

    fn prepare_lasting_setup(s_g2: &G2Affine) -> Self::Setup {
        in_lanes_if_any(PairingCheck::new(generator(), PreparedG2::windows(&-*s_g2)))
    }

    fn with_lanes(setup: Self::Setup, lanes: Option<Lanes>) -> Self::Setup {
        match lanes {
            Some(lanes) => setup.in_lanes(lanes),
            None => setup.scalar(),
        }
    }

    fn is_in_lanes(setup: &Self::Setup) -> bool {
        setup.is_in_lanes()
    }

    fn prepare_bases(points: Vec<G1Affine>) -> Self::Bases {
        TabulatedBases {
            points,
            tables: None,
        }
    }

    fn size_of_bases(bases: &Self::Bases) -> usize {
        let tables = bases.tables.as_ref().map_or(0, FixedBases::size_in_bytes);
        size_of_vec(&bases.points).saturating_add(tables)
    }

    /// The widest windows that fit the budget; none if not even narrow ones do.
    fn with_tables(bases: &Self::Bases, budget: usize) -> Self::Bases {
        let fits = |window: &u32| FixedBases::size_for(bases.points.len(), *window) <= budget;
        let window = TABLE_WINDOWS.rev().find(fits);
        let tables = window.map(|window| FixedBases::new(&bases.points, window));
        TabulatedBases {
            points: bases.points.clone(),
            tables,
        }
    }

    fn multi_exponentiation(
        setup: &Self::Setup,
        points: &[G1Affine],
        scalars: &[Fr],
        bases: &Self::Bases,
        base_scalars: &[Fr],
    ) -> Option<G1Affine> {
        if points.len() != scalars.len() || bases.points.len() != base_scalars.len() {
            return None;
        }
        let own = terms(points, scalars);
        match &bases.tables {
            Some(tables) => with_scratch(points.len(), |scratch| {
                sum(setup, own, Some((tables, base_scalars)), scratch)
            }),
            None => {
                let fixed = terms(&bases.points, base_scalars);
                let number = points.len().saturating_add(bases.points.len());
                with_scratch(number, |scratch| {
                    sum(setup, own.chain(fixed), None, scratch)
                })
            }
        }
    }

    fn part_of_multi_exponentiation(
        setup: &Self::Setup,
        points: &[G1Affine],
        scalars: &[Fr],
        part: Part,
    ) -> Option<G1Affine> {
        if points.len() != scalars.len() {
            return None;
        }
        Some(with_scratch_of_batches(points.len(), |scratch| {
            let terms = terms(points, scalars);
            match setup.lanes() {
                Some(lanes) => bn254_kzg::msm_part_in_lanes(lanes, terms, part, scratch),
                None => bn254_kzg::msm_part(terms, part, scratch),
            }
        }))
    }

    fn decompress_all(setup: &Self::Setup, compressed: &[(Fq, bool)]) -> Vec<Option<G1Affine>> {
        match setup.lanes() {
            Some(lanes) => bn254_kzg::decompress_in_lanes(lanes, compressed),
            None => one_by_one::decompress(compressed, Self::decompress),
        }
    }

    fn batch_inverse(setup: &Self::Setup, values: &mut [Fr]) {
        match setup.lanes() {
            Some(lanes) if values.len() >= MANY_SCALARS => {
                bn254_kzg::batch_inverse_in_lanes(lanes, values);
            }
            _ => one_by_one::batch_inverse(values),
        }
    }

    fn inner_product(setup: &Self::Setup, a: &[Fr], b: &[Fr]) -> Fr {
        match setup.lanes() {
            Some(lanes) if a.len().min(b.len()) >= MANY_SCALARS => {
                bn254_kzg::inner_product_in_lanes(lanes, a, b)
            }
            _ => one_by_one::inner_product(a, b),
        }
    }

    fn pairing_check(setup: &Self::Setup, left: &G1Affine, right: &G1Affine) -> bool {
        setup.check(left, right)
    }

    fn pairing_ratio(setup: &Self::Setup, left: &G1Affine, right: &G1Affine) -> Option<Fq12> {
        Some(setup.value(left, right))
    }
}

/// From this number on scalars are inverted, or multiplied and added up, in lanes. The figure is from counting and has
/// not been measured. An inverse takes three multiplications in either form. In lanes eight take some 770 instructions,
/// loading and storing included, where one at a time they take 24 multiplications of some 90 instructions each; but the
/// eight lanes' ends take 21 such multiplications more. That is even at a dozen scalars.
const MANY_SCALARS: usize = 64;

/// The sum, in lanes if the setup's checks are.
fn sum(
    setup: &PairingCheck,
    variable: impl Iterator<Item = (G1Affine, Fr)>,
    fixed: Option<(&FixedBases, &[Fr])>,
    scratch: &mut Scratch,
) -> Option<G1Affine> {
    match setup.lanes() {
        Some(lanes) => bn254_kzg::msm_in_lanes(lanes, variable, fixed, scratch),
        None => bn254_kzg::msm(variable, fixed, scratch),
    }
}

/// In lanes where the processor has them.
fn in_lanes_if_any(check: PairingCheck) -> PairingCheck {
    match Lanes::detect() {
        Some(lanes) => check.in_lanes(lanes),
        None => check,
    }
}

/// The generator of G2, which every setup has: prepared once in a process, for many checks.
#[cfg(feature = "std")]
fn generator() -> PreparedG2 {
    static PREPARED: std::sync::OnceLock<PreparedG2> = std::sync::OnceLock::new();
    PREPARED
        .get_or_init(|| PreparedG2::windows(&G2Affine::generator()))
        .clone()
}

/// The generator of G2, prepared anew where nothing can be kept.
#[cfg(not(feature = "std"))]
fn generator() -> PreparedG2 {
    PreparedG2::lines(&G2Affine::generator())
}

fn terms(points: &[G1Affine], scalars: &[Fr]) -> impl Iterator<Item = (G1Affine, Fr)> {
    points.iter().copied().zip(scalars.iter().copied())
}

/// Points for which a thread keeps its working memory, at most five kilobytes for each: more than any real
/// circuit has. A larger proof gets memory of its own, which is freed after the call.
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

/// Points for which the process keeps working memory, some 400 bytes for each: those of a thousand proofs. A larger
/// sum gets memory of its own, which is freed after the call.
#[cfg(feature = "std")]
const MOST_POINTS_OF_A_BATCH: usize = 1 << 15;
/// How many of them it keeps: batches are few, and their threads come and go.
#[cfg(feature = "std")]
const MOST_BATCHES: usize = 4;

/// Gives working memory for a sum over many proofs, which the process keeps from batch to batch: fresh pages would be a
/// tenth of a batch's time.
#[cfg(feature = "std")]
fn with_scratch_of_batches<T>(num_points: usize, work: impl FnOnce(&mut Scratch) -> T) -> T {
    use std::sync::Mutex;
    static KEPT: Mutex<Vec<Scratch>> = Mutex::new(Vec::new());
    if !(MOST_POINTS_KEPT..=MOST_POINTS_OF_A_BATCH).contains(&num_points) {
        return with_scratch(num_points, work);
    }
    // Without the lock there is nothing to lose but time.
    let kept = KEPT.lock().ok().and_then(|mut kept| kept.pop());
    let mut scratch = kept.unwrap_or_default();
    let result = work(&mut scratch);
    if let Ok(mut kept) = KEPT.lock()
        && kept.len() < MOST_BATCHES
    {
        kept.push(scratch);
    }
    result
}

#[cfg(not(feature = "std"))]
use with_scratch as with_scratch_of_batches;

#[cfg(not(feature = "std"))]
fn with_scratch<T>(_: usize, work: impl FnOnce(&mut Scratch) -> T) -> T {
    work(&mut Scratch::default())
}
