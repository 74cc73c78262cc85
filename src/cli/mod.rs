//! The command line: one file a command. Exit codes: 0 all well, 1 something was found, 2 could not run.

mod backup;
mod check;
mod coverage;
mod desk;
mod diff;
mod directory;
mod doctor;
mod explain;
mod export;
mod fmt;
mod import;
mod journal;
mod lsp;
mod mutate;
mod new;
mod retention;
mod schema;
mod serve;
mod stats;
mod test;
mod triage;
mod user;
mod watch;

use crate::corpus::{self, Case};
use crate::engine::Engine;
use crate::rules::Pack;
use crate::rules::diagnostics::{Diagnostic, Severity};
use crate::store::sql::Database;
use crate::workshop::mutate::matches_glob;
use crate::workshop::verdicts;
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Deterministic triage of messages to the gendarmerie: emergency, draft, route or agent, with the reasons.
#[derive(Parser)]
#[command(
    name = "guichet",
    version,
    about,
    after_help = "Examples:\n  guichet explain \"il y a quelqu'un dans ma maison\"\n  guichet triage messages.jsonl > decisions.jsonl\n  guichet check --rules rules\n  guichet test --report"
)]
struct Cli {
    /// Folder of the pack.
    #[arg(long, global = true, default_value = "rules")]
    rules: PathBuf,
    /// Form of what is printed.
    #[arg(long, global = true, default_value = "text")]
    format: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    /// For build servers (`test` only).
    Junit,
    /// Annotations of GitHub (`test` only).
    Github,
}

#[derive(Subcommand)]
enum Command {
    Triage(triage::Triage),
    Explain(explain::Explain),
    Check(check::Check),
    Test(test::Test),
    Diff(diff::Diff),
    Coverage(coverage::Coverage),
    Mutate(mutate::Mutate),
    Stats(stats::Stats),
    Fmt(fmt::Fmt),
    Import(import::Import),
    Export(export::Export),
    New(new::New),
    Lsp(lsp::Lsp),
    Watch(watch::Watch),
    Directory(directory::Places),
    Schema(schema::Schema),
    Serve(serve::Serve),
    Journal(journal::Journal),
    Desk(desk::Desk),
    Retention(retention::Retention),
    User(user::User),
    Backup(backup::Backup),
    Restore(backup::Restore),
    Doctor(doctor::Doctor),
    /// Prints completions for a shell.
    #[command(after_help = "Example:\n  guichet completions bash > /etc/bash_completion.d/guichet")]
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Prints the manual page.
    #[command(after_help = "Example:\n  guichet man | man -l -")]
    Man,
}

/// Where the records of the desk are.
#[derive(clap::Args)]
struct Records {
    /// Folder of the database and the spool; `serve` makes it when it is not there.
    #[arg(long, global = true, default_value = "data-local")]
    data: PathBuf,
    /// PostgreSQL instead of a file in that folder: postgres://user:password@host/name. In the variable, the password stays out of the list of processes.
    #[arg(long, global = true, env = "GUICHET_DATABASE", hide_env_values = true)]
    database: Option<String>,
}

impl Records {
    fn database(&self) -> Result<Database, String> {
        self.database.as_deref().map_or_else(|| Ok(Database::within(&self.data)), str::parse)
    }

    /// The same, when there is something to read: SQLite would make a missing file.
    fn existing(&self) -> Result<Database, String> {
        match self.database()? {
            Database::File(file) if !file.is_file() => Err(format!("no database at {}: give its folder with --data; `guichet serve` makes a new one", file.display())),
            there => Ok(there),
        }
    }
}

/// What a command ends on.
enum End {
    Well,
    Found,
    CouldNot(String),
}

pub use schema::all as schemas;

/// Runs the program.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    if matches!(cli.format, Format::Junit | Format::Github) && !matches!(cli.command, Command::Test(_)) {
        eprintln!("guichet: only `guichet test` writes junit and github");
        return ExitCode::from(2);
    }
    if cli.format == Format::Json && matches!(cli.command, Command::Fmt(_) | Command::Export(_) | Command::New(_) | Command::Watch(_)) {
        eprintln!("guichet: this command has no report in JSON");
        return ExitCode::from(2);
    }
    let end = match &cli.command {
        Command::Triage(c) => c.run(&cli),
        Command::Explain(c) => c.run(&cli),
        Command::Check(c) => c.run(&cli),
        Command::Test(c) => c.run(&cli),
        Command::Diff(c) => c.run(&cli),
        Command::Coverage(c) => c.run(&cli),
        Command::Mutate(c) => c.run(&cli),
        Command::Stats(c) => c.run(&cli),
        Command::Fmt(c) => c.run(&cli),
        Command::Import(c) => c.run(&cli),
        Command::Export(c) => c.run(&cli),
        Command::New(c) => c.run(&cli),
        Command::Lsp(c) => c.run(&cli),
        Command::Watch(c) => c.run(&cli),
        Command::Directory(c) => c.run(&cli),
        Command::Schema(c) => c.run(),
        Command::Serve(c) => c.run(&cli),
        Command::Journal(c) => c.run(&cli),
        Command::Desk(c) => c.run(&cli),
        Command::Retention(c) => c.run(&cli),
        Command::User(c) => c.run(),
        Command::Backup(c) => c.run(),
        Command::Restore(c) => c.run(),
        Command::Doctor(c) => c.run(&cli),
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut Cli::command(), "guichet", &mut std::io::stdout());
            End::Well
        }
        Command::Man => match clap_mangen::Man::new(Cli::command()).render(&mut std::io::stdout()) {
            Ok(()) => End::Well,
            Err(e) => End::CouldNot(e.to_string()),
        },
    };
    match end {
        End::Well => ExitCode::SUCCESS,
        End::Found => ExitCode::from(1),
        End::CouldNot(why) => {
            eprintln!("guichet: {why}");
            ExitCode::from(2)
        }
    }
}

/// The engine of `--rules`, or every mistake of the pack.
fn engine(cli: &Cli) -> Result<Engine, End> {
    match Pack::load(&cli.rules) {
        Ok((pack, _)) => Ok(Engine::new(pack)),
        Err(found) => {
            show(&found);
            Err(End::CouldNot(format!("the pack {} has {} mistakes; `guichet check` lists them", cli.rules.display(), found.len())))
        }
    }
}

/// The rules of `--rules` without its answers, which take the longest to learn and say nothing of rules, and the labelled messages of a corpus, those that only
/// measure left out: these commands are for authors.
fn rules_and_cases(cli: &Cli, corpus: &Path, rules: &str) -> Result<(Pack, Vec<Case>), End> {
    let could_not = |found: Vec<Diagnostic>, what: &Path| {
        show(&found);
        End::CouldNot(format!("{} has {} mistakes", what.display(), found.len()))
    };
    let mut files = Pack::files(&cli.rules).map_err(|f| could_not(f, &cli.rules))?;
    files.retain(|f| !f.path.starts_with("faq/"));
    let (pack, _) = Pack::compile(files).map_err(|f| could_not(f, &cli.rules))?;
    if !verdicts::rules(&pack).any(|r| matches_glob(rules, verdicts::id(&pack, r))) {
        return Err(End::CouldNot(format!("no rule's id begins like `{rules}`")));
    }
    let mut cases = corpus::load(corpus).map_err(|f| could_not(f, corpus))?;
    cases.retain(|c| !c.measures);
    Ok((pack, cases))
}

/// Writes an author's file beside it, then puts it in its place: a crash leaves the old text or the new one, and a server that reloads never reads half of one.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension("toml.new");
    std::fs::write(&beside, text)?;
    std::fs::rename(beside, path)
}

/// A report as JSON.
fn print_json(report: &impl serde::Serialize) -> Result<(), End> {
    serde_json::to_string_pretty(report).map(|json| println!("{json}")).map_err(|e| End::CouldNot(e.to_string()))
}

/// A message as TOML writes it.
fn toml_string(message: &str) -> String {
    toml::Value::String(message.to_owned()).to_string()
}

fn show(found: &[Diagnostic]) {
    use anstream::eprintln;
    for d in found {
        let colour = if d.severity == Severity::Warning { "\x1b[33m" } else { "\x1b[31m" };
        let text = d.render();
        let (head, rest) = text.split_once(':').unwrap_or((&text, ""));
        eprintln!("{colour}\x1b[1m{head}\x1b[0m:{rest}");
    }
}
