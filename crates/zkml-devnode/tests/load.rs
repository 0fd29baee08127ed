//! Many clients at once.

mod common;

use std::collections::HashSet;

use common::{Fixture, Net, artifact, from_hex};
use serde_json::json;

const CLIENTS: usize = 8;
const TRANSACTIONS: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn eight_clients_at_once_lose_nothing_and_are_answered_rightly() {
    let mlp = Fixture::mlp();
    let net = Net::start(mlp.config()).await;
    let app = net.deploy(artifact("MyAIApp")).await;
    let (good, bad) = (mlp.submit(), mlp.submit_with(&mlp.tampered()));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|index| {
            let (client, from) = (net.client, net.account(index));
            let (good, bad) = (good.clone(), bad.clone());
            tokio::spawn(async move {
                let mut hashes = Vec::new();
                for turn in 0..TRANSACTIONS {
                    let valid = (index + turn) % 4 != 0;
                    let data = if valid { &good } else { &bad };
                    let tx = json!({"from": from, "to": app, "data": data, "gas": "0x200000"});
                    let hash = from_hex(&client.call("eth_sendTransaction", json!([tx])).await);
                    let receipt = client
                        .call("eth_getTransactionReceipt", json!([hash]))
                        .await;
                    assert_eq!(receipt["status"], if valid { "0x1" } else { "0x0" });
                    hashes.push(hash);
                }
                hashes
            })
        })
        .collect();
    let mut hashes = HashSet::new();
    for client in clients {
        hashes.extend(client.await.unwrap());
    }
    assert_eq!(hashes.len(), CLIENTS * TRANSACTIONS);
    // One block each, after the one that deployed the application.
    let height = net.number("eth_blockNumber", json!([])).await;
    assert_eq!(height, (CLIENTS * TRANSACTIONS + 1) as u128);
    for index in 0..CLIENTS {
        let sent = net
            .number("eth_getTransactionCount", json!([net.account(index)]))
            .await;
        assert_eq!(sent, TRANSACTIONS as u128 + u128::from(index == 0));
    }
}
