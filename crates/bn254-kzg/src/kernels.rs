//! Which of the two implementations computes: one element at a time, or eight in lanes.

use core::fmt;
use core::str::FromStr;

/// Proof that this processor can compute in lanes: AVX-512 IFMA, and what else every server processor with it has
/// (an "Ice Lake" or later from Intel, a "Zen 4" or later from AMD). Results are the same to the bit, only sooner.
#[derive(Clone, Copy)]
pub struct Lanes {
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    pub(crate) token: fearless_simd::x86::Avx512,
    /// On other processors, and without the standard library, no such value exists.
    #[cfg(not(all(feature = "std", target_arch = "x86_64")))]
    never: core::convert::Infallible,
}

#[cfg(not(all(feature = "std", target_arch = "x86_64")))]
impl Lanes {
    /// There is no such value.
    pub(crate) fn never<T>(&self) -> T {
        match self.never {}
    }
}

impl Lanes {
    /// `None` if this processor cannot compute in lanes, or this build does not know how to.
    pub fn detect() -> Option<Lanes> {
        #[cfg(all(feature = "std", target_arch = "x86_64"))]
        return crate::lanes::gate::detect().map(|token| Lanes { token });
        #[cfg(not(all(feature = "std", target_arch = "x86_64")))]
        None
    }
}

impl fmt::Debug for Lanes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lanes(AVX-512 IFMA)")
    }
}

/// What a program's user asks for. The names are `fastest`, `scalar` and `lanes`.
///
/// ```
/// use bn254_kzg::{Kernels, Lanes};
///
/// assert!(Kernels::Scalar.resolve().is_ok_and(|lanes| lanes.is_none()));
/// assert_eq!(Kernels::Lanes.resolve().is_ok(), Lanes::detect().is_some());
/// assert_eq!("lanes".parse(), Ok(Kernels::Lanes));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kernels {
    /// Lanes where the processor has them.
    #[default]
    Fastest,
    /// One element at a time, on every processor.
    Scalar,
    /// Lanes, or an error.
    Lanes,
}

impl Kernels {
    /// The lanes to compute in; `None` for one element at a time.
    ///
    /// # Errors
    /// [`LanesUnavailable`] if lanes were asked for and the processor has none.
    pub fn resolve(self) -> Result<Option<Lanes>, LanesUnavailable> {
        match self {
            Kernels::Fastest => Ok(Lanes::detect()),
            Kernels::Scalar => Ok(None),
            Kernels::Lanes => Lanes::detect().map(Some).ok_or(LanesUnavailable),
        }
    }
}

/// Lanes were asked for, and cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LanesUnavailable;

impl fmt::Display for LanesUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "arithmetic \"lanes\": this processor (or this build) has no AVX-512 IFMA; ask for \"fastest\" or \"scalar\"",
        )
    }
}

impl core::error::Error for LanesUnavailable {}

/// Not one of the names of [`Kernels`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownKernels;

impl fmt::Display for UnknownKernels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("arithmetic: expected \"fastest\", \"scalar\" or \"lanes\"")
    }
}

impl core::error::Error for UnknownKernels {}

impl FromStr for Kernels {
    type Err = UnknownKernels;

    fn from_str(name: &str) -> Result<Kernels, UnknownKernels> {
        match name {
            "fastest" => Ok(Kernels::Fastest),
            "scalar" => Ok(Kernels::Scalar),
            "lanes" => Ok(Kernels::Lanes),
            _ => Err(UnknownKernels),
        }
    }
}
