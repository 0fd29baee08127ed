//! A chain on revm 14 with the verifier at 0x11.

use revm::{
    Database, Evm,
    primitives::{BlockEnv, SpecId},
};
use zk_verify_precompile::{Address, ZkVerify, ZkVerifyConfig};
use zk_verify_revm14::register_for_block;

/// The account that holds the chain's default key, put there at genesis.
pub const DEFAULT_KEY: Address = Address::repeat_byte(0x2b);

/// The chain's rules. Every node has the same.
pub fn rules() -> ZkVerifyConfig {
    ZkVerifyConfig::default().with_default_key(DEFAULT_KEY)
}

// [evm14]
/// The EVM of one block. `zk_verify` is made once for the whole node: it keeps the prepared keys.
pub fn evm<'a, DB: Database + 'a>(
    db: DB,
    block: BlockEnv,
    spec: SpecId,
    zk_verify: &ZkVerify,
) -> Evm<'a, (), DB> {
    let register = register_for_block(zk_verify.clone(), &block);
    Evm::builder()
        .with_db(db)
        .with_spec_id(spec)
        .modify_block_env(|env| *env = block)
        .append_handler_register_box(register)
        .build()
}
// [/evm14]
