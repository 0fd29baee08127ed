//! What an opening proves: that commitments have certain evaluations.

/// What a query opens. Commitments are told apart by what they commit to, never by their value:
/// different columns often have equal commitments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Commitment {
    /// A point of the proof, by its position.
    Proof(u32),
    /// The commitment of a fixed column.
    Fixed(u32),
    /// The commitment of a permutation polynomial.
    Sigma(u32),
    /// The quotient, a sum over its pieces: `Σ x^(n·i) · h_i`.
    Quotient,
}

/// Where an opened value is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    /// An evaluation of the proof, by its position.
    Proof(u32),
    /// The quotient at x, which the verifier computes.
    Quotient,
}

/// "This commitment has this value at `ω^rotation · x`."
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpeningQuery {
    pub(crate) commitment: Commitment,
    pub(crate) rotation: i32,
    pub(crate) value: Opened,
}

impl OpeningQuery {
    /// A query of a point of the proof, both by position.
    pub(crate) fn of_proof(point: u32, rotation: i32, evaluation: u32) -> Self {
        OpeningQuery {
            commitment: Commitment::Proof(point),
            rotation,
            value: Opened::Proof(evaluation),
        }
    }
}

/// Takes queries in their order.
pub(crate) type Visit<'a> = &'a mut dyn FnMut(OpeningQuery);
