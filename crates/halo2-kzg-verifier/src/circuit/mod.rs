//! A circuit as data (spec, section 5.1).
//!
//! ```text
//! CircuitDescription ──normalise──→ Parts ──check──→ Circuit
//!     key bytes ────────read───────→ Parts
//! ```

pub(crate) mod columns;
pub(crate) mod commitments;
pub(crate) mod description;
pub(crate) mod dialect;
pub(crate) mod expression;
pub(crate) mod instances;
pub(crate) mod normal_form;
pub(crate) mod parts;
pub(crate) mod program;
pub(crate) mod rules;
pub(crate) mod tuples;
