// <guichet-trial>: the author's page. A message is decided on as one types; nothing is kept.
import { html, LitElement, nothing } from "lit";
import { call, Refused, type Schemas } from "../api/call";
import { type Decision, underlined } from "./spans";
import { controls, desk } from "./style";
import { why } from "./why";

/** A pause in typing, in milliseconds, after which the message is read. */
const PAUSE = 80;

interface Ready { pack: Schemas["PackName"]; emergencies: number; routes: number; answers: number; reload: unknown }

export class GuichetTrial extends LitElement {
  static override styles = [controls, desk];
  static override properties = { text: { state: true }, decision: { state: true }, ready: { state: true }, failed: { state: true } };
  private declare text: string;
  private declare decision: Decision | null;
  private declare ready: Ready | null;
  private declare failed: string;
  #timer = 0;
  #asked = new AbortController();

  constructor() {
    super();
    this.text = this.failed = "";
    this.decision = this.ready = null;
  }

  override connectedCallback() {
    super.connectedCallback();
    document.title = "Guichet — essayer un message";
    void call("", "get", "/readyz").then((r) => (this.ready = r as unknown as Ready)).catch(() => (this.failed = "Le service ne répond pas."));
  }

  #typed = (e: Event) => {
    const text = (e.target as HTMLTextAreaElement).value;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#read(text), PAUSE);
  };

  async #read(text: string) {
    this.#asked.abort();
    this.#asked = new AbortController();
    if (!text.trim()) {
      this.decision = null;
      return;
    }
    try {
      this.decision = (await call("", "post", "/api/v1/triage", { body: { text }, signal: this.#asked.signal })) as Decision;
      this.text = text;
      this.failed = "";
    } catch (e) {
      if (e instanceof Refused) this.failed = e.problem.title_fr ?? "Le service ne répond pas.";
    }
  }

  override render() {
    const d = this.decision, pack = this.ready?.pack;
    return html`<main>
      <h1>Essayer un message</h1>
      <p>Rien n’est envoyé ni gardé. Urgence ? Appelez le <a href="tel:17">17</a> ou le <a href="tel:112">112</a> ; sans parler, SMS au <a href="sms:114">114</a>.</p>
      ${pack ? html`<p id="pack">Jeu de règles <b>${pack.name} ${pack.version}</b> (<code>${pack.hash.slice(0, 12)}</code>) : ${this.ready?.emergencies} règles d’urgence, ${this.ready?.routes} orientations, ${this.ready?.answers} réponses. Dernier chargement : ${JSON.stringify(this.ready?.reload)}.</p>` : nothing}
      <label for="text">Message</label>
      <textarea id="text" autocomplete="off" rows="5" @input=${this.#typed}></textarea>
      <p role="status">${this.failed}</p>
      <section id="out" aria-live="polite" aria-label="Décision">${d ? html`${underlined(this.text, d.matches)}${why(d)}` : nothing}</section>
      ${d ? html`<details><summary>La décision, en JSON</summary><pre tabindex="0">${JSON.stringify(d, null, 1)}</pre></details>` : nothing}
    </main>`;
  }
}
