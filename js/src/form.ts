import { type Bytes, toBytes } from "./bytes.js";
import { call } from "./error.js";
import { handleOf, type Key } from "./key.js";

/**
 * How a proof's points are written: "long", 64 bytes for each, as provers write them, or "short", 32 bytes for each: x,
 * with the parity of y in the top bit. Both are the same proof, and the precompile takes both.
 */
export type Form = "long" | "short";

/** The form of a proof, which its length tells; undefined if no proof of this key has this length. */
export function proofForm(key: Key, proof: Bytes): Form | undefined {
  return handleOf(key).form(toBytes(proof, "proof")) as Form | undefined;
}

/**
 * The short form of a proof in the long form.
 *
 * @throws ZkmlError if it is no proof in the long form: "malformed"
 */
export function shorten(key: Key, proof: Bytes): Uint8Array {
  const handle = handleOf(key);
  const bytes = toBytes(proof, "proof");
  return call(() => handle.shorten(bytes));
}

/**
 * The long form of a proof in the short form; `shorten` gives the same bytes back.
 *
 * @throws ZkmlError if it is no proof in the short form: "malformed"
 */
export function lengthen(key: Key, proof: Bytes): Uint8Array {
  const handle = handleOf(key);
  const bytes = toBytes(proof, "proof");
  return call(() => handle.lengthen(bytes));
}
