//! What only a development chain lets its users do.

mod common;

use alloy_primitives::{Address, B256, Bytes, U256, hex};
use common::{Net, TOPIC, deploying, from_hex, logger, number, test_config};
use serde_json::{Value, json};
use zkml_devnode::{Config, DEFAULT_KEY_ADDRESS};

const BOB: Address = Address::repeat_byte(0xb0);

fn transfer(net: &Net, from: usize, value: &str) -> Value {
    json!({"from": net.account(from), "to": BOB, "value": value})
}

#[tokio::test]
async fn without_automine_transactions_wait_and_the_pool_shows_them() {
    let net = Net::start(test_config()).await;
    assert_eq!(net.call("anvil_getAutomine", json!([])).await, true);
    assert_eq!(net.call("evm_setAutomine", json!([false])).await, true);
    assert_eq!(net.call("hardhat_getAutomine", json!([])).await, false);
    let first = net.send(transfer(&net, 0, "0x1")).await;
    let second = net.send(transfer(&net, 1, "0x2")).await;
    let mut later = transfer(&net, 1, "0x3");
    later["nonce"] = json!("0x5");
    let early = net.send(later).await;
    let status = net.call("txpool_status", json!([])).await;
    assert_eq!(status, json!({"pending": "0x2", "queued": "0x1"}));
    let content = net.call("txpool_content", json!([])).await;
    let alice = serde_json::to_value(net.account(0)).unwrap();
    let bob = serde_json::to_value(net.account(1)).unwrap();
    let of = |part: &str, who: &Value, nonce: &str| {
        content[part][who.as_str().unwrap()][nonce]["hash"].clone()
    };
    assert_eq!(of("pending", &alice, "0"), json!(first));
    assert_eq!(of("pending", &bob, "0"), json!(second));
    assert_eq!(of("queued", &bob, "5"), json!(early));
    let inspected = net.call("txpool_inspect", json!([])).await;
    let line = inspected["pending"][alice.as_str().unwrap()]["0"]
        .as_str()
        .unwrap();
    assert!(line.contains("1 wei + 21000 gas"), "{line}");
    let from = net.call("txpool_contentFrom", json!([bob])).await;
    assert_eq!(from["queued"]["5"]["hash"], json!(early));
    let by_nonce = net
        .call("eth_getTransactionBySenderAndNonce", json!([bob, "0x5"]))
        .await;
    assert_eq!(by_nonce["hash"], json!(early));

    assert_eq!(
        net.call("anvil_dropTransaction", json!([early])).await,
        json!(early)
    );
    assert!(
        net.call("anvil_dropTransaction", json!([early]))
            .await
            .is_null()
    );
    net.call("anvil_removePoolTransactions", json!([bob])).await;
    net.call("evm_mine", json!([])).await;
    assert_eq!(net.receipt(first).await["status"], "0x1");
    assert!(net.receipt(second).await.is_null());

    let again = net.send(transfer(&net, 1, "0x2")).await;
    // What is ready is mined when automine comes back.
    net.call("evm_setAutomine", json!([true])).await;
    assert_eq!(net.receipt(again).await["status"], "0x1");
    net.call("evm_setAutomine", json!([false])).await;
    net.send(transfer(&net, 1, "0x2")).await;
    net.call("anvil_dropAllTransactions", json!([])).await;
    let status = net.call("txpool_status", json!([])).await;
    assert_eq!(status, json!({"pending": "0x0", "queued": "0x0"}));
}

#[tokio::test]
async fn the_interval_between_blocks_can_be_changed() {
    let net = Net::start(test_config()).await;
    assert!(
        net.call("anvil_getIntervalMining", json!([]))
            .await
            .is_null()
    );
    net.call("evm_setIntervalMining", json!([1])).await;
    assert_eq!(net.call("anvil_getIntervalMining", json!([])).await, 1);
    assert_eq!(net.call("anvil_getAutomine", json!([])).await, false);
    let hash = net.send(transfer(&net, 0, "0x1")).await;
    for _ in 0..600 {
        if !net.receipt(hash).await.is_null() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(net.receipt(hash).await["status"], "0x1");
    net.call("evm_setIntervalMining", json!(["0x0"])).await;
    assert!(
        net.call("anvil_getIntervalMining", json!([]))
            .await
            .is_null()
    );
}

#[tokio::test]
async fn the_interval_between_blocks_is_a_day_at_most() {
    let net = Net::start(test_config()).await;
    for seconds in [json!(86_401), json!("0xffffffffffffffff")] {
        let error = net.error("evm_setIntervalMining", json!([seconds])).await;
        assert_eq!(error["code"], -32602, "{error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("at most 86400"), "{error}");
    }
    // What was refused has changed nothing.
    assert_eq!(net.call("anvil_getAutomine", json!([])).await, true);
    net.call("evm_setIntervalMining", json!([86_400])).await;
    let period = net.call("anvil_getIntervalMining", json!([])).await;
    assert_eq!(period, 86_400);
}

#[tokio::test]
async fn an_interval_that_no_clock_reaches_does_not_end_mining() {
    let net = Net::start(Config {
        block_time: Some(std::time::Duration::MAX),
        ..test_config()
    })
    .await;
    let hash = net.send(transfer(&net, 0, "0x1")).await;
    net.call("evm_setIntervalMining", json!([1])).await;
    for _ in 0..600 {
        if !net.receipt(hash).await.is_null() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(net.receipt(hash).await["status"], "0x1");
}

#[tokio::test]
async fn evm_mine_refuses_options_that_it_does_not_know() {
    let net = Net::start(test_config()).await;
    for method in ["evm_mine", "evm_mine_detailed"] {
        let error = net.error(method, json!([{"block": 5}])).await;
        assert_eq!(error["code"], -32602, "{error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("unknown field `block`"), "{error}");
    }
    assert_eq!(net.number("eth_blockNumber", json!([])).await, 0);
    net.call(
        "evm_mine",
        json!([{"blocks": "0x2", "timestamp": 9_999_999_999_u64}]),
    )
    .await;
    net.call("evm_mine", json!(["0x2540be4ff"])).await;
    assert_eq!(net.number("eth_blockNumber", json!([])).await, 3);
}

#[tokio::test]
async fn an_access_list_is_made_under_overrides_of_state_and_block() {
    let net = Net::start(test_config()).await;
    // Reads the slot with the block's number: NUMBER SLOAD STOP.
    let state = json!({BOB.to_string(): {"code": "0x435400"}});
    let block = json!({"number": "0x1234"});
    let params = json!([{"to": BOB}, "latest", state, block]);
    let answer = net.call("eth_createAccessList", params).await;
    let slot = B256::from(U256::from(0x1234));
    let expected = json!([{"address": format!("{BOB:?}").to_lowercase(), "storageKeys": [slot]}]);
    assert_eq!(answer["accessList"], expected);
}

#[tokio::test]
async fn the_next_block_is_as_it_was_told() {
    let net = Net::start(test_config()).await;
    let randao = B256::repeat_byte(7);
    net.call("anvil_setNextBlockBaseFeePerGas", json!(["0x3"]))
        .await;
    net.call("hardhat_setPrevRandao", json!([randao])).await;
    net.call("anvil_setCoinbase", json!([BOB])).await;
    net.call("evm_setBlockGasLimit", json!(["0x1c9c381"])).await;
    assert_eq!(net.number("eth_gasPrice", json!([])).await, 1_000_000_003);
    net.call("evm_mine", json!([])).await;
    let block = net.call("eth_getBlockByNumber", json!(["latest"])).await;
    assert_eq!(block["baseFeePerGas"], "0x3");
    assert_eq!(block["mixHash"], json!(randao));
    assert_eq!(block["miner"], json!(BOB));
    assert_eq!(block["gasLimit"], "0x1c9c381");
    assert_eq!(net.call("eth_coinbase", json!([])).await, json!(BOB));
    // Fee and randomness were for one block.
    net.call("evm_mine", json!([])).await;
    let block = net.call("eth_getBlockByNumber", json!(["latest"])).await;
    assert_ne!(block["mixHash"], json!(randao));
    net.error("evm_setBlockGasLimit", json!(["0x1"])).await;

    net.call("anvil_setBlockTimestampInterval", json!([1_000]))
        .await;
    let times = async |number: &str| {
        let block = net.call("eth_getBlockByNumber", json!([number])).await;
        common::number(&block["timestamp"])
    };
    net.call("anvil_mine", json!(["0x2"])).await;
    assert_eq!(times("0x4").await - times("0x3").await, 1_000);
    assert_eq!(
        net.call("anvil_removeBlockTimestampInterval", json!([]))
            .await,
        true
    );
    let detailed = net.call("evm_mine_detailed", json!([{"blocks": 2}])).await;
    assert_eq!(detailed[1]["number"], "0x6");
    net.call("evm_setTime", json!([2_000_000_000_u64])).await;
    net.call("evm_mine", json!([])).await;
    assert!(times("latest").await - 2_000_000_000 < 60);
}

#[tokio::test]
async fn blocks_can_be_taken_away_and_the_chain_begin_again() {
    let net = Net::start(test_config()).await;
    net.execute(transfer(&net, 0, "0x1")).await;
    let gone = net.send(transfer(&net, 0, "0x2")).await;
    net.call("anvil_rollback", json!([1])).await;
    assert_eq!(net.number("eth_blockNumber", json!([])).await, 1);
    assert_eq!(net.number("eth_getBalance", json!([BOB])).await, 1);
    assert!(net.receipt(gone).await.is_null());
    let error = net.error("anvil_rollback", json!([2])).await;
    assert!(
        error["message"].as_str().unwrap().contains("no 2 blocks"),
        "{error}"
    );
    net.call("anvil_impersonateAccount", json!([BOB])).await;
    net.call("evm_setAutomine", json!([false])).await;
    net.call("anvil_reset", json!([])).await;
    assert_eq!(net.number("eth_blockNumber", json!([])).await, 0);
    assert_eq!(net.number("eth_getBalance", json!([BOB])).await, 0);
    assert_eq!(net.call("anvil_getAutomine", json!([])).await, true);
    assert_eq!(net.execute(transfer(&net, 0, "0x1")).await["status"], "0x1");
    let fork = json!([{"forking": {"jsonRpcUrl": "http://127.0.0.1:1"}}]);
    let error = net.error("hardhat_reset", fork).await;
    assert!(
        error["message"].as_str().unwrap().contains("forking"),
        "{error}"
    );
}

#[tokio::test]
async fn the_state_moves_from_node_to_node() {
    let net = Net::start(test_config()).await;
    let contract = net.deploy(logger()).await;
    net.execute(json!({"from": net.account(0), "to": contract, "data": TOPIC}))
        .await;
    let dump = net.call("anvil_dumpState", json!([])).await;
    let other = Net::start(test_config()).await;
    assert_eq!(other.call("anvil_loadState", json!([dump])).await, true);
    assert_eq!(
        other
            .call("eth_getStorageAt", json!([contract, "0x0"]))
            .await,
        json!(TOPIC)
    );
    assert_eq!(
        other.call("eth_getCode", json!([contract])).await,
        net.call("eth_getCode", json!([contract])).await
    );
    assert_eq!(
        other
            .number("eth_getTransactionCount", json!([other.account(0)]))
            .await,
        2
    );
    let error = other.error("anvil_loadState", json!(["0x1234"])).await;
    assert_eq!(error["code"], -32602, "{error}");
}

#[tokio::test]
async fn the_node_says_what_it_is() {
    let net = Net::start(test_config()).await;
    net.call("evm_mine", json!([])).await;
    let info = net.call("anvil_nodeInfo", json!([])).await;
    assert_eq!(info["currentBlockNumber"], "0x1");
    assert_eq!(info["hardFork"], "prague");
    assert_eq!(info["environment"]["chainId"], 31_337);
    assert_eq!(info["environment"]["gasLimit"], "0x1c9c380");
    net.call("evm_snapshot", json!([])).await;
    let metadata = net.call("hardhat_metadata", json!([])).await;
    assert_eq!(metadata["latestBlockNumber"], 1);
    assert_eq!(metadata["snapshots"], 1);
    assert_eq!(net.call("net_peerCount", json!([])).await, "0x0");
}

#[tokio::test]
async fn blocks_are_traced_whole() {
    let net = Net::start(test_config()).await;
    let contract = net.deploy(logger()).await;
    net.call("evm_setAutomine", json!([false])).await;
    let mut hashes = Vec::new();
    for from in 0..3 {
        let tx = json!({"from": net.account(from), "to": contract, "data": TOPIC});
        hashes.push(net.send(tx).await);
    }
    net.call("evm_mine", json!([])).await;
    let tracer = json!({"tracer": "callTracer"});
    let traces = net
        .call("debug_traceBlockByNumber", json!(["latest", tracer]))
        .await;
    let block = net.call("eth_getBlockByNumber", json!(["latest"])).await;
    let by_hash = net
        .call("debug_traceBlockByHash", json!([block["hash"], tracer]))
        .await;
    assert_eq!(traces, by_hash);
    for (index, hash) in hashes.iter().enumerate() {
        assert_eq!(traces[index]["txHash"], json!(hash));
        let alone = net
            .call("debug_traceTransaction", json!([hash, tracer]))
            .await;
        assert_eq!(traces[index]["result"], alone);
    }
    let flat = net.call("trace_block", json!(["latest"])).await;
    assert_eq!(flat.as_array().unwrap().len(), 3);
    net.error("debug_traceBlockByNumber", json!(["earliest"]))
        .await;
    net.error("debug_traceBlockByNumber", json!(["0x99"])).await;
}

#[tokio::test]
async fn simulated_blocks_follow_one_another() {
    let net = Net::start(test_config()).await;
    let contract = net.deploy(logger()).await;
    let poor = Address::repeat_byte(0x0f);
    let payload = json!({
        "blockStateCalls": [
            {
                "stateOverrides": {poor.to_string(): {"balance": "0x64"}},
                "calls": [
                    {"from": poor, "to": BOB, "value": "0x3c"},
                    {"from": poor, "to": contract, "input": TOPIC},
                ],
            },
            {
                "blockOverrides": {"number": "0x4", "time": "0xffffffffff"},
                "calls": [
                    {"from": BOB, "to": poor, "value": "0x3c"},
                    {"from": BOB, "to": poor, "value": "0x1"},
                ],
            },
        ],
        "traceTransfers": true,
        "returnFullTransactions": true,
    });
    let answer = net
        .client
        .answer("eth_simulateV1", json!([payload, "latest"]))
        .await;
    // The last call spends what is not there: that ends the whole simulation.
    assert_eq!(answer["error"]["code"], -38014, "{answer}");
    let mut payload = payload;
    payload["blockStateCalls"][1]["calls"][1]["value"] = json!("0x0");
    let blocks = net.call("eth_simulateV1", json!([payload, "latest"])).await;
    let numbers: Vec<_> = blocks
        .as_array()
        .unwrap()
        .iter()
        .map(|block| number(&block["number"]))
        .collect();
    assert_eq!(numbers, [2, 3, 4]);
    assert_eq!(blocks[1]["parentHash"], blocks[0]["hash"]);
    assert_eq!(blocks[2]["timestamp"], "0xffffffffff");
    let calls = &blocks[0]["calls"];
    assert_eq!(calls[0]["status"], "0x1");
    // The transfer is shown as a log of a token would be.
    assert_eq!(
        calls[0]["logs"][0]["address"],
        "0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
    );
    assert_eq!(calls[1]["logs"][0]["topics"][0], json!(TOPIC));
    assert_eq!(blocks[0]["transactions"][0]["from"], json!(poor));
    assert_eq!(
        blocks[0]["transactions"][0]["hash"],
        calls[0]["logs"][0]["transactionHash"]
    );
    // Nothing of it happened.
    assert_eq!(net.number("eth_blockNumber", json!([])).await, 1);
    assert_eq!(net.number("eth_getBalance", json!([BOB])).await, 0);
}

#[tokio::test]
async fn a_simulated_call_that_reverts_says_why() {
    let net = Net::start(test_config()).await;
    // PUSH4 selector of InvalidProof(), MSTORE, REVERT(28, 4).
    let code = hex!("6309bde3395f526004601cfd");
    let payload = json!({"blockStateCalls": [{
        "stateOverrides": {BOB.to_string(): {"code": hex::encode_prefixed(code)}},
        "calls": [{"to": BOB}, {"to": DEFAULT_KEY_ADDRESS}],
    }]});
    let blocks = net.call("eth_simulateV1", json!([payload])).await;
    let calls = &blocks[0]["calls"];
    assert_eq!(calls[0]["status"], "0x0");
    assert_eq!(calls[0]["error"]["code"], 3);
    assert_eq!(
        calls[0]["error"]["message"],
        "execution reverted: InvalidProof()"
    );
    assert_eq!(calls[0]["returnData"], "0x09bde339");
    assert_eq!(calls[1]["status"], "0x1");
    let mut strict = payload;
    strict["validation"] = json!(true);
    let error = net.error("eth_simulateV1", json!([strict])).await;
    assert_eq!(error["code"], -38012, "{error}");
    let empty = json!([{"blockStateCalls": []}]);
    assert_eq!(net.error("eth_simulateV1", empty).await["code"], -32602);
}

#[tokio::test]
async fn reverts_are_named_after_the_errors_of_the_abis_that_were_given() {
    let mine = alloy_json_abi::Error::parse("error TooCold(uint256 degrees)").unwrap();
    let selector = mine.selector();
    let net = Net::start(Config {
        known_errors: vec![mine],
        ..test_config()
    })
    .await;
    // Reverts with its own calldata: CALLDATASIZE PUSH0 PUSH0 CALLDATACOPY CALLDATASIZE PUSH0 REVERT.
    let echo = net.deploy(deploying(&hex!("365f5f37365ffd"))).await;
    let revert_with = |data: Vec<u8>| json!([{"to": echo, "data": Bytes::from(data)}]);
    let word = U256::from(7).to_be_bytes::<32>();
    let cases = [
        ([&selector[..], &word].concat(), "TooCold(7)"),
        // OpenZeppelin's OwnableUnauthorizedAccount(address).
        (
            [&hex!("118cdaa7")[..], BOB.into_word().as_slice()].concat(),
            "OwnableUnauthorizedAccount(0xB0B0b0b0b0b0B0B0B0b0B0b0B0B0b0b0B0b0b0B0)",
        ),
        // Panic(0x11).
        (
            [&hex!("4e487b71")[..], &U256::from(0x11).to_be_bytes::<32>()].concat(),
            "overflow",
        ),
    ];
    for (data, expected) in cases {
        let error = net.error("eth_call", revert_with(data)).await;
        assert_eq!(error["code"], 3);
        let message = error["message"].as_str().unwrap().to_lowercase();
        assert!(message.contains(&expected.to_lowercase()), "{error}");
    }
}

#[tokio::test]
async fn the_hash_of_the_last_transaction_is_found_by_sender_and_nonce() {
    let net = Net::start(test_config()).await;
    let hash = net.send(transfer(&net, 0, "0x1")).await;
    let found = net
        .call(
            "eth_getTransactionBySenderAndNonce",
            json!([net.account(0), "0x0"]),
        )
        .await;
    assert_eq!(from_hex(&found["hash"]), hash);
    let header = net.call("eth_getHeaderByNumber", json!(["latest"])).await;
    assert_eq!(header["hash"], found["blockHash"]);
    assert!(header.get("transactions").is_none());
    let raw = net.call("debug_getRawTransaction", json!([hash])).await;
    assert!(raw.as_str().unwrap().starts_with("0x02"));
}
