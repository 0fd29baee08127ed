import { type Bytes, toBytes, toHex, toText } from "./bytes.js";
import { call } from "./error.js";
import type { Proof } from "./files.js";
import type { Form } from "./form.js";
import type { Inspection } from "./inspection.js";
import { handleOf, type Key } from "./key.js";
import * as wasm from "./wasm/zkml.js";

/** Whether a proof holds. */
export interface Verdict {
  valid: boolean;
  /** Why it does not, in words; null if it does. */
  reason: string | null;
}

/** One public input. */
export interface PublicValue {
  /** The field element, 0x and 64 hexadecimal digits. */
  word: string;
  /** The signed integer that it stands for, in decimal, where it is small enough to be one. */
  integer: string | null;
  /** The integer divided by 2^scale, where the scale is known. */
  value: number | null;
}

/** Consecutive public inputs that belong together. */
export interface PublicTensor {
  /** "input 0", "output 1", "hash of input 0", … */
  name: string;
  part: "input" | "output" | "parameters";
  content: "elements" | "hash";
  /** Position of the first public input. */
  first: number;
  length: number;
  /** The tensor's shape; empty for a hash. */
  shape: number[];
  /** Binary places of the fixed-point numbers, if known. */
  scale: number | null;
  /** Does anything constrain these public inputs? If not, the prover writes there whatever it likes. */
  constrained: boolean;
  values: PublicValue[] | null;
}

/** Points at the beginning of a proof that commit to a tensor. */
export interface Commitment {
  name: string;
  first_point: number;
  points: number;
  elements: number;
  values: string[] | null;
}

/** What `zkml explain --json` prints, and the text that it prints without. */
export interface Explanation {
  /** The key's id. */
  key: string;
  ezkl_version: string;
  visibilities: Record<"input" | "output" | "parameters", unknown>;
  statement: string;
  valid: boolean | null;
  rejection: string | null;
  public_inputs: PublicTensor[];
  commitments: Commitment[];
  /** What could mislead. */
  warnings: string[];
  /** What holds for every proof. */
  notes: string[];
  forms: Forms;
  /** All of it as plain text. */
  text: string;
}

/** What the two forms of a key's proofs cost. */
export interface Forms {
  /** The form of the proof; null without one, and for one of another length. */
  given: Form | null;
  long: FormCost;
  short: FormCost;
}

/** What proofs cost in one form. */
export interface FormCost {
  /** Bytes of a proof. */
  bytes: number;
  /** Gas of one call of `verifyWithKey` with a cold key, without calldata, up to Osaka. */
  verification: number;
  /** What `costs` gives for this proof in this form; empty without a proof, and for one that is malformed. */
  transactions: Cost[];
}

/** Gas of a transaction that calls `verifyWithKey` at 0x11 itself, with the key's account cold. */
export interface Cost {
  fork: "amsterdam" | "cancun" | "osaka" | "prague";
  /** The verification. */
  execution: number;
  /** The transaction's base (21,000 up to Osaka) and the calldata. */
  intrinsic: number;
  /** The least that is charged (EIP-7623, EIP-7976); 0 where there is no floor. */
  floor: number;
  /** What the sender pays. */
  transaction: number;
  /** May a transaction take that much gas? */
  fits: boolean;
}

/**
 * The verdict that the precompile gives, with its reason.
 *
 * @param proof the raw proof, in its long or its short form
 * @param publicInputs 32 bytes big-endian each
 */
export function verify(key: Key, proof: Bytes, publicInputs: Bytes): Verdict {
  const bytes = proofBytes({ proof, publicInputs });
  const reason = handleOf(key).verify(bytes.proof, bytes.publicInputs);
  return { valid: reason === undefined, reason: reason ?? null };
}

/** What the key holds, its id, and what a verification costs. */
export function inspect(key: Key): Inspection {
  handleOf(key);
  return structuredClone(key.inspection);
}

/**
 * Says in words what proofs under a key say, and what they do not; with a proof, what its public inputs are. The proof is
 * verified.
 *
 * @param settings ezkl's settings.json of the key's circuit
 * @throws ZkmlError if the settings are not those of the key
 */
export function explain(key: Key, settings: Bytes | string | object, proof?: Proof): Explanation {
  const handle = handleOf(key);
  const file = toText(settings, "settings");
  const bytes = proof === undefined ? undefined : proofBytes(proof);
  const json = call(() =>
    bytes === undefined ? handle.explain(file) : handle.explainProof(file, bytes.proof, bytes.publicInputs),
  );
  return JSON.parse(json) as Explanation;
}

/**
 * The input of a call at 0x11.
 *
 * @param key the address of the account that holds the key, for `verifyWithKey(address,bytes,bytes)`; without it the call
 * is `verify(bytes,bytes)`, under the key that the caller has bound
 */
export function calldata(proof: Bytes, publicInputs: Bytes, key?: Bytes): `0x${string}` {
  const bytes = proofBytes({ proof, publicInputs });
  const address = key === undefined ? new Uint8Array() : toBytes(key, "key");
  if (key !== undefined && address.length !== 20) throw new TypeError("key: expected an address, 20 bytes");
  return toHex(call(() => wasm.calldata(address, bytes.proof, bytes.publicInputs)));
}

/** What a transaction with this proof costs on each fork, the oldest first. An application adds its own. */
export function costs(key: Key, proof: Bytes, publicInputs: Bytes): Cost[] {
  const handle = handleOf(key);
  const bytes = proofBytes({ proof, publicInputs });
  return JSON.parse(call(() => handle.cost(bytes.proof, bytes.publicInputs))) as Cost[];
}

function proofBytes({ proof, publicInputs }: { proof: Bytes; publicInputs: Bytes }): Proof {
  return { proof: toBytes(proof, "proof"), publicInputs: toBytes(publicInputs, "publicInputs") };
}
