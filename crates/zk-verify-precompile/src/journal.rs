//! What the precompile asks of its host: two reads, each through the journal of the running
//! transaction, so that warm and cold, reverts, access lists and witnesses come out right.

use alloy_primitives::{Address, Bytes, U256};

/// A value read, and whether this was the transaction's first touch of it (EIP-2929).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loaded<T> {
    /// What was read.
    pub value: T,
    /// Was it cold before this read?
    pub is_cold: bool,
}

/// Why a read gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadError<E> {
    /// It is cold, and the caller had said that it cannot pay for that. Nothing was touched.
    ColdLoadSkipped,
    /// The host's database failed. The transaction cannot be executed at all.
    Database(E),
}

/// The running transaction's view of the state.
///
/// What a host must keep to:
///
/// - A read goes through the transaction's journal: it makes the slot or the account warm, and where the
///   call reverts or runs out of gas, the journal takes that back with everything else.
/// - Code comes back byte for byte as it was deployed. Some EVMs pad code when they analyse it, and some
///   databases store the padded form; a key with a byte more is not a key.
/// - `skip_cold` says that the call cannot pay for a cold read. A host without "load unless cold" has two
///   ways. It looks up first whether the entry is cold, and gives [`LoadError::ColdLoadSkipped`]. Or it
///   ignores `skip_cold` and reads: outcome and gas are the same, because the precompile then finds that
///   it cannot pay; but the state is read once more than on other hosts, which shows in a witness and,
///   from Amsterdam on (EIP-7928), in a block access list. On a chain that has either, every node must do
///   the same.
pub trait Journal {
    /// The error of the host's database.
    type Error;

    /// Reads the slot `slot` of `account`, which is the executing contract and so loaded already. Where a
    /// transaction calls the precompile itself, it is the sender.
    ///
    /// # Errors
    /// [`LoadError::ColdLoadSkipped`] if the slot is cold and `skip_cold` is set; the slot then stays
    /// cold and unread.
    fn storage(
        &mut self,
        account: Address,
        slot: U256,
        skip_cold: bool,
    ) -> Result<Loaded<U256>, LoadError<Self::Error>>;

    /// Loads `account` and its code as it stands, without padding and without following an EIP-7702
    /// delegation, whose 23 bytes are the code. Empty for an account without code, and for one that does
    /// not exist.
    ///
    /// # Errors
    /// [`LoadError::ColdLoadSkipped`] if the account is cold and `skip_cold` is set; the account then
    /// stays cold and unread.
    fn code(
        &mut self,
        account: Address,
        skip_cold: bool,
    ) -> Result<Loaded<Bytes>, LoadError<Self::Error>>;
}
