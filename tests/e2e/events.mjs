// node events.mjs URL: what a JavaScript application hears from the node, with viem's watchers (over HTTP and
// WebSocket) and ethers' WebSocketProvider.
import assert from "node:assert/strict";
import { Contract, WebSocketProvider } from "ethers";
import {
  concat,
  createPublicClient,
  createTestClient,
  createWalletClient,
  http,
  parseAbi,
  toEventSelector,
  webSocket,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";

const [, , url] = process.argv;
const abi = parseAbi(["event Heard(uint256 word)"]);
// A contract that logs the first word of its calldata under that event: CALLDATALOAD, MSTORE, LOG1.
const runtime = concat(["0x5f355f52", "0x7f", toEventSelector(abi[0]), "0x60205fa100"]);
const bytecode = concat(["0x61002a80600a5f395ff3", runtime]);
const account = mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex: 3 });
const overHttp = { chain: foundry, transport: http(url), pollingInterval: 50 };
const tests = createTestClient({ ...overHttp, mode: "anvil" });
const wallet = createWalletClient({ ...overHttp, account });

/** What `watch` passes on until it is `enough`: so many things, or as the function says. Fails after a minute. */
const heard = (enough, watch) =>
  new Promise((resolve, reject) => {
    const all = [];
    let over = false;
    const timer = setTimeout(() => reject(new Error(`heard ${all}, which is not enough`)), 60_000);
    const stop = watch((one) => {
      if (over) return;
      all.push(one);
      over = typeof enough === "number" ? all.length === enough : enough(all);
      if (!over) return;
      clearTimeout(timer);
      resolve(Promise.resolve(stop).then((stop) => stop?.()).then(() => all));
    }, reject);
  });

/** Does `act` once those who listen have had time to begin. */
const meanwhile = async (listening, act) => {
  await new Promise((resolve) => setTimeout(resolve, 500));
  await act();
  return await listening;
};

const client = createPublicClient(overHttp);
const deployment = await wallet.deployContract({ abi, bytecode });
const { contractAddress: address } = await client.waitForTransactionReceipt({ hash: deployment });
const speak = () => wallet.sendTransaction({ to: address, data: `0x${"07".padStart(64, "0")}` });

const socket = webSocket(url.replace("http", "ws"));
for (const [name, transport] of [["http", http(url)], ["webSocket", socket]]) {
  const client = createPublicClient({ chain: foundry, transport, pollingInterval: 50 });
  const height = await client.getBlockNumber({ cacheTime: 0 });
  const numbers = await meanwhile(
    heard(
      (all) => all.at(-1) >= height + 3n,
      (onBlockNumber, onError) => client.watchBlockNumber({ onBlockNumber, onError, emitMissed: true }),
    ),
    () => tests.mine({ blocks: 3 }),
  );
  // A poller begins with the block that is there.
  assert.deepEqual(numbers.slice(-3), [1n, 2n, 3n].map((n) => height + n), name);
  const blocks = await meanwhile(
    heard(2, (onBlock, onError) => client.watchBlocks({ onBlock, onError, emitMissed: true })),
    () => tests.mine({ blocks: 2 }),
  );
  // viem asks for each block, and passes them on as the answers come.
  blocks.sort((a, b) => Number(a.number - b.number));
  assert.equal(blocks[1].parentHash, blocks[0].hash, name);

  await tests.setAutomine(false);
  let sent;
  const [pending] = await meanwhile(
    heard(1, (onTransactions, onError) => client.watchPendingTransactions({ onTransactions, onError })),
    async () => (sent = await wallet.sendTransaction({ to: account.address, value: 1n })),
  );
  assert.deepEqual(pending, [sent], name);
  await tests.setAutomine(true);

  const watch = (onLogs, onError) => client.watchContractEvent({ address, abi, onLogs, onError });
  const [logs] = await meanwhile(heard(1, watch), speak);
  assert.deepEqual([logs[0].eventName, logs[0].args.word], ["Heard", 7n], name);
}
await (await socket({}).value.getRpcClient()).close();

// ethers.
const provider = new WebSocketProvider(url.replace("http", "ws"));
const listening = heard(2, async (on) => {
  await provider.on("block", on);
  return () => provider.off("block", on);
});
const numbers = await meanwhile(listening, () => tests.mine({ blocks: 2 }));
assert.equal(numbers[1], numbers[0] + 1);
const contract = new Contract(address, ["event Heard(uint256 word)"], provider);
const words = heard(1, async (on) => {
  await contract.on("Heard", on);
  return () => contract.off("Heard", on);
});
assert.deepEqual(await meanwhile(words, speak), [7n]);
const signer = await provider.getSigner(0);
const answer = await signer.sendTransaction({ to: account.address, value: 1n });
assert.equal((await answer.wait()).status, 1);
assert.equal((await signer.signMessage("prove it")).length, 2 + 2 * 65);
await provider.destroy();
