//! Families of keys, each as slow as its size allows in one respect.

use crate::builder::{Builder, distinct_points};
use ark_bn254::Fr;
use ark_ec::{AffineRepr, CurveGroup};
use halo2_kzg_verifier::{
    CircuitDescription, Column, G1Affine, G2Affine, KeyError, LookupArgument, Opening,
    TranscriptHash, TrustedSetup, VerifyingKey, limits,
};
use serde::Serialize;

/// One way in which a key, or its proofs, can be slow for their size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Distinct fixed commitments: points to decode, check and multiply.
    Commitments,
    /// Lookups, whose proofs have two points for three evaluations: points in the proof.
    ProofPoints,
    /// The same with one point everywhere: every addition of the multi-exponentiation is a doubling.
    EqualPoints,
    /// The expression program as long as possible: multiplications by a constant, which leave the
    /// degree alone.
    Program,
    /// Gates that all name one node: a multiplication for one byte.
    Gates,
    /// Distinct constants, which take the longest to sort and compare.
    Constants,
    /// Fixed columns at all 16 rotations: queries to decode, to plan and to open.
    Queries,
    /// Sixteen rotation sets of fifteen rotations each, over advice columns.
    RotationSets,
    /// Lookups with as many inputs as the degree allows.
    LookupInputs,
    /// Lookups over the widest tuples.
    LookupTuples,
    /// Shuffles: one point and two evaluations for three bytes.
    Shuffles,
    /// Permutation columns at the lowest degree: a product for each.
    PermutationProducts,
    /// Permutation columns at the highest degree: the most columns to a product.
    PermutationColumns,
    /// Advice and fixed columns, queried and permuted in shuffled order, every commitment the identity:
    /// the most to plan for the bytes. Their proofs are too long to send, so only the key is measured.
    ShuffledColumns,
    /// Public inputs.
    PublicInputs,
    /// Everything that the size does not show in the smallest key: degree 64, 64 challenges, the
    /// largest rotation sets.
    Degree,
    /// A trusted setup that the chain does not accept: its point is checked in full before it is refused.
    OtherSetup,
    /// Lookups of 255 empty inputs, which no key may have: the most lists for the bytes.
    EmptyLookups,
    /// GWC at all 16 rotations in the smallest key of degree 64: the largest second
    /// multi-exponentiation.
    GwcRotations,
    /// Fixed columns at all 16 rotations under GWC: a term of the combination for each query.
    GwcQueries,
    /// Lookups with GWC: points in the proof.
    GwcPoints,
    /// BLAKE2b with 64 challenges, each a finalisation, over the deepest degree.
    Blake2bChallenges,
    /// Lookups with BLAKE2b: points to hash.
    Blake2bPoints,
    /// Classic lookups: three points and five evaluations for three bytes of key.
    ClassicLookups,
    /// Public inputs of one column that is read at four rotations.
    InstanceRotations,
    /// 255 instance columns, each read at four rotations.
    InstanceColumns,
    /// The smallest key with an accumulator.
    Accumulator,
    /// An accumulator, GWC at all 16 rotations and BLAKE2b with 64 challenges.
    AllFeatures,
    /// Advice columns that nothing opens: points that are only checked and hashed.
    UnopenedColumns,
    /// [`ProofPoints`](Self::ProofPoints), its proofs in short form: square roots.
    ShortPoints,
    /// [`UnopenedColumns`](Self::UnopenedColumns), its proofs in short form: square roots and nothing else.
    ShortUnopened,
    /// [`AllFeatures`](Self::AllFeatures), its proofs in short form.
    ShortAllFeatures,
    /// The smallest key, its proofs in short form.
    ShortSmallest,
}

/// A lookup's inputs: `inputs + 3` is a degree.
const MOST_INPUTS: usize = limits::MAX_DEGREE as usize - 3;

impl Family {
    /// All of them.
    pub const ALL: [Family; 33] = [
        Family::Commitments,
        Family::ProofPoints,
        Family::EqualPoints,
        Family::Program,
        Family::Gates,
        Family::Constants,
        Family::Queries,
        Family::RotationSets,
        Family::LookupInputs,
        Family::LookupTuples,
        Family::Shuffles,
        Family::PermutationProducts,
        Family::PermutationColumns,
        Family::ShuffledColumns,
        Family::PublicInputs,
        Family::Degree,
        Family::OtherSetup,
        Family::EmptyLookups,
        Family::GwcRotations,
        Family::GwcQueries,
        Family::GwcPoints,
        Family::Blake2bChallenges,
        Family::Blake2bPoints,
        Family::ClassicLookups,
        Family::InstanceRotations,
        Family::InstanceColumns,
        Family::Accumulator,
        Family::AllFeatures,
        Family::UnopenedColumns,
        Family::ShortPoints,
        Family::ShortUnopened,
        Family::ShortAllFeatures,
        Family::ShortSmallest,
    ];

    /// The family's name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Family::Commitments => "most commitments",
            Family::ProofPoints => "most points in the proof",
            Family::EqualPoints => "the same, all equal",
            Family::Program => "longest program",
            Family::Gates => "most gates",
            Family::Constants => "most constants",
            Family::Queries => "most queries",
            Family::RotationSets => "most rotation sets",
            Family::LookupInputs => "most lookup inputs",
            Family::LookupTuples => "widest lookups",
            Family::Shuffles => "most shuffles",
            Family::PermutationProducts => "most permutation products",
            Family::PermutationColumns => "most permutation columns",
            Family::ShuffledColumns => "shuffled columns",
            Family::PublicInputs => "most public inputs",
            Family::Degree => "deepest degree",
            Family::OtherSetup => "another trusted setup",
            Family::EmptyLookups => "empty lookups",
            Family::GwcRotations => "GWC, all rotations",
            Family::GwcQueries => "GWC, most queries",
            Family::GwcPoints => "GWC, most points",
            Family::Blake2bChallenges => "BLAKE2b, most challenges",
            Family::Blake2bPoints => "BLAKE2b, most points",
            Family::ClassicLookups => "most classic lookups",
            Family::InstanceRotations => "inputs at four rotations",
            Family::InstanceColumns => "255 instance columns",
            Family::Accumulator => "accumulator",
            Family::AllFeatures => "all features",
            Family::UnopenedColumns => "unopened columns",
            Family::ShortPoints => "short, most points",
            Family::ShortUnopened => "short, unopened columns",
            Family::ShortAllFeatures => "short, all features",
            Family::ShortSmallest => "short, smallest key",
        }
    }

    /// Are all points of this family's proofs equal?
    pub(crate) const fn repeats_points(self) -> bool {
        matches!(self, Family::EqualPoints)
    }

    /// Is only the key measured, with no proof?
    pub(crate) const fn is_key_only(self) -> bool {
        matches!(self, Family::ShuffledColumns | Family::EmptyLookups)
    }

    /// Are this family's proofs in short form?
    pub(crate) const fn is_short(self) -> bool {
        matches!(
            self,
            Family::ShortPoints
                | Family::ShortUnopened
                | Family::ShortAllFeatures
                | Family::ShortSmallest
        )
    }

    /// Is the key refused by the decoder? Then there is no proof for it.
    pub(crate) const fn is_refused(self) -> bool {
        matches!(self, Family::EmptyLookups)
    }

    /// Largest useful scale: the limit that the key runs into.
    pub(crate) const fn largest_scale(self) -> u32 {
        match self {
            Family::Commitments => limits::MAX_FIXED_COLUMNS,
            Family::ProofPoints
            | Family::EqualPoints
            | Family::ShortPoints
            | Family::LookupInputs
            | Family::LookupTuples
            | Family::Shuffles
            | Family::GwcPoints
            | Family::Blake2bPoints
            | Family::ClassicLookups => limits::MAX_ARGUMENTS,
            Family::Program => limits::MAX_NODES - 4,
            Family::Gates => limits::MAX_GATES - 1,
            Family::Constants => limits::MAX_NODES / 2 - 4,
            Family::Queries | Family::GwcQueries => limits::MAX_QUERIES / limits::MAX_ROTATIONS,
            Family::RotationSets => limits::MAX_QUERIES / limits::MAX_ROTATIONS,
            Family::PermutationProducts | Family::PermutationColumns => {
                limits::MAX_PERMUTATION_COLUMNS
            }
            Family::ShuffledColumns => limits::MAX_PERMUTATION_COLUMNS - 1,
            Family::PublicInputs | Family::InstanceRotations => 1 << 20,
            Family::InstanceColumns => 4_096,
            Family::UnopenedColumns | Family::ShortUnopened => limits::MAX_ADVICE_COLUMNS - 1,
            Family::EmptyLookups => u16::MAX as u32,
            Family::Degree
            | Family::OtherSetup
            | Family::GwcRotations
            | Family::Blake2bChallenges
            | Family::Accumulator
            | Family::AllFeatures
            | Family::ShortAllFeatures
            | Family::ShortSmallest => 1,
        }
    }

    /// The key of this family at a scale, from 1 to its largest; of a refused one what it is made from.
    ///
    /// # Errors
    /// [`KeyFault::Limit`](halo2_kzg_verifier::KeyFault::Limit) if the scale is beyond a limit.
    pub fn key(self, scale: u32) -> Result<VerifyingKey, KeyError> {
        VerifyingKey::new(self.description(scale))
    }

    /// The encoding of the [`key`](Self::key) at this scale, with what makes it refused.
    pub(crate) fn encode(self, key: &VerifyingKey, scale: u32) -> Vec<u8> {
        let mut bytes = key.encode();
        if self.is_refused() {
            // The smallest key ends with the numbers of its lookups, shuffles and points, all zero. The
            // decoder wants four bytes for each lookup to be there; half of them follow the end.
            bytes.truncate(bytes.len() - 6);
            let number = u16::try_from(scale).unwrap_or(u16::MAX);
            bytes.extend(number.to_be_bytes());
            bytes.extend([0, 255].repeat(number.into()));
            bytes.extend([0, 0].repeat(number.into()));
            bytes.extend([0; 4]);
        }
        bytes
    }

    fn description(self, scale: u32) -> CircuitDescription {
        let mut circuit = Builder::new();
        match self {
            Family::Commitments => {
                for point in distinct_points(scale as usize) {
                    circuit.fixed(&[0], point);
                }
            }
            Family::ProofPoints | Family::EqualPoints | Family::ShortPoints => {
                circuit.power_gate(6);
                lookups(&mut circuit, scale, 1, 1);
            }
            Family::Program => program(&mut circuit, scale),
            Family::Gates => {
                let gate = circuit.expressions().advice(0);
                (0..scale).for_each(|_| circuit.gate(gate));
            }
            Family::Constants => constants(&mut circuit, scale),
            Family::Queries => {
                for _ in 0..scale {
                    circuit.fixed(&rotations(), G1Affine::zero());
                }
            }
            Family::RotationSets => rotation_sets(&mut circuit, scale),
            Family::LookupInputs => lookups(&mut circuit, scale, MOST_INPUTS, 1),
            Family::LookupTuples => lookups(&mut circuit, scale, 1, limits::MAX_TUPLE as usize),
            Family::Shuffles => {
                let node = circuit.expressions().advice(0);
                (0..scale).for_each(|_| circuit.shuffle(vec![node], vec![node]));
            }
            Family::PermutationProducts => permutation(&mut circuit, scale),
            Family::PermutationColumns => {
                circuit.power_gate(6);
                permutation(&mut circuit, scale);
            }
            Family::ShuffledColumns => shuffled_columns(&mut circuit, scale),
            Family::PublicInputs => circuit.public_inputs(scale),
            Family::Degree => {
                circuit.power_gate(6);
                circuit.challenges(limits::MAX_CHALLENGES);
                rotation_sets(&mut circuit, limits::MAX_ROTATION_SETS - 1);
            }
            Family::OtherSetup => {
                let known = *TrustedSetup::perpetual_powers_of_tau().s_g2();
                let other = (known + G2Affine::generator()).into_affine();
                let other = TrustedSetup::new(other).expect("a sum of points of the subgroup");
                circuit.trusted_setup(other);
            }
            Family::EmptyLookups | Family::ShortSmallest => {}
            Family::GwcRotations
            | Family::GwcQueries
            | Family::GwcPoints
            | Family::Blake2bChallenges
            | Family::Blake2bPoints
            | Family::ClassicLookups
            | Family::InstanceRotations
            | Family::InstanceColumns
            | Family::Accumulator
            | Family::AllFeatures
            | Family::ShortAllFeatures
            | Family::UnopenedColumns
            | Family::ShortUnopened => self.of_dialect(&mut circuit, scale),
        }
        circuit.finish()
    }
}

impl Family {
    /// The families of what ezkl's dialect does not have.
    fn of_dialect(self, circuit: &mut Builder, scale: u32) {
        use {LookupArgument as L, Opening as O, TranscriptHash as H};
        match self {
            Family::GwcRotations => {
                circuit.dialect(O::Gwc, H::Keccak256, L::LogDerivative);
                circuit.power_gate(6);
                circuit.challenges(limits::MAX_CHALLENGES);
                circuit.advice(&rotations());
            }
            Family::GwcQueries => {
                circuit.dialect(O::Gwc, H::Keccak256, L::LogDerivative);
                (0..scale).for_each(|_| {
                    circuit.fixed(&rotations(), G1Affine::zero());
                });
            }
            Family::GwcPoints => {
                circuit.dialect(O::Gwc, H::Keccak256, L::LogDerivative);
                circuit.power_gate(6);
                lookups(circuit, scale, 1, 1);
            }
            Family::Blake2bChallenges => {
                circuit.dialect(O::Shplonk, H::Blake2b, L::LogDerivative);
                circuit.power_gate(6);
                circuit.challenges(limits::MAX_CHALLENGES);
                rotation_sets(circuit, limits::MAX_ROTATION_SETS - 1);
            }
            Family::Blake2bPoints => {
                circuit.dialect(O::Shplonk, H::Blake2b, L::LogDerivative);
                circuit.power_gate(6);
                lookups(circuit, scale, 1, 1);
            }
            Family::ClassicLookups => {
                circuit.dialect(O::Shplonk, H::Keccak256, L::Classic);
                lookups(circuit, scale, 1, 1);
            }
            Family::InstanceRotations => {
                circuit.public_inputs(scale);
                circuit.instance_gates(&[-127, -1, 0, 127]);
            }
            Family::InstanceColumns => {
                circuit.instances(vec![scale; limits::MAX_INSTANCE_COLUMNS as usize]);
                circuit.instance_gates(&[-127, -1, 0, 127]);
            }
            Family::Accumulator => circuit.accumulator(3, 88),
            Family::AllFeatures | Family::ShortAllFeatures => {
                circuit.dialect(O::Gwc, H::Blake2b, L::LogDerivative);
                circuit.power_gate(6);
                circuit.challenges(limits::MAX_CHALLENGES);
                circuit.advice(&rotations());
                circuit.accumulator(8, 40);
            }
            Family::UnopenedColumns | Family::ShortUnopened => circuit.unqueried_advice(scale),
            _ => {}
        }
    }
}

/// `number` columns, half of them advice and half fixed, each queried once and permuted. Every list is
/// in an order of its own.
fn shuffled_columns(circuit: &mut Builder, number: u32) {
    // The builder has made the first advice column.
    let num_advice = number.div_ceil(2).max(1);
    let num_fixed = number - num_advice;
    circuit.replace_columns(&shuffled(num_advice, 1), &shuffled(num_fixed, 2));
    for column in shuffled(number, 3) {
        let column = if column < num_advice {
            Column::Advice(column)
        } else {
            Column::Fixed(column - num_advice)
        };
        circuit.permute(column, G1Affine::zero());
    }
}

/// The numbers below `number`, in an order that is the same on every machine.
fn shuffled(number: u32, seed: u64) -> Vec<u32> {
    let mut list: Vec<u32> = (0..number).collect();
    // D. Knuth's MMIX generator.
    let mut state = seed;
    for i in (1..list.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        list.swap(i, (state >> 33) as usize % (i + 1));
    }
    list
}

/// `number` lookups with so many inputs of so many expressions, each of degree 0.
fn lookups(circuit: &mut Builder, number: u32, inputs: usize, arity: usize) {
    let node = circuit.expressions().constant(Fr::from(7u64));
    for _ in 0..number {
        circuit.lookup(vec![vec![node; arity]; inputs], vec![node; arity]);
    }
}

/// `a·c·c·c·…`: every product is a node of its own, and a constant has degree 0.
fn program(circuit: &mut Builder, products: u32) {
    let expressions = circuit.expressions();
    let mut chain = expressions.advice(0);
    let constant = expressions.constant(-Fr::from(3u64));
    for _ in 0..products {
        chain = expressions.mul(chain, constant);
    }
    circuit.gate(chain);
}

/// `a + c_1 + c_2 + …`
fn constants(circuit: &mut Builder, number: u32) {
    let expressions = circuit.expressions();
    let mut sum = expressions.advice(0);
    for i in 0..number {
        let constant = expressions.constant(-Fr::from(i + 1));
        sum = expressions.add(sum, constant);
    }
    circuit.gate(sum);
}

/// As many rotations as a proof may be opened at.
fn rotations() -> Vec<i32> {
    (0..limits::MAX_ROTATIONS as i32).collect()
}

/// Columns of which the i-th leaves out rotation `1 + i mod 15`: fifteen sets, and `{0}` is the last.
fn rotation_sets(circuit: &mut Builder, columns: u32) {
    for i in 0..columns {
        let left_out = 1 + (i % (limits::MAX_ROTATION_SETS - 1)) as i32;
        let mut rotations = rotations();
        rotations.retain(|&rotation| rotation != left_out);
        circuit.advice(&rotations);
    }
}

fn permutation(circuit: &mut Builder, columns: u32) {
    for _ in 0..columns {
        let column = circuit.fixed(&[0], G1Affine::zero());
        circuit.permute(Column::Fixed(column), G1Affine::zero());
    }
}
