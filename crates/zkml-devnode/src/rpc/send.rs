//! Transactions on their way into the chain.

use alloy_consensus::{
    SignableTransaction, TxEnvelope, TypedTransaction,
    transaction::{Recovered, SignerRecoverable},
};
use alloy_eips::{BlockId, Decodable2718};
use alloy_primitives::{Address, B256, Bytes};
use alloy_rpc_types_eth::TransactionRequest;
use alloy_signer::SignerSync;

use super::{
    fees,
    params::Args,
    registry::{Registered, Registry},
};
use crate::{
    backend::Backend,
    rpc_error::{RpcResult, internal, invalid_params, rejected},
    simulate::{Overrides, Simulation},
};

pub(super) fn register(registry: &mut Registry) -> Registered {
    registry.method("eth_sendRawTransaction", 1, send_raw)?;
    registry.method("eth_sendTransaction", 1, send)
}

/// Takes a signed transaction in its EIP-2718 encoding.
fn send_raw(backend: &Backend, args: &mut Args) -> RpcResult<B256> {
    let raw: Bytes = args.required(0, "signed transaction")?;
    let tx = TxEnvelope::decode_2718_exact(&raw)
        .map_err(|error| invalid_params(format!("params[0] (signed transaction): {error}")))?;
    check_chain_id(backend, &tx)?;
    let tx = tx
        .try_into_recovered()
        .map_err(|_| rejected("invalid sender: the signature is not valid"))?;
    backend.submit(tx)
}

fn check_chain_id(backend: &Backend, tx: &TxEnvelope) -> RpcResult<()> {
    use alloy_consensus::Transaction;
    match tx.chain_id() {
        Some(id) if id != backend.chain_id => Err(rejected(format!(
            "invalid chain id for signer: have {id} want {}",
            backend.chain_id
        ))),
        _ => Ok(()),
    }
}

/// Fills in what is missing, signs with the key of an unlocked account, and sends.
fn send(backend: &Backend, args: &mut Args) -> RpcResult<B256> {
    let mut request: TransactionRequest = args.required(0, "transaction")?;
    let from = request.from.ok_or_else(|| {
        invalid_params("params[0] (transaction): no `from`; expected an unlocked account")
    })?;
    fill(backend, &mut request)?;
    let _turn = backend.signing();
    if request.nonce.is_none() {
        let chain = backend.chain();
        request.nonce = Some(chain.pool.next_nonce(from, &chain.state));
    }
    let tx = request.build_typed_tx().map_err(|request| {
        let missing = request
            .missing_keys()
            .err()
            .map(|(_, keys)| keys.join(", "));
        invalid_params(format!(
            "params[0] (transaction): incomplete; missing or conflicting: {}",
            missing.unwrap_or_default()
        ))
    })?;
    backend.submit(sign(backend, from, tx)?)
}

/// Everything but the nonce.
fn fill(backend: &Backend, request: &mut TransactionRequest) -> RpcResult<()> {
    match request.chain_id {
        Some(id) if id != backend.chain_id => {
            return Err(rejected(format!(
                "invalid chain id: have {id} want {}",
                backend.chain_id
            )));
        }
        _ => request.chain_id = Some(backend.chain_id),
    }
    if request.to.is_none() {
        request.to = Some(alloy_primitives::TxKind::Create);
    }
    if request.gas.is_none() {
        let simulation = Simulation::new(
            backend,
            request.clone(),
            BlockId::pending(),
            Overrides::default(),
        )?;
        request.gas = Some(simulation.estimate()?);
    }
    if request.gas_price.is_none() {
        let tip = *request
            .max_priority_fee_per_gas
            .get_or_insert(fees::PRIORITY_FEE);
        // Twice the base fee: enough for six full blocks to come in between.
        let base_fee = u128::from(fees::next_base_fee(backend));
        request
            .max_fee_per_gas
            .get_or_insert(base_fee.saturating_mul(2).saturating_add(tip));
    }
    request.normalize_input();
    Ok(())
}

fn sign(
    backend: &Backend,
    from: Address,
    tx: TypedTransaction,
) -> RpcResult<Recovered<TxEnvelope>> {
    let account = backend
        .accounts
        .iter()
        .find(|account| account.address() == from)
        .ok_or_else(|| {
            rejected(format!(
                "unknown account {from}: only eth_accounts are unlocked"
            ))
        })?;
    let signature = account
        .signer()
        .sign_hash_sync(&tx.signature_hash())
        .map_err(internal)?;
    Ok(Recovered::new_unchecked(tx.into_envelope(signature), from))
}
