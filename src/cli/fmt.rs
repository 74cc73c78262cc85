//! `guichet fmt`: rule files in their one layout.

use super::{Cli, End, show};
use crate::rules::read;
use crate::workshop::layout;
use clap::Args;
use std::path::{Path, PathBuf};

/// Lays out rule files: order of keys, blanks, line ends. Comments, words and the lines of lists stay as written.
#[derive(Args)]
#[command(after_help = "Examples:\n  guichet fmt\n  guichet fmt --check\n  guichet fmt rules/faq/plainte.toml")]
pub struct Fmt {
    /// Write nothing: name the files that are laid out otherwise, and end on 1 if there is one.
    #[arg(long)]
    check: bool,
    /// Files or folders of the pack; all of it unless told.
    paths: Vec<PathBuf>,
}

impl Fmt {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let wanted: Vec<PathBuf> = match self.paths.iter().map(|p| absolute(p)).collect() {
            Ok(paths) => paths,
            Err(end) => return end,
        };
        let root = match absolute(&cli.rules) {
            Ok(root) => root,
            Err(end) => return end,
        };
        if let Some(stranger) = wanted.iter().find(|w| !w.starts_with(&root)) {
            return End::CouldNot(format!("{} is no part of the pack {}: name the pack with --rules", stranger.display(), cli.rules.display()));
        }
        let files = match read::folder(&root) {
            Ok(files) => files,
            Err(e) => return End::CouldNot(format!("{}: {e}", cli.rules.display())),
        };
        let mut mistakes = 0;
        let mut changed = 0;
        for file in files.iter().filter(|f| wanted.is_empty() || wanted.iter().any(|w| root.join(&f.path).starts_with(w))) {
            match layout::format(file) {
                Ok(text) if text == file.text => {}
                Ok(text) => {
                    changed += 1;
                    println!("{}", file.path);
                    if !self.check
                        && let Err(e) = super::replace(&root.join(&file.path), &text)
                    {
                        return End::CouldNot(format!("{}: {e}", file.path));
                    }
                }
                Err(found) => {
                    mistakes += found.len();
                    show(&found);
                }
            }
        }
        match (mistakes, changed, self.check) {
            (0, 0, _) | (0, _, false) => End::Well,
            (0, ..) => End::Found,
            _ => End::CouldNot(format!("{mistakes} mistakes: these files were left alone")),
        }
    }
}

fn absolute(path: &Path) -> Result<PathBuf, End> {
    path.canonicalize().map_err(|e| End::CouldNot(format!("{}: {e}", path.display())))
}
