//! Multi-exponentiation with digits of width w in lanes: [`crate::straus`], eight additions at a time.
//!
//! Unlike there, the two halves of a scalar have runs of their own at each bit position, so the endomorphism is
//! applied to few sums and to no table. In the end lane l adds up 16 positions, from the highest one down:
//!
//! ```text
//! lane          0        1              7
//! positions   0 - 15   16 - 31   …   112 - 127
//! ```
//!
//! and 7·16 doublings join the lanes.

use alloc::vec::Vec;

use ark_bn254::Fr;
use ark_ff::PrimeField;

use super::points::Jacobian8;
use super::runs::Runs;
use crate::curve::{Affine, Jacobian};
use crate::glv;
use crate::lanes::packed::{Packed, Signed};
use crate::recoding::{self, POSITIONS};
use crate::tables::FixedBases;

/// The window for points without a table: as in the scalar form.
const WINDOW: u32 = 5;
const MULTIPLES: usize = 1 << (WINDOW - 2);

/// Bit positions of a lane.
const STRETCH: usize = POSITIONS / 8;

/// A digit: the run that it goes to, and the point that it selects.
#[derive(Clone, Copy)]
pub(crate) struct Selection {
    run: u8,
    member: Signed,
}

/// The run of a bit position and a half.
fn run_of(position: usize, half: usize) -> usize {
    position.wrapping_mul(2).wrapping_add(half)
}

/// Adds the digits of a scalar's two halves. `entry` gives the position in the pool for a digit's index.
#[inline(always)]
fn select(
    scalar: &Fr,
    width: u32,
    lengths: &mut [u32],
    selections: &mut Vec<Selection>,
    mut entry: impl FnMut(u16) -> usize,
) {
    let (k1, k2) = glv::split(&scalar.into_bigint().0);
    for (half, k) in [k1, k2].into_iter().enumerate() {
        recoding::digits(k, width, |digit| {
            let run = run_of(usize::from(digit.position), half);
            if let Some(length) = lengths.get_mut(run) {
                *length = length.wrapping_add(1);
            }
            let member = Signed::new(entry(digit.index), digit.negative);
            selections.push(Selection {
                run: run as u8,
                member,
            });
        });
    }
}

/// Adds the digits of the fixed points' scalars, and to the pool the entries of tables that they select.
fn select_fixed(
    bases: &FixedBases,
    scalars: &[Fr],
    runs: &mut Runs,
    selections: &mut Vec<Selection>,
) {
    let Runs { pool, lengths, .. } = runs;
    let (stride, table) = (bases.stride(), bases.table());
    let live = scalars
        .iter()
        .zip(bases.live())
        .filter_map(|(scalar, live)| live.then_some(scalar));
    for (i, scalar) in live.enumerate() {
        select(scalar, bases.window(), lengths, selections, |index| {
            let entry = table.get(usize::from(index).wrapping_mul(stride).wrapping_add(i));
            pool.push(entry.map(Packed::from).unwrap_or_default());
            pool.len().wrapping_sub(1)
        });
    }
}

kernels! {
    /// Appends P, 3P, …, 15P to the pool, which holds n points, in four rounds by way of 2P, 4P and 8P; returns
    /// where each multiple of the first point is. A point has order r, so no two of a pair are opposite.
    fn odd_multiples(runs: &mut Runs) -> [usize; MULTIPLES] {
        let n = runs.pool.len();
        let one = 0;
        let all = |a: usize, b: usize| (a..a.wrapping_add(n)).zip(b..b.wrapping_add(n));
        let after = |multiple: usize, number: usize| multiple.wrapping_add(number.wrapping_mul(n));
        let two = runs.append_sums(all(one, one));
        let three = runs.append_sums(all(one, two).chain(all(two, two)));
        let four = after(three, 1);
        let five = runs.append_sums(all(one, four).chain(all(three, four)).chain(all(four, four)));
        let (seven, eight) = (after(five, 1), after(five, 2));
        let nine = runs.append_sums(
            all(one, eight).chain(all(three, eight)).chain(all(five, eight)).chain(all(seven, eight)),
        );
        [one, three, five, seven, nine, after(nine, 1), after(nine, 2), after(nine, 3)]
    }

    /// `Σ scalars[i]·points[i] + Σ fixed_scalars[j]·fixed[j]`. `points` and `scalars` have equal lengths, as have
    /// `fixed` and `fixed_scalars`.
    pub(crate) fn msm(
        points: &[Affine],
        scalars: &[Fr],
        fixed: Option<(&FixedBases, &[Fr])>,
        selections: &mut Vec<Selection>,
        runs: &mut Runs,
    ) -> Jacobian {
        selections.clear();
        runs.clear();
        runs.lengths.resize(run_of(POSITIONS, 0), 0);
        runs.pool.extend(points.iter().map(Packed::from));
        let multiples = odd_multiples(runs);
        for (i, scalar) in scalars.iter().enumerate() {
            select(scalar, WINDOW, &mut runs.lengths, selections, |index| {
                let first = multiples.get(usize::from(index)).copied().unwrap_or(0);
                first.wrapping_add(i)
            });
        }
        if let Some((bases, scalars)) = fixed {
            select_fixed(bases, scalars, runs, selections);
        }
        runs.fill(selections.iter().map(|selection| (usize::from(selection.run), selection.member)));
        runs.shorten();
        let mut sum = Jacobian::IDENTITY;
        for lane in sum_by_lanes(runs).iter().rev() {
            for _ in 0..STRETCH {
                sum = sum.double();
            }
            sum = sum.add(lane);
        }
        sum
    }
}

routines! {
    /// `Σ 2^i·(sum of position i)` for the positions i of each lane.
    fn sum_by_lanes(runs: &mut Runs) -> [Jacobian; 8] {
        runs.index();
        let mut sum = Jacobian8::identity();
        for i in (0..STRETCH).rev() {
            sum = sum.double();
            for half in 0..2 {
                let members = core::array::from_fn(|lane| {
                    let position = lane.wrapping_mul(STRETCH).wrapping_add(i);
                    runs.run(run_of(position, half))
                });
                sum = runs.add_to(sum, members, half == 1);
            }
        }
        sum.into_scalars()
    }
}
