//! Singling out the claims that do not hold.
//!
//! A sum over claims that does not hold is cut in two. One half is added up anew; the other one is the
//! difference, which costs nothing, and where the first half holds, the second one needs no pairing
//! check either. So k invalid ones among n cost about k·log n halves. What is added up is what the
//! proofs were reduced to when they were read.
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
    let groups: Vec<_> = claims.chunks(GROUP).collect();
    let found = map(threads, groups.len(), |group| {
        let claims = groups.get(group).copied().unwrap_or_default();
        let sum = sum::sum(claims);
        match check(claims, &sum) {
            true => Vec::new(),
            false => halve(Failed { claims, sum }),
        }
    });
    found.into_iter().flatten().collect()
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
        let of_back = match (&all, &of_front) {
            (Some(all), Some(front)) => Some(sum::subtract(all, front)),
            _ => sum::sum(back),
        };
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
