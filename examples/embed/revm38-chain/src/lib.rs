//! A chain on plain revm 38 with the verifier at 0x11.

use revm::{
    Context, MainBuilder, MainContext,
    context::{BlockEnv, CfgEnv, Evm},
    database_interface::Database,
    handler::{EthFrame, EthPrecompiles, MainnetContext, instructions::EthInstructions},
    interpreter::interpreter::EthInterpreter,
    primitives::hardfork::SpecId,
};
// [imports38]
use zk_verify_alloy_evm_034::WithZkVerify;
use zk_verify_precompile::{Address, ZkVerify, ZkVerifyConfig};
// [/imports38]

// [rules]
/// The account that holds the chain's default key, put there at genesis.
pub const DEFAULT_KEY: Address = Address::repeat_byte(0x2b);

/// The chain's rules. Every node has the same.
pub fn rules() -> ZkVerifyConfig {
    ZkVerifyConfig::default().with_default_key(DEFAULT_KEY)
}
// [/rules]

/// Ethereum's EVM with the verifier among its precompiles.
pub type ChainEvm<DB> = Evm<
    MainnetContext<DB>,
    (),
    EthInstructions<EthInterpreter, MainnetContext<DB>>,
    WithZkVerify,
    EthFrame,
>;

// [evm]
/// The EVM of one block. `zk_verify` is made once for the whole node: it keeps the prepared keys.
pub fn evm<DB: Database>(
    db: DB,
    block: BlockEnv,
    spec: SpecId,
    zk_verify: &ZkVerify,
) -> ChainEvm<DB> {
    let mut cfg = CfgEnv::default();
    cfg.set_spec_and_mainnet_gas_params(spec);
    let precompiles = WithZkVerify::for_block(EthPrecompiles::new(spec), zk_verify.clone(), &block);
    Context::mainnet()
        .with_db(db)
        .with_block(block)
        .with_cfg(cfg)
        .build_mainnet()
        .with_precompiles(precompiles)
}
// [/evm]
