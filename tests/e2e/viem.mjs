// node viem.mjs URL FOLDER HARDFORK: what a JavaScript application does, with viem.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createTestClient,
  createWalletClient,
  http,
  parseAbi,
  parseEther,
  webSocket,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";

const [, , url, folder, hardfork] = process.argv;
const read = (name) => readFileSync(join(folder, name), "utf8");
const [proof, inputs, tampered] = ["proof.hex", "inputs.hex", "tampered.hex"].map(read);
const short = `0x${Buffer.from(JSON.parse(read("short.json")).proof).toString("hex")}`;
const artifact = JSON.parse(readFileSync("contracts/artifacts/MyAIApp.json"));

const mnemonic = "test test test test test test test test test test test junk";
const account = mnemonicToAccount(mnemonic, { addressIndex: 2 });
const options = { chain: foundry, transport: http(url), pollingInterval: 50 };
const client = createPublicClient(options);
const wallet = createWalletClient({ ...options, account });
const tests = createTestClient({ ...options, mode: "anvil" });

const submit = { abi: artifact.abi, functionName: "submitResult", account };

assert.equal(await client.getChainId(), 31337);
const deployment = await wallet.deployContract({ abi: artifact.abi, bytecode: artifact.bytecode });
const { contractAddress: address } = await client.waitForTransactionReceipt({ hash: deployment });

// A valid proof: simulated, sent, mined.
const { request } = await client.simulateContract({ ...submit, address, args: [proof, inputs] });
const hash = await wallet.writeContract(request);
const receipt = await client.waitForTransactionReceipt({ hash });
assert.equal(receipt.status, "success");
const gas = await client.estimateContractGas({ ...submit, address, args: [proof, inputs] });
assert.ok(gas >= receipt.gasUsed, `${gas} estimated, ${receipt.gasUsed} used`);
const transaction = await client.getTransaction({ hash });
assert.equal(transaction.blockHash, receipt.blockHash);
const block = await client.getBlock({ blockHash: receipt.blockHash, includeTransactions: true });
assert.equal(block.transactions[0].hash, hash);

// The same in short form.
const shortHash = await wallet.writeContract({ ...submit, address, args: [short, inputs] });
assert.equal((await client.waitForTransactionReceipt({ hash: shortHash })).status, "success");

// A tampered one: refused with the contract's reason, before and after it is mined.
await assert.rejects(client.simulateContract({ ...submit, address, args: [tampered, inputs] }), (error) => {
  assert.ok(error instanceof BaseError);
  const reverted = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
  assert.equal(reverted?.reason, "Invalid ZK Proof");
  return true;
});
const bad = await wallet.writeContract({ ...submit, address, args: [tampered, inputs], gas: 2_000_000n });
assert.equal((await client.waitForTransactionReceipt({ hash: bad })).status, "reverted");

// The precompile's own answers, and its typed errors.
const verifier = {
  address: "0x0000000000000000000000000000000000000011",
  abi: parseAbi([
    "function verify(bytes proof, bytes public_inputs) view returns (bool)",
    "function verifyWithKey(address key, bytes proof, bytes public_inputs) view returns (bool)",
    "error InvalidVerifyingKey(address key)",
  ]),
};
assert.equal(await client.readContract({ ...verifier, functionName: "verify", args: [proof, inputs] }), true);
assert.equal(await client.readContract({ ...verifier, functionName: "verify", args: [tampered, inputs] }), false);
await assert.rejects(
  client.readContract({ ...verifier, functionName: "verifyWithKey", args: [account.address, proof, inputs] }),
  (error) => {
    const reverted = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
    assert.equal(reverted?.data?.errorName, "InvalidVerifyingKey");
    assert.deepEqual(reverted.data.args, [account.address]);
    return true;
  },
);

await assert.rejects(
  client.call({ to: verifier.address, data: "0xf7e83aee" }),
  (error) => error.walk((cause) => [cause.data, cause.data?.data].includes("0x2d98cd51")) !== null,
  "MalformedCall()",
);
// A key that exists for one call only, by a state override.
const code = `0x${readFileSync(join(folder, "mlp.zkvk")).toString("hex")}`;
const keyAt = "0x00000000000000000000000000000000000be001";
const overridden = { ...verifier, functionName: "verifyWithKey", stateOverride: [{ address: keyAt, code }] };
for (const [bytes, expected] of [[proof, true], [tampered, false], ["0x", false]]) {
  assert.equal(await client.readContract({ ...overridden, args: [keyAt, bytes, inputs] }), expected);
}
// 128 bytes go to EIP-2537's precompile where the fork has it.
const mapped = client.call({ to: verifier.address, data: `0x${"00".repeat(128)}` });
if (hardfork === "cancun") await assert.rejects(mapped);
else assert.equal((await mapped).data.length, 2 + 2 * 256);

// Fees, legacy transactions, access lists.
const fees = await client.estimateFeesPerGas();
assert.ok(fees.maxFeePerGas >= fees.maxPriorityFeePerGas);
const history = await client.getFeeHistory({ blockCount: 4, rewardPercentiles: [25, 75] });
assert.equal(history.baseFeePerGas.length, history.gasUsedRatio.length + 1);
const { accessList } = await client.createAccessList({ account, to: address, data: transaction.input });
assert.ok(accessList.some((item) => item.address.toLowerCase() === address.toLowerCase()));
for (const extra of [{ type: "legacy" }, { type: "eip2930", accessList }, { type: "eip1559", accessList }]) {
  const sent = await wallet.sendTransaction({ to: address, data: transaction.input, ...extra });
  assert.equal((await client.waitForTransactionReceipt({ hash: sent })).status, "success", extra.type);
}

// Development methods.
const id = await tests.snapshot();
await tests.setBalance({ address, value: parseEther("1") });
assert.equal(await client.getBalance({ address }), parseEther("1"));
await tests.mine({ blocks: 3 });
await tests.revert({ id });
assert.equal(await client.getBalance({ address }), 0n);
const head = await client.getBlock();
await tests.setNextBlockTimestamp({ timestamp: head.timestamp + 100n });
await tests.mine({ blocks: 1 });
assert.equal((await client.getBlock()).timestamp, head.timestamp + 100n);

// The same port speaks WebSocket.
const socket = webSocket(url.replace("http", "ws"));
const overSocket = createPublicClient({ chain: foundry, transport: socket });
assert.equal(await overSocket.readContract({ ...verifier, functionName: "verify", args: [proof, inputs] }), true);
await (await socket({}).value.getRpcClient()).close();

// Errors that an application recognises.
await assert.rejects(wallet.sendTransaction({ to: account.address, nonce: 0, gas: 21_000n }), (error) => {
  assert.ok(error.walk((cause) => cause.name === "NonceTooLowError"), error.message);
  return true;
});
