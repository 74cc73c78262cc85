//! `guichet new`: a rule or an answer to start from, added to its file.

use super::{Cli, End, show};
use crate::rules::{Pack, SourceFile};
use crate::workshop::template::{self, Draft};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Adds a rule or an answer to start from, with comments that guide; the pack compiles with it.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  guichet new rule intrusion.bruit-a-l-etage\n  guichet new rule mairie.stationnement --service mairie\n  guichet new answer plainte.en-ligne --catalogue catalogue.jsonl"
)]
pub struct New {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// An emergency rule, or, with --service, a route. It is retired until you remove its last line.
    Rule {
        /// `<category>.<name>`, for ever.
        id: String,
        /// The service that is competent: makes a route.
        #[arg(long, value_name = "ID")]
        service: Option<String>,
    },
    /// An answer to a question.
    Answer {
        /// `<theme>.<name>`, for ever.
        id: String,
        /// Questions and facts (JSONL with id, question, facts, services, url): those of this id are put in place.
        #[arg(long, value_name = "FILE")]
        catalogue: Option<PathBuf>,
    },
}

impl New {
    pub(super) fn run(&self, cli: &Cli) -> End {
        match self.draft().and_then(|d| add(cli, &d)) {
            Ok((path, line)) => {
                println!("{path}:{line}");
                End::Well
            }
            Err(why) => End::CouldNot(why),
        }
    }

    fn draft(&self) -> Result<Draft, String> {
        match &self.what {
            What::Rule { id, service } => template::rule(id, service.as_deref()),
            What::Answer { id, catalogue: None } => template::answer(id, None),
            What::Answer { id, catalogue: Some(path) } => {
                let read = std::fs::read_to_string(path).map_err(|e| e.to_string());
                let entry = read.and_then(|text| template::entry(&text, id)).map_err(|e| format!("{}: {e}", path.display()))?;
                template::answer(id, Some(&entry))
            }
        }
    }
}

/// Writes the draft at the end of its file, when the pack compiles with it.
fn add(cli: &Cli, draft: &Draft) -> Result<(String, usize), String> {
    let told = |found: Vec<_>| {
        show(&found);
        format!("{} mistakes: nothing was written", found.len())
    };
    let mut files = Pack::files(&cli.rules).map_err(told)?;
    let old = files.iter().position(|f| f.path == draft.path).map(|i| files.remove(i).text).unwrap_or_default();
    let gap = match old.as_str() {
        "" => "",
        o if o.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let text = format!("{old}{gap}{}", draft.text);
    files.push(SourceFile { path: draft.path.clone(), text: text.clone() });
    let found = Pack::check(files);
    if found.iter().any(|d| d.severity == crate::rules::diagnostics::Severity::Error) {
        return Err(told(found));
    }
    let path = cli.rules.join(&draft.path);
    super::replace(&path, &text).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok((path.display().to_string(), (old + gap).matches('\n').count() + 1))
}
