import assert from "node:assert/strict";
import { test } from "node:test";
import {
  dequantise,
  explain,
  fromInteger,
  importVka,
  MODULUS,
  pack,
  quantise,
  readProof,
  toInteger,
  unpack,
} from "zkml";
import { read } from "./support.mjs";

test("integers become field elements and come back", () => {
  for (const integer of [0n, 1n, -1n, 1698n, -1698n, 2n ** 127n, -(2n ** 127n), MODULUS / 2n, -(MODULUS / 2n)]) {
    assert.equal(toInteger(fromInteger(integer)), integer);
  }
  assert.equal(fromInteger(-1698n), 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593effff95fn);
  assert.throws(() => fromInteger(MODULUS / 2n + 1n), RangeError);
  for (const word of [-1n, MODULUS, 2n ** 256n]) assert.throws(() => toInteger(word), RangeError);
});

test("quantise undoes dequantise at every scale", () => {
  for (const scale of [-2, 0, 1, 7, 13, 21]) {
    for (const integer of [0n, 1n, -1n, 5n, -1700n, 2n ** 40n, -(2n ** 40n)]) {
      const word = fromInteger(integer);
      assert.equal(quantise(dequantise(word, scale), scale), word, `${integer} at ${scale}`);
    }
  }
});

test("quantise rounds half away from zero", () => {
  for (const [value, integer] of [
    [0.5, 1n],
    [-0.5, -1n],
    [0.49999999999999994, 0n],
    [1.5, 2n],
    [-2.5, -3n],
    [2 ** 53 + 1, BigInt(2 ** 53)],
  ]) {
    assert.equal(toInteger(quantise(value, 0)), integer, `${value}`);
  }
});

test("what has no fixed-point form is refused", () => {
  for (const [value, scale] of [
    [Number.NaN, 7],
    [Number.POSITIVE_INFINITY, 7],
    [1e300, 0],
    [2 ** 127, 0],
    [1, 0.5],
    [1, Number.NaN],
  ]) {
    assert.throws(() => quantise(value, scale), RangeError, `${value} at ${scale}`);
  }
  assert.throws(() => dequantise(2n ** 127n, 7), RangeError);
});

test("public inputs are words that pack undoes, with the values that explain gives", () => {
  const { proof, publicInputs } = readProof(read("tests/fixtures/mlp/proof.json"));
  const words = unpack(publicInputs);
  assert.deepEqual(pack(words), publicInputs);
  const key = importVka(read("tests/fixtures/mlp/vka.bin"), { anySrs: true });
  const [output] = explain(key, read("tests/fixtures/mlp/settings.json"), { proof, publicInputs }).public_inputs;
  assert.deepEqual(
    words.map((word) => dequantise(word, output.scale)),
    output.values.map(({ value }) => value),
  );
  assert.throws(() => unpack(publicInputs.subarray(1)), RangeError);
  assert.throws(() => pack([MODULUS]), RangeError);
});
