//! What a request may take of the machine.

mod common;

use alloy_primitives::{Address, Bytes, hex};
use common::{Net, test_config};
use serde_json::{Value, json};
use zkml_devnode::Hardfork;

const CODE_AT: Address = Address::repeat_byte(0xc0);

/// Traces a call of code that exists for the call only.
async fn trace(net: &Net, code: &[u8], options: Value) -> Value {
    let mut options = options;
    options["stateOverrides"] = json!({CODE_AT.to_string(): {"code": hex::encode_prefixed(code)}});
    net.client
        .answer(
            "debug_traceCall",
            json!([{"to": CODE_AT}, "latest", options]),
        )
        .await
}

fn is_too_large(answer: &Value) -> bool {
    answer["error"]["message"]
        .as_str()
        .is_some_and(|message| message.starts_with("the trace is too large"))
}

/// The most memory that this process has had so far, in bytes.
#[cfg(target_os = "linux")]
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kib: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib * 1024
}

/// Each endless, and each makes a tracer record far more than the call itself needs.
const GREEDY: [(&str, &[u8], &str); 6] = [
    // JUMPDEST MSIZE MSIZE MSTORE PUSH0 JUMP
    (
        "memory that grows, with enableMemory",
        &hex!("5b5959525f56"),
        r#"{"enableMemory": true}"#,
    ),
    // JUMPDEST PUSH0 JUMP
    ("steps", &hex!("5b5f56"), "{}"),
    // JUMPDEST GAS SLOAD POP PUSH0 JUMP: another slot each time, all of them in each step's storage.
    (
        "storage",
        &hex!("5b5a54505f56"),
        r#"{"disableStack": true}"#,
    ),
    // 256 KiB of input to a call of nobody, again and again.
    (
        "inputs of calls",
        &hex!("5b5f5f620400005f5f5f5af1505f56"),
        r#"{"tracer": "callTracer"}"#,
    ),
    (
        "inputs of calls, flat",
        &hex!("5b5f5f620400005f5f5f5af1505f56"),
        r#"{"tracer": "flatCallTracer"}"#,
    ),
    // 64 KiB from the identity precompile, which stay the returned data of every step of a loop.
    (
        "returned data",
        &hex!("5f5f620100005f60045afa505b600c56"),
        r#"{"enableReturnData": true}"#,
    ),
];

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_trace_that_would_fill_the_memory_ends_in_a_clear_error() {
    let net = Net::start(test_config()).await;
    let before = peak();
    for (name, code, options) in GREEDY {
        let options: Value = serde_json::from_str(options).unwrap();
        // Four at a time take no more than one.
        let all = (0..4).map(|_| trace(&net, code, options.clone()));
        for answer in join_all(all).await {
            assert!(is_too_large(&answer), "{name}: {answer:.300}");
        }
    }
    let grown = peak().saturating_sub(before);
    assert!(grown < 512 << 20, "{} MiB", grown >> 20);
    // The node goes on, and what is not too large is traced.
    let limit = json!({"enableMemory": true, "limit": 100});
    let answer = trace(&net, &hex!("5b5959525f56"), limit).await;
    assert_eq!(
        answer["result"]["structLogs"].as_array().unwrap().len(),
        100
    );
}

async fn join_all<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut out = Vec::new();
    let mut all: Vec<_> = all.map(Box::pin).collect();
    std::future::poll_fn(|context| {
        let mut pending = Vec::new();
        for mut one in all.drain(..) {
            match one.as_mut().poll(context) {
                std::task::Poll::Ready(value) => out.push(value),
                std::task::Poll::Pending => pending.push(one),
            }
        }
        all = pending;
        if all.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    out
}

#[tokio::test]
async fn the_request_of_277_bytes_is_answered() {
    let net = Net::start(test_config()).await;
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"debug_traceCall","params":[{{"to":"{CODE_AT}"}},"latest",{{"enableMemory":true,"stateOverrides":{{"{CODE_AT}":{{"code":"0x5b5959525f56"}}}}}}]}}"#
    );
    assert!(body.len() <= 277, "{}", body.len());
    let answer = net.client.raw(&body).await;
    assert!(is_too_large(&answer), "{answer:.300}");
    net.call("eth_blockNumber", json!([])).await;
}

#[tokio::test]
async fn there_are_so_many_filters_and_snapshots_and_no_more() {
    let net = Net::start(test_config()).await;
    let mut first = Value::Null;
    for index in 0..1_000 {
        let id = net.call("eth_newBlockFilter", json!([])).await;
        if index == 0 {
            first = id;
        }
    }
    let error = net.error("eth_newBlockFilter", json!([])).await;
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("eth_uninstallFilter"),
        "{error}"
    );
    net.call("eth_uninstallFilter", json!([first])).await;
    net.call("eth_newBlockFilter", json!([])).await;

    for _ in 0..4_096 {
        net.call("evm_snapshot", json!([])).await;
    }
    let error = net.error("evm_snapshot", json!([])).await;
    assert!(
        error["message"].as_str().unwrap().contains("evm_revert"),
        "{error}"
    );
    assert_eq!(net.call("evm_revert", json!(["0x5"])).await, true);
    assert_eq!(net.call("evm_snapshot", json!([])).await, "0x1000");
}

#[tokio::test]
async fn a_simulation_is_bounded() {
    let net = Net::start(test_config()).await;
    let calls: Vec<_> = (0..10_001).map(|_| json!({})).collect();
    let error = net
        .error(
            "eth_simulateV1",
            json!([{"blockStateCalls": [{"calls": calls}]}]),
        )
        .await;
    assert!(
        error["message"].as_str().unwrap().contains("at most 10000"),
        "{error}"
    );
    let far = json!([{"blockOverrides": {"number": "0x1000000"}}]);
    let error = net
        .error("eth_simulateV1", json!([{"blockStateCalls": far}]))
        .await;
    assert_eq!(error["code"], -38026, "{error}");
    // A block of any gas limit still has only the gas of a few real ones.
    let endless = Bytes::from_static(&hex!("5b5f56"));
    let call = json!({
        "blockOverrides": {"gasLimit": "0xffffffffffffffff"},
        "stateOverrides": {CODE_AT.to_string(): {"code": endless}},
        "calls": [{"to": CODE_AT}],
    });
    let blocks = net
        .call("eth_simulateV1", json!([{"blockStateCalls": [call]}]))
        .await;
    let result = &blocks[0]["calls"][0];
    assert_eq!(result["status"], "0x0");
    assert_eq!(common::number(&result["gasUsed"]), 300_000_000);
}

/// A simulation of one call for each of these objects, all of them of code that uses all its gas.
fn endless_calls(calls: &[Value]) -> Value {
    let calls: Vec<_> = calls
        .iter()
        .map(|call| {
            let mut call = call.clone();
            call["to"] = json!(CODE_AT);
            call
        })
        .collect();
    json!([{"blockStateCalls": [{
        "blockOverrides": {"gasLimit": "0xffffffffffffffff"},
        "stateOverrides": {CODE_AT.to_string(): {"code": "0x5b5f56"}},
        "calls": calls,
    }]}])
}

#[tokio::test]
async fn a_simulation_that_has_used_up_its_gas_is_told_so() {
    let net = Net::start(test_config()).await;
    let over = [
        // The first uses all, or all but what a call takes before it runs; the second is too much.
        endless_calls(&[json!({}), json!({})]),
        endless_calls(&[json!({"gas": "0x11e1a2ff"}), json!({})]),
        endless_calls(&[json!({"gas": "0xbebc200"}), json!({"gas": "0xbebc200"})]),
    ];
    for payload in over {
        let error = net.error("eth_simulateV1", payload).await;
        assert_eq!(error["code"], -38026, "{error}");
        assert_eq!(
            error["message"],
            "calls[1]: the calls of one request may use 300000000 gas (ten blocks)"
        );
    }
    let more = endless_calls(&[json!({"gas": "0x11e1a301"})]);
    assert_eq!(net.error("eth_simulateV1", more).await["code"], -38026);
    // What asks for too little is told that.
    let little = endless_calls(&[json!({"gas": "0x64"})]);
    assert_eq!(net.error("eth_simulateV1", little).await["code"], -38013);
    let all = endless_calls(&[json!({"gas": "0x11e1a300"})]);
    net.call("eth_simulateV1", all).await;
}

#[tokio::test]
async fn a_validated_call_without_gas_gets_what_a_transaction_may_have() {
    let net = Net::on(Hardfork::Osaka).await;
    let fee = "0x2540be400";
    let call = |gas: Option<&str>| {
        json!([{"validation": true, "blockStateCalls": [{
            "stateOverrides": {CODE_AT.to_string(): {"code": "0x5b5f56"}},
            "calls": [{"from": net.account(0), "to": CODE_AT, "maxFeePerGas": fee, "gas": gas}],
        }]}])
    };
    let blocks = net.call("eth_simulateV1", call(None)).await;
    let used = common::number(&blocks[0]["calls"][0]["gasUsed"]);
    assert_eq!(used, 16_777_216);
    let error = net.error("eth_simulateV1", call(Some("0x1000001"))).await;
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("transaction gas limit too high"),
        "{error}"
    );
}

#[tokio::test]
async fn so_many_addresses_are_impersonated_and_no_more() {
    let net = Net::start(test_config()).await;
    let address = |index: u64| Address::left_padding_from(&index.to_be_bytes());
    for batch in 0..10 {
        let calls: Vec<_> = (batch * 1_000..(batch + 1) * 1_000)
            .map(|index| {
                json!({"jsonrpc": "2.0", "id": 1, "method": "anvil_impersonateAccount", "params": [address(index)]})
            })
            .collect();
        let answers = net.client.raw(&json!(calls).to_string()).await;
        let refused = answers.as_array().unwrap().iter();
        assert_eq!(refused.filter(|one| one.get("error").is_some()).count(), 0);
    }
    let one_more = json!([address(10_000)]);
    let error = net
        .error("anvil_impersonateAccount", one_more.clone())
        .await;
    let message = error["message"].as_str().unwrap();
    assert!(message.starts_with("10000 addresses"), "{error}");
    assert!(
        message.contains("anvil_stopImpersonatingAccount"),
        "{error}"
    );
    net.call("anvil_stopImpersonatingAccount", json!([address(0)]))
        .await;
    net.call("anvil_impersonateAccount", one_more).await;
}
