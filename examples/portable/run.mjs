#!/usr/bin/env node
// Executes the test vectors in a machine that is not this one, and compares return data, gas, the way
// the call ended, and what it read.
//
//   node run.mjs MACHINE [--every N] [VECTORS…]
//
// MACHINE is portable.wasm, run in node, or the RISC-V program, run by qemu-riscv32. VECTORS are JSON
// files or folders of them; without any, the published ones (spec/vectors, whose README has the format).
// With --every N only the first, the (N+1)th, … of all of them.

import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const PERPETUAL_POWERS_OF_TAU =
  "186282957db913abd99f91db59fe69922e95040603ef44c0bd7aa3adeef8f5ac" +
  "17944351223333f260ddc3b4af45191b856689eda9eab5cbcddbbe570ce860d2" +
  "298adc7396bd3865cbf6d6df91bae406694e6d2215baa893bdeadb63052895f4" +
  "297772d34bc9aa8ae56162486363ffe417b02dc7e8c207fc2cc20203e67a02ad";

const DEFAULT_CALLER = "0x00000000000000000000000000000000c0de0001";

// Prices of a warm slot, what a cold one adds, of a warm account, what a cold one adds, and its code; and whether the
// base has a precompile at 0x11 (specification, section 2.6).
const BERLIN = [100, 2_000, 100, 2_500, 0];
const FORKS = {
  frontier: { prices: [50, 0, 20, 0, 0], base: false },
  tangerine: { prices: [200, 0, 700, 0, 0], base: false },
  istanbul: { prices: [800, 0, 700, 0, 0], base: false },
  berlin: { prices: BERLIN, base: false },
  london: { prices: BERLIN, base: false },
  paris: { prices: BERLIN, base: false },
  shanghai: { prices: BERLIN, base: false },
  cancun: { prices: BERLIN, base: false },
  prague: { prices: BERLIN, base: true },
  osaka: { prices: BERLIN, base: true },
  amsterdam: { prices: [100, 2_000, 100, 2_900, 100], base: true },
};
const IS_DIRECT = { CALL: true, STATICCALL: true, DELEGATECALL: false, CALLCODE: false };
const ENDS = ["not a message", undefined, "execution reverted", "out of gas", "the base's call"];

function lookUp(table, name) {
  if (!Object.hasOwn(table, name)) throw new Error(`${name}: expected ${Object.keys(table)}`);
  return table[name];
}

function bytes(hex, length) {
  const digits = hex.replace(/^0x/, "");
  if (digits.length % 2 || /[^0-9a-fA-F]/.test(digits)) throw new Error(`not hex: ${hex}`);
  const value = Buffer.from(digits, "hex");
  if (length !== undefined && value.length !== length) {
    throw new Error(`${value.length} bytes where ${length} belong: ${hex}`);
  }
  return value;
}

const address = (hex) => bytes(hex, 20);

// A number: JSON's, or hex with 0x.
function number(value, length) {
  const digits = BigInt(value).toString(16).padStart(2 * length, "0");
  return bytes(digits, length);
}

const word = (value) => number(value, 32);
const size = (value) => number(value, 4);
const sized = (value) => Buffer.concat([size(value.length), value]);
const list = (elements, encode) =>
  Buffer.concat([size(elements.length), ...elements.flatMap((element) => encode(element))]);

// The request of src/message.rs.
function request(vector, folder) {
  const code = (value) =>
    value.startsWith("0x") ? bytes(value) : readFileSync(join(folder, value));
  const slots = Object.entries(vector.Storage ?? {}).flatMap(([account, storage]) =>
    Object.entries(storage).map(([slot, value]) => [account, slot, value]),
  );
  const fork = lookUp(FORKS, vector.Fork ?? "prague");
  return Buffer.concat([
    Buffer.from([fork.base]),
    ...fork.prices.map((price) => number(price, 8)),
    Buffer.from([lookUp(IS_DIRECT, vector.Kind ?? "STATICCALL")]),
    address(vector.Caller ?? DEFAULT_CALLER),
    word(vector.Value ?? 0),
    number(vector.GasLimit ?? 30_000_000, 8),
    list(vector.DefaultKey ? [vector.DefaultKey] : [], (key) => [address(key)]),
    list(vector.AcceptedSetups ?? ["ppot"], (point) => [
      bytes(point === "ppot" ? PERPETUAL_POWERS_OF_TAU : point, 128),
    ]),
    list(Object.entries(vector.Code ?? {}), ([account, value]) => [
      address(account),
      sized(code(value)),
    ]),
    list(slots, ([account, slot, value]) => [address(account), word(slot), word(value)]),
    list(vector.Warm ?? [], (account) => [address(account)]),
    list(vector.WarmSlots ?? [], ([account, slot]) => [address(account), word(slot)]),
    sized(bytes(vector.Input)),
  ]);
}

// The answer of src/message.rs.
function answer(message) {
  let at = 0;
  const take = (length) => {
    if (at + length > message.length) throw new Error("the answer is cut short");
    return message.subarray(at, (at += length));
  };
  const hex = (length) => take(length).toString("hex");
  const end = ENDS[take(1)[0]];
  const gas = take(8).readBigUInt64BE();
  const data = hex(take(4).readUInt32BE());
  const reads = [];
  for (let left = take(4).readUInt32BE(); left > 0; left--) {
    reads.push(take(1)[0] === 0 ? ["storage", hex(20), hex(32)] : ["code", hex(20)]);
  }
  if (at !== message.length) throw new Error("there is more after the answer");
  return { end, gas, data, reads };
}

// What the vector says, in the form of an answer.
function expected(vector) {
  if (vector.Base) return { end: "the base's call", gas: 0n, data: "", reads: [] };
  const reads = (vector.Reads ?? []).map(([kind, account, slot]) =>
    kind === "storage"
      ? [kind, address(account).toString("hex"), word(slot).toString("hex")]
      : [kind, address(account).toString("hex")],
  );
  return {
    end: vector.ExpectedError,
    gas: BigInt(vector.Gas),
    data: bytes(vector.Expected ?? "").toString("hex"),
    reads,
  };
}

function differences(given, wanted) {
  const text = (value) =>
    typeof value === "bigint" ? `${value}` : (JSON.stringify(value) ?? "no error");
  return Object.keys(wanted)
    .filter((name) => text(given[name]) !== text(wanted[name]))
    .map((name) => `${name}: ${text(given[name])} instead of ${text(wanted[name])}`);
}

async function machine(file) {
  if (!file.endsWith(".wasm")) {
    return (message) => {
      const done = spawnSync("qemu-riscv32", [file], { input: message, maxBuffer: 1 << 24 });
      if (done.error) throw done.error;
      if (done.status !== 0) throw new Error(`ended with ${done.signal ?? done.status}`);
      return done.stdout;
    };
  }
  const module = await WebAssembly.compile(readFileSync(file));
  return (message) => {
    // A machine of its own for each call: nothing is carried over, and a trap spoils one vector only.
    const { memory, allocate, run, release } = new WebAssembly.Instance(module).exports;
    const at = allocate(message.length) >>> 0;
    new Uint8Array(memory.buffer, at, message.length).set(message);
    const packed = BigInt.asUintN(64, run(at, message.length));
    const [start, length] = [Number(packed >> 32n), Number(packed & 0xffffffffn)];
    const result = Buffer.from(new Uint8Array(memory.buffer, start, length));
    release(start, length);
    return result;
  };
}

const here = dirname(fileURLToPath(import.meta.url));
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { every: { type: "string", default: "1" } },
});
const [file, ...places] = positionals;
const every = Number(values.every);
if (file === undefined || !Number.isInteger(every) || every < 1) {
  console.error("usage: node run.mjs MACHINE [--every N] [VECTORS…]");
  process.exit(2);
}
const files = (places.length > 0 ? places : [join(here, "../../spec/vectors")]).flatMap((place) =>
  statSync(place).isDirectory()
    ? readdirSync(place)
        .filter((name) => name.endsWith(".json"))
        .sort()
        .map((name) => join(place, name))
    : [place],
);

const execute = await machine(file);
let [seen, passed, failed] = [0, 0, 0];
for (const path of files) {
  for (const vector of JSON.parse(readFileSync(path, "utf8"))) {
    if (seen++ % every !== 0) continue;
    let wrong;
    try {
      const message = request(vector, dirname(path));
      wrong = differences(answer(execute(message)), expected(vector));
    } catch (error) {
      wrong = [error.message];
    }
    if (wrong.length === 0) {
      passed += 1;
    } else {
      failed += 1;
      console.error(`${path}: ${vector.Name}\n  ${wrong.join("\n  ")}`);
    }
  }
}
const sample = every === 1 ? "" : ` (one in ${every} of ${seen})`;
console.log(`${passed} passed, ${failed} failed${sample}`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
