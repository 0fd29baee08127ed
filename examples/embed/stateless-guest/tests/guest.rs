//! A block with calls of MyAIApp, re-executed on its witness alone.

use alloy_consensus::{
    Block, BlockBody, Header, SignableTransaction as _, TxEip1559, TxEnvelope,
    proofs::{calculate_receipt_root, calculate_transaction_root, calculate_withdrawals_root},
};
use alloy_primitives::{Address, B256, Bytes, Signature, TxKind, U256, keccak256};
use alloy_rlp::Decodable as _;
use alloy_sol_types::{SolCall as _, sol};
use embed_stateless_guest::{
    Account, CHAIN_ID, DEFAULT_KEY, Error, Executed, Input, Recorder, WitnessError, execute,
    logs_bloom, rules, validate,
};
use k256::ecdsa::SigningKey;
use std::collections::BTreeMap;
use zk_verify_conformance::{MY_AI_APP, Model};
use zk_verify_precompile::ZkVerify;

sol! {
    function submitResult(bytes proof, bytes result) external;
}

type Accounts = BTreeMap<Address, Account>;

const APP: Address = Address::repeat_byte(0xa1);
/// `SSTORE(0, 0)`, then `SSTORE(2, 7)`: one slot goes and one comes.
const WRITER: Address = Address::repeat_byte(0xa2);
const WRITER_CODE: [u8; 7] = [0x5f, 0x5f, 0x55, 0x60, 7, 0x60, 2];
const NEWCOMER: Address = Address::repeat_byte(0xa3);

fn signer() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).expect("a scalar")
}

fn signed(nonce: u64, to: Address, value: u64, input: Vec<u8>) -> TxEnvelope {
    let transaction = TxEip1559 {
        chain_id: CHAIN_ID,
        nonce,
        gas_limit: 3_000_000,
        max_fee_per_gas: 100,
        max_priority_fee_per_gas: 2,
        to: TxKind::Call(to),
        value: U256::from(value),
        input: input.into(),
        ..TxEip1559::default()
    };
    let hash = transaction.signature_hash();
    let signature = signer()
        .sign_prehash_recoverable(hash.as_slice())
        .expect("a signature");
    transaction.into_signed(Signature::from(signature)).into()
}

/// The whole state: the application, its key, an account that pays, and a crowd that makes the trie deep.
fn genesis() -> Accounts {
    let contract = |code: Bytes| Account {
        nonce: 1,
        code,
        ..Account::default()
    };
    let mut accounts: Accounts = (0..500_u64)
        .map(|number| {
            let account = Account {
                balance: U256::from(1 + number),
                ..Account::default()
            };
            (Address::from_word(keccak256(number.to_be_bytes())), account)
        })
        .collect();
    let sender = Address::from_public_key(signer().verifying_key());
    let rich = Account {
        balance: U256::from(10_u64.pow(18)),
        ..Account::default()
    };
    let mut writer = contract([&WRITER_CODE[..], &[0x55]].concat().into());
    writer.storage = BTreeMap::from([(U256::ZERO, U256::from(5)), (U256::ONE, U256::from(6))]);
    accounts.insert(sender, rich);
    accounts.insert(APP, contract(MY_AI_APP.clone()));
    accounts.insert(DEFAULT_KEY, contract(Model::public().key));
    accounts.insert(WRITER, writer);
    accounts
}

fn submit(proof: &[u8]) -> Vec<u8> {
    let call = submitResultCall {
        proof: proof.to_vec().into(),
        result: Model::public().public_inputs,
    };
    call.abi_encode()
}

/// A good proof, an altered one, a write, and a payment to an account that does not exist yet.
fn transactions() -> Vec<TxEnvelope> {
    let proof = Model::public().proof;
    let mut altered = proof.to_vec();
    *altered.last_mut().expect("bytes") ^= 1;
    vec![
        signed(0, APP, 0, submit(&proof)),
        signed(1, APP, 0, submit(&altered)),
        signed(2, WRITER, 0, vec![]),
        signed(3, NEWCOMER, 1000, vec![]),
    ]
}

fn zk_verify() -> ZkVerify {
    ZkVerify::new(rules())
}

/// What a host does: it executes the block on the whole state, completes the header, and keeps what was read.
fn proven(accounts: &Accounts) -> (Input, Executed) {
    let state = Recorder::new(accounts);
    let parent = Header {
        number: 19_500_000,
        timestamp: 1_711_300_000, // Cancun
        gas_limit: 30_000_000,
        state_root: state.state_root(),
        ..Header::default()
    };
    let header = Header {
        number: parent.number + 1,
        parent_hash: parent.hash_slow(),
        timestamp: parent.timestamp + 12,
        beneficiary: Address::repeat_byte(0xfe),
        gas_limit: parent.gas_limit,
        base_fee_per_gas: Some(7),
        transactions_root: calculate_transaction_root(&transactions()),
        withdrawals_root: Some(calculate_withdrawals_root(&[])),
        blob_gas_used: Some(0),
        excess_blob_gas: Some(0),
        parent_beacon_block_root: Some(B256::ZERO),
        ..Header::default()
    };
    let body = BlockBody {
        transactions: transactions(),
        ommers: vec![],
        withdrawals: Some(Default::default()),
    };
    let mut block = Block { header, body };
    let executed = execute(parent.state_root, &block, &state, &zk_verify()).expect("a block");
    block.header.state_root = executed.state_root;
    block.header.receipts_root = calculate_receipt_root(&executed.receipts);
    block.header.logs_bloom = logs_bloom(&executed.receipts);
    block.header.gas_used = executed.gas_used;
    let input = Input {
        parent,
        block,
        witness: state.witness(),
    };
    (input, executed)
}

/// The whole state after a block.
fn after(mut accounts: Accounts, executed: &Executed) -> Accounts {
    for (address, changed) in &executed.changes.state {
        let info = changed.info.as_ref().expect("no account goes");
        let account = accounts.entry(*address).or_default();
        (account.nonce, account.balance) = (info.nonce, info.balance);
        for (slot, value) in &changed.storage {
            let value = value.present_value();
            if value.is_zero() {
                account.storage.remove(slot);
            } else {
                account.storage.insert(*slot, value);
            }
        }
    }
    accounts
}

fn refusal(input: &Input) -> String {
    let refused = validate(input, &zk_verify());
    refused.expect_err("must be refused").to_string()
}

#[test]
fn the_guest_arrives_at_the_hosts_block() {
    let (input, executed) = proven(&genesis());
    let succeeded: Vec<bool> = executed
        .receipts
        .iter()
        .map(|receipt| receipt.status())
        .collect();
    assert_eq!(succeeded, [true, false, true, true]);
    assert_eq!(
        validate(&input, &zk_verify()).expect("valid"),
        input.block.header.hash_slow()
    );
}

#[test]
fn the_state_root_is_that_of_the_whole_state_afterwards() {
    let (_, executed) = proven(&genesis());
    let whole = after(genesis(), &executed);
    assert_eq!(
        whole[&WRITER].storage,
        BTreeMap::from([(U256::ONE, U256::from(6)), (U256::from(2), U256::from(7))])
    );
    assert_eq!(whole[&NEWCOMER].balance, U256::from(1000));
    assert_eq!(executed.state_root, Recorder::new(&whole).state_root());
}

#[test]
fn the_witness_is_a_small_part_of_the_state_and_has_the_key() {
    let (input, _) = proven(&genesis());
    assert!(
        input.witness.state.len() < 60,
        "{}",
        input.witness.state.len()
    );
    let mut codes = input.witness.codes;
    codes.sort();
    let mut expected = vec![
        MY_AI_APP.clone(),
        Model::public().key,
        genesis()[&WRITER].code.clone(),
    ];
    expected.sort();
    assert_eq!(codes, expected);
}

#[test]
fn the_input_is_bytes() {
    let (input, _) = proven(&genesis());
    let bytes = alloy_rlp::encode(&input);
    assert_eq!(Input::decode(&mut &bytes[..]).expect("RLP"), input);
}

#[test]
fn a_witness_without_the_keys_code_is_an_error_and_no_verdict() {
    let (mut input, _) = proven(&genesis());
    let key = Model::public().key;
    input.witness.codes.retain(|code| *code != key);
    let expected = WitnessError::Code(keccak256(&key)).to_string();
    let refused = refusal(&input);
    assert!(refused.contains(&expected), "{refused}");
}

#[test]
fn a_witness_with_another_key_is_refused() {
    let (mut input, _) = proven(&genesis());
    let key = Model::public().key;
    for code in &mut input.witness.codes {
        if *code == key {
            // Another good key, under which the proof would not verify.
            *code = Model::mlp().key;
        }
    }
    let expected = WitnessError::Code(keccak256(&key)).to_string();
    let refused = refusal(&input);
    assert!(refused.contains(&expected), "{refused}");
}

#[test]
fn a_key_with_one_byte_altered_is_refused() {
    let (input, _) = proven(&genesis());
    let key = Model::public().key;
    let expected = WitnessError::Code(keccak256(&key)).to_string();
    for at in [0, key.len() / 2, key.len() - 1] {
        let mut input = input.clone();
        for code in input.witness.codes.iter_mut().filter(|code| **code == key) {
            let mut bytes = key.to_vec();
            bytes[at] ^= 1;
            *code = bytes.into();
        }
        let refused = refusal(&input);
        assert!(refused.contains(&expected), "{at}: {refused}");
    }
}

#[test]
fn every_node_and_every_code_of_the_witness_is_needed() {
    let (input, _) = proven(&genesis());
    for index in 0..input.witness.state.len() {
        let mut less = input.clone();
        let node = less.witness.state.remove(index);
        let refused = refusal(&less);
        assert!(refused.contains(&keccak256(node).to_string()), "{refused}");
    }
    for index in 0..input.witness.codes.len() {
        let mut less = input.clone();
        let code = less.witness.codes.remove(index);
        let refused = refusal(&less);
        assert!(refused.contains(&keccak256(code).to_string()), "{refused}");
    }
}

#[test]
fn a_header_that_claims_something_else_is_refused() {
    let (input, _) = proven(&genesis());
    let claims: [(&str, fn(&mut Input)); 6] = [
        ("state root", |input| {
            input.block.header.state_root = B256::ZERO
        }),
        ("receipts root", |input| {
            input.block.header.receipts_root = B256::ZERO
        }),
        ("gas used", |input| input.block.header.gas_used += 1),
        ("transactions root", |input| {
            input.block.body.transactions.pop();
        }),
        ("parent hash", |input| input.parent.state_root = B256::ZERO),
        ("number", |input| input.block.header.number += 1),
    ];
    for (field, claim) in claims {
        let mut input = input.clone();
        claim(&mut input);
        let refused = validate(&input, &zk_verify());
        assert!(
            matches!(refused, Err(Error::Header { field: wrong, .. }) if wrong == field),
            "{field}: {refused:?}"
        );
    }
}

#[test]
fn a_guest_with_other_rules_refuses_the_block() {
    let (input, _) = proven(&genesis());
    let without_a_default_key = ZkVerify::default();
    let refused = validate(&input, &without_a_default_key);
    assert!(matches!(refused, Err(Error::Header { .. })), "{refused:?}");
}

/// What Cargo would build: a lock file lists optional dependencies of dependencies too.
#[test]
fn there_is_one_revm_in_the_lock_file() {
    let lock = include_str!("../Cargo.lock");
    for (package, version) in [("revm", "38."), ("alloy-evm", "0.34.")] {
        let found: Vec<&str> = lock
            .split("[[package]]")
            .filter_map(|entry| {
                entry
                    .trim()
                    .strip_prefix(&format!("name = \"{package}\"\n"))
            })
            .filter_map(|entry| entry.lines().next())
            .collect();
        let expected = format!("version = \"{version}");
        assert!(
            matches!(found[..], [only] if only.starts_with(&expected)),
            "{package}: {found:?}"
        );
    }
}
