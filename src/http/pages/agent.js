// The agent's console. Words enter the page as text, never as markup; matches are underlined by their bytes.
"use strict";
const $ = (id) => document.getElementById(id);
const make = (tag, text, kind) => { const e = document.createElement(tag); if (text) e.textContent = text; if (kind) e.className = kind; return e; };
const STATES = { triaged: "lu", redirected: "invité à appeler", draft: "projet prêt", routed: "orienté", waiting: "attend", "with-agent": "en cours", answered: "répondu", closed: "clos", erased: "effacé" };
const LEVELS = { now: "URGENCE", possible: "urgence possible", none: "" };
const KINDS = { citizen: "Citoyen", redirect: "Renvoi automatique", acknowledgement: "Accusé automatique", answer: "Réponse envoyée" };
let me = null, current = null, queue = [], source = null, edited = false, revision = null;

const call = async (method, path, body) => {
  const headers = { "content-type": "application/json" };
  if (me) headers["x-guichet-csrf"] = me.csrf;
  const answer = await fetch("/api/v1/desk" + path, { method, headers, body: body && JSON.stringify(body) });
  const data = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
  if (answer.status === 401 && me) { leave(); }
  if (!answer.ok) throw new Error((data.title_fr || "Le service ne répond pas") + (data.detail ? " (" + data.detail + ")" : ""));
  return data;
};
const say = (text) => { $("status").textContent = text; };
const tried = (work) => work.catch((e) => say(e.message));

const leave = () => { if (source) source.close(); me = null; current = null; location.replace("/agent"); };
const enter = async (session) => {
  me = session;
  $("door").hidden = true; $("desk").hidden = false;
  $("who").textContent = me.name + " (" + me.role + ")";
  await tried(list());
  source = new EventSource("/api/v1/desk/events");
  source.addEventListener("act", (e) => {
    const act = JSON.parse(e.data);
    tried(list());
    if (act.contact === current) tried(open(current));
  });
};
$("signin").addEventListener("submit", async (e) => {
  e.preventDefault();
  try { const s = await call("POST", "/session", { name: $("name").value, password: $("password").value }); $("password").value = ""; await enter(s); } catch (error) { $("refused").textContent = error.message; }
});
$("signout").addEventListener("click", () => call("DELETE", "/session").finally(leave));
fetch("/api/v1/desk/session").then(async (r) => { if (r.ok) await enter(await r.json()); }).catch(() => {});

const list = async () => {
  const all = [];
  for (let after = ""; after !== null; ) {
    const page = await call("GET", `/queue?limit=500${after && `&after=${encodeURIComponent(after)}`}`);
    all.push(...page.contacts);
    after = page.next ?? null;
  }
  queue = all;
  $("count").textContent = queue.length;
  $("queue").replaceChildren(...queue.map((c) => {
    const li = make("li"), b = make("button", "", c.level);
    b.type = "button"; b.setAttribute("aria-current", String(c.id === current));
    const minutes = Math.max(0, Math.round((Date.now() - c.since) / 60000));
    b.append(make("b", [LEVELS[c.level], STATES[c.state] || c.state, minutes + " min", c.held_by ? "tenu par " + c.held_by : ""].filter(Boolean).join(" · ")), make("small", c.excerpt));
    b.addEventListener("click", () => tried(pick(c.id)));
    li.append(b);
    return li;
  }));
};
const underline = (text, matches) => {
  const bytes = new TextEncoder().encode(text), p = make("p"), read = (a, b) => new TextDecoder().decode(bytes.slice(a, b));
  let at = 0;
  for (const m of [...matches].sort((a, b) => a.start - b.start)) {
    if (m.start < at) continue;
    p.append(read(at, m.start));
    const k = make("mark", read(m.start, m.end)); k.title = m.rule + " : " + m.term;
    p.append(k); at = m.end;
  }
  p.append(read(at, bytes.length));
  return p;
};
const pick = async (id) => { edited = false; revision = null; await open(id); await list(); };
const open = async (id) => {
  const d = await call("GET", "/contacts/" + encodeURIComponent(id));
  current = id;
  const c = d.contact, mine = c.lease && c.lease.agent === me.name;
  $("title").textContent = [LEVELS[c.level], STATES[c.state] || c.state].filter(Boolean).join(" · ");
  $("held").textContent = c.lease ? (mine ? "Vous tenez cet échange." : "Tenu par " + c.lease.agent + ".") : "";
  $("acts").hidden = false;
  $("messages").replaceChildren(...d.messages.map((m) => {
    const li = make("li", "", m.kind);
    li.append(make("b", KINDS[m.kind] || m.kind), underline(m.text, (m.decision && m.decision.matches) || []));
    return li;
  }));
  const draft = c.draft;
  const names = { proposed: "proposé", edited: "modifié", refused: "refusé", sent: "envoyé" };
  $("fate").textContent = draft ? "Projet nᵒ " + draft.revision + " " + names[draft.status] + " par " + (draft.by === "engine" ? "le moteur" : draft.by) + (draft.faq ? ", d’après " + draft.faq : "") + (draft.reason ? " : " + draft.reason : "") : "Aucun projet.";
  const waits = draft && (draft.status === "proposed" || draft.status === "edited");
  if (!edited) { $("draft").value = waits ? draft.text : ""; revision = waits ? draft.revision : null; }
  else if (waits && draft.revision !== revision) say("Le projet a changé pendant que vous écriviez : relisez l’échange avant d’envoyer.");
  $("candidates").replaceChildren(...d.candidates.map((a) => {
    const li = make("li"), b = make("button", "Partir de cette réponse");
    b.type = "button";
    b.addEventListener("click", () => tried(propose(a.answer, a.faq)));
    li.append(make("b", a.question, a.confident ? "sure" : ""), make("p", a.answer), make("small", "score " + a.score + ", marge " + a.margin + (a.confident ? ", sûre" : "")), make("br"));
    if (/^https:\/\//.test(a.source)) { const s = make("a", a.source); s.href = a.source; s.rel = "noreferrer"; s.target = "_blank"; li.append(s, make("br")); }
    li.append(b);
    return li;
  }));
};
$("draft").addEventListener("input", () => { edited = true; });
const act = async (name, body) => { if (!current) return; const id = current; const done = await call("POST", "/contacts/" + encodeURIComponent(id) + "/" + name, body); say(""); return done; };
const propose = async (text, faq) => { await act("draft", { text, faq }); edited = false; await open(current); };
const take = async () => { await act("take"); await open(current); await list(); };
const send = async () => {
  const text = $("draft").value;
  if (!current || !text.trim()) return;
  if (edited || revision === null) { revision = (await act("draft", revision === null ? { text } : { text, revision })).revision; edited = false; }
  await act("approve", { revision });
  revision = null; say("Envoyé."); await open(current); await list();
};
const refuse = () => { if (current && revision !== null) { $("reason").value = ""; $("why").returnValue = ""; $("why").showModal(); } };
$("why").addEventListener("close", () => { if ($("why").returnValue === "ok" && $("reason").value.trim()) tried(act("refuse", { revision, reason: $("reason").value }).then(() => { edited = false; return open(current); })); });
$("take").addEventListener("click", () => tried(take()));
$("release").addEventListener("click", () => tried(act("release").then(() => open(current))));
$("close").addEventListener("click", () => tried(act("close").then(() => open(current))));
$("send").addEventListener("click", () => tried(send()));
$("refuse").addEventListener("click", refuse);
$("help").addEventListener("click", () => $("keys").showModal());
document.addEventListener("keydown", (e) => {
  if (!me || document.querySelector("dialog[open]")) return;
  if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); tried(send()); return; }
  if (/^(INPUT|TEXTAREA)$/.test(e.target.tagName) || e.ctrlKey || e.metaKey || e.altKey) return;
  const step = (by) => { const i = queue.findIndex((c) => c.id === current), next = queue[Math.min(Math.max(i + by, 0), queue.length - 1)]; if (next) tried(pick(next.id)); };
  const keys = { t: () => tried(take()), r: refuse, e: () => { e.preventDefault(); $("draft").focus(); }, j: () => step(1), k: () => step(-1), "?": () => $("keys").showModal() };
  if (keys[e.key]) keys[e.key]();
});
