// The page in headless Chromium: what it shows of every kind of files, and that nothing leaves it.
//
//   node --test tests/web/
//   SCREENSHOTS=folder node --test tests/web/     screenshots too
//
// Needs the page, built (web/build.mjs), the program zkml (ZKML), and Chromium: Debian's, or CHROMIUM=/path/to/it.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { importVka, readProof, shorten } from "../../js/dist/index.js";
import { deploy, startNode } from "../../js/test/support.mjs";
import { launch } from "./browser.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = join(root, "web/dist");
const fixture = (circuit, ...names) =>
  names.map((name) => join(root, "tests", circuit === "huge" ? "fixtures-large" : "fixtures", circuit, name));
const file = (name, content) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });
/** A path as Playwright takes it beside made-up files. */
const loaded = (given) => (typeof given === "string" ? file(basename(given), readFileSync(given)) : given);

let browser;
let server;
let origin;

before(async () => {
  browser = await launch();
  server = createServer((request, response) => {
    const name = request.url === "/chain.html" ? "chain.html" : request.url === "/" ? "index.html" : undefined;
    if (name === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(readFileSync(join(dist, name)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** A page that is ready, in a context of its own; `requests` are those that it made, its own document apart. */
async function open(options = {}, address = `${origin}/`) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options });
  const page = await context.newPage();
  const requests = [];
  const problems = [];
  context.on("request", (request) => {
    if (request.url() !== address && !/^(data|blob):/.test(request.url())) requests.push(request.url());
  });
  // What the policy has stopped was announced, but has not left the page.
  context.on("requestfailed", (request) => {
    const at = requests.indexOf(request.url());
    if (request.failure()?.errorText === "csp" && at >= 0) requests.splice(at, 1);
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(address);
  await page.locator("body[data-ready]").waitFor();
  const give = async (...files) => {
    await page.setInputFiles("#picker", files.map(loaded));
    await page.waitForFunction(
      () => !document.body.classList.contains("busy") && document.querySelector("#files li, .notice"),
    );
    await page.waitForTimeout(50);
  };
  const verdict = () => page.locator("#verdict h2").innerText();
  const text = (selector = "main") => page.locator(selector).innerText();
  const close = async () => {
    assert.deepEqual(problems, [], "errors in the page");
    await context.close();
  };
  return { page, requests, problems, give, verdict, text, close };
}

async function screenshot(page, name) {
  if (!process.env.SCREENSHOTS) return;
  mkdirSync(process.env.SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`), fullPage: true });
}

const MLP = fixture("mlp", "vk.key", "settings.json", "kzg_k1.srs", "proof.json");

test("a good proof is valid, with its statement, its warnings, its numbers, a picture, its costs and its calldata", async () => {
  const { page, requests, give, verdict, text, close } = await open();
  await screenshot(page, "empty");
  await give(...MLP);
  assert.equal(await verdict(), "The proof is valid");
  const all = await text();
  for (const part of [
    "Checked in this page in",
    "gives the output in public inputs 0 to 3",
    "not the perpetual powers of tau",
    "-0.207275",
    "-1698",
    "Cancun",
    "Prague",
    "Osaka",
    "Amsterdam",
    "It is in its long form.",
    "In short form",
    "Save as model.zkvk",
  ]) {
    assert.ok(all.includes(part), part);
  }
  console.log(`mlp: ${/Checked in this page in .* ms/.exec(all)[0]}`);
  assert.match(await page.locator("svg.bars").getAttribute("aria-label"), /^output 0 as bars: 4 values from -0.55/);
  assert.match(await page.locator("#calldata").inputValue(), /^0xf7e83aee/);
  await page.fill("#calldata-key", `0x${"ab".repeat(20)}`);
  assert.match(await page.locator("#calldata").inputValue(), /^0xccf7fca8/);
  await screenshot(page, "valid");
  assert.deepEqual(requests, []);
  await close();
});

test("a proof in short form is valid, and the page says which form it is and what both cost", async () => {
  const { page, give, verdict, text, close } = await open();
  const key = importVka(readFileSync(fixture("mlp", "vka.bin")[0]), { anySrs: true });
  const document = JSON.parse(readFileSync(MLP[3], "utf8"));
  const short = shorten(key, readProof(document).proof);
  const json = JSON.stringify({ ...document, proof: [...short], hex_proof: undefined });
  await give(...MLP.slice(0, 3), file("short.json", json));
  assert.equal(await verdict(), "The proof is valid");
  assert.match(await text("#verdict"), /It is in its short form\./);
  const all = await text();
  for (const part of ["In long form", "3,072 bytes, 2,304 in short form", "-0.207275"])
    assert.ok(all.includes(part), part);
  const digits = Buffer.from(short).toString("hex");
  assert.ok((await page.locator("#calldata").inputValue()).includes(digits));
  await screenshot(page, "short");
  await close();
});

test("an altered proof is not valid, and the page says why", async () => {
  const { page, requests, give, verdict, text, close } = await open();
  const proof = JSON.parse(readFileSync(MLP[3], "utf8"));
  proof.proof[proof.proof.length - 1] ^= 1;
  delete proof.hex_proof;
  await give(...MLP.slice(0, 3));
  await give(file("proof.json", JSON.stringify(proof)));
  assert.equal(await verdict(), "The proof is not valid");
  assert.match(await text("#verdict"), /Why: .*\n/);
  assert.match(await text(), /The proof is not valid, so it says nothing/);
  await screenshot(page, "altered");
  assert.deepEqual(requests, []);
  await close();
});

test("under a wrong key a proof is not valid", async () => {
  const { give, verdict, text, close } = await open();
  await give(...fixture("conv", "vka.bin"), MLP[3]);
  assert.equal(await verdict(), "The proof is not valid");
  assert.match(await text("#verdict"), /this key's proofs have/);
  // Its own key, but another trusted setup than the one it was made with.
  await give(...MLP.slice(0, 2));
  assert.match(await text("#verdict"), /pairing check failed[\s\S]*perpetual powers of tau were assumed/);
  await give(MLP[2]);
  assert.equal(await verdict(), "The proof is valid");
  await close();
});

test("settings of another circuit are named", async () => {
  const { give, verdict, text, close } = await open();
  await give(...fixture("mlp", "vka.bin", "proof.json"), ...fixture("bigio", "settings.json"));
  assert.equal(await verdict(), "This cannot be checked");
  assert.match(await text("#verdict"), /settings\.json: .*the key has/);
  await close();
});

test("a foreign file is named and does no harm", async () => {
  const { page, give, verdict, text, close } = await open();
  await give(...MLP);
  await give(file("holiday.jpg", [0xff, 0xd8, 0xff, 0xe0]), ...fixture("mlp", "input.json"), file("empty.bin", ""));
  const notices = await text("#notices");
  assert.match(notices, /holiday\.jpg is none of the files that this page knows/);
  assert.match(notices, /input\.json is ezkl's input\.json\. Checking a proof does not need it/);
  assert.match(notices, /empty\.bin is empty/);
  assert.equal(await verdict(), "The proof is valid");
  await give(file("proof.json", '{"proof": [1, 2,'));
  assert.equal(await verdict(), "This cannot be checked");
  await screenshot(page, "foreign");
  await close();
});

test("a proof of 125 KB is checked", async () => {
  const { give, verdict, text, close } = await open();
  await give(...fixture("huge", "vk.key", "settings.json", "kzg_k1.srs", "proof.json"));
  assert.equal(await verdict(), "The proof is valid");
  assert.match(await text(), /124,896 bytes/);
  console.log(`huge: ${/Checked in this page in .* ms/.exec(await text("#verdict"))[0]}`);
  await close();
});

test("what is missing is said, and a key alone is inspected", async () => {
  const { page, give, verdict, text, close } = await open();
  await give(MLP[3]);
  assert.match(await text("#needed"), /Still needed: the key/);
  await give(MLP[0]);
  assert.match(await text("#needed"), /settings\.json, without which vk\.key cannot be read/);
  await page.getByRole("button", { name: "Remove proof.json" }).click();
  await give(...fixture("mlp", "vka.bin"));
  assert.match(await text("#needed"), /Still needed: proof\.json/);
  assert.equal(await verdict(), "The key is in order");
  assert.match(await text(), /Id \(code hash\)\s+0x[0-9a-f]{64}/);
  await close();
});

test("public inputs that form an image are drawn as one", async () => {
  const { page, give, close } = await open();
  const settings = JSON.parse(readFileSync(fixture("bigio", "settings.json")[0], "utf8"));
  settings.model_instance_shapes[0] = [1, 15, 20];
  await give(...fixture("bigio", "vka.bin", "proof.json"), file("settings.json", JSON.stringify(settings)));
  assert.match(await page.locator("canvas").getAttribute("aria-label"), /^input 0 as an image: 300 values/);
  assert.equal(await page.locator("svg.bars").count(), 1);
  await page.getByRole("button", { name: "Show all 300" }).first().click();
  assert.equal(await page.locator(".tensor").first().locator("tbody tr").count(), 300);
  await screenshot(page, "image");
  await close();
});

test("the page asks a chain from a folder, too", async () => {
  const node = await startNode("--cors-origin", "null");
  try {
    const { page, give, close } = await open({}, pathToFileURL(join(dist, "index.html")).href);
    await give(...fixture("mlp", "vka.bin", "settings.json", "proof.json"));
    await page.fill("#rpc", node.url);
    await page.getByRole("button", { name: "Ask the chain" }).click();
    await page.getByText("has bound no key").waitFor({ timeout: 20_000 });
    await close();
  } finally {
    await node.stop();
  }
});

test("a page of another origin that has the frame in it gets no answer from a chain", async () => {
  const node = await startNode();
  const document = `<!doctype html><iframe src="${origin}/chain.html"></iframe>`;
  const stranger = createServer((_, response) =>
    response.writeHead(200, { "content-type": "text/html" }).end(document),
  );
  await new Promise((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const context = await browser.newContext();
  const asked = [];
  context.on("request", (request) => asked.push(request.url()));
  try {
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${stranger.address().port}/`, { waitUntil: "load" });
    const answered = await page.evaluate(async (url) => {
      const answers = [];
      window.addEventListener("message", (event) => answers.push(event.data));
      const question = { id: "1", url, method: "eth_chainId", params: [] };
      window.frames[0].postMessage(question, "*");
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return answers.filter((answer) => answer.id === "1");
    }, node.url);
    assert.deepEqual(answered, []);
    assert.ok(asked.includes(`${origin}/chain.html`));
    assert.ok(!asked.some((url) => url.startsWith(node.url)), String(asked));
  } finally {
    await context.close();
    stranger.close();
    await node.stop();
  }
});

test("a chain's verdict stands beside the local one, and only the given address is asked", async () => {
  const node = await startNode("--accept-srs", MLP[2]);
  try {
    const key = importVka(readFileSync(fixture("mlp", "vka.bin")[0]), { anySrs: true });
    const address = await deploy(node.url, key.bytes);
    const { page, requests, problems, give, text, close } = await open();
    await give(...fixture("mlp", "vka.bin", "settings.json", "proof.json"));
    const ask = async (url, account, expected) => {
      await page.fill("#rpc", url);
      await page.fill("#rpc-key", account);
      await page.getByRole("button", { name: "Ask the chain" }).click();
      await page
        .getByText(expected)
        .waitFor({ timeout: 20_000 })
        .catch(async () => {
          assert.fail(`${expected}: ${await text("form + div")} ${problems}`);
        });
    };
    await ask(node.url, address, "Both say the same.");
    assert.match(await text(), /Chain 31337.*\s+valid\s+Key of the account\s+the same as here/);
    await screenshot(page, "chain");
    const hosts = new Set(requests.map((url) => new URL(url).origin));
    assert.deepEqual(hosts, new Set([origin, node.url]), "requests to others");
    assert.ok(
      requests.every((url) => url === `${origin}/chain.html` || url.startsWith(node.url)),
      String(requests),
    );
    await ask(node.url, "", "has bound no key");
    await ask("ftp://localhost", "", "must begin with http");
    await ask(node.url, "0x12", "must be an address");
    assert.deepEqual(problems, []);
    await ask("http://127.0.0.1:1", address, "cannot be reached from here");
    problems.length = 0;
    await close();
  } finally {
    await node.stop();
  }
});

test("the page itself cannot connect to anything", async () => {
  const { page, problems, requests, close } = await open();
  const blocked = await page.evaluate(async () => {
    const tries = [
      () => fetch("https://example.org/"),
      () => fetch("/"),
      () =>
        new Promise(
          (resolve, reject) =>
            (Object.assign(new Image(), { onload: resolve, onerror: reject }).src = "https://example.org/x.png"),
        ),
      () =>
        new Promise((resolve, reject) =>
          Object.assign(new WebSocket("wss://example.org"), { onopen: resolve, onerror: reject }),
        ),
    ];
    return (await Promise.allSettled(tries.map(async (run) => run()))).map(({ status }) => status);
  });
  assert.deepEqual(blocked, ["rejected", "rejected", "rejected", "rejected"]);
  assert.deepEqual(requests, []);
  assert.ok(problems.length >= 4 && problems.every((text) => /Content Security Policy/.test(text)), String(problems));
  problems.length = 0;
  await close();
});

test("the page works from a file, without a network", async () => {
  const { give, verdict, requests, close } = await open(
    { offline: true },
    pathToFileURL(join(dist, "index.html")).href,
  );
  await give(...MLP);
  assert.equal(await verdict(), "The proof is valid");
  assert.deepEqual(requests, []);
  await close();
});

test("files can be dropped anywhere", async () => {
  const { page, verdict, close } = await open();
  const contents = MLP.map((path) => [path.split("/").pop(), readFileSync(path).toString("base64")]);
  const transfer = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const [name, text] of files)
      transfer.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
    return transfer;
  }, contents);
  await page.dispatchEvent("footer", "dragover", { dataTransfer: transfer });
  await page.dispatchEvent("footer", "drop", { dataTransfer: transfer });
  await page.locator("#verdict h2").waitFor();
  assert.equal(await verdict(), "The proof is valid");
  await close();
});

test("it can be used by keyboard: every control is reached and shows its focus", async () => {
  const { page, give, close } = await open();
  await give(...MLP);
  const reached = [];
  for (let i = 0; i < 25; i++) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const element = document.activeElement;
      const shown = element?.id === "picker" ? document.querySelector(".drop .button") : element;
      return {
        id: element?.id || element?.textContent?.trim().slice(0, 24),
        outline: shown ? getComputedStyle(shown).outlineStyle : "",
      };
    });
    if (focus.id && element(focus.id)) {
      reached.push(focus.id);
      assert.notEqual(focus.outline, "none", focus.id);
    }
  }
  function element(id) {
    return [
      "picker",
      "calldata-key",
      "Copy calldata",
      "rpc",
      "rpc-key",
      "Ask the chain",
      "Save as model.zkvk",
    ].includes(id);
  }
  assert.deepEqual([...new Set(reached)].sort(), [
    "Ask the chain",
    "Copy calldata",
    "Save as model.zkvk",
    "calldata-key",
    "picker",
    "rpc",
    "rpc-key",
  ]);
  await close();
});

/** WCAG's contrast of two colours as computed styles give them. */
function contrast(a, b) {
  const luminance = (color) => {
    const [r, g, blue] = color
      .match(/[\d.]+/g)
      .map((value) => Number(value) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

for (const colorScheme of ["light", "dark"]) {
  test(`in ${colorScheme} mode every text has a contrast of 4.5 or more, and every field a label`, async () => {
    const { page, give, close } = await open({ colorScheme });
    await give(...MLP, file("holiday.jpg", [1, 2, 3]));
    const texts = await page.evaluate(() => {
      const ground = (element) => {
        for (let e = element; e; e = e.parentElement) {
          const color = getComputedStyle(e).backgroundColor;
          if (!/rgba\(.*, 0\)|transparent/.test(color)) return color;
        }
        return "rgb(255, 255, 255)";
      };
      return [...document.querySelectorAll("main *, header *, footer *")]
        .filter(
          (e) => !e.closest("svg, script") && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()),
        )
        .map((e) => ({ text: e.textContent.trim().slice(0, 40), color: getComputedStyle(e).color, ground: ground(e) }));
    });
    assert.ok(texts.length > 60);
    for (const { text, color, ground } of texts)
      assert.ok(contrast(color, ground) >= 4.5, `${text}: ${color} on ${ground}`);
    const unlabelled = await page.evaluate(() =>
      [...document.querySelectorAll("input, textarea, button")]
        .filter((e) => !(e.labels?.length || e.getAttribute("aria-label") || e.textContent.trim()))
        .map((e) => e.id),
    );
    assert.deepEqual(unlabelled, []);
    await screenshot(page, colorScheme);
    await close();
  });
}

test("on a phone nothing is wider than the screen", async () => {
  const { page, give, close } = await open({
    viewport: { width: 360, height: 740 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  });
  await give(...MLP);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 360, `${width} pixels`);
  await screenshot(page, "phone");
  await close();
});
