// Builds the page into web/dist: index.html with everything in it, and chain.html, the frame that asks a chain.
// Needs the JavaScript package, built (js/build.mjs).

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = fileURLToPath(new URL(".", import.meta.url));
const require = createRequire(join(here, "../js/package.json"));
const { build } = require("esbuild");
const read = (path) => readFileSync(join(here, path), "utf8");
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** One script without imports. */
async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    write: false,
  });
  return outputFiles[0].text.replaceAll("</script", "<\\/script").trim();
}

async function style() {
  const { outputFiles } = await build({ entryPoints: [join(here, "style.css")], minify: true, write: false });
  return outputFiles[0].text.trim();
}

/** The template with its marks replaced; a function, because `$` is special in a string. */
const filled = (template, parts) =>
  Object.entries(parts).reduce((text, [mark, part]) => text.replace(`%${mark}%`, () => part), read(template));

const [page, frame, css] = [await bundle("src/main.ts"), await bundle("src/chain-frame.ts"), await style()];
const wasm = gzipSync(readFileSync(join(here, "../js/src/wasm/zkml_bg.wasm")), { level: 9 }).toString("base64");
const nothing = "default-src 'none'; base-uri 'none'; form-action 'none'";
mkdirSync(join(here, "dist"), { recursive: true });
const html = filled("index.html", {
  CSP: `${nothing}; script-src ${hash(page)} 'wasm-unsafe-eval'; style-src ${hash(css)}; img-src data:; frame-src 'self' file:`,
  STYLE: css,
  WASM: wasm,
  SCRIPT: page,
});
writeFileSync(join(here, "dist/index.html"), html);
writeFileSync(
  join(here, "dist/chain.html"),
  filled("chain.html", { CSP: `${nothing}; script-src ${hash(frame)}; connect-src http: https:`, SCRIPT: frame }),
);
console.log(`index.html: ${html.length} bytes, ${gzipSync(html, { level: 9 }).length} gzipped`);
