//! The messages of the SHPLONK opening, in their order.

use crate::{
    challenge::{ShplonkU, ShplonkV, ShplonkY},
    protocol::reader::ProofReader,
};

/// The messages of the opening.
pub(crate) struct Messages<R: ProofReader> {
    pub(crate) y: R::Challenge<ShplonkY>,
    pub(crate) v: R::Challenge<ShplonkV>,
    /// W
    pub(crate) quotient: R::Point,
    pub(crate) u: R::Challenge<ShplonkU>,
    /// W'
    pub(crate) witness: R::Point,
}

impl<R: ProofReader> Messages<R> {
    pub(in super::super) fn read(reader: &mut R) -> Result<Self, R::Error> {
        Ok(Messages {
            y: reader.squeeze(),
            v: reader.squeeze(),
            quotient: reader.point()?,
            u: reader.squeeze(),
            witness: reader.point()?,
        })
    }
}
