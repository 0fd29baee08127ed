//! Transactions, their receipts, and the blocks that hold them.

mod common;

use std::time::Duration;

use alloy_consensus::{
    SignableTransaction, TxEip1559, TxEip2930, TxEip7702, TxEnvelope, TxLegacy, TypedTransaction,
};
use alloy_eips::{
    Encodable2718,
    eip2930::{AccessList, AccessListItem},
    eip7702::Authorization,
};
use alloy_primitives::{Address, B256, Bytes, TxKind, U256, hex};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use common::{Net, TOPIC, from_hex, logger, number, test_config};
use serde_json::{Value, json};
use zkml_devnode::{Config, Hardfork};

const GWEI: u128 = 1_000_000_000;
const BOB: Address = Address::repeat_byte(0xb0);

fn signer(net: &Net, index: usize) -> PrivateKeySigner {
    PrivateKeySigner::from_bytes(&net.node.accounts()[index].private_key()).unwrap()
}

fn sign(signer: &PrivateKeySigner, tx: impl Into<TypedTransaction>) -> Bytes {
    let tx: TypedTransaction = tx.into();
    let signature = signer.sign_hash_sync(&tx.signature_hash()).unwrap();
    let envelope: TxEnvelope = tx.into_envelope(signature);
    envelope.encoded_2718().into()
}

fn transfer(nonce: u64) -> TxEip1559 {
    TxEip1559 {
        chain_id: 31_337,
        nonce,
        gas_limit: 21_000,
        max_fee_per_gas: 10 * GWEI,
        max_priority_fee_per_gas: GWEI,
        to: TxKind::Call(BOB),
        value: U256::from(5),
        ..TxEip1559::default()
    }
}

async fn send_raw(net: &Net, raw: Bytes) -> B256 {
    from_hex(&net.call("eth_sendRawTransaction", json!([raw])).await)
}

#[tokio::test]
async fn fills_a_transaction_in_without_signing_or_sending_it() {
    let net = Net::start(test_config()).await;
    let alice = signer(&net, 0).address();
    let wanted = json!({"from": alice, "to": BOB, "value": "0x5"});
    let filled = net.call("eth_fillTransaction", json!([wanted])).await;
    let tx = &filled["tx"];
    assert_eq!(number(&tx["gas"]), 21_000);
    assert_eq!(number(&tx["nonce"]), 0);
    assert_eq!(number(&tx["chainId"]), 31_337);
    assert_eq!(tx["type"], "0x2");
    assert!(number(&tx["maxFeePerGas"]) >= number(&tx["maxPriorityFeePerGas"]));
    assert_eq!(tx["r"], "0x0");
    assert!(filled["raw"].as_str().unwrap().starts_with("0x02"));
    assert_eq!(net.number("eth_blockNumber", json!([])).await, 0);

    // What is given stays, and the sender need not be one of the node's.
    let wanted = json!({
        "from": BOB, "to": alice, "nonce": "0x7", "gas": "0xc350", "gasPrice": "0x77359400",
    });
    let tx = &net.call("eth_fillTransaction", json!([wanted])).await["tx"];
    assert_eq!(number(&tx["gas"]), 50_000);
    assert_eq!(number(&tx["nonce"]), 7);
    assert_eq!(number(&tx["gasPrice"]), 2_000_000_000);
}

#[tokio::test]
async fn takes_every_type_of_transaction() {
    let net = Net::start(test_config()).await;
    let alice = signer(&net, 0);
    let chain_id = 31_337;
    let access_list = AccessList(vec![AccessListItem {
        address: BOB,
        storage_keys: vec![B256::ZERO],
    }]);
    let to = TxKind::Call(BOB);
    let gas_price = 10 * GWEI;
    let legacy = TxLegacy {
        chain_id: Some(chain_id),
        nonce: 0,
        gas_price,
        gas_limit: 21_000,
        to,
        ..TxLegacy::default()
    };
    let eip2930 = TxEip2930 {
        chain_id,
        nonce: 1,
        gas_price,
        gas_limit: 50_000,
        to,
        access_list: access_list.clone(),
        ..TxEip2930::default()
    };
    let eip1559 = TxEip1559 {
        access_list,
        gas_limit: 50_000,
        ..transfer(2)
    };
    // Bob's own key is unknown; account 1 delegates to a contract.
    let carol = signer(&net, 1);
    let delegate = Address::repeat_byte(0xde);
    let authorization = Authorization {
        chain_id: U256::from(chain_id),
        address: delegate,
        nonce: 0,
    };
    let signature = carol
        .sign_hash_sync(&authorization.signature_hash())
        .unwrap();
    let eip7702 = TxEip7702 {
        chain_id,
        nonce: 3,
        gas_limit: 100_000,
        max_fee_per_gas: gas_price,
        max_priority_fee_per_gas: 1,
        to: carol.address(),
        authorization_list: vec![authorization.into_signed(signature)],
        ..TxEip7702::default()
    };
    let raws = [
        sign(&alice, legacy),
        sign(&alice, eip2930),
        sign(&alice, eip1559),
        sign(&alice, eip7702),
    ];
    for (index, (raw, kind)) in raws
        .into_iter()
        .zip(["0x0", "0x1", "0x2", "0x4"])
        .enumerate()
    {
        let hash = send_raw(&net, raw.clone()).await;
        assert_eq!(hash, alloy_primitives::keccak256(&raw));
        let receipt = net.receipt(hash).await;
        assert_eq!(receipt["type"], kind);
        assert_eq!(receipt["status"], "0x1", "{receipt}");
        assert_eq!(number(&receipt["blockNumber"]), index as u128 + 1);
        let tx = net.call("eth_getTransactionByHash", json!([hash])).await;
        assert_eq!(tx["type"], kind);
        assert_eq!(tx["from"], json!(alice.address()));
        let sent = net.call("eth_getRawTransactionByHash", json!([hash])).await;
        assert_eq!(sent, json!(raw));
    }
    let code = net.call("eth_getCode", json!([carol.address()])).await;
    assert_eq!(code, json!(format!("0xef0100{}", hex::encode(delegate))));
}

#[tokio::test]
async fn before_prague_there_is_no_eip_7702() {
    let net = Net::on(Hardfork::Cancun).await;
    let alice = signer(&net, 0);
    let authorization = Authorization {
        chain_id: U256::ZERO,
        address: BOB,
        nonce: 0,
    };
    let signature = alice
        .sign_hash_sync(&authorization.signature_hash())
        .unwrap();
    let tx = TxEip7702 {
        chain_id: 31_337,
        gas_limit: 100_000,
        max_fee_per_gas: 10 * GWEI,
        to: BOB,
        authorization_list: vec![authorization.into_signed(signature)],
        ..TxEip7702::default()
    };
    let error = net
        .error("eth_sendRawTransaction", json!([sign(&alice, tx)]))
        .await;
    assert_eq!(error["code"], -32000, "{error}");
    assert_eq!(net.number("eth_blockNumber", json!([])).await, 0);
}

#[tokio::test]
async fn refuses_transactions_that_can_never_be_mined() {
    let net = Net::on(Hardfork::Osaka).await;
    let alice = signer(&net, 0);
    send_raw(&net, sign(&alice, transfer(0))).await;
    let poor = PrivateKeySigner::from_bytes(&B256::repeat_byte(7)).unwrap();
    let cases = [
        (
            sign(&alice, transfer(0)),
            "nonce too low: next nonce 1, tx nonce 0",
        ),
        (
            sign(&alice, transfer(100_000)),
            "nonce too high: next nonce 1, tx nonce 100000",
        ),
        (
            sign(&poor, transfer(0)),
            "insufficient funds for gas * price + value",
        ),
        (
            sign(
                &alice,
                TxEip1559 {
                    gas_limit: 20_999,
                    ..transfer(1)
                },
            ),
            "intrinsic gas too low",
        ),
        (
            sign(
                &alice,
                TxEip1559 {
                    gas_limit: 30_000_001,
                    ..transfer(1)
                },
            ),
            "exceeds block gas limit",
        ),
        (
            sign(
                &alice,
                TxEip1559 {
                    gas_limit: 20_000_000,
                    ..transfer(1)
                },
            ),
            "transaction gas limit too high",
        ),
        (
            sign(
                &alice,
                TxEip1559 {
                    max_fee_per_gas: 1,
                    max_priority_fee_per_gas: 0,
                    ..transfer(1)
                },
            ),
            "max fee per gas less than block base fee",
        ),
        (
            sign(
                &alice,
                TxEip1559 {
                    max_priority_fee_per_gas: 11 * GWEI,
                    ..transfer(1)
                },
            ),
            "max priority fee per gas higher than max fee per gas",
        ),
        (
            sign(
                &alice,
                TxEip1559 {
                    chain_id: 1,
                    ..transfer(1)
                },
            ),
            "invalid chain id",
        ),
    ];
    for (raw, expected) in cases {
        let error = net.error("eth_sendRawTransaction", json!([raw])).await;
        assert_eq!(error["code"], -32000);
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(expected), "{message}; expected {expected}");
    }
    // None of them left a trace, and the right one is still welcome.
    assert_eq!(
        net.number(
            "eth_getTransactionCount",
            json!([alice.address(), "pending"])
        )
        .await,
        1
    );
    send_raw(&net, sign(&alice, transfer(1))).await;
    assert_eq!(net.number("eth_blockNumber", json!([])).await, 2);
}

#[tokio::test]
async fn transactions_that_arrive_in_any_order_are_mined_in_the_order_of_nonces() {
    let net = Net::start(test_config()).await;
    let alice = signer(&net, 0);
    let mut hashes = Vec::new();
    for nonce in [3, 1, 2] {
        hashes.push(send_raw(&net, sign(&alice, transfer(nonce))).await);
    }
    assert_eq!(net.number("eth_blockNumber", json!([])).await, 0);
    assert!(net.receipt(hashes[0]).await.is_null());
    let waiting = net
        .call("eth_getTransactionByHash", json!([hashes[0]]))
        .await;
    assert!(waiting["blockHash"].is_null(), "{waiting}");
    send_raw(&net, sign(&alice, transfer(0))).await;
    assert_eq!(net.number("eth_blockNumber", json!([])).await, 4);
    for (hash, block) in hashes.iter().zip([4, 2, 3]) {
        assert_eq!(number(&net.receipt(*hash).await["blockNumber"]), block);
    }
}

#[tokio::test]
async fn receipts_logs_and_blooms_agree() {
    let net = Net::start(test_config()).await;
    let contract = net.deploy(logger()).await;
    let value = B256::repeat_byte(0x42);
    let receipt = net
        .execute(json!({"from": net.account(0), "to": contract, "data": value}))
        .await;
    let log = &receipt["logs"][0];
    assert_eq!(log["address"], json!(contract));
    assert_eq!(log["topics"], json!([TOPIC]));
    assert_eq!(log["data"], json!(value));
    assert_eq!(log["logIndex"], "0x0");
    assert_eq!(log["transactionHash"], receipt["transactionHash"]);
    assert_ne!(number_of_bits(&receipt["logsBloom"]), 0);
    let block = net
        .call("eth_getBlockByHash", json!([receipt["blockHash"], true]))
        .await;
    assert_eq!(block["logsBloom"], receipt["logsBloom"]);
    assert_eq!(block["gasUsed"], receipt["gasUsed"]);
    assert_eq!(block["transactions"][0]["hash"], receipt["transactionHash"]);
    assert_eq!(
        net.call("eth_getBlockReceipts", json!([receipt["blockNumber"]]))
            .await,
        json!([receipt])
    );

    let found = |filter: Value| net.call("eth_getLogs", json!([filter]));
    let all = json!([log]);
    assert_eq!(found(json!({"fromBlock": "earliest"})).await, all);
    assert_eq!(
        found(json!({"fromBlock": "0x0", "address": contract, "topics": [TOPIC]})).await,
        all
    );
    assert_eq!(found(json!({"blockHash": receipt["blockHash"]})).await, all);
    assert_eq!(
        found(json!({"fromBlock": "0x0", "topics": [B256::ZERO]})).await,
        json!([])
    );
    assert_eq!(
        found(json!({"fromBlock": "0x0", "address": BOB})).await,
        json!([])
    );
    assert_eq!(
        found(json!({"fromBlock": "0x0", "toBlock": "0x1"})).await,
        json!([])
    );
}

fn number_of_bits(bloom: &Value) -> u32 {
    let bytes = hex::decode(bloom.as_str().unwrap()).unwrap();
    bytes.iter().map(|byte| byte.count_ones()).sum()
}

/// Recomputes the header's hash and roots from what the RPC says.
#[tokio::test]
async fn the_roots_and_hashes_of_a_block_follow_from_its_contents() {
    use alloy_rpc_types_eth::{Block, TransactionReceipt};
    let net = Net::start(test_config()).await;
    let contract = net.deploy(logger()).await;
    net.execute(json!({"from": net.account(0), "to": contract, "data": TOPIC}))
        .await;
    for number in ["0x0", "0x1", "0x2"] {
        let block = net
            .call("eth_getBlockByNumber", json!([number, true]))
            .await;
        let block: Block = serde_json::from_value(block).unwrap();
        assert_eq!(block.header.inner.hash_slow(), block.header.hash);
        let txs: Vec<TxEnvelope> = block
            .transactions
            .txns()
            .map(|tx| tx.inner.inner().clone())
            .collect();
        assert_eq!(
            alloy_consensus::proofs::calculate_transaction_root(&txs),
            block.header.inner.transactions_root
        );
        let receipts = net.call("eth_getBlockReceipts", json!([number])).await;
        let receipts: Vec<TransactionReceipt> = serde_json::from_value(receipts).unwrap();
        let receipts: Vec<_> = receipts
            .into_iter()
            .map(|receipt| receipt.inner.map_logs(alloy_rpc_types_eth::Log::into))
            .collect::<Vec<alloy_consensus::ReceiptEnvelope<alloy_primitives::Log>>>();
        assert_eq!(
            alloy_consensus::proofs::calculate_receipt_root(&receipts),
            block.header.inner.receipts_root
        );
    }
    let parent = net.call("eth_getBlockByNumber", json!(["0x1"])).await;
    let child = net.call("eth_getBlockByNumber", json!(["0x2"])).await;
    assert_eq!(child["parentHash"], parent["hash"]);
    assert_ne!(child["stateRoot"], parent["stateRoot"]);
}

#[tokio::test]
async fn blocks_come_at_the_interval_with_what_has_waited() {
    let config = Config {
        block_time: Some(Duration::from_millis(700)),
        ..test_config()
    };
    let net = Net::start(config).await;
    let (alice, bob) = (signer(&net, 0), signer(&net, 1));
    let hashes = [
        send_raw(&net, sign(&alice, transfer(1))).await,
        send_raw(&net, sign(&bob, transfer(0))).await,
        send_raw(&net, sign(&alice, transfer(0))).await,
    ];
    assert!(net.receipt(hashes[0]).await.is_null());
    let pending = net
        .number(
            "eth_getTransactionCount",
            json!([alice.address(), "pending"]),
        )
        .await;
    assert_eq!(pending, 2);
    let block = net.call("eth_getBlockByNumber", json!(["pending"])).await;
    assert_eq!(block["transactions"].as_array().unwrap().len(), 3);
    while net.receipt(hashes[0]).await.is_null() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let receipts = [
        net.receipt(hashes[1]).await,
        net.receipt(hashes[2]).await,
        net.receipt(hashes[0]).await,
    ];
    for (index, receipt) in receipts.iter().enumerate() {
        assert_eq!(receipt["blockHash"], receipts[0]["blockHash"]);
        assert_eq!(number(&receipt["transactionIndex"]), index as u128);
        assert_eq!(
            number(&receipt["cumulativeGasUsed"]),
            21_000 * (index as u128 + 1)
        );
        let at = json!([receipt["blockHash"], receipt["transactionIndex"]]);
        let tx = net.call("eth_getTransactionByBlockHashAndIndex", at).await;
        assert_eq!(tx["hash"], receipt["transactionHash"]);
        // A trace runs the transactions before it first.
        let trace = net
            .call(
                "debug_traceTransaction",
                json!([tx["hash"], {"tracer": "callTracer"}]),
            )
            .await;
        assert_eq!(trace["gasUsed"], "0x5208");
    }
    let count = json!([receipts[0]["blockNumber"]]);
    assert_eq!(
        net.call("eth_getBlockTransactionCountByNumber", count)
            .await,
        "0x3"
    );
}

#[tokio::test]
async fn an_unlocked_account_is_signed_for_and_no_other() {
    let net = Net::start(test_config()).await;
    let receipt = net
        .execute(json!({"from": net.account(0), "to": BOB, "value": "0x7"}))
        .await;
    assert_eq!(receipt["gasUsed"], "0x5208");
    assert_eq!(receipt["type"], "0x2");
    assert_eq!(net.number("eth_getBalance", json!([BOB])).await, 7);
    let legacy = json!({"from": net.account(0), "to": BOB, "gasPrice": format!("{:#x}", 3 * GWEI)});
    assert_eq!(net.execute(legacy).await["type"], "0x0");
    let error = net
        .error(
            "eth_sendTransaction",
            json!([{"from": BOB, "to": BOB, "gas": "0x5208", "gasPrice": "0x0"}]),
        )
        .await;
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("unknown account"),
        "{error}"
    );
}
