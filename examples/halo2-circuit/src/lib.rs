//! A halo2 circuit as its users write it. `main.rs` takes it to a contract.

mod circuit;

pub use circuit::{ACCOUNTS, Config, K, Reserves};
