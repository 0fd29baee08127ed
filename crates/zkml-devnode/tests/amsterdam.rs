//! What is new on Amsterdam: the calldata floor, longer code, gas of state, and headers.

mod common;

use alloy_primitives::{Bytes, hex, keccak256};
use common::{Fixture, Net, VERIFIER, deploying, number, test_config};
use halo2_kzg_verifier::VerifyingKey;
use serde_json::json;
use std::{fs, path::Path};
use zk_verify_precompile::abi::Request;
use zkml_devnode::{Config, Hardfork};

fn amsterdam(config: Config) -> Config {
    Config {
        hardfork: Hardfork::Amsterdam,
        gas_limit: Hardfork::Amsterdam.block_gas_limit(),
        ..config
    }
}

/// EIP-7976 and EIP-2780: 64 gas for every byte of calldata, and 15,000 for a call.
#[tokio::test]
async fn a_proof_pays_for_its_bytes_and_the_estimate_says_so() {
    let mlp = Fixture::mlp();
    let net = Net::start(amsterdam(mlp.config())).await;
    let data = mlp.call();
    let floor = 15_000 + 64 * data.len() as u128;
    let mut call = json!({"from": net.account(0), "to": VERIFIER, "data": data});
    let estimate = net.number("eth_estimateGas", json!([call])).await;
    assert_eq!(estimate, floor);
    call["gas"] = json!(format!("{estimate:#x}"));
    let receipt = net.execute(call.clone()).await;
    assert_eq!(receipt["status"], "0x1");
    assert_eq!(number(&receipt["gasUsed"]), floor);

    call["gas"] = json!(format!("{:#x}", estimate - 1));
    let error = net.error("eth_sendTransaction", json!([call])).await;
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("insufficient gas for floor data gas cost"),
        "{message}"
    );
}

/// A key of 64,116 bytes.
fn long_key() -> Vec<u8> {
    let path = "../../spec/vectors/keys/huge.zkvk";
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// EIP-7954 and EIP-8037. The gas is more than a transaction may have for its execution.
#[tokio::test]
async fn a_key_of_more_than_24_576_bytes_is_deployed_and_read() {
    let key = long_key();
    let setup = VerifyingKey::decode(&key)
        .unwrap()
        .trusted_setup()
        .to_bytes();
    let config = Config {
        accepted_srs: vec![setup],
        ..test_config()
    };
    let creation = deploying(&key);
    let net = Net::start(amsterdam(config.clone())).await;
    let from = net.account(0);
    let estimate = net
        .number("eth_estimateGas", json!([{"from": from, "data": creation}]))
        .await;
    let of_state = 1_530 * (key.len() as u128 + 120);
    assert!(
        (of_state..of_state + 16_777_216).contains(&estimate),
        "{estimate}"
    );

    let receipt = net.execute(json!({"from": from, "data": creation})).await;
    assert_eq!(receipt["status"], "0x1");
    assert_eq!(number(&receipt["gasUsed"]), estimate);
    let account = receipt["contractAddress"].clone();
    assert_eq!(
        net.call("eth_getCode", json!([account, "latest"])).await,
        json!(hex::encode_prefixed(&key))
    );
    // Nothing to prove: `false` says that it is a key.
    let account = account.as_str().unwrap().parse().unwrap();
    let ask: Bytes = Request {
        key: Some(account),
        proof: &[],
        public_inputs: &[],
    }
    .encode()
    .into();
    let answer = net
        .call("eth_call", json!([{"to": VERIFIER, "data": ask}, "latest"]))
        .await;
    assert_eq!(answer, json!(format!("0x{}", "0".repeat(64))));

    // The block's gas is the larger of two sums, what its sender pays is both.
    let block = net
        .call("eth_getBlockByNumber", json!(["latest", false]))
        .await;
    assert_eq!(number(&block["gasUsed"]), of_state);

    let osaka = Net::start(Config {
        hardfork: Hardfork::Osaka,
        ..config
    })
    .await;
    let refused = json!([{"from": osaka.account(0), "data": creation}]);
    osaka.error("eth_estimateGas", refused).await;
}

/// EIP-7928 and EIP-7843: the hash of the block access list, and the slot.
#[tokio::test]
async fn headers_have_the_hash_of_an_access_list_and_a_slot() {
    let net = Net::start(amsterdam(test_config())).await;
    let header = async |number: &str| {
        net.call("eth_getBlockByNumber", json!([number, false]))
            .await
    };
    let genesis = header("0x0").await;
    // An empty list in RLP.
    assert_eq!(genesis["blockAccessListHash"], json!(keccak256([0xc0])));
    assert_eq!(number(&genesis["slotNumber"]), 0);

    let transfer = json!({"from": net.account(0), "to": net.account(1), "value": "0x1"});
    let receipt = net.execute(transfer).await;
    // EIP-2780: 12,000 for the sender, 3,000 for the recipient's account, 6,000 for the value. EIP-7708: its log.
    assert_eq!(number(&receipt["gasUsed"]), 21_000);
    assert_eq!(receipt["logs"].as_array().unwrap().len(), 1);
    let block = header("0x1").await;
    assert_ne!(block["blockAccessListHash"], genesis["blockAccessListHash"]);
    assert_eq!(number(&block["slotNumber"]), 1);

    let osaka = Net::on(Hardfork::Osaka).await;
    let block = osaka
        .call("eth_getBlockByNumber", json!(["0x0", false]))
        .await;
    assert!(block["blockAccessListHash"].is_null() && block["slotNumber"].is_null());
}
