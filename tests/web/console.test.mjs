// What an agent may count on: the whole shift from the keyboard, an alarm heard and seen, reasons, long lists; and the author's page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { accessible, enter, leave, person, stage, write } from "./stage.mjs";

const KILO = 1000;
const open = (text) => fetch(stage.at + "/api/v1/contacts", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ text }) });

test("the first load stays light: the chat under 30 kB, the console under 200, gzipped", async () => {
  const weight = async (paths) => {
    let sum = 0;
    for (const path of paths) {
      const answer = await fetch(stage.at + path, { headers: { "accept-encoding": "gzip" } });
      assert.equal(answer.status, 200, path);
      sum += gzipSync(Buffer.from(await answer.arrayBuffer())).length;
    }
    return sum;
  };
  const chat = await weight(["/guichet.js"]), console = await weight(["/agent", "/console.js", "/console.css"]);
  assert.ok(chat > KILO && chat < 30 * KILO, `chat: ${chat}`);
  assert.ok(console > KILO && console < 200 * KILO, `console: ${console}`);
});

test("a shift without a mouse: take, say why, choose, edit, refuse in one key, send", async () => {
  const agent = await enter(), citizen = await person("/");
  await write(citizen, "bonjour, comment faire une procuration pour voter");
  await agent.locator("#queue button", { hasText: "procuration" }).waitFor();
  const keys = agent.keyboard;
  await agent.locator("h1").click();
  await keys.press("j");
  await agent.locator("#fate", { hasText: "par le moteur" }).waitFor();
  assert.ok(await agent.locator("#messages mark").count() >= 0);
  await keys.press("p");
  await agent.locator("#reasons", { hasText: "Première réponse" }).waitFor();
  await accessible(agent, "why");
  await keys.press("t");
  await agent.locator("#held", { hasText: "Vous tenez" }).waitFor();
  await keys.press("?");
  await agent.locator("#keys[open]").waitFor();
  await accessible(agent, "the shortcuts");
  await keys.press("Escape");
  await keys.press("r");
  await agent.locator("#why[open]").waitFor();
  await accessible(agent, "the reasons of a refusal");
  await keys.press("2");
  await agent.locator("#fate", { hasText: "refusé" }).filter({ hasText: "Incomplet" }).waitFor();
  await keys.press("1");
  await agent.locator("#fate", { hasText: "par agent" }).waitFor();
  await keys.press("e");
  await keys.press("Control+Home");
  await keys.type("Bonjour Madame. ");
  await keys.press("Control+Enter");
  await citizen.locator("#messages li.answer", { hasText: "Bonjour Madame." }).waitFor();
  await agent.locator("#status", { hasText: "envoyée" }).waitFor();
  await keys.press("Escape");
  await keys.press("b");
  await agent.locator("#levels").waitFor();
  await accessible(agent, "the board");
  assert.deepEqual([...agent.strangers, ...citizen.strangers], []);
  await leave(agent, citizen);
});

test("letters can be turned off, and stay off", async () => {
  const agent = await enter();
  await agent.click("#help");
  await agent.uncheck("#letters");
  await agent.keyboard.press("Escape");
  await agent.reload();
  await agent.waitForSelector("#queue");
  await agent.keyboard.press("b");
  assert.equal(await agent.locator("#levels").count(), 0);
  await agent.keyboard.press("?");
  await agent.locator("#keys[open]").waitFor();
  await leave(agent);
});

test("an emergency rings and shows until it is taken", async () => {
  const agent = await enter();
  // Listens to the real sound: every tone that starts is counted.
  await agent.evaluate(() => {
    window.tones = 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...at) { window.tones++; return start.apply(this, at); };
  });
  await agent.locator("h1").click();
  const citizen = await person("/");
  await write(citizen, "au secours mon mari me frappe");
  await agent.locator("#alarms", { hasText: "1 urgence attend" }).waitFor();
  assert.match(await agent.title(), /URGENCE/);
  await agent.waitForFunction(() => window.tones >= 4);
  await accessible(agent, "under the alarm");
  await agent.keyboard.press("g");
  await agent.locator("#title.urgent", { hasText: "URGENCE" }).waitFor();
  await agent.keyboard.press("t");
  await agent.locator("#alarms", { hasText: "attend" }).waitFor({ state: "detached" });
  assert.doesNotMatch(await agent.title(), /URGENCE/);
  await leave(agent, citizen);
});

test("hundreds of contacts: few rows are in the page, and the keyboard reaches the next ones", async () => {
  const many = 300;
  for (let i = 0; i < many; i++) assert.equal((await open(`où est la brigade la plus proche, demande ${i}`)).status, 201);
  const agent = await enter();
  await agent.waitForFunction((many) => Number(document.querySelector("guichet-console").shadowRoot.querySelector("#count").textContent) >= many, many);
  assert.ok(await agent.locator("#queue li").count() < 60);
  const first = await agent.locator("#queue li").first().getAttribute("aria-setsize");
  assert.ok(Number(first) >= many);
  await agent.locator("h1").click();
  for (let i = 0; i < 40; i++) {
    const before = await agent.locator("#queue button[aria-current=true]").getAttribute("data-id").catch(() => null);
    await agent.keyboard.press("j");
    await agent.waitForFunction((before) => { const now = document.querySelector("guichet-console").shadowRoot.querySelector("#queue").shadowRoot.querySelector("[aria-current=true]"); return now && now.dataset.id !== before; }, before);
  }
  const place = await agent.locator("#queue li:has(button[aria-current=true])").getAttribute("aria-posinset");
  assert.equal(Number(place), 40);
  await accessible(agent, "a long queue");
  await leave(agent);
});

test("the author sees the decision as one types", async () => {
  const author = await person("/essai");
  await author.locator("#pack", { hasText: "gendarmerie" }).waitFor();
  await accessible(author, "the author's page");
  await author.locator("#text").pressSequentially("mon voisin me menace avec un couteau");
  await author.locator("#out", { hasText: "Urgence" }).waitFor();
  assert.ok((await author.locator("#out mark").allTextContents()).some((t) => t.includes("couteau")));
  await accessible(author, "a decision");
  assert.deepEqual(author.strangers, []);
  await leave(author);
});

test("the plain console, for a program built without Node, still answers", async () => {
  const agent = await enter("/agent/plain"), citizen = await person("/");
  await write(citizen, "comment déclarer un vol de scooter");
  await agent.locator("#queue button", { hasText: "scooter" }).click();
  await agent.click("#take");
  await agent.locator("#held", { hasText: "Vous tenez" }).waitFor();
  await agent.fill("#draft", "Bonjour, vous pouvez porter plainte en brigade.");
  await agent.keyboard.press("Control+Enter");
  await citizen.locator("#messages li.answer", { hasText: "en brigade" }).waitFor();
  await leave(agent, citizen);
});
