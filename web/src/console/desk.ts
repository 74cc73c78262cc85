// The desk as the console knows it: who is signed in, the queue, the contact open. Calls the server; touches no page.
import { call, Refused, type Schemas } from "../api/call";

export type Queued = Schemas["Queued"];
export type Dossier = Schemas["Dossier"];
export type Act = "take" | "release" | "close" | "ask" | "give";
export type Found = Schemas["Found"];
export type Why = Schemas["Why"];

/** Acts that come in a burst make one reading of the queue. */
const BURST = 150;
/** Contacts asked for at once: the most that the server gives. */
const PAGE = 500;

const contact = "/api/v1/desk/contacts/{id}";

export class Desk {
  session: Schemas["Session"] | null = null;
  queue: Queued[] = [];
  current: string | null = null;
  dossier: Dossier | null = null;
  /** The words of the answer, and the revision that they change; none for a new draft. */
  words = "";
  revision: number | null = null;
  edited = false;
  status = "";
  #source: EventSource | null = null;
  #timer = 0;

  constructor(private readonly changed: () => void) {}

  get #guard() {
    return { "x-guichet-csrf": this.session?.csrf ?? "" };
  }

  get mine() {
    return this.dossier?.contact.lease?.agent === this.session?.name && this.held !== null;
  }

  /** Who holds the open contact, as long as the hold lasts. */
  get held() {
    const lease = this.dossier?.contact.lease;
    return lease && lease.until > Date.now() ? lease.agent : null;
  }

  /** Present emergencies that nobody took. */
  get alarms() {
    return this.queue.filter((c) => c.level === "now" && !c.held_by && c.state !== "answered");
  }

  /** Runs work and says what failed. */
  async tried<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      if (e.status === 401) this.#out();
      const { title_fr, detail } = e.problem;
      this.status = title_fr ? title_fr + (detail ? ` (${detail})` : "") : "Le service ne répond pas.";
      this.changed();
      return undefined;
    }
  }

  async resume() {
    try {
      await this.#in(await call("", "get", "/api/v1/desk/session"));
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
    }
  }

  /** Throws `Refused`. */
  async signIn(name: string, password: string, code: string) {
    await this.#in(await call("", "post", "/api/v1/desk/session", { body: { name, password, ...(code ? { code } : {}) } }));
  }

  async signOut() {
    await this.tried(call("", "delete", "/api/v1/desk/session", { headers: this.#guard }));
    this.#out();
  }

  async #in(session: Schemas["Session"]) {
    this.session = session;
    this.status = "";
    this.changed();
    await this.refresh();
    this.#source = new EventSource("/api/v1/desk/events");
    this.#source.addEventListener("act", (e) => {
      const act = JSON.parse(e.data as string) as { contact: string };
      this.#timer ||= setTimeout(() => {
        this.#timer = 0;
        void this.refresh();
      }, BURST);
      if (act.contact === this.current) void this.#read();
    });
    // What was missed while the line was cut.
    this.#source.addEventListener("open", () => void this.refresh());
  }

  #out() {
    this.#source?.close();
    this.session = this.dossier = this.current = null;
    this.queue = [];
    this.changed();
  }

  /** Reads the whole queue, page after page. */
  async refresh() {
    const contacts: Queued[] = [];
    let after: string | null | undefined = "";
    do {
      const page: Schemas["Queue"] | undefined = await this.tried(call("", "get", "/api/v1/desk/queue", { query: { limit: String(PAGE), ...(after ? { after } : {}) } }));
      if (!page) return;
      contacts.push(...page.contacts);
      after = page.next;
    } while (after);
    this.queue = contacts;
    this.changed();
  }

  async open(id: string) {
    this.current = id;
    this.edited = false;
    this.revision = null;
    this.words = this.status = "";
    await this.#read();
  }

  async #read() {
    const id = this.current;
    if (!id) return;
    const read = await this.tried(call("", "get", contact, { at: { id } }));
    // Another one was opened meanwhile.
    if (!read || id !== this.current) return;
    this.dossier = read;
    const draft = read.contact.draft, waits = draft && (draft.status === "proposed" || draft.status === "edited");
    if (!this.edited) {
      this.words = waits ? draft.text : "";
      this.revision = waits ? draft.revision : null;
    } else if (waits && draft.revision !== this.revision) {
      this.status = "Le projet a changé pendant que vous écriviez : relisez l’échange avant d’envoyer.";
    }
    this.changed();
  }

  write(words: string) {
    this.words = words;
    this.edited = true;
  }

  async act(act: Act) {
    const id = this.current;
    if (!id) return;
    const done = await this.tried(call("", "post", `${contact}/${act}`, { at: { id }, headers: this.#guard }));
    if (done) this.status = { take: "Échange pris.", release: "Échange rendu.", close: "Échange clos.", ask: "Échange demandé à qui le tient.", give: "Échange donné." }[act];
    await Promise.all([this.#read(), this.refresh()]);
  }

  async #draft(id: string, text: string, faq?: string): Promise<number> {
    const body: Schemas["Writing"] = this.revision === null || faq ? { text, ...(faq ? { faq } : {}) } : { text, revision: this.revision };
    const done = (await call("", "post", `${contact}/draft`, { at: { id }, headers: this.#guard, body })) as { revision?: number };
    this.revision = done.revision ?? null;
    this.edited = false;
    return done.revision ?? 0;
  }

  /** Starts from an answer of the base. */
  async propose(text: string, faq: string) {
    const id = this.current;
    if (id && (await this.tried(this.#draft(id, text, faq))) !== undefined) await this.#read();
  }

  /** Keeps what was edited as a revision, approves it: it leaves. */
  async send() {
    const id = this.current, text = this.words;
    if (!id || !text.trim()) return;
    const sent = await this.tried((async () => {
      const revision = this.edited || this.revision === null ? await this.#draft(id, text) : this.revision;
      await call("", "post", `${contact}/approve`, { at: { id }, headers: this.#guard, body: { revision } });
      return true;
    })());
    if (!sent) return;
    this.edited = false;
    this.status = "Réponse envoyée.";
    await Promise.all([this.#read(), this.refresh()]);
  }

  async refuse(reason: string, why: Why) {
    const id = this.current, revision = this.revision;
    if (!id || revision === null) return;
    if (!(await this.tried(call("", "post", `${contact}/refuse`, { at: { id }, headers: this.#guard, body: { revision, reason, why } }).then(() => true)))) return;
    this.edited = false;
    this.status = "Projet refusé.";
    await this.#read();
  }

  /** Writes a note that only agents read. */
  async note(text: string) {
    const id = this.current;
    if (!id || !text.trim()) return;
    const done = await this.tried(call("", "post", `${contact}/note`, { at: { id }, headers: this.#guard, body: { text } }).then(() => true));
    if (done) this.status = "Note écrite.";
    await this.#read();
  }

  /** Hands the contact over to a service; the address that the service opens is told once. */
  async handOver(service: string, summary: string) {
    const id = this.current;
    if (!id) return;
    const handed = await this.tried(call("", "post", `${contact}/hand-over`, { at: { id }, headers: this.#guard, body: { service, summary } }));
    if (handed) this.status = `Transmis. Adresse à donner au service, montrée cette seule fois : ${location.origin}${handed.address}`;
    await Promise.all([this.#read(), this.refresh()]);
  }

  /** Contacts and answers that hold the words. */
  search(q: string, signal: AbortSignal) {
    return this.tried(call("", "get", "/api/v1/desk/search", { query: { q }, signal }));
  }
}
