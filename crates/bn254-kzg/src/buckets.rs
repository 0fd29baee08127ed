//! Multi-exponentiation by buckets, for many points (the method of N. Pippenger, 1976, in the form
//! of D. Bernstein, J. Doumen, T. Lange and J.-J. Oosterwijk, *Faster batch forgery
//! identification*, 2012, section 4).
//!
//! Half scalars are cut into c-bit windows with digits from -2^(c-1) to 2^(c-1). In every window,
//! points with the same digit d go into one bucket, negated where d is negative. All buckets of all
//! windows are summed at once in affine form ([`runs`](crate::runs)); then `Σ d·(bucket d)` comes
//! from running sums from the largest digit down. A point costs 2·128/c additions and needs no
//! table; the running sums cost 2^c additions in every window, whatever the number of points.

use alloc::vec::Vec;

use ark_bn254::Fr;
use ark_ff::PrimeField;

use crate::curve::{Affine, Jacobian};
use crate::glv;
use crate::recoding::POSITIONS;
use crate::runs::Runs;

/// Reused memory.
#[derive(Default)]
pub(crate) struct BucketScratch {
    /// Points and their images under the endomorphism in turn.
    bases: Vec<Affine>,
    entries: Vec<Entry>,
    offsets: Vec<u32>,
}

/// A non-zero digit: which base goes into which bucket.
#[derive(Clone, Copy)]
struct Entry {
    bucket: u32,
    base: u32,
    negative: bool,
}

/// Calls `each(window, |digit| - 1, negative)` for the digits of k, |k| < 2¹²⁷, that are not zero.
fn window_digits(k: i128, c: u32, mut each: impl FnMut(u32, u32, bool)) {
    let half = 1_u128 << c.wrapping_sub(1);
    let mask = half.wrapping_shl(1).wrapping_sub(1);
    let mut left = k.unsigned_abs();
    let mut window = 0_u32;
    while left != 0 {
        let low = left & mask;
        left >>= c;
        let borrow = low > half;
        left = left.wrapping_add(u128::from(borrow));
        let magnitude = if borrow {
            mask.wrapping_add(1).wrapping_sub(low)
        } else {
            low
        };
        if magnitude != 0 {
            each(window, magnitude.wrapping_sub(1) as u32, borrow ^ (k < 0));
        }
        window = window.wrapping_add(1);
    }
}

/// `Σ scalars[i]·points[i]` with windows of c bits, 2 ≤ c ≤ 16.
pub(crate) fn msm(
    points: &[Affine],
    scalars: &[Fr],
    c: u32,
    scratch: &mut BucketScratch,
    runs: &mut Runs,
) -> Jacobian {
    let BucketScratch {
        bases,
        entries,
        offsets,
    } = scratch;
    let buckets = 1_usize << c.wrapping_sub(1);
    // The largest half scalar has 127 bits and may carry into the next window: 128 bits in all.
    let windows = POSITIONS.div_ceil(c as usize);
    bases.clear();
    for point in points {
        bases.push(*point);
        bases.push(Affine {
            x: point.x.mul(&glv::BETA),
            y: point.y,
        });
    }
    runs.lengths.clear();
    runs.lengths.resize(windows.wrapping_mul(buckets), 0);
    entries.clear();
    for (i, scalar) in scalars.iter().enumerate() {
        let (k1, k2) = glv::split(&scalar.into_bigint().0);
        for (base, half) in [
            (2_usize.wrapping_mul(i), k1),
            (2_usize.wrapping_mul(i).wrapping_add(1), k2),
        ] {
            window_digits(half, c, |window, digit, negative| {
                let bucket = (window << c.wrapping_sub(1)).wrapping_add(digit);
                if let Some(length) = runs.lengths.get_mut(bucket as usize) {
                    *length = length.wrapping_add(1);
                }
                entries.push(Entry {
                    bucket,
                    base: base as u32,
                    negative,
                });
            });
        }
    }
    place(entries, bases, offsets, runs);
    runs.shorten_and_reverse();
    sum_windows(runs, buckets, c)
}

/// Copies every entry's base into its bucket's run.
fn place(entries: &[Entry], bases: &[Affine], offsets: &mut Vec<u32>, runs: &mut Runs) {
    offsets.clear();
    let mut total = 0_u32;
    for length in &runs.lengths {
        offsets.push(total);
        total = total.wrapping_add(*length);
    }
    runs.points.clear();
    runs.points.resize(total as usize, Affine::default());
    for entry in entries {
        let (Some(base), Some(offset)) = (
            bases.get(entry.base as usize),
            offsets.get_mut(entry.bucket as usize),
        ) else {
            continue;
        };
        if let Some(slot) = runs.points.get_mut(*offset as usize) {
            *slot = base.negate_if(entry.negative);
        }
        *offset = offset.wrapping_add(1);
    }
}

/// `Σ 2^(c·i)·Σ d·(bucket d of window i)`, for runs from the highest window's highest bucket down.
fn sum_windows(runs: &Runs, buckets: usize, c: u32) -> Jacobian {
    let mut result = Jacobian::IDENTITY;
    let mut points = runs.points.iter();
    for window in runs.lengths.chunks(buckets) {
        for _ in 0..c {
            result = result.double();
        }
        // `running` is the sum of all buckets so far, so bucket d enters `weighted` d times
        let mut running = Jacobian::IDENTITY;
        let mut weighted = Jacobian::IDENTITY;
        for length in window {
            for point in points.by_ref().take(*length as usize) {
                running = running.add_affine(point);
            }
            weighted = weighted.add(&running);
        }
        result = result.add(&weighted);
    }
    result
}
