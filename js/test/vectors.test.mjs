// Verdicts and reasons are those of the native verifier, on every published vector.

import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { proofForm, readKey, verify, ZkmlError } from "zkml";
import { each, inFolder, native, read, root } from "./support.mjs";

const lists = readdirSync(join(root, "spec/vectors")).filter((name) => name.endsWith(".json"));
const vectors = lists.flatMap((name) =>
  JSON.parse(read("spec/vectors", name)).map((vector) => ({ ...vector, Name: `${name}: ${vector.Name}` })),
);

/** Key, proof and public inputs of a call in the canonical encoding; undefined for any other call. */
function parts({ Input, Code = {}, DefaultKey, Storage = {}, Caller }) {
  const bytes = Buffer.from(Input, "hex");
  const selector = Input.slice(0, 8);
  const head = { f7e83aee: 64, ccf7fca8: 96 }[selector];
  if (head === undefined || bytes.length < 4 + head + 64) return undefined;
  const argument = (word) => {
    const offset = Number(BigInt(`0x${bytes.subarray(4 + 32 * word, 36 + 32 * word).toString("hex")}`));
    const at = 4 + offset;
    if (!(at + 32 <= bytes.length)) return undefined;
    const length = Number(BigInt(`0x${bytes.subarray(at, at + 32).toString("hex")}`));
    return at + 32 + length <= bytes.length ? bytes.subarray(at + 32, at + 32 + length) : undefined;
  };
  const slots = Object.values(Storage[Caller ?? "0x00000000000000000000000000000000c0de0001"] ?? {});
  const address = head === 96 ? `0x${Input.slice(32, 72)}` : slots.length > 0 ? `0x${slots[0].slice(-40)}` : DefaultKey;
  const code = Code[address];
  const [proof, publicInputs] = [argument(head / 32 - 2), argument(head / 32 - 1)];
  if (code === undefined || proof === undefined || publicInputs === undefined) return undefined;
  const key = code.startsWith("0x") ? Buffer.from(code.slice(2), "hex") : read("spec/vectors", code);
  return { key, proof, publicInputs };
}

const RETURNS = { [`${"0".repeat(63)}1`]: true, [`${"0".repeat(64)}`]: false };

test("every vector that returns has the verdict that it expects", () => {
  let seen = 0;
  for (const vector of vectors) {
    const expected = RETURNS[vector.Expected];
    if (expected === undefined || vector.Base) continue;
    const found = parts(vector);
    assert.ok(found, vector.Name);
    const { valid, reason } = verify(readKey(found.key), found.proof, found.publicInputs);
    assert.equal(valid, expected, `${vector.Name}: ${reason}`);
    assert.equal(reason === null, valid, vector.Name);
    seen += 1;
  }
  assert.ok(seen > 350, `${seen} vectors`);
});

test("every vector has the reason that the native program gives, keys that are refused included", async () => {
  const cases = new Map();
  for (const vector of vectors) {
    const found = parts(vector);
    if (found === undefined) continue;
    const id = [found.key, found.proof, found.publicInputs].map((bytes) => bytes.toString("hex")).join(" ");
    cases.set(id, { ...found, name: vector.Name });
  }
  let invalid = 0;
  let refused = 0;
  await inFolder((folder) =>
    each([...cases.values()], async ({ name, key, proof, publicInputs }, index) => {
      const file = (kind, bytes) => {
        const path = join(folder, `${index}.${kind}`);
        writeFileSync(path, bytes);
        return path;
      };
      const expected = await native(
        "verify",
        ...["--key", file("zkvk", key)],
        ...["--proof-bytes", file("proof", proof)],
        ...["--public-inputs", file("inputs", publicInputs)],
      );
      if (expected.error) {
        refused += 1;
        assert.throws(() => readKey(key), ZkmlError, name);
        const problem = (message) => /key, byte \d+: [^.]*/.exec(message)?.[0];
        try {
          readKey(key);
        } catch (error) {
          assert.equal(problem(error.message), problem(expected.error.message), name);
          assert.ok(problem(error.message), error.message);
        }
      } else {
        if (!expected.valid) invalid += 1;
        const form = proofForm(readKey(key), proof) ?? null;
        assert.deepEqual({ ...verify(readKey(key), proof, publicInputs), form }, expected, name);
      }
    }),
  );
  assert.ok(invalid > 200 && refused > 100, `${invalid} invalid proofs, ${refused} refused keys`);
});
