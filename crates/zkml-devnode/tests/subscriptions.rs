//! `eth_subscribe` over WebSocket.

mod common;

use common::{Fixture, Net, Socket, TOPIC, artifact, logger, test_config};
use serde_json::{Value, json};
use zkml_devnode::MAX_SUBSCRIPTIONS;

#[tokio::test]
async fn new_heads_are_the_headers_of_new_blocks() {
    let net = Net::start(test_config()).await;
    let mut socket = Socket::open(&net.client).await;
    let id = socket.call("eth_subscribe", json!(["newHeads"])).await;
    assert!(id.as_str().unwrap().starts_with("0x"), "{id}");
    for number in ["0x1", "0x2", "0x3"] {
        net.call("evm_mine", json!([])).await;
        let (subscription, header) = socket.notification().await;
        assert_eq!(subscription, id);
        let block = net.call("eth_getBlockByNumber", json!([number])).await;
        for field in ["hash", "number", "parentHash", "timestamp", "stateRoot"] {
            assert_eq!(header[field], block[field], "{field}");
        }
    }
    assert_eq!(socket.call("eth_unsubscribe", json!([id])).await, true);
    net.call("evm_mine", json!([])).await;
    // The next message is the answer to this call, not a header.
    assert_eq!(socket.call("eth_blockNumber", json!([])).await, "0x4");
    assert_eq!(socket.call("eth_unsubscribe", json!([id])).await, false);
}

#[tokio::test]
async fn logs_are_those_that_match_and_come_again_when_they_are_taken_away() {
    let net = Net::start(test_config()).await;
    let contract = net.deploy(logger()).await;
    let other = net.deploy(logger()).await;
    let mut socket = Socket::open(&net.client).await;
    let filter = json!({"address": contract, "topics": [TOPIC]});
    socket.call("eth_subscribe", json!(["logs", filter])).await;
    let snapshot = net.call("evm_snapshot", json!([])).await;
    let from = net.account(0);
    net.execute(json!({"from": from, "to": other, "data": TOPIC}))
        .await;
    let receipt = net
        .execute(json!({"from": from, "to": contract, "data": TOPIC}))
        .await;
    let (_, log) = socket.notification().await;
    assert_eq!(log, receipt["logs"][0]);
    net.call("evm_revert", json!([snapshot])).await;
    let (_, removed) = socket.notification().await;
    assert_eq!(removed["removed"], true);
    assert_eq!(removed["transactionHash"], log["transactionHash"]);
}

#[tokio::test]
async fn pending_transactions_are_told_before_they_are_mined() {
    let net = Net::start(test_config()).await;
    net.call("evm_setAutomine", json!([false])).await;
    let mut socket = Socket::open(&net.client).await;
    let hashes = socket
        .call("eth_subscribe", json!(["newPendingTransactions"]))
        .await;
    let full = socket
        .call("eth_subscribe", json!(["newPendingTransactions", true]))
        .await;
    let filter = net.call("eth_newPendingTransactionFilter", json!([])).await;
    let hash = net
        .send(json!({"from": net.account(0), "to": net.account(1), "value": "0x7"}))
        .await;
    for _ in 0..2 {
        let (id, news) = socket.notification().await;
        if id == hashes {
            assert_eq!(news, json!(hash));
        } else {
            assert_eq!(id, full);
            assert_eq!(news["hash"], json!(hash));
            assert_eq!(news["blockHash"], Value::Null);
        }
    }
    assert_eq!(
        net.call("eth_getFilterChanges", json!([filter])).await,
        json!([hash])
    );
    assert!(net.receipt(hash).await.is_null());
}

#[tokio::test]
async fn a_proof_is_heard_of_by_its_log() {
    let mlp = Fixture::mlp();
    let net = Net::start(mlp.config()).await;
    let app = net.deploy(artifact("MyAIApp")).await;
    let mut socket = Socket::open(&net.client).await;
    socket
        .call("eth_subscribe", json!(["logs", {"address": app}]))
        .await;
    let receipt = net
        .execute(json!({"from": net.account(0), "to": app, "data": mlp.submit()}))
        .await;
    if let Some(log) = receipt["logs"].get(0) {
        assert_eq!(socket.notification().await.1, *log);
    }
    assert_eq!(receipt["status"], "0x1");
}

#[tokio::test]
async fn what_is_wrong_with_a_subscription_is_said() {
    let net = Net::start(test_config()).await;
    let mut socket = Socket::open(&net.client).await;
    let error = socket.error("eth_subscribe", json!(["newBlocks"])).await;
    assert_eq!(error["code"], -32602);
    assert!(
        error["message"].as_str().unwrap().contains("newHeads"),
        "{error}"
    );
    let error = socket.error("eth_subscribe", json!([])).await;
    assert_eq!(error["message"], "params[0] (kind): missing");
    let topics: Vec<_> = (0..1_001).map(|_| TOPIC).collect();
    let addresses: Vec<_> = (0..1_001_u64)
        .map(|index| alloy_primitives::Address::left_padding_from(&index.to_be_bytes()))
        .collect();
    let error = socket
        .error(
            "eth_subscribe",
            json!(["logs", {"address": addresses, "topics": [topics]}]),
        )
        .await;
    assert!(
        error["message"].as_str().unwrap().contains("at most 256"),
        "{error}"
    );
    // Over HTTP there is nobody to tell.
    net.error("eth_subscribe", json!(["newHeads"])).await;
}

#[tokio::test]
async fn a_connection_has_so_many_subscriptions_and_no_more() {
    let net = Net::start(test_config()).await;
    let mut socket = Socket::open(&net.client).await;
    for _ in 0..MAX_SUBSCRIPTIONS {
        socket.call("eth_subscribe", json!(["newHeads"])).await;
    }
    socket.error("eth_subscribe", json!(["newHeads"])).await;
    let mut other = Socket::open(&net.client).await;
    other.call("eth_subscribe", json!(["newHeads"])).await;
}
