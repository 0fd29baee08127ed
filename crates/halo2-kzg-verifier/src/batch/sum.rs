//! `Σ c_i L_i` and `Σ c_i R_i` over claims.

use super::{Weighted, parts_for};
use crate::{
    arithmetic::{Arithmetic, Part},
    claim::Sides,
    key::prepared::PreparedKey,
    threads::{Threads, map},
};
use alloc::{collections::BTreeMap, vec, vec::Vec};
use ark_bn254::{Fr, G1Affine};
use ark_ec::{AffineRepr, CurveGroup};

/// The sums over one key's points.
struct KeySums<'a, A: Arithmetic> {
    key: &'a PreparedKey<A>,
    /// For each of the key's distinct points, then for the generator.
    scalars: Vec<Fr>,
}

/// What is added up.
struct Terms<'a, A: Arithmetic> {
    points: Vec<G1Affine>,
    scalars: Vec<Fr>,
    right_points: Vec<G1Affine>,
    right_scalars: Vec<Fr>,
    keys: Vec<KeySums<'a, A>>,
}

/// From this number of points on, two threads share a sum over all their claims instead of having a sum each: a
/// point takes fewer additions in a large sum than in a small one.
const SHARED: usize = 1_024;

/// The sums, spread over threads. `None` if a claim is inconsistent, which a fault of
/// this program alone could cause.
pub(super) fn sum_on<A: Arithmetic>(
    claims: &[Weighted<'_, A>],
    threads: &dyn Threads,
) -> Option<Sides> {
    let number = threads.number().max(1);
    let points = claims.iter().map(|c| c.claim.points.len()).sum::<usize>();
    let shared = number.is_multiple_of(2) && points >= number.saturating_mul(SHARED / 2);
    let of: u32 = if shared { 2 } else { 1 };
    let jobs: Vec<(&[Weighted<'_, A>], Part)> = parts_for(claims, number.div_ceil(of as usize))
        .into_iter()
        .flat_map(|claims| (0..of).map(move |index| (claims, Part { index, of })))
        .collect();
    let sums = map(threads, jobs.len(), |job| {
        let (claims, part) = jobs.get(job)?;
        sum_part(claims, *part)
    });
    sums.into_iter().try_fold(
        Sides {
            left: G1Affine::identity(),
            right: G1Affine::identity(),
        },
        |all, part| Some(add(&all, &part?)),
    )
}

pub(super) fn add(a: &Sides, b: &Sides) -> Sides {
    let sum = |a: G1Affine, b: G1Affine| (a + b).into_affine();
    Sides {
        left: sum(a.left, b.left),
        right: sum(a.right, b.right),
    }
}

pub(super) fn subtract(a: &Sides, b: &Sides) -> Sides {
    let minus = Sides {
        left: -b.left,
        right: -b.right,
    };
    add(a, &minus)
}

/// The sums.
pub(super) fn sum<A: Arithmetic>(claims: &[Weighted<'_, A>]) -> Option<Sides> {
    sum_part(claims, Part::WHOLE)
}

/// One of several parts of the sums. Proofs under one key share one sum over the key's points.
fn sum_part<A: Arithmetic>(claims: &[Weighted<'_, A>], part: Part) -> Option<Sides> {
    let Some(first) = claims.first() else {
        return Some(Sides {
            left: G1Affine::identity(),
            right: G1Affine::identity(),
        });
    };
    let setup = &first.key.setup.pairing;
    let Terms {
        mut points,
        mut scalars,
        right_points,
        right_scalars,
        keys,
    } = collect(claims);
    let none = A::prepare_bases(vec![]);
    let left = match (&keys[..], part) {
        // The key's points may have tables. A small sum takes them in.
        ([one], Part::WHOLE) if points.len() < SHARED => {
            A::multi_exponentiation(setup, &points, &scalars, &one.key.bases, &one.scalars)
        }
        ([one], Part { index: 0, .. }) => {
            let of_key = A::multi_exponentiation(setup, &[], &[], &one.key.bases, &one.scalars)?;
            let of_proofs = A::part_of_multi_exponentiation(setup, &points, &scalars, part)?;
            Some((of_key + of_proofs).into_affine())
        }
        ([_], _) => A::part_of_multi_exponentiation(setup, &points, &scalars, part),
        _ => {
            for KeySums {
                key,
                scalars: of_key,
            } in keys
            {
                points.extend_from_slice(&key.key().circuit.commitments.points);
                points.push(G1Affine::generator());
                scalars.extend(of_key);
            }
            A::part_of_multi_exponentiation(setup, &points, &scalars, part)
        }
    };
    // Few points, of short scalars: each part takes its share of them.
    let (points, scalars) = (share(&right_points, part), share(&right_scalars, part));
    let right = A::multi_exponentiation(setup, points, scalars, &none, &[]);
    Some(Sides {
        left: left?,
        right: right?,
    })
}

/// A part's share of a list.
fn share<T>(list: &[T], part: Part) -> &[T] {
    let size = list.len().div_ceil(part.of.max(1) as usize).max(1);
    list.chunks(size)
        .nth(part.index as usize)
        .unwrap_or_default()
}

fn collect<'a, A: Arithmetic>(claims: &[Weighted<'a, A>]) -> Terms<'a, A> {
    let number = claims
        .iter()
        .fold(0_usize, |sum, c| sum.saturating_add(c.claim.points.len()));
    let mut terms = Terms {
        points: Vec::with_capacity(number),
        scalars: Vec::with_capacity(number),
        right_points: Vec::with_capacity(claims.len()),
        right_scalars: Vec::with_capacity(claims.len()),
        keys: Vec::new(),
    };
    let mut positions: BTreeMap<[u8; 32], usize> = BTreeMap::new();
    for Weighted {
        key,
        coefficient: c,
        claim,
        ..
    } in claims
    {
        terms.points.extend_from_slice(&claim.points);
        terms
            .scalars
            .extend(claim.combination.proof.iter().map(|s| *s * c));
        terms.right_points.extend_from_slice(&claim.right.points);
        terms
            .right_scalars
            .extend(claim.right.scalars.iter().map(|s| *s * c));
        let next = terms.keys.len();
        let position = *positions.entry(key.id()).or_insert(next);
        let of_key = &claim.combination.key;
        match terms.keys.get_mut(position) {
            Some(sums) => {
                for (sum, scalar) in sums.scalars.iter_mut().zip(of_key) {
                    *sum += *scalar * c;
                }
            }
            None => terms.keys.push(KeySums {
                key,
                scalars: of_key.iter().map(|s| *s * c).collect(),
            }),
        }
    }
    terms
}
