//! Assembles circuit descriptions column by column.

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup};
use halo2_kzg_verifier::{
    CircuitDescription, Column, ExprId, Expressions, G2Affine, Lookup, PERPETUAL_POWERS_OF_TAU,
    Phase, Query, Shuffle, decode_s_g2,
};

/// The largest `k`: the most squarings, and room for every number of public inputs.
const K: u8 = 28;

/// `G, 2G, 3G, …`: as many distinct points as wanted, without many multiplications.
pub(crate) fn distinct_points(number: usize) -> Vec<G1Affine> {
    let generator = G1Affine::generator();
    let mut point = G1Projective::from(generator);
    let mut points = Vec::with_capacity(number);
    for _ in 0..number {
        points.push(point);
        point += generator;
    }
    G1Projective::normalize_batch(&points)
}

/// \[s\]G2 of the perpetual powers of tau.
pub(crate) fn accepted_s_g2() -> G2Affine {
    decode_s_g2(&PERPETUAL_POWERS_OF_TAU).expect("the constant is a point of the subgroup")
}

/// A circuit description under construction.
pub(crate) struct Builder {
    description: CircuitDescription,
}

impl Builder {
    /// A circuit with one advice column, queried at rotation 0, and nothing else.
    pub(crate) fn new() -> Self {
        let mut builder = Builder {
            description: CircuitDescription {
                k: K,
                digest: Fr::from(1u64),
                s_g2: accepted_s_g2(),
                num_public_inputs: 0,
                phases: vec![Phase {
                    advice_columns: 0,
                    challenges: 0,
                }],
                advice_queries: vec![],
                fixed_queries: vec![],
                expressions: Expressions::new(),
                gates: vec![],
                permutation: vec![],
                lookups: vec![],
                shuffles: vec![],
                fixed_commitments: vec![],
                permutation_commitments: vec![],
            },
        };
        builder.advice(&[0]);
        builder
    }

    pub(crate) fn finish(self) -> CircuitDescription {
        self.description
    }

    pub(crate) fn expressions(&mut self) -> &mut Expressions {
        &mut self.description.expressions
    }

    pub(crate) fn s_g2(&mut self, s_g2: G2Affine) {
        self.description.s_g2 = s_g2;
    }

    pub(crate) fn public_inputs(&mut self, number: u32) {
        self.description.num_public_inputs = number;
    }

    /// Sets the number of challenges after the only phase.
    pub(crate) fn challenges(&mut self, number: u32) {
        self.description.phases[0].challenges = number;
    }

    /// Adds an advice column, queried at these rotations.
    pub(crate) fn advice(&mut self, rotations: &[i32]) {
        let column = self.description.phases[0].advice_columns;
        self.description.phases[0].advice_columns += 1;
        let query = |&rotation| Query { column, rotation };
        self.description
            .advice_queries
            .extend(rotations.iter().map(query));
    }

    /// Adds a fixed column, queried at these rotations; returns its index.
    pub(crate) fn fixed(&mut self, rotations: &[i32], commitment: G1Affine) -> u32 {
        let column = self.description.fixed_commitments.len() as u32;
        let query = |&rotation| Query { column, rotation };
        self.description
            .fixed_queries
            .extend(rotations.iter().map(query));
        self.description.fixed_commitments.push(commitment);
        column
    }

    /// Adds a column to the permutation argument.
    pub(crate) fn permute(&mut self, column: Column, commitment: G1Affine) {
        self.description.permutation.push(column);
        self.description.permutation_commitments.push(commitment);
    }

    pub(crate) fn gate(&mut self, gate: ExprId) {
        self.description.gates.push(gate);
    }

    pub(crate) fn lookup(&mut self, inputs: Vec<Vec<ExprId>>, table: Vec<ExprId>) {
        self.description.lookups.push(Lookup { inputs, table });
    }

    pub(crate) fn shuffle(&mut self, input: Vec<ExprId>, shuffle: Vec<ExprId>) {
        self.description.shuffles.push(Shuffle { input, shuffle });
    }

    /// The first advice column to the power `2^squarings`, as a gate: sets the degree.
    pub(crate) fn power_gate(&mut self, squarings: u32) {
        let expressions = self.expressions();
        let mut power = expressions.advice(0);
        for _ in 0..squarings {
            power = expressions.mul(power, power);
        }
        self.gate(power);
    }
}
