//! Which of the processor's vector units verification uses.

use crate::four_hashes::FourHashes;
use bn254_kzg::{Kernels, Lanes, LanesUnavailable};

/// Which of this processor's vector units verification uses: lanes for the arithmetic, and hashes four at a time for
/// the transcripts of a batch. No verdict depends on it.
#[derive(Clone, Copy, Debug)]
pub struct VectorUnits {
    pub(crate) lanes: Option<Lanes>,
    pub(crate) hashes: Option<FourHashes>,
}

impl VectorUnits {
    /// Those that a program's user asks for: with [`Kernels::Scalar`] none, and else all that the processor has.
    ///
    /// # Errors
    /// [`LanesUnavailable`] if lanes are asked for and the processor has none.
    pub fn new(kernels: Kernels) -> Result<Self, LanesUnavailable> {
        Ok(VectorUnits {
            lanes: kernels.resolve()?,
            hashes: match kernels {
                Kernels::Scalar => None,
                Kernels::Fastest | Kernels::Lanes => FourHashes::detect(),
            },
        })
    }
}

impl Default for VectorUnits {
    /// All that the processor has.
    fn default() -> Self {
        VectorUnits {
            lanes: Lanes::detect(),
            hashes: FourHashes::detect(),
        }
    }
}
