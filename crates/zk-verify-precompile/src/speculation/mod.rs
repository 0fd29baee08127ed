//! Executing ahead of time without verifying. It takes locks, so it needs the feature `std`.

#[cfg(feature = "std")]
mod claims;
#[cfg(feature = "std")]
mod settle;

#[cfg(feature = "std")]
pub(crate) use claims::Claims;
#[cfg(feature = "std")]
pub use settle::{DEFAULT_SPECULATION_CAPACITY, Settled, Speculation};

/// Without `std` there are none.
#[cfg(not(feature = "std"))]
pub(crate) enum Claims<A> {
    #[expect(dead_code, reason = "names the arithmetic and can never be made")]
    Never(core::convert::Infallible, core::marker::PhantomData<A>),
}
