// The page: takes files, shows what they are, and the result.

import { init } from "../../js/src/core.js";
import { check } from "./check.js";
import { byId, grouped, h } from "./dom.js";
import { type Files, type Given, missing, type Role, take } from "./files.js";
import { details, verdictBanner } from "./result.js";

const files: Files = {};
const LABELS: Record<Role, string> = { key: "Key", proof: "Proof", settings: "Settings", srs: "SRS file" };

/** The WebAssembly stands in the page itself, compressed. */
async function load(): Promise<void> {
  const text = byId("wasm").textContent ?? "";
  const bytes = Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  await init(await new Response(stream).arrayBuffer());
}

function show(notices: readonly string[]): void {
  const roles: Role[] = ["key", "settings", "proof", "srs"];
  byId("files").replaceChildren(
    ...roles.flatMap((role) => {
      const given = files[role];
      return given ? [fileRow(role, given)] : [];
    }),
  );
  byId("notices").replaceChildren(...notices.map((notice) => h("p", { class: "notice" }, notice)));
  byId("needed").textContent = Object.keys(files).length === 0 ? "" : (missing(files) ?? "");
  // Nothing of the files before stays beside these, whatever happens.
  byId("verdict").replaceChildren();
  byId("details").replaceChildren();
  const result = check(files);
  const shown = details(result);
  const banner = verdictBanner(result);
  byId("verdict").replaceChildren(...(banner ? [banner] : []));
  byId("details").replaceChildren(...shown);
  document.title =
    result.verdict === undefined
      ? "Check a proof · zk_verify"
      : `${result.verdict.valid ? "Valid" : "Not valid"} · zk_verify`;
}

function fileRow(role: Role, { name, type, size }: Given): HTMLElement {
  const remove = h("button", { type: "button", class: "remove", "aria-label": `Remove ${name}` }, "×");
  remove.addEventListener("click", () => {
    delete files[role];
    show([]);
    byId("picker").focus();
  });
  return h(
    "li",
    {},
    h("span", { class: "role" }, LABELS[role]),
    h("span", { class: "name" }, name),
    h("span", { class: "hint" }, `${type}, ${grouped(size)} bytes`),
    remove,
  );
}

async function add(dropped: readonly File[]): Promise<void> {
  if (dropped.length === 0) return;
  document.body.classList.add("busy");
  // Two frames, so that the page says so before the work begins.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  try {
    show(await take(files, dropped));
  } finally {
    document.body.classList.remove("busy");
  }
}

function listen(): void {
  const picker = byId("picker") as HTMLInputElement;
  picker.addEventListener("change", () => {
    const chosen = [...(picker.files ?? [])];
    // The same file can be chosen again after it has changed.
    picker.value = "";
    void add(chosen);
  });
  const isDrag = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  window.addEventListener("dragover", (event) => {
    if (!isDrag(event)) return;
    event.preventDefault();
    document.body.classList.add("dragging");
  });
  window.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) document.body.classList.remove("dragging");
  });
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dragging");
    void add([...(event.dataTransfer?.files ?? [])]);
  });
}

try {
  await load();
  listen();
  document.body.dataset.ready = "";
} catch (error) {
  byId("verdict").replaceChildren(
    h(
      "p",
      { class: "card warnings" },
      `The verifier could not be started: ${(error as Error).message}. It needs a browser of 2023 or later, with WebAssembly allowed.`,
    ),
  );
}
