//! `guichet import`: labelled messages or a table of questions become a pack.

use super::{Cli, End, Format};
use crate::corpus::import::{self, Imported};
use clap::Args;
use std::path::{Path, PathBuf};

/// Makes a pack of drafts from labelled messages (JSONL) or a table of questions (CSV).
///
/// JSONL: an object a line, with `text` and `label`; each label becomes an answer to be written. Messages labelled `oos`, null or nothing are left out.
/// CSV: the columns question, answer (réponse) and keywords (mots-clés, parted by semicolons).
#[derive(Args)]
#[command(after_help = "Examples:\n  guichet import --as-pack my-pack messages.jsonl\n  guichet import --as-pack my-pack questions.csv\n  guichet check --rules my-pack")]
pub struct Import {
    /// Folder of the new pack: it must be empty, or not be there.
    #[arg(long, value_name = "DIR")]
    as_pack: PathBuf,
    /// A file in .jsonl or .csv.
    file: PathBuf,
}

impl Import {
    pub(super) fn run(&self, cli: &Cli) -> End {
        match self.import() {
            Err(end) => end,
            Ok(pack) => {
                let folder = self.as_pack.display();
                match cli.format {
                    Format::Json => {
                        println!("{}", serde_json::json!({"answers": pack.answers, "messages": pack.messages, "outside": pack.outside, "unread": pack.unread}));
                    }
                    Format::Text => {
                        println!("{folder}: {} answers from {} messages, all drafts; `guichet check --rules {folder}` checks them", pack.answers, pack.messages);
                        if pack.outside > 0 {
                            println!("{} messages that no answer covers were left out", pack.outside);
                        }
                        for column in &pack.unread {
                            println!("the column « {column} » was not read");
                        }
                    }
                }
                End::Well
            }
        }
    }

    fn import(&self) -> Result<Imported, End> {
        let name = self.as_pack.file_name().map_or_else(|| "import".into(), |n| n.to_string_lossy());
        let file = self.file.display().to_string();
        vacant(&self.as_pack)?;
        let bytes = std::fs::read(&self.file).map_err(|e| End::CouldNot(format!("{file}: {e}")))?;
        let kind = self.file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let read = match kind.as_str() {
            "jsonl" => import::messages(&name, &file, &bytes),
            "csv" => import::questions(&name, &file, &bytes),
            _ => return Err(End::CouldNot(format!("{file}: neither .jsonl nor .csv; name it after what it holds"))),
        };
        let pack = read.map_err(|found| {
            super::show(&found);
            End::CouldNot(format!("{file} has {} mistakes: nothing was written", found.len()))
        })?;
        if pack.answers == 0 {
            return Err(End::CouldNot(format!("{file}: no message of an answer, {} that no answer covers: nothing was written", pack.outside)));
        }
        for f in &pack.files {
            let path = self.as_pack.join(&f.path);
            let folder = path.parent().unwrap_or(&self.as_pack);
            std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, &f.text)).map_err(|e| End::CouldNot(format!("{}: {e}", path.display())))?;
        }
        Ok(pack)
    }
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
