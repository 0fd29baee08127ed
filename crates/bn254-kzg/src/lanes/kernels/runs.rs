//! Many sums of points at once, in affine form, eight additions at a time: [`crate::runs`] in lanes.
//!
//! Points lie in a pool and are not moved. A run is a list of positions in it. A round adds neighbours within
//! every run and writes their sums at the pool's end, so that the runs are half as long and name sums:
//!
//! ```text
//! pool     P0 P1 P2 P3 P4 | P0-P1  P3+P3          points given | sums of round 1 | sums of round 2 | …
//! runs     [0 -1 4] [2] [3 3]  →  [5 4] [2] [6]
//! ```
//!
//! # One inversion
//!
//! Eight additions are a group. The groups' denominators are multiplied lane by lane, in two chains in turn, as a
//! multiplication waits for the one before it in its chain. The sixteen products have one inversion between them
//! ([`invert`]).
//!
//! # Scale
//!
//! With R = 2²⁶⁰ a product in lanes is a·b/R. Coordinates come from memory as X = x·2²⁵⁶, so a denominator is
//! D = d·2²⁵⁶ and a numerator N = n·2²⁵⁶ for the slope λ = n/d. Inverses are made 2⁵¹⁸/D, so that the
//! slope comes out as S = N·(2⁵¹⁸/D)/R = λ·2²⁵⁸. Then S²/R = λ²·2²⁵⁶ and S·(4·(X_a - X))/R = λ·(x_a - x)·2²⁵⁶
//! have the scale of coordinates again. The scale of the products of denominators cancels.
//!
//! # Exceptional cases
//!
//! As in the scalar form: equal neighbours are doubled, opposite ones vanish from the run.

use alloc::vec::Vec;

use super::super::vector::V;
use super::field::{Fp8, Loose8, Wide8};
use super::points::{self, Affine8, Jacobian8, vanishes, vanishes_below_four};
use crate::fp::Fp;
use crate::lanes::Mask;
use crate::lanes::limbs52::Limbs52;
use crate::lanes::packed::{Packed, Signed};

/// With fewer additions than this a round's inversion costs more than additions in Jacobian form (measured with
/// a prototype on an Emerald Rapids server).
const MIN_PAIRS: u32 = 24;

/// Groups that share an inversion: what is pending for them fits into the second-level cache.
const BLOCK: usize = 128;

/// 48·2²⁶⁰ mod p: a factor of 48.
const FORTY_EIGHT: Limbs52 = [
    0x0001_2d80_f0c5_336e,
    0x000c_8c27_412f_ff39,
    0x000d_a7e2_f608_8710,
    0x000a_a057_64dd_a251,
    0x0000_286b_3d2e_ce94,
];

/// Points in runs, whose sums are wanted.
#[derive(Default)]
pub(crate) struct Runs {
    pub(crate) pool: Vec<Packed>,
    /// The runs, one after the other.
    pub(crate) members: Vec<Signed>,
    /// How many members each run has.
    pub(crate) lengths: Vec<u32>,
    /// Where each run begins.
    starts: Vec<u32>,
    next: Vec<Signed>,
    left: Vec<Signed>,
    right: Vec<Signed>,
    /// Which pairs of a round have the identity for their sum, in rising order.
    vanished: Vec<usize>,
    pending: Vec<Pending>,
}

/// A group whose denominators have been collected.
#[derive(Clone, Copy)]
struct Pending {
    /// (0, 4), normal.
    denominator: Fp8,
    /// The product of the denominators before it in its chain. < 2.
    prefix: Fp8,
    /// (0, 8), normal.
    numerator: Fp8,
    a: Affine8,
    /// The lanes where both points are equal: the denominator is 2·y, and not the difference of x plus 2p.
    equal: Mask,
    /// The lanes where they are opposite.
    opposite: Mask,
}

/// The products of the denominators, or their inverses, in turn. < 2 each.
#[derive(Clone, Copy)]
struct Chains {
    next: Fp8,
    other: Fp8,
}

kernels! {
    /// 2⁵¹⁸ divided by each of the sixteen products.
    fn invert(products: &Chains) -> Chains {
        let both = products.next.mul(&products.other);
        // The products of two, four and eight lanes, and of all lanes but one's own.
        let by_one = V::load(&[1, 0, 3, 2, 5, 4, 7, 6]);
        let by_two = V::load(&[2, 3, 0, 1, 6, 7, 4, 5]);
        let by_four = V::load(&[4, 5, 6, 7, 0, 1, 2, 3]);
        let two = both.mul(&both.permute(by_one));
        let four = two.mul(&two.permute(by_two));
        let eight = four.mul(&four.permute(by_four));
        let others = both.permute(by_one)
            .mul(&two.permute(by_two))
            .mul(&four.permute(by_four));
        // As a Montgomery form the integer E has the inverse 2⁵¹²/E. Times 64 it is < 64: 64·2 reduced < 2.65.
        let inverse = Fp(points::first_words(&eight.canonical())).inverse();
        let inverse = points::splat_words(&inverse.0).times_power::<6>().normalise().mul(&others);
        Chains {
            next: inverse.mul(&products.other),
            other: inverse.mul(&products.next),
        }
    }
}

impl Pending {
    kernels! {
        /// a + b, without its prefix. Every coordinate is in (-2, 2).
        fn new(a: Affine8, b: &Affine8) -> Pending {
            let denominator = b.x.sub(&a.x).plus(2).normalise();
            let numerator = b.y.sub(&a.y).plus(4).normalise();
            let same_x = vanishes_below_four(&denominator);
            let mut pending = Pending {
                denominator,
                prefix: denominator,
                numerator,
                a,
                equal: 0,
                opposite: 0,
            };
            if same_x != 0 {
                pending.resolve(same_x);
            }
            pending
        }

        /// Equal points: the slope of the tangent, 3·x²/(2·y). Opposite ones: any denominator but zero.
        fn resolve(&mut self, same_x: Mask) {
            let same_x = same_x & vanishes(&self.denominator);
            let same_y = vanishes(&self.numerator);
            self.equal = same_x & same_y;
            self.opposite = same_x & !same_y;
            // 2·y + 5 in (1, 9): < 1.092
            let two_y = self.a.y.double().plus(5).reduce();
            // X² is x²·2²⁵² in scale: three times it, and sixteen times for the scale
            let three_xx = self.a.x.square().mul(&Fp8::splat(&FORTY_EIGHT)); // < 1.143
            self.denominator = Fp8::select(self.equal, &two_y, &self.denominator);
            self.denominator = Fp8::select(self.opposite, &Fp8::one(), &self.denominator);
            self.numerator = Fp8::select(self.equal, &three_xx, &self.numerator);
        }

        /// The sums, given the inverse < 2 of the denominator.
        fn sums(&self, inverse: &Fp8) -> [Packed; 8] {
            let a = &self.a;
            let slope = self.numerator.mul(inverse); // 8·2: < 1.318
            // x_a + x_b = 2·x_a + (the difference + 2) - 2
            let two = Loose8::multiple_of_modulus(2);
            let difference = Loose8::select(self.equal, &two, &self.denominator);
            // slope² < 1.149; less 2·x_a and the difference plus 2, which are x_a + x_b + 2 in [2, 6): in
            // (1, 6.2)
            let x = Wide8::square(&slope).reduce_loosely()
                .sub(&a.x.double())
                .sub(&difference)
                .plus(7)
                .reduce(); // < 1.07
            // 4·(x_a - x + 2) < 16, times the slope < 21.1, reduced < 1.378; less y_a in (-2, 2): in (1, 6.4)
            let y = Wide8::product(&slope, &a.x.sub(&x).plus(2).times_power::<2>().normalise())
                .reduce_loosely()
                .sub(&a.y)
                .plus(3)
                .reduce(); // < 1.071
            points::store(&x, &y)
        }
    }
}

impl Chains {
    kernels! {
        /// Multiplies the chain whose turn it is by a denominator; returns what it was before.
        fn push(&mut self, denominator: &Fp8) -> Fp8 {
            let before = self.next;
            self.next = self.other;
            self.other = before.mul(denominator); // 2·4: < 1.23
            before
        }

        /// Of inverses, from the last `push` to the first: the inverse of its denominator.
        fn pop(&mut self, pending: &Pending) -> Fp8 {
            let inverse = self.other;
            self.other = self.next;
            self.next = inverse.mul(&pending.denominator);
            inverse.mul(&pending.prefix)
        }
    }
}

impl Runs {
    /// No points and no runs.
    pub(crate) fn clear(&mut self) {
        self.pool.clear();
        self.members.clear();
        self.lengths.clear();
    }

    /// Makes [`run`](Self::run) know where each run begins.
    pub(crate) fn index(&mut self) {
        self.starts.clear();
        let mut start = 0_u32;
        for length in &self.lengths {
            self.starts.push(start);
            start = start.wrapping_add(*length);
        }
    }

    /// The members of a run; none for one that there is not. After [`index`](Self::index).
    pub(crate) fn run(&self, number: usize) -> &[Signed] {
        let (Some(start), Some(length)) = (self.starts.get(number), self.lengths.get(number))
        else {
            return &[];
        };
        let members = self.members.get(*start as usize..).unwrap_or_default();
        members.get(..*length as usize).unwrap_or_default()
    }

    /// Puts every member into its run. `lengths` says how many each run will have.
    pub(crate) fn fill(&mut self, selections: impl Iterator<Item = (usize, Signed)>) {
        self.index();
        let total = self
            .lengths
            .iter()
            .fold(0_u32, |sum, length| sum.wrapping_add(*length));
        self.members.clear();
        self.members.resize(total as usize, Signed::default());
        for (run, member) in selections {
            let Some(next) = self.starts.get_mut(run) else {
                continue;
            };
            if let Some(slot) = self.members.get_mut(*next as usize) {
                *slot = member;
            }
            *next = next.wrapping_add(1);
        }
    }

    kernels! {
        /// Adds the members of eight runs to eight points: lane by lane, one member of each at a time. `image`: not
        /// the members but their images under the endomorphism.
        pub(crate) fn add_to(&self, mut sum: Jacobian8, runs: [&[Signed]; 8], image: bool) -> Jacobian8 {
            let longest = runs.iter().map(|run| run.len()).max().unwrap_or(0);
            for k in 0..longest {
                let at = runs.map(|run| run.get(k).copied().unwrap_or_default());
                let mask = runs.iter().enumerate().fold(0, |mask: Mask, (lane, run)| {
                    mask | Mask::from(k < run.len()) << lane
                });
                let points = points::load(&self.pool, &at);
                let points = if image { points.image() } else { points };
                sum = sum.add_affine(mask, &points.times_sixteen());
            }
            sum
        }

        /// Shortens every run without changing its sum, until few additions are left.
        pub(crate) fn shorten(&mut self) {
            while self.lengths.iter().map(|length| length / 2).sum::<u32>() >= MIN_PAIRS {
                self.add_neighbours();
            }
        }

        /// One round.
        fn add_neighbours(&mut self) {
            self.left.clear();
            self.right.clear();
            self.next.clear();
            let first = self.pool.len();
            let mut rest = &self.members[..];
            for length in &mut self.lengths {
                let (run, after) = rest.split_at_checked(*length as usize).unwrap_or_default();
                rest = after;
                let (pairs, odd) = run.as_chunks::<2>();
                for [a, b] in pairs {
                    self.next.push(Signed::new(first.wrapping_add(self.left.len()), false));
                    self.left.push(*a);
                    self.right.push(*b);
                }
                self.next.extend_from_slice(odd);
                *length = length.div_ceil(2);
            }
            core::mem::swap(&mut self.members, &mut self.next);
            self.add_pairs();
            if !self.vanished.is_empty() {
                self.remove_vanished(first);
            }
        }

        /// Appends the sums of these pairs of the pool's points to it. None may be opposite. Returns where the
        /// sums begin.
        pub(crate) fn append_sums(&mut self, pairs: impl Iterator<Item = (usize, usize)>) -> usize {
            let first = self.pool.len();
            self.left.clear();
            self.right.clear();
            for (a, b) in pairs {
                self.left.push(Signed::new(a, false));
                self.right.push(Signed::new(b, false));
            }
            self.add_pairs();
            first
        }

        /// Appends the sums of `left` and `right` to the pool, and fills `vanished`.
        fn add_pairs(&mut self) {
            self.vanished.clear();
            let (first, count) = (self.pool.len(), self.left.len());
            // The last group is filled up with copies of a pair.
            let groups = count.div_ceil(8);
            for list in [&mut self.left, &mut self.right] {
                let filler = list.first().copied().unwrap_or_default();
                list.resize(groups.wrapping_mul(8), filler);
            }
            let (left, right) = (self.left.as_chunks::<8>().0, self.right.as_chunks::<8>().0);
            for (left, right) in left.chunks(BLOCK).zip(right.chunks(BLOCK)) {
                let start = self.pool.len();
                let products = collect(&self.pool, left, right, &mut self.pending);
                self.pool.resize(start.wrapping_add(left.len().wrapping_mul(8)), Packed::default());
                let sums = self.pool.get_mut(start..).unwrap_or_default();
                add_pending(&self.pending, invert(&products), sums);
                let groups = self.pending.iter().zip((start.wrapping_sub(first)..).step_by(8));
                for (group, pair) in groups.filter(|(group, _)| group.opposite != 0) {
                    let lanes = (0..8_usize).filter(|lane| group.opposite >> lane & 1 == 1);
                    self.vanished.extend(lanes.map(|lane| pair.wrapping_add(lane)));
                }
            }
            self.pool.truncate(first.wrapping_add(count));
        }
    }

    /// Takes sums that are the identity out of the runs; `first` is where the round's sums begin in the pool.
    #[cold]
    fn remove_vanished(&mut self, first: usize) {
        let Runs {
            members,
            lengths,
            next,
            vanished,
            ..
        } = self;
        next.clear();
        let mut rest = &members[..];
        for length in lengths {
            let (run, after) = rest.split_at_checked(*length as usize).unwrap_or_default();
            rest = after;
            let before = next.len();
            next.extend(run.iter().filter(|member| {
                let pair = member.position().checked_sub(first);
                pair.is_none_or(|pair| vanished.binary_search(&pair).is_err())
            }));
            *length = next.len().wrapping_sub(before) as u32;
        }
        core::mem::swap(members, next);
    }
}

kernels! {
    /// Fills `pending`, front to back; returns the products of the denominators.
    fn collect(
        pool: &[Packed],
        left: &[[Signed; 8]],
        right: &[[Signed; 8]],
        pending: &mut Vec<Pending>,
    ) -> Chains {
        pending.clear();
        let mut products = Chains { next: Fp8::one(), other: Fp8::one() };
        for (left, right) in left.iter().zip(right) {
            let mut group = Pending::new(points::load(pool, left), &points::load(pool, right));
            group.prefix = products.push(&group.denominator);
            pending.push(group);
        }
        products
    }

    /// Carries out the pending additions, back to front.
    fn add_pending(pending: &[Pending], mut inverses: Chains, sums: &mut [Packed]) {
        let sums = sums.as_chunks_mut::<8>().0;
        for (group, sums) in pending.iter().zip(sums).rev() {
            let inverse = inverses.pop(group);
            *sums = group.sums(&inverse);
        }
    }
}
