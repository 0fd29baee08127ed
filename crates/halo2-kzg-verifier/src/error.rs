//! Why a key was refused.

use core::fmt;
use thiserror::Error;

/// Why a key was refused, and where in its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyError {
    /// What is wrong.
    pub fault: KeyFault,
    /// Where in the encoding: the byte at which reading stopped, or the first byte of the part that
    /// breaks a rule; of several parts that a rule concerns, the first. `None` for a key that was not read from bytes.
    pub offset: Option<u64>,
}

impl core::error::Error for KeyError {}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            Some(offset) => write!(f, "key, byte {offset}: {}", self.fault),
            None => write!(f, "key: {}", self.fault),
        }
    }
}

impl From<KeyFault> for KeyError {
    fn from(fault: KeyFault) -> Self {
        KeyError {
            fault,
            offset: None,
        }
    }
}

/// What is wrong with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyFault {
    /// The bytes end before the key does.
    #[error("the {length} bytes given end in the middle of the key")]
    Truncated {
        /// Bytes given.
        length: u64,
    },
    /// There are bytes after the key.
    #[error("{extra} bytes follow the end of the key")]
    TrailingBytes {
        /// How many.
        extra: u64,
    },
    /// The first byte is not 0x00 (STOP), or the version is unknown.
    #[error("it does not begin with 0x00 and a known version")]
    UnknownVersion,
    /// A number exceeds what this verifier accepts.
    #[error("{quantity} must not exceed {limit}")]
    Limit {
        /// What there is too much of.
        quantity: Quantity,
        /// The largest number that is accepted.
        limit: u32,
    },
    /// A scalar or a coordinate is not below its modulus.
    #[error("{0} is not canonical: it is not below its modulus")]
    NotCanonical(Value),
    /// A commitment is not on the curve.
    #[error("a commitment is not on the curve")]
    PointNotOnCurve,
    /// \[s\]G2 is the identity, off the twist, or outside the subgroup of order r.
    #[error("[s]G2 is not a point of order r of the twist")]
    InvalidTrustedSetup,
    /// The same content could be written in another way.
    #[error("not in normal form: {0}")]
    NotNormalForm(Irregularity),
    /// An expression refers to one that does not exist (yet).
    #[error("an expression refers to an unknown expression")]
    UnknownExpression,
    /// A part refers to a column, query or challenge that does not exist, or counts disagree.
    #[error("{0}")]
    Inconsistent(Inconsistency),
}

/// What a limit bounds (the module [`limits`](crate::limits) has the numbers).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant's message says what it is")]
pub enum Quantity {
    #[error("k")]
    K,
    #[error("the number of phases")]
    Phases,
    #[error("the number of challenges")]
    Challenges,
    #[error("the number of instance columns")]
    InstanceColumns,
    #[error("the number of rotations of an instance column")]
    InstanceRotations,
    #[error("the number of advice columns")]
    AdviceColumns,
    #[error("the number of fixed columns")]
    FixedColumns,
    #[error("the number of advice queries")]
    AdviceQueries,
    #[error("the number of fixed queries")]
    FixedQueries,
    #[error("a rotation")]
    Rotation,
    #[error("the number of distinct rotations")]
    DistinctRotations,
    #[error("the number of rotation sets")]
    RotationSets,
    #[error("the number of expression nodes")]
    Nodes,
    #[error("the number of gates")]
    Gates,
    #[error("the number of lookup arguments")]
    Lookups,
    #[error("the number of shuffle arguments")]
    Shuffles,
    #[error("the number of inputs of a lookup")]
    LookupInputs,
    #[error("the number of expressions of a tuple")]
    TupleSize,
    #[error("the number of permutation columns")]
    PermutationColumns,
    #[error("the degree")]
    Degree,
}

/// A number that must be below its field's modulus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant's message says what it is")]
pub enum Value {
    #[error("the digest")]
    Digest,
    #[error("a constant")]
    Constant,
    #[error("a commitment's coordinate")]
    Commitment,
}

/// How an encoding differs from the only one that its content has (spec, section 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant's message says what it is")]
pub enum Irregularity {
    #[error("an expression node stands twice")]
    RepeatedNode,
    #[error("expression nodes are out of order")]
    NodesOutOfOrder,
    #[error("an expression node is unused")]
    UnusedNode,
    #[error("the identity stands among the points")]
    IdentityAmongPoints,
    #[error("a commitment is stored twice")]
    RepeatedPoint,
    #[error("commitments are out of order")]
    PointsOutOfOrder,
    #[error("a commitment is unused")]
    UnusedPoint,
}

/// How the parts of a key contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant's message says what it is")]
pub enum Inconsistency {
    #[error("an unknown feature")]
    UnknownFeature,
    #[error("the degree is below 3")]
    DegreeTooLow,
    #[error("the accumulator is not in an instance column, or its limbs do not hold coordinates")]
    Accumulator,
    #[error("a phase has no advice column")]
    EmptyPhase,
    #[error("a query names an unknown column")]
    UnknownColumn,
    #[error("a query stands twice")]
    RepeatedQuery,
    #[error("a fixed column is never queried")]
    UnqueriedColumn,
    #[error("an unknown kind of expression node")]
    UnknownNodeKind,
    #[error("an unknown expression node")]
    UnknownNode,
    #[error("an expression names an unknown query, instance column or challenge")]
    UnknownLeaf,
    #[error("tuples of one argument differ in arity")]
    Arity,
    #[error("a lookup without inputs or table")]
    EmptyLookup,
    #[error("the classic lookup argument without lookups")]
    ClassicWithoutLookups,
    #[error("a classic lookup has several inputs")]
    SeveralClassicInputs,
    #[error("an empty shuffle")]
    EmptyShuffle,
    #[error("a permutation column is unknown")]
    UnknownPermutationColumn,
    #[error("a permutation column stands twice")]
    RepeatedPermutationColumn,
    #[error("a permutation column is not queried at rotation 0")]
    PermutationColumnNotQueried,
    #[error("there is not one permutation commitment for each permutation column")]
    PermutationCommitments,
    #[error("an unknown commitment")]
    UnknownCommitment,
    #[error("k is too small for the blinding factors")]
    TooFewRows,
    #[error("two rotations name one row")]
    CoincidingRotations,
    #[error("an instance column has more values than there are usable rows")]
    TooManyPublicInputs,
}

impl KeyFault {
    pub(crate) const fn limit(quantity: Quantity, limit: u32) -> Self {
        KeyFault::Limit { quantity, limit }
    }
}

/// A length as a consensus number. Every list is bounded far below 2^32 before this matters.
pub(crate) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Checks a number against its limit.
pub(crate) fn within(quantity: Quantity, number: u32, limit: u32) -> Result<(), KeyFault> {
    if number > limit {
        Err(KeyFault::limit(quantity, limit))
    } else {
        Ok(())
    }
}
