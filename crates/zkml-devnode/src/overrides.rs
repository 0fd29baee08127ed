//! What a caller of a simulation may pretend.

use alloy_primitives::{Address, U256};
use alloy_rpc_types_eth::{
    BlockOverrides,
    state::{AccountOverride, StateOverride},
};

use crate::{
    rpc_error::{RpcResult, invalid_params},
    state::State,
};

/// What a caller may pretend.
#[derive(Debug, Default)]
pub(crate) struct Overrides {
    pub(crate) state: Option<StateOverride>,
    pub(crate) block: Option<BlockOverrides>,
}

/// Changes `state` as the overrides say.
pub(crate) fn apply(overrides: StateOverride, state: &mut State) -> RpcResult<()> {
    for (address, account) in overrides {
        apply_to_account(address, account, state)
            .map_err(|error| invalid_params(format!("state overrides: {address}: {error}")))?;
    }
    Ok(())
}

fn apply_to_account(
    address: Address,
    account: AccountOverride,
    state: &mut State,
) -> Result<(), String> {
    let AccountOverride {
        balance,
        nonce,
        code,
        state: all_slots,
        state_diff,
        move_precompile_to,
    } = account;
    if move_precompile_to.is_some() {
        return Err("movePrecompileToAddress is not supported".into());
    }
    if let Some(balance) = balance {
        state.set_balance(address, balance);
    }
    if let Some(nonce) = nonce {
        state.set_nonce(address, nonce);
    }
    if let Some(code) = code {
        state.set_code(address, code)?;
    }
    let (clear, slots) = match (all_slots, state_diff) {
        (Some(_), Some(_)) => return Err("both `state` and `stateDiff` are given".into()),
        (Some(slots), None) => (true, slots),
        (None, Some(slots)) => (false, slots),
        (None, None) => return Ok(()),
    };
    let slots = slots
        .into_iter()
        .map(|(index, value)| (U256::from_be_bytes(index.0), U256::from_be_bytes(value.0)));
    state.set_slots(address, clear, slots);
    Ok(())
}
