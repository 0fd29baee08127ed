//! Circuits of no model: random small ones that use everything that a key can have, and a wide one.

use crate::numbers;
use arbitrary::{Arbitrary, Result, Unstructured};
use ark_ec::{AffineRepr, CurveGroup};
use halo2_kzg_verifier::{
    Accumulator, CircuitDescription, Column, ExprId, Expressions, Fr, G1Affine, Lookup,
    LookupArgument, Opening, Phase, Query, Shuffle, TranscriptHash, TrustedSetup, limits,
};

/// Degree that no expression exceeds, so that most circuits stay within the verifier's limit.
const DEGREE: u32 = 8;
/// Rotations of most queries: those that ezkl and the arguments themselves use, and two more.
const ROTATIONS: [i32; 6] = [0, 1, -1, 2, -6, 5];

/// Draws a description under this trusted setup. Not every one is a valid key: limits may be exceeded.
pub fn draw(u: &mut Unstructured<'_>, setup: &TrustedSetup) -> Result<CircuitDescription> {
    let phases = phases(u)?;
    let num_advice = phases.iter().map(|phase| phase.advice_columns).sum();
    let num_challenges = phases.iter().map(|phase| phase.challenges).sum();
    let num_fixed = u.int_in_range(0..=4)?;
    let advice_queries = queries(u, num_advice)?;
    let fixed_queries = queries(u, num_fixed)?;
    let instance_lengths = several(u, 3, |u| u.int_in_range(0..=5))?;
    let leaves = Leaves {
        instance: instance_lengths.len() as u32,
        advice: advice_queries.len() as u32,
        fixed: fixed_queries.len() as u32,
        challenges: num_challenges,
    };
    let nodes = Nodes::draw(u, &leaves)?;
    let permutation = permutation(u, &advice_queries, &fixed_queries, leaves.instance)?;
    let dialect = u8::arbitrary(u)?;
    let is_classic = dialect & 4 != 0;
    let inputs = if is_classic { 1 } else { 3 };
    let lookups = several(u, 3, |u| lookup(u, &nodes, inputs))?;
    let mut description = CircuitDescription {
        k: u.int_in_range(3..=28)?,
        opening: if dialect & 1 == 0 {
            Opening::Shplonk
        } else {
            Opening::Gwc
        },
        transcript_hash: if dialect & 2 == 0 {
            TranscriptHash::Keccak256
        } else {
            TranscriptHash::Blake2b
        },
        lookup_argument: if is_classic && !lookups.is_empty() {
            LookupArgument::Classic
        } else {
            LookupArgument::LogDerivative
        },
        degree: limits::MIN_DEGREE,
        accumulator: None,
        digest: numbers::scalar(u8::arbitrary(u)?),
        trusted_setup: setup.clone(),
        instance_lengths,
        gates: several(u, 6, |u| nodes.one(u))?,
        lookups,
        shuffles: several(u, 2, |u| shuffle(u, &nodes))?,
        fixed_commitments: commitments(u, num_fixed as usize)?,
        permutation_commitments: commitments(u, permutation.len())?,
        phases,
        advice_queries,
        fixed_queries,
        expressions: nodes.arena,
        permutation,
    };
    if let Ok(degree) = description.degree_of_constraints() {
        // Now and then more than is needed.
        description.degree = degree + u32::from(dialect >> 6);
    }
    if dialect & 8 != 0 && leaves.instance > 0 {
        // Its four coordinates follow the last column's values.
        let column = leaves.instance - 1;
        let (limbs, bits) = if dialect & 16 == 0 { (3, 88) } else { (4, 68) };
        if let Some(length) = description.instance_lengths.last_mut() {
            let row = std::mem::replace(length, *length + 4 * limbs);
            description.accumulator = Some(Accumulator {
                column,
                row,
                limbs,
                bits,
            });
        }
    }
    Ok(description)
}

fn several<'a, T>(
    u: &mut Unstructured<'a>,
    most: usize,
    mut one: impl FnMut(&mut Unstructured<'a>) -> Result<T>,
) -> Result<Vec<T>> {
    (0..u.int_in_range(0..=most)?).map(|_| one(u)).collect()
}

fn phases(u: &mut Unstructured<'_>) -> Result<Vec<Phase>> {
    let number = u.int_in_range(1..=3)?;
    let phase = |u: &mut Unstructured<'_>| {
        Ok(Phase {
            advice_columns: u.int_in_range(1..=3)?,
            challenges: u.int_in_range(0..=2)?,
        })
    };
    (0..number).map(|_| phase(u)).collect()
}

/// Every column is queried, at up to three rotations, in an order of the input's choice.
fn queries(u: &mut Unstructured<'_>, columns: u32) -> Result<Vec<Query>> {
    let mut queries: Vec<Query> = Vec::new();
    for column in 0..columns {
        for _ in 0..u.int_in_range(1..=3)? {
            let rotation = match u8::arbitrary(u)? {
                255 => i8::arbitrary(u)?.into(),
                index => ROTATIONS[usize::from(index) % ROTATIONS.len()],
            };
            let query = Query { column, rotation };
            if !queries.contains(&query) {
                let at = u.choose_index(queries.len() + 1)?;
                queries.insert(at, query);
            }
        }
    }
    Ok(queries)
}

/// What expressions may name.
struct Leaves {
    instance: u32,
    advice: u32,
    fixed: u32,
    challenges: u32,
}

/// Expressions with their degrees.
struct Nodes {
    arena: Expressions,
    nodes: Vec<(ExprId, u32)>,
}

impl Nodes {
    fn draw(u: &mut Unstructured<'_>, leaves: &Leaves) -> Result<Self> {
        let mut arena = Expressions::new();
        let first = arena.advice(0);
        let mut nodes = Self {
            arena,
            nodes: vec![(first, 1)],
        };
        for _ in 0..u.int_in_range(0..=24)? {
            let node = nodes.node(u, leaves)?;
            nodes.nodes.push(node);
        }
        Ok(nodes)
    }

    fn node(&mut self, u: &mut Unstructured<'_>, leaves: &Leaves) -> Result<(ExprId, u32)> {
        let index = u8::arbitrary(u)?;
        let below = |count: u32| u32::from(index) % count;
        let (a, of_a) = self.any(u)?;
        let (b, of_b) = self.any(u)?;
        let arena = &mut self.arena;
        Ok(match u.int_in_range(0..=8)? {
            0 => (arena.advice(below(leaves.advice)), 1),
            1 if leaves.fixed > 0 => (arena.fixed(below(leaves.fixed)), 1),
            2 if leaves.challenges > 0 => (arena.challenge(below(leaves.challenges)), 0),
            3 if leaves.instance > 0 => {
                let query = Query {
                    column: below(leaves.instance),
                    rotation: ROTATIONS[usize::from(index / 16) % ROTATIONS.len()],
                };
                (arena.instance(query), 1)
            }
            4 => (arena.constant(numbers::scalar(index)), 0),
            5 => (arena.neg(a), of_a),
            6 => (arena.scale(a, numbers::scalar(index)), of_a),
            7 if of_a + of_b <= DEGREE => (arena.mul(a, b), of_a + of_b),
            _ => (arena.add(a, b), of_a.max(of_b)),
        })
    }

    fn any(&self, u: &mut Unstructured<'_>) -> Result<(ExprId, u32)> {
        u.choose(&self.nodes).copied()
    }

    fn one(&self, u: &mut Unstructured<'_>) -> Result<ExprId> {
        self.any(u).map(|(id, _)| id)
    }

    fn tuple(&self, u: &mut Unstructured<'_>, arity: usize) -> Result<Vec<ExprId>> {
        (0..arity).map(|_| self.one(u)).collect()
    }
}

fn lookup(u: &mut Unstructured<'_>, nodes: &Nodes, most_inputs: usize) -> Result<Lookup> {
    let (arity, inputs) = (u.int_in_range(1..=3)?, u.int_in_range(1..=most_inputs)?);
    let inputs = (0..inputs)
        .map(|_| nodes.tuple(u, arity))
        .collect::<Result<_>>()?;
    let table = nodes.tuple(u, arity)?;
    Ok(Lookup { inputs, table })
}

fn shuffle(u: &mut Unstructured<'_>, nodes: &Nodes) -> Result<Shuffle> {
    let arity = u.int_in_range(1..=3)?;
    let (input, shuffle) = (nodes.tuple(u, arity)?, nodes.tuple(u, arity)?);
    Ok(Shuffle { input, shuffle })
}

/// Some of the columns that are queried at rotation 0, and of the instance columns, in any order.
fn permutation(
    u: &mut Unstructured<'_>,
    advice: &[Query],
    fixed: &[Query],
    instance: u32,
) -> Result<Vec<Column>> {
    let at_zero = |query: &&Query| query.rotation == 0;
    let advice = advice
        .iter()
        .filter(at_zero)
        .map(|query| Column::Advice(query.column));
    let fixed = fixed
        .iter()
        .filter(at_zero)
        .map(|query| Column::Fixed(query.column));
    let mut columns = Vec::new();
    for column in advice
        .chain(fixed)
        .chain((0..instance).map(Column::Instance))
    {
        if bool::arbitrary(u)? {
            let at = u.choose_index(columns.len() + 1)?;
            columns.insert(at, column);
        }
    }
    Ok(columns)
}

/// Points of a small pool, so that some are equal, opposite, or the identity.
fn commitments(u: &mut Unstructured<'_>, number: usize) -> Result<Vec<G1Affine>> {
    let point = |u: &mut Unstructured<'_>| Ok(numbers::point(u8::arbitrary(u)?).point);
    (0..number).map(|_| point(u)).collect()
}

/// More columns, queries, nodes and points than a byte counts, so that indices take two; and more
/// points in a proof than the multi-exponentiation makes tables for.
pub fn wide(setup: &TrustedSetup) -> CircuitDescription {
    const WIDTH: u32 = 257;
    let queries = |column| Query {
        column,
        rotation: 0,
    };
    let mut arena = Expressions::new();
    let mut sum = arena.instance(queries(0));
    for query in 0..WIDTH {
        let (a, b) = (arena.advice(query), arena.fixed(query));
        let product = arena.mul(a, b);
        sum = arena.add(sum, product);
    }
    let multiple = |factor| (G1Affine::generator() * Fr::from(factor)).into_affine();
    let points: Vec<G1Affine> = (1..=WIDTH).map(multiple).collect();
    CircuitDescription {
        k: 10,
        opening: Opening::Shplonk,
        transcript_hash: TranscriptHash::Keccak256,
        lookup_argument: LookupArgument::LogDerivative,
        degree: limits::MIN_DEGREE,
        digest: numbers::scalar(3),
        trusted_setup: setup.clone(),
        instance_lengths: vec![1],
        accumulator: None,
        phases: vec![Phase {
            advice_columns: WIDTH,
            challenges: 0,
        }],
        advice_queries: (0..WIDTH).map(queries).collect(),
        fixed_queries: (0..WIDTH).map(queries).collect(),
        expressions: arena,
        gates: vec![sum],
        permutation: vec![Column::Advice(256), Column::Fixed(256), Column::Instance(0)],
        lookups: vec![],
        shuffles: vec![],
        permutation_commitments: points[..3].to_vec(),
        fixed_commitments: points,
    }
}
