// The journeys of a citizen and an agent, two browsers at once, against the program as built and a database of its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, enter, guichet, leave, person, stage, write } from "./stage.mjs";

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
  await leave(citizen);
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
  await leave(citizen, agent);
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
  await leave(agent, first, second);
});

test("two agents, one lease: the second sees who holds it and cannot send", async () => {
  const secret = /\b[A-Z0-9]{16,}\b/.exec(guichet("user", "add", "anne", "--role", "agent"))[0];
  const citizen = await person("/");
  await write(citizen, "où se trouve la brigade la plus proche de Vannes");
  const one = await enter();
  const two = await enter("/agent", "anne", secret);
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
  await leave(citizen, one, two);
});

test("Escape three times leaves and keeps nothing on the device", async () => {
  const citizen = await person("/");
  await citizen.context().route("https://www.service-public.gouv.fr/**", (r) => r.fulfill({ body: "ailleurs" }));
  await write(citizen, "mon mari me surveille");
  await citizen.locator("#messages li").first().waitFor();
  for (let i = 0; i < 3; i++) await citizen.keyboard.press("Escape");
  await citizen.waitForURL(/service-public/);
  await citizen.goto(stage.at + "/");
  assert.equal(await citizen.locator("#messages li").count(), 0);
  assert.deepEqual(await citizen.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]), [0, 0, ""]);
  await leave(citizen);
});

test("without script the form tells to call 17 too", async () => {
  const citizen = await person("/", { javaScriptEnabled: false });
  await write(citizen, "il y a quelqu'un dans ma maison");
  const alarm = citizen.locator('section.alarm-plain[role="alert"]');
  await alarm.locator('a[href="tel:17"]').waitFor();
  assert.match(await alarm.textContent(), /Appelez le 17/);
  assert.ok(await citizen.locator("a", { hasText: "Quitter vite" }).count(), "one can leave at once");
  await leave(citizen);
});

test("at 320 pixels nothing scrolls sideways", async () => {
  const citizen = await person("/", { viewport: { width: 320, height: 640 } });
  assert.ok(await citizen.evaluate(() => document.documentElement.scrollWidth <= 320));
  await leave(citizen);
});
