//! Singling out the claims that do not hold.
//!
//! A sum over claims that does not hold is cut in two. One half is added up anew; the other one is the
//! difference, which costs nothing, and where the first half holds, the second one needs no pairing
//! check either. So k invalid ones among n cost about k·log n halves. A large sum that does not hold is cut
//! into groups first, and these are looked at until the rest holds. What is added up is what the proofs were
//! reduced to when they were read.
//!
//! Sums are exact and no coefficient is zero. So a claim that is singled out does not hold, and one
//! that is not is part of a sum that holds.

use super::{Weighted, sum};
use crate::{
    arithmetic::Arithmetic,
    claim::Sides,
    rejection::Rejection,
    threads::{Threads, map},
};
use alloc::{vec, vec::Vec};

/// Claims that are looked at together first where a large sum fails: with many invalid ones, halving
/// from the top would add everything up again and again.
const GROUP: usize = 32;

/// Claims of which one part does not hold, with their sum.
struct Failed<'c, 'a, A: Arithmetic> {
    claims: &'c [Weighted<'a, A>],
    /// `None` if it could not be formed, which a fault of this program alone could cause.
    sum: Option<Sides>,
}

/// Do all claims hold?
pub(super) fn holds<A: Arithmetic>(claims: &[Weighted<'_, A>], threads: &dyn Threads) -> bool {
    check(claims, &sum::sum_on(claims, threads))
}

fn check<A: Arithmetic>(claims: &[Weighted<'_, A>], sides: &Option<Sides>) -> bool {
    match (claims.first(), sides) {
        (None, _) => true,
        (Some(first), Some(sides)) => {
            A::pairing_check(&first.key.setup.pairing, &sides.left, &sides.right)
        }
        (Some(_), None) => false,
    }
}

/// The claims that do not hold, by their positions in the batch.
pub(super) fn find_invalid<A: Arithmetic>(
    claims: &[Weighted<'_, A>],
    threads: &dyn Threads,
) -> Vec<(usize, Rejection)> {
    let all = sum::sum_on(claims, threads);
    if check(claims, &all) {
        return Vec::new();
    }
    if claims.len() <= GROUP.saturating_mul(2) {
        return halve(Failed { claims, sum: all });
    }
    let failed = failed_groups(claims, all, threads);
    let found = map(threads, failed.len(), |group| match failed.get(group) {
        Some(failed) => halve(Failed { ..*failed }),
        None => Vec::new(),
    });
    found.into_iter().flatten().collect()
}

/// The groups of claims that do not hold, of which `all` is the sum. Looks at as many groups at a time as
/// there are threads, and no further when the rest holds.
fn failed_groups<'c, 'a, A: Arithmetic>(
    claims: &'c [Weighted<'a, A>],
    all: Option<Sides>,
    threads: &dyn Threads,
) -> Vec<Failed<'c, 'a, A>> {
    let at_a_time = threads.number().max(1);
    let (mut rest, mut sum_of_rest) = (claims, all);
    let mut failed = Vec::new();
    while !rest.is_empty() {
        let (now, later) = rest.split_at(rest.len().min(GROUP.saturating_mul(at_a_time)));
        let groups: Vec<_> = now.chunks(GROUP).collect();
        let sums = map(threads, groups.len(), |group| {
            let claims = groups.get(group).copied().unwrap_or_default();
            let sum = sum::sum(claims);
            (check(claims, &sum), sum)
        });
        let before = failed.len();
        for (claims, (holds, sum)) in groups.into_iter().zip(sums) {
            sum_of_rest = difference(&sum_of_rest, &sum);
            if !holds {
                failed.push(Failed { claims, sum });
            }
        }
        rest = later;
        // Until a group has failed, what fails is in the rest.
        if failed.len() > before && check(rest, &sum_of_rest) {
            break;
        }
    }
    failed
}

/// `None` if one of the sums could not be formed.
fn difference(a: &Option<Sides>, b: &Option<Sides>) -> Option<Sides> {
    Some(sum::subtract(a.as_ref()?, b.as_ref()?))
}

fn halve<A: Arithmetic>(failed: Failed<'_, '_, A>) -> Vec<(usize, Rejection)> {
    let mut invalid = Vec::new();
    // A stack instead of recursion: a batch's size is the caller's choice, the stack's depth ours.
    let mut open = vec![failed];
    while let Some(Failed { claims, sum: all }) = open.pop() {
        if let [one] = claims {
            invalid.push((one.index, reason(one)));
            continue;
        }
        let (front, back) = claims.split_at(claims.len() / 2);
        let of_front = sum::sum(front);
        let front_holds = check(front, &of_front);
        let of_back = difference(&all, &of_front).or_else(|| sum::sum(back));
        let back_holds = match (front_holds, &all) {
            // Something in here does not hold, and it is not in front.
            (true, Some(_)) => false,
            _ => check(back, &of_back),
        };
        for (claims, sum, holds) in [(front, of_front, front_holds), (back, of_back, back_holds)] {
            if !holds {
                open.push(Failed { claims, sum });
            }
        }
    }
    invalid
}

/// Why a claim that does not hold is refused.
fn reason<A: Arithmetic>(claim: &Weighted<'_, A>) -> Rejection {
    match claim.claim.sides(claim.key) {
        Ok(_) => Rejection::PairingCheckFailed,
        Err(reason) => reason,
    }
}
