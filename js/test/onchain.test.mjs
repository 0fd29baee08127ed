// A chain's verdict and prices beside the local ones: `zkml node`, asked by viem, ethers and plain EIP-1193.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { JsonRpcProvider } from "ethers";
import { createPublicClient, http } from "viem";
import { calldata, costs, importVka, OnchainError, onchain, readProof, shorten, verify } from "zkml";
import { deploy, nodeForks, read, root, rpc, startNode } from "./support.mjs";

const mlp = (name) => read("tests/fixtures/mlp", name);
const key = importVka(mlp("vka.bin"), { anySrs: true });
const { proof, publicInputs } = readProof(mlp("proof.json"));
const altered = Uint8Array.from(proof);
altered[altered.length - 1] ^= 1;
const short = shorten(key, proof);
const alteredShort = Uint8Array.from(short);
alteredShort[alteredShort.length - 1] ^= 1;
const srs = ["--accept-srs", join(root, "tests/fixtures/mlp/kzg_k1.srs")];

let node;
let address;
let clients;
let ethers;

before(async () => {
  node = await startNode(...srs);
  address = await deploy(node.url, key.bytes);
  ethers = new JsonRpcProvider(node.url);
  clients = {
    viem: createPublicClient({ transport: http(node.url) }),
    ethers,
    "EIP-1193": { request: ({ method, params }) => rpc(node.url, method, params) },
  };
});

after(async () => {
  ethers.destroy();
  await node.stop();
});

test("a chain's verdict is the local one", async () => {
  for (const [name, client] of Object.entries(clients)) {
    for (const bytes of [proof, altered, short, alteredShort]) {
      const { valid } = await onchain(client, { key: address, proof: bytes, publicInputs });
      assert.equal(valid, verify(key, bytes, publicInputs).valid, name);
    }
  }
});

test("the verifier's errors are told by name", async () => {
  for (const [name, client] of Object.entries(clients)) {
    await assert.rejects(
      onchain(client, { proof, publicInputs }),
      { name: "OnchainError", error: "NoVerifyingKey" },
      name,
    );
    const account = `0x${"77".repeat(20)}`;
    const asked = onchain(client, { key: account, proof, publicInputs });
    await assert.rejects(asked, { name: "OnchainError", error: "InvalidVerifyingKey" }, name);
  }
});

test("an address without a verifier is no verdict", async () => {
  for (const [name, client] of Object.entries(clients)) {
    const asked = onchain(client, { key: address, proof, publicInputs, address: `0x${"66".repeat(20)}` });
    await assert.rejects(asked, { error: "NoVerifier", message: /nothing at this address/ }, name);
    await assert.rejects(onchain({}, { proof, publicInputs }), TypeError);
  }
});

test("a chain that cannot be reached is the client's own error", async () => {
  const client = createPublicClient({ transport: http("http://127.0.0.1:1", { retryCount: 0 }) });
  const asked = onchain(client, { proof, publicInputs });
  await assert.rejects(asked, (error) => !(error instanceof OnchainError));
});

test("a transaction costs on each fork what costs says, in both forms of the proof", async () => {
  const forks = await nodeForks();
  const long = costs(key, proof, publicInputs);
  for (const [at, { fork, transaction }] of costs(key, short, publicInputs).entries()) {
    assert.equal(long[at].fork, fork);
    if (!forks.includes(fork)) continue;
    const chain = await startNode("--hardfork", fork, ...srs);
    try {
      // The price counts the address's bytes: take one without a zero byte, as `costs` does.
      let account;
      do account = await deploy(chain.url, key.bytes);
      while (/^0x(..)*00/.test(account));
      const [from] = await rpc(chain.url, "eth_accounts");
      for (const [bytes, gas] of [
        [proof, long[at].transaction],
        [short, transaction],
      ]) {
        const call = {
          from,
          to: `0x${"11".padStart(40, "0")}`,
          data: calldata(bytes, publicInputs, account),
          gas: "0x100000",
        };
        const hash = await rpc(chain.url, "eth_sendTransaction", [call]);
        const receipt = await rpc(chain.url, "eth_getTransactionReceipt", [hash]);
        assert.equal(receipt.status, "0x1");
        assert.equal(Number(receipt.gasUsed), gas, `${fork}, ${bytes.length} bytes`);
      }
    } finally {
      await chain.stop();
    }
  }
});
