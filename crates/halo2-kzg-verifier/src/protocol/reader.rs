//! Where the messages of a proof come from.

use alloc::vec::Vec;
use core::convert::Infallible;

/// Hands out a proof's messages in their order and draws the challenges in between.
pub(crate) trait ProofReader {
    /// What stands for a commitment.
    type Point: Copy;
    /// What stands for an evaluation.
    type Evaluation: Copy;
    /// What stands for a challenge.
    type Challenge<Name>: Copy;
    /// Why a message cannot be read.
    type Error;

    /// The next commitment.
    fn point(&mut self) -> Result<Self::Point, Self::Error>;

    /// The next commitment, which may be the identity.
    fn point_or_identity(&mut self) -> Result<Self::Point, Self::Error>;

    /// The next evaluation.
    fn evaluation(&mut self) -> Result<Self::Evaluation, Self::Error>;

    /// A challenge drawn from everything before it.
    fn squeeze<Name>(&mut self) -> Self::Challenge<Name>;

    /// The next commitments. The caller's number is bounded by the key.
    fn points(&mut self, number: u32) -> Result<Vec<Self::Point>, Self::Error> {
        let mut points = Vec::with_capacity(number as usize);
        for _ in 0..number {
            points.push(self.point()?);
        }
        Ok(points)
    }

    /// The next evaluations. The caller's number is bounded by the key.
    fn evaluations(&mut self, number: u32) -> Result<Vec<Self::Evaluation>, Self::Error> {
        let mut evaluations = Vec::with_capacity(number as usize);
        for _ in 0..number {
            evaluations.push(self.evaluation()?);
        }
        Ok(evaluations)
    }
}

/// Reads no proof: hands out the positions at which a proof's messages will stand.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Positions {
    /// Points handed out so far.
    pub(crate) points: u32,
    /// Evaluations handed out so far.
    pub(crate) evaluations: u32,
}

impl ProofReader for Positions {
    type Point = u32;
    type Evaluation = u32;
    type Challenge<Name> = ();
    type Error = Infallible;

    fn point(&mut self) -> Result<u32, Infallible> {
        let position = self.points;
        self.points = position.saturating_add(1);
        Ok(position)
    }

    fn point_or_identity(&mut self) -> Result<u32, Infallible> {
        self.point()
    }

    fn evaluation(&mut self) -> Result<u32, Infallible> {
        let position = self.evaluations;
        self.evaluations = position.saturating_add(1);
        Ok(position)
    }

    fn squeeze<Name>(&mut self) {}
}
