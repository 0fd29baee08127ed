//! The verifying key: an explicit description of one circuit (spec, section 0).

use crate::{
    Fr, G1Affine, G2Affine,
    arguments::{Lookups, Shuffles, size_of_vec},
    encoding,
    expression::{ExprId, Expressions, Normaliser, Program},
    shape::Shape,
    srs,
};
use alloc::vec::Vec;
use ark_ec::AffineRepr;
use sha3::{Digest, Keccak256};
use thiserror::Error;

/// The advice columns committed in one phase, and the challenges drawn after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phase {
    /// Advice columns of this phase; at least one.
    pub advice_columns: u32,
    /// User challenges squeezed after this phase's commitments.
    pub challenges: u32,
}

/// A column opened at a rotation: one evaluation in the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Query {
    /// Index of the column among those of its kind.
    pub column: u32,
    /// Row offset: the column is opened at `omega^rotation · x`.
    pub rotation: i32,
}

/// A column of the permutation argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// An advice column, numbered in proof order.
    Advice(u32),
    /// A fixed column.
    Fixed(u32),
    /// The instance column.
    Instance,
}

/// A logUp lookup argument: every input tuple's value, wherever it stands,
/// is a row of the table. All tuples have the table's arity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// Input tuples, at least one.
    pub inputs: Vec<Vec<ExprId>>,
    /// The table tuple.
    pub table: Vec<ExprId>,
}

/// A shuffle argument: the two tuples take the same values with the same
/// multiplicities. ezkl makes none (its "shuffles" are lookups).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shuffle {
    /// The input tuple.
    pub input: Vec<ExprId>,
    /// The tuple that it is a rearrangement of.
    pub shuffle: Vec<ExprId>,
}

/// Everything that defines a circuit, as an importer finds it; plain data, nothing checked yet.
#[derive(Clone, Debug)]
pub struct CircuitDescription {
    /// The circuit has `2^k` rows.
    pub k: u8,
    /// Digest of the key, absorbed first into the transcript.
    pub digest: Fr,
    /// \[s\]G2 of the structured reference string (not negated).
    pub s_g2: G2Affine,
    /// Number of public inputs.
    pub num_public_inputs: u32,
    /// Phases in transcript order.
    pub phases: Vec<Phase>,
    /// Advice queries in the order of their evaluations. Columns are numbered as their commitments
    /// stand in the proof: phase by phase.
    pub advice_queries: Vec<Query>,
    /// Fixed queries in the order of their evaluations.
    pub fixed_queries: Vec<Query>,
    /// The arena that the expressions below live in.
    pub expressions: Expressions,
    /// Gate polynomials, in the order of their powers of y.
    pub gates: Vec<ExprId>,
    /// Columns of the permutation argument, in order.
    pub permutation: Vec<Column>,
    /// Lookup arguments, in order.
    pub lookups: Vec<Lookup>,
    /// Shuffle arguments, in order.
    pub shuffles: Vec<Shuffle>,
    /// Commitments of the fixed columns; the identity is normal here.
    pub fixed_commitments: Vec<G1Affine>,
    /// Commitments of the permutation polynomials, one for each permutation column.
    pub permutation_commitments: Vec<G1Affine>,
}

/// Why a key was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The bytes end before the key does.
    #[error("key: {length} bytes end in the middle of the key")]
    Truncated {
        /// Bytes given.
        length: u64,
    },
    /// There are bytes behind the key.
    #[error("key: {extra} bytes too many behind its end")]
    TrailingBytes {
        /// How many.
        extra: u64,
    },
    /// The first byte is not 0x00 (STOP), or the version is unknown.
    #[error("key: it does not begin with 0x00 and a known version")]
    UnknownVersion,
    /// A number exceeds what this verifier accepts.
    #[error("key: {what} must not exceed {limit}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// The bound.
        limit: u32,
    },
    /// A scalar or a coordinate is not below its modulus.
    #[error("key: {0} is not canonical")]
    NotCanonical(&'static str),
    /// A commitment is not on the curve.
    #[error("key: a commitment is not on the curve")]
    PointNotOnCurve,
    /// \[s\]G2 is the identity, off the twist, or outside the subgroup of order r.
    #[error("key: [s]G2 is not a point of the order-r subgroup of the twist")]
    InvalidSG2,
    /// The same content could be written in another way.
    #[error("key: not in normal form: {0}")]
    NotNormalForm(&'static str),
    /// An expression refers to one that does not exist (yet).
    #[error("key: an expression refers to an unknown expression")]
    UnknownExpression,
    /// A part refers to a column, query or challenge that does not exist, or counts disagree.
    #[error("key: inconsistent: {0}")]
    Inconsistent(&'static str),
}

impl KeyError {
    pub(crate) fn limit(what: &'static str, limit: u32) -> Self {
        KeyError::Limit { what, limit }
    }
}

/// A circuit's verifying key: validated, in normal form, with exactly one encoding.
///
/// Whoever accepts a proof trusts everything in its key: the gates, the commitments and \[s\]G2.
/// Pin the key by its [`id`](Self::id).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    pub(crate) k: u8,
    pub(crate) digest: Fr,
    pub(crate) s_g2: G2Affine,
    pub(crate) num_public_inputs: u32,
    pub(crate) phases: Vec<Phase>,
    pub(crate) advice_queries: Vec<Query>,
    pub(crate) fixed_queries: Vec<Query>,
    pub(crate) program: Program,
    pub(crate) gates: Vec<u32>,
    pub(crate) permutation: Vec<Column>,
    pub(crate) lookups: Lookups,
    pub(crate) shuffles: Shuffles,
    pub(crate) commitments: Commitments,
    pub(crate) shape: Shape,
}

/// The commitments of fixed columns and permutation polynomials, equal ones stored once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Commitments {
    /// Distinct finite points, in the order of their first appearance.
    pub(crate) points: Vec<G1Affine>,
    /// For each fixed column, its point; `None` is the identity.
    pub(crate) fixed: Vec<Option<u32>>,
    /// For each permutation column, its point; `None` is the identity.
    pub(crate) permutation: Vec<Option<u32>>,
}

impl Commitments {
    fn collect(fixed: &[G1Affine], permutation: &[G1Affine]) -> Result<Self, KeyError> {
        let mut points: Vec<G1Affine> = Vec::new();
        let mut seen = alloc::collections::BTreeMap::new();
        let mut place = |point: &G1Affine| -> Result<Option<u32>, KeyError> {
            let Some(coordinates) = point.xy() else {
                return Ok(None);
            };
            if !point.is_on_curve() {
                return Err(KeyError::PointNotOnCurve);
            }
            let next = u32::try_from(points.len()).unwrap_or(u32::MAX);
            let index = *seen.entry(coordinates).or_insert(next);
            if index == next {
                points.push(*point);
            }
            Ok(Some(index))
        };
        let fixed = fixed.iter().map(&mut place).collect::<Result<_, _>>()?;
        let permutation = permutation
            .iter()
            .map(&mut place)
            .collect::<Result<_, _>>()?;
        Ok(Commitments {
            points,
            fixed,
            permutation,
        })
    }
}

impl VerifyingKey {
    /// Checks a description, brings it into the normal form, and derives what follows from it.
    ///
    /// # Errors
    /// The first limit or consistency rule that the description breaks.
    pub fn new(description: CircuitDescription) -> Result<Self, KeyError> {
        let d = description;
        if !srs::is_valid_s_g2(&d.s_g2) {
            return Err(KeyError::InvalidSG2);
        }
        let mut normaliser = Normaliser::new(&d.expressions);
        let mut place = |roots: &[ExprId]| -> Result<Vec<u32>, KeyError> {
            roots.iter().map(|&root| normaliser.place(root)).collect()
        };
        let gates = place(&d.gates)?;
        let lookups = Lookups::place(&d.lookups, &mut place)?;
        let shuffles = Shuffles::place(&d.shuffles, &mut place)?;
        let commitments = Commitments::collect(&d.fixed_commitments, &d.permutation_commitments)?;
        VerifyingKey {
            k: d.k,
            digest: d.digest,
            s_g2: d.s_g2,
            num_public_inputs: d.num_public_inputs,
            phases: d.phases,
            advice_queries: d.advice_queries,
            fixed_queries: d.fixed_queries,
            program: normaliser.finish(),
            gates,
            permutation: d.permutation,
            lookups,
            shuffles,
            commitments,
            shape: Shape::default(),
        }
        .checked()
    }

    /// Memory that the key takes beside its own struct, in bytes.
    pub(crate) fn size_in_bytes(&self) -> usize {
        let Commitments {
            points,
            fixed,
            permutation,
        } = &self.commitments;
        [
            size_of_vec(&self.phases),
            size_of_vec(&self.advice_queries),
            size_of_vec(&self.fixed_queries),
            size_of_vec(&self.program.nodes),
            size_of_vec(&self.gates),
            size_of_vec(&self.permutation),
            self.lookups.size_in_bytes(),
            self.shuffles.size_in_bytes(),
            size_of_vec(points),
            size_of_vec(fixed),
            size_of_vec(permutation),
            size_of_vec(&self.shape.permutation_values),
            self.shape.plan.size_in_bytes(),
        ]
        .into_iter()
        .fold(0, usize::saturating_add)
    }

    /// Checks everything but the points and the normal form, and derives the shape.
    pub(crate) fn checked(mut self) -> Result<Self, KeyError> {
        self.shape = Shape::derive(&self)?;
        Ok(self)
    }

    /// Reads the canonical encoding, which the module `encoding` defines.
    ///
    /// # Errors
    /// Everything that [`new`](Self::new) refuses, and every byte string that is not exactly what
    /// [`encode`](Self::encode) writes for the key that it holds.
    pub fn decode(bytes: &[u8]) -> Result<Self, KeyError> {
        encoding::decode(bytes)
    }

    /// The canonical encoding, made from the fields. It begins with 0x00, so it can be the code of
    /// a contract that does nothing.
    pub fn encode(&self) -> Vec<u8> {
        encoding::encode(self)
    }

    /// Keccak-256 of the encoding: the code hash of the contract that holds this key.
    pub fn id(&self) -> [u8; 32] {
        Keccak256::digest(self.encode()).into()
    }

    /// The circuit has `2^k` rows.
    pub fn k(&self) -> u8 {
        self.k
    }

    /// The digest that begins the transcript.
    pub fn digest(&self) -> Fr {
        self.digest
    }

    /// \[s\]G2 of the structured reference string that the key was made under.
    pub fn s_g2(&self) -> &G2Affine {
        &self.s_g2
    }

    /// Number of public inputs, each a field element.
    pub fn num_public_inputs(&self) -> u32 {
        self.num_public_inputs
    }

    /// Number of advice columns over all phases.
    pub fn num_advice(&self) -> u32 {
        self.shape.num_advice
    }

    /// Number of fixed columns.
    pub fn num_fixed(&self) -> u32 {
        count(self.commitments.fixed.len())
    }

    /// Number of user challenges over all phases.
    pub fn num_challenges(&self) -> u32 {
        self.shape.num_challenges
    }

    /// Phases in transcript order.
    pub fn phases(&self) -> &[Phase] {
        &self.phases
    }

    /// Advice queries in the order of their evaluations.
    pub fn advice_queries(&self) -> &[Query] {
        &self.advice_queries
    }

    /// Fixed queries in the order of their evaluations.
    pub fn fixed_queries(&self) -> &[Query] {
        &self.fixed_queries
    }

    /// Columns of the permutation argument.
    pub fn permutation(&self) -> &[Column] {
        &self.permutation
    }

    /// Number of gate polynomials.
    pub fn num_gates(&self) -> u32 {
        count(self.gates.len())
    }

    /// Number of lookup arguments.
    pub fn num_lookups(&self) -> u32 {
        self.lookups.len()
    }

    /// Number of lookup inputs over all arguments.
    pub fn num_lookup_inputs(&self) -> u32 {
        self.lookups
            .iter()
            .fold(0u32, |n, l| n.saturating_add(l.num_inputs))
    }

    /// Number of shuffle arguments.
    pub fn num_shuffles(&self) -> u32 {
        self.shuffles.len()
    }

    /// Number of nodes of the expression program.
    pub fn num_nodes(&self) -> u32 {
        count(self.program.nodes.len())
    }

    /// Number of distinct finite commitments.
    pub fn num_commitments(&self) -> u32 {
        count(self.commitments.points.len())
    }

    /// Degree of the constraint system (spec, section 0).
    pub fn degree(&self) -> u32 {
        self.shape.degree
    }

    /// Rows at the end of the advice columns that hold random values (spec, section 0).
    pub fn blinding_factors(&self) -> u32 {
        self.shape.blinding_factors
    }

    /// Points in a proof, 64 bytes each.
    pub fn num_proof_points(&self) -> u32 {
        self.shape.layout.num_points
    }

    /// Evaluations in a proof, 32 bytes each.
    pub fn num_evaluations(&self) -> u32 {
        self.shape.layout.num_evaluations
    }

    /// Bytes of every proof for this key.
    pub fn proof_length(&self) -> u64 {
        self.shape.layout.proof_length()
    }

    /// Bytes of the public inputs for this key.
    pub fn public_inputs_length(&self) -> u64 {
        u64::from(self.num_public_inputs).saturating_mul(32)
    }
}

/// A length as a consensus number. Every list is bounded far below 2^32 before this matters.
pub(crate) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Checks a list's length against its limit.
pub(crate) fn within(what: &'static str, length: usize, limit: u32) -> Result<u32, KeyError> {
    let n = count(length);
    if n > limit {
        Err(KeyError::limit(what, limit))
    } else {
        Ok(n)
    }
}
