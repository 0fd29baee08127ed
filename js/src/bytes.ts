/** Bytes, or hexadecimal digits that begin with 0x. */
export type Bytes = Uint8Array | ArrayBuffer | `0x${string}`;

/** No file of ezkl is longer; WebAssembly's memory ends at 4 GiB. */
const LIMIT = 512 * 2 ** 20;

/** Checks an argument: the WebAssembly would read nonsense out of anything else. */
export function toBytes(value: Bytes, name: string): Uint8Array {
  if (typeof value === "string" && !value.startsWith("0x")) throw expected(name);
  const bytes = typeof value === "string" ? fromHex(value, name) : view(value, name);
  if (bytes.length > LIMIT)
    throw new RangeError(`${name}: ${bytes.length} bytes are too many; at most ${LIMIT} are taken`);
  return bytes;
}

/** Text (the content of a JSON file) or bytes. */
export function toText(value: Bytes | string | object, name: string): Uint8Array {
  if (typeof value === "string") return encoder.encode(value);
  if (isBinary(value)) return toBytes(value, name);
  if (typeof value === "object" && value !== null) return encoder.encode(JSON.stringify(value));
  throw new TypeError(`${name}: expected the file's bytes, its text, or the parsed JSON`);
}

/** The bytes that hexadecimal digits stand for, with or without 0x. */
export function fromHex(text: string, name = "hex"): Uint8Array {
  const digits = text.startsWith("0x") ? text.slice(2) : text;
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) {
    throw new TypeError(`${name}: expected an even number of hexadecimal digits`);
  }
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** Bytes as hexadecimal digits that begin with 0x. */
export function toHex(bytes: Uint8Array): `0x${string}` {
  let digits = "";
  for (const byte of bytes) digits += HEX[byte];
  return `0x${digits}`;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const encoder = new TextEncoder();

function isBinary(value: unknown): value is Uint8Array | ArrayBuffer {
  return ArrayBuffer.isView(value) || tag(value) === "ArrayBuffer" || tag(value) === "SharedArrayBuffer";
}

function view(value: unknown, name: string): Uint8Array {
  if (tag(value) === "Uint8Array") return value as Uint8Array;
  if (tag(value) === "ArrayBuffer") return new Uint8Array(value as ArrayBuffer);
  throw expected(name);
}

function expected(name: string): TypeError {
  return new TypeError(`${name}: expected a Uint8Array, an ArrayBuffer or a string that begins with 0x`);
}

/** Unlike `instanceof` this holds for values of another window too. */
function tag(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
