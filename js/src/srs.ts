import { type Bytes, toBytes } from "./bytes.js";
import { call } from "./error.js";
import * as wasm from "./wasm/zkml.js";

/** A trusted setup: "ppot" for the perpetual powers of tau, or the 128 bytes of [s]G2 in the order of EIP-197. */
export type TrustedSetup = "ppot" | Bytes;

/** Stands for the perpetual powers of tau, which ezkl's `get_srs` downloads. */
export const PERPETUAL_POWERS_OF_TAU = "ppot";

/** What a key needs of an SRS file. */
export interface Srs {
  /** Its [s]G2, 128 bytes. */
  trustedSetup: Uint8Array;
  /** Is it that of the perpetual powers of tau? */
  perpetualPowersOfTau: boolean;
}

const HEAD = 132;
const TAIL = 256;

/**
 * Reads the head and the tail of an SRS file (kzg.srs). The points between them are not checked: that is
 * `zkml srs check`, and matters to those who make keys.
 *
 * @throws ZkmlError if it is no SRS file
 */
export function readSrs(bytes: Bytes): Srs {
  const all = toBytes(bytes, "kzg.srs");
  return read(all.subarray(0, HEAD), all.subarray(-TAIL), all.length);
}

/** The same for a file that the user chose: only its ends are read, and it may have gigabytes. */
export async function readSrsFile(file: Blob): Promise<Srs> {
  const part = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
  return read(await part(file.slice(0, HEAD)), await part(file.slice(-TAIL)), file.size);
}

function read(head: Uint8Array, tail: Uint8Array, length: number): Srs {
  const trustedSetup = call(() => wasm.readSrs(head, tail, length));
  const known = wasm.perpetualPowersOfTau();
  return { trustedSetup, perpetualPowersOfTau: known.every((byte, i) => byte === trustedSetup[i]) };
}

/** [s]G2 of a trusted setup that is named or given. */
export function setupBytes(setup: TrustedSetup): Uint8Array {
  return setup === PERPETUAL_POWERS_OF_TAU ? wasm.perpetualPowersOfTau() : toBytes(setup as Bytes, "trustedSetup");
}
