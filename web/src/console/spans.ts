// A message with what the engine recognised underlined, by the bytes of the message as received.
import { html, type TemplateResult } from "lit";
import type { Schemas } from "../api/call";

export type Decision = Schemas["Decision"];
type Match = Schemas["Match"];

/** Why a term counts, in words. */
export const told = (m: Match) => `${m.rule} : ${m.term}${m.corrected ? `, lu « ${m.corrected} »` : ""}${m.context.polarity === "negated" ? ", nié" : ""}${m.context.cues?.length ? ` (${m.context.cues.join(", ")})` : ""}`;

export function underlined(text: string, matches: readonly Match[]): TemplateResult {
  const bytes = new TextEncoder().encode(text), read = (a: number, b: number) => new TextDecoder().decode(bytes.slice(a, b));
  const parts: unknown[] = [];
  let at = 0;
  for (const m of [...matches].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (m.start < at) continue;
    parts.push(read(at, m.start), html`<mark title=${told(m)}>${read(m.start, m.end)}</mark>`);
    at = m.end;
  }
  parts.push(read(at, bytes.length));
  return html`<p class="said">${parts}</p>`;
}
