// Asking a chain: this page may connect to nothing, so a frame of its own does.

import type { Client } from "../../js/src/core.js";

export interface Question {
  id: string;
  url: string;
  method: string;
  params: unknown[];
}

export interface Answer {
  id: string;
  result?: unknown;
  error?: string;
  data?: unknown;
}

const TIMEOUT = 20_000;
let count = 0;

/** Opens the frame for one address; `close` removes it. */
export async function connect(url: string): Promise<{ client: Client; close(): void }> {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.title = "Asks a chain";
  frame.src = "./chain.html";
  const ready = answerTo(
    frame,
    "ready",
    5_000,
    "chain.html is not beside this page: the page alone cannot ask a chain",
  );
  document.body.append(frame);
  const close = () => frame.remove();
  try {
    await ready;
  } catch (error) {
    close();
    throw error;
  }
  const request = ({ method, params }: { method: string; params: unknown[] }) => {
    count += 1;
    const question: Question = { id: String(count), url, method, params };
    const answer = answerTo(frame, question.id, TIMEOUT, `no answer from ${url} in 20 seconds`);
    frame.contentWindow?.postMessage(question, { targetOrigin: "*" });
    return answer;
  };
  return { client: { request }, close };
}

function answerTo(frame: HTMLIFrameElement, id: string, timeout: number, late: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(() => reject(new Error(late))), timeout);
    const finish = (how: () => void) => {
      clearTimeout(timer);
      window.removeEventListener("message", listen);
      how();
    };
    const listen = (event: MessageEvent<Answer>) => {
      if (event.source !== frame.contentWindow || event.data.id !== id) return;
      const { result, error, data } = event.data;
      finish(() => (error === undefined ? resolve(result) : reject(Object.assign(new Error(error), { data }))));
    };
    window.addEventListener("message", listen);
  });
}
