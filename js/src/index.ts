/**
 * The verifier, ready for use once this module is imported: the WebAssembly is loaded from the file beside it.
 *
 * `zkml/core` is the same without loading, for those who bring the WebAssembly themselves (`init`).
 *
 * @module
 */

import { init } from "./core.js";

export * from "./core.js";

const url = new URL("./wasm/zkml_bg.wasm", import.meta.url);
if (url.protocol === "file:") {
  // Node's and Deno's fetch read no files, or only with other permissions.
  const { readFile } = await import("node:fs/promises");
  await init(await readFile(url));
} else {
  await init(url);
}
