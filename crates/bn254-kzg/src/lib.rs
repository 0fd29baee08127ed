//! The two heavy operations of KZG verification on BN254, fast and in safe Rust:
//! multi-exponentiation in G1 ([`msm()`], with [`FixedBases`] for points known beforehand) and the
//! pairing check against two fixed points of G2 ([`PairingCheck`]).
//!
//! # Scope
//!
//! Verification: every value is public. **Nothing here runs in constant time**; do not use it on
//! secrets. Results do depend on nothing but the arguments: there is no randomness, no clock, no
//! global state and no choice by time or processor.
//!
//! # Contract
//!
//! Points of G1 must be on the curve, points of G2 in the subgroup of order r; the identity is
//! allowed everywhere. Arguments that break this give a meaningless result, never a panic. Values
//! are those of `ark-bn254`, and every function is tested for equality with arkworks on random,
//! extreme and adversarial arguments.
//!
//! # Reading order
//!
//! `limbs`, `fp` (the base field), `inversion`; `tower`, `lines`, `pairing`; `curve`, `glv`,
//! `recoding`, `runs`, `tables`, `straus`, `buckets`, `msm`.
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
#[cfg(test)]
extern crate std;

mod buckets;
mod curve;
mod fp;
mod glv;
mod inversion;
mod limbs;
mod lines;
mod msm;
mod pairing;
mod recoding;
mod runs;
mod scalars;
mod straus;
mod subgroup;
mod tables;
#[cfg(test)]
mod tests;
mod tower;

pub use msm::{Scratch, msm};
pub use pairing::PairingCheck;
pub use scalars::{batch_inverse, inverse};
pub use subgroup::is_in_g2;
pub use tables::FixedBases;
