//! What the node says to requests that are not as they should be.

mod common;

use alloy_primitives::{Address, U256};
use common::{Net, test_config};
use serde_json::json;
use zkml_devnode::{Config, MAX_BATCH, MAX_REQUEST_BYTES, Node, NodeError};

#[tokio::test]
async fn malformed_json_is_a_parse_error() {
    let net = Net::start(test_config()).await;
    for body in ["{", "nonsense", r#"{"jsonrpc": "2.0", "id": 1, "method""#] {
        assert_eq!(
            net.client.raw(body).await["error"]["code"],
            -32700,
            "{body}"
        );
    }
    assert_eq!(
        net.client.raw(r#"{"id": 1}"#).await["error"]["code"],
        -32600
    );
}

#[tokio::test]
async fn an_unknown_method_is_not_found() {
    let net = Net::start(test_config()).await;
    assert_eq!(net.error("eth_mine", json!([])).await["code"], -32601);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let net = Net::start(test_config()).await;
    let data = "00".repeat(MAX_REQUEST_BYTES as usize / 2);
    let call =
        json!({"jsonrpc": "2.0", "id": 1, "method": "web3_sha3", "params": [format!("0x{data}")]});
    let (status, body) = net.client.post(call.to_string().as_bytes()).await;
    assert_eq!(status, 413);
    assert!(body.contains("-32007"), "{body}");
    // The node goes on.
    net.call("eth_blockNumber", json!([])).await;
}

#[tokio::test]
async fn wrong_types_name_the_parameter() {
    let net = Net::start(test_config()).await;
    let cases = [
        (
            "eth_getBalance",
            json!(["0x12", "latest"]),
            "params[0] (address)",
        ),
        (
            "eth_getBalance",
            json!([Address::ZERO, "newest"]),
            "params[1] (block)",
        ),
        ("eth_getBalance", json!([]), "params[0] (address): missing"),
        ("eth_getBalance", json!([1, 2, 3]), "3 given"),
        (
            "eth_getBalance",
            json!({"address": Address::ZERO}),
            "expected a list",
        ),
        (
            "eth_getTransactionReceipt",
            json!([7]),
            "params[0] (transaction hash)",
        ),
        (
            "eth_sendRawTransaction",
            json!(["0x02c0"]),
            "params[0] (signed transaction)",
        ),
        (
            "eth_sendRawTransaction",
            json!(["0x"]),
            "params[0] (signed transaction)",
        ),
        ("eth_call", json!(["call"]), "params[0] (call)"),
        (
            "eth_feeHistory",
            json!(["0x1", "latest", [50.0, 10.0]]),
            "params[2]",
        ),
        (
            "eth_getLogs",
            json!([{"fromBlock": "0x5", "toBlock": "0x1"}]),
            "params[0] (filter)",
        ),
        (
            "debug_traceCall",
            json!([{}, "latest", {"tracer": "nope"}]),
            "tracer",
        ),
    ];
    for (method, params, expected) in cases {
        let error = net.error(method, params.clone()).await;
        assert_eq!(error["code"], -32602, "{method} {params}: {error}");
        assert!(
            error["message"].as_str().unwrap().contains(expected),
            "{method}: {error}"
        );
    }
}

#[tokio::test]
async fn optional_parameters_may_be_missing() {
    let net = Net::start(test_config()).await;
    let alice = net.account(0);
    assert_eq!(
        net.number("eth_getBalance", json!([alice])).await,
        10_000 * 10_u128.pow(18)
    );
    net.call("eth_getBalance", json!([alice, null])).await;
    net.call("eth_call", json!([{"to": alice}])).await;
    net.call("eth_estimateGas", json!([{"to": alice}])).await;
    net.call("eth_getBlockByNumber", json!(["latest"])).await;
    net.call("eth_feeHistory", json!(["0x4", "latest"])).await;
    // No `params` at all.
    let answer = net
        .client
        .raw(r#"{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}"#)
        .await;
    assert_eq!(answer["result"], "0x7a69");
}

#[tokio::test]
async fn a_batch_is_answered_in_order_up_to_the_limit() {
    let net = Net::start(test_config()).await;
    let one =
        |id: usize| json!({"jsonrpc": "2.0", "id": id, "method": "net_version", "params": []});
    let batch: Vec<_> = (0..20).map(one).collect();
    let answer = net.client.raw(&json!(batch).to_string()).await;
    let ids: Vec<_> = answer
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_u64().unwrap())
        .collect();
    assert_eq!(ids, (0..20).collect::<Vec<_>>());
    let batch: Vec<_> = (0..=MAX_BATCH as usize).map(one).collect();
    let answer = net.client.raw(&json!(batch).to_string()).await;
    assert_eq!(answer["error"]["code"], -32010);
}

#[tokio::test]
async fn unknown_blocks_and_transactions_are_null_or_an_error() {
    let net = Net::start(test_config()).await;
    let hash = U256::from(7);
    let hash = format!("{hash:#066x}");
    assert!(
        net.call("eth_getBlockByNumber", json!(["0x64", false]))
            .await
            .is_null()
    );
    assert!(
        net.call("eth_getBlockByHash", json!([hash, false]))
            .await
            .is_null()
    );
    assert!(
        net.call("eth_getTransactionByHash", json!([hash]))
            .await
            .is_null()
    );
    assert!(
        net.call("eth_getTransactionReceipt", json!([hash]))
            .await
            .is_null()
    );
    assert!(
        net.call("eth_getBlockReceipts", json!(["0x64"]))
            .await
            .is_null()
    );
    let error = net
        .error("eth_getBalance", json!([Address::ZERO, "0x64"]))
        .await;
    assert_eq!(error["message"], "header not found: block 0x64");
    let error = net.error("debug_traceTransaction", json!([hash])).await;
    assert!(error["message"].as_str().unwrap().contains("not found"));
}

#[tokio::test]
async fn says_what_it_is() {
    let net = Net::start(Config {
        chain_id: 1234,
        accounts: 3,
        ..test_config()
    })
    .await;
    assert_eq!(net.call("eth_chainId", json!([])).await, "0x4d2");
    assert_eq!(net.call("net_version", json!([])).await, "1234");
    assert_eq!(net.call("eth_syncing", json!([])).await, false);
    assert_eq!(
        net.call("eth_accounts", json!([]))
            .await
            .as_array()
            .unwrap()
            .len(),
        3
    );
    assert!(
        net.call("web3_clientVersion", json!([]))
            .await
            .as_str()
            .unwrap()
            .starts_with("zkml/")
    );
    assert_eq!(
        net.call("web3_sha3", json!(["0x68656c6c6f20776f726c64"]))
            .await,
        "0x47173285a8d7341e5e972fc677286384f802f8ef42a5ec5f03bbfa254cb01fad"
    );
}

#[tokio::test]
async fn stopping_frees_the_port() {
    let net = Net::start(test_config()).await;
    let address = net.node.address();
    let config = Config {
        port: address.port(),
        ..test_config()
    };
    let error = Node::start(config.clone()).await.unwrap_err();
    assert!(matches!(error, NodeError::Listen { .. }), "{error}");
    net.node.stop().await;
    let net = Net::start(config).await;
    assert_eq!(net.node.address(), address);
    assert_eq!(net.number("eth_blockNumber", json!([])).await, 0);
}

#[tokio::test]
async fn stopping_does_not_wait_for_clients_that_keep_their_connection() {
    let net = Net::start(test_config()).await;
    let idle = tokio::net::TcpStream::connect(net.node.address())
        .await
        .unwrap();
    net.call("eth_blockNumber", json!([])).await;
    tokio::time::timeout(std::time::Duration::from_secs(10), net.node.stop())
        .await
        .unwrap();
    drop(idle);
}

/// Head of the answer to a browser that asks on behalf of a page.
async fn asked_by_page(net: &Net, method: &str, origin: &str, more: &str) -> String {
    let head = format!(
        "{method} / HTTP/1.1\r\nHost: {}\r\nOrigin: {origin}\r\n{more}Connection: close\r\n\r\n",
        net.node.address()
    );
    net.client.exchange(&[head.as_bytes()]).await
}

const PREFLIGHT: &str = "Access-Control-Request-Method: POST\r\n\
                         Access-Control-Request-Headers: content-type\r\n\
                         Access-Control-Request-Private-Network: true\r\n";

#[tokio::test]
async fn a_page_of_this_machine_may_call() {
    let net = Net::start(test_config()).await;
    let origin = "http://localhost:3000";
    let answer = asked_by_page(&net, "OPTIONS", origin, PREFLIGHT).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    for header in [
        "access-control-allow-origin: http://localhost:3000",
        "access-control-allow-headers: *",
        "access-control-allow-private-network: true",
    ] {
        assert!(answer.contains(header), "{header}: {answer}");
    }
}

#[tokio::test]
async fn other_pages_may_call_only_if_they_were_allowed() {
    let net = Net::start(test_config()).await;
    let origin = "https://app.example";
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (method, more) in [("OPTIONS", PREFLIGHT), ("POST", ""), ("GET", upgrade)] {
        let answer = asked_by_page(&net, method, origin, more).await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
        assert!(!answer.contains("access-control-allow-origin"), "{answer}");
        assert!(
            answer.contains("--cors-origin https://app.example"),
            "{answer}"
        );
    }
    let net = Net::start(Config {
        cors_origins: vec![origin.into()],
        ..test_config()
    })
    .await;
    let answer = asked_by_page(&net, "OPTIONS", origin, PREFLIGHT).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer.contains("access-control-allow-origin: https://app.example"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_name_that_was_rebound_to_this_machine_is_refused() {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}"#;
    let request = |host: &str| {
        format!(
            "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    };
    let net = Net::start(Config {
        allowed_hosts: vec!["node".into()],
        ..test_config()
    })
    .await;
    for (host, status) in [
        ("evil.example:8545", "403"),
        ("node:8545", "200"),
        ("localhost:8545", "200"),
        ("127.0.0.1:8545", "200"),
    ] {
        let answer = net.client.exchange(&[request(host).as_bytes()]).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{host}: {answer}"
        );
        assert_eq!(answer.contains("--allow-host"), status == "403", "{answer}");
    }
}
