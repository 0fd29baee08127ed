//! The messages of the GWC opening, in their order.

use crate::{
    challenge::{GwcU, GwcV},
    protocol::reader::ProofReader,
};
use alloc::vec::Vec;

/// The messages of the opening.
pub(crate) struct Messages<R: ProofReader> {
    pub(crate) v: R::Challenge<GwcV>,
    /// `W_i`, in the order in which the queries meet the rotations.
    pub(crate) witnesses: Vec<R::Point>,
    pub(crate) u: R::Challenge<GwcU>,
}

impl<R: ProofReader> Messages<R> {
    pub(in super::super) fn read(num_rotations: u32, reader: &mut R) -> Result<Self, R::Error> {
        Ok(Messages {
            v: reader.squeeze(),
            witnesses: reader.points(num_rotations)?,
            u: reader.squeeze(),
        })
    }
}
