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
    /// The runs, one after the other.
    pub(crate) points: Vec<Affine>,
    /// How many points each run has.
    pub(crate) lengths: Vec<u32>,
    next: Vec<Affine>,
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
    /// Shortens every run without changing its sum, until few additions are left, and puts the runs
    /// in the opposite order: the last one comes first.
    pub(crate) fn shorten_and_reverse(&mut self) {
        if !self.shorten_either_way() {
            self.reverse();
        }
    }

    /// Shortens every run without changing its sum, until few additions are left.
    pub(crate) fn shorten(&mut self) {
        if self.shorten_either_way() {
            self.reverse();
        }
    }

    /// The runs, one after the other.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[Affine]> {
        let mut rest = &self.points[..];
        self.lengths.iter().map(move |length| {
            let (run, after) = rest.split_at_checked(*length as usize).unwrap_or_default();
            rest = after;
            run
        })
    }

    fn reverse(&mut self) {
        self.points.reverse();
        self.lengths.reverse();
    }

    /// Whether the order is now the opposite one.
    fn shorten_either_way(&mut self) -> bool {
        let mut reversed = false;
        while self.lengths.iter().map(|length| length / 2).sum::<u32>() >= MIN_PAIRS {
            let products = self.collect_denominators();
            self.add_neighbours(products.inverse());
            reversed = !reversed;
        }
        reversed
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
        let mut points = self.points.iter();
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

    /// Carries out the pending additions, back to front: peeling the denominators off the inverse
    /// of their product goes that way, which is why a round reverses the order.
    #[inline(never)]
    fn add_neighbours(&mut self, mut inverses: Chains) {
        self.next.clear();
        self.next.reserve(self.points.len());
        let mut points = self.points.iter().rev();
        for length in self.lengths.iter_mut().rev() {
            let mut left = length.div_ceil(2);
            if *length % 2 == 1 {
                self.next.extend(points.next());
            }
            for _ in 0..*length / 2 {
                let (Some(b), Some(a), Some(pending)) =
                    (points.next(), points.next(), self.pending.pop())
                else {
                    break;
                };
                let inverse = inverses.pop(&pending);
                match sum(a, b, &inverse) {
                    Some(point) => self.next.push(point),
                    None => left = left.saturating_sub(1),
                }
            }
            *length = left;
        }
        self.lengths.reverse();
        core::mem::swap(&mut self.points, &mut self.next);
    }
}
