//! Building blocks: from a parent, a state and transactions to a sealed block with its receipts.

use std::{collections::BTreeSet, sync::Arc};

use alloy_consensus::{
    BlockBody, EMPTY_OMMER_ROOT_HASH, Eip658Value, Header as ConsensusHeader, Receipt,
    ReceiptEnvelope, Transaction as _, TxEnvelope, TxType,
    constants::{EMPTY_WITHDRAWALS, GWEI_TO_WEI},
    proofs::{calculate_receipt_root, calculate_transaction_root},
    transaction::Recovered,
};
use alloy_eips::{
    eip1559::BaseFeeParams,
    eip4895::Withdrawals,
    eip7685::EMPTY_REQUESTS_HASH,
    eip7928::{BlockAccessIndex, compute_block_access_list_hash},
};
use alloy_evm::{
    FromRecoveredTx,
    revm::{
        context::{
            TxEnv,
            result::{ExecutionResult, HaltReason},
        },
        database::WrapDatabaseRef,
        state::bal::Bal,
    },
};
use alloy_primitives::{Address, B256, Bloom, Bytes, Log as PrimitiveLog, U256, keccak256};
use alloy_rpc_types_eth::{Block, BlockTransactions, Header, Log, Transaction, TransactionReceipt};
use jsonrpsee::types::ErrorObjectOwned;

use crate::{
    block_gas::BlockGas,
    config::Hardfork,
    engine::{Engine, Outcome},
    rpc_error::not_executed,
    state::State,
    view::{MAX_HASHES, View},
    watch::Purpose,
};

/// The base fee of the block after genesis, in wei, as in anvil.
pub(crate) const GENESIS_BASE_FEE: u64 = GWEI_TO_WEI;

/// What the headers of blocks to come are made by.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) hardfork: Hardfork,
    pub(crate) gas_limit: u64,
    pub(crate) beneficiary: Address,
    /// The next block's base fee, if it was set.
    pub(crate) next_base_fee: Option<u64>,
    /// The next block's `PREVRANDAO`, if it was set.
    pub(crate) next_prev_randao: Option<B256>,
}

/// A block, what came of its transactions, and the state before it.
#[derive(Debug)]
pub(crate) struct Mined {
    /// The block, with full transactions.
    pub(crate) block: Block,
    /// One receipt for each transaction, in their order.
    pub(crate) receipts: Vec<TransactionReceipt>,
    /// The state that the first transaction ran on.
    pub(crate) parent_state: State,
}

/// A new block, not yet part of the chain.
pub(crate) struct Draft {
    pub(crate) mined: Mined,
    /// The state after the block.
    pub(crate) state: State,
    /// Why transactions of the block failed, by their hashes.
    pub(crate) failures: Vec<(B256, String)>,
    /// Transactions that are invalid on this state, each with the reason.
    pub(crate) invalid: Vec<(Recovered<TxEnvelope>, ErrorObjectOwned)>,
}

/// A transaction that ran.
pub(crate) struct Executed {
    pub(crate) tx: Recovered<TxEnvelope>,
    pub(crate) result: ExecutionResult<HaltReason>,
    receipt: ReceiptEnvelope<PrimitiveLog>,
}

impl Executed {
    /// `cumulative_gas_used` is that of the block up to and with this transaction.
    fn new(
        tx: Recovered<TxEnvelope>,
        result: ExecutionResult<HaltReason>,
        cumulative_gas_used: u64,
    ) -> Self {
        let receipt = receipt(tx.tx_type(), &result, cumulative_gas_used);
        Self {
            tx,
            result,
            receipt,
        }
    }
}

/// What a block is made of: the transactions that ran, and what follows from them.
pub(crate) struct Contents {
    pub(crate) executed: Vec<Executed>,
    pub(crate) gas: BlockGas,
    /// What they accessed (EIP-7928), on forks that have the list.
    access_list: Option<Bal>,
}

impl Contents {
    /// No transactions.
    pub(crate) fn of_empty(hardfork: Hardfork, header: &ConsensusHeader) -> Self {
        Self {
            executed: Vec::new(),
            gas: BlockGas::of_empty(hardfork, header.gas_limit),
            access_list: hardfork.has_access_lists().then(Bal::new),
        }
    }

    /// Adds a transaction, before its changes are written to the state.
    pub(crate) fn add(&mut self, tx: Recovered<TxEnvelope>, outcome: &Outcome) {
        self.gas.add(outcome.result.gas());
        if let Some(list) = &mut self.access_list {
            // Index 0 is for what comes before the transactions.
            let index = BlockAccessIndex(self.executed.len() as u64 + 1);
            for (address, account) in &outcome.state {
                list.update_account(index, *address, account);
            }
        }
        let result = outcome.result.clone();
        self.executed
            .push(Executed::new(tx, result, self.gas.cumulative));
    }
}

/// Block 0.
pub(crate) fn genesis(state: &State, timestamp: u64, rules: &Rules) -> Mined {
    let header = ConsensusHeader {
        timestamp,
        gas_limit: rules.gas_limit,
        base_fee_per_gas: Some(GENESIS_BASE_FEE),
        extra_data: Bytes::from_static(b"zkml"),
        ..empty_header(rules.hardfork, 0)
    };
    let contents = Contents::of_empty(rules.hardfork, &header);
    seal(header, contents, state, State::default())
}

/// The header of the block after `parent`, before any transaction.
pub(crate) fn next_header(parent: &Header, timestamp: u64, rules: &Rules) -> ConsensusHeader {
    let number = parent.inner.number + 1;
    let by_parent = || parent.inner.next_block_base_fee(BaseFeeParams::ethereum());
    ConsensusHeader {
        parent_hash: parent.hash,
        number,
        timestamp,
        beneficiary: rules.beneficiary,
        gas_limit: rules.gas_limit,
        base_fee_per_gas: rules.next_base_fee.or_else(by_parent),
        mix_hash: rules
            .next_prev_randao
            .unwrap_or_else(|| prev_randao(number)),
        ..empty_header(rules.hardfork, number)
    }
}

/// There is no beacon chain to draw randomness from: a value that differs from block to block and
/// is the same on every run.
pub(crate) fn prev_randao(number: u64) -> B256 {
    keccak256(number.to_be_bytes())
}

/// There is no beacon chain to count slots: every block has one, and the number of it.
fn empty_header(hardfork: Hardfork, slot: u64) -> ConsensusHeader {
    ConsensusHeader {
        ommers_hash: EMPTY_OMMER_ROOT_HASH,
        difficulty: U256::ZERO,
        withdrawals_root: Some(EMPTY_WITHDRAWALS),
        blob_gas_used: Some(0),
        excess_blob_gas: Some(0),
        parent_beacon_block_root: Some(B256::ZERO),
        requests_hash: (hardfork != Hardfork::Cancun).then_some(EMPTY_REQUESTS_HASH),
        slot_number: hardfork.has_access_lists().then_some(slot),
        ..ConsensusHeader::default()
    }
}

/// Runs `txs` in their order and seals the block. Invalid transactions are left out, and so are
/// those for which the block has no gas left, and what their senders sent after them.
pub(crate) fn build(
    engine: &Engine,
    header: ConsensusHeader,
    mut view: View,
    txs: Vec<Recovered<TxEnvelope>>,
    purpose: Purpose,
) -> Draft {
    if txs.len() > 1 {
        engine.prewarm(&header, &view, &txs);
    }
    let parent_state = view.state.clone();
    let mut contents = Contents::of_empty(engine.hardfork(), &header);
    let (mut failures, mut invalid) = (Vec::new(), Vec::new());
    // Without the transaction before them, their later ones would be refused for their nonces.
    let mut held_back = BTreeSet::new();
    for tx in txs {
        let sender = tx.signer();
        if held_back.contains(&sender) {
            continue;
        }
        // A limit over the whole block's is for the EVM to reject.
        let fits = contents.gas.has_room_for(tx.gas_limit());
        if !fits && tx.gas_limit() <= header.gas_limit {
            held_back.insert(sender);
            continue;
        }
        let env = TxEnv::from_recovered_tx(tx.inner(), sender);
        match engine.run(
            purpose,
            WrapDatabaseRef(&view),
            engine.env_of(&header, &tx),
            env,
        ) {
            Err(error) => {
                held_back.insert(sender);
                invalid.push((tx, not_executed(error)));
            }
            Ok(outcome) => {
                if let Some(reason) = engine.known_errors().failure(&outcome.result) {
                    failures.push((*tx.tx_hash(), reason));
                }
                contents.add(tx, &outcome);
                view.state.commit(outcome.state);
            }
        }
    }
    let mined = seal(header, contents, &view.state, parent_state);
    Draft {
        mined,
        state: view.state,
        failures,
        invalid,
    }
}

fn receipt(
    tx_type: TxType,
    result: &ExecutionResult<HaltReason>,
    cumulative_gas_used: u64,
) -> ReceiptEnvelope<PrimitiveLog> {
    // Logs before a revert are undone with the rest.
    let logs = if result.is_success() {
        result.logs().to_vec()
    } else {
        Vec::new()
    };
    let status = Eip658Value::Eip658(result.is_success());
    let receipt = Receipt {
        status,
        cumulative_gas_used,
        logs,
    }
    .with_bloom();
    match tx_type {
        TxType::Legacy => ReceiptEnvelope::Legacy(receipt),
        TxType::Eip2930 => ReceiptEnvelope::Eip2930(receipt),
        TxType::Eip1559 => ReceiptEnvelope::Eip1559(receipt),
        TxType::Eip4844 => ReceiptEnvelope::Eip4844(receipt),
        TxType::Eip7702 => ReceiptEnvelope::Eip7702(receipt),
    }
}

/// The block of these transactions, which have led from `parent_state` to `state`.
pub(crate) fn seal(
    header: ConsensusHeader,
    contents: Contents,
    state: &State,
    parent_state: State,
) -> Mined {
    let Contents {
        executed,
        gas,
        access_list,
    } = contents;
    let access_list = access_list.map(Bal::into_alloy_bal);
    let txs: Vec<TxEnvelope> = executed.iter().map(|one| one.tx.inner().clone()).collect();
    let consensus_receipts: Vec<_> = executed.iter().map(|one| one.receipt.clone()).collect();
    let header = ConsensusHeader {
        state_root: state.root(),
        transactions_root: calculate_transaction_root(&txs),
        receipts_root: calculate_receipt_root(&consensus_receipts),
        logs_bloom: consensus_receipts
            .iter()
            .fold(Bloom::ZERO, |all, one| all | *one.logs_bloom()),
        gas_used: gas.used(),
        block_access_list_hash: access_list.map(|list| compute_block_access_list_hash(&list)),
        ..header
    };
    let withdrawals = Some(Withdrawals::default());
    let body = BlockBody {
        transactions: txs,
        ommers: Vec::new(),
        withdrawals: withdrawals.clone(),
    };
    let size = alloy_consensus::Block::rlp_length_for(&header, &body);
    let header = Header {
        size: Some(U256::from(size)),
        ..Header::new(header)
    };

    let mut receipts: Vec<TransactionReceipt> = Vec::with_capacity(executed.len());
    let mut transactions = Vec::with_capacity(executed.len());
    let mut log_index = 0;
    for (index, one) in executed.into_iter().enumerate() {
        let position = Position {
            header: &header,
            index: index as u64,
        };
        receipts.push(position.receipt(&one, &mut log_index));
        transactions.push(position.transaction(one.tx));
    }
    let block = Block {
        header,
        uncles: Vec::new(),
        transactions: BlockTransactions::Full(transactions),
        withdrawals,
    };
    Mined {
        block,
        receipts,
        parent_state,
    }
}

/// Where a transaction stands.
struct Position<'a> {
    header: &'a Header,
    index: u64,
}

impl Position<'_> {
    fn transaction(&self, tx: Recovered<TxEnvelope>) -> Transaction {
        Transaction {
            effective_gas_price: Some(tx.effective_gas_price(self.header.inner.base_fee_per_gas)),
            inner: tx,
            block_hash: Some(self.header.hash),
            block_number: Some(self.header.inner.number),
            transaction_index: Some(self.index),
            block_timestamp: Some(self.header.inner.timestamp),
        }
    }

    /// `log_index` counts the logs of the block so far.
    fn receipt(&self, one: &Executed, log_index: &mut u64) -> TransactionReceipt {
        let (from, hash) = (one.tx.signer(), *one.tx.tx_hash());
        let inner = one.receipt.clone().map_logs(|log| {
            let index = *log_index;
            *log_index += 1;
            Log {
                inner: log,
                block_hash: Some(self.header.hash),
                block_number: Some(self.header.inner.number),
                block_timestamp: Some(self.header.inner.timestamp),
                transaction_hash: Some(hash),
                transaction_index: Some(self.index),
                log_index: Some(index),
                removed: false,
            }
        });
        TransactionReceipt {
            inner,
            transaction_hash: hash,
            transaction_index: Some(self.index),
            block_hash: Some(self.header.hash),
            block_number: Some(self.header.inner.number),
            gas_used: one.result.tx_gas_used(),
            effective_gas_price: one
                .tx
                .effective_gas_price(self.header.inner.base_fee_per_gas),
            blob_gas_used: None,
            blob_gas_price: None,
            from,
            to: one.tx.to(),
            contract_address: created_by(&one.tx, from),
        }
    }
}

/// The address that a transaction deploys to, if it deploys.
fn created_by(tx: &TxEnvelope, from: Address) -> Option<Address> {
    tx.to().is_none().then(|| from.create(tx.nonce()))
}

/// What the block's `BLOCKHASH` opcode can see: at most the last [`MAX_HASHES`] blocks.
pub(crate) fn recent_hashes<'a>(
    blocks: impl DoubleEndedIterator<Item = &'a Arc<Mined>>,
) -> Arc<[B256]> {
    let mut hashes: Vec<B256> = blocks
        .rev()
        .take(MAX_HASHES)
        .map(|mined| mined.block.header.hash)
        .collect();
    hashes.reverse();
    hashes.into()
}
