//! A node in this process and a client that speaks plain HTTP to it.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "each test file uses a part of it"
)]

use std::{collections::VecDeque, fs, net::SocketAddr, path::PathBuf, time::Duration};

use alloy_primitives::{Address, B256, Bytes, U256, b256, hex};
use alloy_sol_types::{SolCall, sol};
use ezkl_import::{EzklProof, import_vka};
use halo2_kzg_verifier::VerifyingKey;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_util::compat::{Compat, TokioAsyncReadCompatExt};
use zkml_devnode::{Config, DEFAULT_KEY_ADDRESS, Hardfork, Node};

sol! {
    /// The precompile.
    interface Verifier {
        function verify(bytes calldata proof, bytes calldata public_inputs) external view returns (bool);
        function verifyWithKey(address key, bytes calldata proof, bytes calldata public_inputs) external view returns (bool);
    }
    /// The example application.
    interface MyAIApp {
        function submitResult(bytes calldata proof, bytes calldata result) external;
    }
}

/// 0x11.
pub const VERIFIER: Address = Address::new(hex!("0000000000000000000000000000000000000011"));

/// One ezkl circuit with a proof.
pub struct Fixture {
    pub key: VerifyingKey,
    pub proof: Vec<u8>,
    pub public_inputs: Vec<u8>,
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

impl Fixture {
    pub fn load(name: &str) -> Self {
        let folder = repository().join("tests/fixtures").join(name);
        let read = |file: &str| fs::read(folder.join(file)).unwrap();
        let EzklProof {
            proof,
            public_inputs,
        } = EzklProof::from_json(&read("proof.json")).unwrap();
        Self {
            key: import_vka(&read("vka.bin")).unwrap(),
            proof,
            public_inputs,
        }
    }

    pub fn mlp() -> Self {
        Self::load("mlp")
    }

    /// A node whose default key is this one.
    pub fn config(&self) -> Config {
        Config {
            default_key: Some(self.key.encode()),
            accepted_srs: vec![self.key.trusted_setup().to_bytes()],
            ..test_config()
        }
    }

    /// `verifyWithKey` with the chain's default key.
    pub fn call(&self) -> Bytes {
        self.call_with(&self.proof)
    }

    pub fn call_with(&self, proof: &[u8]) -> Bytes {
        Verifier::verifyWithKeyCall {
            key: DEFAULT_KEY_ADDRESS,
            proof: Bytes::copy_from_slice(proof),
            public_inputs: self.public_inputs.clone().into(),
        }
        .abi_encode()
        .into()
    }

    /// The call of the example application.
    pub fn submit(&self) -> Bytes {
        self.submit_with(&self.proof)
    }

    pub fn submit_with(&self, proof: &[u8]) -> Bytes {
        MyAIApp::submitResultCall {
            proof: Bytes::copy_from_slice(proof),
            result: self.public_inputs.clone().into(),
        }
        .abi_encode()
        .into()
    }

    /// The proof with one bit of its last evaluation flipped, which stands before the two points of
    /// the opening (64 bytes each): everything is well formed, and the pairing check fails.
    pub fn tampered(&self) -> Vec<u8> {
        let mut proof = self.proof.clone();
        let index = proof.len() - 129;
        proof[index] ^= 1;
        proof
    }
}

pub fn test_config() -> Config {
    Config {
        port: 0,
        ..Config::default()
    }
}

/// The bytecode of one of the kit's contracts.
pub fn artifact(name: &str) -> Bytes {
    let path = repository()
        .join("contracts/artifacts")
        .join(format!("{name}.json"));
    let json: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    json["bytecode"].as_str().unwrap().parse().unwrap()
}

/// Code that deploys `runtime`.
pub fn deploying(runtime: &[u8]) -> Bytes {
    let length = u16::try_from(runtime.len()).unwrap().to_be_bytes();
    [
        &[
            0x61, length[0], length[1], 0x80, 0x60, 0x0a, 0x5f, 0x39, 0x5f, 0xf3,
        ],
        runtime,
    ]
    .concat()
    .into()
}

/// What [`logger`] logs under.
pub const TOPIC: B256 = b256!("1111111111111111111111111111111111111111111111111111111111111111");

/// Stores its first word of calldata in slot 0 and logs it under [`TOPIC`].
pub fn logger() -> Bytes {
    let code = [
        &hex!("5f35805f555f52")[..],
        &[0x7f],
        TOPIC.as_slice(),
        &hex!("60205fa100"),
    ]
    .concat();
    deploying(&code)
}

/// A node and a client of it.
pub struct Net {
    pub node: Node,
    pub client: Client,
}

impl Net {
    /// A node with the rules of this fork.
    pub async fn on(hardfork: Hardfork) -> Self {
        let config = test_config();
        Self::start(Config { hardfork, ..config }).await
    }

    pub async fn start(config: Config) -> Self {
        let node = Node::start(config).await.unwrap();
        let client = Client {
            address: node.address(),
        };
        Self { node, client }
    }

    pub fn account(&self, index: usize) -> Address {
        self.node.accounts()[index].address()
    }

    pub async fn call(&self, method: &str, params: Value) -> Value {
        self.client.call(method, params).await
    }

    pub async fn error(&self, method: &str, params: Value) -> Value {
        self.client.error(method, params).await
    }

    /// Sends from an unlocked account; gives the hash.
    pub async fn send(&self, tx: Value) -> B256 {
        from_hex(&self.call("eth_sendTransaction", json!([tx])).await)
    }

    /// Sends, and gives the receipt.
    pub async fn execute(&self, tx: Value) -> Value {
        let hash = self.send(tx).await;
        self.receipt(hash).await
    }

    pub async fn receipt(&self, hash: B256) -> Value {
        self.call("eth_getTransactionReceipt", json!([hash])).await
    }

    /// Deploys code from account 0; gives the address.
    pub async fn deploy(&self, code: Bytes) -> Address {
        let receipt = self
            .execute(json!({"from": self.account(0), "data": code}))
            .await;
        assert_eq!(receipt["status"], "0x1", "{receipt}");
        receipt["contractAddress"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    }

    pub async fn number(&self, method: &str, params: Value) -> u128 {
        number(&self.call(method, params).await)
    }
}

pub fn number(value: &Value) -> u128 {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value}"))
        .parse::<U256>()
        .unwrap()
        .to()
}

pub fn from_hex(value: &Value) -> B256 {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value}"))
        .parse()
        .unwrap()
}

#[derive(Clone, Copy, Debug)]
pub struct Client {
    pub address: SocketAddr,
}

impl Client {
    /// Sends bytes; gives all that comes back.
    pub async fn exchange(&self, parts: &[&[u8]]) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        for part in parts {
            // A body that is too long is refused before its end, and the rest may not be taken.
            let _ = stream.write_all(part).await;
        }
        let mut answer = Vec::new();
        let reading = stream.read_to_end(&mut answer);
        let _ = tokio::time::timeout(Duration::from_secs(60), reading)
            .await
            .unwrap();
        String::from_utf8(answer).unwrap()
    }

    /// The answer of an HTTP POST: status and body.
    pub async fn post(&self, body: &[u8]) -> (u16, String) {
        let head = format!(
            "POST / HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            self.address,
            body.len()
        );
        let answer = self.exchange(&[head.as_bytes(), body]).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.to_owned())
    }

    pub async fn raw(&self, body: &str) -> Value {
        let (_, body) = self.post(body.as_bytes()).await;
        serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"))
    }

    pub async fn answer(&self, method: &str, params: Value) -> Value {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        self.raw(&body.to_string()).await
    }

    /// The result of a call that succeeds.
    pub async fn call(&self, method: &str, params: Value) -> Value {
        let mut answer = self.answer(method, params).await;
        assert!(
            answer.get("error").is_none(),
            "{method}: {}",
            answer["error"]
        );
        answer["result"].take()
    }

    /// The error of a call that fails.
    pub async fn error(&self, method: &str, params: Value) -> Value {
        let mut answer = self.answer(method, params).await;
        assert!(
            answer.get("error").is_some(),
            "{method} succeeded: {}",
            answer["result"]
        );
        answer["error"].take()
    }
}

/// A WebSocket connection.
pub struct Socket {
    sender: soketto::Sender<Compat<TcpStream>>,
    receiver: soketto::Receiver<Compat<TcpStream>>,
    /// Notifications that came while an answer was awaited.
    waiting: VecDeque<Value>,
}

impl Socket {
    pub async fn open(client: &Client) -> Self {
        let stream = TcpStream::connect(client.address).await.unwrap();
        let host = client.address.to_string();
        let mut handshake = soketto::handshake::Client::new(stream.compat(), &host, "/");
        match handshake.handshake().await.unwrap() {
            soketto::handshake::ServerResponse::Accepted { .. } => {}
            other => panic!("{other:?}"),
        }
        let (sender, receiver) = handshake.into_builder().finish();
        Self {
            sender,
            receiver,
            waiting: VecDeque::new(),
        }
    }

    async fn read(&mut self) -> Value {
        let mut bytes = Vec::new();
        let reading = self.receiver.receive_data(&mut bytes);
        tokio::time::timeout(Duration::from_secs(60), reading)
            .await
            .unwrap()
            .unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    async fn answer(&mut self, method: &str, params: Value) -> Value {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        self.sender.send_text(body.to_string()).await.unwrap();
        self.sender.flush().await.unwrap();
        loop {
            let message = self.read().await;
            if message.get("id").is_some() {
                return message;
            }
            self.waiting.push_back(message);
        }
    }

    /// The result of a call that succeeds.
    pub async fn call(&mut self, method: &str, params: Value) -> Value {
        let mut answer = self.answer(method, params).await;
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    /// The error of a call that fails.
    pub async fn error(&mut self, method: &str, params: Value) -> Value {
        let mut answer = self.answer(method, params).await;
        assert!(answer.get("error").is_some(), "{method}: {answer}");
        answer["error"].take()
    }

    /// The next notification: of which subscription, and what it says.
    pub async fn notification(&mut self) -> (Value, Value) {
        let mut message = match self.waiting.pop_front() {
            Some(message) => message,
            None => self.read().await,
        };
        assert_eq!(message["method"], "eth_subscription", "{message}");
        let params = &mut message["params"];
        (params["subscription"].take(), params["result"].take())
    }
}
