/**
 * Verifies ezkl's proofs, imports its keys and explains what its proofs say.
 *
 * @module
 */

import load from "./wasm/zkml.js";

export { type Bytes, fromHex, toHex } from "./bytes.js";
export { type ErrorKind, ZkmlError } from "./error.js";
export { describeFile, type FileName, fileType, type Proof, readProof } from "./files.js";
export {
  dequantise,
  fromInteger,
  MODULUS,
  pack,
  quantise,
  toInteger,
  unpack,
} from "./fixed-point.js";
export { type Form, lengthen, proofForm, shorten } from "./form.js";
export type { Inspection } from "./inspection.js";
export {
  type DigestSource,
  type ImportKeyOptions,
  type ImportVkaOptions,
  importKey,
  importVka,
  Key,
  readKey,
} from "./key.js";
export { type Client, OnchainError, type OnchainOptions, onchain, VERIFIER } from "./onchain.js";
export { PERPETUAL_POWERS_OF_TAU, readSrs, readSrsFile, type Srs, type TrustedSetup } from "./srs.js";
export {
  type Commitment,
  type Cost,
  calldata,
  costs,
  type Explanation,
  explain,
  type FormCost,
  type Forms,
  inspect,
  type PublicTensor,
  type PublicValue,
  type Verdict,
  verify,
} from "./verify.js";

/**
 * Loads the WebAssembly. `zkml` has done it; with `zkml/core` it comes before anything else.
 *
 * @param source where it is, its bytes, or the compiled module
 */
export async function init(source: string | URL | Response | BufferSource | WebAssembly.Module): Promise<void> {
  await load({ module_or_path: source });
}
