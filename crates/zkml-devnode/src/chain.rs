//! The blocks, the indexes over them, and what changes between blocks.

use std::{collections::HashMap, sync::Arc};

use alloy_consensus::Header as ConsensusHeader;
use alloy_eips::{BlockId, BlockNumberOrTag};
use alloy_primitives::{Address, B256, Bytes};
use alloy_rpc_types_eth::{Header, Transaction, TransactionReceipt};

use crate::{
    block::{self, Draft, Mined, Rules},
    clock::Clock,
    config::{Config, DEFAULT_KEY_ADDRESS, PRECOMPILE_CODE},
    pool::Pool,
    predeploys,
    rpc_error::{RpcResult, rejected},
    state::State,
    view::View,
};

/// The most snapshots at a time.
const MAX_SNAPSHOTS: usize = 4_096;

/// Where a transaction was mined.
#[derive(Clone, Copy, Debug)]
struct Location {
    block: usize,
    index: usize,
}

/// A point that `evm_revert` can go back to.
#[derive(Debug)]
struct Snapshot {
    id: u64,
    blocks: usize,
    rules: Rules,
    state: State,
    pool: Pool,
    clock: Clock,
}

/// The chain.
#[derive(Debug)]
pub(crate) struct Chain {
    pub(crate) rules: Rules,
    /// All blocks; the index is the number. Never empty.
    blocks: Vec<Arc<Mined>>,
    by_hash: HashMap<B256, usize>,
    transactions: HashMap<B256, Location>,
    /// The state after the last block, with what `anvil_set…` has changed since.
    pub(crate) state: State,
    pub(crate) pool: Pool,
    pub(crate) clock: Clock,
    snapshots: Vec<Snapshot>,
    next_snapshot: u64,
}

/// A block's header and the state that calls "at" that block run on.
pub(crate) struct At {
    /// The header of the block, or of the pending block.
    pub(crate) header: ConsensusHeader,
    pub(crate) view: View,
}

impl Chain {
    /// Genesis: the funded accounts, one byte of code at the precompile's address, the
    /// contracts of [`predeploys`], the data contract of the default key (no limit on its size), at the wall clock's time.
    pub(crate) fn genesis(
        config: &Config,
        funded: impl Iterator<Item = Address>,
    ) -> Result<Self, String> {
        let mut state = State::default();
        for address in funded {
            state.set_balance(address, config.balance);
        }
        state.set_code(
            zk_verify_precompile::ADDRESS,
            Bytes::from_static(&PRECOMPILE_CODE),
        )?;
        predeploys::deploy(&mut state)?;
        if let Some(key) = &config.default_key {
            state.set_code(DEFAULT_KEY_ADDRESS, Bytes::copy_from_slice(key))?;
        }
        let clock = Clock::default();
        let rules = Rules {
            hardfork: config.hardfork,
            gas_limit: config.gas_limit,
            beneficiary: Address::ZERO,
            next_base_fee: None,
            next_prev_randao: None,
        };
        let genesis = block::genesis(&state, clock.now(), &rules);
        let by_hash = HashMap::from([(genesis.block.header.hash, 0)]);
        Ok(Self {
            rules,
            blocks: vec![Arc::new(genesis)],
            by_hash,
            transactions: HashMap::new(),
            state,
            pool: Pool::default(),
            clock,
            snapshots: Vec::new(),
            next_snapshot: 0,
        })
    }

    /// The last block.
    pub(crate) fn head(&self) -> &Arc<Mined> {
        &self.blocks[self.blocks.len() - 1]
    }

    /// The last block's header.
    pub(crate) fn head_header(&self) -> &Header {
        &self.head().block.header
    }

    /// The last block's number.
    pub(crate) fn height(&self) -> u64 {
        self.head_header().inner.number
    }

    /// The gas limit of blocks to come.
    pub(crate) fn gas_limit(&self) -> u64 {
        self.rules.gas_limit
    }

    /// The header of the block that comes next, if it were mined now.
    pub(crate) fn next_header(&self) -> ConsensusHeader {
        let parent = self.head_header();
        let timestamp = self.clock.next_timestamp(parent.inner.timestamp);
        block::next_header(parent, timestamp, &self.rules)
    }

    /// What the next block's transactions run on.
    pub(crate) fn next_view(&self) -> View {
        View {
            state: self.state.clone(),
            hashes: block::recent_hashes(self.blocks.iter()),
            newest: self.height(),
        }
    }

    /// Adds a block that was built on the current head.
    pub(crate) fn append(&mut self, draft: Draft) -> Arc<Mined> {
        let Draft { mined, state, .. } = draft;
        let number = self.blocks.len();
        for (index, receipt) in mined.receipts.iter().enumerate() {
            let location = Location {
                block: number,
                index,
            };
            self.transactions.insert(receipt.transaction_hash, location);
        }
        self.by_hash.insert(mined.block.header.hash, number);
        self.clock.mined(mined.block.header.inner.timestamp);
        let mined = Arc::new(mined);
        self.blocks.push(Arc::clone(&mined));
        self.rules.next_base_fee = None;
        self.rules.next_prev_randao = None;
        self.state = state;
        self.pool.prune(&self.state);
        mined
    }

    /// The number of the block that `id` names; `None` for one that is not there.
    fn position(&self, id: BlockId) -> Option<usize> {
        let number = match id {
            BlockId::Hash(hash) => *self.by_hash.get(&hash.block_hash)?,
            BlockId::Number(BlockNumberOrTag::Number(number)) => usize::try_from(number).ok()?,
            BlockId::Number(BlockNumberOrTag::Earliest) => 0,
            // No reorganisation ever happens here, so the head is safe and final.
            BlockId::Number(_) => self.blocks.len() - 1,
        };
        (number < self.blocks.len()).then_some(number)
    }

    /// The block that `id` names (`pending` being the last one).
    pub(crate) fn block(&self, id: BlockId) -> Option<&Arc<Mined>> {
        self.blocks.get(self.position(id)?)
    }

    /// Header and state to run a call on. At a mined block, a call sees the state after it and
    /// that block's own number and time, as in geth; at `pending`, those of the next block.
    pub(crate) fn at(&self, id: BlockId) -> RpcResult<At> {
        if id.is_pending() {
            return Ok(At {
                header: self.next_header(),
                view: self.next_view(),
            });
        }
        let position = self.position(id).ok_or_else(|| unknown_block(id))?;
        let header = self.blocks[position].block.header.inner.clone();
        Ok(At {
            header,
            view: self.view_after(position),
        })
    }

    /// The state that block `position` left behind, and the hashes that a call in it sees.
    fn view_after(&self, position: usize) -> View {
        let state = match self.blocks.get(position + 1) {
            Some(child) => child.parent_state.clone(),
            None => self.state.clone(),
        };
        self.view_before(position).with_state(state)
    }

    /// What the transactions of block `position` ran on.
    fn view_before(&self, position: usize) -> View {
        View {
            state: self.blocks[position].parent_state.clone(),
            hashes: block::recent_hashes(self.blocks[..position].iter()),
            newest: (position as u64).saturating_sub(1),
        }
    }

    /// A mined transaction with its receipt.
    pub(crate) fn transaction(&self, hash: B256) -> Option<(&Transaction, &TransactionReceipt)> {
        let Location { block, index } = *self.transactions.get(&hash)?;
        let mined = self.blocks.get(block)?;
        Some((
            mined.block.transactions.as_transactions()?.get(index)?,
            mined.receipts.get(index)?,
        ))
    }

    /// A block and what its transactions ran on; `None` for one that is not there, and for genesis.
    pub(crate) fn replay(&self, id: BlockId) -> Option<Replay> {
        let position = self.position(id).filter(|position| *position > 0)?;
        Some(Replay {
            view: self.view_before(position),
            mined: Arc::clone(&self.blocks[position]),
        })
    }

    /// The same for the block that a mined transaction is in, with the transaction's index.
    pub(crate) fn replay_of(&self, hash: B256) -> Option<(Replay, usize)> {
        let Location { block, index } = *self.transactions.get(&hash)?;
        let replay = self.replay(BlockId::number(block as u64))?;
        Some((replay, index))
    }

    /// The blocks numbered `from` to `to`, both included, as far as they exist.
    pub(crate) fn range(&self, from: u64, to: u64) -> &[Arc<Mined>] {
        let clamp = |number: u64| {
            usize::try_from(number).map_or(self.blocks.len(), |n| n.min(self.blocks.len()))
        };
        let (from, end) = (clamp(from), clamp(to.saturating_add(1)));
        self.blocks.get(from..end).unwrap_or_default()
    }

    /// Remembers the present; the id is for [`Self::revert`].
    pub(crate) fn snapshot(&mut self) -> RpcResult<u64> {
        if self.snapshots.len() >= MAX_SNAPSHOTS {
            return Err(rejected(format!(
                "{MAX_SNAPSHOTS} snapshots are kept already: evm_revert forgets one and all after \
                 it, anvil_reset forgets all"
            )));
        }
        let id = self.next_snapshot;
        self.next_snapshot += 1;
        self.snapshots.push(Snapshot {
            id,
            blocks: self.blocks.len(),
            rules: self.rules.clone(),
            state: self.state.clone(),
            pool: self.pool.clone(),
            clock: self.clock.clone(),
        });
        Ok(id)
    }

    /// Goes back to a snapshot, and forgets it and all later ones. Gives the blocks that are gone,
    /// the newest last; `None` if there is no such snapshot.
    pub(crate) fn revert(&mut self, id: u64) -> Option<Vec<Arc<Mined>>> {
        let index = self
            .snapshots
            .iter()
            .position(|snapshot| snapshot.id == id)?;
        let snapshot = self.snapshots.drain(index..).next()?;
        let removed = self.truncate(snapshot.blocks);
        self.rules = snapshot.rules;
        self.state = snapshot.state;
        self.pool = snapshot.pool;
        self.clock = snapshot.clock;
        Some(removed)
    }

    /// Takes the last `depth` blocks away, with all that was changed since, and gives them;
    /// `None` if there are not that many. Snapshots of what is gone are forgotten.
    pub(crate) fn rollback(&mut self, depth: u64) -> Option<Vec<Arc<Mined>>> {
        let depth = usize::try_from(depth).ok()?;
        let keep = self
            .blocks
            .len()
            .checked_sub(depth)
            .filter(|keep| *keep > 0)?;
        let removed = self.truncate(keep);
        if let Some(first) = removed.first() {
            self.state = first.parent_state.clone();
        }
        self.snapshots.retain(|snapshot| snapshot.blocks <= keep);
        Some(removed)
    }

    /// Takes all blocks from number `keep` on away.
    fn truncate(&mut self, keep: usize) -> Vec<Arc<Mined>> {
        self.by_hash.retain(|_, number| *number < keep);
        self.transactions
            .retain(|_, location| location.block < keep);
        self.blocks.split_off(keep.min(self.blocks.len()))
    }

    /// How many snapshots are kept.
    pub(crate) fn snapshots(&self) -> usize {
        self.snapshots.len()
    }
}

/// How to run a block again.
pub(crate) struct Replay {
    /// The state before the block.
    pub(crate) view: View,
    /// The block.
    pub(crate) mined: Arc<Mined>,
}

/// No such block.
pub(crate) fn unknown_block(id: BlockId) -> jsonrpsee::types::ErrorObjectOwned {
    let name = match id {
        BlockId::Hash(hash) => hash.block_hash.to_string(),
        BlockId::Number(number) => number.to_string(),
    };
    rejected(format!("header not found: block {name}"))
}
