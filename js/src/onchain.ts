import { type Bytes, fromHex, toHex } from "./bytes.js";
import type { Verdict } from "./verify.js";
import { calldata } from "./verify.js";

/** Where the verifier is, unless a chain says otherwise. */
export const VERIFIER = "0x0000000000000000000000000000000000000011";

/** A viem client, an ethers provider, or any EIP-1193 provider such as `window.ethereum`. */
export type Client =
  // biome-ignore lint/suspicious/noExplicitAny: the clients' own types differ, and are much narrower
  { request(args: any, ...more: any[]): Promise<any> } | { send(method: string, params: unknown[]): Promise<unknown> };

export interface OnchainOptions {
  /** The raw proof. */
  proof: Bytes;
  /** 32 bytes big-endian each. */
  publicInputs: Bytes;
  /** The account that holds the key. Without it the caller's bound key decides, or else the chain's default key. */
  key?: `0x${string}`;
  /** Who calls: a contract that has bound a key. */
  from?: `0x${string}`;
  /** The verifier's address on this chain, if it is not 0x11. */
  address?: `0x${string}`;
  /** A block number in hexadecimal digits, or a tag. */
  block?: string;
}

/** What `OnchainError` is about: the verifier's typed errors, and a chain that has no verifier. */
export type OnchainErrorName =
  | "DelegateCallNotAllowed"
  | "InvalidVerifyingKey"
  | "MalformedCall"
  | "NonPayable"
  | "NoVerifier"
  | "NoVerifyingKey";

/** The chain gave no verdict. */
export class OnchainError extends Error {
  override readonly name = "OnchainError";

  constructor(
    readonly error: OnchainErrorName,
    message: string,
  ) {
    super(message);
  }
}

/** Selectors of the verifier's errors. */
const REVERTS: Record<string, [OnchainErrorName, string]> = {
  "0xf9c23a35": [
    "NoVerifyingKey",
    "the caller has bound no key, and the chain has no default key: give `key`, or `from`",
  ],
  "0x83af1bdd": [
    "InvalidVerifyingKey",
    "the account holds no key that this chain accepts: nothing is deployed there, it is no verifying key, or it was made under a trusted setup that the chain does not accept",
  ],
  "0x0d89438e": ["DelegateCallNotAllowed", "the verifier was reached by DELEGATECALL or CALLCODE"],
  "0x6fb1b0e9": ["NonPayable", "value was sent to the verifier"],
  "0x2d98cd51": ["MalformedCall", "the verifier does not know this call"],
};

const TRUE = `0x${"0".repeat(63)}1`;
const FALSE = `0x${"0".repeat(64)}`;

/**
 * Asks a chain's verifier for its verdict (`eth_call`, no transaction). A chain gives no reason: `verify` does.
 *
 * @throws OnchainError if the chain gives no verdict; the client's own error if it cannot be reached
 */
export async function onchain(client: Client, options: OnchainOptions): Promise<Verdict> {
  const transaction = {
    to: options.address ?? VERIFIER,
    data: calldata(options.proof, options.publicInputs, options.key),
    ...(options.from === undefined ? {} : { from: options.from }),
  };
  let answer: unknown;
  try {
    answer = await request(client, "eth_call", [transaction, options.block ?? "latest"]);
  } catch (error) {
    throw reverted(error) ?? error;
  }
  if (answer === TRUE) return { valid: true, reason: null };
  if (answer === FALSE) return { valid: false, reason: "the chain's verifier says that the proof is not valid" };
  throw noVerifier(
    answer === "0x" ? "there is nothing at this address" : `the answer is ${String(answer).slice(0, 80)}`,
  );
}

function request(client: Client, method: string, params: unknown[]): Promise<unknown> {
  if ("request" in client) return client.request({ method, params });
  if ("send" in client) return client.send(method, params);
  throw new TypeError("client: expected a viem client, an ethers provider, or an EIP-1193 provider");
}

function noVerifier(why: string): OnchainError {
  return new OnchainError("NoVerifier", `the verifier is not at ${VERIFIER} on this chain: ${why}`);
}

/** The verifier's error, however deep the client has wrapped what the node said. */
function reverted(error: unknown): OnchainError | undefined {
  for (const data of revertData(error)) {
    const found = REVERTS[data.slice(0, 10)];
    if (found !== undefined) return new OnchainError(...found);
  }
  // EIP-2537's precompile at 0x11 takes 128 bytes; anything else is an error without data.
  return /precompile/i.test(String((error as Error | undefined)?.message))
    ? noVerifier("the precompile there is another one")
    : undefined;
}

function* revertData(error: unknown): Generator<string> {
  const seen = new Set<unknown>();
  const waiting = [error];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === "string" && /^0x[0-9a-f]{8,}$/i.test(value)) yield toHex(fromHex(value.slice(0, 10)));
    if (typeof value !== "object" || value === null || seen.has(value) || seen.size > 100) continue;
    seen.add(value);
    const { cause, data, error: inner, info } = value as Record<string, unknown>;
    waiting.push(cause, inner, info, data);
  }
}
