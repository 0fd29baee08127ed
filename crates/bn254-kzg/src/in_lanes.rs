//! What else is computed in lanes: square roots, and the scalar field.

use alloc::vec::Vec;

use ark_bn254::{Fq, Fr, G1Affine};

use crate::Lanes;
#[cfg(all(feature = "std", target_arch = "x86_64"))]
use crate::lanes::gate;

/// [`decompress`](crate::decompress) for each x and parity of y, eight at a time.
pub fn decompress_in_lanes(lanes: Lanes, compressed: &[(Fq, bool)]) -> Vec<Option<G1Affine>> {
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    return gate::decompress(lanes.token, compressed);
    #[cfg(not(all(feature = "std", target_arch = "x86_64")))]
    {
        let _ = compressed;
        lanes.never()
    }
}

/// [`batch_inverse`](crate::batch_inverse), eight at a time.
pub fn batch_inverse_in_lanes(lanes: Lanes, values: &mut [Fr]) {
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    gate::batch_inverse(lanes.token, values);
    #[cfg(not(all(feature = "std", target_arch = "x86_64")))]
    {
        let _ = values;
        lanes.never()
    }
}

/// `Σ a[i]·b[i]`, up to the end of the shorter list, eight products at a time.
pub fn inner_product_in_lanes(lanes: Lanes, a: &[Fr], b: &[Fr]) -> Fr {
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    return gate::inner_product(lanes.token, a, b);
    #[cfg(not(all(feature = "std", target_arch = "x86_64")))]
    {
        let _ = (a, b);
        lanes.never()
    }
}
