//! A chain with an `EvmFactory` of its own, in the form that reth takes: the factory goes into an
//! `EthBlockExecutorFactory`, and that into the node's EVM configuration.
//!
//! A chain that changes nothing else of Ethereum's EVM needs no factory of its own and takes
//! `zk_verify_alloy_evm_038::ZkVerifyEvmFactory`.

use alloy_evm::{
    Database, Evm, EvmEnv, EvmFactory,
    eth::{
        EthBlockExecutorFactory, EthEvm, EthEvmBuilder, EthEvmContext,
        receipt_builder::AlloyReceiptBuilder, spec::EthSpec,
    },
    precompiles::PrecompilesMap,
    revm::{
        DatabaseRef,
        context::{
            BlockEnv, TxEnv,
            result::{EVMError, HaltReason},
        },
        context_interface::DBErrorMarker,
        database_interface::WrapDatabaseRef,
        inspector::{Inspector, NoOpInspector},
        precompile::{PrecompileSpecId, Precompiles},
        primitives::hardfork::SpecId,
    },
};
use zk_verify_alloy_evm_038::install;
use zk_verify_precompile::{BlockPosition, Settled, Threads, ZkVerify};

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
pub type ChainExecutorFactory =
    EthBlockExecutorFactory<AlloyReceiptBuilder, EthSpec, ChainEvmFactory>;

/// The same with the chain's rules in `zk_verify`.
pub fn block_executor_factory(zk_verify: ZkVerify) -> ChainExecutorFactory {
    EthBlockExecutorFactory::new(
        AlloyReceiptBuilder::default(),
        EthSpec::mainnet(),
        ChainEvmFactory::new(zk_verify),
    )
}
// [/executor]

// [shared]
/// What pool, builder and importer execute with. All three have the node's one `ZkVerify`, so a proof that
/// the pool has verified is not verified again.
pub struct ChainNode {
    /// For the pool's simulations.
    pub pool: ChainEvmFactory,
    /// For building a block.
    pub builder: ChainExecutorFactory,
    /// For importing one.
    pub importer: ChainExecutorFactory,
}

impl ChainNode {
    /// A node with the chain's rules in `zk_verify`.
    pub fn new(zk_verify: &ZkVerify) -> Self {
        Self {
            pool: ChainEvmFactory::new(zk_verify.clone()),
            builder: block_executor_factory(zk_verify.clone()),
            importer: block_executor_factory(zk_verify.clone()),
        }
    }
}
// [/shared]

// [prewarm]
/// The stage before a block is executed: runs its transactions on the state before the block, in any order
/// on any threads, without verifying, and then verifies the proofs that they bring together.
pub fn prewarm<DB>(
    zk_verify: &ZkVerify,
    env: &EvmEnv,
    state: &DB,
    transactions: &[TxEnv],
    threads: &dyn Threads,
) -> Settled
where
    DB: DatabaseRef<Error: core::error::Error + Send + Sync + 'static> + core::fmt::Debug + Sync,
{
    let speculation = zk_verify.speculative();
    let factory = ChainEvmFactory::new(speculation.precompile().clone());
    threads.run(transactions.len(), &|index| {
        let Some(transaction) = transactions.get(index) else {
            return;
        };
        let mut env = env.clone();
        // The sender's earlier transactions have not run.
        env.cfg_env.disable_nonce_check = true;
        let mut evm = factory.create_evm(WrapDatabaseRef(state), env);
        // What comes of it is a guess. The state that it read is in reth's caches now, too.
        let _ = evm.transact_raw(transaction.clone());
    });
    speculation.settle(threads)
}
// [/prewarm]
