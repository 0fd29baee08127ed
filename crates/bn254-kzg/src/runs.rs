//! Many sums of points at once, in affine form.
//!
//! An affine addition takes one inversion and three multiplications. Inversions of many values cost
//! three multiplications each and one real inversion (P. Montgomery, *Speeding the Pollard and
//! elliptic curve methods of factorization*, 1987), so affine additions done side by side cost six
//! multiplications against the eleven of a Jacobian mixed addition. Points are held sorted into
//! runs; a round adds neighbours within every run and so halves them all, under one inversion.
//!
//! # Exceptional cases
//!
//! The author of a proof chooses points and scalars, so equal and opposite neighbours do occur.
//! Both show as a zero difference of abscissas. Equal points are doubled, with 2y for a
//! denominator, which is never zero; opposite ones vanish from the run, with 1 for a denominator.

use alloc::vec::Vec;

use crate::curve::Affine;
use crate::fp::Fp;

/// With fewer additions than this a round's inversion costs more than it saves.
const MIN_PAIRS: u32 = 12;

/// Points in runs, whose sums are wanted.
#[derive(Default)]
pub(crate) struct Runs {
    /// The runs, one after the other, from `first` on.
    points: Vec<Affine>,
    first: usize,
    /// How many points each run has.
    pub(crate) lengths: Vec<u32>,
    pending: Vec<Pending>,
}

/// An addition whose denominator has been collected.
struct Pending {
    denominator: Fp,
    /// The product of all denominators before it in its chain.
    prefix: Fp,
}

/// Products of denominators. Two are made in turn, because a multiplication waits for the one before it
/// in its chain and not for one in the other.
struct Chains {
    next: Fp,
    other: Fp,
}

impl Chains {
    /// Multiplies the chain whose turn it is by a denominator; returns what it was before.
    #[inline(always)]
    fn push(&mut self, denominator: &Fp) -> Fp {
        let before = self.next;
        self.next = self.other;
        self.other = before.mul(denominator);
        before
    }

    /// The inverses of both, by one inversion.
    fn inverse(&self) -> Chains {
        let inverse = self.next.mul(&self.other).inverse();
        Chains {
            next: inverse.mul(&self.other),
            other: inverse.mul(&self.next),
        }
    }

    /// Of inverses, from the last [`push`](Self::push) to the first: the inverse of its denominator.
    #[inline(always)]
    fn pop(&mut self, pending: &Pending) -> Fp {
        let inverse = self.other;
        self.other = self.next;
        self.next = inverse.mul(&pending.denominator);
        inverse.mul(&pending.prefix)
    }
}

#[inline(always)]
fn denominator(a: &Affine, b: &Affine) -> Fp {
    let difference = b.x.sub(&a.x);
    if !difference.is_zero() {
        difference
    } else if a.y == b.y {
        a.y.double()
    } else {
        Fp::ONE
    }
}

/// `a + b` given the inverse of their [`denominator`]; `None` for the identity.
#[inline(always)]
fn sum(a: &Affine, b: &Affine, inverse: &Fp) -> Option<Affine> {
    if a.x != b.x {
        Some(a.add_with(b, inverse))
    } else if a.y == b.y {
        Some(a.double_with(inverse))
    } else {
        None
    }
}

impl Runs {
    /// The places of the runs' points, one after the other, once their lengths are there. What they hold is left from
    /// before: every place is to be written.
    pub(crate) fn places(&mut self) -> &mut [Affine] {
        let number = self.lengths.iter().map(|length| *length as usize).sum();
        self.points.resize(number, Affine::default());
        self.first = 0;
        &mut self.points
    }

    /// No runs.
    pub(crate) fn clear(&mut self) {
        self.points.clear();
        self.first = 0;
        self.lengths.clear();
    }

    /// One more run, of the points of other ones.
    pub(crate) fn push<'r>(&mut self, runs: impl Iterator<Item = &'r [Affine]>) {
        let before = self.points.len();
        for run in runs {
            self.points.extend_from_slice(run);
        }
        let length = self.points.len().wrapping_sub(before);
        self.lengths.push(length as u32);
    }

    /// The runs, one after the other.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[Affine]> {
        let mut rest = self.points.get(self.first..).unwrap_or_default();
        self.lengths.iter().map(move |length| {
            let (run, after) = rest.split_at_checked(*length as usize).unwrap_or_default();
            rest = after;
            run
        })
    }

    /// The runs, the last one first.
    pub(crate) fn last_first(&self) -> impl Iterator<Item = &[Affine]> {
        let mut rest = self.points.get(self.first..).unwrap_or_default();
        self.lengths.iter().rev().map(move |length| {
            let before = rest.len().saturating_sub(*length as usize);
            let (before, run) = rest.split_at_checked(before).unwrap_or_default();
            rest = before;
            run
        })
    }

    /// Shortens every run without changing its sum, until few additions are left.
    pub(crate) fn shorten(&mut self) {
        while self.lengths.iter().map(|length| length / 2).sum::<u32>() >= MIN_PAIRS {
            let products = self.collect_denominators();
            self.add_neighbours(products.inverse());
        }
    }

    /// Fills `pending` with the additions of one round, front to back; returns the products of the
    /// denominators.
    #[inline(never)]
    fn collect_denominators(&mut self) -> Chains {
        self.pending.clear();
        let mut products = Chains {
            next: Fp::ONE,
            other: Fp::ONE,
        };
        let mut points = self.points.get(self.first..).unwrap_or_default().iter();
        for length in &self.lengths {
            for _ in 0..length / 2 {
                let (Some(a), Some(b)) = (points.next(), points.next()) else {
                    break;
                };
                let denominator = denominator(a, b);
                self.pending.push(Pending {
                    denominator,
                    prefix: products.push(&denominator),
                });
            }
            if length % 2 == 1 {
                points.next();
            }
        }
        products
    }

    /// Carries out the pending additions, back to front: peeling the denominators off the inverse of their product
    /// goes that way. Sums are written to the end of what has been read, so a round needs no memory besides.
    #[inline(never)]
    fn add_neighbours(&mut self, mut inverses: Chains) {
        let mut unread = self.points.len();
        let mut written = unread;
        for length in self.lengths.iter_mut().rev() {
            let mut left = length.div_ceil(2);
            if *length % 2 == 1 {
                unread = unread.wrapping_sub(1);
                written = written.wrapping_sub(1);
                if let Some(odd) = self.points.get(unread).copied()
                    && let Some(place) = self.points.get_mut(written)
                {
                    *place = odd;
                }
            }
            for _ in 0..*length / 2 {
                let second = unread.wrapping_sub(1);
                unread = second.wrapping_sub(1);
                let (Some(a), Some(b), Some(pending)) = (
                    self.points.get(unread),
                    self.points.get(second),
                    self.pending.pop(),
                ) else {
                    break;
                };
                match sum(a, b, &inverses.pop(&pending)) {
                    Some(point) => {
                        written = written.wrapping_sub(1);
                        if let Some(place) = self.points.get_mut(written) {
                            *place = point;
                        }
                    }
                    None => left = left.saturating_sub(1),
                }
            }
            *length = left;
        }
        self.first = written;
    }
}
