//! `guichet import`: a table changes the answers of a pack; labelled messages or a table of questions become a new one.

use super::{Cli, End, Format};
use crate::corpus::import::{self, Imported};
use crate::rules::diagnostics::Diagnostic;
use crate::rules::{Pack, SourceFile};
use crate::workshop::spreadsheet::{self, Form, Table};
use crate::workshop::{answers, rasa};
use clap::Args;
use std::path::{Path, PathBuf};

/// Brings answers into the pack of --rules, or, with --as-pack, makes a new pack of drafts.
///
/// A table (CSV, XLSX, ODS, JSONL) has a row for each answer; its columns are those of `guichet export`, or named with --map. A row with the id of an answer
/// changes only what it says otherwise; comments and all else stay. With --as-pack also: labelled messages (JSONL with `text` and `label`, or Rasa's
/// nlu.yml), whose labels become answers to be written, and a CSV without ids: question, answer (réponse), keywords (mots-clés, parted by semicolons).
/// Nothing is written unless the pack that results can be compiled.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  guichet import answers.xlsx --dry-run\n  guichet import answers.xlsx --map question=Intitulé --map answer=Texte\n  guichet import --as-pack my-pack messages.jsonl\n  guichet import --as-pack my-pack questions.csv\n  guichet import --as-pack my-pack nlu.yml\n  guichet check --rules my-pack"
)]
pub struct Import {
    /// Folder of a new pack: it must be empty, or not be there.
    #[arg(long, value_name = "DIR")]
    as_pack: Option<PathBuf>,
    /// Read a column of answers from a column of the file.
    #[arg(long, value_name = "COLUMN=NAME", value_parser = mapping)]
    map: Vec<(String, String)>,
    /// Tell what would change, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// A file in .csv, .xlsx, .ods, .jsonl or .yml.
    file: PathBuf,
}

fn mapping(text: &str) -> Result<(String, String), String> {
    text.split_once('=').map(|(a, b)| (a.to_owned(), b.to_owned())).ok_or_else(|| "write --map question=Intitulé".to_owned())
}

impl Import {
    pub(super) fn run(&self, cli: &Cli) -> End {
        match self.import(cli) {
            Err(end) => end,
            Ok(()) => End::Well,
        }
    }

    fn import(&self, cli: &Cli) -> Result<(), End> {
        let file = self.file.display().to_string();
        if let Some(folder) = &self.as_pack {
            vacant(folder)?;
        }
        let bytes = std::fs::read(&self.file).map_err(|e| End::CouldNot(format!("{file}: {e}")))?;
        let extension = self.file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        if matches!(extension.as_str(), "yml" | "yaml") {
            let read = std::str::from_utf8(&bytes).map_err(|e| e.to_string()).and_then(rasa::read).map_err(|e| End::CouldNot(format!("{file}: {e}")))?;
            let line = |(label, text): &(String, String)| serde_json::json!({"text": text, "label": label}).to_string() + "\n";
            return self.drafts(cli, &file, |name| import::messages(name, &file, read.iter().map(line).collect::<String>().as_bytes()));
        }
        let form = Form::of(&extension).ok_or_else(|| End::CouldNot(format!("{file}: neither .csv, .xlsx, .ods, .jsonl nor .yml; name it after what it holds")))?;
        // A CSV that cannot be read as a table is told row by row by the reader of questions.
        let table = spreadsheet::read(form, &bytes);
        let answers = !self.map.is_empty() || table.as_ref().is_ok_and(|t| t.columns.iter().any(|c| c == "id") && !t.columns.iter().any(|c| c == "text"));
        match (form, &self.as_pack) {
            (Form::Jsonl, Some(_)) if !answers => self.drafts(cli, &file, |name| import::messages(name, &file, &bytes)),
            (Form::Csv, Some(_)) if !answers => self.drafts(cli, &file, |name| import::questions(name, &file, &bytes)),
            _ => self.table(cli, &table.map_err(|e| End::CouldNot(format!("{file}: {e}")))?),
        }
    }

    /// A new pack of drafts, from messages or bare questions.
    fn drafts(&self, cli: &Cli, file: &str, make: impl FnOnce(&str) -> Result<Imported, Vec<Diagnostic>>) -> Result<(), End> {
        let Some(folder) = &self.as_pack else {
            return Err(End::CouldNot(format!("{file} holds messages, not answers: --as-pack makes a new pack of them")));
        };
        let pack = make(&name(folder)).map_err(|found| {
            super::show(&found);
            End::CouldNot(format!("{file} has {} mistakes: nothing was written", found.len()))
        })?;
        if pack.answers == 0 {
            return Err(End::CouldNot(format!("{file}: no message of an answer, {} that no answer covers: nothing was written", pack.outside)));
        }
        if !self.dry_run {
            write(folder, &pack.files)?;
        }
        let folder = folder.display();
        match cli.format {
            Format::Json => {
                println!("{}", serde_json::json!({"answers": pack.answers, "messages": pack.messages, "outside": pack.outside, "unread": pack.unread}));
            }
            _ => {
                let written = if self.dry_run { "nothing was written".to_owned() } else { format!("`guichet check --rules {folder}` checks them") };
                println!("{folder}: {} answers from {} messages, all drafts; {written}", pack.answers, pack.messages);
                if pack.outside > 0 {
                    println!("{} messages that no answer covers were left out", pack.outside);
                }
                unread(&pack.unread);
            }
        }
        Ok(())
    }

    /// Rows of answers, into the pack of --rules or a new one.
    fn table(&self, cli: &Cli, table: &Table) -> Result<(), End> {
        #[derive(serde::Serialize)]
        struct Head {
            name: String,
            version: &'static str,
        }
        let folder = self.as_pack.as_ref().unwrap_or(&cli.rules);
        let could_not = |found: Vec<Diagnostic>| {
            super::show(&found);
            End::CouldNot(format!("{} mistakes: nothing was written", found.len()))
        };
        let mut files = if self.as_pack.is_some() {
            let text = toml::to_string(&Head { name: name(folder), version: "0.1.0" }).map_err(|e| End::CouldNot(e.to_string()))?;
            vec![SourceFile { path: "pack.toml".into(), text }]
        } else {
            Pack::files(folder).map_err(could_not)?
        };
        let mut merge = answers::merge(&files, table, &self.map).map_err(|wrong| {
            wrong.iter().for_each(|w| eprintln!("{w}"));
            End::CouldNot(format!("{}: {} mistakes: nothing was written", self.file.display(), wrong.len()))
        })?;
        if self.as_pack.is_some() {
            merge.files.append(&mut files);
        }
        files.retain(|f| !merge.files.iter().any(|m| m.path == f.path));
        if !merge.files.is_empty() {
            files.extend(merge.files.iter().cloned());
            Pack::compile(files).map_err(could_not)?;
            if !self.dry_run {
                write(folder, &merge.files)?;
            }
        }
        match cli.format {
            Format::Json => println!("{}", serde_json::json!({"added": merge.added, "changed": merge.changed, "same": merge.same, "unread": merge.unread})),
            _ => {
                merge.added.iter().for_each(|id| println!("+ {id}"));
                merge.changed.iter().for_each(|(id, columns)| println!("~ {id}: {}", columns.join(", ")));
                let written = if self.dry_run { "; nothing was written" } else { "" };
                println!("{} answers added, {} changed, {} the same{written}", merge.added.len(), merge.changed.len(), merge.same);
                unread(&merge.unread);
            }
        }
        Ok(())
    }
}

fn unread(columns: &[String]) {
    columns.iter().for_each(|column| println!("the column « {column} » was not read"));
}

fn name(folder: &Path) -> String {
    folder.file_name().map_or_else(|| "import".into(), |n| n.to_string_lossy().into_owned())
}

fn write(pack: &Path, files: &[SourceFile]) -> Result<(), End> {
    for f in files {
        let path = pack.join(&f.path);
        super::replace(&path, &f.text).map_err(|e| End::CouldNot(format!("{}: {e}", path.display())))?;
    }
    Ok(())
}

/// A folder that is not there, or is empty.
fn vacant(folder: &Path) -> Result<(), End> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(End::CouldNot(format!("{} is not empty: give a new folder", folder.display()))),
        },
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(End::CouldNot(format!("{}: {e}", folder.display()))),
    }
}
