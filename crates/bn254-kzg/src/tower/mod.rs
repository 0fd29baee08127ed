//! The tower over the base field that arkworks uses too:
//!
//! ```text
//! Fp2  = Fp[u]  / (u² + 1)
//! Fp6  = Fp2[v] / (v³ - ξ),  ξ = 9 + u
//! Fp12 = Fp6[w] / (w² - v)
//! ```
//!
//! Formulas are those of A. J. Devegili, C. Ó hÉigeartaigh, M. Scott and R. Dahab, *Multiplication
//! and squaring on pairing-friendly fields* (ePrint 2006/471), and D. Aranha, K. Karabina, P. Longa,
//! C. Gebotys and J. López, *Faster explicit formulas for computing pairings over ordinary curves*
//! (EUROCRYPT 2011), for lazy reduction. All are complete: no input is exceptional, but for the
//! inverse of zero, which is zero.
//!
//! Multiplications in Fp2 and Fp6 are deliberately not inlined: inlined, the final exponentiation
//! outgrows the instruction cache and the pairing takes half as long again.

mod cyclotomic;
mod fp12;
mod fp2;
mod fp6;

#[cfg(any(
    all(feature = "std", target_arch = "x86_64"),
    test,
    feature = "portable-lanes"
))]
pub(crate) use cyclotomic::X_DIGITS;
pub(crate) use fp2::Fp2;
pub(crate) use fp6::Fp6;
pub(crate) use fp12::Fp12;
