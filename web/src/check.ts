// From files to what the page shows: everything is decided by the package.

import {
  type Explanation,
  explain,
  type Form,
  importKey,
  importVka,
  type Key,
  type Proof,
  proofForm,
  readKey,
  readProof,
  type Verdict,
  verify,
  ZkmlError,
} from "../../js/src/core.js";
import type { Files, Given, Role } from "./files.js";

export interface Result {
  key?: Key;
  proof?: Proof;
  verdict?: Verdict;
  /** The proof's form, if it has the length of either. */
  form?: Form | undefined;
  /** Of the verification. */
  milliseconds?: number;
  explanation?: Explanation;
  /** What cannot be used, and why: the file's name and the message. */
  problems: string[];
  /** Was the perpetual powers of tau taken for the setup of vk.key, because no SRS file was given? */
  assumedSetup: boolean;
}

/** Does what can be done with the files that there are. */
export function check(files: Files): Result {
  const result: Result = { problems: [], assumedSetup: files.key?.type === "vk.key" && files.srs === undefined };
  const attempt = <T>(given: Given | undefined, run: (given: Given) => T): T | undefined => {
    try {
      return given && run(given);
    } catch (error) {
      if (!(error instanceof ZkmlError)) throw error;
      result.problems.push(named(error, files));
      return undefined;
    }
  };
  const proof = attempt(files.proof, ({ bytes }) => readProof(bytes));
  const key = attempt(files.key, (given) => keyOf(given, files));
  if (proof) result.proof = proof;
  if (key) result.key = key;
  if (key && proof) {
    const begin = performance.now();
    result.verdict = verify(key, proof.proof, proof.publicInputs);
    result.milliseconds = performance.now() - begin;
    result.form = proofForm(key, proof.proof);
  }
  if (key) {
    const explanation = attempt(files.settings, ({ bytes }) => explain(key, bytes, proof));
    if (explanation) result.explanation = explanation;
  }
  return result;
}

function keyOf({ type, bytes }: Given, { settings, srs, proof }: Files): Key | undefined {
  if (type === "model.zkvk") return readKey(bytes);
  // The page shows a warning about a setup that is not known.
  if (type === "vka.bin") return importVka(bytes, { anySrs: true });
  if (settings === undefined) return undefined;
  const options = {
    vk: bytes,
    settings: settings.bytes,
    trustedSetup: srs?.srs?.trustedSetup ?? "ppot",
    anySrs: true,
  } as const;
  try {
    return importKey(options);
  } catch (error) {
    if (!(error instanceof ZkmlError) || error.kind !== "ambiguous-digest" || proof === undefined) throw error;
    return importKey({ ...options, proof: proof.bytes });
  }
}

/** The message, with the names that the files have on the user's disk. */
function named({ message, file }: ZkmlError, files: Files): string {
  const roles: Record<string, Role> = { "proof.json": "proof", "settings.json": "settings" };
  const given = file === undefined ? undefined : files[roles[file] ?? "key"];
  return given && file && message.startsWith(file) ? given.name + message.slice(file.length) : message;
}
