//! Assembles circuit descriptions column by column.

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup};
use halo2_kzg_verifier::{
    Accumulator, CircuitDescription, Column, ExprId, Expressions, Lookup, LookupArgument, Opening,
    Phase, Query, Shuffle, TranscriptHash, TrustedSetup, limits,
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
                opening: Opening::Shplonk,
                transcript_hash: TranscriptHash::Keccak256,
                lookup_argument: LookupArgument::LogDerivative,
                degree: limits::MIN_DEGREE,
                digest: Fr::from(1u64),
                trusted_setup: TrustedSetup::perpetual_powers_of_tau(),
                instance_lengths: vec![0],
                accumulator: None,
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

    /// The circuit, of the degree that it needs.
    pub(crate) fn finish(mut self) -> CircuitDescription {
        // Without a normal form there is no degree; the key is refused for the same reason.
        if let Ok(degree) = self.description.degree_of_constraints() {
            self.description.degree = degree;
        }
        self.description
    }

    pub(crate) fn expressions(&mut self) -> &mut Expressions {
        &mut self.description.expressions
    }

    pub(crate) fn trusted_setup(&mut self, setup: TrustedSetup) {
        self.description.trusted_setup = setup;
    }

    pub(crate) fn public_inputs(&mut self, number: u32) {
        self.description.instance_lengths = vec![number];
    }

    /// Sets the dialect.
    pub(crate) fn dialect(
        &mut self,
        opening: Opening,
        transcript_hash: TranscriptHash,
        lookup_argument: LookupArgument,
    ) {
        let description = &mut self.description;
        (description.opening, description.transcript_hash) = (opening, transcript_hash);
        description.lookup_argument = lookup_argument;
    }

    /// Sets the numbers of values of the instance columns.
    pub(crate) fn instances(&mut self, lengths: Vec<u32>) {
        self.description.instance_lengths = lengths;
    }

    /// Adds an accumulator of so many limbs after the values of the last instance column.
    pub(crate) fn accumulator(&mut self, limbs: u32, bits: u32) {
        let lengths = &mut self.description.instance_lengths;
        let column = lengths.len() as u32 - 1;
        let length = &mut lengths[column as usize];
        let row = *length;
        *length += 4 * limbs;
        self.description.accumulator = Some(Accumulator {
            column,
            row,
            limbs,
            bits,
        });
    }

    /// Reads each instance column at these rotations, in one gate each.
    pub(crate) fn instance_gates(&mut self, rotations: &[i32]) {
        let columns = self.description.instance_lengths.len() as u32;
        for column in 0..columns {
            for &rotation in rotations {
                let gate = self.expressions().instance(Query { column, rotation });
                self.gate(gate);
            }
        }
    }

    /// Adds advice columns that nothing queries.
    pub(crate) fn unqueried_advice(&mut self, number: u32) {
        self.description.phases[0].advice_columns += number;
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

    /// Replaces all columns: as many as there are numbers, queried at rotation 0 in the order of the
    /// numbers; fixed columns are committed to by the identity.
    pub(crate) fn replace_columns(&mut self, advice: &[u32], fixed: &[u32]) {
        let queries = |columns: &[u32]| {
            let query = |&column| Query {
                column,
                rotation: 0,
            };
            columns.iter().map(query).collect()
        };
        self.description.phases[0].advice_columns = advice.len() as u32;
        self.description.advice_queries = queries(advice);
        self.description.fixed_queries = queries(fixed);
        self.description.fixed_commitments = vec![G1Affine::identity(); fixed.len()];
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
