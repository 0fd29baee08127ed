//! Random blocks through the chain's block executor: results, gas, reads and receipts are those of a node that
//! keeps nothing, with a shared pool, and with the stage before execution on one, two and eight threads.

use alloy_consensus::{ReceiptEnvelope, Signed, TxEnvelope, TxLegacy, transaction::Recovered};
use alloy_evm::{
    Evm as _, EvmEnv, EvmFactory as _, FromRecoveredTx as _,
    block::{BlockExecutor as _, BlockExecutorFactory as _, TxResult as _},
    eth::EthBlockExecutionCtx,
    revm::{
        DatabaseRef,
        context::{BlockEnv, CfgEnv, TxEnv, result::ExecutionResult},
        database::{CacheDB, EmptyDB, WrapDatabaseRef},
        primitives::hardfork::SpecId,
        state::{AccountInfo, Bytecode},
    },
};
use alloy_primitives::{Address, B256, Bytes, Signature, TxKind, U256, hex, keccak256};
use embed_reth_style::{ChainNode, prewarm};
use std::{
    collections::BTreeSet,
    convert::Infallible,
    sync::{LazyLock, Mutex},
};
use zk_verify_precompile::{
    ADDRESS, AcceptedSetups, KEY_SLOT, ScopedThreads, ZkVerify, ZkVerifyConfig, abi::Request,
};
use zk_verify_vectors::forge::{Forger, TEST_SETUP};

type Block = Vec<Recovered<TxEnvelope>>;

const KEYS: [Address; 2] = [Address::repeat_byte(0xa1), Address::repeat_byte(0xa2)];
const NO_KEY: Address = Address::repeat_byte(0xa3);
const PROBES: [Address; 2] = [Address::repeat_byte(0xb1), Address::repeat_byte(0xb2)];
const SENDERS: [Address; 4] = [
    Address::repeat_byte(0xc1),
    Address::repeat_byte(0xc2),
    Address::repeat_byte(0xc3),
    Address::repeat_byte(0xc4),
];

/// A state that keeps a list of what is read.
#[derive(Debug, Default)]
struct State {
    accounts: CacheDB<EmptyDB>,
    reads: Mutex<Vec<(Address, Option<U256>)>>,
}

impl State {
    fn note(&self, account: Address, slot: Option<U256>) {
        self.reads.lock().unwrap().push((account, slot));
    }
}

impl DatabaseRef for State {
    type Error = Infallible;

    fn basic_ref(&self, address: Address) -> Result<Option<AccountInfo>, Infallible> {
        self.note(address, None);
        self.accounts.basic_ref(address)
    }

    fn code_by_hash_ref(&self, hash: B256) -> Result<Bytecode, Infallible> {
        self.accounts.code_by_hash_ref(hash)
    }

    fn storage_ref(&self, address: Address, slot: U256) -> Result<U256, Infallible> {
        self.note(address, Some(slot));
        self.accounts.storage_ref(address, slot)
    }

    fn block_hash_ref(&self, number: u64) -> Result<B256, Infallible> {
        self.accounts.block_hash_ref(number)
    }
}

/// Everything that a block's execution shows.
#[derive(Debug, PartialEq)]
struct Shown {
    results: Vec<ExecutionResult>,
    receipts: Vec<ReceiptEnvelope>,
    gas_used: u64,
    reads: Vec<(Address, Option<U256>)>,
}

struct Material {
    state: CacheDB<EmptyDB>,
    proofs: Vec<Vec<u8>>,
    public_inputs: Vec<u8>,
}

static MATERIAL: LazyLock<Material> = LazyLock::new(|| {
    let key = include_bytes!("../../../../tests/fixtures/mlp/vka.bin");
    let proof = include_bytes!("../../../../tests/fixtures/mlp/proof.json");
    let key = ezkl_import::import_vka(key).unwrap();
    let proof = ezkl_import::EzklProof::from_json(proof).unwrap();
    let one = Forger::new(&key, &proof.proof, &proof.public_inputs);
    let mut forgers = [one.with_digest(11), one];
    let mut state = CacheDB::default();
    for (address, forger) in KEYS.iter().zip(&forgers) {
        put_code(&mut state, *address, forger.key().encode());
    }
    put_code(&mut state, NO_KEY, vec![0xfe; 40]);
    let probe = include_str!("../../../../contracts/artifacts/Probe.json");
    let (_, code) = probe.split_once("\"deployedBytecode\": \"").unwrap();
    let code = hex::decode(code.split('"').next().unwrap()).unwrap();
    for probe in PROBES {
        put_code(&mut state, probe, code.clone());
        let key = U256::from_be_bytes(KEYS[0].into_word().0);
        state
            .insert_account_storage(probe, KEY_SLOT.into(), key)
            .unwrap();
    }
    let balance = U256::from(1_000_000);
    for sender in SENDERS {
        state.insert_account_info(sender, AccountInfo::from_balance(balance));
    }
    Material {
        proofs: (0..16).map(|n| forgers[n % 2].proof()).collect(),
        public_inputs: forgers[0].public_inputs().to_vec(),
        state,
    }
});

fn put_code(state: &mut CacheDB<EmptyDB>, account: Address, code: Vec<u8>) {
    let info = AccountInfo::from_bytecode(Bytecode::new_raw(code.into()));
    state.insert_account_info(account, info);
}

fn node() -> ZkVerify {
    let accepted = AcceptedSetups::new(&[TEST_SETUP.to_bytes()]).unwrap();
    let rules = ZkVerifyConfig::default()
        .with_accepted_setups(accepted)
        .with_default_key(KEYS[1]);
    ZkVerify::new(rules)
}

fn env() -> EvmEnv {
    let mut cfg = CfgEnv::default();
    cfg.set_spec_and_mainnet_gas_params(SpecId::PRAGUE);
    // Before the merge, so that the executor calls no system contracts.
    let block = BlockEnv {
        number: U256::from(1_000),
        gas_limit: u64::MAX,
        ..BlockEnv::default()
    };
    EvmEnv::new(cfg, block)
}

fn execute(zk_verify: &ZkVerify, block: &Block) -> Shown {
    let node = ChainNode::new(zk_verify);
    let state = State {
        accounts: MATERIAL.state.clone(),
        ..State::default()
    };
    let database = CacheDB::new(&state);
    let evm = node.importer.evm_factory().create_evm(database, env());
    let context = EthBlockExecutionCtx {
        parent_hash: B256::ZERO,
        parent_beacon_block_root: None,
        ommers: &[],
        withdrawals: None,
        extra_data: Bytes::new(),
        tx_count_hint: None,
        slot_number: None,
    };
    let mut executor = node.importer.create_executor(evm, context);
    executor.apply_pre_execution_changes().unwrap();
    let mut results = Vec::new();
    for tx in block {
        executor
            .execute_transaction_with_result_closure(tx, |done| {
                results.push(done.result().result.clone());
            })
            .unwrap();
    }
    let done = executor.apply_post_execution_changes().unwrap();
    Shown {
        results,
        receipts: done.receipts,
        gas_used: done.gas_used,
        reads: state.reads.into_inner().unwrap(),
    }
}

/// Xorshift: the same blocks on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// Calls of the verifier, of every kind and with every fault, and keys that are rebound between them.
fn random_block(dice: &mut Dice) -> Block {
    let mut nonces = [0; SENDERS.len()];
    let transaction = |_| {
        let sender = dice.below(SENDERS.len());
        nonces[sender] += 1;
        let (to, input) = random_call(dice);
        let tx = TxLegacy {
            nonce: nonces[sender] - 1,
            to: TxKind::Call(to),
            gas_limit: dice.one_of(&[3_000_000, 3_000_000, 3_000_000, 200_000]),
            input: input.into(),
            ..TxLegacy::default()
        };
        let hash = keccak256(&tx.input);
        let signed = Signed::new_unchecked(tx, Signature::test_signature(), hash);
        Recovered::new_unchecked(TxEnvelope::Legacy(signed), SENDERS[sender])
    };
    (0..30).map(transaction).collect()
}

fn random_call(dice: &mut Dice) -> (Address, Vec<u8>) {
    let probe = dice.one_of(&PROBES);
    if dice.below(5) == 0 {
        let key = dice.one_of(&[KEYS[0], KEYS[1], NO_KEY, Address::ZERO]);
        let input = [selector("setKey(address)"), key.into_word().0.to_vec()].concat();
        return (probe, input);
    }
    let proofs = &MATERIAL.proofs;
    let mut proof = proofs[dice.below(proofs.len())].clone();
    let mut public_inputs = MATERIAL.public_inputs.clone();
    match dice.below(8) {
        0 => public_inputs[31] ^= 1,
        1 => proof[63] ^= 1,
        2 => drop(proof.pop()),
        _ => {}
    }
    let key = dice.one_of(&[None, None, Some(KEYS[0]), Some(KEYS[1]), Some(NO_KEY)]);
    let request = Request {
        key,
        proof: &proof,
        public_inputs: &public_inputs,
    };
    let call = request.encode();
    if dice.below(4) == 0 {
        return (ADDRESS, call);
    }
    let kind = dice.one_of(&[0, 1, 1, 1, 2, 3]);
    let gas = dice.one_of(&[2_000_000, 2_000_000, 2_000_000, 60_000, 30_000, 2_000]);
    let words = [kind, gas, 96, call.len() as u64].map(|w| U256::from(w).to_be_bytes::<32>());
    let mut input = [selector("raw(uint8,uint256,bytes)"), words.concat(), call].concat();
    input.resize((input.len() - 4).next_multiple_of(32) + 4, 0);
    (probe, input)
}

fn selector(signature: &str) -> Vec<u8> {
    keccak256(signature)[..4].to_vec()
}

#[test]
fn random_blocks_show_what_a_node_that_keeps_nothing_shows() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut answers = BTreeSet::new();
    for round in 0..4 {
        let block = random_block(&mut dice);
        let envs: Vec<TxEnv> = block
            .iter()
            .map(|tx| TxEnv::from_recovered_tx(tx.inner(), tx.signer()))
            .collect();
        let plain = node().with_verdict_capacity(0).with_cache_capacity(0);
        let expected = execute(&plain, &block);
        let outputs = expected.results.iter().filter_map(ExecutionResult::output);
        answers.extend(outputs.map(|output| output.last_chunk::<32>().copied()));

        let shared = node();
        let pool = ChainNode::new(&shared).pool;
        for tx in &envs {
            let mut env = env();
            env.cfg_env.disable_nonce_check = true;
            let state = WrapDatabaseRef(&MATERIAL.state);
            pool.create_evm(state, env)
                .transact_raw(tx.clone())
                .unwrap();
        }
        assert!(!shared.verdicts().is_empty());
        assert_eq!(
            execute(&shared, &block),
            expected,
            "block {round}, after the pool"
        );

        for threads in [1, 2, 8] {
            let node = node();
            let threads = ScopedThreads::new(threads);
            let settled = prewarm(&node, &env(), &MATERIAL.state, &envs, &threads);
            assert!(settled.valid > 0 && settled.invalid > 0);
            let shown = execute(&node, &block);
            assert_eq!(shown, expected, "block {round}, {threads:?}");
        }
    }
    assert!(answers.len() > 4, "the blocks show many kinds of answers");
}
