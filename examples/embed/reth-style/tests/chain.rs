//! The chain verifies a real proof, made by somebody else under the perpetual powers of tau, and
//! its dependencies hold one revm.

use alloy_evm::{
    Evm as _, EvmEnv, EvmFactory as _,
    block::BlockExecutorFactory as _,
    revm::{
        bytecode::Bytecode,
        context::{BlockEnv, CfgEnv, TxEnv},
        database::InMemoryDB,
        primitives::{Address, Bytes, TxKind, hardfork::SpecId},
        state::AccountInfo,
    },
};
use embed_reth_style::block_executor_factory;
use ezkl_import::{import_vka, read_proof_json};
use std::{collections::BTreeSet, fs, path::Path, process::Command};
use zk_verify_precompile::{ADDRESS, ZkVerify, ZkVerifyConfig, abi::Request};

/// The account that holds the chain's default key, put there at genesis.
const DEFAULT_KEY: Address = Address::repeat_byte(0x2b);

fn vector(file: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/vectors/public-ppot");
    fs::read(folder.join(file)).unwrap()
}

#[test]
fn a_real_proof_verifies_under_the_default_key_and_an_altered_one_does_not() {
    let key = import_vka(&vector("vka.bin")).unwrap().encode();
    let proof = read_proof_json(&vector("proof.json")).unwrap();
    let rules = ZkVerifyConfig::default().with_default_key(DEFAULT_KEY);
    let chain = block_executor_factory(ZkVerify::new(rules));
    let verify = |proof: &[u8], public_inputs: &[u8]| {
        let mut db = InMemoryDB::default();
        let code = Bytecode::new_raw(key.clone().into());
        db.insert_account_info(DEFAULT_KEY, AccountInfo::default().with_code(code));
        let mut cfg = CfgEnv::default();
        cfg.set_spec_and_mainnet_gas_params(SpecId::PRAGUE);
        let env = EvmEnv::new(cfg, BlockEnv::default());
        let mut evm = chain.evm_factory().create_evm(db, env);
        let call = Request {
            key: None,
            proof,
            public_inputs,
        };
        let tx = TxEnv::builder()
            .caller(Address::repeat_byte(0xe0))
            .kind(TxKind::Call(ADDRESS))
            .data(call.encode().into())
            .gas_limit(10_000_000)
            .gas_price(0)
            .build()
            .unwrap();
        evm.transact_raw(tx).unwrap().result.into_output().unwrap()
    };
    let boolean = |value: u8| Bytes::from([&[0; 31][..], &[value]].concat());
    assert_eq!(verify(&proof.proof, &proof.public_inputs), boolean(1));
    let mut altered = proof.proof.clone();
    altered[100] ^= 1;
    assert_eq!(verify(&altered, &proof.public_inputs), boolean(0));
}

#[test]
fn there_is_one_revm_in_the_tree() {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        tree.status.success(),
        "{}",
        String::from_utf8_lossy(&tree.stderr)
    );
    let tree = String::from_utf8(tree.stdout).unwrap();
    for (package, version) in [("revm", "42."), ("alloy-evm", "0.38.")] {
        let found: BTreeSet<&str> = tree
            .lines()
            .filter_map(|line| line.strip_prefix(&format!("{package} v")))
            .filter_map(|rest| rest.split(' ').next())
            .collect();
        assert_eq!(found.len(), 1, "{package}: {found:?}");
        assert!(
            found.iter().all(|found| found.starts_with(version)),
            "{package}: {found:?}"
        );
    }
}
