//! What `guichet new` writes: a rule or an answer to start from, with comments that guide its author. It compiles as it is.

use crate::rules::{CATEGORIES, is_id};
use serde::Deserialize;
use std::fmt::Write;

/// A question of the catalogue and its facts, as `catalogue.jsonl` has them, one a line.
#[derive(Deserialize, Debug, Clone)]
pub struct Entry {
    /// `<theme>.<slug>`.
    pub id: String,
    /// The canonical question.
    pub question: String,
    /// Short sentences that the answer must hold.
    #[serde(default)]
    pub facts: Vec<String>,
    /// Ids of `services.toml`, the main one first.
    #[serde(default)]
    pub services: Vec<String>,
    /// The official page, or "".
    #[serde(default)]
    pub url: String,
    /// Were the facts compared with a page?
    #[serde(default)]
    pub seen: bool,
    /// Do they change often?
    #[serde(default)]
    pub volatile: bool,
}

/// Finds an entry in the lines of a catalogue.
///
/// # Errors
/// A line that is no entry; an id that no line has, with the nearest one.
pub fn entry(catalogue: &str, id: &str) -> Result<Entry, String> {
    let mut ids = Vec::new();
    for (n, line) in catalogue.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let entry: Entry = serde_json::from_str(line).map_err(|e| format!("line {}: {e}", n + 1))?;
        if entry.id == id {
            return Ok(entry);
        }
        ids.push(entry.id);
    }
    let near = crate::rules::diagnostics::nearest(id, ids.iter().map(String::as_str)).map(|n| format!(": did you mean `{n}`?")).unwrap_or_default();
    Err(format!("no entry `{id}` among {}{near}", ids.len()))
}

/// A new item, and the file of the pack that it goes to.
#[derive(Debug)]
pub struct Draft {
    /// Relative to the pack.
    pub path: String,
    /// To be added at the end of the file.
    pub text: String,
}

fn parts(id: &str) -> Result<(&str, &str), String> {
    id.split_once('.')
        .filter(|(theme, slug)| is_id(id) && !theme.is_empty() && !slug.is_empty())
        .ok_or_else(|| format!("`{id}` is no id: a theme, a dot, a name: letters, digits and hyphens (intrusion.bruit-a-l-etage)"))
}

/// TOML of a text, on one line.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// An emergency rule, or, with a service, a route. It is retired until its author says otherwise: made of the words of its id, it must alarm nobody.
///
/// # Errors
/// An id whose theme is no category of emergency, when no service is given.
pub fn rule(id: &str, service: Option<&str>) -> Result<Draft, String> {
    let (theme, slug) = parts(id)?;
    let category = |name: &str| CATEGORIES.iter().any(|c| c.0 == name);
    if service.is_none() && !category(theme) {
        let near = crate::rules::diagnostics::nearest(theme, CATEGORIES.iter().map(|c| c.0)).map(|n| format!(": did you mean `{n}`?")).unwrap_or_default();
        return Err(format!("`{theme}` is no category of emergency{near}; a route says --service ID"));
    }
    let words: Vec<&str> = slug.split(['-', '.', '_']).filter(|w| w.chars().count() > 2).collect();
    let words = if words.is_empty() { vec![slug] } else { words };
    let terms: Vec<String> = words.iter().map(|w| quoted(w)).collect();
    let (table, folder, own) = match service {
        Some(service) => ("route", "routes", format!("service = {}", quoted(service))),
        None => ("emergency", "emergencies", format!("category = {}", quoted(theme))),
    };
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "[[{table}]]");
    let _ = writeln!(text, "# Pour toujours : des messages étiquetés et des statistiques le nomment. / For ever.");
    let _ = writeln!(text, "id = {}", quoted(id));
    let _ = writeln!(text, "{own}");
    let _ = writeln!(text, "# La situation en une phrase, pas les mots du message. / The situation in a sentence.");
    let _ = writeln!(text, "why = \"À écrire.\"");
    let _ = writeln!(text, "# Tout ce qu'il faut : mots, ou familles « @famille » de concepts/. / All of these: words, or families.");
    let _ = writeln!(text, "all = [{}]", terms.join(", "));
    let _ = writeln!(text, "# Pas plus de tant de mots entre eux. / No more words than this between them.");
    let _ = writeln!(text, "within = 12");
    let _ = writeln!(text, "# Cinq messages, comme les gens écrivent vraiment. / Five messages, as people really write.");
    let _ = writeln!(text, "matches = [\n    {},\n]", quoted(&words.join(" ")));
    let _ = writeln!(text, "# Cinq autres avec les mêmes mots, que la règle doit laisser. / Five with the same words that it must leave alone.");
    let _ = writeln!(text, "ignores = [\n    {},\n]", quoted("À quelle heure ouvre la brigade ?"));
    let _ = writeln!(text, "# Retirez cette ligne quand les mots et les messages sont les vôtres. / Remove this line when the words are yours.");
    let _ = writeln!(text, "status = \"retired\"");
    Ok(Draft { path: format!("{folder}/{theme}.toml"), text })
}

/// An answer, from an entry of the catalogue when there is one: its facts stand as the first draft.
///
/// # Errors
/// An id that is none.
pub fn answer(id: &str, entry: Option<&Entry>) -> Result<Draft, String> {
    let (theme, _) = parts(id)?;
    let question = entry.map_or("Question à écrire ?", |e| e.question.as_str());
    let facts = entry.map(|e| e.facts.join("\n")).filter(|f| !f.is_empty()).unwrap_or_else(|| "Réponse à écrire.".to_owned());
    let mut text = String::new();
    let _ = writeln!(text, "[[faq]]");
    let _ = writeln!(text, "id = {}", quoted(id));
    let _ = writeln!(text, "question = {}", quoted(question));
    let _ = writeln!(text, "# 60 à 160 mots, « vous », la réponse directe d'abord. / 60 to 160 words, the direct answer first.");
    if entry.is_some() {
        let _ = writeln!(text, "# Les faits du catalogue sont en place : gardez-les tous. / The catalogue's facts are in place: keep them all.");
    }
    let _ = writeln!(text, "answer = {}", toml::Value::from(facts.as_str()));
    let _ = writeln!(text, "# Vingt façons de le demander, de plusieurs mains. / Twenty ways people put it, by several hands.");
    let _ = writeln!(text, "examples = [\n    {},\n]", quoted(question));
    if let Some(e) = entry {
        let services: Vec<String> = e.services.iter().map(|s| quoted(s)).collect();
        let _ = writeln!(text, "services = [{}]", services.join(", "));
        let _ = writeln!(text, "source = {}", quoted(&e.url));
        if e.volatile {
            let _ = writeln!(text, "# Ces faits changent souvent : notez `reviewed` et `review_by`. / These facts change often.");
        }
        if !e.seen {
            let _ = writeln!(text, "# Faits de mémoire : confirmez-les sur une page officielle, puis écrivez true. / From memory: confirm them.");
        }
    }
    let _ = writeln!(text, "checked = false");
    let _ = writeln!(text, "status = \"draft\"");
    Ok(Draft { path: format!("faq/{theme}.toml"), text })
}
