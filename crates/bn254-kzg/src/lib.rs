#![doc = include_str!("../README.md")]
//!
//! # Reading order
//!
//! `limbs`, `fp` (the base field), `inversion`, `square_root`; `tower`, `pairing`; `curve`, `glv`,
//! `recoding`, `runs`, `tables`, `straus`, `buckets`, `msm`; then `lanes`, the same in eight lanes.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

extern crate alloc;
#[cfg(any(test, feature = "std"))]
extern crate std;

mod buckets;
mod curve;
mod fp;
mod glv;
mod in_lanes;
mod inversion;
mod kernels;
#[cfg(any(
    all(feature = "std", target_arch = "x86_64"),
    test,
    feature = "portable-lanes"
))]
mod lanes;
mod limbs;
mod msm;
mod pairing;
mod part;
#[cfg(feature = "portable-lanes")]
#[doc(hidden)]
pub mod portable_lanes;
mod recoding;
mod runs;
mod scalars;
mod square_root;
mod straus;
mod subgroup;
mod tables;
#[cfg(test)]
mod tests;
mod tower;

pub use glv::LAMBDA;
pub use in_lanes::{batch_inverse_in_lanes, decompress_in_lanes, inner_product_in_lanes};
pub use kernels::{Kernels, Lanes, LanesUnavailable, UnknownKernels};
pub use msm::{Scratch, msm, msm_in_lanes, msm_part, msm_part_in_lanes};
pub use pairing::{PairingCheck, PreparedG2};
pub use part::Part;
pub use scalars::{batch_inverse, inverse};
pub use square_root::decompress;
pub use subgroup::is_in_g2;
pub use tables::FixedBases;
