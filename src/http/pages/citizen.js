// The citizen's page. The code lives in memory only; words enter the page as text, never as markup.
"use strict";
const $ = (id) => document.getElementById(id);
const make = (tag, text, kind) => { const e = document.createElement(tag); e.textContent = text; if (kind) e.className = kind; return e; };
const number = (n) => { const a = make("a", n === "114" ? "SMS au 114" : n); a.href = (n === "114" ? "sms:" : "tel:") + n; return a; };
const WHO = { citizen: "Vous", answer: "Un gendarme", redirect: "Message automatique", acknowledgement: "Message automatique" };
const AWAY = "https://www.service-public.gouv.fr";
let code = null, source = null, alarmed = "";
const shown = new Set();

const wipe = () => { if (source) source.close(); code = null; document.documentElement.replaceChildren(); location.replace(AWAY); };
$("leave").addEventListener("click", (e) => { e.preventDefault(); wipe(); });
let escapes = [];
document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") { escapes = []; return; }
  escapes = [...escapes.filter((t) => e.timeStamp - t < 2000), e.timeStamp];
  if (escapes.length >= 3) wipe();
});
$("hint").hidden = false;

const warn = (redirect) => {
  if (!redirect) return;
  const numbers = [redirect.call, ...redirect.also].map(number);
  const box = $("reminder");
  const line = make("p", "", "numbers"); line.append(...numbers.map((n) => n.cloneNode(true)));
  box.replaceChildren(make("p", redirect.text), line);
  box.hidden = false;
  if (redirect.level !== "now" || redirect.text === alarmed) return;
  alarmed = redirect.text;
  $("alarmtext").textContent = redirect.text;
  $("numbers").replaceChildren(...numbers);
  $("alarm").hidden = false;
  document.querySelector("main").inert = true;
  numbers[0].focus();
};
$("goon").addEventListener("click", () => { $("alarm").hidden = true; document.querySelector("main").inert = false; $("text").focus(); });

const show = (m) => {
  if (shown.has(m.seq)) return;
  shown.add(m.seq);
  const li = make("li", "", m.kind);
  li.append(make("b", WHO[m.kind] || ""), make("p", m.text));
  $("messages").append(li);
};
const state = (s) => { $("rate").hidden = !(s === "answered" || s === "closed"); $("close").hidden = s === "closed"; };
const listen = () => {
  $("end").hidden = false; $("back").hidden = true;
  if (source) source.close();
  source = new EventSource("/api/v1/contacts/" + code + "/events");
  source.addEventListener("message", (e) => show(JSON.parse(e.data)));
  source.addEventListener("state", (e) => state(e.data));
};
const call = async (method, path, body, headers) => {
  const answer = await fetch("/api/v1/contacts" + path, { method, headers: { "content-type": "application/json", ...headers }, body: body && JSON.stringify(body) });
  const data = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
  warn(data.redirect);
  if (!answer.ok) throw new Error(data.title_fr || "Le service ne répond pas");
  return data;
};
const failed = (e) => { $("status").textContent = (e.message || "Le service ne répond pas") + ". En cas d’urgence, appelez le 17."; };

// One key a message: what is sent again after a failure is kept once.
let pending = null;
$("write").addEventListener("submit", async (e) => {
  e.preventDefault();
  const text = $("text").value;
  if (!text.trim()) return;
  if (!pending || pending.text !== text) pending = { text, key: crypto.getRandomValues(new Uint32Array(4)).join("-") };
  $("status").textContent = "Envoi…";
  try {
    let data;
    if (!code) {
      data = await call("POST", "", { text });
      code = data.code;
      $("code").textContent = code.match(/.{4}/g).join("-"); $("codeline").hidden = false;
    } else {
      data = await call("POST", "/" + code + "/messages", { text }, { "idempotency-key": pending.key });
    }
    if (data.kept === "lost") throw new Error("Votre message n’a pas pu être enregistré : renvoyez-le");
    pending = null; $("text").value = "";
    $("status").textContent = data.kept === "stored" ? "Votre message est enregistré." : "Votre message est reçu ; il s’affichera dès qu’il sera enregistré.";
    retry(data.kept === "stored" ? 0 : 2000);
  } catch (error) { failed(error); }
});
// A contact that waits in the spool has no stream yet: ask until it has.
const retry = (wait) => setTimeout(async () => {
  if (!code || (source && source.readyState !== 2)) return;
  const answer = await fetch("/api/v1/contacts/" + code).catch(() => null);
  if (answer && answer.ok) listen(); else retry(3000);
}, wait);

$("resume").addEventListener("submit", async (e) => {
  e.preventDefault();
  const given = $("given").value.toUpperCase().replace(/[^0-9A-Z]/g, "");
  try { await call("GET", "/" + given); code = given; $("given").value = ""; listen(); $("status").textContent = ""; } catch (error) { failed(error); }
});
$("close").addEventListener("click", () => call("POST", "/" + code + "/close").catch(failed));
$("erase").addEventListener("click", async () => {
  if (!confirm("Effacer tout cet échange ? C’est définitif.")) return;
  try {
    await call("DELETE", "/" + code);
    if (source) source.close();
    code = null; shown.clear(); $("messages").replaceChildren(); $("end").hidden = true; $("codeline").hidden = true;
    $("status").textContent = "Vos mots sont effacés.";
  } catch (error) { failed(error); }
});
$("rate").addEventListener("submit", async (e) => {
  e.preventDefault();
  try { await call("POST", "/" + code + "/rating", { score: Number($("score").value), word: $("word").value }); $("rate").replaceChildren(make("p", "Merci.")); } catch (error) { failed(error); }
});
$("text").addEventListener("keydown", (e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) $("write").requestSubmit(); });
