//! `guichet retention`: erases what is due, shows what would be, reads the signed reports.

use super::{Cli, End, Format, Records};
use crate::desk::day;
use crate::desk::retention::Report;
use crate::rules::Pack;
use crate::store::{self, retention, seal};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use toml::value::Date;

/// How long words are kept is declared in the pack's retention.toml; the server erases once a day by itself.
#[derive(Args)]
#[command(after_help = "Examples:\n  guichet retention run --today 2026-11-24 --dry-run\n  guichet retention verify data-local/retention/2026-11-24-812.json")]
pub struct Retention {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Erases what is due on a day, and signs the report.
    #[command(after_help = "Example:\n  guichet retention run --today 2026-11-24 --dry-run")]
    Run {
        /// The day; the system's unless told.
        #[arg(long, value_parser = day::read)]
        today: Option<Date>,
        /// Only count.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        records: Records,
    },
    /// Is a report whole, signed by this desk's key, and in its journal?
    #[command(after_help = "Example:\n  guichet retention verify data-local/retention/2026-11-24-812.json")]
    Verify {
        /// The report.
        file: PathBuf,
        /// The public key, in hexadecimal; the one of the folder of data unless told.
        #[arg(long)]
        key: Option<String>,
        #[command(flatten)]
        records: Records,
    },
    /// Prints the public key of this desk's reports.
    #[command(after_help = "Example:\n  guichet retention key")]
    Key {
        #[command(flatten)]
        records: Records,
    },
}

impl Retention {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let end = match &self.what {
            What::Run { today, dry_run, records } => erase(cli, *today, *dry_run, records),
            What::Verify { file, key, records } => match verify(file, key.as_deref(), records) {
                Ok(Some(wrong)) => {
                    println!("{wrong}");
                    return End::Found;
                }
                verified => verified.map(|_| println!("signed by this desk, and in its journal")),
            },
            What::Key { records } => seal::Key::of(&records.data).map(|k| println!("{}", k.public())),
        };
        end.map_or_else(End::CouldNot, |()| End::Well)
    }
}

fn erase(cli: &Cli, today: Option<Date>, dry: bool, records: &Records) -> Result<(), String> {
    let database = records.existing()?;
    // Only the declaration is wanted, not what is learnt from the answers; but a pack with mistakes declares nothing.
    let pack = Pack::load(&cli.rules).map_err(|found| format!("the pack {} has {} mistakes; `guichet check` lists them", cli.rules.display(), found.len()))?.0;
    let file = pack.retention.as_ref().ok_or_else(|| format!("{} declares nothing: without it nothing is erased by time", cli.rules.join("retention.toml").display()))?;
    let now = crate::http::clock::now();
    let today = today.unwrap_or_else(|| day::of(now));
    let mut any = false;
    loop {
        let done = store::erase_once(&database, |c| retention::run(c, file, &pack.hash, today, now, dry)).map_err(|e| e.to_string())?;
        let Some(report) = done else { break };
        any = true;
        let kept = if dry { None } else { Some(retention::keep(&records.data, &report)?) };
        match cli.format {
            Format::Json => println!("{}", serde_json::to_string(&report).map_err(|e| e.to_string())?),
            _ => tell(&report, kept.as_deref()),
        }
        if !report.more {
            break;
        }
    }
    if !any && cli.format == Format::Text {
        println!("nothing is due on {today}");
    }
    Ok(())
}

fn tell(report: &Report, kept: Option<&std::path::Path>) {
    for (kind, themes) in &report.erased {
        for (theme, contacts) in themes {
            println!("{kind}\t{theme}\t{contacts} contacts");
        }
    }
    match kept {
        Some(path) => println!("erased; signed report: {}", path.display()),
        None => println!("would be erased on {}; nothing was", report.today),
    }
}

/// What does not hold; nothing when all does.
fn verify(file: &std::path::Path, key: Option<&str>, records: &Records) -> Result<Option<String>, String> {
    let database = records.existing()?;
    let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let public = key.map_or_else(|| Ok(seal::Key::of(&records.data)?.public()), |k| Ok::<_, String>(k.to_owned()))?;
    let report = match seal::open(&text, &public) {
        Ok(r) => r,
        Err(why) => return Ok(Some(why)),
    };
    let known = store::once(&database, |c| retention::known(c, &report)).map_err(|e| e.to_string())?;
    Ok((!known).then(|| "the signature holds, but the journal has no line of this report".to_owned()))
}
