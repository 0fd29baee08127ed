//! revm 14's journal, as the precompile wants it.

use revm::{
    Database, InnerEvmContext,
    primitives::{AccountStatus, Address, EVMError},
};
use zk_verify_precompile::{self as zk, Journal, LoadError, Loaded, U256};

/// The journal of the running transaction. It has no "load unless cold", so what is cold is looked up
/// before it is loaded.
pub(crate) struct TransactionJournal<'a, DB: Database>(pub(crate) &'a mut InnerEvmContext<DB>);

impl<DB: Database> Journal for TransactionJournal<'_, DB> {
    type Error = EVMError<DB::Error>;

    fn storage(
        &mut self,
        account: zk::Address,
        slot: U256,
        skip_cold: bool,
    ) -> Result<Loaded<U256>, LoadError<Self::Error>> {
        let account = Address::new(account.0.0);
        let loaded = self.0.load_account(account).map_err(LoadError::Database)?;
        let is_warm = (loaded.data.storage.get(&slot)).is_some_and(|slot| !slot.is_cold);
        if skip_cold && !is_warm {
            return Err(LoadError::ColdLoadSkipped);
        }
        let slot = self.0.sload(account, slot).map_err(LoadError::Database)?;
        Ok(Loaded {
            value: slot.data,
            is_cold: slot.is_cold,
        })
    }

    fn code(
        &mut self,
        account: zk::Address,
        skip_cold: bool,
    ) -> Result<Loaded<zk::Bytes>, LoadError<Self::Error>> {
        let account = Address::new(account.0.0);
        let journal = &mut self.0.journaled_state;
        let is_warm = match journal.state.get(&account) {
            Some(loaded) => !loaded.status.contains(AccountStatus::Cold),
            None => journal.warm_preloaded_addresses.contains(&account),
        };
        if skip_cold && !is_warm {
            return Err(LoadError::ColdLoadSkipped);
        }
        let loaded = journal
            .load_code(account, &mut self.0.db)
            .map_err(LoadError::Database)?;
        // As it stands: `bytes()` would be padded.
        let code = loaded.info.code.as_ref().map(|code| code.original_bytes());
        Ok(Loaded {
            value: zk::Bytes(code.unwrap_or_default().0),
            is_cold: loaded.is_cold,
        })
    }
}
