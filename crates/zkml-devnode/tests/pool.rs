//! Transactions that wait: which are mined, which stay, and what their senders are told.

mod common;

use alloy_primitives::{Address, B256, hex};
use common::{Net, deploying, from_hex, test_config};
use serde_json::{Value, json};
use zkml_devnode::Hardfork;

const BOB: Address = Address::repeat_byte(0xb0);

/// Uses all gas that it gets: JUMPDEST PUSH0 JUMP.
async fn burner(net: &Net) -> Address {
    net.deploy(deploying(&hex!("5b5f56"))).await
}

/// From account 1, which has not sent anything.
fn transfer(net: &Net, nonce: u64, gas: u64) -> Value {
    json!({"from": net.account(1), "to": BOB, "value": "0x1", "nonce": format!("{nonce:#x}"), "gas": format!("{gas:#x}")})
}

fn burn(net: &Net, burner: Address, nonce: u64, gas: u64) -> Value {
    let mut tx = transfer(net, nonce, gas);
    tx["to"] = json!(burner);
    tx["value"] = json!("0x0");
    tx
}

async fn status(net: &Net) -> Value {
    net.call("txpool_status", json!([])).await
}

fn waiting(pending: &str, queued: &str) -> Value {
    json!({"pending": pending, "queued": queued})
}

fn message(error: &Value) -> &str {
    error["message"].as_str().unwrap()
}

/// The numbers of the blocks that these transactions are in.
async fn blocks(net: &Net, hashes: &[B256]) -> Vec<u128> {
    let mut numbers = Vec::new();
    for hash in hashes {
        numbers.push(common::number(&net.receipt(*hash).await["blockNumber"]));
    }
    numbers
}

#[tokio::test]
async fn what_comes_after_a_transaction_that_does_not_fit_waits_with_it() {
    let net = Net::start(test_config()).await;
    let burner = burner(&net).await;
    net.call("evm_setAutomine", json!([false])).await;
    let hashes = [
        net.send(burn(&net, burner, 0, 12_000_000)).await,
        net.send(transfer(&net, 1, 20_000_000)).await,
        net.send(transfer(&net, 2, 21_000)).await,
    ];
    // Another sender's transaction is not held back.
    let other = json!({"from": net.account(2), "to": BOB, "value": "0x1"});
    let other = net.send(other).await;
    net.call("evm_mine", json!([])).await;
    assert_eq!(blocks(&net, &[hashes[0], other]).await, [2, 2]);
    assert_eq!(status(&net).await, waiting("0x2", "0x0"));
    net.call("evm_mine", json!([])).await;
    assert_eq!(blocks(&net, &hashes[1..]).await, [3, 3]);
    assert_eq!(status(&net).await, waiting("0x0", "0x0"));
}

#[tokio::test]
async fn what_comes_after_an_invalid_transaction_waits_for_another_in_its_place() {
    let net = Net::start(test_config()).await;
    net.call("evm_setAutomine", json!([false])).await;
    net.send(transfer(&net, 0, 20_999)).await;
    let second = net.send(transfer(&net, 1, 21_000)).await;
    net.call("evm_mine", json!([])).await;
    assert_eq!(status(&net).await, waiting("0x0", "0x1"));
    let first = net.send(transfer(&net, 0, 21_000)).await;
    net.call("evm_mine", json!([])).await;
    assert_eq!(blocks(&net, &[first, second]).await, [2, 2]);
}

#[tokio::test]
async fn what_had_waited_with_a_lower_nonce_is_mined_before_what_is_sent() {
    let net = Net::start(test_config()).await;
    let waited = net.send(transfer(&net, 5, 21_000)).await;
    let last = net.send(transfer(&net, 7, 21_000)).await;
    net.call("anvil_setNonce", json!([net.account(1), "0x5"]))
        .await;
    let sent = net.send(transfer(&net, 6, 21_000)).await;
    assert_eq!(blocks(&net, &[waited, sent, last]).await, [1, 2, 3]);
}

#[tokio::test]
async fn the_error_of_another_transaction_is_no_answer_to_the_one_that_is_sent() {
    let net = Net::start(test_config()).await;
    net.send(transfer(&net, 5, 20_999)).await;
    net.call("anvil_setNonce", json!([net.account(1), "0x5"]))
        .await;
    let sent = net.send(transfer(&net, 6, 21_000)).await;
    assert_eq!(status(&net).await, waiting("0x0", "0x1"));
    // Its own error is.
    let error = net
        .error("eth_sendTransaction", json!([transfer(&net, 5, 20_999)]))
        .await;
    assert!(message(&error).contains("intrinsic gas too low"), "{error}");
    let first = net.send(transfer(&net, 5, 21_000)).await;
    assert_eq!(blocks(&net, &[first, sent]).await, [1, 2]);
}

#[tokio::test]
async fn automine_mines_as_many_blocks_as_what_is_ready_needs() {
    let net = Net::start(test_config()).await;
    let burner = burner(&net).await;
    net.call("evm_setAutomine", json!([false])).await;
    let mut hashes = Vec::new();
    for nonce in 0..3 {
        hashes.push(net.send(burn(&net, burner, nonce, 20_000_000)).await);
    }
    let early = net.send(transfer(&net, 9, 21_000)).await;
    net.call("evm_setAutomine", json!([true])).await;
    assert_eq!(blocks(&net, &hashes).await, [2, 3, 4]);
    // What is not ready is not waited for.
    assert_eq!(status(&net).await, waiting("0x0", "0x1"));
    assert!(net.receipt(early).await.is_null());
    assert_eq!(net.number("eth_blockNumber", json!([])).await, 4);
}

#[tokio::test]
async fn a_gas_limit_over_osakas_is_refused_at_once() {
    let net = Net::on(Hardfork::Osaka).await;
    net.call("evm_setAutomine", json!([false])).await;
    let tx = transfer(&net, 0, 16_777_217);
    let error = net.error("eth_sendTransaction", json!([tx])).await;
    assert_eq!(
        message(&error),
        "transaction gas limit too high (cap: 16777216, tx: 16777217)"
    );
    assert_eq!(status(&net).await, waiting("0x0", "0x0"));
    let hash = net.send(transfer(&net, 0, 16_777_216)).await;
    net.call("evm_mine", json!([])).await;
    assert_eq!(net.receipt(hash).await["status"], "0x1");
}

#[tokio::test]
async fn the_nonce_that_none_follows_is_refused() {
    let net = Net::start(test_config()).await;
    net.call("evm_setAutomine", json!([false])).await;
    net.call("anvil_setNonce", json!([net.account(1), u64::MAX - 1]))
        .await;
    let tx = transfer(&net, u64::MAX, 21_000);
    let error = net.error("eth_sendTransaction", json!([tx])).await;
    assert!(
        message(&error).starts_with("nonce has max value"),
        "{error}"
    );
    let last = net.send(transfer(&net, u64::MAX - 1, 21_000)).await;
    net.call("evm_mine", json!([])).await;
    assert_eq!(net.receipt(last).await["status"], "0x1");
}

/// Sends these from unlocked accounts, in batches; gives the last answer.
async fn send_all(net: &Net, txs: &[Value], batch: usize) -> Value {
    let mut last = Value::Null;
    for txs in txs.chunks(batch) {
        let calls: Vec<_> = txs
            .iter()
            .map(|tx| json!({"jsonrpc": "2.0", "id": 1, "method": "eth_sendTransaction", "params": [tx]}))
            .collect();
        let mut answers = net.client.raw(&json!(calls).to_string()).await;
        last = answers.as_array_mut().unwrap().pop().unwrap();
    }
    last
}

#[tokio::test]
async fn a_full_pool_names_what_makes_room() {
    let net = Net::start(test_config()).await;
    net.call("evm_setAutomine", json!([false])).await;
    let transaction = |account: usize, nonce: u64| json!({"from": net.account(account), "to": BOB, "gas": "0x5208", "nonce": format!("{nonce:#x}")});
    let mut many: Vec<_> = (0..8)
        .flat_map(|account| (0..1_024).map(move |nonce| (account, nonce)))
        .map(|(account, nonce)| transaction(account, nonce))
        .collect();
    many.push(transaction(8, 0));
    let long = "00".repeat(2 << 20);
    let long: Vec<_> = (0..32)
        .map(|nonce| {
            let mut tx = transfer(&net, nonce, 30_000_000);
            tx["data"] = json!(format!("0x{long}"));
            tx
        })
        .collect();
    for (txs, batch) in [(many, 1_000), (long, 1)] {
        let answer = send_all(&net, &txs, batch).await;
        let text = message(&answer["error"]);
        assert!(text.starts_with("txpool is full"), "{text}");
        for cure in ["evm_mine", "anvil_dropAllTransactions"] {
            assert!(text.contains(cure), "{text}");
        }
        net.call("anvil_dropAllTransactions", json!([])).await;
        assert!(from_hex(&send_all(&net, &txs[..1], 1).await["result"]) != B256::ZERO);
        net.call("anvil_dropAllTransactions", json!([])).await;
    }
}
