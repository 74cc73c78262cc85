//! Rasa's training file, `nlu.yml` ↔ labelled messages: an intent is an answer, its examples are messages. Marks of entities are read as their words.
//!
//! Source: Rasa 3.x, "NLU Training Data" (examples as a block of lines that start with `- `, or as a list with `text`).

use serde::Deserialize;
use std::fmt::Write;

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    nlu: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    intent: Option<String>,
    examples: Option<Examples>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Examples {
    Lines(String),
    List(Vec<Example>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Example {
    Bare(String),
    With { text: String },
}

/// `(intent, message)`, in the order of the file. Synonyms, look-ups and regexes are passed over: they are about entities.
///
/// # Errors
/// What is no such file.
pub fn read(text: &str) -> Result<Vec<(String, String)>, String> {
    let file: File = serde_saphyr::from_str(text).map_err(|e| format!("not a Rasa file: {e}"))?;
    let mut all = Vec::new();
    for group in file.nlu {
        let (Some(intent), Some(examples)) = (group.intent, group.examples) else { continue };
        let texts: Vec<String> = match examples {
            Examples::Lines(block) => block.lines().map(|l| l.trim().trim_start_matches('-').trim().to_owned()).filter(|l| !l.is_empty()).collect(),
            Examples::List(list) => {
                let text = |e| match e {
                    Example::Bare(text) | Example::With { text } => text,
                };
                list.into_iter().map(text).collect()
            }
        };
        all.extend(texts.iter().map(|t| (intent.clone(), plain(t))));
    }
    Ok(all)
}

/// `[demain](date)` and `[demain]{"entity": "date"}` are `demain`.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        out.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let marked = after.find(']').and_then(|close| {
            let tail = &after[close + 1..];
            let end = match tail.chars().next()? {
                '(' => tail.find(')')?,
                '{' => tail.find('}')?,
                _ => return None,
            };
            Some((&after[..close], &tail[end + 1..]))
        });
        match marked {
            Some((words, tail)) => {
                out.push_str(words);
                rest = tail;
            }
            None => {
                out.push('[');
                rest = after;
            }
        }
    }
    out + rest
}

/// Writes `(intent, examples)`.
///
/// # Errors
/// A message that Rasa would read otherwise: `[words](so)` marks an entity there.
pub fn write<'a>(groups: impl IntoIterator<Item = (&'a str, Vec<&'a str>)>) -> Result<String, String> {
    let mut out = String::from("version: \"3.1\"\nnlu:\n");
    for (intent, examples) in groups {
        if let Some(marked) = examples.iter().find(|e| plain(e) != **e) {
            return Err(format!("{intent}: Rasa would take a mark of an entity out of « {marked} »"));
        }
        // Every JSON text is a YAML text. Writing to a String cannot fail.
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let _ = writeln!(out, "- intent: {}", quoted(intent));
        let bare = |e: &&str| !e.trim().is_empty() && e.trim() == *e && !e.starts_with('-') && !e.chars().any(char::is_control);
        if examples.iter().all(bare) {
            out.push_str("  examples: |\n");
            examples.iter().for_each(|e| {
                let _ = writeln!(out, "    - {e}");
            });
        } else {
            out.push_str("  examples:\n");
            examples.iter().for_each(|e| {
                let _ = writeln!(out, "    - text: {}", quoted(e));
            });
        }
    }
    Ok(out)
}
