//! What a node keeps of the precompile: rules, prepared setups and keys, an observer.

use crate::{
    AccessPrices, Arithmetic, BlockPosition, Call, DEFAULT_CACHE_CAPACITY, Journal, KeyCache,
    Observer, Output, Standard, ZkVerifyConfig,
    arc::Arc,
    run::{Environment, run},
    setups::PreparedSetups,
};
use core::fmt;

/// The precompile with the chain's rules and the node's cache. Cheap to clone; clones share both, so
/// keep one for the whole node.
///
/// `A` is the curve arithmetic that verifies. Every arithmetic gives the same outcomes, gas and reads; a
/// zkVM puts its own there.
pub struct ZkVerify<A: Arithmetic = Standard> {
    shared: Arc<Shared<A>>,
    observer: Option<Arc<dyn Observer>>,
}

struct Shared<A: Arithmetic> {
    config: ZkVerifyConfig,
    setups: PreparedSetups<A>,
    keys: KeyCache<A>,
}

impl ZkVerify {
    /// The precompile under these rules, with a cache of [`DEFAULT_CACHE_CAPACITY`] bytes.
    pub fn new(config: ZkVerifyConfig) -> Self {
        Self::with_arithmetic(config)
    }
}

impl<A: Arithmetic> ZkVerify<A> {
    /// [`ZkVerify::new`] with an arithmetic that the type names:
    /// `ZkVerify::<Arkworks>::with_arithmetic(rules)`.
    pub fn with_arithmetic(config: ZkVerifyConfig) -> Self {
        let setups = PreparedSetups::of(&config);
        Self::from_shared(Shared {
            config,
            setups,
            keys: KeyCache::new(DEFAULT_CACHE_CAPACITY),
        })
    }

    /// The same rules over a new cache, of at most `capacity` bytes. With 0 nothing is kept, and every
    /// call prepares its key anew.
    #[must_use]
    pub fn with_cache_capacity(&self, capacity: u64) -> Self {
        let shared = Shared {
            config: self.shared.config.clone(),
            setups: self.shared.setups.clone(),
            keys: KeyCache::new(capacity),
        };
        Self {
            observer: self.observer.clone(),
            ..Self::from_shared(shared)
        }
    }

    /// The same rules over the same cache, watched by `observer` instead of the observer that this one
    /// has. It costs one allocation, so each transaction can have an observer of its own:
    ///
    /// ```
    /// # use std::sync::{Arc, Mutex};
    /// # use zk_verify_precompile::{Observer, Report, ZkVerify, ZkVerifyConfig};
    /// #[derive(Default)]
    /// struct GasOfCalls(Mutex<Vec<u64>>);
    ///
    /// impl Observer for GasOfCalls {
    ///     fn call_ends(&self, report: &Report<'_>) {
    ///         self.0.lock().unwrap().push(report.output.gas_used);
    ///     }
    /// }
    ///
    /// let node = ZkVerify::new(ZkVerifyConfig::default());
    /// let gas = Arc::new(GasOfCalls::default());
    /// let watched = node.with_observer(gas.clone());
    /// // … execute one transaction with `watched` in its EVM, then read `gas` …
    /// ```
    #[must_use]
    pub fn with_observer(&self, observer: impl Observer + 'static) -> Self {
        Self {
            shared: self.shared.clone(),
            observer: Some(Arc::new(observer)),
        }
    }

    fn from_shared(shared: Shared<A>) -> Self {
        Self {
            shared: Arc::new(shared),
            observer: None,
        }
    }

    /// The chain's rules.
    pub fn config(&self) -> &ZkVerifyConfig {
        &self.shared.config
    }

    /// The prepared keys.
    pub fn keys(&self) -> &KeyCache<A> {
        &self.shared.keys
    }

    /// Executes one call in the given block.
    ///
    /// # Errors
    /// The error of the journal's database, and nothing else: the transaction cannot be executed.
    pub fn call<J: Journal>(
        &self,
        call: &Call<'_>,
        journal: &mut J,
        prices: AccessPrices,
        block: BlockPosition,
    ) -> Result<Output, J::Error> {
        let Shared {
            config,
            setups,
            keys,
        } = &*self.shared;
        let environment = Environment {
            rules: config.at(block),
            prices,
            setups,
            keys,
            observer: self.observer.as_deref(),
        };
        run(call, journal, &environment)
    }
}

impl<A: Arithmetic> Clone for ZkVerify<A> {
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            observer: self.observer.clone(),
        }
    }
}

impl Default for ZkVerify {
    fn default() -> Self {
        Self::new(ZkVerifyConfig::default())
    }
}

impl<A: Arithmetic> fmt::Debug for ZkVerify<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZkVerify")
            .field("config", &self.shared.config)
            .finish_non_exhaustive()
    }
}
