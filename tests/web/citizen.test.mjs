// What a citizen may count on: leaving without a trace, a network that fails, one's own language, a site that is not ours.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { chromium } from "playwright-core";
import { accessible, browserOptions, enter, fell, leave, person, raise, stage, write } from "./stage.mjs";

const AWAY = "https://www.service-public.gouv.fr/**";
const inLog = (page, text) => page.locator("#messages li.citizen:not(.outgoing)", { hasText: text });
const code = async (page) => (await page.locator("#code").textContent()).replaceAll("-", "");

/** Files under a folder that hold one of the words, as bytes or as UTF-16. */
const holding = (folder, words) => readdirSync(folder, { recursive: true }).map((f) => join(folder, f)).filter((f) => statSync(f, { throwIfNoEntry: false })?.isFile()).filter((f) => {
  const bytes = readFileSync(f);
  return words.some((w) => bytes.includes(w) || bytes.includes(Buffer.from(w, "utf16le")));
});

test("after the quick exit the browser's own folder holds no word, no code, and nothing to go back to", async () => {
  const profile = mkdtempSync(join(tmpdir(), "guichet-profile-"));
  const context = await chromium.launchPersistentContext(profile, { ...browserOptions, locale: "fr-FR" });
  const page = await context.newPage();
  await context.route(AWAY, (r) => r.fulfill({ contentType: "text/html", body: "<title>ailleurs</title>ailleurs" }));
  await page.goto("about:blank");
  await page.goto(stage.at + "/");
  const before = await page.evaluate(() => history.length);
  await write(page, "zébulonquarante mon mari me surveille");
  await inLog(page, "zébulonquarante").waitFor();
  // Words not sent yet are words as well.
  await page.fill("#text", "zébulonsoixante il rentre");
  const given = await code(page);
  for (let i = 0; i < 3; i++) await page.keyboard.press("Escape");
  await page.waitForURL(/service-public/);
  assert.equal(await page.evaluate(() => history.length), before, "its place in the history is taken");
  await page.goBack();
  assert.ok(!(await page.content()).includes("zébulon"));
  await context.close();
  assert.deepEqual(holding(profile, ["zébulonquarante", "zébulonsoixante", given, given.match(/.{4}/g).join("-")]), []);
  // The search sees what is there: the address that the browser keeps by itself is found.
  assert.ok(holding(profile, ["service-public"]).length, "the profile was written and is read");
  rmSync(profile, { recursive: true, force: true });
});

test("the button leaves too, also from under the alarm", async () => {
  const citizen = await person("/");
  await citizen.context().route(AWAY, (r) => r.fulfill({ body: "ailleurs" }));
  await write(citizen, "il y a quelqu'un dans ma maison");
  await citizen.click("#alarm .leave");
  await citizen.waitForURL(/service-public/);
  await leave(citizen);
});

test("the network is lost: the citizen knows, nothing is lost, nothing is doubled", async () => {
  const citizen = await person("/");
  await write(citizen, "bonjour, j'ai perdu mon permis de conduire");
  await inLog(citizen, "permis").waitFor();
  await fell();
  await write(citizen, "c'était hier à la gare");
  await citizen.locator("#status", { hasText: "Pas de réseau" }).waitFor();
  await citizen.locator("#messages li.outgoing", { hasText: "pas encore envoyé" }).waitFor();
  await write(citizen, "et aussi ma carte grise");
  await accessible(citizen, "without network");
  await raise(new URL(stage.at).host);
  await inLog(citizen, "carte grise").waitFor({ timeout: 40_000 });
  await citizen.locator("#messages li.outgoing").first().waitFor({ state: "detached" });
  const said = await citizen.locator("#messages li.citizen p").allTextContents();
  assert.deepEqual(said, ["bonjour, j'ai perdu mon permis de conduire", "c'était hier à la gare", "et aussi ma carte grise"]);
  await leave(citizen);
});

test("the answer to a message is lost on the way: it is sent again and kept once", async () => {
  const citizen = await person("/");
  // Without its stream the page cannot know that the message arrived: it must send again.
  await citizen.route("**/events", (r) => r.abort());
  await write(citizen, "bonjour, où faire ma carte d'identité");
  await citizen.waitForSelector("#code");
  let sent = 0;
  await citizen.route("**/messages", async (r) => {
    const response = await r.fetch();
    if (sent++) await r.fulfill({ response });
    else await r.abort();
  });
  await write(citizen, "je suis à Vannes");
  await citizen.waitForResponse((r) => r.url().endsWith("/messages"));
  assert.equal(sent, 2);
  const kept = await (await fetch(`${stage.at}/api/v1/contacts/${await code(citizen)}`)).json();
  assert.equal(kept.messages.filter((m) => m.text === "je suis à Vannes").length, 1);
  await leave(citizen);
});

test("the code opens the same conversation elsewhere", async () => {
  const one = await person("/"), two = await person("/");
  await write(one, "comment porter plainte pour un vol de vélo");
  await inLog(one, "vélo").waitFor();
  await two.click("#back summary");
  await two.fill("#given", (await one.locator("#code").textContent()).toLowerCase());
  await two.click("#resume button");
  await inLog(two, "vélo").waitFor();
  await accessible(two, "a conversation resumed");
  await two.click("#erase");
  await accessible(two, "asked before erasing");
  await two.click("#yes");
  await two.locator("#status", { hasText: "effacés" }).waitFor();
  assert.equal((await fetch(`${stage.at}/api/v1/contacts/${await code(one)}`)).status, 404);
  await leave(one, two);
});

test("an answer is read, the contact is ended and rated", async () => {
  const agent = await enter(), citizen = await person("/");
  await write(citizen, "comment faire une procuration pour voter");
  const entry = agent.locator("#queue button", { hasText: "procuration" });
  await entry.click();
  await agent.click("#take");
  await agent.locator("#held", { hasText: "Vous tenez" }).waitFor();
  await agent.click("#send");
  await citizen.locator("#messages li.answer").waitFor();
  await accessible(citizen, "answered");
  await citizen.check('#rate input[value="9"]');
  await citizen.fill("#word", "rapide");
  await citizen.click("#rate button");
  await citizen.locator("#status", { hasText: "Merci" }).waitFor();
  await citizen.click("#close");
  await citizen.locator("#status", { hasText: "terminé" }).waitFor();
  await accessible(citizen, "ended");
  await leave(agent, citizen);
});

test("every language has its words, and none is asked of the network", async () => {
  for (const [locale, send] of [["fr-FR", "Envoyer"], ["en-GB", "Send"], ["de-DE", "Senden"], ["es-ES", "Enviar"], ["it-IT", "Invia"], ["pl-PL", "Envoyer"]]) {
    const citizen = await person("/", { locale });
    assert.equal(await citizen.textContent("#write button"), send, locale);
    await accessible(citizen, locale);
    assert.deepEqual(citizen.strangers, []);
    await leave(citizen);
  }
  const citizen = await person("/");
  await citizen.selectOption("#language", "fr-easy");
  await citizen.locator("#codeline, #back").first().waitFor();
  assert.match(await citizen.textContent("guichet-chat"), /^\s*$/, "the form for who has no script is gone");
  assert.match(await citizen.locator(".panel").textContent(), /Une machine le lit en premier/);
  await leave(citizen);
});

test("dark, forced colours, large text, narrow: every state stays accessible and nothing scrolls sideways", async () => {
  for (const options of [{ colorScheme: "dark" }, { forcedColors: "active" }, { viewport: { width: 320, height: 600 }, reducedMotion: "reduce" }]) {
    const citizen = await person("/", options), where = JSON.stringify(options);
    await citizen.click("#large");
    await write(citizen, "au secours mon mari me frappe");
    await citizen.waitForSelector("#alarm");
    await accessible(citizen, "alarm, " + where);
    assert.ok(await citizen.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "alarm, " + where);
    await citizen.click("#goon");
    await inLog(citizen, "frappe").waitFor();
    await accessible(citizen, "conversation, " + where);
    assert.ok(await citizen.evaluate(() => document.documentElement.scrollWidth <= innerWidth), where);
    await leave(citizen);
  }
});

test("with the keyboard alone: in order, the alarm takes the focus and gives it back", async () => {
  const citizen = await person("/");
  const focused = () => citizen.evaluate(() => { const e = document.querySelector("guichet-chat").shadowRoot.activeElement; return e && (e.id || e.getAttribute("href") || e.textContent.trim()); });
  const order = [];
  for (let i = 0; i < 8; i++) { await citizen.keyboard.press("Tab"); order.push(await focused()); }
  assert.deepEqual(order, ["tel:17", "tel:112", "sms:114", "https://www.service-public.gouv.fr", "language", "large", "text", "Envoyer"]);
  await citizen.keyboard.press("Shift+Tab");
  await citizen.keyboard.type("il y a quelqu'un dans ma maison");
  await citizen.keyboard.press("Control+Enter");
  await citizen.waitForSelector("#alarm");
  await citizen.waitForFunction(() => document.querySelector("guichet-chat").shadowRoot.activeElement?.getAttribute("href") === "tel:17");
  assert.equal(await citizen.getAttribute("#alarm", "role"), "alertdialog");
  assert.ok(await citizen.evaluate(() => document.querySelector("guichet-chat").shadowRoot.querySelector(".panel").inert), "what is under the alarm cannot be reached");
  await citizen.focus("#goon");
  await citizen.keyboard.press("Enter");
  await citizen.waitForFunction(() => document.querySelector("guichet-chat").shadowRoot.activeElement?.id === "text");
  assert.equal(await citizen.getAttribute("#reminder", "role"), "alert");
  await leave(citizen);
});

test("one line puts the bubble on any site, under a strict policy of its own", async () => {
  const site = createServer((_, answer) => answer
    .writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": `default-src 'none'; script-src ${stage.at}; connect-src ${stage.at}` })
    .end(`<!doctype html><html lang="fr"><title>Mairie</title><main><h1>Mairie</h1></main><script src="${stage.at}/guichet.js" defer></script></html>`));
  await new Promise((ready) => site.listen(0, "127.0.0.1", ready));
  const context = await stage.browser.newContext({ locale: "fr-FR" }), page = await context.newPage(), complaints = [];
  page.on("console", (m) => complaints.push(m.text()));
  page.on("pageerror", (e) => complaints.push(String(e)));
  await page.goto(`http://127.0.0.1:${site.address().port}/`);
  await accessible(page, "the bubble");
  await page.click(".bubble");
  await accessible(page, "the panel");
  await write(page, "comment faire une procuration");
  await inLog(page, "procuration").waitFor();
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]), [0, 0, ""]);
  await write(page, "au secours il y a quelqu'un dans ma maison");
  await page.waitForSelector("#alarm");
  await accessible(page, "the alarm on another site");
  assert.deepEqual(complaints.filter((c) => !/favicon/.test(c)), []);
  await context.close();
  site.close();
  site.closeAllConnections();
});
