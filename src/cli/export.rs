//! `guichet export`: the answers of a pack as a table, or as Rasa's training file.

use super::{Cli, End, show};
use crate::rules::Pack;
use crate::workshop::spreadsheet::{self, Form};
use crate::workshop::{answers, rasa};
use clap::Args;
use std::path::PathBuf;

/// Writes the answers of the pack to a table that `guichet import` brings back unchanged; or their examples to Rasa's nlu.yml.
#[derive(Args)]
#[command(after_help = "Examples:\n  guichet export answers.xlsx\n  guichet export answers.csv\n  guichet export nlu.yml")]
pub struct Export {
    /// A file in .csv, .xlsx, .jsonl or .yml; it is replaced.
    file: PathBuf,
}

impl Export {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let file = self.file.display();
        match self.bytes(cli) {
            Err(end) => end,
            Ok((rows, bytes)) => match std::fs::write(&self.file, bytes) {
                Ok(()) => {
                    println!("{file}: {rows} answers");
                    End::Well
                }
                Err(e) => End::CouldNot(format!("{file}: {e}")),
            },
        }
    }

    fn bytes(&self, cli: &Cli) -> Result<(usize, Vec<u8>), End> {
        let file = self.file.display();
        let could_not = |found: Vec<_>| {
            show(&found);
            End::CouldNot(format!("the pack {} has {} mistakes", cli.rules.display(), found.len()))
        };
        let extension = self.file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let table = Pack::files(&cli.rules).and_then(|files| answers::table(&files)).map_err(could_not)?;
        let bytes = match (extension.as_str(), Form::of(&extension)) {
            (_, Some(form)) => spreadsheet::write(form, &table),
            ("yml" | "yaml", _) => answers::examples(&table)
                .and_then(|groups| rasa::write(groups.iter().map(|(id, texts)| (id.as_str(), texts.iter().map(String::as_str).collect()))))
                .map(String::into_bytes),
            _ => Err("neither .csv, .xlsx, .jsonl nor .yml: name it after what it should hold".to_owned()),
        };
        Ok((table.rows.len(), bytes.map_err(|e| End::CouldNot(format!("{file}: {e}")))?))
    }
}
