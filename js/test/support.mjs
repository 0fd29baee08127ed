// What the tests share: the built package, the native program, the repository's files.

import { execFile, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const ZKML = process.env.ZKML ?? join(root, "target/debug/zkml");

/** A file of the repository. */
export const read = (...path) => readFileSync(join(root, ...path));

export const fixtures = readdirSync(join(root, "tests/fixtures"));

/** A folder that is there while `use` runs. */
export async function inFolder(use) {
  const folder = await mkdtemp(join(tmpdir(), "zkml-js-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the native program; its JSON, whatever the exit status. */
export function native(...args) {
  return new Promise((resolve, reject) => {
    execFile(ZKML, [...args, "--json"], { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") reject(new Error(`${ZKML} does not run: ${error.message}`));
      else {
        try {
          resolve(JSON.parse(stdout));
        } catch {
          reject(new Error(`zkml ${args.join(" ")}: ${stdout}${stderr}`));
        }
      }
    });
  });
}

/** Runs `task` on each item, two at a time. */
export async function each(items, task) {
  const rest = items.entries();
  const worker = async () => {
    for (const [index, item] of rest) await task(item, index);
  };
  await Promise.all([worker(), worker()]);
}

/** A running `zkml node`. */
export async function startNode(...args) {
  const child = spawn(ZKML, ["node", "--port", "0", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise((resolve, reject) => {
    let text = "";
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`zkml node ended with ${code}`)));
    child.stdout.on("data", (chunk) => {
      text += chunk;
      const port = /^Listening on 127\.0\.0\.1:(\d+)$/m.exec(text);
      if (port) resolve(`http://127.0.0.1:${port[1]}`);
    });
  });
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners("exit");
        child.once("exit", resolve);
        child.kill("SIGTERM");
      }),
  };
}

/** The forks whose rules `zkml node` knows. */
export async function nodeForks() {
  const help = await new Promise((resolve, reject) => {
    execFile(ZKML, ["node", "--help"], (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
  const rules = /--hardfork <[A-Z]+>\n([\s\S]*?)\n\n *-/.exec(`${help}\n\n -`)?.[1] ?? "";
  const forks = [...rules.matchAll(/- (\w+):/g)].map(([, name]) => name);
  if (!forks.includes("prague")) throw new Error(`zkml node --help names no forks: ${rules}`);
  return forks;
}

/** One JSON-RPC request; its result, or an error as EIP-1193 has it. */
export async function rpc(url, method, params = []) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const { result, error } = await response.json();
  if (error) throw Object.assign(new Error(error.message), error);
  return result;
}

/** Makes the account at `address` hold the key, by a transaction; gives the account's address. */
export async function deploy(url, code) {
  const [from] = await rpc(url, "eth_accounts");
  // PUSH3 length, DUP1, PUSH1 11, PUSH0, CODECOPY, PUSH0, RETURN: returns what follows it.
  const length = code.length.toString(16).padStart(6, "0");
  const data = `0x62${length}80600b5f395ff3${Buffer.from(code).toString("hex")}`;
  const hash = await rpc(url, "eth_sendTransaction", [{ from, data, gas: "0xa00000" }]);
  const receipt = await rpc(url, "eth_getTransactionReceipt", [hash]);
  if (receipt.status !== "0x1") throw new Error("the key was not deployed");
  return receipt.contractAddress;
}
