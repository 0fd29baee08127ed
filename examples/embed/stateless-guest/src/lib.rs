//! Re-executes a block without the state of the chain, as zeth and rsp do inside a zkVM: the guest gets a block and a
//! witness, which is the part of the state that the block reads, and arrives at the block's receipts and state root or
//! says why not.
//!
//! ```text
//! Recorder (host, the whole state) ── execute ──→ Witness ┐
//!                            parent, block ───────────────┴─→ validate (guest) ──→ the block's hash
//! ```
//!
//! The verifier at 0x11 is consensus, so it runs in the guest too, by the same code and under the same [`rules`]. It
//! reads the caller's slot and the key's code like any contract does, and so both are in the witness.
//!
//! What is left out here is what has nothing to do with re-execution: the rules that a header keeps with its parent's
//! (base fee, gas limit, timestamp), and blocks that ask for the hash of an older block than their parent.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod database;
#[cfg(feature = "std")]
mod record;
mod trie;

pub use database::{Preimages, WitnessError};
#[cfg(feature = "std")]
pub use record::{Account, Recorder};

use alloc::{format, string::String, vec::Vec};
use alloy_consensus::{
    Block, Header, ReceiptEnvelope, TxEnvelope, TxReceipt as _,
    proofs::{calculate_receipt_root, calculate_transaction_root},
    transaction::{Recovered, SignerRecoverable as _},
};
use alloy_eips::eip7840::BlobParams;
use alloy_evm::{
    EvmEnv, EvmFactory as _,
    block::{BlockExecutionError, BlockExecutor as _, BlockExecutorFactory as _},
    eth::{
        EthBlockExecutionCtx, EthBlockExecutorFactory, receipt_builder::AlloyReceiptBuilder,
        spec::EthSpec,
    },
    revm::database::{BundleState, State, states::bundle_state::BundleRetention},
};
use alloy_primitives::{Address, B256, Bloom, Bytes};
use alloy_rlp::{RlpDecodable, RlpEncodable};
use core::fmt::Debug;
use database::{Known, WitnessDb};
use zk_verify_alloy_evm_034::ZkVerifyEvmFactory;
use zk_verify_precompile::{ZkVerify, ZkVerifyConfig};

/// The account that holds the chain's default key, put there at genesis.
pub const DEFAULT_KEY: Address = Address::repeat_byte(0x2b);

/// The chain's id, which its transactions are signed for. Its forks are at mainnet's times, up to Cancun.
pub const CHAIN_ID: u64 = 1;

/// The chain's rules. Every node has the same, and so has the guest: a proof is about the rules that it was built with.
pub fn rules() -> ZkVerifyConfig {
    ZkVerifyConfig::default().with_default_key(DEFAULT_KEY)
}

/// What the guest is given. It trusts none of it but the parent's hash, which its caller compares.
#[derive(Clone, Debug, PartialEq, Eq, RlpEncodable, RlpDecodable)]
pub struct Input {
    /// The header of the block before, which has the root of the state that the block begins with.
    pub parent: Header,
    /// The block.
    pub block: Block<TxEnvelope>,
    /// What the block reads.
    pub witness: Witness,
}

/// The part of a state that a block reads, in the form of `debug_executionWitness`: preimages of hashes. A preimage
/// that was altered has another hash, and is then one that nobody asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, RlpEncodable, RlpDecodable)]
pub struct Witness {
    /// Nodes of the account trie and of the storage tries, in RLP.
    pub state: Vec<Bytes>,
    /// Code of accounts, the verifying keys among them.
    pub codes: Vec<Bytes>,
}

/// What came of a block.
#[derive(Clone, Debug)]
pub struct Executed {
    /// The root of the state after the block.
    pub state_root: B256,
    /// A receipt of each transaction.
    pub receipts: Vec<ReceiptEnvelope>,
    /// Gas that all transactions used.
    pub gas_used: u64,
    /// Blob gas that all transactions used.
    pub blob_gas_used: u64,
    /// The hash of the requests that the block makes (EIP-7685), empty before Prague.
    pub requests_hash: B256,
    /// The accounts that changed.
    pub changes: BundleState,
}

/// The block is not proven.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The witness lacks something, or has something else in its place.
    #[error(transparent)]
    Witness(#[from] WitnessError),
    /// A transaction's signature is nobody's.
    #[error("transaction {0} has no valid signature")]
    Signature(usize),
    /// A transaction cannot be executed. If the witness lacked something, this says what.
    #[error(transparent)]
    Execution(#[from] BlockExecutionError),
    /// The header says something else than the block is.
    #[error("the header's {field} is {claimed}, the block's is {computed}")]
    Header {
        /// Which field.
        field: &'static str,
        /// What the header says.
        claimed: String,
        /// What it would have to say.
        computed: String,
    },
}

/// The guest: executes a block on its witness and compares with its header.
///
/// Gives the block's hash. A proof that this function ran says: the block of that hash follows from its parent.
///
/// # Errors
/// The witness is not enough, or the header is not that of this block.
pub fn validate(input: &Input, zk_verify: &ZkVerify) -> Result<B256, Error> {
    let (header, body) = (&input.block.header, &input.block.body);
    same("parent hash", header.parent_hash, input.parent.hash_slow())?;
    same(
        "number",
        header.number,
        input.parent.number.saturating_add(1),
    )?;
    let transactions = calculate_transaction_root(&body.transactions);
    same("transactions root", header.transactions_root, transactions)?;
    same(
        "ommers hash",
        header.ommers_hash,
        body.calculate_ommers_root(),
    )?;
    let withdrawals = body.calculate_withdrawals_root();
    same("withdrawals root", header.withdrawals_root, withdrawals)?;

    let known = Known::new(&input.witness);
    let executed = execute(input.parent.state_root, &input.block, &known, zk_verify)?;
    let receipts = calculate_receipt_root(&executed.receipts);
    same("receipts root", header.receipts_root, receipts)?;
    same(
        "logs bloom",
        header.logs_bloom,
        logs_bloom(&executed.receipts),
    )?;
    same("gas used", header.gas_used, executed.gas_used)?;
    let blob_gas = header.blob_gas_used.map(|_| executed.blob_gas_used);
    same("blob gas used", header.blob_gas_used, blob_gas)?;
    let requests = header.requests_hash.map(|_| executed.requests_hash);
    same("requests hash", header.requests_hash, requests)?;
    same("state root", header.state_root, executed.state_root)?;
    Ok(header.hash_slow())
}

/// Executes a block on the state of this root, of which `preimages` has what the block reads.
///
/// # Errors
/// Something is missing there, or a transaction cannot be executed.
pub fn execute<P: Preimages>(
    state_root: B256,
    block: &Block<TxEnvelope>,
    preimages: &P,
    zk_verify: &ZkVerify,
) -> Result<Executed, Error> {
    let transactions = recovered(block)?;
    let database = WitnessDb {
        preimages,
        state_root,
        parent: (
            block.header.number.saturating_sub(1),
            block.header.parent_hash,
        ),
    };
    let mut state = State::builder()
        .with_database(database)
        .with_bundle_update()
        .build();
    let factory = EthBlockExecutorFactory::new(
        AlloyReceiptBuilder::default(),
        EthSpec::mainnet(),
        // The one line that a guest of Ethereum has otherwise.
        ZkVerifyEvmFactory::new(zk_verify.clone()),
    );
    let env = EvmEnv::for_eth_block(
        &block.header,
        factory.spec(),
        CHAIN_ID,
        Some(BlobParams::cancun()),
    );
    let evm = factory.evm_factory().create_evm(&mut state, env);
    let context = EthBlockExecutionCtx {
        parent_hash: block.header.parent_hash,
        parent_beacon_block_root: block.header.parent_beacon_block_root,
        ommers: &block.body.ommers,
        withdrawals: block
            .body
            .withdrawals
            .as_deref()
            .map(|all| all.as_slice().into()),
        extra_data: block.header.extra_data.clone(),
        tx_count_hint: Some(transactions.len()),
        slot_number: None,
    };
    let done = factory
        .create_executor(evm, context)
        .execute_block(&transactions)?;
    state.merge_transitions(BundleRetention::PlainState);
    let changes = state.take_bundle();
    Ok(Executed {
        state_root: trie::state_root(preimages, state_root, &changes)?,
        receipts: done.receipts,
        gas_used: done.gas_used,
        blob_gas_used: done.blob_gas_used,
        requests_hash: done.requests.requests_hash(),
        changes,
    })
}

/// The union of the receipts' blooms.
pub fn logs_bloom(receipts: &[ReceiptEnvelope]) -> Bloom {
    let blooms = receipts.iter().map(|receipt| receipt.bloom());
    blooms.fold(Bloom::ZERO, |all, one| all | one)
}

/// The transactions with their senders.
fn recovered(block: &Block<TxEnvelope>) -> Result<Vec<Recovered<&TxEnvelope>>, Error> {
    let transactions = block.body.transactions.iter().enumerate();
    transactions
        .map(|(index, transaction)| {
            let sender = transaction.recover_signer();
            sender
                .map(|sender| Recovered::new_unchecked(transaction, sender))
                .map_err(|_| Error::Signature(index))
        })
        .collect()
}

fn same<T: PartialEq + Debug>(field: &'static str, claimed: T, computed: T) -> Result<(), Error> {
    if claimed == computed {
        return Ok(());
    }
    Err(Error::Header {
        field,
        claimed: format!("{claimed:?}"),
        computed: format!("{computed:?}"),
    })
}
