//! alloy-evm, and so reth: an entry of its `PrecompilesMap`, and an `EvmFactory` that installs it.

#[doc(hidden)]
#[macro_export]
macro_rules! __precompiles_map {
    ($line:ident) => {
        use super::journal::{BASE_AT_0X11, HostJournal, access_prices, to_precompile_output};
        use ::alloy_evm::{
            Database, EvmEnv, EvmFactory,
            eth::{EthEvm, EthEvmBuilder, EthEvmContext},
            precompiles::{DynPrecompile, Precompile as _, PrecompileInput, PrecompilesMap},
            revm::{
                context::{
                    BlockEnv, CfgEnv, Context, TxEnv,
                    result::{EVMError, HaltReason},
                },
                inspector::{Inspector, NoOpInspector},
                precompile::{
                    PrecompileError, PrecompileId, PrecompileResult, PrecompileSpecId, Precompiles,
                },
                primitives::hardfork::SpecId,
            },
        };
        use core::fmt;
        use $crate::{
            alloc::borrow::Cow,
            zk_verify_precompile::{
                AccessPrices, Arithmetic, BlockPosition, Call, Standard, ZkVerify,
            },
        };

        /// The name of the precompile in traces and metrics.
        pub const PRECOMPILE_ID: PrecompileId = PrecompileId::Custom(Cow::Borrowed("ZK_VERIFY"));

        /// Installs the verifier at its address, whatever the configuration's `active_from` says. What
        /// `map` has there stays reachable for its own inputs (`BaseInputs`). `cfg` is the EVM's: its
        /// fork and gas table give the prices of touching state.
        ///
        /// Call it while the EVM is made, before its first transaction: revm takes the warm addresses
        /// then, and an address installed later stays cold, which changes gas. The entry is marked
        /// stateful, so caches keyed by input (reth's precompile cache) leave it alone: its result
        /// depends on caller and state.
        pub fn install<S: Into<SpecId> + Clone, A: Arithmetic + 'static>(
            map: &mut PrecompilesMap,
            zk_verify: ZkVerify<A>,
            cfg: &CfgEnv<S>,
        ) {
            let prices = access_prices(cfg.spec.clone().into(), &cfg.gas_params);
            let address = zk_verify.config().address;
            let base_inputs = zk_verify.config().base_inputs_over(BASE_AT_0X11);
            map.apply_precompile(&address, move |base| {
                Some(DynPrecompile::new_stateful(
                    PRECOMPILE_ID,
                    move |input: PrecompileInput<'_>| match &base {
                        Some(base) if base_inputs.contains(input.data.len() as u64) => {
                            base.call(input)
                        }
                        _ => call(&zk_verify, prices, input),
                    },
                ))
            });
        }

        fn call<A: Arithmetic>(
            zk_verify: &ZkVerify<A>,
            prices: AccessPrices,
            input: PrecompileInput<'_>,
        ) -> PrecompileResult {
            let call = Call {
                input: input.data,
                gas_limit: input.gas,
                caller: input.caller,
                value: input.value,
                is_direct: input.is_direct_call(),
            };
            let reservoir = input.reservoir;
            let host = input.internals;
            let block = BlockPosition::from_words(host.block_number(), host.block_timestamp());
            zk_verify
                .call(&call, &mut HostJournal(host), prices, block)
                .map(|output| to_precompile_output(output, reservoir))
                .map_err(PrecompileError::Fatal)
        }

        /// Ethereum's EVM with the verifier: an `EvmFactory` for reth's `EthEvmConfig` and its like.
        ///
        /// Whether the verifier exists in a block follows from the configuration's `active_from`. A
        /// chain with a factory of its own calls [`install`] in it.
        pub struct ZkVerifyEvmFactory<A: Arithmetic = Standard> {
            zk_verify: ZkVerify<A>,
        }

        impl<A: Arithmetic> ZkVerifyEvmFactory<A> {
            /// A factory whose EVMs share the cache of `zk_verify`.
            pub const fn new(zk_verify: ZkVerify<A>) -> Self {
                Self { zk_verify }
            }
        }

        impl<A: Arithmetic + 'static> ZkVerifyEvmFactory<A> {
            /// The precompiles of Ethereum and the verifier, for one block.
            pub fn precompiles(&self, cfg: &CfgEnv, block: &BlockEnv) -> PrecompilesMap {
                let base = Precompiles::new(PrecompileSpecId::from_spec_id(cfg.spec));
                let mut map = PrecompilesMap::from_static(base);
                let block = BlockPosition::from_words(block.number, block.timestamp);
                if self.zk_verify.config().is_active(block) {
                    install(&mut map, self.zk_verify.clone(), cfg);
                }
                map
            }
        }

        impl<A: Arithmetic> Clone for ZkVerifyEvmFactory<A> {
            fn clone(&self) -> Self {
                Self::new(self.zk_verify.clone())
            }
        }

        impl Default for ZkVerifyEvmFactory {
            fn default() -> Self {
                Self::new(ZkVerify::default())
            }
        }

        impl<A: Arithmetic> fmt::Debug for ZkVerifyEvmFactory<A> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct("ZkVerifyEvmFactory")
                    .field("zk_verify", &self.zk_verify)
                    .finish()
            }
        }

        impl<A: Arithmetic + 'static> EvmFactory for ZkVerifyEvmFactory<A> {
            type Evm<DB: Database, I: Inspector<EthEvmContext<DB>>> = EthEvm<DB, I, PrecompilesMap>;
            type Context<DB: Database> = Context<BlockEnv, TxEnv, CfgEnv, DB>;
            type Tx = TxEnv;
            $crate::__factory_error!($line);
            type HaltReason = HaltReason;
            type Spec = SpecId;
            type BlockEnv = BlockEnv;
            type Precompiles = PrecompilesMap;

            fn create_evm<DB: Database>(
                &self,
                db: DB,
                env: EvmEnv,
            ) -> Self::Evm<DB, NoOpInspector> {
                let precompiles = self.precompiles(&env.cfg_env, &env.block_env);
                EthEvmBuilder::new(db, env).precompiles(precompiles).build()
            }

            fn create_evm_with_inspector<DB: Database, I: Inspector<Self::Context<DB>>>(
                &self,
                db: DB,
                env: EvmEnv,
                inspector: I,
            ) -> Self::Evm<DB, I> {
                let precompiles = self.precompiles(&env.cfg_env, &env.block_env);
                EthEvmBuilder::new(db, env)
                    .precompiles(precompiles)
                    .activate_inspector(inspector)
                    .build()
            }
        }
    };
}

/// The factory's error type, whose bound differs from line to line.
#[doc(hidden)]
#[macro_export]
macro_rules! __factory_error {
    (by_reference) => {
        type Error<E: ::alloy_evm::revm::context::DBErrorMarker> = EVMError<E>;
    };
    (boxed) => {
        type Error<E: core::error::Error + Send + Sync + 'static> = EVMError<E>;
    };
}
