//! What a node keeps of the precompile: rules, prepared setups and keys, verdicts, an observer.

use crate::{
    AccessPrices, Arithmetic, BlockPosition, Call, DEFAULT_CACHE_CAPACITY,
    DEFAULT_VERDICT_CAPACITY, Journal, Kernels, KeyCache, LanesUnavailable, Observer, Output,
    Standard, VerdictCache, ZkVerifyConfig,
    arc::Arc,
    judge::Judge,
    run::{Environment, run},
    setups::PreparedSetups,
    speculation::Claims,
};
use core::fmt;
#[cfg(feature = "std")]
use halo2_kzg_verifier::InvalidRate;
use halo2_kzg_verifier::VectorUnits;

/// The precompile with the chain's rules and the node's caches: prepared keys and verdicts. Cheap to
/// clone; clones share them, so keep one for the whole node, and give it to mempool, builder and importer.
///
/// `A` is the curve arithmetic that verifies. Every arithmetic gives the same outcomes, gas and reads; a
/// zkVM puts its own there.
pub struct ZkVerify<A: Arithmetic = Standard> {
    shared: Arc<Shared<A>>,
    observer: Option<Arc<dyn Observer>>,
    /// Of a speculation.
    claims: Option<Arc<Claims<A>>>,
}

struct Shared<A: Arithmetic> {
    config: ZkVerifyConfig,
    setups: PreparedSetups<A>,
    keys: Arc<KeyCache<A>>,
    verdicts: Arc<VerdictCache>,
    /// How many of the claims so far that speculations have verified were invalid.
    #[cfg(feature = "std")]
    invalid_rate: Arc<std::sync::Mutex<InvalidRate>>,
}

impl<A: Arithmetic> Clone for Shared<A> {
    fn clone(&self) -> Self {
        Self {
            config: self.config.clone(),
            setups: self.setups.clone(),
            keys: self.keys.clone(),
            verdicts: self.verdicts.clone(),
            #[cfg(feature = "std")]
            invalid_rate: self.invalid_rate.clone(),
        }
    }
}

impl ZkVerify {
    /// The precompile under these rules, with [`DEFAULT_CACHE_CAPACITY`] bytes for prepared keys and
    /// [`DEFAULT_VERDICT_CAPACITY`] bytes for verdicts.
    pub fn new(config: ZkVerifyConfig) -> Self {
        Self::with_arithmetic(config)
    }
}

impl<A: Arithmetic> ZkVerify<A> {
    /// [`ZkVerify::new`] with an arithmetic that the type names:
    /// `ZkVerify::<Arkworks>::with_arithmetic(rules)`.
    pub fn with_arithmetic(config: ZkVerifyConfig) -> Self {
        let setups = PreparedSetups::of(&config, VectorUnits::default());
        Self::from_shared(Shared {
            config,
            setups,
            keys: Arc::new(KeyCache::new(DEFAULT_CACHE_CAPACITY)),
            verdicts: Arc::new(VerdictCache::new(DEFAULT_VERDICT_CAPACITY)),
            #[cfg(feature = "std")]
            invalid_rate: Arc::default(),
        })
    }

    /// The same rules and verdicts over a new cache of keys, of at most `capacity` bytes. With 0 no key is
    /// kept, and every call prepares its key anew.
    #[must_use]
    pub fn with_cache_capacity(&self, capacity: u64) -> Self {
        self.over(Shared {
            keys: Arc::new(KeyCache::new(capacity)),
            ..(*self.shared).clone()
        })
    }

    /// The same rules and keys over a new cache of verdicts, of at most `capacity` bytes, an eighth of
    /// them for rejections; a verdict takes 320. With 0 none is kept, and every call verifies.
    #[must_use]
    pub fn with_verdict_capacity(&self, capacity: u64) -> Self {
        self.over(Shared {
            verdicts: Arc::new(VerdictCache::new(capacity)),
            ..(*self.shared).clone()
        })
    }

    /// The same rules and verdicts over a new cache of keys, with arithmetic and hashing computed as asked for. Without this
    /// call it is [`Kernels::Fastest`]. Outcomes, gas and reads are the same to the bit; an operator who
    /// distrusts one way has the other.
    ///
    /// # Errors
    /// [`LanesUnavailable`] if lanes are asked for and this processor has none.
    pub fn with_kernels(&self, kernels: Kernels) -> Result<Self, LanesUnavailable> {
        let units = VectorUnits::new(kernels)?;
        Ok(self.over(Shared {
            setups: PreparedSetups::of(&self.shared.config, units),
            keys: Arc::new(KeyCache::new(self.shared.keys.capacity())),
            ..(*self.shared).clone()
        }))
    }

    /// Whether verifications are computed in lanes.
    pub fn is_in_lanes(&self) -> bool {
        self.shared.setups.are_in_lanes()
    }

    fn over(&self, shared: Shared<A>) -> Self {
        Self {
            shared: Arc::new(shared),
            observer: self.observer.clone(),
            claims: self.claims.clone(),
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
            claims: self.claims.clone(),
        }
    }

    /// Starts executing ahead of time without verifying, for a block that is about to be executed or for
    /// the mempool's transactions; see [`Speculation`](crate::Speculation).
    #[cfg(feature = "std")]
    pub fn speculative(&self) -> crate::Speculation<A> {
        self.speculative_with_capacity(crate::DEFAULT_SPECULATION_CAPACITY)
    }

    /// [`speculative`](Self::speculative) with another bound on the bytes of claims. What does not fit is
    /// not noted and costs the real execution an ordinary verification.
    #[cfg(feature = "std")]
    pub fn speculative_with_capacity(&self, capacity: u64) -> crate::Speculation<A> {
        crate::Speculation::new(self, capacity)
    }

    #[cfg(feature = "std")]
    pub(crate) fn with_claims(&self, claims: Arc<Claims<A>>) -> Self {
        Self {
            claims: Some(claims),
            ..self.clone()
        }
    }

    /// How many of the claims so far that speculations have verified were invalid: a guess at what is to come.
    #[cfg(feature = "std")]
    pub(crate) fn invalid_rate(&self) -> std::sync::MutexGuard<'_, InvalidRate> {
        let rate = &self.shared.invalid_rate;
        rate.lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    #[cfg(feature = "std")]
    pub(crate) fn observer(&self) -> Option<&dyn Observer> {
        self.observer.as_deref()
    }

    fn from_shared(shared: Shared<A>) -> Self {
        Self {
            shared: Arc::new(shared),
            observer: None,
            claims: None,
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

    /// The verdicts.
    pub fn verdicts(&self) -> &VerdictCache {
        &self.shared.verdicts
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
            verdicts,
            ..
        } = &*self.shared;
        let observer = self.observer.as_deref();
        let judge = Judge {
            verdicts,
            claims: self.claims.as_deref(),
            observer,
        };
        let environment = Environment {
            rules: config.at(block),
            prices,
            setups,
            keys,
            judge,
            observer,
        };
        run(call, journal, &environment)
    }
}

impl<A: Arithmetic> Clone for ZkVerify<A> {
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            observer: self.observer.clone(),
            claims: self.claims.clone(),
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
