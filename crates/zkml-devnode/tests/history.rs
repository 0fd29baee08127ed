//! The past, the time, and what a development chain lets its users change.

mod common;

use alloy_primitives::{Address, B256, hex};
use common::{Net, TOPIC, deploying, logger, number, test_config};
use serde_json::{Value, json};

const GWEI: u128 = 1_000_000_000;
const ETHER: u128 = 10_u128.pow(18);
const BOB: Address = Address::repeat_byte(0xb0);

#[tokio::test]
async fn the_base_fee_follows_eip_1559() {
    let net = Net::start(test_config()).await;
    let before = net.call("eth_getBlockByNumber", json!(["latest"])).await;
    assert_eq!(number(&before["baseFeePerGas"]), GWEI);
    net.call("evm_mine", json!([])).await;
    let after = net.call("eth_getBlockByNumber", json!(["latest"])).await;
    // An empty block lowers it by an eighth.
    assert_eq!(number(&after["baseFeePerGas"]), GWEI - GWEI / 8);
    let history = net
        .call("eth_feeHistory", json!(["0xa", "latest", [50.0]]))
        .await;
    assert_eq!(history["oldestBlock"], "0x0");
    assert_eq!(history["baseFeePerGas"].as_array().unwrap().len(), 3);
    assert_eq!(history["gasUsedRatio"], json!([0.0, 0.0]));
    assert_eq!(history["reward"], json!([["0x0"], ["0x0"]]));
    let receipt = net
        .execute(json!({"from": net.account(0), "to": BOB}))
        .await;
    let history = net
        .call("eth_feeHistory", json!(["0x1", "latest", [50.0]]))
        .await;
    assert_eq!(history["reward"], json!([["0x3b9aca00"]]));
    let base_fee = number(&history["baseFeePerGas"][0]);
    assert_eq!(number(&receipt["effectiveGasPrice"]), base_fee + GWEI);
}

#[tokio::test]
async fn the_past_stays_as_it_was() {
    let net = Net::start(test_config()).await;
    let contract = net.deploy(logger()).await;
    let value = |byte: u8| B256::repeat_byte(byte);
    for byte in 1..=3 {
        let tx =
            json!({"from": net.account(0), "to": contract, "data": value(byte), "value": "0x1"});
        net.execute(tx).await;
    }
    for byte in 1..=3_u8 {
        let block = format!("{:#x}", byte + 1);
        let slot = net
            .call("eth_getStorageAt", json!([contract, "0x0", block]))
            .await;
        assert_eq!(slot, json!(value(byte)));
        assert_eq!(
            net.number("eth_getBalance", json!([contract, block])).await,
            u128::from(byte)
        );
        let nonce = net
            .number("eth_getTransactionCount", json!([net.account(0), block]))
            .await;
        assert_eq!(nonce, u128::from(byte) + 1);
    }
    assert_eq!(
        net.call("eth_getCode", json!([contract, "0x0"])).await,
        "0x"
    );
    let slot = net
        .call("eth_getStorageAt", json!([contract, "0x0", "0x1"]))
        .await;
    assert_eq!(slot, json!(B256::ZERO));
    // By block hash as well, and a call sees its block's own number.
    let block = net.call("eth_getBlockByNumber", json!(["0x2"])).await;
    let at = json!({"blockHash": block["hash"]});
    assert_eq!(net.number("eth_getBalance", json!([contract, at])).await, 1);
    let number_code = hex::encode_prefixed(hex!("435f5260205ff3"));
    let overrides = json!({BOB.to_string(): {"code": number_code}});
    let seen = net
        .call("eth_call", json!([{"to": BOB}, "0x2", overrides]))
        .await;
    assert_eq!(number(&seen), 2);
    let blocks = json!({"number": "0x4d2"});
    let seen = net
        .call(
            "eth_call",
            json!([{"to": BOB}, "latest", overrides, blocks]),
        )
        .await;
    assert_eq!(number(&seen), 1234);
    let seen = net
        .call("eth_call", json!([{"to": BOB}, "pending", overrides]))
        .await;
    assert_eq!(number(&seen), 5);
}

#[tokio::test]
async fn snapshots_go_back_and_are_used_up() {
    let net = Net::start(test_config()).await;
    let alice = net.account(0);
    net.execute(json!({"from": alice, "to": BOB, "value": "0x1"}))
        .await;
    let head = net.call("eth_getBlockByNumber", json!(["latest"])).await;
    let first = net.call("evm_snapshot", json!([])).await;
    let hash = net
        .send(json!({"from": alice, "to": BOB, "value": "0x1"}))
        .await;
    net.call("anvil_setBalance", json!([BOB, "0x64"])).await;
    let second = net.call("evm_snapshot", json!([])).await;
    assert_eq!(net.call("evm_revert", json!([first])).await, true);
    assert_eq!(net.number("eth_getBalance", json!([BOB])).await, 1);
    assert_eq!(
        net.call("eth_getBlockByNumber", json!(["latest"])).await,
        head
    );
    assert!(net.receipt(hash).await.is_null());
    assert_eq!(net.call("evm_revert", json!([second])).await, false);
    assert_eq!(net.call("evm_revert", json!([first])).await, false);
    // The same nonce again.
    assert_eq!(
        net.execute(json!({"from": alice, "to": BOB})).await["status"],
        "0x1"
    );
}

#[tokio::test]
async fn time_moves_as_it_is_told() {
    let net = Net::start(test_config()).await;
    let time = |block: Value| number(&block["timestamp"]);
    let start = time(net.call("eth_getBlockByNumber", json!(["latest"])).await);
    let later = start + 1_000;
    net.call("evm_setNextBlockTimestamp", json!([later])).await;
    net.call("evm_mine", json!([])).await;
    assert_eq!(
        time(net.call("eth_getBlockByNumber", json!(["latest"])).await),
        later
    );
    let error = net.error("evm_setNextBlockTimestamp", json!([start])).await;
    assert!(
        error["message"].as_str().unwrap().contains("not after"),
        "{error}"
    );
    net.call("evm_increaseTime", json!(["0x3e8"])).await;
    net.call("evm_mine", json!([])).await;
    let now = time(net.call("eth_getBlockByNumber", json!(["latest"])).await);
    assert!((later + 1_000..later + 1_060).contains(&now), "{now}");
    net.call("evm_mine", json!([{"timestamp": now + 50, "blocks": 2}]))
        .await;
    assert_eq!(
        time(net.call("eth_getBlockByNumber", json!(["0x3"])).await),
        now + 50
    );
    assert_eq!(net.number("eth_blockNumber", json!([])).await, 4);
    net.call("anvil_mine", json!(["0x3", "0xa"])).await;
    let last = time(net.call("eth_getBlockByNumber", json!(["0x7"])).await);
    assert_eq!(
        last - time(net.call("eth_getBlockByNumber", json!(["0x6"])).await),
        10
    );
}

#[tokio::test]
async fn the_state_can_be_written() {
    let net = Net::start(test_config()).await;
    net.call(
        "anvil_setBalance",
        json!([BOB, format!("{:#x}", 3 * ETHER)]),
    )
    .await;
    net.call("anvil_setCode", json!([BOB, "0x5f545f5260205ff3"]))
        .await;
    assert_eq!(
        net.call("anvil_setStorageAt", json!([BOB, "0x0", TOPIC]))
            .await,
        true
    );
    net.call("anvil_setNonce", json!([BOB, "0x9"])).await;
    assert_eq!(net.number("eth_getBalance", json!([BOB])).await, 3 * ETHER);
    assert_eq!(net.number("eth_getTransactionCount", json!([BOB])).await, 9);
    assert_eq!(
        net.call("eth_call", json!([{"to": BOB}])).await,
        json!(TOPIC)
    );
    // A mined block takes it over.
    net.call("evm_mine", json!([])).await;
    assert_eq!(
        net.call("eth_call", json!([{"to": BOB}])).await,
        json!(TOPIC)
    );
}

#[tokio::test]
async fn a_call_is_bounded_by_what_its_sender_can_pay() {
    let net = Net::start(test_config()).await;
    let call = json!({"from": BOB, "to": net.account(0), "value": "0x1"});
    let error = net.error("eth_call", json!([call])).await;
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("insufficient funds"),
        "{error}"
    );
    // Runs for ever: JUMPDEST PUSH0 JUMP.
    let endless = net.deploy(deploying(&hex!("5b5f56"))).await;
    let error = net.error("eth_estimateGas", json!([{"to": endless}])).await;
    assert_eq!(
        error["message"],
        "gas required exceeds allowance (30000000)"
    );
    let error = net.error("eth_call", json!([{"to": endless}])).await;
    assert!(
        error["message"].as_str().unwrap().contains("out of gas"),
        "{error}"
    );
}

#[tokio::test]
async fn filters_report_what_came_since_they_were_asked() {
    let net = Net::start(test_config()).await;
    let contract = net.deploy(logger()).await;
    let logs = net
        .call("eth_newFilter", json!([{"address": contract}]))
        .await;
    let blocks = net.call("eth_newBlockFilter", json!([])).await;
    let hashes = net.call("eth_newPendingTransactionFilter", json!([])).await;
    let changes = |id: &Value| net.call("eth_getFilterChanges", json!([id]));
    assert_eq!(changes(&blocks).await, json!([]));
    let tx = json!({"from": net.account(0), "to": contract, "data": TOPIC});
    let receipt = net.execute(tx).await;
    assert_eq!(changes(&logs).await, receipt["logs"]);
    assert_eq!(changes(&logs).await, json!([]));
    assert_eq!(changes(&blocks).await, json!([receipt["blockHash"]]));
    assert_eq!(changes(&hashes).await, json!([receipt["transactionHash"]]));
    let all = net.call("eth_getFilterLogs", json!([logs])).await;
    assert_eq!(all, receipt["logs"]);
    assert_eq!(net.call("eth_uninstallFilter", json!([logs])).await, true);
    let error = net.error("eth_getFilterChanges", json!([logs])).await;
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .starts_with("filter not found"),
        "{error}"
    );
}
