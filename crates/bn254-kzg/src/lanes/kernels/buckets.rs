//! Multi-exponentiation by buckets in lanes, for many points: [`crate::buckets`], eight additions at a time.
//!
//! Windows are dealt with one after the other, from the highest down. A window's buckets are runs of points and of
//! their images under the endomorphism. Then lane l goes down a stretch of the buckets with a running sum, which a
//! second sum takes in at every step, so that it counts the bucket k + 1 of the stretch k + 1 times:
//!
//! ```text
//! lane       0        1               7           s: a power of two
//! digits   1 - s    s+1 - 2s   …   7s+1 - 8s
//! ```
//!
//! `Σ d·(bucket d) = Σ_l (second sum of lane l) + s·Σ_l l·(running sum of lane l)`.

use alloc::vec::Vec;

use ark_bn254::Fr;

use super::points::{self, Jacobian8};
use super::runs::Runs;
use crate::buckets::{self, WindowRange, Windows};
use crate::curve::{Affine, Jacobian};
use crate::lanes::packed::{Packed, Signed};

kernels! {
    /// The part of `Σ scalars[i]·points[i]` that some of the windows give.
    pub(crate) fn msm(
        points: &[Affine],
        scalars: &[Fr],
        WindowRange { windows, lowest, end }: WindowRange,
        halves: &mut Vec<u128>,
        runs: &mut Runs,
    ) -> Jacobian {
        buckets::split(scalars, windows.bias(), halves);
        runs.clear();
        runs.pool.extend(points.iter().map(Packed::from));
        append_images(&mut runs.pool);
        let given = runs.pool.len();
        let mut sum = Jacobian::IDENTITY;
        for window in (lowest..end).rev() {
            for _ in 0..windows.bits {
                sum = sum.double();
            }
            runs.pool.truncate(given);
            fill(windows, window, halves, points.len(), runs);
            runs.shorten();
            sum = sum.add(&weighted_sum(runs));
        }
        for _ in 0..windows.bits.wrapping_mul(lowest) {
            sum = sum.double();
        }
        sum
    }

    /// Appends the image under the endomorphism of every point.
    fn append_images(pool: &mut Vec<Packed>) {
        let n = pool.len();
        for first in (0..n).step_by(8) {
            let at = core::array::from_fn(|lane| {
                Signed::new(first.wrapping_add(lane).min(n.wrapping_sub(1)), false)
            });
            let images = points::load(pool, &at).image();
            let images = points::store(&images.x, &images.y.plus(3).reduce()); // y + 3 in (1, 5)
            let number = n.wrapping_sub(first);
            pool.extend(images.iter().take(number));
        }
    }
}

/// Puts every point and image into the run of its digit. The pool holds the points and then their images; halves are
/// those of each point in turn. Run d is the bucket of digit d + 1.
fn fill(windows: Windows, window: u32, halves: &[u128], num_points: usize, runs: &mut Runs) {
    let members = || {
        halves.iter().enumerate().filter_map(|(i, half)| {
            let (digit, negative) = windows.digit(*half, window);
            let image = if i % 2 == 1 { num_points } else { 0 };
            let member = Signed::new((i / 2).wrapping_add(image), negative);
            // Digit 0 adds nothing.
            Some(((digit as usize).checked_sub(1)?, member))
        })
    };
    runs.lengths.clear();
    runs.lengths.resize(windows.buckets(), 0);
    for (run, _) in members() {
        if let Some(length) = runs.lengths.get_mut(run) {
            *length = length.wrapping_add(1);
        }
    }
    runs.fill(members());
}

routines! {
    /// `Σ (i + 1)·(run i)`
    fn weighted_sum(runs: &mut Runs) -> Jacobian {
        runs.index();
        let stretch = runs.lengths.len().div_ceil(8).next_power_of_two();
        let (mut running, mut sum) = (Jacobian8::identity(), Jacobian8::identity());
        for i in (0..stretch).rev() {
            let members = core::array::from_fn(|lane| runs.run(lane.wrapping_mul(stretch).wrapping_add(i)));
            running = runs.add_to(running, members, false);
            sum = sum.add(&running);
        }
        let mut result = Jacobian::IDENTITY;
        // From the highest lane down, `above` is the sum of the lanes so far, so lane l enters `steps` l times.
        let (mut above, mut steps) = (Jacobian::IDENTITY, Jacobian::IDENTITY);
        let (running_sums, sums) = (running.into_scalars(), sum.into_scalars());
        for (running, sum) in running_sums.iter().zip(&sums).skip(1).rev() {
            result = result.add(sum);
            above = above.add(running);
            steps = steps.add(&above);
        }
        for _ in 0..stretch.ilog2() {
            steps = steps.double();
        }
        let [first, ..] = sums;
        result.add(&first).add(&steps)
    }
}
