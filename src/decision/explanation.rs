//! A decision told to a person, read from the same findings that took it.

use super::{Decision, Outcome, sheets};
use crate::matching::Findings;
use crate::matching::clause::Failure;
use crate::matching::context::Quality;
use crate::rules::{Level, Pack, ScoreSheet};
use std::fmt::Write;

/// The whole story in plain text, French.
pub fn tell(pack: &Pack, findings: &Findings, message: &str, decision: &Decision) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    underline(&mut out, message, decision);
    let what = match decision.outcome {
        Outcome::Emergency => "URGENCE : le citoyen est invité à appeler tout de suite",
        Outcome::Draft => "RÉPONSE proposée à un agent",
        Outcome::Route => "ORIENTATION vers un service",
        Outcome::Agent => "UN AGENT lit le message",
    };
    let _ = writeln!(out, "\n{what}");
    if let Some(e) = &decision.emergency {
        let level = if e.level == Level::Now { "maintenant" } else { "possible" };
        let _ = writeln!(out, "  urgence {level}, {} : {} d'abord, puis {} (règle {})", e.category, e.call, e.also.join(", "), e.rule);
        if let Some(s) = &e.silent {
            let _ = writeln!(out, "  ne peut pas parler ou entendre : 114 d'abord (règle {s})");
        }
    }
    if let Some(sheet) = decision.emergency.as_ref().and_then(|e| pack.sheets.iter().find(|s| *s.id == *e.rule)) {
        add_up(&mut out, pack, findings, sheet);
    }
    let also = runners_up(decision);
    if !also.is_empty() {
        let _ = writeln!(out, "  tiennent aussi : {}", also.join(", "));
    }
    for s in &decision.silenced {
        let _ = writeln!(out, "  fait taire par le contexte : {s}");
    }
    if !decision.matches.is_empty() {
        let _ = writeln!(out, "\nCe qui a été reconnu");
        for m in &decision.matches {
            let read = m.corrected.as_ref().map(|c| format!(" lu « {c} »")).unwrap_or_default();
            let cues = if m.context.cues.is_empty() { String::new() } else { format!(" [{}]", m.context.cues.join(", ")) };
            let _ = writeln!(out, "  « {} »{read} : {} pour {} ({}, {}, {}){cues}", m.text, m.term, m.rule, m.context.polarity, m.context.time, m.context.reality);
        }
    }
    if !findings.context.effects().is_empty() {
        let _ = writeln!(out, "\nIndices de contexte");
        for e in findings.context.effects() {
            let cue = &pack.cues[e.cue as usize];
            let (a, b) = findings.bytes(e.at);
            let (c, d) = findings.bytes(e.reach);
            let _ = writeln!(out, "  « {} » : {}{}, portée « {} »", &message[a..b], cue.id, if cue.strong { " (fort)" } else { "" }, &message[c..d]);
        }
    }
    if !decision.answers.is_empty() {
        let _ = writeln!(out, "\nRéponses, de la meilleure à la moins bonne");
        for a in &decision.answers {
            let _ = writeln!(out, "  {:>6}  {}{} (devant la suivante de {})", a.score, a.faq, if a.confident { "  (sûre)" } else { "" }, a.margin);
        }
        for a in decision.answers.iter().take(2) {
            if let Some(i) = pack.answers.iter().position(|f| *f.id.get_ref() == a.faq) {
                let parts = pack.ranking.parts(pack, findings, i as u32);
                let _ = writeln!(out, "  {} :", a.faq);
                for (name, part) in parts.iter().take(8) {
                    let _ = writeln!(out, "    {part:>+6}  {name}");
                }
                let rest: i64 = parts.iter().skip(8).map(|p| p.1).sum();
                if parts.len() > 8 {
                    let _ = writeln!(out, "    {rest:>+6}  (et {} de plus)", parts.len() - 8);
                }
            }
        }
    }
    for s in &decision.services {
        let name = pack.services.get(&s.service).map_or("", |x| x.name.as_str());
        let _ = writeln!(out, "service : {} {name} ({})", s.service, s.why);
    }
    for m in &decision.masked {
        let _ = writeln!(out, "donnée personnelle masquée : {} (octets {} à {})", m.kind, m.start, m.end);
    }
    for l in &decision.limits {
        let _ = writeln!(out, "limite : {l}");
    }
    out
}

/// The points of a score sheet, largest first, and their sum.
fn add_up(out: &mut String, pack: &Pack, findings: &Findings, sheet: &ScoreSheet) {
    let mut parts: Vec<(i32, &str)> =
        sheets::parts(pack, findings, sheet, Quality::Strong).map(|(sign, points)| (points, &*pack.network.names[sign.symbol as usize])).collect();
    parts.sort_by_key(|&(points, name)| (std::cmp::Reverse(points), name));
    let told: Vec<String> = parts.iter().map(|(points, name)| format!("{points:+} {name}")).collect();
    let _ = writeln!(
        out,
        "  {} : {} points, il en faut {} pour une urgence possible, {} hors d'un indice fort de contexte pour maintenant ({})",
        sheet.id,
        sheets::sum(pack, findings, sheet, Quality::Strong),
        sheet.threshold,
        sheet.now,
        told.join(", ")
    );
}

/// What would change the decision, in plain text, French: the words without which it is another one.
pub fn changes(message: &str, without: &[((usize, usize), Decision)]) -> String {
    let mut out = String::new();
    if !without.is_empty() {
        let _ = writeln!(out, "\nCe qui changerait la décision");
    }
    for ((start, end), other) in without {
        let gives = match other.emergency.as_ref() {
            Some(e) if e.level == Level::Now => format!("urgence maintenant ({}, règle {})", e.category, e.rule),
            Some(e) => format!("urgence possible ({}, règle {})", e.category, e.rule),
            None => match (other.outcome, other.answers.first()) {
                (Outcome::Draft, Some(a)) => format!("pas d'urgence ; réponse proposée {}", a.faq),
                (Outcome::Route, _) => "pas d'urgence ; orientation vers un service".to_owned(),
                _ => "pas d'urgence ; un agent lit le message".to_owned(),
            },
        };
        let _ = writeln!(out, "  sans « {} » : {gives}", &message[*start..*end]);
    }
    out
}

/// The rules that also hold, beside the one that decided.
fn runners_up(decision: &Decision) -> Vec<&str> {
    let winner = decision.emergency.as_ref().map_or("", |e| &e.rule);
    let mut rules: Vec<&str> = decision.matches.iter().map(|m| m.rule.as_str()).filter(|r| *r != winner).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// The message, with what matched underlined.
fn underline(out: &mut String, message: &str, decision: &Decision) {
    let mut at = 0;
    for line in message.split_inclusive('\n') {
        let text = line.trim_end_matches(['\n', '\r']);
        let marks: String = text.char_indices().map(|(i, _)| if decision.matches.iter().any(|m| (m.start..m.end).contains(&(at + i))) { '^' } else { ' ' }).collect();
        let _ = writeln!(out, "  {text}");
        if marks.contains('^') {
            let _ = writeln!(out, "  {}", marks.trim_end());
        }
        at += line.len();
    }
}

/// Why a rule did not decide: the first condition that fails, or the cue that demoted it; for a score sheet, its points.
pub fn why_not(pack: &Pack, findings: &Findings, message: &str, rule: &str) -> Result<String, String> {
    let name = |s: &u32| pack.network.names[*s as usize].to_string();
    if let Some(sheet) = pack.sheets.iter().find(|s| *s.id == *rule) {
        let mut out = String::new();
        add_up(&mut out, pack, findings, sheet);
        return Ok(out.trim().to_owned());
    }
    let (clause, level) = if let Some(e) = pack.emergencies.iter().find(|e| &*e.id == rule) {
        (&e.clause, Some(e))
    } else if let Some(r) = pack.routes.iter().find(|r| &*r.id == rule) {
        (&r.clause, None)
    } else {
        let names = pack.emergencies.iter().map(|e| &*e.id).chain(pack.sheets.iter().map(|s| &*s.id)).chain(pack.routes.iter().map(|r| &*r.id));
        let near = crate::rules::diagnostics::nearest(rule, names).map(|n| format!(" Vouliez-vous dire « {n} » ?")).unwrap_or_default();
        return Err(format!("La règle « {rule} » n'existe pas.{near}"));
    };
    Ok(match clause.verify(pack, findings, message) {
        Err(Failure::Missing(symbols, n)) => {
            let terms: Vec<String> = symbols.iter().map(name).collect();
            let quantity = if n > 1 { format!("au moins {n} parmi ") } else { String::new() };
            format!("{rule} : il manque {quantity}{}.", terms.join(" | "))
        }
        Err(Failure::Excluded(s, span)) => {
            let (a, b) = findings.bytes(span);
            format!("{rule} : exclue par « {} » ({}).", &message[a..b], name(&s))
        }
        Err(Failure::Pattern(p)) => format!("{rule} : l'expression {p} ne trouve rien."),
        Err(Failure::Apart) => format!("{rule} : les mots y sont, mais trop loin les uns des autres."),
        Ok(v) if v.quality == Quality::Clean => match level {
            Some(e) => format!("{rule} tient, au niveau {}.", if e.level == Level::Now { "maintenant" } else { "possible" }),
            None => format!("{rule} tient."),
        },
        Ok(v) => {
            let mut cues: Vec<String> = v
                .evidence
                .iter()
                .flat_map(|e| findings.context.over(pack, e.span))
                .filter(|(_, c)| c.means & clause.against != 0)
                .map(|(_, c)| c.id.to_string())
                .collect();
            cues.extend(v.doubt.map(|e| format!("doute : « {} »", name(&e.symbol))));
            format!("{rule} : les mots y sont, le contexte l'abaisse ({}).", cues.join(", "))
        }
    })
}
