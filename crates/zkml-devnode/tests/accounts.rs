//! Signing, sending for others, and proofs of accounts.

mod common;

use alloy_primitives::{Address, B256, Bytes, Signature, eip191_hash_message, hex, keccak256};
use common::{Net, TOPIC, deploying, from_hex, logger, number, test_config};
use serde_json::{Value, json};
use zkml_devnode::{CREATE2_DEPLOYER, MULTICALL3};

const WHALE: Address = Address::repeat_byte(0xbe);

fn signature(value: &Value) -> Signature {
    let bytes: Bytes = value.as_str().unwrap().parse().unwrap();
    Signature::try_from(bytes.as_ref()).unwrap()
}

#[tokio::test]
async fn an_impersonated_address_sends_without_a_key() {
    let net = Net::start(test_config()).await;
    let tx = json!({"from": WHALE, "to": net.account(0), "value": "0x1"});
    net.call("anvil_setBalance", json!([WHALE, "0xde0b6b3a7640000"]))
        .await;
    let error = net.error("eth_sendTransaction", json!([tx])).await;
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("anvil_impersonateAccount"),
        "{error}"
    );
    net.call("anvil_impersonateAccount", json!([WHALE])).await;
    let receipt = net.execute(tx.clone()).await;
    assert_eq!(receipt["status"], "0x1");
    assert_eq!(receipt["from"], json!(WHALE));
    let hash = &receipt["transactionHash"];
    let mined = net.call("eth_getTransactionByHash", json!([hash])).await;
    assert_eq!(mined["from"], json!(WHALE));
    net.call("debug_traceTransaction", json!([hash])).await;
    net.call("hardhat_stopImpersonatingAccount", json!([WHALE]))
        .await;
    net.error("eth_sendTransaction", json!([tx])).await;
    net.call("anvil_autoImpersonateAccount", json!([true]))
        .await;
    net.execute(tx).await;
}

#[tokio::test]
async fn a_contract_can_be_impersonated_too() {
    let net = Net::start(test_config()).await;
    let contract = net.deploy(logger()).await;
    net.call("anvil_setBalance", json!([contract, "0xde0b6b3a7640000"]))
        .await;
    net.call("anvil_impersonateAccount", json!([contract]))
        .await;
    let tx = json!({"from": contract, "to": WHALE, "value": "0x5"});
    let receipt = net.execute(tx).await;
    assert_eq!(receipt["status"], "0x1");
    assert_eq!(net.number("eth_getBalance", json!([WHALE])).await, 5);
    // What two senders send at the same nonce are two transactions.
    let nonce = net.call("eth_getTransactionCount", json!([contract])).await;
    net.call("anvil_impersonateAccount", json!([WHALE])).await;
    net.call("anvil_setNonce", json!([WHALE, nonce])).await;
    net.call("anvil_setBalance", json!([WHALE, "0xde0b6b3a7640000"]))
        .await;
    let first = net.send(json!({"from": contract, "to": TO})).await;
    let second = net.send(json!({"from": WHALE, "to": TO})).await;
    assert_ne!(first, second);
}

const TO: Address = Address::repeat_byte(0x77);

#[tokio::test]
async fn messages_and_typed_data_are_signed_by_the_unlocked_accounts() {
    let net = Net::start(test_config()).await;
    let alice = net.account(0);
    let message = b"prove it";
    let digest = eip191_hash_message(message);
    for (method, params) in [
        (
            "personal_sign",
            json!([hex::encode_prefixed(message), alice]),
        ),
        ("personal_sign", json!(["prove it", alice, "password"])),
        ("eth_sign", json!([alice, hex::encode_prefixed(message)])),
    ] {
        let signature = signature(&net.call(method, params).await);
        let signer = signature.recover_address_from_prehash(&digest).unwrap();
        assert_eq!(signer, alice, "{method}");
    }
    // The example of EIP-712, whose hash is in the EIP.
    let data: Value = serde_json::from_str(MAIL).unwrap();
    let digest: B256 = "0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"
        .parse()
        .unwrap();
    for data in [data.clone(), json!(data.to_string())] {
        let answer = net.call("eth_signTypedData_v4", json!([alice, data])).await;
        let signer = signature(&answer)
            .recover_address_from_prehash(&digest)
            .unwrap();
        assert_eq!(signer, alice);
    }
    let error = net.error("eth_sign", json!([WHALE, "0x00"])).await;
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("unknown account"),
        "{error}"
    );
    let error = net.error("eth_signTypedData_v4", json!([alice, {}])).await;
    assert_eq!(error["code"], -32602, "{error}");
}

const MAIL: &str = r#"{
  "types": {
    "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "version", "type": "string"},
      {"name": "chainId", "type": "uint256"}, {"name": "verifyingContract", "type": "address"}],
    "Person": [{"name": "name", "type": "string"}, {"name": "wallet", "type": "address"}],
    "Mail": [{"name": "from", "type": "Person"}, {"name": "to", "type": "Person"},
      {"name": "contents", "type": "string"}]},
  "primaryType": "Mail",
  "domain": {"name": "Ether Mail", "version": "1", "chainId": 1,
    "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
  "message": {
    "from": {"name": "Cow", "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
    "to": {"name": "Bob", "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
    "contents": "Hello, Bob!"}
}"#;

#[tokio::test]
async fn a_signed_transaction_is_given_back_and_can_be_sent() {
    let net = Net::start(test_config()).await;
    let tx = json!({"from": net.account(0), "to": WHALE, "value": "0x9"});
    let raw = net.call("eth_signTransaction", json!([tx])).await;
    assert_eq!(net.number("eth_getBalance", json!([WHALE])).await, 0);
    let receipt = net.call("eth_sendRawTransactionSync", json!([raw])).await;
    assert_eq!(receipt["status"], "0x1");
    assert_eq!(net.number("eth_getBalance", json!([WHALE])).await, 9);
    let bytes: Bytes = raw.as_str().unwrap().parse().unwrap();
    assert_eq!(receipt["transactionHash"], json!(keccak256(&bytes)));
    // Nothing is mined here, so nothing comes of waiting.
    net.call("evm_setAutomine", json!([false])).await;
    let error = net
        .error("eth_sendTransactionSync", json!([tx, "0x32"]))
        .await;
    assert_eq!(error["code"], 4, "{error}");
}

#[tokio::test]
async fn a_proof_of_an_account_has_its_values() {
    let net = Net::start(test_config()).await;
    let contract = net.deploy(logger()).await;
    net.execute(json!({"from": net.account(0), "to": contract, "data": TOPIC}))
        .await;
    let proof = net
        .call("eth_getProof", json!([contract, ["0x0", "0x1"], "latest"]))
        .await;
    assert_eq!(proof["nonce"], "0x1");
    assert_eq!(proof["storageProof"][0]["key"], "0x0");
    let value: alloy_primitives::U256 =
        serde_json::from_value(proof["storageProof"][0]["value"].clone()).unwrap();
    assert_eq!(B256::from(value), TOPIC);
    assert_eq!(proof["storageProof"][1]["value"], "0x0");
    let code = net.call("eth_getCode", json!([contract])).await;
    let code: Bytes = code.as_str().unwrap().parse().unwrap();
    assert_eq!(from_hex(&proof["codeHash"]), keccak256(&code));
    // The first node of the proof is the root of the state.
    let block = net.call("eth_getBlockByNumber", json!(["latest"])).await;
    let root: Bytes = proof["accountProof"][0].as_str().unwrap().parse().unwrap();
    assert_eq!(from_hex(&block["stateRoot"]), keccak256(&root));
    let storage: Bytes = proof["storageProof"][0]["proof"][0]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(from_hex(&proof["storageHash"]), keccak256(&storage));
    let info = net.call("eth_getAccountInfo", json!([contract])).await;
    assert_eq!(info["nonce"], "0x1");
    let account = net.call("eth_getAccount", json!([contract])).await;
    assert_eq!(account["storageRoot"], proof["storageHash"]);
}

#[tokio::test]
async fn genesis_has_the_create2_deployer_and_multicall3() {
    let net = Net::start(test_config()).await;
    let runtime = hex!("fe");
    let init = deploying(&runtime);
    let salt = B256::repeat_byte(5);
    let data = [salt.as_slice(), &init].concat();
    let receipt = net
        .execute(json!({"from": net.account(0), "to": CREATE2_DEPLOYER, "data": Bytes::from(data)}))
        .await;
    assert_eq!(receipt["status"], "0x1");
    let expected = CREATE2_DEPLOYER.create2_from_code(salt, &init);
    assert_eq!(net.call("eth_getCode", json!([expected])).await, "0xfe");
    // getBlockNumber() of Multicall3.
    let call = json!({"to": MULTICALL3, "data": "0x42cbb15c"});
    assert_eq!(number(&net.call("eth_call", json!([call])).await), 1);
}
