//! Errors, as JSON-RPC sees them.
//!
//! Codes and wording follow geth where geth has a word for it, because ethers, viem, alloy and
//! foundry recognise errors by them.

use alloy_evm::revm::context::result::{EVMError, ExecutionResult, HaltReason, InvalidTransaction};
use alloy_primitives::Bytes;
use jsonrpsee::types::{
    ErrorObjectOwned,
    error::{CALL_EXECUTION_FAILED_CODE, INTERNAL_ERROR_CODE, INVALID_PARAMS_CODE},
};

use crate::revert::KnownErrors;

/// The result of every RPC method.
pub(crate) type RpcResult<T> = Result<T, ErrorObjectOwned>;

/// geth's code for a call that reverted; the revert data is in the error's `data`.
pub(crate) const REVERTED_CODE: i32 = 3;

/// EIP-7966's code for a receipt that did not come in time.
pub(crate) const TIMED_OUT: i32 = 4;

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

/// An error with a code of its own.
pub(crate) fn coded(code: i32, message: impl Into<String>) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(code, message, None::<()>)
}

/// The same as [`not_executed`] with the codes of `eth_simulateV1`.
pub(crate) fn simulation_refused<E: std::fmt::Display>(error: EVMError<E>) -> ErrorObjectOwned {
    use InvalidTransaction as Reason;
    let code = match &error {
        EVMError::Transaction(reason) => match reason {
            Reason::NonceTooLow { .. } => -38_010,
            Reason::NonceTooHigh { .. } => -38_011,
            Reason::GasPriceLessThanBasefee => -38_012,
            Reason::CallGasCostMoreThanGasLimit { .. }
            | Reason::GasFloorMoreThanGasLimit { .. } => -38_013,
            Reason::LackOfFundForMaxFee { .. } => -38_014,
            Reason::CallerGasLimitMoreThanBlock => -38_015,
            Reason::CreateInitCodeSizeLimit => -38_025,
            _ => CALL_EXECUTION_FAILED_CODE,
        },
        _ => INTERNAL_ERROR_CODE,
    };
    coded(code, not_executed(error).message())
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
        Reason::TxGasLimitGreaterThanCap { gas_limit, cap } => gas_limit_too_high(*cap, *gas_limit),
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

/// No transaction may have that much gas (EIP-7825).
pub(crate) fn gas_limit_too_high(cap: u64, got: u64) -> String {
    format!("transaction gas limit too high (cap: {cap}, tx: {got})")
}

/// What a call returned, or why it returned nothing.
pub(crate) fn output(result: ExecutionResult<HaltReason>, known: &KnownErrors) -> RpcResult<Bytes> {
    match result {
        ExecutionResult::Success { output, .. } => Ok(output.into_data()),
        ExecutionResult::Revert { output, .. } => Err(ErrorObjectOwned::owned(
            REVERTED_CODE,
            known.describe(&output),
            Some(output),
        )),
        ExecutionResult::Halt { reason, .. } => Err(rejected(format!("EVM halted: {reason}"))),
    }
}
