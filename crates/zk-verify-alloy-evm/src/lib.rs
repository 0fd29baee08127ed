#![doc = include_str!("../README.md")]
//!
//! The macro, [`adapter!`], is written against the names that all lines share. Where they differ, its
//! argument says which form the line has.

#![no_std]
#![forbid(unsafe_code)]

mod journal;
mod precompiles_map;
mod provider;

#[doc(hidden)]
pub extern crate alloc;
#[doc(hidden)]
pub use zk_verify_precompile;

/// Writes the adapter of one line, in a crate that depends on one release of alloy-evm under the name
/// `alloy_evm`.
///
/// The argument is the form in which revm's `PrecompileProvider` gives its warm addresses, which is also
/// what tells the lines apart: `boxed` up to revm 38, `by_reference` since.
#[macro_export]
macro_rules! adapter {
    ($line:ident) => {
        pub use ::alloy_evm;

        mod journal {
            $crate::__journal!($line);
        }
        mod provider {
            $crate::__provider!($line);
        }
        mod precompiles_map {
            $crate::__precompiles_map!($line);
        }

        pub use journal::access_prices;
        pub use precompiles_map::{PRECOMPILE_ID, ZkVerifyEvmFactory, install};
        pub use provider::WithZkVerify;
    };
}
