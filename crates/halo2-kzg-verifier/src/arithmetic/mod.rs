//! The seam for the heavy operations: multi-exponentiation, the pairing check, the square roots of short proofs, and
//! the inverses and sums that many public inputs need.
//!
//! [`Arkworks`] is the reference, [`Bn254Kzg`] the fast one. A zkVM puts an implementation over its
//! own circuits here. All implementations give the same answers, so a verdict does not show which
//! one was used.

mod arkworks;
mod fast;
mod interface;
mod one_by_one;

pub use arkworks::Arkworks;
pub use bn254_kzg::Part;
pub use fast::Bn254Kzg;
pub use interface::Arithmetic;

/// What verifies where no implementation is named.
pub type Standard = Bn254Kzg;
