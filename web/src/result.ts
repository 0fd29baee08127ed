// The result: the verdict first, then everything that there is to say about it.

import {
  type Cost,
  calldata,
  costs,
  type Explanation,
  type Key,
  lengthen,
  type Proof,
  type PublicTensor,
  type PublicValue,
  proofForm,
  shorten,
  unpack,
} from "../../js/src/core.js";
import { chainSection } from "./chain-section.js";
import type { Result } from "./check.js";
import { copyButton, decimal, grouped, h, section, svg } from "./dom.js";
import { picture } from "./figures.js";

const SHOWN = 16;
const UNKNOWN_SETUP =
  "The key's trusted setup is not the perpetual powers of tau: anyone who knows its secret can forge every proof. An SRS file from ezkl's gen_srs is for tests only.";

/** The banner: valid or not, and why not. */
export function verdictBanner({
  key,
  verdict,
  form,
  milliseconds,
  problems,
  assumedSetup,
}: Result): HTMLElement | undefined {
  if (problems.length > 0) {
    const lines = problems.map((problem) => h("p", {}, problem));
    return banner("problem", "This cannot be checked", ...lines);
  }
  if (verdict === undefined) {
    return key && banner("neutral", "The key is in order", h("p", {}, "Add a proof.json to check a proof under it."));
  }
  const told = form === undefined ? "" : ` It is in its ${form} form.`;
  const took = `Checked in this page in ${Math.max(1, Math.round(milliseconds ?? 0))} ms.`;
  const time = h("p", { class: "time" }, took + told);
  if (verdict.valid) {
    const setup = key?.inspection.perpetualPowersOfTau
      ? "It proves what is said below, for this key."
      : "But the key's trusted setup is unknown: read the warning below before you rely on it.";
    return banner(
      key?.inspection.perpetualPowersOfTau ? "valid" : "valid doubtful",
      "The proof is valid",
      h("p", {}, setup),
      time,
    );
  }
  const hint =
    assumedSetup && verdict.reason?.startsWith("pairing")
      ? h(
          "p",
          {},
          "vk.key does not say under which trusted setup it was made; the perpetual powers of tau were assumed. If it was made with an SRS file of your own, drop that file too.",
        )
      : undefined;
  return banner(
    "invalid",
    "The proof is not valid",
    h("p", {}, `Why: ${verdict.reason}.`),
    hint,
    h("p", {}, "It proves nothing."),
    time,
  );
}

const ICONS: Record<string, string> = {
  valid: "M7 17l6 6L25 10",
  invalid: "M9 9l14 14M23 9L9 23",
  problem: "M16 8v10M16 23v.5",
  neutral: "M16 14v9M16 9v.5",
};

function banner(kind: string, title: string, ...lines: (Node | undefined)[]): HTMLElement {
  const path = ICONS[kind.split(" ")[0] ?? ""];
  const icon = svg(
    "svg",
    { viewBox: "0 0 32 32", class: "icon", "aria-hidden": "true" },
    svg("circle", { cx: 16, cy: 16, r: 16 }),
    svg("path", { d: path }),
  );
  return h("div", { class: `banner ${kind}` }, icon, h("div", {}, h("h2", {}, title), ...lines));
}

/** Everything below the banner. */
export function details(result: Result): HTMLElement[] {
  const { key, proof, explanation, verdict } = result;
  if (key === undefined) return [];
  const sections = [statementSection(key, explanation, verdict?.valid)];
  if (explanation && explanation.public_inputs.length > 0) {
    sections.push(section("Public inputs", ...explanation.public_inputs.map(tensorView)));
  } else if (proof && !explanation) {
    sections.push(section("Public inputs", rawInputs(key, proof)));
  }
  if (explanation && explanation.commitments.length > 0) sections.push(commitmentSection(explanation));
  if (proof) sections.push(costSection(key, proof), calldataSection(proof), chainSection(key, proof, verdict));
  sections.push(keySection(key));
  return sections;
}

function statementSection(key: Key, explanation: Explanation | undefined, valid: boolean | undefined): HTMLElement {
  if (explanation === undefined) {
    return section(
      "What it says",
      h(
        "p",
        {},
        "Drop the circuit's settings.json to read in words what the proof says, and what its public inputs mean.",
      ),
      !key.inspection.perpetualPowersOfTau && warningList([UNKNOWN_SETUP]),
    );
  }
  const lead =
    valid === false
      ? "The proof is not valid, so it says nothing. If it were valid, it would say:"
      : valid
        ? "It says:"
        : "A valid proof under this key says:";
  return section(
    "What it says",
    h("p", {}, lead),
    h("blockquote", { class: valid === false ? "struck" : "" }, explanation.statement),
    warningList(explanation.warnings),
    h(
      "details",
      {},
      h("summary", {}, "What holds for every proof"),
      h("ul", {}, ...explanation.notes.map((note) => h("li", {}, note))),
    ),
  );
}

function warningList(warnings: readonly string[]): HTMLElement | undefined {
  if (warnings.length === 0) return undefined;
  return h(
    "div",
    { class: "warnings" },
    h("h3", {}, warnings.length === 1 ? "Warning" : "Warnings"),
    h("ul", {}, ...warnings.map((warning) => h("li", {}, warning))),
  );
}

function tensorView(tensor: PublicTensor): HTMLElement {
  const { name, shape, scale, first, length, constrained, values } = tensor;
  const last = first + length - 1;
  const facts = [
    length === 1 ? `public input ${first}` : `public inputs ${first} to ${last}`,
    shape.length > 0 && `shape ${shape.join(" × ")}`,
    scale !== null && `scale ${scale}`,
  ].filter(Boolean);
  return h(
    "div",
    { class: "tensor" },
    h("h3", {}, name.charAt(0).toUpperCase() + name.slice(1)),
    h("p", { class: "hint" }, facts.join(" · ")),
    !constrained &&
      h("p", { class: "warnings" }, "A dead slot: nothing constrains it, so the prover can write any number here."),
    picture(tensor),
    values && valueTable(values, first),
  );
}

function valueTable(values: readonly PublicValue[], first: number): HTMLElement {
  const row = ({ word, integer, value }: PublicValue, index: number) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, String(first + index)),
      h("td", { class: "number" }, value === null ? "" : decimal(value)),
      h("td", { class: "number" }, integer ?? ""),
      h("td", {}, h("code", { class: "word", title: word }, word)),
    );
  return longTable(
    ["Input", "Value", "Integer", "Field element"],
    values.map((value, index) => () => row(value, index)),
  );
}

/** A table of which the first rows are shown, and all on request. */
function longTable(heads: readonly string[], rows: readonly (() => HTMLElement)[]): HTMLElement {
  const body = h("tbody", {}, ...rows.slice(0, SHOWN).map((row) => row()));
  const table = h(
    "table",
    {},
    h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
    body,
  );
  const scroller = h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Values" }, table);
  if (rows.length <= SHOWN) return scroller;
  const more = h("button", { type: "button", class: "button quiet" }, `Show all ${grouped(rows.length)}`);
  more.addEventListener("click", () => {
    body.append(...rows.slice(SHOWN).map((row) => row()));
    more.remove();
  });
  return h("div", {}, scroller, more);
}

function rawInputs(key: Key, { publicInputs }: Proof): HTMLElement {
  if (publicInputs.length !== key.inspection.publicInputsBytes) {
    return h("p", {}, `${publicInputs.length / 32} public inputs, but the key takes ${key.inspection.publicInputs}.`);
  }
  if (publicInputs.length === 0) return h("p", {}, "The circuit has none.");
  const row = (word: bigint, index: number) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, String(index)),
      h("td", {}, h("code", { class: "word" }, `0x${word.toString(16).padStart(64, "0")}`)),
    );
  return longTable(
    ["Input", "Field element"],
    unpack(publicInputs).map((word, index) => () => row(word, index)),
  );
}

function commitmentSection({ commitments }: Explanation): HTMLElement {
  return section(
    "Commitments",
    h(
      "p",
      {},
      "The proof begins with points that commit to these tensors. Compare them with the commitments that you expect.",
    ),
    ...commitments.map(({ name, elements, values }) =>
      h(
        "div",
        { class: "tensor" },
        h("h3", {}, `${name}, ${elements} elements`),
        ...(values ?? []).map((point) => h("code", { class: "block" }, point)),
      ),
    ),
  );
}

function costSection(key: Key, proof: Proof): HTMLElement {
  const other = otherForm(key, proof);
  const given = costs(key, proof.proof, proof.publicInputs);
  const others = other && costs(key, other.proof, proof.publicInputs);
  const rows = given.map((cost, at) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, cost.fork.charAt(0).toUpperCase() + cost.fork.slice(1)),
      h("td", { class: "number" }, grouped(cost.execution)),
      h("td", { class: "number" }, grouped(cost.transaction)),
      others && h("td", { class: "number" }, grouped(others[at]?.transaction ?? 0)),
      h("td", {}, remark(cost)),
    ),
  );
  const heads = ["Fork", "Verification", "Transaction", ...(other ? [`In ${other.name}`] : []), ""];
  return section(
    "Cost in gas",
    h(
      "div",
      { class: "scroll" },
      h(
        "table",
        { class: "costs" },
        h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
        h("tbody", {}, ...rows),
      ),
    ),
    h(
      "p",
      { class: "hint" },
      "A transaction that calls the verifier itself, under the standard prices, with the key's account cold: the base (21,000 up to Osaka), the calldata, and the verification. An application around it adds its own.",
    ),
  );
}

/** The proof in its other form, and what to call that; undefined for a proof that cannot be converted. */
function otherForm(key: Key, { proof }: Proof): { name: string; proof: Uint8Array } | undefined {
  try {
    return proofForm(key, proof) === "short"
      ? { name: "long form", proof: lengthen(key, proof) }
      : { name: "short form", proof: shorten(key, proof) };
  } catch {
    return undefined;
  }
}

function remark({ fork, transaction, floor, fits }: Cost): string {
  if (!fits) return "over the limit of a transaction";
  if (transaction !== floor) return "";
  return `the calldata floor decides (EIP-${fork === "amsterdam" ? 7976 : 7623})`;
}

function calldataSection({ proof, publicInputs }: Proof): HTMLElement {
  const output = h("textarea", {
    id: "calldata",
    readonly: true,
    rows: 4,
    spellcheck: "false",
    "aria-label": "Calldata",
  }) as HTMLTextAreaElement;
  const address = h("input", {
    id: "calldata-key",
    type: "text",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: "0x… (optional)",
  }) as HTMLInputElement;
  const note = h("p", { class: "hint", "aria-live": "polite" });
  const update = () => {
    const key = address.value.trim();
    const isAddress = /^0x[0-9a-fA-F]{40}$/.test(key);
    output.value =
      key === "" || !isAddress ? calldata(proof, publicInputs) : calldata(proof, publicInputs, key as `0x${string}`);
    note.textContent = isAddress
      ? "verifyWithKey(address,bytes,bytes), under the key of this account."
      : key === ""
        ? "verify(bytes,bytes), under the key that the calling contract has bound, or else the chain's default key."
        : "That is no address: 0x and 40 hexadecimal digits. Below is the call of verify(bytes,bytes).";
  };
  address.addEventListener("input", update);
  update();
  return section(
    "Calldata",
    h(
      "p",
      {},
      "The input of a call to the verifier at ",
      h("code", { class: "address" }, "0x0000000000000000000000000000000000000011"),
      ".",
    ),
    h("label", { for: "calldata-key" }, "Account that holds the key"),
    address,
    note,
    output,
    copyButton("Copy calldata", () => output.value),
  );
}

function keySection(key: Key): HTMLElement {
  const { inspection: i } = key;
  const phases = i.phases.map(({ adviceColumns, challenges }) =>
    challenges === 0 ? `${adviceColumns}` : `${adviceColumns} then ${challenges} challenges`,
  );
  const facts: [string, string][] = [
    ["Id (code hash)", i.id],
    [
      "Trusted setup",
      i.perpetualPowersOfTau ? "the perpetual powers of tau" : "UNKNOWN: anyone who knows its secret can forge proofs",
    ],
    ["Rows", `2^${i.k} = ${grouped(2 ** i.k)}`],
    ["Degree", String(i.degree)],
    ["Advice columns", `${i.adviceColumns} (by phase: ${phases.join(", ")})`],
    ["Fixed columns", String(i.fixedColumns)],
    ["Permutation columns", String(i.permutationColumns)],
    ["Gates", String(i.gates)],
    ["Lookups", i.lookupArgument ? `${i.lookups} with ${i.lookupInputs} inputs, ${i.lookupArgument}` : "0"],
    ["Opening", i.opening],
    ["Transcript", i.transcript],
    ["Public inputs", String(i.publicInputs)],
    ["Proof", `${grouped(i.proofBytes)} bytes, ${grouped(i.shortProofBytes)} in short form`],
    [
      "Key",
      `${grouped(i.keyBytes)} bytes${i.fitsContractSizeLimit ? "" : "; over the 24,576 of a contract (65,536 from Amsterdam on)"}`,
    ],
    ["Gas of one call", `${grouped(i.gas.cold)} with a cold key, without calldata`],
    ["Digest", i.digest],
    ["[s]G2", i.sG2],
  ];
  const save = h("button", { type: "button", class: "button quiet" }, "Save as model.zkvk");
  save.addEventListener("click", () => {
    const url = URL.createObjectURL(new Blob([key.bytes as BlobPart], { type: "application/octet-stream" }));
    const link = h("a", { href: url, download: "model.zkvk" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 1_000);
  });
  return section(
    "The key",
    h(
      "dl",
      {},
      ...facts.flatMap(([name, value]) => [
        h("dt", {}, name),
        h("dd", { class: value.startsWith("0x") ? "long" : "" }, value),
      ]),
    ),
    save,
  );
}
