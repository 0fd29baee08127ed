//! The same arithmetic in lanes: eight elements of a field at a time, by the 52-bit multiplications of
//! AVX-512 IFMA.
//!
//! # One source, two processors
//!
//! `kernels` is written once over the type `V` of a module `vector`, eight 64-bit lanes, and compiled twice:
//!
//! * [`avx512`], over registers: what runs where the processor has AVX-512 IFMA;
//! * [`portable`], over arrays, in plain Rust: only for tests and fuzzing, on any processor.
//!
//! Functions that touch vectors stand in `kernels! { … }` (inlined into their callers) or `routines! { … }`
//! (called). Both add `#[target_feature]` in [`avx512`] and nothing in [`portable`]: a function with these
//! features is safe to write, and only another one with them may call it without `unsafe`. `gate` is the one
//! place where code without them calls code with them.
//!
//! # Consensus
//!
//! Results are canonical (a point, a verdict), so they cannot show which arithmetic was used.

#[cfg(all(feature = "std", target_arch = "x86_64"))]
pub(crate) mod gate;
pub(crate) mod limbs52;
pub(crate) mod packed;
pub(crate) mod pairing;

/// One bit for each lane, the lowest for lane 0.
pub(crate) type Mask = u8;

/// The kernels over registers of AVX-512.
#[cfg(all(feature = "std", target_arch = "x86_64"))]
#[allow(clippy::duplicate_mod, reason = "one source for two kinds of vector")]
pub(crate) mod avx512 {
    macro_rules! kernels {
        ($($(#[$meta:meta])* $vis:vis fn $name:ident $(<const $c:ident: $type:ty>)? ($($args:tt)*) $(-> $result:ty)? $body:block)*) => {
            $(
                $(#[$meta])*
                #[inline]
                #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw,avx512vbmi2")]
                $vis fn $name $(<const $c: $type>)? ($($args)*) $(-> $result)? $body
            )*
        };
    }
    #[allow(unused_macros)]
    macro_rules! routines {
        ($($(#[$meta:meta])* $vis:vis fn $name:ident ($($args:tt)*) $(-> $result:ty)? $body:block)*) => {
            $(
                $(#[$meta])*
                #[inline(never)]
                #[target_feature(enable = "avx512f,avx512ifma,avx512vl,avx512dq,avx512bw,avx512vbmi2")]
                $vis fn $name ($($args)*) $(-> $result)? $body
            )*
        };
    }
    #[path = "../kernels/mod.rs"]
    pub(crate) mod kernels;
    pub(crate) mod vector;
}

/// The kernels over arrays, for tests.
#[cfg(any(test, feature = "portable-lanes"))]
#[allow(
    clippy::duplicate_mod,
    clippy::redundant_closure,
    reason = "one source for two kinds of vector; functions with a target feature need the closures"
)]
pub(crate) mod portable {
    macro_rules! kernels {
        ($($(#[$meta:meta])* $vis:vis fn $name:ident $(<const $c:ident: $type:ty>)? ($($args:tt)*) $(-> $result:ty)? $body:block)*) => {
            $(
                $(#[$meta])*
                #[inline]
                $vis fn $name $(<const $c: $type>)? ($($args)*) $(-> $result)? $body
            )*
        };
    }
    #[allow(unused_macros)]
    macro_rules! routines {
        ($($(#[$meta:meta])* $vis:vis fn $name:ident ($($args:tt)*) $(-> $result:ty)? $body:block)*) => {
            $(
                $(#[$meta])*
                #[inline(never)]
                $vis fn $name ($($args)*) $(-> $result)? $body
            )*
        };
    }
    #[path = "../kernels/mod.rs"]
    pub(crate) mod kernels;
    pub(crate) mod vector;
}
