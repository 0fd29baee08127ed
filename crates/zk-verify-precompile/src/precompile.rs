//! What a node keeps of the precompile: rules, prepared keys, an observer.

use crate::{
    AccessPrices, Call, Environment, Journal, KeyCache, Observer, Output, ZkVerifyConfig, arc::Arc,
    run,
};
use core::fmt;

/// The precompile with the chain's rules and the node's cache. Cheap to clone; clones share both, so
/// keep one for the whole node.
#[derive(Clone)]
pub struct ZkVerify(Arc<Inner>);

struct Inner {
    config: ZkVerifyConfig,
    keys: KeyCache,
    observer: Option<Arc<dyn Observer>>,
}

impl ZkVerify {
    /// The precompile under these rules, with a cache of [`DEFAULT_CACHE_CAPACITY`] bytes.
    ///
    /// [`DEFAULT_CACHE_CAPACITY`]: crate::DEFAULT_CACHE_CAPACITY
    pub fn new(config: ZkVerifyConfig) -> Self {
        Self::with_parts(config, KeyCache::default(), None)
    }

    /// The same from its parts.
    pub fn with_parts(
        config: ZkVerifyConfig,
        keys: KeyCache,
        observer: Option<Arc<dyn Observer>>,
    ) -> Self {
        Self(Arc::new(Inner {
            config,
            keys,
            observer,
        }))
    }

    /// The chain's rules.
    pub fn config(&self) -> &ZkVerifyConfig {
        &self.0.config
    }

    /// The prepared keys.
    pub fn keys(&self) -> &KeyCache {
        &self.0.keys
    }

    /// Executes one call in the block of this number and timestamp.
    ///
    /// # Errors
    /// The error of the journal's database, and nothing else: the transaction cannot be executed.
    pub fn call<J: Journal>(
        &self,
        call: &Call<'_>,
        journal: &mut J,
        prices: AccessPrices,
        (block, timestamp): (u64, u64),
    ) -> Result<Output, J::Error> {
        let environment = Environment {
            rules: self.0.config.at(block, timestamp),
            prices,
            keys: &self.0.keys,
            observer: self.0.observer.as_deref(),
        };
        run(call, journal, &environment)
    }
}

impl Default for ZkVerify {
    fn default() -> Self {
        Self::new(ZkVerifyConfig::default())
    }
}

impl fmt::Debug for ZkVerify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZkVerify")
            .field("config", &self.0.config)
            .finish_non_exhaustive()
    }
}
