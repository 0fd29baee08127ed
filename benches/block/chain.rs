//! The chain that executes the blocks: alloy-evm's block executor over a state in memory.

use alloy_consensus::{ReceiptEnvelope, Signed, TxEnvelope, TxLegacy, transaction::Recovered};
use alloy_evm::{
    Evm as _, EvmEnv, EvmFactory as _, FromRecoveredTx,
    block::{BlockExecutor, BlockExecutorFactory},
    eth::{
        EthBlockExecutionCtx, EthBlockExecutorFactory, receipt_builder::AlloyReceiptBuilder,
        spec::EthSpec,
    },
    revm::{
        DatabaseCommit, DatabaseRef,
        context::{BlockEnv, CfgEnv, TxEnv},
        database::{CacheDB, EmptyDB, WrapDatabaseRef},
        primitives::hardfork::SpecId,
        state::{AccountInfo, Bytecode},
    },
};
use alloy_primitives::{Address, B256, Bytes, Signature, TxKind, U256, hex, keccak256};
use alloy_sol_types::SolValue;
use ezkl_import::{EzklProof, import_vka};
use halo2_kzg_verifier::Threads;
use std::{fs, path::Path};
use zk_verify_alloy_evm_039::ZkVerifyEvmFactory;
use zk_verify_precompile::{AcceptedSetups, ZkVerify, ZkVerifyConfig};
use zk_verify_vectors::forge::{Forger, TEST_SETUP};

pub(crate) type Block = Vec<Recovered<TxEnvelope>>;
type State = CacheDB<EmptyDB>;

const GAS_LIMIT: u64 = 5_000_000;
/// Before the merge, so that the executor calls no system contracts.
const NUMBER: u64 = 1_000;

pub(crate) struct Chain {
    state: State,
    submissions: Vec<(Address, Address, Bytes)>,
}

/// Proofs for the circuit of the fixture mlp.
pub(crate) fn mlp() -> Forger {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mlp");
    let key = import_vka(&fs::read(folder.join("vka.bin")).unwrap()).unwrap();
    let proof = EzklProof::from_json(&fs::read(folder.join("proof.json")).unwrap()).unwrap();
    Forger::new(&key, &proof.proof, &proof.public_inputs)
}

fn address(kind: u8, number: usize) -> Address {
    Address::left_padding_from(&[&[kind][..], &(number as u64).to_be_bytes()].concat())
}

impl Chain {
    /// A chain on which `transactions` provers have committed to a proof each.
    pub(crate) fn new(keys: usize, transactions: usize) -> Self {
        let mut state = State::default();
        let mlp = mlp();
        let mut apps: Vec<(Forger, Address, Address)> = (0..keys)
            .map(|number| {
                let forger = mlp.with_digest(1 + number as u64);
                let (key, app) = (address(0xaa, number), address(0xab, number));
                put_code(&mut state, key, forger.key().encode());
                deploy(&mut state, key, forger.key().id().into(), app);
                (forger, key, app)
            })
            .collect();
        let submissions = (0..transactions)
            .map(|number| {
                let (forger, key, app) = &mut apps[number % keys];
                let prover = address(0xac, number);
                state.insert_account_info(prover, AccountInfo::default());
                submission(&mut state, forger, (*key, *app), (prover, number))
            })
            .collect();
        Self { state, submissions }
    }

    pub(crate) fn rules(&self) -> ZkVerifyConfig {
        let accepted = AcceptedSetups::new(&[TEST_SETUP.to_bytes()]).unwrap();
        ZkVerifyConfig::default().with_accepted_setups(accepted)
    }

    pub(crate) fn proofs(&self) -> Block {
        let submit = |(prover, app, input): &(Address, Address, Bytes)| {
            transaction(*prover, *app, input.clone())
        };
        self.submissions.iter().map(submit).collect()
    }

    pub(crate) fn transfers(&self) -> Block {
        let transfer = |(prover, ..): &(Address, Address, Bytes)| {
            transaction(*prover, Address::repeat_byte(0xee), Bytes::new())
        };
        self.submissions.iter().map(transfer).collect()
    }

    /// Executes a block on a copy of the state.
    pub(crate) fn execute(&self, node: &ZkVerify, block: &Block) -> Vec<ReceiptEnvelope> {
        let factory = EthBlockExecutorFactory::new(
            AlloyReceiptBuilder::default(),
            EthSpec::mainnet(),
            ZkVerifyEvmFactory::new(node.clone()),
        );
        let evm = factory
            .evm_factory()
            .create_evm(CacheDB::new(&self.state), env());
        let context = EthBlockExecutionCtx {
            parent_hash: B256::ZERO,
            parent_beacon_block_root: None,
            ommers: &[],
            withdrawals: None,
            extra_data: Bytes::new(),
            tx_count_hint: Some(block.len()),
            slot_number: None,
        };
        let executor = factory.create_executor(evm, context);
        executor.execute_block(block).unwrap().receipts
    }

    /// Executes each transaction on the state before the block; what comes of it is thrown away.
    pub(crate) fn execute_ahead(&self, node: &ZkVerify, block: &Block, threads: &dyn Threads) {
        let factory = ZkVerifyEvmFactory::new(node.clone());
        threads.run(block.len(), &|index| {
            let tx = &block[index];
            let mut evm = factory.create_evm(WrapDatabaseRef(&self.state), env());
            let tx = TxEnv::from_recovered_tx(tx.inner(), tx.signer());
            evm.transact_raw(tx).unwrap();
        });
    }
}

fn env() -> EvmEnv {
    let mut cfg = CfgEnv::default();
    cfg.set_spec_and_mainnet_gas_params(SpecId::PRAGUE);
    let block = BlockEnv {
        number: U256::from(NUMBER),
        gas_limit: u64::MAX,
        ..BlockEnv::default()
    };
    EvmEnv::new(cfg, block)
}

fn put_code(state: &mut State, account: Address, code: Vec<u8>) {
    let code = Bytecode::new_raw(code.into());
    let info = AccountInfo {
        nonce: 1,
        code_hash: code.hash_slow(),
        code: Some(code),
        ..AccountInfo::default()
    };
    state.insert_account_info(account, info);
}

/// Deploys `MyAIAppWithKey` for a key: what its constructor returns becomes the code of `app`.
fn deploy(state: &mut State, key: Address, id: B256, app: Address) {
    let artifact = include_str!("../../contracts/artifacts/MyAIAppWithKey.json");
    let artifact: serde_json::Value = serde_json::from_str(artifact).unwrap();
    let mut code = hex::decode(artifact["bytecode"].as_str().unwrap()).unwrap();
    code.extend((key, id, U256::from(1), U256::from(7)).abi_encode_params());
    let accepted = AcceptedSetups::new(&[TEST_SETUP.to_bytes()]).unwrap();
    let node = ZkVerify::new(ZkVerifyConfig::default().with_accepted_setups(accepted));
    let deployer = address(0xad, 0);
    let tx = TxEnv {
        caller: deployer,
        kind: TxKind::Create,
        data: code.into(),
        gas_limit: GAS_LIMIT,
        nonce: state.basic_ref(deployer).unwrap().unwrap_or_default().nonce,
        ..TxEnv::default()
    };
    let mut evm = ZkVerifyEvmFactory::new(node).create_evm(&mut *state, env());
    let done = evm.transact_raw(tx).unwrap();
    assert!(done.result.is_success(), "{:?}", done.result);
    let code = done.result.output().unwrap().to_vec();
    drop(evm);
    state.commit(done.state);
    put_code(state, app, code);
}

/// A statement that nobody has proven, a proof for it, and the commitment to it of some blocks ago.
fn submission(
    state: &mut State,
    forger: &mut Forger,
    (key, app): (Address, Address),
    (prover, number): (Address, usize),
) -> (Address, Address, Bytes) {
    let mut public_inputs = forger.public_inputs().to_vec();
    let last = public_inputs.len() - 32;
    public_inputs[last..].copy_from_slice(&U256::from(number).to_be_bytes::<32>());
    forger.set_public_inputs(public_inputs.clone());
    let mut proof = forger.proof();
    if number % 100 == 99 {
        // Well formed, and for another statement.
        let at = proof.len() - 64;
        let other = forger.proof();
        proof[at..].copy_from_slice(&other[at..]);
    }
    let (proof, public_inputs) = (Bytes::from(proof), Bytes::from(public_inputs));
    let statement = keccak256((key, public_inputs.clone()).abi_encode_params());
    let commitment = keccak256((prover, statement, keccak256(&proof)).abi_encode_params());
    // `committedAt` is the contract's second variable.
    let slot = keccak256((commitment, U256::from(1)).abi_encode_params());
    state
        .insert_account_storage(app, slot.into(), U256::from(NUMBER - 10))
        .unwrap();
    let selector = &keccak256("submitResult(bytes,bytes)")[..4];
    let input = [selector, &(proof, public_inputs).abi_encode_params()].concat();
    (prover, app, input.into())
}

fn transaction(from: Address, to: Address, input: Bytes) -> Recovered<TxEnvelope> {
    let tx = TxLegacy {
        to: TxKind::Call(to),
        gas_limit: GAS_LIMIT,
        input,
        ..TxLegacy::default()
    };
    // Nobody looks at signatures here: recovering senders is another stage.
    let hash = keccak256((from, to, tx.input.clone()).abi_encode_params());
    let signed = Signed::new_unchecked(tx, Signature::test_signature(), hash);
    Recovered::new_unchecked(TxEnvelope::Legacy(signed), from)
}
