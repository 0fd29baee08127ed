// Builds the package into dist: the WebAssembly by cargo and js/bindgen, the modules and types by TypeScript.
//
//   node build.mjs              everything
//   node build.mjs --scripts    TypeScript alone, with the WebAssembly that is there

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "..");
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const generated = join(here, "src/wasm");
const dist = join(here, "dist");

function run(command, args, cwd = here) {
  execFileSync(command, args, {
    cwd,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, CARGO_TARGET_DIR: target },
  });
}

function output(command, args) {
  return execFileSync(command, args, { cwd: root, encoding: "utf8" }).trim();
}

function webAssembly() {
  const triple = "wasm32-unknown-unknown";
  const libraries = output("rustc", ["--print", "target-libdir", "--target", triple]);
  if (!existsSync(libraries)) run("rustup", ["target", "add", triple], root);
  run("cargo", ["build", "--quiet", "--locked", "--profile", "wasm", "--target", triple, "-p", "zkml-wasm"], root);
  const tool = join(target, "bindgen");
  const manifest = join(here, "bindgen/Cargo.toml");
  run("cargo", ["build", "--quiet", "--locked", "--manifest-path", manifest, "--target-dir", tool], root);
  rmSync(generated, { recursive: true, force: true });
  mkdirSync(generated, { recursive: true });
  run(join(tool, "debug/bindgen"), [join(target, triple, "wasm/zkml_wasm.wasm"), generated]);
}

if (!process.argv.includes("--scripts")) webAssembly();
rmSync(dist, { recursive: true, force: true });
run("node_modules/.bin/tsc", []);
cpSync(generated, join(dist, "wasm"), { recursive: true });
const wasm = readFileSync(join(dist, "wasm/zkml_bg.wasm"));
console.log(`zkml_bg.wasm: ${wasm.length} bytes, ${gzipSync(wasm, { level: 9 }).length} gzipped`);
