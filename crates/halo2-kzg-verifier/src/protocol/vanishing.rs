//! The vanishing argument: the identities, combined by powers of y, are a multiple of `x^n - 1`
//! (spec, section 7.7).

use super::{
    query::{Commitment, Opened, OpeningQuery, Visit},
    reader::ProofReader,
};
use crate::challenge::{Challenge, Y};
use ark_bn254::Fr;
use ark_ff::AdditiveGroup;

/// The random polynomial's commitment: it blinds the opening.
pub(crate) struct Blinded<R: ProofReader> {
    random: R::Point,
}

/// All commitments.
pub(crate) struct Committed<R: ProofReader> {
    random: R::Point,
    first_piece: Option<R::Point>,
}

pub(crate) struct Evaluated<R: ProofReader> {
    random_commitment: R::Point,
    first_piece: Option<R::Point>,
    /// The random polynomial at x.
    random: R::Evaluation,
}

impl<R: ProofReader> Blinded<R> {
    pub(crate) fn read(reader: &mut R) -> Result<Self, R::Error> {
        let random = reader.point()?;
        Ok(Blinded { random })
    }

    /// The pieces stand one after the other, so the first one's position tells all.
    ///
    /// A piece may be the identity, and nothing else in a proof: where the constraints need fewer
    /// pieces than the degree gives, the upper ones of an honest prover are the zero polynomial, and
    /// pieces are not blinded.
    pub(crate) fn read_pieces(
        self,
        num_pieces: u32,
        reader: &mut R,
    ) -> Result<Committed<R>, R::Error> {
        let mut first_piece = None;
        for _ in 0..num_pieces {
            let piece = reader.point_or_identity()?;
            first_piece = first_piece.or(Some(piece));
        }
        Ok(Committed {
            random: self.random,
            first_piece,
        })
    }
}

impl<R: ProofReader> Committed<R> {
    pub(crate) fn read_evaluation(self, reader: &mut R) -> Result<Evaluated<R>, R::Error> {
        Ok(Evaluated {
            random_commitment: self.random,
            first_piece: self.first_piece,
            random: reader.evaluation()?,
        })
    }
}

impl<R: ProofReader<Point = u32, Evaluation = u32>> Evaluated<R> {
    /// The position of the quotient's first piece.
    pub(crate) fn first_piece(&self) -> Option<u32> {
        self.first_piece
    }

    /// The quotient and the random polynomial are opened last.
    pub(crate) fn queries(&self, visit: Visit<'_>) {
        visit(OpeningQuery {
            commitment: Commitment::Quotient,
            rotation: 0,
            value: Opened::Quotient,
        });
        visit(OpeningQuery::of_proof(
            self.random_commitment,
            0,
            self.random,
        ));
    }
}

/// What the quotient polynomial must be at x: `Σ y^i · identity / (x^n - 1)`, the first identity the
/// most significant. The opening proves that the committed pieces are.
pub(crate) fn quotient(identities: &[Fr], y: Challenge<Y>, inverse_of_vanishing: Fr) -> Fr {
    let combined = identities
        .iter()
        .fold(Fr::ZERO, |acc, identity| acc * *y + identity);
    combined * inverse_of_vanishing
}
