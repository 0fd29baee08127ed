//! The SHPLONK multi-point opening (spec, section 5; [BDFG 2020](https://eprint.iacr.org/2020/081),
//! section 4).
//!
//! Which commitment is opened where follows from the key alone, so it is planned once ([`Plan`]);
//! a proof then only contributes numbers ([`Combination`]).

use super::Evaluated;
use crate::{
    Fr,
    arguments::size_of_vec,
    domain::power,
    expression::at,
    key::{KeyError, VerifyingKey, count},
    limits,
    shape::Shape,
    transcript::{Challenge, ShplonkU, ShplonkV, ShplonkY},
};
use alloc::{collections::BTreeMap, vec, vec::Vec};
use ark_ff::{AdditiveGroup, Field};

/// What a query opens. Commitments are told apart by what they commit to, never by their value:
/// different columns often have equal commitments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Commitment {
    Advice(u32),
    PermutationProduct(u32),
    LookupSum(u32),
    LookupMultiplicity(u32),
    ShuffleProduct(u32),
    Fixed(u32),
    Sigma(u32),
    Quotient,
    Random,
}

/// "This commitment has this evaluation at `ω^rotation · x`."
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpeningQuery<T> {
    pub(crate) commitment: Commitment,
    pub(crate) rotation: i32,
    pub(crate) evaluation: T,
}

/// Where a commitment's point is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Position among the proof's points.
    Proof(u32),
    /// Position among the key's distinct points.
    Key(u32),
    /// The identity: contributes nothing.
    Identity,
    /// The pieces of the quotient, `Σ x^(n·i) · h_i`.
    Quotient,
}

/// Commitments that are opened at the same rotations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RotationSet {
    /// Positions in [`Plan::rotations`], ascending by rotation.
    pub(crate) rotations: Vec<u32>,
    /// In order of first appearance.
    pub(crate) members: Vec<Source>,
    /// Positions in the proof's evaluations, member by member; [`QUOTIENT`] stands for the quotient.
    pub(crate) evaluations: Vec<u32>,
}

/// Marks the one evaluation that is computed and not read.
pub(crate) const QUOTIENT: u32 = u32::MAX;

/// The queries of a key, grouped (spec, section 5.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// All distinct rotations, ascending.
    pub(crate) rotations: Vec<i32>,
    /// In order of first appearance.
    pub(crate) sets: Vec<RotationSet>,
}

/// The queries in the order of spec, section 5.1.
fn queries<T: Copy + Default>(
    key: &VerifyingKey,
    shape: &Shape,
    evaluated: &Evaluated<'_, T>,
    quotient: T,
) -> Vec<OpeningQuery<T>> {
    let mut out = Vec::new();
    let columns = |list: &[crate::key::Query], values: &[T], name: fn(u32) -> Commitment| {
        let query = |(q, &evaluation): (&crate::key::Query, &T)| OpeningQuery {
            commitment: name(q.column),
            rotation: q.rotation,
            evaluation,
        };
        list.iter().zip(values).map(query).collect::<Vec<_>>()
    };
    out.extend(columns(
        &key.advice_queries,
        evaluated.advice,
        Commitment::Advice,
    ));
    evaluated
        .permutation
        .product_queries(shape.last_rotation(), &mut out);
    evaluated.lookups.queries(&mut out);
    evaluated.shuffles.queries(&mut out);
    out.extend(columns(
        &key.fixed_queries,
        evaluated.fixed,
        Commitment::Fixed,
    ));
    evaluated.permutation.sigma_queries(&mut out);
    super::vanishing::queries(quotient, evaluated.random, &mut out);
    out
}

impl Plan {
    /// Groups the queries by commitment, then the commitments by their set of rotations.
    pub(crate) fn derive(key: &VerifyingKey, shape: &Shape) -> Result<Plan, KeyError> {
        let positions: Vec<u32> = (0..shape.layout.num_evaluations).collect();
        let evaluated = Evaluated::read(key, shape.num_products, &positions);
        let queries = queries(key, shape, &evaluated, QUOTIENT);

        let mut order: Vec<Commitment> = Vec::new();
        let mut openings: BTreeMap<Commitment, BTreeMap<i32, u32>> = BTreeMap::new();
        for query in &queries {
            let by_rotation = openings.entry(query.commitment).or_insert_with(|| {
                order.push(query.commitment);
                BTreeMap::new()
            });
            by_rotation.insert(query.rotation, query.evaluation);
        }

        let mut rotations: Vec<i32> = queries.iter().map(|q| q.rotation).collect();
        rotations.sort_unstable();
        rotations.dedup();
        if count(rotations.len()) > limits::MAX_ROTATIONS {
            return Err(KeyError::limit("distinct rotations", limits::MAX_ROTATIONS));
        }
        let index: BTreeMap<i32, u32> = rotations.iter().copied().zip(0u32..).collect();

        let mut sets: Vec<RotationSet> = Vec::new();
        let mut set_of: BTreeMap<Vec<u32>, usize> = BTreeMap::new();
        for commitment in order {
            let Some(by_rotation) = openings.get(&commitment) else {
                continue;
            };
            let at: Vec<u32> = by_rotation
                .keys()
                .filter_map(|r| index.get(r).copied())
                .collect();
            let position = *set_of.entry(at).or_insert_with_key(|at| {
                let empty = RotationSet {
                    rotations: at.clone(),
                    members: Vec::new(),
                    evaluations: Vec::new(),
                };
                sets.push(empty);
                sets.len().saturating_sub(1)
            });
            if let Some(set) = sets.get_mut(position) {
                set.members.push(source(key, shape, commitment));
                set.evaluations.extend(by_rotation.values());
            }
        }
        if count(sets.len()) > limits::MAX_ROTATION_SETS {
            return Err(KeyError::limit("rotation sets", limits::MAX_ROTATION_SETS));
        }
        Ok(Plan { rotations, sets })
    }

    pub(crate) fn size_in_bytes(&self) -> usize {
        let of_set = |set: &RotationSet| {
            size_of_vec(&set.rotations)
                .saturating_add(size_of_vec(&set.members))
                .saturating_add(size_of_vec(&set.evaluations))
        };
        let lists = size_of_vec(&self.rotations).saturating_add(size_of_vec(&self.sets));
        self.sets
            .iter()
            .map(of_set)
            .fold(lists, usize::saturating_add)
    }
}

fn source(key: &VerifyingKey, shape: &Shape, commitment: Commitment) -> Source {
    let positions = &shape.positions;
    let proof = |start: u32, i: u32| Source::Proof(start.saturating_add(i));
    let stored = |list: &[Option<u32>], i: u32| {
        list.get(i as usize)
            .copied()
            .flatten()
            .map_or(Source::Identity, Source::Key)
    };
    match commitment {
        Commitment::Advice(i) => Source::Proof(i),
        Commitment::LookupMultiplicity(i) => proof(positions.multiplicities, i),
        Commitment::PermutationProduct(i) => proof(positions.products, i),
        Commitment::LookupSum(i) => proof(positions.sums, i),
        Commitment::ShuffleProduct(i) => proof(positions.shuffles, i),
        Commitment::Random => Source::Proof(positions.random),
        Commitment::Quotient => Source::Quotient,
        Commitment::Fixed(i) => stored(&key.commitments.fixed, i),
        Commitment::Sigma(i) => stored(&key.commitments.permutation, i),
    }
}

/// What a plan needs from the domain, derived once for each key.
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    /// `ω^t` for each rotation t of the plan.
    pub(crate) omega_powers: Vec<Fr>,
    /// For each set and each of its rotations t: `1 / Π_{s≠t} (ω^t - ω^s)`.
    pub(crate) barycentric: Vec<Vec<Fr>>,
}

impl Weights {
    pub(crate) fn derive(plan: &Plan, omega: Fr, omega_inverse: Fr) -> Weights {
        let omega_powers: Vec<Fr> = plan
            .rotations
            .iter()
            .map(|&t| power(omega, omega_inverse, t))
            .collect();
        let of_set = |set: &RotationSet| {
            let points: Vec<Fr> = set
                .rotations
                .iter()
                .map(|&t| at(&omega_powers, t))
                .collect();
            let weight = |t: &Fr| {
                let others = points.iter().filter(|s| *s != t);
                others.fold(Fr::ONE, |product, s| product * (*t - s))
            };
            let mut weights: Vec<Fr> = points.iter().map(weight).collect();
            // Powers of omega within the span of the rotations differ, so none of these is zero.
            let _ = crate::domain::invert_all(&mut weights);
            weights
        };
        let barycentric = plan.sets.iter().map(of_set).collect();
        Weights {
            omega_powers,
            barycentric,
        }
    }

    pub(crate) fn size_in_bytes(&self) -> usize {
        let lists = size_of_vec(&self.omega_powers).saturating_add(size_of_vec(&self.barycentric));
        let sets = self.barycentric.iter().map(size_of_vec);
        sets.fold(lists, usize::saturating_add)
    }
}

/// The challenges of the opening.
#[derive(Clone, Copy)]
pub(crate) struct Challenges {
    pub(crate) y: Challenge<ShplonkY>,
    pub(crate) v: Challenge<ShplonkV>,
    pub(crate) u: Challenge<ShplonkU>,
}

/// Numbers about the point of evaluation that the opening uses.
pub(crate) struct AtX<'a> {
    /// `x^n`
    pub(crate) x_to_n: Fr,
    /// `1/x`
    pub(crate) inverse: Fr,
    /// `1/(u - ω^t x)` for each rotation t of the plan.
    pub(crate) inverse_distances: &'a [Fr],
    /// `u - ω^t x` for each rotation t of the plan.
    pub(crate) distances: &'a [Fr],
}

/// The scalars of `F = Σ w·C - (Σ w·R)·G1 - z_0·W + u·W'` (spec, section 5.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Combination {
    /// For each point of the proof.
    pub(crate) proof: Vec<Fr>,
    /// For each distinct point of the key.
    pub(crate) key: Vec<Fr>,
    /// For the generator G1.
    pub(crate) generator: Fr,
}

impl Combination {
    pub(crate) fn new(
        key: &VerifyingKey,
        weights: &Weights,
        (evaluations, quotient): (&[Fr], Fr),
        challenges: Challenges,
        at_x: &AtX<'_>,
    ) -> Combination {
        let plan = &key.shape.plan;
        let product = |values: &[Fr], set: &RotationSet| {
            set.rotations
                .iter()
                .fold(Fr::ONE, |p, &t| p * at(values, t))
        };
        let z_0 = plan
            .sets
            .first()
            .map_or(Fr::ONE, |set| product(at_x.distances, set));
        let mut out = Combination {
            proof: vec![Fr::ZERO; key.shape.layout.num_points as usize],
            key: vec![Fr::ZERO; key.commitments.points.len()],
            generator: Fr::ZERO,
        };
        let mut v_power = Fr::ONE;
        for (i, (set, barycentric)) in plan.sets.iter().zip(&weights.barycentric).enumerate() {
            // Z_i / Z_0 = Π_{t∈P_0} (u - p_t) / Π_{t∈P_i} (u - p_t)
            let scale = if i == 0 {
                Fr::ONE
            } else {
                z_0 * product(at_x.inverse_distances, set)
            };
            let lagrange = interpolation(set, barycentric, at_x);
            let width = set.rotations.len().max(1);
            let mut weight = v_power * scale;
            for (member, indices) in set.members.iter().zip(set.evaluations.chunks(width)) {
                let opened = indices
                    .iter()
                    .zip(&lagrange)
                    .fold(Fr::ZERO, |sum, (&e, l)| {
                        sum + *l
                            * if e == QUOTIENT {
                                quotient
                            } else {
                                at(evaluations, e)
                            }
                    });
                out.generator -= weight * opened;
                out.add(key, *member, weight, at_x.x_to_n);
                weight *= *challenges.y;
            }
            v_power *= *challenges.v;
        }
        let last = &key.shape.positions;
        out.add(key, Source::Proof(last.opening), -z_0, at_x.x_to_n);
        out.add(
            key,
            Source::Proof(last.opening.saturating_add(1)),
            *challenges.u,
            at_x.x_to_n,
        );
        out
    }

    fn add(&mut self, key: &VerifyingKey, source: Source, weight: Fr, x_to_n: Fr) {
        let mut add_to = |list: fn(&mut Self) -> &mut Vec<Fr>, index: u32, weight: Fr| {
            if let Some(scalar) = list(self).get_mut(index as usize) {
                *scalar += weight;
            }
        };
        match source {
            Source::Identity => {}
            Source::Proof(index) => add_to(|c| &mut c.proof, index, weight),
            Source::Key(index) => add_to(|c| &mut c.key, index, weight),
            Source::Quotient => {
                let mut weight = weight;
                for i in 0..key.shape.num_pieces {
                    let piece = key.shape.positions.pieces.saturating_add(i);
                    add_to(|c| &mut c.proof, piece, weight);
                    weight *= x_to_n;
                }
            }
        }
    }
}

/// The Lagrange polynomials of the set's points, at u:
/// `Π_{s≠t} (u - p_s)/(p_t - p_s)` with `p_t = ω^t x`.
fn interpolation(set: &RotationSet, barycentric: &[Fr], at_x: &AtX<'_>) -> Vec<Fr> {
    let others = u64::try_from(set.rotations.len())
        .unwrap_or(u64::MAX)
        .saturating_sub(1);
    let scale = at_x.inverse.pow([others]);
    let factor = set
        .rotations
        .iter()
        .fold(scale, |p, &t| p * at(at_x.distances, t));
    let weighted = set.rotations.iter().zip(barycentric);
    weighted
        .map(|(&t, weight)| factor * at(at_x.inverse_distances, t) * weight)
        .collect()
}
