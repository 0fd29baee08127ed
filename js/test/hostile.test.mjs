// No input ends the instance: what is damaged is refused, and the next proof is verified as ever.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  calldata,
  costs,
  describeFile,
  explain,
  importKey,
  importVka,
  lengthen,
  proofForm,
  readKey,
  readProof,
  readSrs,
  shorten,
  verify,
  ZkmlError,
} from "zkml";
import { read } from "./support.mjs";

/** The same numbers in every run (xorshift). */
function* numbers(state) {
  for (;;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state >>> 0;
  }
}

/** Copies of the file with a byte changed, a part cut out, doubled or overwritten. */
function* damaged(bytes, count, seed) {
  const random = numbers(seed);
  const next = (limit) => random.next().value % limit;
  for (let i = 0; i < count; i++) {
    const copy = Buffer.from(bytes);
    // Half of them near the beginning, where lengths and versions stand.
    const at = next(i % 2 ? bytes.length : Math.min(64, bytes.length));
    switch (i % 6) {
      case 0:
      case 1:
        copy[at] ^= 1 << next(8);
        yield copy;
        break;
      case 2:
        yield copy.subarray(0, at);
        break;
      case 3:
        yield copy.fill(0xff, at, Math.min(copy.length, at + 1 + next(40)));
        break;
      case 4:
        yield Buffer.concat([copy.subarray(0, at), copy.subarray(at + 1 + next(40))]);
        break;
      default:
        yield Buffer.concat([copy.subarray(0, at), copy.subarray(0, at), copy]);
    }
  }
}

const mlp = (name) => read("tests/fixtures/mlp", name);
const key = importVka(mlp("vka.bin"), { anySrs: true });
const good = readProof(mlp("proof.json"));
const settings = mlp("settings.json");
const rest = { vk: mlp("vk.key"), settings, srs: readSrs(mlp("kzg_k1.srs")), anySrs: true };

function refuses(run) {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ZkmlError, `${error?.stack}`);
  }
}

const readers = {
  "vka.bin": [mlp("vka.bin"), (bytes) => importVka(bytes, { anySrs: true })],
  "vk.key": [mlp("vk.key"), (vk) => importKey({ ...rest, vk })],
  "settings.json": [settings, (bytes) => importKey({ ...rest, settings: bytes })],
  "settings.json, explained": [settings, (bytes) => explain(key, bytes, good)],
  "proof.json": [mlp("proof.json"), readProof],
  "kzg.srs": [mlp("kzg_k1.srs"), readSrs],
  "model.zkvk": [key.bytes, readKey],
  "any file": [mlp("model.onnx"), describeFile],
  "a digest": [Buffer.from(key.inspection.digest), (bytes) => importKey({ ...rest, digest: bytes.toString("latin1") })],
};

for (const [name, [bytes, reader]] of Object.entries(readers)) {
  test(`no damage to ${name} ends the instance`, () => {
    for (const copy of damaged(bytes, 400, 7)) refuses(() => reader(copy));
    assert.equal(verify(key, good.proof, good.publicInputs).valid, true);
  });
}

test("hexadecimal text without 0x is an argument of the wrong kind", () => {
  const proof = Buffer.from(good.proof).toString("hex");
  assert.equal(verify(key, `0x${proof}`, good.publicInputs).valid, true);
  assert.throws(() => verify(key, proof, good.publicInputs), { name: "TypeError", message: /begins with 0x/ });
  assert.throws(() => readKey(""), { name: "TypeError", message: /begins with 0x/ });
});

test("a damaged proof is refused with a reason, and costs as much as any", () => {
  for (const proof of damaged(good.proof, 200, 3)) {
    const { valid, reason } = verify(key, proof, good.publicInputs);
    if (Buffer.compare(proof, good.proof) !== 0) assert.ok(!valid && reason.length > 0);
    assert.equal(costs(key, proof, good.publicInputs).length, 4);
    assert.ok(calldata(proof, good.publicInputs).startsWith("0xf7e83aee"));
  }
  for (const publicInputs of damaged(good.publicInputs, 60, 5)) {
    const { valid } = verify(key, good.proof, publicInputs);
    assert.equal(valid, Buffer.compare(publicInputs, good.publicInputs) === 0);
    explain(key, settings, { proof: good.proof, publicInputs });
  }
  assert.equal(verify(key, good.proof, good.publicInputs).valid, true);
});

test("a damaged proof of either form is converted exactly, or refused", () => {
  for (const [bytes, convert, back] of [
    [good.proof, shorten, lengthen],
    [shorten(key, good.proof), lengthen, shorten],
  ]) {
    for (const proof of damaged(bytes, 200, 11)) {
      const { valid } = verify(key, proof, good.publicInputs);
      assert.equal(valid, Buffer.compare(proof, bytes) === 0);
      refuses(() => assert.deepEqual(Buffer.from(back(key, convert(key, proof))), Buffer.from(proof)));
      proofForm(key, proof);
    }
  }
  assert.equal(verify(key, good.proof, good.publicInputs).valid, true);
});

test("JSON that is nested without end is refused", () => {
  const nested = "[".repeat(1e6);
  refuses(() => readProof(nested));
  refuses(() => readProof(`{"proof":${nested}`));
  refuses(() => explain(key, nested));
  assert.equal(verify(key, good.proof, good.publicInputs).valid, true);
});

test("a key of the largest size is read", () => {
  const largest = readKey(read("spec/vectors/keys/expression-nodes-65535.zkvk"));
  assert.equal(largest.inspection.expressionNodes, 65535);
  assert.equal(verify(largest, new Uint8Array(), new Uint8Array()).valid, false);
});
