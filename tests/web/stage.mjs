// The stage of the journeys: the program as built over a database of its own, and persons with a browser each.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { chromium } from "playwright-core";

export const ROOT = join(import.meta.dirname, "../..");
const PROGRAM = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "release/guichet");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const browserOptions = { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] };

/** What a file of journeys plays on; `at` is the address of the program. */
export const stage = { data: "", at: "", password: "", browser: null };
let server;

before(async () => {
  stage.data = mkdtempSync(join(tmpdir(), "guichet-web-"));
  await raise("127.0.0.1:0");
  stage.browser = await chromium.launch(browserOptions);
}, { timeout: 120_000 });

after(async () => {
  await stage.browser?.close();
  await fell();
  rmSync(stage.data, { recursive: true, force: true });
});

/** Starts the program on an address; the first start also tells the agent's password. */
export async function raise(listen) {
  server = spawn(PROGRAM, ["serve", "--listen", listen, "--data", stage.data, "--rules", join(ROOT, "rules")]);
  let said = "";
  await new Promise((ready, failed) => {
    server.stdout.on("data", (part) => {
      said += part;
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said), first = /mot de passe[^:]*: (\S+)/.exec(said);
      if (first) stage.password = first[1];
      if (address && stage.password) { stage.at = address[0]; ready(); }
    });
    server.on("exit", () => failed(new Error("the server ended: " + said)));
  });
}

/** Stops the program, and waits until it has. */
export async function fell() {
  if (!server || server.exitCode !== null) return;
  const gone = new Promise((ended) => server.on("exit", ended));
  server.kill();
  await gone;
}

/** Runs a command of the program over the same data; what it printed. */
export function guichet(...args) {
  const ran = spawnSync(PROGRAM, [...args, "--data", stage.data], { encoding: "utf8" });
  assert.equal(ran.status, 0, ran.stderr);
  return ran.stdout;
}

/** A person with a browser of their own; nothing may be asked of another host, and no error may be told in the console. */
export async function person(path, options = {}) {
  const context = await stage.browser.newContext({ locale: "fr-FR", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.strangers = [];
  page.on("request", (r) => { if (!r.url().startsWith(stage.at) && !r.url().startsWith("data:")) page.strangers.push(r.url()); });
  page.on("pageerror", (e) => page.strangers.push(String(e)));
  page.on("console", (m) => { if (/Content Security Policy/.test(m.text())) page.strangers.push(m.text()); });
  await page.goto(stage.at + path);
  return page;
}

export async function write(page, text) {
  await page.fill("#text", text);
  await page.click("#write button");
}

export async function enter(path = "/agent", name = "agent", secret = stage.password) {
  const page = await person(path);
  await page.fill("#name", name);
  await page.fill("#password", secret);
  await page.click("#signin button");
  await page.waitForSelector("#queue");
  return page;
}

/** No violation of axe. The page's policy lets no foreign script in: axe is evaluated by the browser's own debugger. */
export async function accessible(page, where) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html + " " + n.failureSummary).join(" ")}`), [], where);
}

export async function leave(...pages) {
  for (const page of pages) await page.context().close();
}
