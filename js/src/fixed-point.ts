import { type Bytes, toBytes } from "./bytes.js";

/** The order of BN254's scalar field: public inputs are below it. */
export const MODULUS = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** ezkl's integers have at most 128 bits with their sign. */
const BOUND = 2n ** 127n;

/** The public inputs as field elements: 32 bytes big-endian each. */
export function unpack(publicInputs: Bytes): bigint[] {
  const bytes = toBytes(publicInputs, "publicInputs");
  if (bytes.length % 32 !== 0) throw new RangeError(`publicInputs: ${bytes.length} bytes are no whole 32-byte words`);
  return Array.from({ length: bytes.length / 32 }, (_, i) => word(bytes.subarray(32 * i, 32 * i + 32)));
}

/** Field elements as public inputs. */
export function pack(words: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(32 * words.length);
  for (const [index, value] of words.entries()) {
    let rest = canonical(value);
    for (let i = 32 * index + 31; i >= 32 * index; i--) {
      bytes[i] = Number(rest & 0xffn);
      rest >>= 8n;
    }
  }
  return bytes;
}

/** The signed integer that a field element stands for: elements over half the modulus are negative. */
export function toInteger(word: bigint): bigint {
  return canonical(word) > MODULUS / 2n ? word - MODULUS : word;
}

/** The field element that stands for a signed integer. */
export function fromInteger(integer: bigint): bigint {
  if (integer > MODULUS / 2n || integer < -(MODULUS / 2n))
    throw new RangeError(`${integer} does not fit into the field`);
  return integer < 0n ? integer + MODULUS : integer;
}

/**
 * The number that a field element stands for at a scale: its integer divided by 2^scale.
 *
 * @param scale `model_input_scales` and `model_output_scales` of settings.json have them
 */
export function dequantise(word: bigint, scale: number): number {
  const integer = toInteger(word);
  if (integer >= BOUND || integer < -BOUND) throw new RangeError("the field element stands for no number of 128 bits");
  return Number(integer) * 2 ** -checkedScale(scale);
}

/** The field element that ezkl makes of a number: the nearest multiple of 2^-scale, half away from zero. */
export function quantise(value: number, scale: number): bigint {
  const scaled = Math.abs(value) * 2 ** checkedScale(scale);
  if (!Number.isFinite(scaled)) throw new RangeError(`${value} at scale ${scale} is not finite`);
  const whole = Math.trunc(scaled);
  const size = BigInt(whole) + (scaled - whole >= 0.5 ? 1n : 0n);
  const integer = value < 0 ? -size : size;
  if (integer >= BOUND || integer < -BOUND) throw new RangeError(`${value} at scale ${scale} has over 128 bits`);
  return fromInteger(integer);
}

function word(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function canonical(word: bigint): bigint {
  if (word < 0n || word >= MODULUS) throw new RangeError(`${word} is not below the scalar field's modulus`);
  return word;
}

function checkedScale(scale: number): number {
  if (!Number.isInteger(scale) || Math.abs(scale) > 128)
    throw new RangeError(`scale ${scale}: expected a whole number`);
  return scale;
}
