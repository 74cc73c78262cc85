//! `guichet doctor`: is the desk's house in order? A line a question; what is wrong says what to do.

use super::{Cli, End, Format, Records};
use crate::store::journal;
use crate::store::spool;
use crate::store::sql::{Database, Sql};
use clap::Args;
use serde::Serialize;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Room under which the disk is called full, in bytes: a day of messages and a copy of a small database.
const ROOM: u64 = 1 << 30;

/// Checks the folder of data, the room on the disk, the database, the journal's chain and the spool. Exit code 1 when something is wrong.
#[derive(Args)]
#[command(after_help = "Example:\n  guichet doctor --data data-local")]
pub struct Doctor {
    #[command(flatten)]
    records: Records,
}

/// One answer.
#[derive(Serialize)]
struct Finding {
    what: &'static str,
    well: bool,
    /// How it is; when it is wrong, what to do.
    told: String,
}

fn finding(what: &'static str, told: Result<String, String>) -> Finding {
    let well = told.is_ok();
    Finding { what, well, told: told.unwrap_or_else(|wrong| wrong) }
}

impl Doctor {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let database = match self.records.database() {
            Ok(d) => d,
            Err(why) => return End::CouldNot(why),
        };
        let data = &self.records.data;
        let mut all = vec![finding("folder", folder(data)), finding("disk", disk(data)), finding("spool", spooled(data))];
        match self.records.existing().and_then(|_| Sql::connect(&database).map_err(|e| format!("{e} ({database}): see that it runs and that its address is right"))) {
            Ok(c) => {
                all.push(finding("migrations", migrations(&c)));
                all.push(finding("database", sound(&c, &database)));
                all.push(finding("journal", chain(&c)));
            }
            Err(wrong) => all.push(finding("database", Err(wrong))),
        }
        match cli.format {
            Format::Json => println!("{}", serde_json::json!(all)),
            _ => {
                for f in &all {
                    println!("{} {:<10} {}", if f.well { "ok   " } else { "WRONG" }, f.what, f.told);
                }
            }
        }
        if all.iter().all(|f| f.well) { End::Well } else { End::Found }
    }
}

fn folder(data: &Path) -> Result<String, String> {
    let at = data.display();
    let meta = std::fs::metadata(data).map_err(|e| format!("{at}: {e}; `guichet serve` makes it, or give another with --data"))?;
    let mode = meta.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(format!("{at} is open to others (mode {mode:o}) and holds what citizens wrote: chmod 700 {at}"));
    }
    Ok(format!("{at}, its owner's alone"))
}

fn disk(data: &Path) -> Result<String, String> {
    let room = rustix::fs::statvfs(data).map_err(|e| format!("the room at {} cannot be read: {e}", data.display()))?;
    let (free, whole) = (room.f_bavail.saturating_mul(room.f_frsize), room.f_blocks.saturating_mul(room.f_frsize));
    let told = format!("{} MiB free of {}", free >> 20, whole >> 20);
    if free < ROOM { Err(format!("{told}: make room; when it is full, messages go nowhere and citizens are told to send again")) } else { Ok(told) }
}

fn spooled(data: &Path) -> Result<String, String> {
    match spool::waiting(&spool::file(data)) {
        Ok(0) => Ok("empty".into()),
        Ok(n) => Err(format!("{n} messages wait for the database: a running server writes them within seconds of its return; start one if none runs")),
        Err(e) => Err(format!("cannot be read: {e}; give it to the account of the server")),
    }
}

fn migrations(c: &Sql) -> Result<String, String> {
    let known = Sql::newest();
    match c.version() {
        Ok(at) if at == known => Ok(format!("version {at}")),
        Ok(at) if at < known => Err(format!("version {at} of {known}: copy the database, then start the server, which brings it up to date")),
        Ok(at) => Err(format!("version {at}, this program knows {known}: start the version that wrote it, or a later one")),
        Err(e) => Err(format!("no version: {e}; `guichet serve` makes the tables")),
    }
}

fn sound(c: &Sql, database: &Database) -> Result<String, String> {
    let faults = c.faults().map_err(|e| format!("{e}: put the last good copy back (`guichet restore`)"))?;
    match (faults.is_empty(), database) {
        (true, _) => Ok(format!("{database}, sound")),
        (false, Database::File(_)) => {
            Err(format!("{database} is damaged ({}): stop the server, keep the file, put the last good copy back (`guichet restore`)", faults.join("; ")))
        }
        (false, Database::Server(_)) => Err(format!("{database}: {}; set it to on", faults.join("; "))),
    }
}

fn chain(c: &Sql) -> Result<String, String> {
    match journal::verify(c) {
        Ok(Ok(lines)) => Ok(format!("{lines} lines, the chain holds")),
        Ok(Err(seq)) => Err(format!("the chain breaks at line {seq}: it, or the one before, was changed, removed or added; keep the file and compare it with a copy")),
        Err(e) => Err(format!("cannot be read: {e}")),
    }
}
