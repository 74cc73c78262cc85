// <guichet-queue>: who waits, in order. Only the rows on the screen are in the page, so that ten thousand contacts scroll as ten do.
import { css, html, LitElement } from "lit";
import { type Queued } from "./desk";
import { LEVELS, minutes, STATES } from "./names";

/** Height of a row in pixels; rows kept above and below the screen. */
const ROW = 72, SPARE = 6;

export class GuichetQueue extends LitElement {
  static override styles = css`
    :host { display: block; overflow-y: auto; height: 100% }
    ol { list-style: none; margin: 0; padding: 0; box-sizing: border-box }
    li { height: ${ROW}px; box-sizing: border-box; padding: 2px 4px }
    button { font: inherit; color: inherit; text-align: start; width: 100%; height: 100%; padding: .25rem .6rem; background: var(--paper); border: 1px solid var(--line); border-inline-start-width: .4rem; border-radius: var(--radius); cursor: pointer; overflow: hidden }
    button.now { border-color: var(--danger) } button.possible { border-inline-start-color: var(--warn) }
    button[aria-current="true"] { background: var(--soft); outline: 2px solid var(--accent); outline-offset: -2px }
    button:focus-visible { outline: 3px solid var(--focus); outline-offset: -3px }
    b, small { display: block; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
    .now b { color: var(--danger) }
    @media (forced-colors: active) { button.now { border: 4px double } }
  `;
  static override properties = { contacts: { attribute: false }, current: {}, from: { state: true }, shown: { state: true } };
  declare contacts: Queued[];
  declare current: string | null;
  private declare from: number;
  private declare shown: number;
  #size = new ResizeObserver(() => this.#look());

  constructor() {
    super();
    this.contacts = [];
    this.current = null;
    this.from = 0;
    this.shown = 20;
    this.addEventListener("scroll", () => this.#look(), { passive: true });
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#size.observe(this);
  }

  override disconnectedCallback() {
    this.#size.disconnect();
    super.disconnectedCallback();
  }

  #look() {
    this.from = Math.max(0, Math.floor(this.scrollTop / ROW) - SPARE);
    this.shown = Math.ceil(this.clientHeight / ROW) + 2 * SPARE;
  }

  /** Brings a contact to the screen and to the keyboard. */
  async show(id: string) {
    const i = this.contacts.findIndex((c) => c.id === id);
    if (i < 0) return;
    const top = i * ROW;
    if (top < this.scrollTop) this.scrollTop = top;
    else if (top + ROW > this.scrollTop + this.clientHeight) this.scrollTop = top + ROW - this.clientHeight;
    this.#look();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`button[data-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
  }

  protected override updated() {
    // The empty room above and below: set through the object model, which the policy lets through.
    const list = this.renderRoot.querySelector("ol"), last = Math.min(this.contacts.length, this.from + this.shown);
    if (!list) return;
    list.style.paddingTop = `${this.from * ROW}px`;
    list.style.paddingBottom = `${Math.max(0, this.contacts.length - last) * ROW}px`;
  }

  override render() {
    const rows = this.contacts.slice(this.from, this.from + this.shown);
    return html`<ol role="list" aria-label="File">
      ${rows.map((c, i) => html`<li aria-setsize=${this.contacts.length} aria-posinset=${this.from + i + 1}>
        <button type="button" class=${c.level} data-id=${c.id} aria-current=${c.id === this.current ? "true" : "false"} @click=${() => this.dispatchEvent(new CustomEvent("pick", { detail: c.id }))}>
          <b>${[LEVELS[c.level], STATES[c.state] ?? c.state, `${minutes(c.since)} min`, c.held_by ? `tenu par ${c.held_by}` : "", c.language && c.language !== "fr" ? c.language : "", c.theme].filter(Boolean).join(" · ")}</b><small>${c.excerpt}</small>
        </button></li>`)}
    </ol>`;
  }
}
customElements.define("guichet-queue", GuichetQueue);
