// The supervisor's board: what the queue says as a whole, as it changes.
import { html, type TemplateResult } from "lit";
import type { Queued } from "./desk";
import { LEVELS, minutes, STATES } from "./names";

const ORDER = ["now", "possible", "none"];

export function board(queue: readonly Queued[]): TemplateResult {
  const states = [...new Set(queue.map((c) => c.state))].sort(), agents = [...new Set(queue.flatMap((c) => c.held_by ?? []))].sort();
  const count = (level: string, state: string) => queue.filter((c) => c.level === level && c.state === state).length;
  const free = queue.filter((c) => !c.held_by);
  const longest = (level: string) => free.filter((c) => c.level === level).reduce((most, c) => Math.max(most, minutes(c.since)), 0);
  return html`<h2>Tableau</h2>
    <table id="levels"><caption>Échanges en cours (${queue.length})</caption>
      <thead><tr><th scope="col">Niveau</th>${states.map((s) => html`<th scope="col">${STATES[s] ?? s}</th>`)}<th scope="col">sans agent</th><th scope="col">plus longue attente</th></tr></thead>
      <tbody>${ORDER.map((l) => html`<tr><th scope="row">${LEVELS[l] || "ordinaire"}</th>${states.map((s) => html`<td>${count(l, s)}</td>`)}<td>${free.filter((c) => c.level === l).length}</td><td>${longest(l)} min</td></tr>`)}</tbody></table>
    <table id="agents"><caption>Qui tient quoi</caption><thead><tr><th scope="col">Agent</th><th scope="col">Échanges</th></tr></thead>
      <tbody>${agents.length ? agents.map((a) => html`<tr><th scope="row">${a}</th><td>${queue.filter((c) => c.held_by === a).length}</td></tr>`) : html`<tr><td colspan="2">Personne ne tient d’échange.</td></tr>`}</tbody></table>`;
}
