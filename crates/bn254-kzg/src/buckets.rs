//! Multi-exponentiation by buckets, for many points (the method of N. Pippenger, 1976, in the form
//! of D. Bernstein, J. Doumen, T. Lange and J.-J. Oosterwijk, *Faster batch forgery
//! identification*, 2012, section 4).
//!
//! Half scalars are cut into c-bit windows with digits from -2^(c-1) to 2^(c-1) - 1; the top window
//! takes what is left and has no sign. In every window, points with the same digit d go into one
//! bucket, negated where d is negative. A point costs 2·127/c additions and needs no table.
//!
//! # In the processor's caches
//!
//! Windows are dealt with one after the other, so that the points of one window are all that is in
//! use at a time: with 28,000 points, four megabytes instead of forty. Small inputs take several
//! windows at once instead and share inversions. Everything is added up in affine form
//! ([`runs`](crate::runs)), `Σ d·(bucket d)` too: with d = 2^h·row + column it is
//! 2^h·Σ row·(sum of the row) + Σ column·(sum of the column), which costs two affine additions for
//! each bucket and a Jacobian running sum over rows and columns alone.

use alloc::vec::Vec;

use ark_bn254::Fr;
use ark_ff::PrimeField;

use crate::curve::{Affine, Jacobian};
use crate::fp::Fp;
use crate::glv;
use crate::part::Part;
use crate::runs::Runs;

/// Half scalars are below 2^126.1 in absolute value (see [`glv`]); with half of every window's range
/// added they stay below 2^127, and the sign takes the bit above.
const HALF_BITS: u32 = 127;
const SIGN: u128 = 1 << HALF_BITS;

/// Points of all windows that are dealt with at once: two megabytes.
const MOST_AT_ONCE: usize = 1 << 15;

/// Reused memory.
#[derive(Default)]
pub(crate) struct BucketScratch {
    /// x under the endomorphism, for every point.
    beta_x: Vec<Fp>,
    /// Both halves of every scalar in turn, biased, with the sign on top.
    halves: Vec<u128>,
    offsets: Vec<u32>,
    /// The runs that add up rows and columns of buckets.
    rows_and_columns: Runs,
}

/// How scalars are cut.
#[derive(Clone, Copy)]
pub(crate) struct Windows {
    pub(crate) bits: u32,
    pub(crate) number: u32,
}

/// Some of the windows: from `lowest` to below `end`.
#[derive(Clone, Copy)]
pub(crate) struct WindowRange {
    pub(crate) windows: Windows,
    pub(crate) lowest: u32,
    pub(crate) end: u32,
}

impl Windows {
    /// Windows of that many bits, 2 to 16.
    pub(crate) fn of(bits: u32) -> Windows {
        Windows {
            bits,
            // |k| < 2^126.1, and what is carried into the top window is below 2^(top window's bits)
            number: HALF_BITS.div_ceil(bits),
        }
    }

    /// The windows of one of so many parts, the lowest part first. Together the parts have every window once.
    pub(crate) fn part(self, Part { index, of }: Part) -> WindowRange {
        let border = |part: u32| {
            self.number
                .saturating_mul(part)
                .checked_div(of)
                .unwrap_or(0)
        };
        WindowRange {
            windows: self,
            lowest: border(index),
            end: border(index.saturating_add(1)).min(self.number),
        }
    }

    /// 2^(c-1) in every window but the top one: makes each digit's window hold digit + 2^(c-1).
    pub(crate) fn bias(self) -> u128 {
        let half = 1_u128 << self.bits.wrapping_sub(1);
        (0..self.number.wrapping_sub(1)).fold(0, |sum: u128, _| {
            sum.wrapping_shl(self.bits).wrapping_add(half)
        })
    }

    /// The digit of a biased half in a window: its absolute value, and whether it is negative.
    #[inline(always)]
    pub(crate) fn digit(self, half: u128, window: u32) -> (u32, bool) {
        let magnitude = half & !SIGN;
        let shifted = magnitude >> window.wrapping_mul(self.bits);
        let negative = half & SIGN != 0;
        if window == self.number.wrapping_sub(1) {
            return (shifted as u32, negative);
        }
        let bias = 1_u32 << self.bits.wrapping_sub(1);
        let digit = (shifted as u32 & bias.wrapping_mul(2).wrapping_sub(1)).wrapping_sub(bias);
        let below = digit >> 31 == 1;
        let absolute = if below { digit.wrapping_neg() } else { digit };
        (absolute, below ^ negative)
    }

    /// Buckets of a window, that of digit 0 included. The top window has
    /// `HALF_BITS - bits·(number - 1) ≤ bits` bits and no sign.
    pub(crate) fn buckets(self) -> usize {
        let top = HALF_BITS.wrapping_sub(self.bits.wrapping_mul(self.number.wrapping_sub(1)));
        let signed = (1_usize << self.bits.wrapping_sub(1)).wrapping_add(1);
        signed.max(1 << top)
    }
}

/// The part of `Σ scalars[i]·points[i]` that some of the windows give.
pub(crate) fn msm(
    points: &[Affine],
    scalars: &[Fr],
    WindowRange {
        windows,
        lowest,
        end,
    }: WindowRange,
    scratch: &mut BucketScratch,
    runs: &mut Runs,
) -> Jacobian {
    prepare(points, scalars, windows.bias(), scratch);
    let at_once = MOST_AT_ONCE.checked_div(scratch.halves.len());
    let at_once = at_once.unwrap_or(1).max(1) as u32;
    let mut result = Jacobian::IDENTITY;
    let mut above = end;
    while above > lowest {
        let next = above.saturating_sub(at_once).max(lowest);
        result = add_windows(result, (next, above), windows, points, scratch, runs);
        above = next;
    }
    for _ in 0..windows.bits.wrapping_mul(lowest) {
        result = result.double();
    }
    result
}

fn prepare(points: &[Affine], scalars: &[Fr], bias: u128, scratch: &mut BucketScratch) {
    scratch.beta_x.clear();
    scratch
        .beta_x
        .extend(points.iter().map(|point| point.x.mul(&glv::BETA)));
    split(scalars, bias, &mut scratch.halves);
}

/// Both halves of every scalar in turn, biased, with the sign on top.
pub(crate) fn split(scalars: &[Fr], bias: u128, halves: &mut Vec<u128>) {
    halves.clear();
    for scalar in scalars {
        let (k1, k2) = glv::split(&scalar.into_bigint().0);
        for k in [k1, k2] {
            let biased = k.unsigned_abs().wrapping_add(bias);
            halves.push(if k < 0 { biased | SIGN } else { biased });
        }
    }
}

/// `2^(c·windows)·above + Σ` over the windows from `lowest` to below `end`.
fn add_windows(
    mut above: Jacobian,
    (lowest, end): (u32, u32),
    windows: Windows,
    points: &[Affine],
    scratch: &mut BucketScratch,
    runs: &mut Runs,
) -> Jacobian {
    let buckets = windows.buckets();
    fill((lowest, end), windows, points, scratch, runs);
    runs.shorten();
    // Rows and columns of all these windows, shortened together.
    let shift = usize::BITS
        .wrapping_sub(buckets.leading_zeros())
        .div_ceil(2);
    let width = 1_usize << shift;
    let height = buckets.div_ceil(width);
    let sums = &mut scratch.rows_and_columns;
    lay_out(runs, sums, buckets, (width, height));
    sums.shorten();
    let mut sums = sums.iter();
    let mut of_windows = Vec::with_capacity(end.wrapping_sub(lowest) as usize);
    for _ in lowest..end {
        let mut rows = weighted_sum(&mut sums, height);
        for _ in 0..shift {
            rows = rows.double();
        }
        of_windows.push(rows.add(&weighted_sum(&mut sums, width)));
    }
    for window in of_windows.iter().rev() {
        for _ in 0..windows.bits {
            above = above.double();
        }
        above = above.add(window);
    }
    above
}

/// Puts every point into the run of its digit, window by window.
fn fill(
    (lowest, end): (u32, u32),
    windows: Windows,
    points: &[Affine],
    scratch: &mut BucketScratch,
    runs: &mut Runs,
) {
    let BucketScratch {
        beta_x,
        halves,
        offsets,
        ..
    } = scratch;
    let buckets = windows.buckets();
    let number = end.wrapping_sub(lowest) as usize;
    runs.lengths.clear();
    runs.lengths.resize(number.wrapping_mul(buckets), 0);
    for (window, lengths) in (lowest..end).zip(runs.lengths.chunks_mut(buckets)) {
        for half in halves.iter() {
            let (digit, _) = windows.digit(*half, window);
            if let Some(length) = lengths.get_mut(digit as usize) {
                *length = length.wrapping_add(1);
            }
        }
        // Digit 0 adds nothing.
        if let Some(zero) = lengths.first_mut() {
            *zero = 0;
        }
    }
    offsets.clear();
    let mut total = 0_u32;
    for length in &runs.lengths {
        offsets.push(total);
        total = total.wrapping_add(*length);
    }
    let places = runs.places();
    for (window, offsets) in (lowest..end).zip(offsets.chunks_mut(buckets)) {
        for ((point, beta_x), pair) in points.iter().zip(beta_x.iter()).zip(halves.chunks_exact(2))
        {
            for (x, half) in [point.x, *beta_x].into_iter().zip(pair) {
                let (digit, negative) = windows.digit(*half, window);
                if digit == 0 {
                    continue;
                }
                let Some(offset) = offsets.get_mut(digit as usize) else {
                    continue;
                };
                if let Some(slot) = places.get_mut(*offset as usize) {
                    *slot = Affine { x, y: point.y }.negate_if(negative);
                }
                *offset = offset.wrapping_add(1);
            }
        }
    }
}

/// From runs that are buckets, windows in order, makes runs that are each window's rows and then its columns.
fn lay_out(buckets: &Runs, sums: &mut Runs, number: usize, (width, height): (usize, usize)) {
    let all: Vec<&[Affine]> = buckets.iter().collect();
    let of_windows = all.chunks(number.max(1));
    let lines = of_windows.flat_map(|buckets| {
        let rows = (0..height).map(move |row| (row.wrapping_mul(width), width, 1));
        let columns = (0..width).map(move |column| (column, number, width));
        let line = move |(first, length, step): (usize, usize, usize)| {
            let line = buckets.iter().skip(first);
            line.take(length).step_by(step).copied()
        };
        rows.chain(columns).map(line)
    });
    sums.clear();
    for line in lines {
        sums.push(line);
    }
}

/// `Σ i·(run i)` over the next `number` runs.
fn weighted_sum<'a>(runs: &mut impl Iterator<Item = &'a [Affine]>, number: usize) -> Jacobian {
    let runs: Vec<&[Affine]> = runs.take(number).collect();
    // `running` is the sum of all runs so far, so run i enters `weighted` i times
    let mut running = Jacobian::IDENTITY;
    let mut weighted = Jacobian::IDENTITY;
    for run in runs.into_iter().skip(1).rev() {
        for point in run {
            running = running.add_affine(point);
        }
        weighted = weighted.add(&running);
    }
    weighted
}
