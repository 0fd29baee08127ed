//! Points in memory, as the lanes read and write them.

use crate::curve::Affine;
use crate::fp::Fp;

/// A point other than the identity in one cache line: x, then y, in the words of the scalar crate's Montgomery
/// form (R = 2²⁵⁶). Each is below 2p rather than below p, so that a sum can be written without being made
/// canonical.
///
/// A table of [`Affine`] points therefore serves the lanes as it is: packing only copies its 64 bytes.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
pub(crate) struct Packed(pub(crate) [u64; 8]);

impl From<&Affine> for Packed {
    #[inline(always)]
    fn from(point: &Affine) -> Packed {
        let (Fp([a, b, c, d]), Fp([e, f, g, h])) = (point.x, point.y);
        Packed([a, b, c, d, e, f, g, h])
    }
}

/// Which point of a pool is meant, and whether its negative.
#[derive(Clone, Copy, Default)]
pub(crate) struct Signed(u32);

/// A pool has fewer points than this.
pub(crate) const MOST_POINTS: usize = 1 << 31;

impl Signed {
    /// `position` is below [`MOST_POINTS`].
    #[inline(always)]
    pub(crate) fn new(position: usize, negative: bool) -> Signed {
        debug_assert!(position < MOST_POINTS);
        Signed(position as u32 | u32::from(negative) << 31)
    }

    #[inline(always)]
    pub(crate) fn position(self) -> usize {
        (self.0 << 1 >> 1) as usize
    }

    #[inline(always)]
    pub(crate) fn is_negative(self) -> bool {
        self.0 >> 31 == 1
    }
}
