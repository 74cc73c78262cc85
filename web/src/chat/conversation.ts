// A citizen's conversation: what is written, what was sent, what came. It lives in memory only: a device keeps no trace of it. No page is touched here.
import { call, type Redirect, Refused, type Schemas } from "../api/call";

type Kept = Schemas["Kept"];

/** Words on their way. The key makes them one message however often they are sent. */
interface Outgoing {
  key: string;
  text: string;
  /** Received by the server, and not yet seen in the stream. */
  received: boolean;
}

/** What the page must say of the network, in the order in which it got worse. */
export type Line = "idle" | "sending" | "kept" | "waiting" | "offline" | "refused" | "unknown-code";

const FIRST_WAIT = 1000, LONGEST_WAIT = 15_000;

export class Conversation {
  code = "";
  state = "";
  rated = false;
  line: Line = "idle";
  redirect: Redirect | null = null;
  /** The messages told by the server, by their place. */
  readonly told: Schemas["Told"][] = [];
  readonly outgoing: Outgoing[] = [];
  #source: EventSource | null = null;
  #gone = new AbortController();
  #timer = 0;
  #wait = FIRST_WAIT;
  #busy = false;

  constructor(readonly server: string, private readonly changed: (redirect?: Redirect) => void) {
    addEventListener("online", this.#online);
  }

  #online = () => {
    this.#wait = FIRST_WAIT;
    void this.#send();
  };

  /** Takes words to send; they are sent in order, again and again until the server has them. */
  write(text: string) {
    this.outgoing.push({ key: crypto.getRandomValues(new Uint32Array(4)).join("-"), text, received: false });
    void this.#send();
  }

  async #send() {
    clearTimeout(this.#timer);
    const next = this.outgoing.find((o) => !o.received);
    if (!next || this.#busy) return;
    this.#busy = true;
    if (this.line !== "offline") this.line = "sending";
    this.changed();
    const options = { body: { text: next.text }, headers: { "idempotency-key": next.key }, signal: this.#gone.signal };
    let again = false;
    try {
      let kept: Kept;
      if (this.code) {
        const received = await call(this.server, "post", "/api/v1/contacts/{code}/messages", { ...options, at: { code: this.code } });
        kept = received.kept;
        this.#tell(received.redirect);
      } else {
        const opened = await call(this.server, "post", "/api/v1/contacts", options);
        kept = opened.kept;
        this.#tell(opened.redirect);
        // What could not be kept at its opening is opened anew.
        if (kept !== "lost") this.code = opened.code;
      }
      again = kept === "lost" || kept === "pending";
      next.received = !again;
      this.line = kept === "stored" ? "kept" : "waiting";
      if (kept !== "lost") this.#listen(kept === "stored" ? 0 : 2000);
    } catch (e) {
      if (!(e instanceof Refused)) return;
      this.#tell(e.problem.redirect);
      again = e.status === 0 || e.status === 429 || e.status >= 500;
      this.line = again ? "offline" : e.status === 404 ? "unknown-code" : "refused";
      if (!again) this.outgoing.splice(this.outgoing.indexOf(next), 1);
    } finally {
      this.#busy = false;
    }
    this.changed();
    if (again) {
      this.#timer = setTimeout(() => void this.#send(), this.#wait);
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    } else {
      this.#wait = FIRST_WAIT;
      void this.#send();
    }
  }

  #tell(redirect: Redirect | null | undefined) {
    if (!redirect) return;
    this.redirect = redirect;
    this.changed(redirect);
  }

  /** Goes on with the conversation of a code. Throws `Refused`. */
  async resume(code: string) {
    const read = await call(this.server, "get", "/api/v1/contacts/{code}", { at: { code }, signal: this.#gone.signal });
    this.code = code;
    this.rated = read.rated;
    this.line = "idle";
    this.#listen(0);
  }

  /** A contact that waits in the spool has no stream yet: asked for until it has. */
  #listen(wait: number) {
    if (this.#source && this.#source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => {
      if (!this.code || (this.#source && this.#source.readyState !== EventSource.CLOSED)) return;
      const source = (this.#source = new EventSource(`${this.server}/api/v1/contacts/${this.code}/events`));
      source.addEventListener("message", (e) => this.#add(JSON.parse(e.data) as Schemas["Told"]));
      source.addEventListener("state", (e) => {
        this.state = e.data as string;
        this.changed();
      });
      source.addEventListener("open", () => {
        if (this.line === "offline" && !this.outgoing.some((o) => !o.received)) this.line = "idle";
        this.changed();
      });
      source.addEventListener("error", () => {
        if (!this.code) return;
        // The browser tries again by itself, unless it gave up.
        if (this.line !== "waiting") this.line = "offline";
        if (source.readyState === EventSource.CLOSED) this.#listen(3000);
        this.changed();
      });
    }, wait);
  }

  #add(message: Schemas["Told"]) {
    if (this.told.some((m) => m.seq === message.seq)) return;
    this.told.push(message);
    if (message.kind === "citizen") {
      const sent = this.outgoing.findIndex((o) => o.text === message.text);
      const [own] = sent >= 0 ? this.outgoing.splice(sent, 1) : [];
      // Its answer was lost on the way, the message was not.
      if (own && !own.received) this.line = "kept";
    }
    this.changed();
  }

  /** Ends the conversation. Throws `Refused`. */
  close = () => call(this.server, "post", "/api/v1/contacts/{code}/close", { at: { code: this.code } });

  /** Gives a mark from 0 to 10. Throws `Refused`. */
  async rate(score: number, word: string) {
    await call(this.server, "post", "/api/v1/contacts/{code}/rating", { at: { code: this.code }, body: { score, word } });
    this.rated = true;
    this.changed();
  }

  /** Erases the words at the server, then here. Throws `Refused`. */
  async erase() {
    await call(this.server, "delete", "/api/v1/contacts/{code}", { at: { code: this.code } });
    this.forget();
  }

  /** Forgets everything here; nothing under way goes on. */
  forget() {
    this.#gone.abort();
    this.#source?.close();
    clearTimeout(this.#timer);
    removeEventListener("online", this.#online);
    this.code = "";
    this.told.length = this.outgoing.length = 0;
    this.redirect = null;
  }
}
