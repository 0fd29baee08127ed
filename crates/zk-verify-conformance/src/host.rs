//! What the kit asks of a host, and a chain in memory on top of it.

use crate::{Account, Fork, State};
use alloy_primitives::{Address, B256, Bytes, U256};
use std::collections::{BTreeMap, BTreeSet};
use zk_verify_precompile::{BaseInputs, BlockPosition, ZkVerify, ZkVerifyConfig};

/// A chain's EVM with the verifier in it.
///
/// An implementation builds the EVM as the chain does, on a database over [`State`], executes one
/// transaction and says what came of it. It uses the [`Block::zk_verify`] that it is given: a scenario's
/// rules are in there.
pub trait Host {
    /// Executes one transaction, with a gas price of zero and whatever nonce the sender has.
    ///
    /// # Errors
    /// The transaction cannot be executed at all, as where the database fails.
    fn transact(
        &self,
        block: &Block<'_>,
        state: &State,
        transaction: &Transaction,
    ) -> Result<Receipt, String>;

    /// The forks that the EVM can execute. Scenarios on others are left out.
    fn forks(&self) -> &[Fork] {
        &[Fork::Cancun, Fork::Prague]
    }

    /// The inputs that stay with what the base has at 0x11 on this fork.
    fn base_inputs(&self, fork: Fork) -> BaseInputs {
        if fork >= Fork::Prague {
            BaseInputs::MAP_FP2_TO_G2
        } else {
            BaseInputs::None
        }
    }

    /// Does the host leave alone what a call cannot pay for? See `zk_verify_precompile::Journal`.
    fn skips_cold_reads(&self) -> bool {
        true
    }
}

impl<H: Host + ?Sized> Host for &H {
    fn transact(
        &self,
        block: &Block<'_>,
        state: &State,
        transaction: &Transaction,
    ) -> Result<Receipt, String> {
        (**self).transact(block, state, transaction)
    }

    fn forks(&self) -> &[Fork] {
        (**self).forks()
    }

    fn base_inputs(&self, fork: Fork) -> BaseInputs {
        (**self).base_inputs(fork)
    }

    fn skips_cold_reads(&self) -> bool {
        (**self).skips_cold_reads()
    }
}

/// Where a transaction is executed.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// The precompile, with the chain's rules.
    pub zk_verify: &'a ZkVerify,
    /// Ethereum's rules underneath.
    pub fork: Fork,
    /// Number and timestamp.
    pub position: BlockPosition,
}

/// A transaction.
#[derive(Clone, Debug)]
pub struct Transaction {
    /// The sender.
    pub from: Address,
    /// Who is called; `None` creates a contract.
    pub to: Option<Address>,
    /// Calldata, or creation code.
    pub input: Bytes,
    /// In wei.
    pub value: U256,
    /// The transaction's gas limit.
    pub gas_limit: u64,
    /// EIP-2930: what is warm from the beginning.
    pub access_list: Vec<(Address, Vec<B256>)>,
}

/// What came of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// How it ended.
    pub status: Status,
    /// Gas used by the whole transaction.
    pub gas_used: u64,
    /// The accounts that it changed, as they are afterwards, with the slots that it changed.
    pub changes: Vec<(Address, Account)>,
    /// What it adds to the block access list (EIP-7928): accounts, each with the slots that were read or written.
    /// `None` of a host that has no such list.
    pub block_access_list: Option<BTreeMap<Address, BTreeSet<U256>>>,
}

/// How a transaction ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It returned this.
    Returned(Bytes),
    /// It created this contract.
    Created(Address),
    /// It reverted with this.
    Reverted(Bytes),
    /// It halted and lost all gas; the reason is for people.
    Halted(String),
}

/// Sends every transaction, and has the money for it.
pub const SENDER: Address = alloy_primitives::address!("f39Fd6e51aad88F6F4ce6aB8827279cffFb92266");

/// Gas limit of a transaction, unless a scenario says otherwise: what Osaka allows at most (EIP-7825).
pub const GAS_LIMIT: u64 = 16_777_216;

impl Transaction {
    /// [`SENDER`] calls `to`.
    pub fn call(to: Address, input: impl Into<Bytes>) -> Self {
        Self {
            from: SENDER,
            to: Some(to),
            input: input.into(),
            value: U256::ZERO,
            gas_limit: GAS_LIMIT,
            access_list: Vec::new(),
        }
    }

    /// [`SENDER`] creates a contract.
    pub fn create(code: impl Into<Bytes>) -> Self {
        Self {
            to: None,
            ..Self::call(Address::ZERO, code)
        }
    }
}

/// A chain in memory: a host, the chain's rules, and a state. One block after the other is not kept; the
/// fork and the position in the chain are what the owner sets.
#[derive(Clone, Debug)]
pub struct Chain<H> {
    /// The EVM.
    pub host: H,
    /// The precompile, with the chain's rules.
    pub zk_verify: ZkVerify,
    /// Ethereum's rules underneath.
    pub fork: Fork,
    /// The block that transactions are in.
    pub position: BlockPosition,
    /// Accounts, with [`SENDER`] among them.
    pub state: State,
}

impl<H: Host> Chain<H> {
    /// A chain on Prague, at its first block.
    pub fn new(host: H, rules: ZkVerifyConfig) -> Self {
        Self {
            host,
            zk_verify: ZkVerify::new(rules),
            fork: Fork::Prague,
            position: BlockPosition::default(),
            state: State::new().with_balance(SENDER, U256::from(10u64.pow(18))),
        }
    }

    /// Changes the state.
    #[must_use]
    pub fn with_state(mut self, change: impl FnOnce(State) -> State) -> Self {
        self.state = change(self.state);
        self
    }

    /// The same chain on another fork.
    #[must_use]
    pub fn on(mut self, fork: Fork) -> Self {
        self.fork = fork;
        self
    }

    /// The same chain at another block.
    #[must_use]
    pub fn at(mut self, number: u64, timestamp: u64) -> Self {
        self.position = BlockPosition { number, timestamp };
        self
    }

    /// Executes a transaction and leaves the state as it is.
    ///
    /// # Errors
    /// The host cannot execute it.
    pub fn simulate(&self, transaction: &Transaction) -> Result<Receipt, String> {
        let block = Block {
            zk_verify: &self.zk_verify,
            fork: self.fork,
            position: self.position,
        };
        self.host.transact(&block, &self.state, transaction)
    }

    /// Executes a transaction and keeps what it changed.
    ///
    /// # Errors
    /// The host cannot execute it.
    pub fn transact(&mut self, transaction: &Transaction) -> Result<Receipt, String> {
        let receipt = self.simulate(transaction)?;
        self.state.apply(&receipt.changes);
        Ok(receipt)
    }
}

/// Creation code for a contract whose code is `bytes`, as a verifying key is deployed.
///
/// # Panics
/// `bytes` are longer than the code of any contract.
pub fn data_contract(bytes: &[u8]) -> Bytes {
    let length = u16::try_from(bytes.len()).expect("no longer than a contract's code may be");
    let [high, low] = length.to_be_bytes();
    // PUSH2 length DUP1 PUSH1 10 RETURNDATASIZE CODECOPY RETURNDATASIZE RETURN: copies what comes after
    // these ten bytes, and returns it.
    let code = [0x61, high, low, 0x80, 0x60, 10, 0x3d, 0x39, 0x3d, 0xf3];
    [&code, bytes].concat().into()
}
