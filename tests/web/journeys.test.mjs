// The journeys of a citizen and an agent, two browsers at once, against the program as built and a database of its own.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const ROOT = join(import.meta.dirname, "../..");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const data = mkdtempSync(join(tmpdir(), "guichet-web-"));
let server, at, password, browser;

before(async () => {
  server = spawn(join(ROOT, "target/release/guichet"), ["serve", "--listen", "127.0.0.1:0", "--data", data, "--rules", join(ROOT, "rules")]);
  let said = "";
  await new Promise((ready, failed) => {
    server.stdout.on("data", (part) => {
      said += part;
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      const first = /mot de passe[^:]*: (\S+)/.exec(said);
      if (address && first) { at = address[0]; password = first[1]; ready(); }
    });
    server.on("exit", () => failed(new Error("the server ended: " + said)));
  });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
}, { timeout: 120_000 });

after(async () => {
  await browser?.close();
  server?.kill();
  rmSync(data, { recursive: true, force: true });
});

// A person with a browser of their own; nothing may be asked of another host, and no error may be told in the console.
const person = async (path, options = {}) => {
  const context = await browser.newContext({ locale: "fr-FR", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.strangers = [];
  page.on("request", (r) => { if (!r.url().startsWith(at) && !r.url().startsWith("data:")) page.strangers.push(r.url()); });
  page.on("pageerror", (e) => page.strangers.push(String(e)));
  await page.goto(at + path);
  return page;
};
const write = async (page, text) => { await page.fill("#text", text); await page.click("#write button"); };
const enter = async (name = "agent", secret = password) => {
  const page = await person("/agent");
  await page.fill("#name", name);
  await page.fill("#password", secret);
  await page.click("#signin button");
  await page.waitForSelector("#queue");
  return page;
};
// The page's policy lets no foreign script in: axe is evaluated by the browser's own debugger.
const accessible = async (page, where) => {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`), [], where);
};

test("somebody in the house: the redirect takes the screen, and one can keep writing", async () => {
  const citizen = await person("/");
  await accessible(citizen, "on opening");
  await write(citizen, "il y a quelqu'un dans ma maison");
  await citizen.waitForSelector("#alarm:not([hidden])");
  assert.equal(await citizen.locator("#numbers a").first().getAttribute("href"), "tel:17");
  assert.ok(await citizen.locator('#numbers a[href^="sms:114"]').count(), "114 can be pressed");
  const box = await citizen.locator("#alarm").boundingBox();
  const { width, height } = citizen.viewportSize();
  assert.ok(box.width >= width && box.height >= height, "the whole screen");
  await accessible(citizen, "under the alarm");
  await citizen.click("#goon");
  assert.ok(await citizen.locator("#text").isEditable());
  assert.deepEqual(citizen.strangers, []);
  await citizen.context().close();
});

test("a question becomes a draft, an agent approves it without a mouse, the citizen reads it", async () => {
  const agent = await enter();
  const citizen = await person("/");
  await write(citizen, "comment faire une procuration");
  const entry = agent.locator("#queue button", { hasText: "procuration" });
  await entry.waitFor({ timeout: 5_000 });
  await entry.click();
  await agent.locator("#fate", { hasText: "procuration" }).waitFor();
  assert.ok(await agent.locator("#candidates li").count() >= 1, "answers with their reasons");
  await accessible(agent, "the console");
  await agent.locator("#title").click();
  await agent.keyboard.press("t");
  await agent.locator("#held", { hasText: "Vous tenez" }).waitFor();
  await agent.keyboard.press("Control+Enter");
  await citizen.locator("#messages li.answer", { hasText: "procuration" }).waitFor();
  assert.deepEqual([...citizen.strangers, ...agent.strangers], []);
  await citizen.context().close();
  await agent.context().close();
});

test("an emergency goes before a question that came first", async () => {
  const agent = await enter();
  const first = await person("/");
  await write(first, "bonjour, comment déclarer la perte de ma carte d'identité");
  await agent.locator("#queue button", { hasText: "carte d'identité" }).waitFor();
  const second = await person("/");
  await write(second, "au secours mon mari me frappe");
  await second.waitForSelector("#alarm:not([hidden])");
  await agent.locator("#queue button", { hasText: "me frappe" }).waitFor();
  const order = await agent.locator("#queue button").allTextContents();
  assert.ok(order.findIndex((t) => t.includes("me frappe")) < order.findIndex((t) => t.includes("carte d'identité")), order.join("\n"));
  for (const page of [agent, first, second]) await page.context().close();
});

test("two agents, one lease: the second sees who holds it and cannot send", async () => {
  const added = spawnSync(join(ROOT, "target/release/guichet"), ["user", "add", "anne", "--role", "agent", "--data", data], { encoding: "utf8" });
  assert.equal(added.status, 0, added.stderr);
  const secret = /\b[A-Z0-9]{16,}\b/.exec(added.stdout)[0];
  const citizen = await person("/");
  await write(citizen, "où se trouve la brigade la plus proche de Vannes");
  const one = await enter();
  const two = await enter("anne", secret);
  const entry = (page) => page.locator("#queue button", { hasText: "Vannes" });
  await entry(one).click();
  await one.click("#take");
  await one.locator("#held", { hasText: "Vous tenez" }).waitFor();
  await entry(two).filter({ hasText: "tenu par agent" }).click();
  await two.locator("#held", { hasText: "Tenu par agent" }).waitFor();
  await two.click("#take");
  await two.locator("#status", { hasText: "agent" }).waitFor();
  await two.fill("#draft", "Bonjour, je réponds en même temps.");
  const [refused] = await Promise.all([
    two.waitForResponse((r) => r.request().method() === "POST" && r.url().includes("/contacts/")),
    two.keyboard.press("Control+Enter"),
  ]);
  assert.equal(refused.status(), 409);
  assert.ok(!(await citizen.textContent("#messages")).includes("en même temps"));
  for (const page of [citizen, one, two]) await page.context().close();
});

test("Escape three times leaves and keeps nothing on the device", async () => {
  const citizen = await person("/");
  await citizen.context().route("https://www.service-public.gouv.fr/**", (r) => r.fulfill({ body: "ailleurs" }));
  await write(citizen, "mon mari me surveille");
  await citizen.locator("#messages li").first().waitFor();
  for (let i = 0; i < 3; i++) await citizen.keyboard.press("Escape");
  await citizen.waitForURL(/service-public/);
  await citizen.goto(at + "/");
  assert.equal(await citizen.locator("#messages li").count(), 0);
  assert.deepEqual(await citizen.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]), [0, 0, ""]);
  await citizen.context().close();
});

test("without script the form tells to call 17 too", async () => {
  const citizen = await person("/", { javaScriptEnabled: false });
  await write(citizen, "il y a quelqu'un dans ma maison");
  const alarm = citizen.locator('section.alarm-plain[role="alert"]');
  await alarm.locator('a[href="tel:17"]').waitFor();
  assert.match(await alarm.textContent(), /Appelez le 17/);
  assert.ok(await citizen.locator("a", { hasText: "Quitter vite" }).count(), "one can leave at once");
  await citizen.context().close();
});

test("at 320 pixels nothing scrolls sideways", async () => {
  const citizen = await person("/", { viewport: { width: 320, height: 640 } });
  assert.ok(await citizen.evaluate(() => document.documentElement.scrollWidth <= 320));
  await citizen.context().close();
});
