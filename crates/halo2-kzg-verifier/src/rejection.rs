//! Why a proof was refused.

use thiserror::Error;

/// Why a proof was refused. This is for people: on chain only valid or not valid counts.
///
/// Positions count from zero in the order of the proof (spec, sections 6.3 and 6.4): points and
/// evaluations each in their own count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The proof has the length of neither form.
    #[error("proof: {actual} bytes, this key's proofs have {expected}, or {short} in short form")]
    ProofLength {
        /// Bytes given.
        actual: u64,
        /// Bytes that every proof for this key has in the long form.
        expected: u64,
        /// Bytes that it has in the short form.
        short: u64,
    },
    /// The public inputs are not whole 32-byte words, or not as many as the key says.
    #[error("public inputs: {actual} bytes, this key takes {expected} (32 for each of {count})", count = expected / 32)]
    PublicInputsLength {
        /// Bytes given.
        actual: u64,
        /// Bytes that this key takes.
        expected: u64,
    },
    /// A public input is not below the scalar field's modulus.
    #[error("public input {index} is not canonical: it must be below the scalar field's modulus")]
    PublicInputNotCanonical {
        /// Position of the input.
        index: u32,
    },
    /// A limb of the accumulator does not fit its bits.
    #[error("public input {index} is no limb of an accumulator: it has more than {bits} bits")]
    AccumulatorLimb {
        /// Position of the public input.
        index: u32,
        /// Bits of a limb.
        bits: u32,
    },
    /// A coordinate of the accumulator is not below the base field's modulus.
    #[error("the accumulator's coordinate {coordinate} is not below the base field's modulus")]
    AccumulatorCoordinate {
        /// 0 to 3: lhs.x, lhs.y, rhs.x, rhs.y.
        coordinate: u32,
    },
    /// A point of the accumulator is the identity, which would make its equation hold for nothing.
    #[error("the accumulator's {side} side is the identity, which proves nothing")]
    AccumulatorIdentity {
        /// Which of the two points.
        side: Side,
    },
    /// A point of the accumulator does not satisfy the curve equation.
    #[error("the accumulator's {side} side is not on the curve")]
    AccumulatorNotOnCurve {
        /// Which of the two points.
        side: Side,
    },
    /// A coordinate is not below the base field's modulus; in a short proof, bit 254 of the word is part of x.
    #[error("point {point} is not canonical: a coordinate is not below the base field's modulus")]
    CoordinateNotCanonical {
        /// Position of the point.
        point: u32,
    },
    /// A point that is no piece of the quotient is the identity, encoded as zeros.
    #[error("point {point} is the identity, which no honest proof contains here")]
    IdentityPoint {
        /// Position of the point.
        point: u32,
    },
    /// A point does not satisfy the curve equation; in a short proof, no point has this x.
    #[error("point {point} is not on the curve")]
    PointNotOnCurve {
        /// Position of the point.
        point: u32,
    },
    /// An evaluation is not below the scalar field's modulus.
    #[error("evaluation {index} is not canonical: it must be below the scalar field's modulus")]
    EvaluationNotCanonical {
        /// Position of the evaluation.
        index: u32,
    },
    /// A challenge at which the protocol divides by zero (probability below 2^-220).
    #[error("a challenge is degenerate: the protocol would divide by zero")]
    DegenerateChallenge,
    /// The prepared key names a value that the key or the proof does not have. Validation rules this
    /// out; it is here so that a fault in this program refuses a proof and never accepts one.
    #[error("internal fault: the prepared key does not fit the key; nothing is accepted under it")]
    InconsistentKey,
    /// Everything is well formed, but the proof does not prove this statement under this key.
    #[error("pairing check failed: the proof does not hold for this key and these public inputs")]
    PairingCheckFailed,
}

/// A side of a pairing equation `e(left, G2) = e(right, [s]G2)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "each variant's message says what it is")]
pub enum Side {
    #[error("left")]
    Left,
    #[error("right")]
    Right,
}
