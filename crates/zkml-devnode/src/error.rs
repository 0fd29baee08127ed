//! Why a node does not start.

use std::net::SocketAddr;

/// Why a node did not start. The cause, where there is one, is in `source()`, not in the text.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// The default key is no verifying key.
    #[error("default key")]
    DefaultKey(#[source] halo2_kzg_verifier::KeyError),
    /// The default key was made under a trusted setup that the chain does not accept.
    #[error(
        "default key: made under a trusted setup that this chain does not accept; \
         if it is a test SRS, pass the key (or the SRS file) to --accept-srs as well"
    )]
    DefaultKeySrs,
    /// An accepted `[s]G2` is not one.
    #[error(transparent)]
    AcceptedSrs(#[from] zk_verify_precompile::ConfigError),
    /// The processor has not got the arithmetic that was asked for.
    #[error(transparent)]
    Arithmetic(#[from] zk_verify_precompile::LanesUnavailable),
    /// Genesis could not be made.
    #[error("genesis: {0}")]
    Genesis(String),
    /// The accounts could not be derived.
    #[error("accounts")]
    Accounts(#[from] alloy_signer_local::LocalSignerError),
    /// The port could not be opened.
    #[error("cannot listen on {address}")]
    Listen {
        /// What was asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// Two methods of the same name: a fault of this crate.
    #[error("methods")]
    Methods(#[from] jsonrpsee::core::RegisterMethodError),
}
