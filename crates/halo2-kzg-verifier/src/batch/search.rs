//! Singling out the claims that do not hold.
//!
//! Where many are expected to hold, all are added up first, and only where that sum fails, groups of them. Where some
//! are expected to fail, groups are added up at once ([`InvalidRate`]).
//!
//! If exactly one claim of a group fails, a second sum tells which. In it each claim's coefficient is multiplied by the
//! claim's place in the group (L. Law and B. Matt, *Finding invalid signatures in pairing-based batches*, 2007). Let α
//! be the ratio of the group's two pairings and α' that of the second sum. The claim at place j alone fails exactly if
//! α' = α^j, but for a chance of 2^-128 for each j. If several fail, the group is cut in two. One half is added up anew;
//! the other half's sum is the difference and its ratio the quotient, so they cost nothing.
//!
//! What is added up is what the proofs were reduced to when they were read. A claim that is not singled out is part of
//! a sum that holds.

use super::{InvalidRate, Weighted, sum};
use crate::{
    arithmetic::Arithmetic,
    claim::Sides,
    rejection::Rejection,
    threads::{Threads, map},
};
use alloc::{vec, vec::Vec};
use ark_bn254::{Fq12, Fr};
use ark_ff::{CyclotomicMultSubgroup, Field, One};

/// Claims of a group where a sum over all has failed unexpectedly.
const GROUP: usize = 32;
/// Of so few claims of which several fail, each is looked at by itself: no sum over some of them takes less time.
const FEW: usize = 8;

/// Claims with what their sum says.
struct Group<'c, 'a, A: Arithmetic> {
    claims: &'c [Weighted<'a, A>],
    /// `None` if it could not be formed, which a fault of this program alone could cause.
    sum: Option<Sides>,
    /// All of them hold.
    holds: bool,
    /// The ratio of the sum's pairings, where the arithmetic gives it.
    ratio: Option<Fq12>,
    /// It is known that more than one does not hold.
    several_fail: bool,
}

impl<'c, 'a, A: Arithmetic> Group<'c, 'a, A> {
    fn new(claims: &'c [Weighted<'a, A>]) -> Self {
        Self::with_sum(claims, sum::sum(claims))
    }

    fn with_sum(claims: &'c [Weighted<'a, A>], sum: Option<Sides>) -> Self {
        let (holds, ratio) = match (claims.first(), &sum) {
            (None, _) => (true, None),
            (Some(_), None) => (false, None),
            (Some(first), Some(Sides { left, right })) => {
                let setup = &first.key.setup.pairing;
                match A::pairing_ratio(setup, left, right) {
                    Some(ratio) => (ratio.is_one(), Some(ratio)),
                    None => (A::pairing_check(setup, left, right), None),
                }
            }
        };
        Group {
            claims,
            sum,
            holds,
            ratio,
            several_fail: false,
        }
    }

    /// The claims that are left when a part is taken out of the group. Their sum is a difference, and the ratio of its
    /// pairings a quotient.
    fn without(&self, part: &Self, claims: &'c [Weighted<'a, A>]) -> Self {
        let difference = self.sum.as_ref().zip(part.sum.as_ref());
        let Some(sum) = difference.map(|(all, part)| sum::subtract(all, part)) else {
            return Self::new(claims);
        };
        let (holds, ratio) = match (self.ratio, part.ratio) {
            (Some(all), Some(part)) => (
                all == part,
                part.cyclotomic_inverse().map(|inverse| all * inverse),
            ),
            // What fails in the group, if anything does, is not in the part.
            _ if part.holds => (self.holds, None),
            _ => return Self::with_sum(claims, Some(sum)),
        };
        Group {
            claims,
            sum: Some(sum),
            holds,
            ratio,
            several_fail: false,
        }
    }
}

/// Do all claims hold?
pub(super) fn holds<A: Arithmetic>(claims: &[Weighted<'_, A>], threads: &dyn Threads) -> bool {
    Group::with_sum(claims, sum::sum_on(claims, threads)).holds
}

/// The claims that do not hold, by their positions in the batch, in any order.
pub(super) fn find_invalid<A: Arithmetic>(
    mut claims: Vec<Weighted<'_, A>>,
    rate: &InvalidRate,
    threads: &dyn Threads,
) -> Vec<(usize, Rejection)> {
    // A sum takes the points of each key once: with a key's claims next to one another, a group has few keys.
    claims.sort_by_cached_key(|claim| claim.key.id());
    let groups = match rate.group(claims.len()) {
        Some(size) => groups(&claims, size, threads),
        None => {
            let all = Group::with_sum(&claims, sum::sum_on(&claims, threads));
            match claims.len() > GROUP.saturating_mul(2) {
                true => groups_until_the_rest_holds(all, threads),
                false => vec![all],
            }
        }
    };
    let found = map(threads, groups.len(), |group| {
        groups.get(group).map_or_else(Vec::new, single_out)
    });
    found.into_iter().flatten().collect()
}

/// The claims in groups of so many.
fn groups<'c, 'a, A: Arithmetic>(
    claims: &'c [Weighted<'a, A>],
    size: usize,
    threads: &dyn Threads,
) -> Vec<Group<'c, 'a, A>> {
    let pairs: Vec<_> = claims.chunks(size.saturating_mul(2).max(1)).collect();
    let groups = map(threads, pairs.len(), |pair| {
        two_groups(pairs.get(pair).copied().unwrap_or_default(), size)
    });
    groups.into_iter().flatten().collect()
}

/// The first so many claims, and the others. Where neither group fails, one check serves both. Otherwise two
/// are needed.
fn two_groups<'c, 'a, A: Arithmetic>(
    claims: &'c [Weighted<'a, A>],
    size: usize,
) -> [Group<'c, 'a, A>; 2] {
    let (front, back) = claims.split_at(size.min(claims.len()));
    let (of_front, of_back) = (sum::sum(front), sum::sum(back));
    let both = of_front.as_ref().zip(of_back.as_ref());
    let both = both.map(|(front, back)| sum::add(front, back));
    let both = Group::with_sum(claims, both);
    if both.holds {
        return [(front, of_front), (back, of_back)].map(|(claims, sum)| Group {
            claims,
            sum,
            ..both
        });
    }
    let front = Group::with_sum(front, of_front);
    let back = both.without(&front, back);
    [front, back]
}

/// Groups with all claims that do not hold, of claims of which some fail. Looks at two groups at a time for each thread,
/// and no further when the rest holds.
fn groups_until_the_rest_holds<'c, 'a, A: Arithmetic>(
    all: Group<'c, 'a, A>,
    threads: &dyn Threads,
) -> Vec<Group<'c, 'a, A>> {
    let at_a_time = GROUP
        .saturating_mul(2)
        .saturating_mul(threads.number().max(1));
    let (mut rest, mut looked_at) = (all, Vec::new());
    while !rest.holds && !rest.claims.is_empty() {
        let (now, _) = rest.claims.split_at(rest.claims.len().min(at_a_time));
        let groups = groups(now, GROUP, threads);
        for group in &groups {
            let after = rest.claims.get(group.claims.len()..);
            rest = rest.without(group, after.unwrap_or_default());
        }
        looked_at.extend(groups);
    }
    looked_at
}

/// The claims of a group that do not hold.
fn single_out<A: Arithmetic>(group: &Group<'_, '_, A>) -> Vec<(usize, Rejection)> {
    let mut invalid = Vec::new();
    // A stack instead of recursion: a batch's size is the caller's choice, the stack's depth ours.
    let mut open = vec![Group { ..*group }];
    while let Some(group) = open.pop() {
        if group.holds {
            continue;
        }
        if let [one] = group.claims {
            invalid.push((one.index, reason(one, &group.sum)));
        } else if let Some(one) = only_one(&group) {
            invalid.push((one.index, Rejection::PairingCheckFailed));
        } else if group.claims.len() <= FEW {
            open.extend(group.claims.chunks(1).map(Group::new));
        } else {
            open.extend(halves(&group));
        }
    }
    invalid
}

/// The only claim of the group that fails. `None` if there are several, or if the arithmetic cannot tell.
fn only_one<'c, 'a, A: Arithmetic>(group: &Group<'c, 'a, A>) -> Option<&'c Weighted<'a, A>> {
    let (first, ratio) = (group.claims.first()?, group.ratio?);
    if group.several_fail {
        return None;
    }
    let claims = group.claims.iter().zip(0_u64..);
    let by_place = claims.map(|(claim, place)| Weighted {
        coefficient: claim.coefficient * Fr::from(place),
        ..*claim
    });
    let Sides { left, right } = sum::sum(&by_place.collect::<Vec<_>>())?;
    let wanted = A::pairing_ratio(&first.key.setup.pairing, &left, &right)?;
    let mut power = Fq12::ONE;
    group.claims.iter().find(|_| {
        let found = power == wanted;
        power *= ratio;
        found
    })
}

/// The halves of a group of which several fail.
fn halves<'c, 'a, A: Arithmetic>(group: &Group<'c, 'a, A>) -> [Group<'c, 'a, A>; 2] {
    let (front, back) = group.claims.split_at(group.claims.len() / 2);
    let front = Group::new(front);
    let mut back = group.without(&front, back);
    back.several_fail = front.holds;
    [front, back]
}

/// Why a claim that does not hold is refused, given its sum.
fn reason<A: Arithmetic>(claim: &Weighted<'_, A>, sum: &Option<Sides>) -> Rejection {
    let sides = match sum {
        Some(_) => return Rejection::PairingCheckFailed,
        None => claim.claim.sides(claim.key),
    };
    sides.err().unwrap_or(Rejection::PairingCheckFailed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Arkworks, Batch, BatchItem, PreparedKey, test_data::Real};

    /// Calls `with` on the claims of eight proofs, of which these do not hold.
    fn with_claims(invalid: &[usize], with: impl FnOnce(&[Weighted<'_, Arkworks>])) {
        let real = Real::load("mlp");
        let key = PreparedKey::<Arkworks>::new(real.key);
        let mut wrong = real.public_inputs.clone();
        wrong[31] ^= 1;
        let inputs = |index| match invalid.contains(&index) {
            true => &wrong,
            false => &real.public_inputs,
        };
        let items: Vec<_> = (0..8)
            .map(|index| BatchItem {
                key: &key,
                proof: &real.proof,
                public_inputs: inputs(index),
            })
            .collect();
        with(&Batch::reduce(&items).unwrap().claims().0);
    }

    #[test]
    fn what_is_left_without_a_part_is_as_if_it_were_added_up_anew() {
        for invalid in [&[][..], &[1], &[6], &[1, 6], &[5, 6]] {
            with_claims(invalid, |claims| {
                let (front, back) = claims.split_at(4);
                let (all, part, anew) = (Group::new(claims), Group::new(front), Group::new(back));
                let left = all.without(&part, back);
                assert_eq!(
                    (left.holds, left.ratio),
                    (anew.holds, anew.ratio),
                    "{invalid:?}"
                );
                let sides =
                    |group: &Group<'_, '_, Arkworks>| group.sum.map(|sum| (sum.left, sum.right));
                assert_eq!(sides(&left), sides(&anew));
                let front_anew = two_groups(claims, 4);
                assert_eq!(
                    front_anew.map(|group| group.holds),
                    [part.holds, anew.holds]
                );
            });
        }
    }

    #[test]
    fn one_alone_is_known_by_its_place_and_several_are_not_taken_for_one() {
        for place in 0..8 {
            with_claims(&[place], |claims| {
                let found = only_one(&Group::new(claims)).map(|claim| claim.index);
                assert_eq!(found, Some(place));
            });
        }
        with_claims(&[2, 5], |claims| {
            assert!(only_one(&Group::new(claims)).is_none())
        });
    }
}
