//! Circuits drawn at random, from a number: every kind of column, expression and argument that a key
//! can have, in combinations that no compiler of models would make.

use super::values::{forged_proof, multiple_of_generator, scalar, word};
use crate::forge;
use ark_ec::AffineRepr;
use halo2_kzg_verifier::{
    CircuitDescription, Column, ExprId, Expressions, G1Affine, Lookup, LookupArgument, Opening,
    Phase, Query, Shuffle, TranscriptHash, VerifyingKey, limits,
};
use sha3::{Digest, Keccak256};

/// A circuit with a valid proof for it.
pub(super) struct Forged {
    pub(super) key: VerifyingKey,
    pub(super) proof: Vec<u8>,
    pub(super) public_inputs: Vec<u8>,
}

/// The circuit of this number, under the test setup.
pub(super) fn circuit(number: u64) -> Forged {
    let mut draw = Draw::new(number);
    // Some draws break a limit or another rule; the next attempt of the same stream does not.
    loop {
        let description = description(&mut draw);
        let inputs = description.instance_lengths.iter();
        let inputs = inputs.map(|length| u64::from(*length)).sum();
        if let Ok(key) = VerifyingKey::new(description) {
            let name = format!("forged circuit {number}");
            let public_inputs: Vec<u8> = (0..inputs)
                .flat_map(|i| word(&scalar(&name, 2 << 32 | i)))
                .collect();
            let proof = forged_proof(&key, &public_inputs, &name);
            return Forged {
                key,
                proof,
                public_inputs,
            };
        }
    }
}

/// A stream of numbers, the same on every machine.
struct Draw {
    seed: u64,
    position: u64,
}

impl Draw {
    fn new(seed: u64) -> Self {
        Draw { seed, position: 0 }
    }

    fn below(&mut self, bound: u64) -> u64 {
        let position = self.position.to_be_bytes();
        self.position += 1;
        let digest = Keccak256::digest([self.seed.to_be_bytes(), position].concat());
        let (number, _) = digest.split_at(8);
        number
            .iter()
            .fold(0, |n, byte| (n << 8 | u64::from(*byte)) % bound)
    }

    /// `least` to `most`, both included.
    fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    /// True once in `n` times.
    fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

fn description(draw: &mut Draw) -> CircuitDescription {
    let k = draw.between(4, 28) as u8;
    let phases: Vec<Phase> = (0..draw.between(1, 3))
        .map(|_| Phase {
            advice_columns: draw.between(1, 3) as u32,
            challenges: draw.below(3) as u32,
        })
        .collect();
    let num_advice = phases.iter().map(|phase| phase.advice_columns).sum();
    let num_challenges: u32 = phases.iter().map(|phase| phase.challenges).sum();
    let num_fixed = draw.below(4) as u32;
    let advice_queries = queries(draw, num_advice);
    let fixed_queries = queries(draw, num_fixed);

    let mut expressions = Expressions::new();
    let mut pool = leaves(
        &mut expressions,
        [
            advice_queries.len(),
            fixed_queries.len(),
            num_challenges as usize,
        ],
    );
    for i in 0..draw.between(2, 12) {
        let (a, b) = (draw.pick(&pool), draw.pick(&pool));
        let node = match draw.below(6) {
            0 => expressions.neg(a),
            1 => expressions.constant(scalar("a constant", i)),
            2 => expressions.scale(a, scalar("a factor", i)),
            3 | 4 => expressions.mul(a, b),
            _ => expressions.add(a, b),
        };
        pool.push(node);
    }
    let gates = (0..draw.below(5)).map(|_| draw.pick(&pool)).collect();
    let lookups = lookups(draw, &pool);
    let shuffles = shuffles(draw, &pool);
    let permutation = permutation(draw, &advice_queries, &fixed_queries);
    let mut points = Points::default();
    let fixed_commitments = (0..num_fixed).map(|_| points.draw(draw)).collect();
    let permutation_commitments = permutation.iter().map(|_| points.draw(draw)).collect();
    let mut description = CircuitDescription {
        k,
        opening: Opening::Shplonk,
        transcript_hash: TranscriptHash::Keccak256,
        lookup_argument: LookupArgument::LogDerivative,
        degree: limits::MIN_DEGREE,
        digest: scalar("a digest", draw.below(1 << 32)),
        trusted_setup: forge::TEST_SETUP.clone(),
        instance_lengths: vec![if draw.once_in(4) {
            0
        } else {
            draw.between(1, 6) as u32
        }],
        accumulator: None,
        phases,
        advice_queries,
        fixed_queries,
        expressions,
        gates,
        permutation,
        lookups,
        shuffles,
        fixed_commitments,
        permutation_commitments,
    };
    let degree = description.degree_of_constraints();
    description.degree = degree.expect("expressions of one arena, tuples of one arity");
    description
}

/// Each column at one to three rotations, most often 0 among them, all columns' queries mixed.
fn queries(draw: &mut Draw, columns: u32) -> Vec<Query> {
    let mut queries = Vec::new();
    for column in 0..columns {
        if !draw.once_in(5) {
            queries.push(Query {
                column,
                rotation: 0,
            });
        }
        for _ in 0..draw.between(1, 2) {
            let rotation = draw.pick(&[-4, -2, -1, 0, 1, 2, 3]);
            let query = Query { column, rotation };
            if !queries.contains(&query) {
                let at = draw.below(queries.len() as u64 + 1) as usize;
                queries.insert(at, query);
            }
        }
    }
    queries
}

/// Every query, the instance column, every challenge.
fn leaves(expressions: &mut Expressions, [advice, fixed, challenges]: [usize; 3]) -> Vec<ExprId> {
    let mut pool = vec![expressions.instance(Query {
        column: 0,
        rotation: 0,
    })];
    pool.extend((0..advice as u32).map(|query| expressions.advice(query)));
    pool.extend((0..fixed as u32).map(|query| expressions.fixed(query)));
    pool.extend((0..challenges as u32).map(|index| expressions.challenge(index)));
    pool
}

fn tuple(draw: &mut Draw, pool: &[ExprId], arity: u64) -> Vec<ExprId> {
    (0..arity).map(|_| draw.pick(pool)).collect()
}

fn lookups(draw: &mut Draw, pool: &[ExprId]) -> Vec<Lookup> {
    (0..draw.below(3))
        .map(|_| {
            let (arity, inputs) = (draw.between(1, 3), draw.between(1, 3));
            Lookup {
                inputs: (0..inputs).map(|_| tuple(draw, pool, arity)).collect(),
                table: tuple(draw, pool, arity),
            }
        })
        .collect()
}

fn shuffles(draw: &mut Draw, pool: &[ExprId]) -> Vec<Shuffle> {
    (0..draw.below(3))
        .map(|_| {
            let arity = draw.between(1, 3);
            Shuffle {
                input: tuple(draw, pool, arity),
                shuffle: tuple(draw, pool, arity),
            }
        })
        .collect()
}

/// Some of the columns that are queried at 0, in any order.
fn permutation(draw: &mut Draw, advice: &[Query], fixed: &[Query]) -> Vec<Column> {
    let at_zero = |query: &&Query| query.rotation == 0;
    let mut columns = vec![Column::Instance(0)];
    columns.extend(
        advice
            .iter()
            .filter(at_zero)
            .map(|query| Column::Advice(query.column)),
    );
    columns.extend(
        fixed
            .iter()
            .filter(at_zero)
            .map(|query| Column::Fixed(query.column)),
    );
    let mut chosen = Vec::new();
    while !columns.is_empty() && !draw.once_in(8) {
        chosen.push(columns.swap_remove(draw.below(columns.len() as u64) as usize));
    }
    chosen
}

/// Commitments: new ones, some that were there before, and the identity.
#[derive(Default)]
struct Points(Vec<G1Affine>);

impl Points {
    fn draw(&mut self, draw: &mut Draw) -> G1Affine {
        match draw.below(6) {
            0 => G1Affine::zero(),
            1 if !self.0.is_empty() => draw.pick(&self.0),
            _ => {
                let point = multiple_of_generator(scalar("a commitment", draw.below(1 << 32)));
                self.0.push(point);
                point
            }
        }
    }
}
