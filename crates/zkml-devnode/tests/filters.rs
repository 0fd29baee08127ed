//! Filters that are polled lose nothing.

mod common;

use alloy_primitives::{Address, hex};
use common::{Net, deploying, test_config};
use serde_json::{Value, json};

async fn changes(net: &Net, id: &Value) -> Vec<Value> {
    let mut answer = net.call("eth_getFilterChanges", json!([id])).await;
    answer.as_array_mut().unwrap().drain(..).collect()
}

/// The hashes of the blocks with these numbers.
async fn hashes(net: &Net, numbers: std::ops::RangeInclusive<u64>) -> Vec<Value> {
    let mut hashes = Vec::new();
    for number in numbers {
        let number = format!("{number:#x}");
        let block = net.call("eth_getBlockByNumber", json!([number])).await;
        hashes.push(block["hash"].clone());
    }
    hashes
}

#[tokio::test]
async fn blocks_in_the_place_of_those_that_were_taken_away_are_reported() {
    let net = Net::start(test_config()).await;
    let filter = net.call("eth_newBlockFilter", json!([])).await;
    net.call("anvil_mine", json!([5])).await;
    let snapshot = net.call("evm_snapshot", json!([])).await;
    net.call("anvil_mine", json!([5])).await;
    assert_eq!(changes(&net, &filter).await, hashes(&net, 1..=10).await);
    net.call("evm_revert", json!([snapshot])).await;
    net.call("anvil_mine", json!([5])).await;
    assert_eq!(changes(&net, &filter).await, hashes(&net, 6..=10).await);
    net.call("anvil_rollback", json!([3])).await;
    net.call("anvil_mine", json!([4])).await;
    assert_eq!(changes(&net, &filter).await, hashes(&net, 8..=11).await);
    net.call("anvil_reset", json!([])).await;
    net.call("anvil_mine", json!([12])).await;
    assert_eq!(changes(&net, &filter).await, hashes(&net, 1..=12).await);
    assert!(changes(&net, &filter).await.is_empty());
}

#[tokio::test]
async fn logs_that_could_not_be_reported_come_with_the_next_poll() {
    let net = Net::start(test_config()).await;
    // Logs nothing again and again, 400 gas a time:
    // JUMPDEST PUSH0 PUSH0 LOG0 PUSH2 0xffff GAS GT PUSH0 JUMPI STOP
    let greedy = net
        .deploy(deploying(&hex!("5b5f5fa061ffff5a115f5700")))
        .await;
    let filter = net
        .call("eth_newFilter", json!([{"address": greedy}]))
        .await;
    let mut logs = Vec::new();
    for _ in 0..2 {
        let receipt = net.execute(flood(&net, greedy)).await;
        assert_eq!(receipt["status"], "0x1");
        logs.push(receipt["logs"].as_array().unwrap().len());
    }
    assert!(logs[0] < 100_000 && logs[0] + logs[1] > 100_000, "{logs:?}");
    let error = net.error("eth_getFilterChanges", json!([filter])).await;
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("more than 100000 logs"), "{error}");
    // With one of the two blocks gone there are few enough.
    net.call("anvil_rollback", json!([1])).await;
    assert_eq!(changes(&net, &filter).await.len(), logs[0]);
    assert!(changes(&net, &filter).await.is_empty());
}

fn flood(net: &Net, contract: Address) -> Value {
    json!({"from": net.account(0), "to": contract, "gas": "0x1c9c380"})
}
