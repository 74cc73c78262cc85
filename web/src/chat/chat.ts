// <guichet-chat>: the citizen's chat, as a bubble on any site or, with `full`, as the page itself. What is said and sent is the conversation's business.
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { type Redirect, Refused } from "../api/call";
import { Conversation } from "./conversation";
import { leave, onEscapes } from "./leaving";
import { style } from "./style";
import { chosen, type Language, LANGUAGES, type Words } from "./words/index";

const AWAY = "https://www.service-public.gouv.fr";
/** The longest message that the server takes, in characters. */
const LONGEST = 10_000;

const number = (n: string, words: Words) => (n === "114" ? html`<a href="sms:114">${words.sms.replace("{n}", n)}</a>` : html`<a href=${"tel:" + n}>${n}</a>`);

export class GuichetChat extends LitElement {
  static override styles = style;
  static override properties = {
    full: { type: Boolean, reflect: true },
    large: { type: Boolean, reflect: true },
    server: {},
    away: {},
    language: { state: true },
    unfolded: { state: true },
    alarm: { state: true },
    asking: { state: true },
    note: { state: true },
    placed: { state: true },
  };
  /** Is it the whole page? */
  declare full: boolean;
  declare large: boolean;
  /** Origin of the program. */
  declare server: string;
  /** Where the quick exit leads. */
  declare away: string;
  private declare language: Language;
  private declare unfolded: boolean;
  /** The redirect that has the screen. */
  private declare alarm: Redirect | null;
  /** A question to the citizen that waits for yes or no. */
  private declare asking: boolean;
  private declare note: string;
  /** Was the commune told, or passed over? */
  private declare placed: boolean;
  #talk: Conversation | null = null;
  #told = "";
  #stop: () => void = () => {};

  constructor() {
    super();
    this.full = this.large = this.unfolded = this.asking = this.placed = false;
    this.server = "";
    this.away = AWAY;
    this.language = chosen(navigator.languages);
    this.alarm = null;
    this.note = "";
  }

  override connectedCallback() {
    super.connectedCallback();
    // What stood here for a browser without script.
    this.replaceChildren();
    this.#stop = onEscapes(this.#leave);
    this.#talk ??= new Conversation(this.server, this.#changed);
  }

  override disconnectedCallback() {
    this.#stop();
    super.disconnectedCallback();
  }

  #changed = (redirect?: Redirect) => {
    // The same words do not take the screen twice.
    if (redirect?.level === "now" && redirect.text !== this.#told) {
      this.#told = redirect.text;
      this.alarm = redirect;
      void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>("#numbers a")?.focus());
    }
    this.requestUpdate();
  };

  #leave = () => {
    this.#talk?.forget();
    leave(this.away);
  };

  #field = <E extends HTMLElement = HTMLInputElement>(id: string) => this.renderRoot.querySelector<E>("#" + id);

  #write = (e: Event) => {
    e.preventDefault();
    const field = this.#field<HTMLTextAreaElement>("text");
    if (!field?.value.trim()) return;
    this.note = "";
    this.#talk?.write(field.value);
    field.value = "";
    field.focus();
  };

  #keys = (e: KeyboardEvent) => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) this.#write(e);
  };

  #tried = async (work: Promise<unknown> | undefined, done = "") => {
    try {
      await work;
      this.note = done;
    } catch (e) {
      const words = LANGUAGES[this.language];
      if (e instanceof Refused) this.note = e.status === 404 ? words["unknown-code"] : e.status === 0 || e.status >= 500 ? words.offline : words.refused;
    }
    this.requestUpdate();
  };

  #place = (e: Event) => {
    e.preventDefault();
    const place = this.#field("commune")?.value.trim();
    if (!place) return;
    this.placed = true;
    this.#talk?.write(LANGUAGES[this.language].placeSaid.replace("{p}", place));
  };

  #resume = (e: Event) => {
    e.preventDefault();
    const given = (this.#field("given")?.value ?? "").toUpperCase().replace(/[^0-9A-Z]/g, "");
    void this.#tried(this.#talk?.resume(given));
  };

  #erase = async () => {
    this.asking = false;
    await this.#tried(this.#talk?.erase().then(() => (this.#talk = new Conversation(this.server, this.#changed))), LANGUAGES[this.language].erased);
    this.#told = "";
  };

  #rate = (e: Event) => {
    e.preventDefault();
    const score = this.renderRoot.querySelector<HTMLInputElement>("#rate input:checked");
    if (score) void this.#tried(this.#talk?.rate(Number(score.value), this.#field("word")?.value ?? ""), LANGUAGES[this.language].thanks);
  };

  override render() {
    const words: Words = LANGUAGES[this.language], lang = this.language.slice(0, 2);
    if (!this.full && !this.unfolded) return html`<button class="bubble first" lang=${lang} @click=${() => this.#unfold(true)}>${words.open}</button>`;
    // Page or panel: the landmarks of a page belong to the site around a panel.
    const covered = this.alarm !== null;
    const inside = html`${this.#top(words)}${this.full ? html`<main>${this.#middle(words)}</main>` : this.#middle(words)}`;
    const panel = this.full
      ? html`<div class="panel" ?inert=${covered} lang=${lang}>${inside}</div>`
      : html`<section class="panel" role="dialog" aria-label=${words.title} ?inert=${covered} lang=${lang}>${inside}</section>`;
    return html`${panel}${this.alarm ? this.#alarmed(this.alarm, words, lang) : nothing}`;
  }

  #unfold(open: boolean) {
    this.unfolded = open;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(open ? "#text" : ".bubble")?.focus());
  }

  #top(words: Words) {
    const parts = words.urgent.split(/\{(\d+)\}/);
    const urgent = html`<p><strong>${parts.map((p, i) => (i % 2 ? html`<a href=${(p === "114" ? "sms:" : "tel:") + p}>${p}</a>` : p))}</strong></p>`;
    const fold = this.full ? nothing : html`<button type="button" @click=${() => this.#unfold(false)}>${words.fold}</button>`;
    const inside = html`${urgent}${fold}${this.#exit(words)}`;
    return this.full ? html`<header>${inside}</header>` : html`<header role="presentation">${inside}</header>`;
  }

  #exit = (words: Words) =>
    html`<a class="leave" href=${this.away} rel="noreferrer" @click=${(e: Event) => { e.preventDefault(); this.#leave(); }}>${words.leave}</a>`;

  #alarmed = (r: Redirect, words: Words, lang: string) => html`<section id="alarm" role="alertdialog" aria-modal="true" aria-label=${words.alarm} aria-describedby="alarmtext" lang=${lang}>
    <p id="alarmtext">${r.text}</p>
    <p id="numbers" class="numbers">${this.#numbers(r, words)}</p>
    <div class="row"><button id="goon" @click=${this.#goOn}>${words.goOn}</button>${this.#exit(words)}</div>
  </section>`;

  /** The 114 is always there: it is for who cannot speak. */
  #numbers = (r: Redirect, words: Words) => [...new Set([r.call, ...r.also, "114"])].map((n) => number(n, words));

  #goOn = () => {
    this.alarm = null;
    void this.updateComplete.then(() => this.#field("text")?.focus());
  };

  #middle(words: Words): TemplateResult {
    const talk = this.#talk, reminder = talk?.redirect;
    return html`<h1>${words.title}</h1>
      <div class="tools">
        <label>${words.language} <select id="language" @change=${(e: Event) => (this.language = (e.target as HTMLSelectElement).value as Language)}>
          ${Object.entries(LANGUAGES).map(([id, w]) => html`<option value=${id} lang=${id.slice(0, 2)} ?selected=${id === this.language}>${w.name}</option>`)}</select></label>
        <button type="button" id="large" aria-pressed=${this.large} @click=${() => (this.large = !this.large)}>${words.large}</button>
      </div>
      <p>${words.who}</p>
      <p><small>${words.leaveHint}</small></p>
      ${reminder ? html`<section id="reminder" class="reminder" role="alert"><p>${reminder.text}</p><p class="numbers">${this.#numbers(reminder, words)}</p></section>` : nothing}
      <div role="log" aria-label=${words.log}><ol id="messages" class="log">
        ${talk?.told.map((m) => html`<li class=${m.kind}><b>${this.#speaker(m.kind, words)}</b><p>${m.text}</p></li>`)}
        ${talk?.outgoing.map((o) => html`<li class="citizen outgoing"><b>${words.citizen}</b><p>${o.text}</p>${o.received ? nothing : html`<small>${words.outgoing}</small>`}</li>`)}
      </ol></div>
      <p id="status" role="status">${this.note || (talk ? words[talk.line] : "")} ${talk?.state === "closed" ? words.closed : ""}</p>
      ${talk?.code ? html`<p id="codeline">${words.code} <strong id="code" class="code">${talk.code.match(/.{1,4}/g)?.join("-")}</strong> <small>${words.codeHint}</small></p>` : nothing}
      ${this.#asksPlace ? html`<form id="place" @submit=${this.#place}><label for="commune">${words.place}</label><input id="commune" maxlength="80" autocomplete="off">
        <div class="row"><button>${words.placeSend}</button><button type="button" id="skip" @click=${() => (this.placed = true)}>${words.placeSkip}</button></div></form>` : nothing}
      <form id="write" @submit=${this.#write}>
        <label for="text">${words.text}</label>
        <textarea id="text" maxlength=${LONGEST} autocomplete="off" @keydown=${this.#keys}></textarea>
        <button class="first">${words.send}</button>
      </form>
      ${talk?.code ? this.#end(words) : this.#back(words)}`;
  }

  /** Asked once, when a service or a person must know where; never beside something that tells to call. */
  get #asksPlace() {
    const talk = this.#talk;
    return !this.placed && !talk?.redirect && (talk?.state === "routed" || talk?.state === "waiting");
  }

  #speaker = (kind: string, words: Words) => (kind === "citizen" ? words.citizen : kind === "answer" ? words.answer : words.machine);

  #back = (words: Words) => html`<details id="back">
    <summary>${words.haveCode}</summary>
    <form id="resume" @submit=${this.#resume}>
      <label for="given">${words.codeLabel}</label>
      <input id="given" autocomplete="off" autocapitalize="characters" spellcheck="false" required>
      <button>${words.resume}</button>
    </form>
  </details>`;

  #end(words: Words) {
    const talk = this.#talk, over = talk?.state === "answered" || talk?.state === "closed";
    return html`<section id="end" aria-label=${words.end}>
      ${over && !talk?.rated ? html`<form id="rate" @submit=${this.#rate}>
        <fieldset class="scale"><legend>${words.rate}</legend>
          ${Array.from({ length: 11 }, (_, n) => html`<label><input type="radio" name="score" value=${n} required>${n}</label>`)}</fieldset>
        <label for="word">${words.word}</label><input id="word" maxlength="500" autocomplete="off">
        <button>${words.giveRating}</button>
      </form>` : nothing}
      <div class="row">
        ${talk?.state === "closed" ? nothing : html`<button id="close" type="button" @click=${() => this.#tried(talk?.close())}>${words.end}</button>`}
        <button id="erase" type="button" @click=${() => (this.asking = true)}>${words.erase}</button>
      </div>
      ${this.asking ? html`<div role="alert" class="reminder"><p>${words.eraseSure}</p><div class="row"><button id="yes" @click=${this.#erase}>${words.yes}</button><button id="no" @click=${() => (this.asking = false)}>${words.no}</button></div></div>` : nothing}
    </section>`;
  }
}
