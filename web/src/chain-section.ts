// The verdict of a chain's 0x11 beside the local one.

import { type Key, onchain, type Proof, toHex, VERIFIER, type Verdict } from "../../js/src/core.js";
import { connect } from "./chain.js";
import { h, section } from "./dom.js";

/** What the user typed stays when other files are dropped. */
const typed = { url: "", key: "" };

export function chainSection(key: Key, proof: Proof, local: Verdict | undefined): HTMLElement {
  const url = field("rpc", "RPC address", "http://127.0.0.1:8545", typed.url);
  const account = field(
    "rpc-key",
    "Account that holds the key",
    "0x… (optional: without it the chain's default key decides)",
    typed.key,
  );
  const button = h("button", { type: "submit", class: "button" }, "Ask the chain");
  const answer = h("div", { role: "status", "aria-live": "polite" });
  const ask = async (event: Event) => {
    event.preventDefault();
    typed.url = url.input.value.trim();
    typed.key = account.input.value.trim();
    button.setAttribute("disabled", "");
    answer.replaceChildren(h("p", {}, "Asking…"));
    try {
      answer.replaceChildren(...(await verdicts(key, proof, local)));
    } catch (error) {
      answer.replaceChildren(h("p", { class: "warnings" }, message(error as Error)));
    } finally {
      button.removeAttribute("disabled");
    }
  };
  return section(
    "On a chain",
    h(
      "p",
      {},
      "Compare with the verdict of a chain's verifier. The proof, its public inputs and the account go to the address that you give, and nowhere else.",
    ),
    h("form", { submit: ask, novalidate: true }, ...url.parts, ...account.parts, button),
    answer,
  );
}

function field(id: string, label: string, placeholder: string, value: string) {
  const input = h("input", {
    id,
    type: "text",
    inputmode: "url",
    spellcheck: "false",
    autocomplete: "off",
    placeholder,
    value,
  }) as HTMLInputElement;
  return { input, parts: [h("label", { for: id }, label), input] };
}

async function verdicts(key: Key, { proof, publicInputs }: Proof, local: Verdict | undefined): Promise<HTMLElement[]> {
  if (!/^https?:\/\/./.test(typed.url) || !URL.canParse(typed.url))
    throw new Error("The RPC address must begin with http:// or https://.");
  // A Content-Security-Policy, which is what lets the frame connect there, has no form for it.
  if (new URL(typed.url).hostname.startsWith("["))
    throw new Error("An IPv6 address cannot be asked: write 127.0.0.1 or a name.");
  if (typed.key !== "" && !/^0x[0-9a-fA-F]{40}$/.test(typed.key))
    throw new Error("The account must be an address: 0x and 40 hexadecimal digits.");
  const account = typed.key === "" ? undefined : (typed.key as `0x${string}`);
  const { client, close } = await connect(typed.url);
  try {
    const request = (method: string, params: unknown[]) =>
      "request" in client ? client.request({ method, params }) : undefined;
    const chain = Number(await request("eth_chainId", []));
    const code = account && (await request("eth_getCode", [account, "latest"]));
    const { valid } = await onchain(client, { proof, publicInputs, ...(account && { key: account }) });
    const rows: [string, string][] = [
      ["This page", said(local?.valid)],
      [`Chain ${chain}, ${VERIFIER.replace(/0{8,}/, "…")}`, said(valid)],
    ];
    if (account)
      rows.push(["Key of the account", code === toHex(key.bytes) ? "the same as here" : "ANOTHER key than here"]);
    const agree = valid === local?.valid;
    return [
      h(
        "p",
        { class: agree ? "agree" : "warnings" },
        agree ? "Both say the same." : "They do not agree. Is it the same key?",
      ),
      h("dl", {}, ...rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    ];
  } finally {
    close();
  }
}

function said(valid: boolean | undefined): string {
  return valid === undefined ? "no verdict" : valid ? "valid" : "not valid";
}

function message({ message }: Error): string {
  if (!/failed to fetch|networkerror|load failed/i.test(message)) return message;
  const origin = location.protocol === "file:" ? "null" : location.origin;
  return `${typed.url} cannot be reached from here. Is it running, and does it allow pages of ${origin}? For zkml node: --cors-origin ${origin}. A page that was served by https cannot ask an http address, but for this machine's own.`;
}
