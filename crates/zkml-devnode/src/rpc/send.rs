//! Transactions on their way into the chain.

use std::time::{Duration, Instant};

use alloy_consensus::{
    SignableTransaction, TxEnvelope, TypedTransaction,
    transaction::{Recovered, SignerRecoverable},
};
use alloy_eips::{BlockId, Decodable2718, Encodable2718};
use alloy_primitives::{Address, B256, Bytes, Signature, U64, U256};
use alloy_rpc_types_eth::{TransactionReceipt, TransactionRequest};
use serde::Serialize;

use super::{
    fees,
    params::Args,
    registry::{Registered, Registry},
    sign,
};
use crate::{
    backend::Backend,
    impersonation,
    overrides::Overrides,
    rpc_error::{RpcResult, TIMED_OUT, coded, invalid_params, rejected},
    simulate::Simulation,
};

pub(super) fn register(registry: &mut Registry) -> Registered {
    registry.method("eth_sendRawTransaction", 1, send_raw)?;
    registry.method("eth_sendTransaction", 1, send)?;
    registry.method("eth_sendRawTransactionSync", 2, |backend, args| {
        let hash = send_raw(backend, args)?;
        receipt_of(backend, hash, args)
    })?;
    registry.method("eth_sendTransactionSync", 2, |backend, args| {
        let hash = send(backend, args)?;
        receipt_of(backend, hash, args)
    })?;
    registry.method("eth_signTransaction", 1, |backend, args| {
        let (from, request) = filled(backend, args)?;
        let tx = signed(backend, from, request)?;
        Ok(Bytes::from(tx.encoded_2718()))
    })?;
    registry.method("eth_fillTransaction", 1, fill_only)
}

/// What `eth_fillTransaction` returns: the transaction with all fields and a signature of zeros, as geth has it.
#[derive(Clone, Serialize)]
struct Filled {
    raw: Bytes,
    tx: TxEnvelope,
}

/// Fills in what is missing, and neither signs nor sends. Any sender will do.
fn fill_only(backend: &Backend, args: &mut Args) -> RpcResult<Filled> {
    let mut request: TransactionRequest = args.required(0, "transaction")?;
    fill(backend, &mut request)?;
    let tx = typed(backend, request.from.unwrap_or_default(), request)?;
    let tx = tx.into_envelope(Signature::new(U256::ZERO, U256::ZERO, false));
    Ok(Filled {
        raw: tx.encoded_2718().into(),
        tx,
    })
}

/// How long, at most, a call waits for a receipt (EIP-7966).
const MAX_WAIT: Duration = Duration::from_secs(10);

/// The receipt of a transaction that was just sent; waits as many milliseconds for it as parameter
/// 1 says.
fn receipt_of(backend: &Backend, hash: B256, args: &mut Args) -> RpcResult<TransactionReceipt> {
    let wanted = args.optional::<U64>(1, "timeout")?;
    let wait = wanted.map_or(MAX_WAIT, |millis| {
        Duration::from_millis(millis.to()).min(MAX_WAIT)
    });
    let until = Instant::now() + wait;
    loop {
        if let Some((_, receipt)) = backend.chain().transaction(hash) {
            return Ok(receipt.clone());
        }
        if Instant::now() >= until {
            return Err(coded(
                TIMED_OUT,
                format!(
                    "{hash} was taken in but not mined within {} ms",
                    wait.as_millis()
                ),
            ));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
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
        Some(id) if id != backend.chain_id() => Err(rejected(format!(
            "invalid chain id for signer: have {id} want {}",
            backend.chain_id()
        ))),
        _ => Ok(()),
    }
}

/// Fills in what is missing, signs with the key of an unlocked account, and sends.
fn send(backend: &Backend, args: &mut Args) -> RpcResult<B256> {
    let (from, request) = filled(backend, args)?;
    // From choosing the nonce to submitting it.
    let _turn = backend.signing();
    backend.submit(signed(backend, from, request)?)
}

/// The sender and the request, with everything but the nonce.
fn filled(backend: &Backend, args: &mut Args) -> RpcResult<(Address, TransactionRequest)> {
    let mut request: TransactionRequest = args.required(0, "transaction")?;
    let from = request.from.ok_or_else(|| {
        invalid_params("params[0] (transaction): no `from`; expected an unlocked account")
    })?;
    fill(backend, &mut request)?;
    Ok((from, request))
}

fn signed(
    backend: &Backend,
    from: Address,
    request: TransactionRequest,
) -> RpcResult<Recovered<TxEnvelope>> {
    let tx = typed(backend, from, request)?;
    sign(backend, from, tx)
}

/// The transaction of a filled request, with the next nonce of its sender if it has none.
fn typed(
    backend: &Backend,
    from: Address,
    mut request: TransactionRequest,
) -> RpcResult<TypedTransaction> {
    if request.nonce.is_none() {
        let chain = backend.chain();
        request.nonce = Some(chain.pool.next_nonce(from, &chain.state));
    }
    request.build_typed_tx().map_err(|request| {
        let missing = request
            .missing_keys()
            .err()
            .map(|(_, keys)| keys.join(", "));
        invalid_params(format!(
            "params[0] (transaction): incomplete; missing or conflicting: {}",
            missing.unwrap_or_default()
        ))
    })
}

fn fill(backend: &Backend, request: &mut TransactionRequest) -> RpcResult<()> {
    match request.chain_id {
        Some(id) if id != backend.chain_id() => {
            return Err(rejected(format!(
                "invalid chain id: have {id} want {}",
                backend.chain_id()
            )));
        }
        _ => request.chain_id = Some(backend.chain_id()),
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
    let signature = match sign::unlocked(backend, from) {
        Ok(account) => sign::sign_hash(account, &tx.signature_hash())?,
        Err(_) if backend.impersonated.contains(from) => impersonation::signature(from),
        Err(error) => {
            return Err(rejected(format!(
                "{}; anvil_impersonateAccount lets the node send for any address",
                error.message()
            )));
        }
    };
    Ok(Recovered::new_unchecked(tx.into_envelope(signature), from))
}
