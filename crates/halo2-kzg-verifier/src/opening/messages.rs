//! The messages of either opening, read.

use super::{
    gwc::messages::Messages as GwcMessages, shplonk::messages::Messages as ShplonkMessages,
};
use crate::{circuit::dialect::Opening, protocol::reader::ProofReader};

/// The messages of an opening, which end a proof.
pub(crate) enum Messages<R: ProofReader> {
    Shplonk(ShplonkMessages<R>),
    Gwc(GwcMessages<R>),
}

impl<R: ProofReader> Messages<R> {
    /// `num_rotations`: the distinct rotations that are opened at.
    pub(crate) fn read(
        opening: Opening,
        num_rotations: u32,
        reader: &mut R,
    ) -> Result<Self, R::Error> {
        Ok(match opening {
            Opening::Shplonk => Messages::Shplonk(ShplonkMessages::read(reader)?),
            Opening::Gwc => Messages::Gwc(GwcMessages::read(num_rotations, reader)?),
        })
    }
}
