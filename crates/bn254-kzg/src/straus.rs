//! Multi-exponentiation with digits of width w (E. Straus, *Addition chains of vectors*, 1964; the
//! interleaving form of B. Möller, *Algorithms for multi-exponentiation*, 2001).
//!
//! All scalars' digits at one bit position select points that are added up in affine form
//! ([`runs`](crate::runs)); then 127 doublings and the additions of these sums from the highest
//! position down give the result. Costs: 42 affine additions and a table of eight for a point of
//! its own, 254/(w + 1) affine additions for one with a table of width w.

use alloc::vec::Vec;

use ark_bn254::Fr;
use ark_ff::PrimeField;

use crate::curve::{Affine, Jacobian};
use crate::fp::Fp;
use crate::glv;
use crate::recoding::{self, Digit, POSITIONS};
use crate::runs::Runs;
use crate::tables::{self, FixedBases, TableScratch};

/// The window for points without a table: eight multiples, 8 + 254/6 additions for each point,
/// against 4 + 254/5 and 16 + 254/7 for the next narrower and wider windows.
const WINDOW: u32 = 5;
const MULTIPLES: usize = 1 << (WINDOW - 2);

/// A digit: where it goes and which entry of a table it selects.
#[derive(Clone, Copy)]
struct Selection {
    position: u8,
    negative: bool,
    /// Whether the endomorphism is applied to the entry.
    endomorphism: bool,
    entry: u32,
}

/// Reused memory.
#[derive(Default)]
pub(crate) struct StrausScratch {
    table: Vec<Affine>,
    /// β·x for every entry of `table`.
    table_beta_x: Vec<Fp>,
    variable: Vec<Selection>,
    fixed: Vec<Selection>,
    tables: TableScratch,
}

/// How many points there are at each position.
type Counts = [u32; POSITIONS];

/// Adds the digits of a scalar's two halves. `entry` maps a digit's index to the table's entry.
#[inline(always)]
fn select(
    scalar: &Fr,
    width: u32,
    counts: &mut Counts,
    selections: &mut Vec<Selection>,
    entry: impl Fn(u16) -> usize,
) {
    let (k1, k2) = glv::split(&scalar.into_bigint().0);
    for (endomorphism, half) in [(false, k1), (true, k2)] {
        recoding::digits(half, width, |digit: Digit| {
            if let Some(count) = counts.get_mut(usize::from(digit.position)) {
                *count = count.wrapping_add(1);
            }
            selections.push(Selection {
                position: digit.position,
                negative: digit.negative,
                endomorphism,
                entry: entry(digit.index) as u32,
            });
        });
    }
}

/// Adds the digits of the fixed points' scalars, but for points that are the identity.
fn select_fixed(
    bases: &FixedBases,
    scalars: &[Fr],
    counts: &mut Counts,
    selections: &mut Vec<Selection>,
) {
    let stride = bases.stride();
    let live = scalars
        .iter()
        .zip(bases.live())
        .filter_map(|(scalar, live)| live.then_some(scalar));
    for (i, scalar) in live.enumerate() {
        select(scalar, bases.window(), counts, selections, |index| {
            usize::from(index).wrapping_mul(stride).wrapping_add(i)
        });
    }
}

/// Makes a run of the right length for each position; returns where each begins.
fn make_room(counts: &Counts, runs: &mut Runs) -> Counts {
    let mut offsets = *counts;
    let mut total = 0_u32;
    for offset in &mut offsets {
        let count = *offset;
        *offset = total;
        total = total.wrapping_add(count);
    }
    runs.lengths.clear();
    runs.lengths.extend_from_slice(counts);
    offsets
}

/// Writes the selected points to their places; `offsets` are the next free place of each position.
#[inline(always)]
fn place(
    selections: &[Selection],
    offsets: &mut Counts,
    points: &mut [Affine],
    lookup: impl Fn(usize, bool) -> Option<Affine>,
) {
    for selection in selections {
        let Some(point) = lookup(selection.entry as usize, selection.endomorphism) else {
            continue;
        };
        let Some(offset) = offsets.get_mut(usize::from(selection.position)) else {
            continue;
        };
        if let Some(slot) = points.get_mut(*offset as usize) {
            *slot = point.negate_if(selection.negative);
        }
        *offset = offset.wrapping_add(1);
    }
}

/// `Σ scalars[i]·points[i] + Σ fixed_scalars[j]·fixed[j]`. `points` and `scalars` have equal
/// lengths, as have `fixed` and `fixed_scalars`.
pub(crate) fn msm(
    points: &[Affine],
    scalars: &[Fr],
    fixed: Option<(&FixedBases, &[Fr])>,
    scratch: &mut StrausScratch,
    runs: &mut Runs,
) -> Jacobian {
    let StrausScratch {
        table,
        table_beta_x,
        variable,
        fixed: fixed_selections,
        tables,
    } = scratch;
    variable.clear();
    fixed_selections.clear();
    let mut counts: Counts = [0; POSITIONS];

    tables::odd_multiples(points, MULTIPLES, table, tables);
    table_beta_x.clear();
    table_beta_x.extend(table.iter().map(|p| p.x.mul(&glv::BETA)));
    let stride = points.len();
    for (i, scalar) in scalars.iter().enumerate() {
        select(scalar, WINDOW, &mut counts, variable, |index| {
            usize::from(index).wrapping_mul(stride).wrapping_add(i)
        });
    }
    if let Some((bases, scalars)) = fixed {
        select_fixed(bases, scalars, &mut counts, fixed_selections);
    }

    let mut offsets = make_room(&counts, runs);
    let places = runs.places();
    place(variable, &mut offsets, places, |entry, endomorphism| {
        let mut point = *table.get(entry)?;
        if endomorphism {
            point.x = *table_beta_x.get(entry)?;
        }
        Some(point)
    });
    if let Some((bases, _)) = fixed {
        let table = bases.table();
        place(
            fixed_selections,
            &mut offsets,
            places,
            |entry, endomorphism| {
                let mut point = *table.get(entry)?;
                if endomorphism {
                    point.x = point.x.mul(&glv::BETA);
                }
                Some(point)
            },
        );
    }
    runs.shorten();
    sum_from_the_top(runs)
}

/// `Σ 2^i·(sum of run i)`
fn sum_from_the_top(runs: &Runs) -> Jacobian {
    let mut result = Jacobian::IDENTITY;
    for run in runs.last_first() {
        result = result.double();
        for point in run {
            result = result.add_affine(point);
        }
    }
    result
}
