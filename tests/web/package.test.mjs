// The package in a browser without a bundler: from a script of the type "module", and in a worker.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const TYPES = { js: "text/javascript", wasm: "application/wasm", html: "text/html" };

const CHECK = `
import { importVka, readProof, verify } from "/dist/index.js";
const bytes = async (name) => new Uint8Array(await (await fetch("/" + name)).arrayBuffer());
const key = importVka(await bytes("vka.bin"));
const { proof, publicInputs } = readProof(await bytes("proof.json"));
const verdict = JSON.stringify(verify(key, proof, publicInputs));
`;
const FILES = {
  "/": `<!doctype html><title>waiting</title><script type="module">${CHECK}
    document.title = verdict;
    const worker = new Worker("/worker.js", { type: "module" });
    worker.onmessage = ({ data }) => { document.title += data; };
  </script>`,
  "/worker.js": `${CHECK} postMessage(verdict);`,
  "/vka.bin": readFileSync(join(root, "tests/vectors/public-ppot/vka.bin")),
  "/proof.json": readFileSync(join(root, "tests/vectors/public-ppot/proof.json")),
};

test("a script of the type module, and a worker, import the package as it is", async () => {
  const server = createServer(({ url }, response) => {
    const type = TYPES[url.split(".").pop()] ?? TYPES.html;
    const content = FILES[url] ?? (/^\/dist\/[\w./-]+$/.test(url) ? readFileSync(join(root, "js", url)) : "");
    response.writeHead(200, { "content-type": type }).end(content);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const twice = '{"valid":true,"reason":null}'.repeat(2);
    await page.waitForFunction((title) => document.title === title, twice);
  } finally {
    await browser.close();
    server.close();
  }
});
