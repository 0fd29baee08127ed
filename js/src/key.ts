import { type Bytes, toBytes, toText } from "./bytes.js";
import { call, ZkmlError } from "./error.js";
import type { Inspection } from "./inspection.js";
import { readSrs, type Srs, setupBytes, type TrustedSetup } from "./srs.js";
import * as wasm from "./wasm/zkml.js";

/** A verifying key, checked and prepared. Made by `importKey`, `importVka` and `readKey`. */
export class Key {
  /** The key as a file (model.zkvk), and as the code of the account that holds it on a chain. */
  readonly bytes: Uint8Array;
  /** What it holds. */
  readonly inspection: Inspection;

  /** @internal */
  constructor(
    /** @internal */
    readonly handle: wasm.Key,
  ) {
    this.bytes = handle.encode();
    this.inspection = JSON.parse(call(() => handle.inspect())) as Inspection;
  }

  /** keccak256 of the bytes: the code hash of the account that holds the key. */
  get id(): string {
    return this.inspection.id;
  }
}

/** Where the digest comes from if vk.key alone does not tell it: one of the three. */
export interface DigestSource {
  /** A proof.json made with this key. */
  proof?: Bytes | string | object;
  /** The vka.bin of the same circuit. */
  vka?: Bytes;
  /** The digest itself, 32 bytes of hexadecimal digits. */
  digest?: string;
}

/** Accepting a key of any trusted setup. */
export interface ImportVkaOptions {
  /**
   * Accept a trusted setup other than the perpetual powers of tau. Anyone who knows its secret can forge proofs, as
   * everybody does who ran `ezkl.gen_srs`: for tests only.
   */
  anySrs?: boolean;
}

/** The files of a key. */
export interface ImportKeyOptions extends DigestSource, ImportVkaOptions {
  /** ezkl's vk.key. */
  vk: Bytes;
  /** ezkl's settings.json of the same circuit: its bytes, its text, or the parsed JSON. */
  settings: Bytes | string | object;
  /** The SRS file that the key was made with, or what `readSrs` read of it. This, or `trustedSetup`. */
  srs?: Bytes | Srs;
  /** The trusted setup that the key was made under, in place of the SRS file. */
  trustedSetup?: TrustedSetup;
}

/**
 * Imports ezkl's vk.key. The key is the same, byte for byte, as the one from the circuit's vka.bin.
 *
 * @throws ZkmlError about the file that is at fault; "ambiguous-digest" if one of `proof`, `vka` or `digest` has to
 * settle it; "unknown-setup" if the trusted setup is not the perpetual powers of tau
 */
export function importKey(options: ImportKeyOptions): Key {
  const setup = setupOf(options);
  const [source, bytes] = digestSource(options);
  const vk = toBytes(options.vk, "vk");
  const settings = toText(options.settings, "settings");
  return checked(
    call(() => wasm.Key.importVk(vk, settings, setup, source, bytes)),
    options,
  );
}

/**
 * Imports the vka.bin of ezkl's `create_evm_vka`, which holds everything.
 *
 * @throws ZkmlError if it is no vka.bin; "unknown-setup" as with `importKey`
 */
export function importVka(vka: Bytes, options: ImportVkaOptions = {}): Key {
  const bytes = toBytes(vka, "vka");
  return checked(
    call(() => wasm.Key.importVka(bytes)),
    options,
  );
}

/**
 * Reads a verifying key (model.zkvk), or the code of an account that holds one.
 *
 * @throws ZkmlError if it is none
 */
export function readKey(bytes: Bytes): Key {
  const checkedBytes = toBytes(bytes, "key");
  return new Key(call(() => wasm.Key.decode(checkedBytes)));
}

/** @internal The WebAssembly's key of a `Key`. */
export function handleOf(key: Key): wasm.Key {
  if (!(key instanceof Key)) throw new TypeError("key: expected what importKey, importVka or readKey gave");
  return key.handle;
}

function setupOf({ srs, trustedSetup }: ImportKeyOptions): Uint8Array {
  if ((srs === undefined) === (trustedSetup === undefined)) {
    throw new TypeError(
      'give either srs (the SRS file) or trustedSetup ("ppot"): vk.key does not say under which it was made',
    );
  }
  if (trustedSetup !== undefined) return setupBytes(trustedSetup);
  return isSrs(srs) ? srs.trustedSetup : readSrs(srs as Bytes).trustedSetup;
}

function isSrs(value: Bytes | Srs | undefined): value is Srs {
  return typeof value === "object" && "trustedSetup" in value;
}

function digestSource({ proof, vka, digest }: DigestSource): [string, Uint8Array] {
  if ([proof, vka, digest].filter((given) => given !== undefined).length > 1) {
    throw new TypeError("give one of proof, vka and digest: each of them settles the digest");
  }
  if (proof !== undefined) return ["proof", toText(proof, "proof")];
  if (vka !== undefined) return ["vka", toBytes(vka, "vka")];
  if (digest !== undefined) return ["digest", new TextEncoder().encode(digest)];
  return ["", new Uint8Array()];
}

function checked(handle: wasm.Key, { anySrs = false }: ImportVkaOptions): Key {
  const key = new Key(handle);
  if (key.inspection.perpetualPowersOfTau || anySrs) return key;
  throw new ZkmlError(
    "unknown-setup",
    `the key was made under an unknown trusted setup ([s]G2 = ${key.inspection.sG2}). Anyone who knows its secret can ` +
      "forge proofs, as everybody does who ran `ezkl.gen_srs`. Use the SRS file of ezkl's get_srs (the perpetual powers " +
      "of tau), or pass anySrs: true if this is a test, or a trusted setup that you trust",
  );
}
