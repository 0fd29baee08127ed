// ezkl's files, read as the native program reads them.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  describeFile,
  explain,
  fileType,
  importKey,
  importVka,
  inspect,
  lengthen,
  proofForm,
  readKey,
  readProof,
  readSrs,
  readSrsFile,
  shorten,
  verify,
  ZkmlError,
} from "zkml";
import { each, fixtures, inFolder, native, read, root } from "./support.mjs";

const file = (circuit, name) => read("tests/fixtures", circuit, name);
const FILES = ["vk.key", "vka.bin", "settings.json", "proof.json", "kzg_k1.srs", "input.json", "model.onnx"];

function imported(circuit) {
  return importVka(file(circuit, "vka.bin"), { anySrs: true });
}

test("both ways of importing give the same key, under which the circuit's proof is valid", () => {
  for (const circuit of fixtures) {
    const key = imported(circuit);
    const other = importKey({
      vk: file(circuit, "vk.key"),
      settings: file(circuit, "settings.json"),
      srs: file(circuit, "kzg_k1.srs"),
      proof: file(circuit, "proof.json"),
      anySrs: true,
    });
    assert.deepEqual(other.bytes, key.bytes, circuit);
    assert.deepEqual(readKey(key.bytes).id, key.id, circuit);
    const { proof, publicInputs } = readProof(file(circuit, "proof.json"));
    assert.deepEqual(verify(key, proof, publicInputs), { valid: true, reason: null }, circuit);
  }
  assert.ok(fixtures.length >= 20);
});

test("inspect and explain say what the native program says", () =>
  inFolder((folder) =>
    each(fixtures, async (circuit) => {
      const key = imported(circuit);
      const path = join(folder, `${circuit}.zkvk`);
      writeFileSync(path, key.bytes);
      assert.deepEqual(inspect(key), await native("key", "inspect", path), circuit);
      const fixture = (name) => join(root, "tests/fixtures", circuit, name);
      const { text, ...said } = explain(key, file(circuit, "settings.json"), readProof(file(circuit, "proof.json")));
      const args = ["--key", path, "--settings", fixture("settings.json"), "--proof", fixture("proof.json")];
      assert.deepEqual(said, await native("explain", ...args), circuit);
      assert.ok(text.startsWith("The proof is VALID. It says:"), text);
    }),
  ));

test("every proof is valid in both forms, which convert exactly and say the same", () => {
  for (const circuit of fixtures) {
    const key = imported(circuit);
    const { proof, publicInputs } = readProof(file(circuit, "proof.json"));
    const short = shorten(key, proof);
    assert.equal(short.length, key.inspection.shortProofBytes, circuit);
    assert.deepEqual(lengthen(key, short), proof, circuit);
    assert.deepEqual([proofForm(key, proof), proofForm(key, short)], ["long", "short"]);
    assert.equal(proofForm(key, short.subarray(1)), undefined);
    assert.deepEqual(verify(key, short, publicInputs), { valid: true, reason: null }, circuit);
    const settings = file(circuit, "settings.json");
    const [{ text, forms, ...said }, { text: other, forms: others, ...same }] = [proof, short].map((bytes) =>
      explain(key, settings, { proof: bytes, publicInputs }),
    );
    assert.deepEqual(same, said, circuit);
    assert.deepEqual([forms.given, others.given], ["long", "short"]);
    assert.deepEqual({ ...others, given: "long" }, forms);
    assert.ok(text.includes("this one is in the long form") && other.includes("this one is in the short form"));
  }
});

test("what is no proof in the other form is refused", () => {
  const key = imported("mlp");
  const { proof } = readProof(file("mlp", "proof.json"));
  const short = shorten(key, proof);
  const lengths = /bytes, this key's proofs have 3072, or 2304 in short form/;
  for (const convert of [() => shorten(key, short), () => lengthen(key, proof), () => shorten(key, proof.subarray(64))])
    assert.throws(convert, { name: "ZkmlError", kind: "malformed", message: lengths });
  const bit254 = Uint8Array.from(short, (byte, at) => (at === 0 ? byte | 0x40 : byte));
  assert.throws(() => lengthen(key, bit254), { kind: "malformed", message: /point 0 is not canonical/ });
  const offCurve = Uint8Array.from(proof, (byte, at) => (at === 63 ? byte ^ 1 : byte));
  assert.throws(() => shorten(key, offCurve), { kind: "malformed", message: /point 0 is not on the curve/ });
  assert.throws(() => shorten({}, proof), TypeError);
  assert.throws(() => lengthen(key, [1, 2]), TypeError);
});

test("a file is told by its content", () => {
  const names = { "kzg_k1.srs": "kzg.srs" };
  for (const circuit of fixtures) {
    for (const name of FILES) assert.equal(fileType(file(circuit, name)), names[name] ?? name, `${circuit}/${name}`);
    assert.equal(fileType(imported(circuit).bytes), "model.zkvk");
  }
  assert.equal(describeFile(file("mlp", "settings.json")), "ezkl's settings.json");
  assert.equal(fileType(new Uint8Array([1, 2, 3])), undefined);
});

test("a wrong file is named, and so is the one that is expected", () => {
  const wrong = /settings\.json looks like ezkl's proof\.json, but ezkl's settings\.json is expected/;
  const options = { vk: file("mlp", "vk.key"), settings: file("mlp", "proof.json"), trustedSetup: "ppot" };
  assert.throws(() => importKey(options), { name: "ZkmlError", message: wrong, file: "settings.json" });
  assert.throws(() => readKey(file("mlp", "vk.key")), { kind: "key", message: /looks like ezkl's vk\.key/ });
  assert.throws(() => readProof(file("mlp", "input.json")), { message: /looks like ezkl's input\.json/ });
});

test("a trusted setup that is not known is refused unless it is asked for", () => {
  const options = { vk: file("mlp", "vk.key"), settings: file("mlp", "settings.json"), srs: file("mlp", "kzg_k1.srs") };
  assert.throws(() => importKey(options), { kind: "unknown-setup", message: /anySrs: true/ });
  assert.throws(() => importVka(file("mlp", "vka.bin")), { kind: "unknown-setup" });
  const known = importVka(read("tests/vectors/public-ppot/vka.bin"));
  assert.ok(inspect(known).perpetualPowersOfTau);
  const { srs, ...rest } = options;
  assert.notEqual(importKey({ ...rest, trustedSetup: "ppot" }).id, importKey({ ...options, anySrs: true }).id);
  assert.throws(() => importKey(rest), { name: "TypeError", message: /either srs .* or trustedSetup/ });
  assert.throws(() => importKey({ ...options, trustedSetup: "ppot" }), { name: "TypeError" });
});

test("of an SRS file only the ends are read", async () => {
  const bytes = file("mlp", "kzg_k1.srs");
  const srs = readSrs(bytes);
  assert.equal(srs.perpetualPowersOfTau, false);
  assert.deepEqual(await readSrsFile(new Blob([bytes])), srs);
  assert.throws(() => readSrs(bytes.subarray(1)), ZkmlError);
  assert.throws(() => readSrs(new Uint8Array()), ZkmlError);
});

test("each way to settle the digest gives the same key", () => {
  const rest = {
    vk: file("mlp", "vk.key"),
    settings: file("mlp", "settings.json").toString(),
    srs: readSrs(file("mlp", "kzg_k1.srs")),
    anySrs: true,
  };
  const key = importKey(rest);
  const { digest } = inspect(key);
  const proof = JSON.parse(file("mlp", "proof.json"));
  for (const source of [{ digest }, { proof }, { vka: file("mlp", "vka.bin") }]) {
    assert.equal(importKey({ ...rest, ...source }).id, key.id, Object.keys(source)[0]);
  }
  assert.throws(() => importKey({ ...rest, digest: "0x12" }), { kind: "not-canonical" });
  assert.throws(() => importKey({ ...rest, digest: `0x${"00".repeat(32)}` }), { kind: "no-matching-digest" });
  assert.throws(() => importKey({ ...rest, digest, proof }), { name: "TypeError" });
});

test("arguments of other types are refused before anything is read", () => {
  const key = imported("mlp");
  const { proof, publicInputs } = readProof(file("mlp", "proof.json"));
  for (const bad of [
    undefined,
    null,
    7,
    "abc",
    "0xabc",
    "0xzz",
    {},
    [1, 2],
    new Uint16Array(4),
    new DataView(new ArrayBuffer(4)),
  ]) {
    assert.throws(() => verify(key, bad, publicInputs), { name: "TypeError", message: /^proof: / }, String(bad));
    assert.throws(() => verify(key, proof, bad), { name: "TypeError", message: /^publicInputs: / }, String(bad));
    assert.throws(() => readKey(bad), TypeError, String(bad));
  }
  assert.throws(() => verify({}, proof, publicInputs), { name: "TypeError", message: /^key: / });
  for (const form of [
    `0x${Buffer.from(proof).toString("hex")}`,
    proof.buffer.slice(proof.byteOffset, proof.byteOffset + proof.length),
    Buffer.from(proof),
  ]) {
    assert.equal(verify(key, form, publicInputs).valid, true);
  }
});
