// node proof.mjs PROOF.json FOLDER: writes proof.hex, inputs.hex and tampered.hex, as the precompile takes them.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [, , file, folder] = process.argv;
const { proof, instances } = JSON.parse(readFileSync(file));
const bytes = Buffer.from(proof);
// ezkl writes field elements little-endian, the EVM reads them big-endian.
const words = instances[0].map((text) => Buffer.from(text, "hex").reverse());
// One bit of the last evaluation, which stands before the two points of the opening (64 bytes each).
const tampered = Buffer.from(bytes);
tampered[tampered.length - 129] ^= 1;

const write = (name, value) => writeFileSync(join(folder, name), "0x" + value.toString("hex"));
write("proof.hex", bytes);
write("inputs.hex", Buffer.concat(words));
write("tampered.hex", tampered);
