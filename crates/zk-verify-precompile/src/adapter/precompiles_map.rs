//! alloy-evm, and so reth: an entry of its `PrecompilesMap`, and an `EvmFactory` that installs it.

use super::{
    access_prices,
    alloy_evm::{
        Database, EvmEnv, EvmFactory,
        eth::{EthEvm, EthEvmBuilder, EthEvmContext},
        precompiles::{DynPrecompile, Precompile as _, PrecompileInput, PrecompilesMap},
        revm::{
            context::{
                BlockEnv, CfgEnv, Context, DBErrorMarker, TxEnv,
                result::{EVMError, HaltReason},
            },
            context_interface::cfg::GasParams,
            inspector::{Inspector, NoOpInspector},
            precompile::{
                PrecompileError, PrecompileId, PrecompileResult, PrecompileSpecId, Precompiles,
            },
            primitives::hardfork::SpecId,
        },
    },
    journal::{InternalsJournal, to_precompile_output},
};
use crate::{
    ADDRESS, AccessPrices, Arithmetic, BlockPosition, Call, Standard, ZkVerify, belongs_to_base,
};
use alloc::borrow::Cow;
use core::fmt;

/// The name of the precompile in traces and metrics.
pub const PRECOMPILE_ID: PrecompileId = PrecompileId::Custom(Cow::Borrowed("ZK_VERIFY"));

/// Installs the verifier at [`ADDRESS`], whatever the configuration's `active_from` says. What `map`
/// has there stays reachable for inputs of 128 bytes (EIP-2537). `gas` is the host's gas table.
///
/// Call it while the EVM is made, before its first transaction: revm takes the warm addresses then, and
/// an address installed later stays cold, which changes gas. The entry is marked stateful, so caches
/// keyed by input (reth's precompile cache) leave it alone: its result depends on caller and state.
pub fn install<A: Arithmetic + 'static>(
    map: &mut PrecompilesMap,
    zk_verify: ZkVerify<A>,
    gas: &GasParams,
) {
    let prices = access_prices(gas);
    map.apply_precompile(&ADDRESS, move |base| {
        Some(DynPrecompile::new_stateful(
            PRECOMPILE_ID,
            move |input: PrecompileInput<'_>| match &base {
                Some(base) if belongs_to_base(input.data.len() as u64, true) => base.call(input),
                _ => call(&zk_verify, prices, input),
            },
        ))
    });
}

fn call<A: Arithmetic>(
    zk_verify: &ZkVerify<A>,
    prices: AccessPrices,
    mut input: PrecompileInput<'_>,
) -> PrecompileResult {
    let call = Call {
        input: input.data,
        gas_limit: input.gas,
        caller: input.caller,
        value: input.value,
        is_direct: input.is_direct_call(),
    };
    let block = BlockPosition::from_words(
        input.internals.block_number(),
        input.internals.block_timestamp(),
    );
    zk_verify
        .call(
            &call,
            &mut InternalsJournal(&mut input.internals),
            prices,
            block,
        )
        .map(|output| to_precompile_output(output, input.reservoir))
        .map_err(PrecompileError::Fatal)
}

/// Ethereum's EVM with the verifier: an `EvmFactory` for reth's `EthEvmConfig` and its like.
///
/// Whether the verifier exists in a block follows from the configuration's `active_from`. A chain with
/// a factory of its own calls [`install`] in it.
pub struct ZkVerifyEvmFactory<A: Arithmetic = Standard> {
    zk_verify: ZkVerify<A>,
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

impl<A: Arithmetic + 'static> ZkVerifyEvmFactory<A> {
    /// The precompiles of Ethereum and the verifier, for one block.
    pub fn precompiles(&self, cfg: &CfgEnv, block: &BlockEnv) -> PrecompilesMap {
        let base = Precompiles::new(PrecompileSpecId::from_spec_id(cfg.spec));
        let mut map = PrecompilesMap::from_static(base);
        let block = BlockPosition::from_words(block.number, block.timestamp);
        if self.zk_verify.config().is_active(block) {
            install(&mut map, self.zk_verify.clone(), &cfg.gas_params);
        }
        map
    }
}

impl<A: Arithmetic> ZkVerifyEvmFactory<A> {
    /// A factory whose EVMs share the cache of `zk_verify`.
    pub const fn new(zk_verify: ZkVerify<A>) -> Self {
        Self { zk_verify }
    }
}

impl<A: Arithmetic + 'static> EvmFactory for ZkVerifyEvmFactory<A> {
    type Evm<DB: Database, I: Inspector<EthEvmContext<DB>>> = EthEvm<DB, I, PrecompilesMap>;
    type Context<DB: Database> = Context<BlockEnv, TxEnv, CfgEnv, DB>;
    type Tx = TxEnv;
    type Error<E: DBErrorMarker> = EVMError<E>;
    type HaltReason = HaltReason;
    type Spec = SpecId;
    type BlockEnv = BlockEnv;
    type Precompiles = PrecompilesMap;

    fn create_evm<DB: Database>(&self, db: DB, env: EvmEnv) -> Self::Evm<DB, NoOpInspector> {
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
