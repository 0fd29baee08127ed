// The frame that asks a chain. It is given an address and requests that read; it connects to that address alone.

import type { Answer, Question } from "./chain.js";

const READS = ["eth_call", "eth_chainId", "eth_getCode"];
let bound: string | undefined;

/** From here on the browser lets this frame connect to nothing else. */
function bind(url: URL): void {
  if (bound === url.origin) return;
  if (bound !== undefined) throw new Error("this frame belongs to another address");
  bound = url.origin;
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = `connect-src ${url.origin}`;
  document.head.append(policy);
}

async function ask({ url, method, params }: Question): Promise<unknown> {
  if (!READS.includes(method)) throw new Error(`${method} is not asked here`);
  const address = new URL(url);
  bind(address);
  const response = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    credentials: "omit",
    redirect: "error",
    referrerPolicy: "no-referrer",
  });
  const { result, error } = (await response.json()) as {
    result?: unknown;
    error?: { message: string; data?: unknown };
  };
  if (error) throw Object.assign(new Error(error.message), { data: error.data });
  return result;
}

window.addEventListener("message", async (event: MessageEvent<Question>) => {
  // The page that this frame is part of, and no other that has put it into a frame of its own. Of a file both are "null".
  if (event.source !== window.parent || event.origin !== self.origin) return;
  const { id } = event.data;
  let answer: Answer;
  try {
    answer = { id, result: await ask(event.data) };
  } catch (error) {
    const { message, data } = error as { message: string; data?: unknown };
    answer = { id, error: message, data };
  }
  window.parent.postMessage(answer, { targetOrigin: "*" });
});
window.parent.postMessage({ id: "ready" }, { targetOrigin: "*" });
