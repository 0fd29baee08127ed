import { type Bytes, toBytes, toText } from "./bytes.js";
import { call } from "./error.js";
import * as wasm from "./wasm/zkml.js";

/** A proof with its public inputs, as `verify` and the precompile take them. */
export interface Proof {
  /** The raw proof. */
  proof: Uint8Array;
  /** 32 bytes big-endian for each public input. */
  publicInputs: Uint8Array;
}

/** The files that can be told by their content, by their customary names. */
export type FileName =
  | "input.json"
  | "kzg.srs"
  | "model.onnx"
  | "model.zkvk"
  | "proof.json"
  | "settings.json"
  | "vk.key"
  | "vka.bin"
  | "witness.json";

/**
 * Reads ezkl's proof.json.
 *
 * @param json the file's bytes, its text, or the parsed JSON
 * @throws ZkmlError if it is no proof.json
 */
export function readProof(json: Bytes | string | object): Proof {
  const read = call(() => wasm.readProof(toText(json, "proof.json")));
  const proof = { proof: read.proof, publicInputs: read.public_inputs };
  read.free();
  return proof;
}

/** Which file these bytes are, if it can be told. */
export function fileType(bytes: Bytes): FileName | undefined {
  return wasm.fileType(toBytes(bytes, "bytes")) as FileName | undefined;
}

/** What to call such a file in a sentence: "ezkl's settings.json". */
export function describeFile(bytes: Bytes): string | undefined {
  return wasm.describeFile(toBytes(bytes, "bytes"));
}
