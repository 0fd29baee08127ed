// The package in a user's hands: packed by npm, installed in an empty project, and run there, in a worker, in TypeScript
// and in Deno.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { inFolder, read, root } from "./support.mjs";

const PROGRAM = `import { readFileSync } from "node:fs";
import { importVka, readProof, verify } from "zkml";

const key = importVka(readFileSync("vka.bin"));
const { proof, publicInputs } = readProof(readFileSync("proof.json"));
console.log(JSON.stringify(verify(key, proof, publicInputs)));
`;

const WORKER = `import { Worker } from "node:worker_threads";
const worker = new Worker(new URL("./main.mjs", import.meta.url), { stdout: true });
worker.stdout.on("data", (text) => process.stdout.write(text));
`;

const TYPED = `import { calldata, costs, explain, importKey, importVka, inspect, type Key, onchain, readProof, verify } from "zkml";
import type { createPublicClient } from "viem";
import type { JsonRpcProvider } from "ethers";

declare const file: Uint8Array;
declare const viem: ReturnType<typeof createPublicClient>;
declare const ethers: JsonRpcProvider;
const key: Key = importKey({ vk: file, settings: "{}", trustedSetup: "ppot" });
const { proof, publicInputs } = readProof(file);
const { valid, reason }: { valid: boolean; reason: string | null } = verify(key, proof, publicInputs);
for (const client of [viem, ethers]) void onchain(client, { key: "0x11", proof, publicInputs });
const text: string = explain(importVka(file), file, { proof, publicInputs }).text;
const gas: number | undefined = costs(key, proof, publicInputs)[0]?.transaction;
export default [valid, reason, text, gas, inspect(key).id, calldata(proof, publicInputs)];
// @ts-expect-error a number is no proof
verify(key, 7, publicInputs);
`;

const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** An empty project with the package, and a proof. */
async function inProject(use) {
  await inFolder(async (folder) => {
    // --ignore-scripts: the tests run on what is built already.
    const [{ filename, size }] = JSON.parse(
      run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], join(root, "js")),
    );
    const project = join(folder, "project");
    mkdirSync(project);
    // Without it npm would install into the nearest folder above that has one.
    writeFileSync(join(project, "package.json"), '{ "private": true }');
    run("npm", ["install", "--no-audit", "--no-fund", "--offline", join(folder, filename)], project);
    for (const name of ["vka.bin", "proof.json"])
      writeFileSync(join(project, name), read("tests/vectors/public-ppot", name));
    writeFileSync(join(project, "main.mjs"), PROGRAM);
    await use(project, size);
  });
}

const VALID = '{"valid":true,"reason":null}\n';

test("npm pack installs in an empty project and verifies there, in a worker too, with types", () =>
  inProject((project, size) => {
    assert.equal(run("node", ["main.mjs"], project), VALID);
    writeFileSync(join(project, "worker.mjs"), WORKER);
    assert.equal(run("node", ["worker.mjs"], project), VALID);
    const deno = join(root, "js/node_modules/.bin/deno");
    const args = [
      "run",
      "--quiet",
      "--no-remote",
      "--node-modules-dir=manual",
      "--allow-read",
      "--allow-env",
      "main.mjs",
    ];
    assert.equal(run(deno, args, project), VALID);
    for (const name of ["viem", "ethers"])
      symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name));
    writeFileSync(join(project, "typed.ts"), TYPED);
    const tsc = join(root, "js/node_modules/.bin/tsc");
    const strict = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "typed.ts"];
    run(tsc, strict, project);
    const files = readdirSync(join(project, "node_modules/zkml"));
    assert.deepEqual(files.sort(), ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "dist", "package.json"]);
    console.log(`npm package: ${size} bytes`);
  }));

test("the WebAssembly has at most 450 KB, gzipped", () => {
  const size = gzipSync(read("js/dist/wasm/zkml_bg.wasm"), { level: 9 }).length;
  console.log(`zkml_bg.wasm: ${size} bytes gzipped`);
  assert.ok(size <= 450_000, `${size} bytes`);
});
