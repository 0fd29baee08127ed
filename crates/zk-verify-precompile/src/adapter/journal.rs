//! The host's journal and prices, as the core wants them.

use super::alloy_evm::{
    EvmInternals,
    revm::{
        context_interface::{
            JournalTr,
            cfg::GasParams,
            journaled_state::{JournalLoadError, account::JournaledAccountTr},
        },
        precompile::{PrecompileHalt, PrecompileOutput},
    },
};
use crate::{AccessPrices, Journal, LoadError, Loaded, Outcome, Output};
use alloc::string::{String, ToString};
use alloy_primitives::{Address, Bytes, U256};
use core::fmt::Display;

/// The prices of touching state under a host's gas table, for [`ZkVerify::call`](crate::ZkVerify::call).
pub fn access_prices(gas: &GasParams) -> AccessPrices {
    AccessPrices {
        warm: gas.warm_storage_read_cost(),
        cold_slot_surcharge: gas.cold_storage_additional_cost(),
        cold_account_surcharge: gas.cold_account_additional_cost(),
    }
}

/// Gas and result in the EVM's terms. A halt takes all gas; success and revert give back the rest.
pub(super) fn to_precompile_output(output: Output, reservoir: u64) -> PrecompileOutput {
    let bytes = Bytes::from(output.outcome.return_data());
    match output.outcome {
        Outcome::Valid | Outcome::Invalid(_) => {
            PrecompileOutput::new(output.gas_used, bytes, reservoir)
        }
        Outcome::Revert(_) => PrecompileOutput::revert(output.gas_used, bytes, reservoir),
        Outcome::OutOfGas => PrecompileOutput::halt(PrecompileHalt::OutOfGas, reservoir),
    }
}

/// revm's journal.
pub(super) struct RevmJournal<'a, T>(pub(super) &'a mut T);

impl<T: JournalTr> Journal for RevmJournal<'_, T> {
    type Error = String;

    fn storage(
        &mut self,
        account: Address,
        slot: U256,
        skip_cold: bool,
    ) -> Result<Loaded<U256>, LoadError<String>> {
        // The executing contract's account is loaded already; reading its slot does not price it.
        let account = self
            .0
            .load_account_mut_skip_cold_load(account, false)
            .map_err(load_error)?;
        read_slot(account.data, slot, skip_cold)
    }

    fn code(
        &mut self,
        account: Address,
        skip_cold: bool,
    ) -> Result<Loaded<Bytes>, LoadError<String>> {
        let account = self
            .0
            .load_account_mut_skip_cold_load(account, skip_cold)
            .map_err(load_error)?;
        read_code(account.data, account.is_cold)
    }
}

/// The journal behind alloy-evm's dyn-compatible face.
pub(super) struct InternalsJournal<'a, 'b>(pub(super) &'a mut EvmInternals<'b>);

impl Journal for InternalsJournal<'_, '_> {
    type Error = String;

    fn storage(
        &mut self,
        account: Address,
        slot: U256,
        skip_cold: bool,
    ) -> Result<Loaded<U256>, LoadError<String>> {
        let account = self
            .0
            .load_account_mut_skip_cold_load(account, false)
            .map_err(load_error)?;
        read_slot(account.data, slot, skip_cold)
    }

    fn code(
        &mut self,
        account: Address,
        skip_cold: bool,
    ) -> Result<Loaded<Bytes>, LoadError<String>> {
        let account = self
            .0
            .load_account_mut_skip_cold_load(account, skip_cold)
            .map_err(load_error)?;
        read_code(account.data, account.is_cold)
    }
}

fn read_slot(
    mut account: impl JournaledAccountTr,
    slot: U256,
    skip_cold: bool,
) -> Result<Loaded<U256>, LoadError<String>> {
    let slot = account.sload(slot, skip_cold).map_err(load_error)?;
    Ok(Loaded {
        value: slot.data.present_value(),
        is_cold: slot.is_cold,
    })
}

/// The code as it stands: `bytes()` would be padded, and a delegation is the 23 bytes that it is.
fn read_code(
    mut account: impl JournaledAccountTr,
    is_cold: bool,
) -> Result<Loaded<Bytes>, LoadError<String>> {
    let value = account.load_code().map_err(load_error)?.original_bytes();
    Ok(Loaded { value, is_cold })
}

fn load_error<E: Display>(error: JournalLoadError<E>) -> LoadError<String> {
    match error {
        JournalLoadError::ColdLoadSkipped => LoadError::ColdLoadSkipped,
        JournalLoadError::DBError(error) => LoadError::Database(error.to_string()),
    }
}
