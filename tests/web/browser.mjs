// The browser that the tests drive.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chromium } from "../../js/node_modules/playwright-core/index.mjs";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const CHROMIUM = process.env.CHROMIUM ?? PLACES.find(existsSync);

/** Chromium: Debian's, or CHROMIUM=/path/to/it. Without one the tests fail. */
export function launch() {
  assert.ok(CHROMIUM, "Chromium is missing: apt-get install chromium, or set CHROMIUM to one");
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}
