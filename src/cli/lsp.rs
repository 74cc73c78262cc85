//! `guichet lsp`: the language server, for editors.

use super::{Cli, End};
use crate::corpus;
use crate::workshop::lsp;
use clap::Args;
use std::path::PathBuf;

/// Speaks the Language Server Protocol on its standard input and output; docs/editors.md says how editors start it.
#[derive(Args)]
#[command(after_help = "Example:\n  guichet --rules rules lsp")]
pub struct Lsp {
    /// Folder of the corpus in which hovers count; without one they count nothing.
    #[arg(long, default_value = "corpus")]
    corpus: PathBuf,
    /// Editors say so; it is the only way.
    #[arg(long, hide = true)]
    stdio: bool,
}

impl Lsp {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let cases = if self.corpus.is_dir() { corpus::load(&self.corpus) } else { Ok(Vec::new()) };
        let cases = cases.unwrap_or_else(|found| {
            eprintln!("guichet: the corpus {} has {} mistakes: hovers count nothing", self.corpus.display(), found.len());
            Vec::new()
        });
        let (connection, threads) = lsp_server::Connection::stdio();
        let served = lsp::serve(&cli.rules, cases, connection);
        match served.and_then(|()| threads.join().map_err(|e| e.to_string())) {
            Ok(()) => End::Well,
            Err(e) => End::CouldNot(e),
        }
    }
}
