// <guichet-console>: sign-in, then the desk: queue on the left, conversation in the middle, answer on the right. Every act has a key.
import { html, LitElement, nothing } from "lit";
import { Refused } from "../api/call";
import { Alarm } from "./alarm";
import { board } from "./board";
import { Desk, type Found, type Why } from "./desk";
import { FATES, KEYS, KINDS, LEVELS, REASONS, STATES } from "./names";
import { type GuichetQueue } from "./queue";
import "./queue";
import { underlined } from "./spans";
import { controls, desk as look } from "./style";
import { why } from "./why";

/** Waiting times are counted anew after this long. */
const TICK = 15_000;
/** Answers proposed: the first and the two next. */
const PROPOSED = 3;
/** The one thing kept on an agent's machine: are letters shortcuts? */
const LETTERS = "guichet-letters";

export class GuichetConsole extends LitElement {
  static override styles = [controls, look];
  static override properties = { explained: { state: true }, boarded: { state: true }, refusedWords: { state: true }, found: { state: true } };
  private declare explained: boolean;
  private declare boarded: boolean;
  private declare refusedWords: string;
  /** What a search found. */
  private declare found: Found | null;
  #asked = new AbortController();
  #desk = new Desk(() => this.#changed());
  #alarm = new Alarm();
  #letters = localStorage.getItem(LETTERS) !== "off";
  #tick = 0;

  constructor() {
    super();
    this.explained = this.boarded = false;
    this.refusedWords = "";
    this.found = null;
  }

  override connectedCallback() {
    super.connectedCallback();
    this.replaceChildren();
    addEventListener("keydown", this.#key);
    addEventListener("pointerdown", this.#gesture);
    this.#tick = setInterval(() => this.#changed(), TICK);
    void this.#desk.resume();
  }

  override disconnectedCallback() {
    removeEventListener("keydown", this.#key);
    removeEventListener("pointerdown", this.#gesture);
    clearInterval(this.#tick);
    super.disconnectedCallback();
  }

  #gesture = () => {
    this.#alarm.unlock();
    this.requestUpdate();
  };

  #changed() {
    const waiting = this.#desk.alarms.length;
    this.#alarm.ring(waiting > 0);
    document.title = waiting ? `(${waiting}) URGENCE — Guichet` : "Guichet — bureau";
    this.requestUpdate();
    // The queue compares by identity: ages are told anew.
    this.#queue?.requestUpdate();
  }

  get #queue() {
    return this.renderRoot?.querySelector<GuichetQueue>("guichet-queue");
  }

  #dialog = (id: string) => this.renderRoot.querySelector<HTMLDialogElement>("#" + id);

  #key = (e: KeyboardEvent) => {
    this.#gesture();
    const desk = this.#desk;
    if (!desk.session || this.renderRoot.querySelector("dialog[open]")) return;
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      void desk.send();
      return;
    }
    const target = e.composedPath()[0];
    if (target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) {
      if (e.key === "Escape") target.blur();
      return;
    }
    if (e.ctrlKey || e.metaKey || e.altKey || (!this.#letters && e.key !== "?")) return;
    const acts: Record<string, () => unknown> = {
      j: () => this.#step(1), k: () => this.#step(-1), g: () => this.#urgent(),
      t: () => desk.act("take"), l: () => desk.act("release"), c: () => desk.act("close"),
      e: () => this.#focus("draft"), r: () => this.#refuse(),
      a: () => desk.act("ask"), v: () => desk.act("give"), n: () => this.#focus("note"), h: () => desk.mine && this.#dialog("handing")?.showModal(), "/": () => this.#focus("search"),
      p: () => (this.explained = !this.explained), b: () => (this.boarded = !this.boarded), "?": () => this.#dialog("keys")?.showModal(),
      1: () => this.#propose(0), 2: () => this.#propose(1), 3: () => this.#propose(2),
    };
    const act = acts[e.key];
    if (!act) return;
    e.preventDefault();
    void act();
  };

  async #pick(id: string) {
    this.boarded = false;
    await this.#desk.open(id);
    await this.#queue?.show(id);
  }

  #step(by: number) {
    const { queue, current } = this.#desk, at = queue.findIndex((c) => c.id === current);
    const next = queue[Math.min(Math.max(at + by, 0), queue.length - 1)];
    return next && this.#pick(next.id);
  }

  #urgent() {
    const first = this.#desk.alarms.reduce<{ id: string; since: number } | null>((a, c) => (a && a.since <= c.since ? a : c), null);
    return first && this.#pick(first.id);
  }

  #propose(n: number) {
    const a = this.#desk.dossier?.candidates[n];
    return a && this.#desk.propose(a.answer, a.faq);
  }

  #focus = (id: string) => this.renderRoot.querySelector<HTMLElement>("#" + id)?.focus();

  #search = async (e: Event) => {
    const q = (e.target as HTMLInputElement).value.trim();
    this.#asked.abort();
    this.#asked = new AbortController();
    const signal = this.#asked.signal;
    try {
      const found = q ? await this.#desk.search(q, signal) : null;
      if (!signal.aborted) this.found = found ?? null;
    } catch (error) {
      // Another letter was typed meanwhile.
      if (!signal.aborted) throw error;
    }
  };

  #note = (e: Event) => {
    e.preventDefault();
    const field = this.renderRoot.querySelector<HTMLInputElement>("#note");
    if (!field) return;
    void this.#desk.note(field.value);
    field.value = "";
    field.blur();
  };

  #handOver = (e: Event) => {
    e.preventDefault();
    const value = (id: string) => this.renderRoot.querySelector<HTMLInputElement>("#" + id)?.value ?? "";
    this.#dialog("handing")?.close();
    void this.#desk.handOver(value("service"), value("summary"));
  };

  #refuse() {
    if (this.#desk.revision !== null) this.#dialog("why")?.showModal();
  }

  #refused = (reason: string, why: Why = "other") => {
    this.#dialog("why")?.close();
    if (reason.trim()) void this.#desk.refuse(reason, why);
  };

  #reasonKey = (e: KeyboardEvent) => {
    if (e.composedPath()[0] instanceof HTMLInputElement) return;
    const reason = REASONS[Number(e.key) - 1];
    if (reason) {
      e.preventDefault();
      // The dialog closes: the same key must not act on the desk.
      e.stopPropagation();
      this.#refused(reason[0], reason[1]);
    }
  };

  #signIn = async (e: Event) => {
    e.preventDefault();
    const value = (id: string) => this.renderRoot.querySelector<HTMLInputElement>("#" + id)?.value ?? "";
    try {
      await this.#desk.signIn(value("name"), value("password"), value("factor").trim());
      this.refusedWords = "";
    } catch (error) {
      if (error instanceof Refused) this.refusedWords = error.problem.title_fr ?? "Le service ne répond pas.";
    }
  };

  #letterSwitch = (e: Event) => {
    this.#letters = (e.target as HTMLInputElement).checked;
    localStorage.setItem(LETTERS, this.#letters ? "on" : "off");
  };

  override render() {
    return this.#desk.session ? this.#room() : this.#door();
  }

  #door = () => html`<main class="door"><h1>Guichet — bureau</h1>
    <form id="signin" @submit=${this.#signIn}>
      <label for="name">Compte</label><input id="name" autocomplete="username" required>
      <label for="password">Mot de passe</label><input id="password" type="password" autocomplete="current-password" required>
      <label for="factor">Code du second facteur (si votre compte en a un)</label><input id="factor" autocomplete="one-time-code" inputmode="numeric">
      <div class="row"><button class="first">Entrer</button></div>
      <p id="refused" role="alert">${this.refusedWords}</p>
    </form></main>`;

  #room() {
    const desk = this.#desk, waiting = desk.alarms.length;
    return html`<div class=${this.boarded ? "desk board" : "desk"} id="desk">
      <header><h1>Guichet</h1><span id="who">${desk.session?.name} (${desk.session?.role})</span><span id="status" role="status">${desk.status}</span>
        <button type="button" aria-pressed=${this.boarded} @click=${() => (this.boarded = !this.boarded)}>Tableau (b)</button>
        <button id="help" type="button" @click=${() => this.#dialog("keys")?.showModal()}>Raccourcis (?)</button>
        <button id="signout" type="button" @click=${() => desk.signOut()}>Sortir</button></header>
      <div id="alarms" role="alert">${waiting ? html`<span>${waiting === 1 ? "1 urgence attend" : `${waiting} urgences attendent`} qu’un agent la prenne.</span><button type="button" @click=${() => this.#urgent()}>Ouvrir (g)</button>${this.#alarm.muted ? html`<span>Son coupé par le navigateur : appuyez sur une touche.</span>` : nothing}` : nothing}</div>
      <nav aria-label="File d’attente"><h2>File (<span id="count">${desk.queue.length}</span>)</h2>
        <label class="search" for="search">Chercher (/)</label><input id="search" type="search" autocomplete="off" @input=${this.#search}>
        ${this.found ? this.#results(this.found) : nothing}
        <guichet-queue id="queue" .contacts=${desk.queue} .current=${desk.current} @pick=${(e: CustomEvent<string>) => this.#pick(e.detail)}></guichet-queue></nav>
      ${this.boarded ? html`<main aria-label="Tableau">${board(desk.queue)}<p><a href="/api/v1/desk/statistics?format=csv">Chiffres des trente derniers jours (CSV)</a></p></main>` : html`${this.#talk()}${this.#answer()}`}
    </div>${this.#dialogs()}`;
  }

  #results = (found: Found) => html`<section id="found" aria-label="Résultats" aria-live="polite"><p>${found.contacts.length} échanges, ${found.answers.length} réponses</p><ul class="list">
    ${found.contacts.map((c) => html`<li><button type="button" @click=${() => this.#pick(c.id)}>${STATES[c.state] ?? c.state} : ${c.excerpt}</button></li>`)}
    ${found.answers.map((a) => html`<li><b>${a.question}</b><p tabindex="0">${a.answer}</p>${this.#desk.mine ? html`<button type="button" @click=${() => this.#desk.propose(a.answer, a.faq)}>Partir de cette réponse</button>` : nothing}</li>`)}</ul></section>`;

  #talk() {
    const desk = this.#desk, d = desk.dossier;
    if (!d || d.contact.id !== desk.current) return html`<main id="talk" aria-label="Échange"><h2 id="title">Choisissez un échange</h2></main>`;
    const c = d.contact, last = d.messages.filter((m) => m.decision).at(-1)?.decision;
    return html`<main id="talk" aria-label="Échange">
      <h2 id="title" class=${c.level === "now" ? "urgent" : ""}>${[LEVELS[c.level], STATES[c.state] ?? c.state, last?.language].filter(Boolean).join(" · ")}</h2>
      <p id="held">${desk.held ? (desk.mine ? "Vous tenez cet échange." : `Tenu par ${desk.held}.`) : "Personne ne tient cet échange."}${c.rating ? ` Note du citoyen : ${c.rating[0]}/10.` : ""}</p>
      <div class="row" id="acts">
        <button id="take" type="button" @click=${() => desk.act("take")}>Prendre (t)</button><button id="release" type="button" ?disabled=${!desk.mine} @click=${() => desk.act("release")}>Rendre (l)</button>
        <button id="close" type="button" ?disabled=${!desk.mine} @click=${() => desk.act("close")}>Clore (c)</button>
        ${desk.held && !desk.mine ? html`<button id="ask" type="button" @click=${() => desk.act("ask")}>Demander (a)</button>` : nothing}
        ${desk.mine && c.asked ? html`<button id="give" type="button" @click=${() => desk.act("give")}>Donner à ${c.asked} (v)</button>` : nothing}
        <button id="hand" type="button" ?disabled=${!desk.mine} @click=${() => this.#dialog("handing")?.showModal()}>Transmettre (h)</button>
        <button id="explain" type="button" aria-expanded=${this.explained} aria-controls="reasons" @click=${() => (this.explained = !this.explained)}>Pourquoi ? (p)</button></div>
      <section id="reasons" aria-label="Pourquoi cette décision" ?hidden=${!this.explained}>${this.explained ? (last ? why(last) : html`<p>Aucune décision n’est gardée.</p>`) : nothing}</section>
      <div role="log" aria-label="Messages"><ol id="messages" class="log">${d.messages.map((m) => html`<li class=${m.kind}><b>${KINDS[m.kind] ?? m.kind}</b> <small>${new Date(m.at).toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" })}</small>${underlined(m.text, m.decision?.matches ?? [])}</li>`)}</ol></div>
      ${c.handover ? html`<p id="handover">Transmis à ${c.handover.service} par ${c.handover.by}.</p>` : nothing}
      <form id="noting" @submit=${this.#note}><label for="note">Note pour les agents (n)</label><input id="note" maxlength="2000" autocomplete="off"></form>
      <ul id="notes" class="list">${c.notes?.map((n) => html`<li><b>${n.by}</b> ${n.text}</li>`)}</ul></main>`;
  }

  #answer() {
    const desk = this.#desk, d = desk.dossier, draft = d?.contact.draft;
    return html`<aside aria-label="Réponse"><h2>Réponse</h2>
      <p id="fate">${draft ? `Projet nᵒ ${draft.revision} ${FATES[draft.status] ?? draft.status} par ${draft.by === "engine" ? "le moteur" : draft.by}${draft.faq ? `, d’après ${draft.faq}` : ""}${draft.status === "refused" ? ` : ${draft.reason}` : ""}.` : "Aucun projet."}</p>
      <label for="draft">Projet de réponse</label><textarea id="draft" .value=${desk.words} @input=${(e: Event) => desk.write((e.target as HTMLTextAreaElement).value)}></textarea>
      <div class="row"><button id="send" class="first" type="button" @click=${() => desk.send()}>Approuver et envoyer (Ctrl+Entrée)</button><button id="refuse" type="button" ?disabled=${desk.revision === null} @click=${() => this.#refuse()}>Refuser (r)</button></div>
      <h3>Réponses proposées</h3>
      <ol id="candidates" class="list">${d?.candidates.slice(0, PROPOSED).map((a, i) => html`<li class=${a.confident ? "sure" : ""}><b>${a.question}</b><p tabindex="0">${a.answer}</p>
        <small>${a.score} points, ${a.margin} d’avance sur la suivante${a.confident ? ", sûre" : ", à vérifier"}${a.reviewed ? ` ; relue le ${a.reviewed}` : ""}${a.source ? html` ; ${/^https:\/\//.test(a.source) ? html`<a href=${a.source} rel="noreferrer" target="_blank">source (nouvel onglet)</a>` : a.source}` : nothing}</small>
        <div class="row"><button type="button" @click=${() => this.#propose(i)}>Partir de cette réponse (${i + 1})</button></div></li>`)}</ol>
      ${d?.services.length ? html`<h3>Services compétents</h3><ul id="services" class="list">${d.services.map((s) => html`<li><b>${s.name}</b> <small>${s.why}</small><br>${s.purpose} ${s.phone ? html`<a href=${"tel:" + s.phone.replace(/\s/g, "")}>${s.phone}</a>` : nothing} ${s.hours} ${/^https:\/\//.test(s.url) ? html`<a href=${s.url} rel="noreferrer" target="_blank">site (nouvel onglet)</a>` : nothing}</li>`)}</ul>` : nothing}</aside>`;
  }

  #dialogs = () => html`<dialog id="why" aria-labelledby="whytitle" @keydown=${this.#reasonKey}>
      <h2 id="whytitle">Pourquoi refuser ce projet ?</h2>
      <div class="row">${REASONS.map(([words, why], i) => html`<button type="button" @click=${() => this.#refused(words, why)}>${i + 1} ${words}</button>`)}</div>
      <form @submit=${(e: Event) => { e.preventDefault(); this.#refused(this.renderRoot.querySelector<HTMLInputElement>("#reason")?.value ?? ""); }}>
        <label for="reason">Autre raison</label><input id="reason" maxlength="500" autocomplete="off"><div class="row"><button>Refuser</button><button type="button" @click=${() => this.#dialog("why")?.close()}>Annuler (Échap)</button></div></form></dialog>
    <dialog id="handing" aria-labelledby="handingtitle"><h2 id="handingtitle">Transmettre à un service</h2>
      <form @submit=${this.#handOver}><label for="service">Service</label><input id="service" list="competent" required autocomplete="off">
        <datalist id="competent">${this.#desk.dossier?.services.map((s) => html`<option value=${s.service}>${s.name}</option>`)}</datalist>
        <label for="summary">Ce qu’il doit savoir</label><textarea id="summary" maxlength="2000"></textarea>
        <div class="row"><button class="first">Transmettre</button><button type="button" @click=${() => this.#dialog("handing")?.close()}>Annuler (Échap)</button></div></form></dialog>
    <dialog id="keys" aria-labelledby="keystitle"><h2 id="keystitle">Raccourcis</h2>
      <table><thead><tr><th scope="col">Touche</th><th scope="col">Effet</th></tr></thead><tbody>${KEYS.map(([k, does]) => html`<tr><td><kbd>${k}</kbd></td><td>${does}</td></tr>`)}</tbody></table>
      <div class="row"><label class="switch"><input id="letters" type="checkbox" .checked=${this.#letters} @change=${this.#letterSwitch}> Les touches d’une lettre agissent</label></div>
      <form method="dialog"><button>Fermer</button></form></dialog>`;
}
