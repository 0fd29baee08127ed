//! Signatures with the keys of the funded accounts.

use alloy_dyn_abi::TypedData;
use alloy_primitives::{Address, B256, Bytes, Signature};
use alloy_signer::SignerSync;
use serde_json::Value;

use super::{
    params::Args,
    registry::{Registered, Registry},
};
use crate::{
    accounts::DevAccount,
    backend::Backend,
    rpc_error::{RpcResult, internal, invalid_params, rejected},
};

pub(super) fn register(registry: &mut Registry) -> Registered {
    // The two differ in the order of their parameters only.
    registry.method("eth_sign", 2, |backend, args| {
        let address: Address = args.required(0, "address")?;
        let message = message(args, 1)?;
        sign_message(backend, address, &message)
    })?;
    registry.method("personal_sign", 3, |backend, args| {
        let message = message(args, 0)?;
        let address: Address = args.required(1, "address")?;
        sign_message(backend, address, &message)
    })?;
    registry.method("eth_signTypedData_v4", 2, sign_typed_data)
}

/// The account with this address.
pub(super) fn unlocked(backend: &Backend, address: Address) -> RpcResult<&DevAccount> {
    backend
        .accounts
        .iter()
        .find(|account| account.address() == address)
        .ok_or_else(|| {
            rejected(format!(
                "unknown account {address}: only eth_accounts are unlocked"
            ))
        })
}

/// A message as bytes in hexadecimal, or as text, as some wallets take it.
fn message(args: &mut Args, index: usize) -> RpcResult<Bytes> {
    let text: String = args.required(index, "message")?;
    Ok(match text.strip_prefix("0x").map(|_| text.parse()) {
        Some(Ok(bytes)) => bytes,
        _ => text.into_bytes().into(),
    })
}

/// The signature (65 bytes: r, s, v) of the message with its prefix (EIP-191).
fn sign_message(backend: &Backend, address: Address, message: &[u8]) -> RpcResult<Bytes> {
    let signer = unlocked(backend, address)?.signer();
    let signature = signer.sign_message_sync(message).map_err(internal)?;
    Ok(signature.as_bytes().into())
}

/// The signature of structured data (EIP-712), given as an object or as its JSON in a string.
fn sign_typed_data(backend: &Backend, args: &mut Args) -> RpcResult<Bytes> {
    let address: Address = args.required(0, "address")?;
    let data: Value = args.required(1, "typed data")?;
    let wrong =
        |error: &dyn std::fmt::Display| invalid_params(format!("params[1] (typed data): {error}"));
    let data: TypedData = match data {
        Value::String(text) => serde_json::from_str(&text),
        object => serde_json::from_value(object),
    }
    .map_err(|error| wrong(&error))?;
    let hash = data.eip712_signing_hash().map_err(|error| wrong(&error))?;
    let signature = sign_hash(unlocked(backend, address)?, &hash)?;
    Ok(signature.as_bytes().into())
}

pub(super) fn sign_hash(account: &DevAccount, hash: &B256) -> RpcResult<Signature> {
    account.signer().sign_hash_sync(hash).map_err(internal)
}
