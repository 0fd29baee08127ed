// node load.mjs URL FOLDER PID N: eight clients send N transactions with proofs each, every fourth of them tampered.
// None may be lost or answered wrongly, and the node's memory may grow with the stored blocks only.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createPublicClient, encodeFunctionData, http } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";

const [, , url, folder, pid, count] = process.argv;
const CLIENTS = 8;
const N = Number(count);
const read = (name) => readFileSync(join(folder, name), "utf8");
const [proof, inputs, tampered] = ["proof.hex", "inputs.hex", "tampered.hex"].map(read);
const { abi, bytecode } = JSON.parse(readFileSync("contracts/artifacts/MyAIApp.json"));

const mnemonic = "test test test test test test test test test test test junk";
const client = createPublicClient({ chain: foundry, transport: http(url) });
const rpc = (method, params) => client.request({ method, params });

/** Resident memory of the node in bytes; undefined where there is no /proc. */
const resident = () => {
  try {
    const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(kib) * 1024;
  } catch {
    return undefined;
  }
};

const deployer = mnemonicToAccount(mnemonic);
const fees = { chainId: 31337, type: "eip1559", maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n };
const deployment = await rpc("eth_sendRawTransaction", [
  await deployer.signTransaction({ ...fees, nonce: 0, gas: 1_000_000n, data: bytecode }),
]);
const { contractAddress: to } = await rpc("eth_getTransactionReceipt", [deployment]);
const data = (bytes) => encodeFunctionData({ abi, functionName: "submitResult", args: [bytes, inputs] });
const [good, bad] = [data(proof), data(tampered)];

const hashes = [];
async function work(index, from, turns) {
  const account = mnemonicToAccount(mnemonic, { addressIndex: index });
  for (let turn = from; turn < from + turns; turn++) {
    const valid = (index + turn) % 4 !== 0;
    const nonce = turn + (index === 0 ? 1 : 0);
    const raw = await account.signTransaction({ ...fees, nonce, gas: 2_000_000n, to, data: valid ? good : bad });
    const hash = await rpc("eth_sendRawTransaction", [raw]);
    const receipt = await rpc("eth_getTransactionReceipt", [hash]);
    assert.ok(receipt, `${hash} is lost`);
    assert.equal(receipt.status, valid ? "0x1" : "0x0", `${hash} has the wrong verdict`);
    hashes.push(hash);
  }
}

/**
 * What a stored block holds in memory beyond its own encoding, in bytes: header, transaction and receipt as structures,
 * two blooms of 256 bytes, the entries of the indexes, and the state's new nodes (three accounts on paths of a tree).
 */
const OVERHEAD = 4096;

/** What the node keeps of blocks `first` to `last`, in bytes. */
async function stored(first, last) {
  let bytes = 0;
  for (let number = first; number <= last; number++) {
    const block = await rpc("eth_getBlockByNumber", [`0x${number.toString(16)}`, false]);
    bytes += Number(block.size) + OVERHEAD;
  }
  return bytes;
}

const half = Math.floor(N / 2);
const start = Date.now();
await Promise.all([...Array(CLIENTS).keys()].map((index) => work(index, 0, half)));
const first = { rss: resident(), height: Number(await rpc("eth_blockNumber", [])) };
await Promise.all([...Array(CLIENTS).keys()].map((index) => work(index, half, N - half)));
const second = { rss: resident(), height: Number(await rpc("eth_blockNumber", [])) };
const seconds = (Date.now() - start) / 1000;
// Calls store nothing, so they must leave nothing behind.
async function ask(index) {
  for (let turn = 0; turn < half; turn++) {
    const valid = (index + turn) % 4 !== 0;
    const answer = rpc("eth_call", [{ to, data: valid ? good : bad }, "latest"]);
    await (valid ? answer : assert.rejects(answer, /Invalid ZK Proof/));
  }
}
await Promise.all([...Array(CLIENTS).keys()].map(ask));
const third = resident();

assert.equal(new Set(hashes).size, CLIENTS * N, "transactions lost");
assert.equal(second.height, CLIENTS * N + 1, "one block for each transaction");
for (const hash of hashes) {
  assert.ok((await rpc("eth_getTransactionReceipt", [hash]))?.blockHash, `${hash} is lost`);
}

const bytes = await stored(first.height + 1, second.height);
const mib = (value) => (value / 2 ** 20).toFixed(1);
console.log(`  ${hashes.length} transactions in ${seconds.toFixed(1)} s, none lost, none wrong`);
if (first.rss !== undefined) {
  console.log(`  resident after the first half ${mib(first.rss)} MiB, after the second ${mib(second.rss)} MiB`);
  console.log(`  stored blocks of the second half ${mib(bytes)} MiB`);
  console.log(`  resident after ${CLIENTS * half} more calls ${mib(third)} MiB`);
  assert.ok(third <= 1.1 * second.rss, "calls leave memory behind");
  // In a short run the node is still warming up: threads get their working memory, the key its tables.
  const warmUp = N < 200 ? 8 * 2 ** 20 : 0;
  assert.ok(second.rss - bytes <= 1.1 * first.rss + warmUp, "memory grows by more than the stored blocks");
}
