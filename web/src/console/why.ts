// Why a message was decided so: rules, terms, context, who came second.
import { html, nothing, type TemplateResult } from "lit";
import { OUTCOMES } from "./names";
import { type Decision } from "./spans";

export function why(d: Decision): TemplateResult {
  const e = d.emergency, [first, second] = d.answers;
  return html`<p><b>${OUTCOMES[d.outcome]}</b>${e ? html` — <span class="urgent">${e.level === "now" ? "urgence" : "urgence possible"}</span>, ${e.category}, appeler le ${e.call} ; règle <code>${e.rule}</code>` : nothing}. Langue : ${d.language}.</p>
    ${d.matches.length ? html`<table><caption>Ce qui a été reconnu</caption><thead><tr><th scope="col">Mots</th><th scope="col">Règle</th><th scope="col">Terme</th><th scope="col">Contexte</th></tr></thead>
      <tbody>${d.matches.map((m) => html`<tr><td>${m.text}${m.corrected ? ` (lu « ${m.corrected} »)` : ""}</td><td>${m.rule}</td><td>${m.term}</td><td>${[m.context.polarity, m.context.time, m.context.reality].filter((c) => c !== "affirmed" && c !== "unspecified" && c !== "asserted").join(", ") || "affirmé"}${m.context.cues?.length ? ` (${m.context.cues.join(", ")})` : ""}</td></tr>`)}</tbody></table>` : html`<p>Aucun mot d’une règle.</p>`}
    ${d.silenced?.length ? html`<p>Règles d’urgence que le contexte a fait taire : ${d.silenced.join(" ; ")}.</p>` : nothing}
    ${first ? html`<p>Première réponse : <b>${first.faq}</b> (${first.score} points, ${first.margin} d’avance${first.confident ? ", sûre" : ", pas assez sûre"})${second ? html` ; ensuite ${second.faq} (${second.score})` : nothing}.</p>` : nothing}
    ${d.services.length ? html`<p>Services : ${d.services.map((s) => `${s.service} (${s.why})`).join(", ")}.</p>` : nothing}`;
}
