//! Errors, as JSON-RPC sees them.
//!
//! Codes and wording follow geth where geth has a word for it, because ethers, viem, alloy and
//! foundry recognise errors by them.

use alloy_evm::revm::context::result::{EVMError, ExecutionResult, HaltReason, InvalidTransaction};
use alloy_primitives::{Bytes, hex};
use alloy_sol_types::{GenericContractError, SolInterface, sol};
use jsonrpsee::types::{
    ErrorObjectOwned,
    error::{CALL_EXECUTION_FAILED_CODE, INTERNAL_ERROR_CODE, INVALID_PARAMS_CODE},
};

/// The result of every RPC method.
pub(crate) type RpcResult<T> = Result<T, ErrorObjectOwned>;

/// geth's code for a call that reverted; the revert data is in the error's `data`.
const REVERTED_CODE: i32 = 3;

/// Parameters of the wrong number, type or value.
pub(crate) fn invalid_params(message: impl Into<String>) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(INVALID_PARAMS_CODE, message, None::<()>)
}

/// A request that is well formed and cannot be met.
pub(crate) fn rejected(message: impl Into<String>) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(CALL_EXECUTION_FAILED_CODE, message, None::<()>)
}

/// A fault of the node.
pub(crate) fn internal(message: impl std::fmt::Display) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(
        INTERNAL_ERROR_CODE,
        format!("internal error: {message}"),
        None::<()>,
    )
}

/// Why a transaction or a call could not be executed at all.
pub(crate) fn not_executed<E: std::fmt::Display>(error: EVMError<E>) -> ErrorObjectOwned {
    match error {
        EVMError::Transaction(reason) => rejected(invalid_transaction(&reason)),
        other => internal(other),
    }
}

fn invalid_transaction(reason: &InvalidTransaction) -> String {
    use InvalidTransaction as Reason;
    match reason {
        Reason::NonceTooLow { tx, state } => nonce_too_low(*state, *tx),
        Reason::NonceTooHigh { tx, state } => nonce_too_high(*state, *tx),
        Reason::LackOfFundForMaxFee { fee, balance } => {
            format!("insufficient funds for gas * price + value: have {balance} want {fee}")
        }
        Reason::CallGasCostMoreThanGasLimit {
            initial_gas,
            gas_limit,
        } => {
            format!("intrinsic gas too low: have {gas_limit}, want {initial_gas}")
        }
        Reason::GasFloorMoreThanGasLimit {
            gas_floor,
            gas_limit,
        } => {
            format!("insufficient gas for floor data gas cost: have {gas_limit}, want {gas_floor}")
        }
        Reason::GasPriceLessThanBasefee => "max fee per gas less than block base fee".into(),
        Reason::PriorityFeeGreaterThanMaxFee => {
            "max priority fee per gas higher than max fee per gas".into()
        }
        Reason::CallerGasLimitMoreThanBlock => "exceeds block gas limit".into(),
        Reason::TxGasLimitGreaterThanCap { gas_limit, cap } => {
            format!("transaction gas limit too high (cap: {cap}, tx: {gas_limit})")
        }
        Reason::RejectCallerWithCode => "sender not an eoa".into(),
        Reason::CreateInitCodeSizeLimit => "max initcode size exceeded".into(),
        other => other.to_string(),
    }
}

/// The sender has already used this nonce.
pub(crate) fn nonce_too_low(next: u64, got: u64) -> String {
    format!("nonce too low: next nonce {next}, tx nonce {got}")
}

/// The nonce is too far ahead of the sender's to be kept waiting.
pub(crate) fn nonce_too_high(next: u64, got: u64) -> String {
    format!("nonce too high: next nonce {next}, tx nonce {got}")
}

/// What a call returned, or why it returned nothing.
pub(crate) fn output(result: ExecutionResult<HaltReason>) -> RpcResult<Bytes> {
    match result {
        ExecutionResult::Success { output, .. } => Ok(output.into_data()),
        ExecutionResult::Revert { output, .. } => Err(ErrorObjectOwned::owned(
            REVERTED_CODE,
            revert_message(&output),
            Some(output),
        )),
        ExecutionResult::Halt { reason, .. } => Err(rejected(format!("EVM halted: {reason}"))),
    }
}

/// `execution reverted`, with the reason where it can be told without the contract's ABI:
/// `Error(string)`, `Panic(uint256)`, and the precompile's own errors.
pub(crate) fn revert_message(data: &[u8]) -> String {
    const REVERTED: &str = "execution reverted";
    if data.is_empty() {
        return REVERTED.into();
    }
    if let Ok(error) = Precompile::PrecompileErrors::abi_decode(data) {
        return format!("{REVERTED}: {}", describe(&error));
    }
    match GenericContractError::abi_decode(data) {
        Ok(GenericContractError::Revert(revert)) => format!("{REVERTED}: {}", revert.reason),
        Ok(GenericContractError::Panic(panic)) => format!("{REVERTED}: {panic}"),
        Err(_) => {
            let selector = data.get(..4).unwrap_or(data);
            format!("{REVERTED}: custom error 0x{}", hex::encode(selector))
        }
    }
}

sol! {
    /// The errors of the precompile at 0x11.
    interface Precompile {
        error NoVerifyingKey(address caller);
        error InvalidVerifyingKey(address key);
        error DelegateCallNotAllowed();
        error NonPayable();
        error MalformedCall();
    }
}

fn describe(error: &Precompile::PrecompileErrors) -> String {
    use Precompile::PrecompileErrors as E;
    match error {
        E::NoVerifyingKey(error) => format!("NoVerifyingKey({})", error.caller),
        E::InvalidVerifyingKey(error) => format!("InvalidVerifyingKey({})", error.key),
        E::DelegateCallNotAllowed(_) => "DelegateCallNotAllowed()".into(),
        E::NonPayable(_) => "NonPayable()".into(),
        E::MalformedCall(_) => "MalformedCall()".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::{Address, U256};
    use alloy_sol_types::{Panic, Revert, SolError};

    #[test]
    fn a_revert_names_its_reason() {
        let data = Revert::from("Invalid ZK Proof").abi_encode();
        assert_eq!(
            revert_message(&data),
            "execution reverted: Invalid ZK Proof"
        );
    }

    #[test]
    fn a_panic_names_its_kind() {
        let data = Panic {
            code: U256::from(0x11),
        }
        .abi_encode();
        assert!(revert_message(&data).contains("arithmetic underflow or overflow"));
    }

    #[test]
    fn an_error_of_the_precompile_names_itself() {
        let data = Precompile::NoVerifyingKey {
            caller: Address::ZERO,
        }
        .abi_encode();
        assert_eq!(
            revert_message(&data),
            format!("execution reverted: NoVerifyingKey({})", Address::ZERO)
        );
    }

    #[test]
    fn an_unknown_error_names_its_selector_and_empty_data_nothing() {
        assert_eq!(
            revert_message(&[1, 2, 3, 4, 5]),
            "execution reverted: custom error 0x01020304"
        );
        assert_eq!(revert_message(&[]), "execution reverted");
    }
}
