//! The SHPLONK multi-point opening (spec, section 8; [BDFG 2020](https://eprint.iacr.org/2020/081),
//! section 4).
//!
//! Which commitment is opened where follows from the key alone, so it is planned once
//! ([`plan::Plan`]), with numbers that follow from the plan ([`weights::Weights`]); a proof then only
//! contributes values ([`combination::Combination`]).

pub(crate) mod combination;
pub(crate) mod plan;
pub(crate) mod weights;
