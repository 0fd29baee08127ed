//! Real proofs through the whole node.

mod common;

use alloy_primitives::{Address, B256, Bytes, U256, hex};
use common::{Fixture, Net, VERIFIER, artifact, deploying, number};
use serde_json::{Value, json};
use zkml_devnode::{Config, DEFAULT_KEY_ADDRESS, Hardfork, Node, NodeError};

const TRUE: &str = "0x0000000000000000000000000000000000000000000000000000000000000001";
const FALSE: &str = "0x0000000000000000000000000000000000000000000000000000000000000000";

const HARDFORKS: [Hardfork; 4] = [
    Hardfork::Cancun,
    Hardfork::Prague,
    Hardfork::Osaka,
    Hardfork::Amsterdam,
];

async fn verdict(net: &Net, data: Bytes) -> Value {
    net.call(
        "eth_call",
        json!([{"to": VERIFIER, "data": data}, "latest"]),
    )
    .await
}

#[tokio::test]
async fn accepts_a_real_proof_and_refuses_a_tampered_one_on_every_hardfork() {
    let mlp = Fixture::mlp();
    for hardfork in HARDFORKS {
        let net = Net::start(Config {
            hardfork,
            ..mlp.config()
        })
        .await;
        assert_eq!(verdict(&net, mlp.call()).await, TRUE, "{hardfork:?}");
        assert_eq!(
            verdict(&net, mlp.call_with(&mlp.tampered())).await,
            FALSE,
            "{hardfork:?}"
        );
        let longer = [mlp.proof.as_slice(), &[0]].concat();
        assert_eq!(
            verdict(&net, mlp.call_with(&longer)).await,
            FALSE,
            "{hardfork:?}"
        );
        net.node.stop().await;
    }
}

#[tokio::test]
async fn the_example_application_runs_unchanged_under_the_default_key() {
    let mlp = Fixture::mlp();
    let net = Net::start(mlp.config()).await;
    let app = net.deploy(artifact("MyAIApp")).await;
    let from = net.account(1);

    let receipt = net
        .execute(json!({"from": from, "to": app, "data": mlp.submit()}))
        .await;
    assert_eq!(receipt["status"], "0x1");

    let bad = json!({"from": from, "to": app, "data": mlp.submit_with(&mlp.tampered())});
    let error = net.error("eth_call", json!([bad, "latest"])).await;
    assert_eq!(error["code"], 3);
    assert_eq!(error["message"], "execution reverted: Invalid ZK Proof");
    assert!(
        error["data"].as_str().unwrap().starts_with("0x08c379a0"),
        "{error}"
    );
    assert_eq!(net.error("eth_estimateGas", json!([bad])).await["code"], 3);

    let mut mined = bad.clone();
    mined["gas"] = json!("0x200000");
    let receipt = net.execute(mined).await;
    assert_eq!(receipt["status"], "0x0");
    assert_eq!(receipt["logs"], json!([]));
}

#[tokio::test]
async fn a_contract_proves_under_the_key_that_it_has_bound() {
    let mlp = Fixture::mlp();
    let config = Config {
        default_key: None,
        ..mlp.config()
    };
    let net = Net::start(config).await;
    let key = mlp.key.encode();
    let account = net.deploy(deploying(&key)).await;
    assert_eq!(
        net.call("eth_getCode", json!([account, "latest"])).await,
        json!(hex::encode_prefixed(&key))
    );

    let arguments = [account.into_word(), B256::from(mlp.key.id())].concat();
    let creation = [artifact("MyAIAppWithOwnKey").as_ref(), &arguments].concat();
    let app = net.deploy(creation.into()).await;
    let call = json!({"from": net.account(0), "to": app, "data": mlp.submit()});
    net.call("eth_call", json!([call, "latest"])).await;
    assert_eq!(net.execute(call).await["status"], "0x1");

    // The same contract in a chain without a default key: who binds nothing is told so.
    let app = net.deploy(artifact("MyAIApp")).await;
    let call = json!({"to": app, "data": mlp.submit()});
    let error = net.error("eth_call", json!([call, "latest"])).await;
    assert_eq!(
        error["message"],
        json!(format!("execution reverted: NoVerifyingKey({app})"))
    );
}

/// A block of several transactions is executed ahead and its proofs are verified together; a block of one is not.
#[tokio::test]
async fn transactions_in_one_block_have_the_results_of_transactions_in_blocks_of_their_own() {
    let mlp = Fixture::mlp();
    let (good, bad) = (mlp.submit(), mlp.submit_with(&mlp.tampered()));
    let mut receipts = Vec::new();
    for together in [true, false] {
        let net = Net::start(mlp.config()).await;
        let app = net.deploy(artifact("MyAIApp")).await;
        if together {
            net.call("evm_setAutomine", json!([false])).await;
        }
        let to_app = |data: &Bytes| json!({"to": app, "data": data, "gas": "0x200000"});
        let to_verifier = |data: Bytes| json!({"to": VERIFIER, "data": data, "gas": "0x200000"});
        let transactions = [
            to_app(&good),
            to_app(&bad),
            json!({"to": Address::repeat_byte(7), "value": "0x1", "gas": "0x200000"}),
            to_verifier(mlp.call()),
            to_verifier(mlp.call_with(&mlp.tampered())),
            to_verifier(mlp.call_with(&[])),
            to_app(&good),
            // The same sender once more: its earlier transaction has not run when this one is executed ahead.
            to_app(&bad),
        ];
        let mut hashes = Vec::new();
        for (index, mut transaction) in transactions.into_iter().enumerate() {
            transaction["from"] = json!(net.account(index % 7));
            transaction["gasPrice"] = json!("0x77359400");
            hashes.push(net.send(transaction).await);
        }
        if together {
            net.call("evm_mine", json!([])).await;
        }
        let mut of_net = Vec::new();
        let mut blocks = std::collections::BTreeSet::new();
        for hash in hashes {
            let receipt = net.receipt(hash).await;
            blocks.insert(receipt["blockNumber"].to_string());
            let topics_and_data = |log: &Value| json!([log["address"], log["topics"], log["data"]]);
            let logs = receipt["logs"].as_array().unwrap().iter();
            let logs: Vec<Value> = logs.map(topics_and_data).collect();
            of_net.push(json!([receipt["status"], receipt["gasUsed"], logs]));
        }
        assert_eq!(blocks.len(), if together { 1 } else { 8 });
        receipts.push(of_net);
        net.node.stop().await;
    }
    let status = |index: usize| receipts[0][index][0].clone();
    assert_eq!([status(0), status(1), status(2)], ["0x1", "0x0", "0x1"]);
    assert_eq!(receipts[0], receipts[1]);
}

#[tokio::test]
async fn the_estimate_is_exact() {
    let mlp = Fixture::mlp();
    for hardfork in HARDFORKS {
        let net = Net::start(Config {
            hardfork,
            ..mlp.config()
        })
        .await;
        let app = net.deploy(artifact("MyAIApp")).await;
        let mut call = json!({"from": net.account(0), "to": app, "data": mlp.submit()});
        let estimate = net.number("eth_estimateGas", json!([call])).await;
        call["gas"] = json!(format!("{estimate:#x}"));
        assert_eq!(
            net.execute(call.clone()).await["status"],
            "0x1",
            "{hardfork:?}"
        );
        call["gas"] = json!(format!("{:#x}", estimate - 1));
        // Below it the call runs out of gas, or the calldata floor of EIP-7623 is not met.
        let answer = net
            .client
            .answer("eth_sendTransaction", json!([call]))
            .await;
        if answer.get("error").is_none() {
            let receipt = net.receipt(common::from_hex(&answer["result"])).await;
            assert_eq!(receipt["status"], "0x0", "{hardfork:?}");
        }
    }
}

#[tokio::test]
async fn the_trace_shows_the_call_of_the_precompile() {
    let mlp = Fixture::mlp();
    let net = Net::start(mlp.config()).await;
    let app = net.deploy(artifact("MyAIApp")).await;
    let call = json!({"from": net.account(0), "to": app, "data": mlp.submit()});
    let hash = net.send(call.clone()).await;
    let tracer = json!({"tracer": "callTracer"});
    let trace = net
        .call("debug_traceTransaction", json!([hash, tracer]))
        .await;
    assert_eq!(trace["to"], json!(app));
    assert_eq!(trace["gasUsed"], net.receipt(hash).await["gasUsed"]);
    let inner = &trace["calls"][0];
    assert_eq!(inner["to"], json!(VERIFIER));
    assert_eq!(inner["type"], "STATICCALL");
    assert_eq!(inner["output"], TRUE);

    let traced = net
        .call("debug_traceCall", json!([call, "latest", tracer]))
        .await;
    assert_eq!(traced["calls"][0]["output"], TRUE);
    assert_eq!(traced["calls"][0]["gasUsed"], inner["gasUsed"]);

    let flat = net.call("trace_transaction", json!([hash])).await;
    assert_eq!(flat[1]["action"]["to"], json!(VERIFIER));
    assert_eq!(flat[1]["result"]["output"], TRUE);

    let opcodes = net.call("debug_traceTransaction", json!([hash])).await;
    assert!(opcodes["structLogs"].as_array().unwrap().len() > 20);
}

#[tokio::test]
async fn the_access_list_names_what_the_precompile_reads() {
    let mlp = Fixture::mlp();
    let net = Net::start(mlp.config()).await;
    let app = net.deploy(artifact("MyAIApp")).await;
    let mut call = json!({"from": net.account(0), "to": app, "data": mlp.submit()});
    let answer = net
        .call("eth_createAccessList", json!([call, "latest"]))
        .await;
    assert_eq!(answer.get("error"), None);
    let list = answer["accessList"].as_array().unwrap();
    let slots_of = |address: Address| {
        list.iter()
            .find(|item| item["address"] == json!(address))
            .map(|item| item["storageKeys"].clone())
    };
    assert_eq!(slots_of(app), Some(json!([zk_verify_precompile::KEY_SLOT])));
    assert_eq!(slots_of(DEFAULT_KEY_ADDRESS), Some(json!([])));

    call["accessList"] = answer["accessList"].clone();
    let receipt = net.execute(call).await;
    assert_eq!(receipt["type"], "0x2");
    assert_eq!(number(&receipt["gasUsed"]), number(&answer["gasUsed"]));
}

#[tokio::test]
async fn overrides_bind_a_key_for_the_length_of_a_call() {
    let mlp = Fixture::mlp();
    let net = Net::start(Config {
        default_key: None,
        ..mlp.config()
    })
    .await;
    let app = net.deploy(artifact("MyAIApp")).await;
    let key = Address::repeat_byte(0x77);
    let call = json!({"to": app, "data": mlp.submit()});
    let overrides = json!({
        key.to_string(): {"code": hex::encode_prefixed(mlp.key.encode())},
        app.to_string(): {"stateDiff": {zk_verify_precompile::KEY_SLOT.to_string(): key.into_word()}},
    });
    net.call("eth_call", json!([call, "latest", overrides]))
        .await;
    net.call("eth_estimateGas", json!([call, "latest", overrides]))
        .await;
    net.error("eth_call", json!([call, "latest"])).await;
}

#[tokio::test]
async fn an_input_of_128_bytes_reaches_the_native_precompile_from_prague_on() {
    let net = Net::on(Hardfork::Prague).await;
    let call = json!({"to": VERIFIER, "data": Bytes::from(vec![0; 128])});
    let answer = net.call("eth_call", json!([call, "latest"])).await;
    assert_eq!(
        answer.as_str().unwrap().len(),
        2 + 2 * 256,
        "a point of G2 of BLS12-381"
    );

    let net = Net::on(Hardfork::Cancun).await;
    let error = net.error("eth_call", json!([call, "latest"])).await;
    assert_eq!(error["message"], "execution reverted: MalformedCall()");
}

#[tokio::test]
async fn genesis_holds_one_byte_of_code_at_0x11_and_the_default_key() {
    let mlp = Fixture::mlp();
    let net = Net::start(mlp.config()).await;
    assert_eq!(net.call("eth_getCode", json!([VERIFIER])).await, "0x00");
    assert_eq!(
        net.call("eth_getCode", json!([DEFAULT_KEY_ADDRESS])).await,
        json!(hex::encode_prefixed(mlp.key.encode()))
    );
}

#[tokio::test]
async fn does_not_start_with_a_default_key_under_a_foreign_srs() {
    let mlp = Fixture::mlp();
    let config = Config {
        accepted_srs: Vec::new(),
        ..mlp.config()
    };
    let error = Node::start(config).await.unwrap_err();
    assert!(matches!(error, NodeError::DefaultKeySrs), "{error}");
    let config = Config {
        default_key: Some(vec![0, 1, 2]),
        ..mlp.config()
    };
    assert!(matches!(
        Node::start(config).await.unwrap_err(),
        NodeError::DefaultKey(_)
    ));
}

#[tokio::test]
async fn the_verdict_does_not_depend_on_who_asked_before() {
    // The prepared key is cached by its bytes, never the verdict by the input.
    let mlp = Fixture::mlp();
    let net = Net::start(mlp.config()).await;
    let probe = net.deploy(artifact("MyAIApp")).await;
    let other = net.deploy(artifact("MyAIApp")).await;
    let slot = U256::from_be_bytes(zk_verify_precompile::KEY_SLOT.0);
    // The other contract binds an account without code.
    let nobody = Address::repeat_byte(0x99).into_word();
    net.call("anvil_setStorageAt", json!([other, slot, nobody]))
        .await;
    let call = |to: Address| json!([{"to": to, "data": mlp.submit()}, "latest"]);
    for _ in 0..3 {
        net.call("eth_call", call(probe)).await;
        let error = net.error("eth_call", call(other)).await;
        assert!(
            error["message"]
                .as_str()
                .unwrap()
                .contains("InvalidVerifyingKey"),
            "{error}"
        );
    }
}
