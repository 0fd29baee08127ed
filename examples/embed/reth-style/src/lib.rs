//! A chain with an `EvmFactory` of its own, in the form that reth takes: the factory goes into an
//! `EthBlockExecutorFactory`, and that into the node's EVM configuration.
//!
//! A chain that changes nothing else of Ethereum's EVM needs no factory of its own and takes
//! `zk_verify_alloy_evm_038::ZkVerifyEvmFactory`.

use alloy_evm::{
    Database, EvmEnv, EvmFactory,
    eth::{
        EthBlockExecutorFactory, EthEvm, EthEvmBuilder, EthEvmContext,
        receipt_builder::AlloyReceiptBuilder, spec::EthSpec,
    },
    precompiles::PrecompilesMap,
    revm::{
        context::{
            BlockEnv, TxEnv,
            result::{EVMError, HaltReason},
        },
        context_interface::DBErrorMarker,
        inspector::{Inspector, NoOpInspector},
        precompile::{PrecompileSpecId, Precompiles},
        primitives::hardfork::SpecId,
    },
};
use zk_verify_alloy_evm_038::install;
use zk_verify_precompile::{BlockPosition, ZkVerify};

// [factory]
/// Makes the chain's EVMs. Make it once for the whole node: `zk_verify` keeps the prepared keys.
#[derive(Clone, Debug, Default)]
pub struct ChainEvmFactory {
    zk_verify: ZkVerify,
}

impl ChainEvmFactory {
    /// A factory with the chain's rules in `zk_verify`.
    pub fn new(zk_verify: ZkVerify) -> Self {
        Self { zk_verify }
    }

    /// All precompiles of the chain, before the EVM's first transaction.
    fn precompiles(&self, env: &EvmEnv) -> PrecompilesMap {
        let base = Precompiles::new(PrecompileSpecId::from_spec_id(env.cfg_env.spec));
        let mut map = PrecompilesMap::from_static(base);
        // … the chain's other precompiles …
        let block = &env.block_env;
        let block = BlockPosition::from_words(block.number, block.timestamp);
        if self.zk_verify.config().is_active(block) {
            install(&mut map, self.zk_verify.clone(), &env.cfg_env);
        }
        map
    }
}

impl EvmFactory for ChainEvmFactory {
    type Evm<DB: Database, I: Inspector<EthEvmContext<DB>>> = EthEvm<DB, I, PrecompilesMap>;
    type Context<DB: Database> = EthEvmContext<DB>;
    type Tx = TxEnv;
    type Error<E: DBErrorMarker> = EVMError<E>;
    type HaltReason = HaltReason;
    type Spec = SpecId;
    type BlockEnv = BlockEnv;
    type Precompiles = PrecompilesMap;

    fn create_evm<DB: Database>(&self, db: DB, env: EvmEnv) -> Self::Evm<DB, NoOpInspector> {
        let precompiles = self.precompiles(&env);
        EthEvmBuilder::new(db, env).precompiles(precompiles).build()
    }

    fn create_evm_with_inspector<DB: Database, I: Inspector<EthEvmContext<DB>>>(
        &self,
        db: DB,
        env: EvmEnv,
        inspector: I,
    ) -> Self::Evm<DB, I> {
        let precompiles = self.precompiles(&env);
        EthEvmBuilder::new(db, env)
            .precompiles(precompiles)
            .activate_inspector(inspector)
            .build()
    }
}
// [/factory]

// [executor]
/// What executes the chain's blocks.
pub fn block_executor_factory(
    zk_verify: ZkVerify,
) -> EthBlockExecutorFactory<AlloyReceiptBuilder, EthSpec, ChainEvmFactory> {
    EthBlockExecutorFactory::new(
        AlloyReceiptBuilder::default(),
        EthSpec::mainnet(),
        ChainEvmFactory::new(zk_verify),
    )
}
// [/executor]
