//! Copies of a file of SQLite: made while the server runs, read from end to end before they are trusted, put back where nothing would be lost.

use super::sql::{Database, Sql};
use super::{Error, journal};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

fn disk(file: &Path) -> impl Fn(std::io::Error) -> Error {
    move |e| Error::Down(format!("{}: {e}", file.display()))
}

/// A new file that only its owner reads.
fn private(file: &Path) -> Result<File, Error> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(disk(file))
}

/// Puts a file and its name on disk.
fn settle(file: &Path) -> Result<(), Error> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(file).and_then(|f| f.sync_all()).and_then(|()| File::open(folder)?.sync_all()).map_err(disk(file))
}

/// Is every page sound and does the journal's chain hold? Gives its lines.
fn sound(file: &Path) -> Result<i64, Error> {
    let c = Sql::open(&Database::File(file.to_owned()))?;
    if let Some(fault) = c.faults()?.first() {
        return Err(Error::Down(format!("{} is damaged: {fault}", file.display())));
    }
    journal::verify(&c)?.map_err(|seq| Error::Down(format!("{}: the journal's chain breaks at line {seq}", file.display())))
}

/// The name of a copy under way.
fn part(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

/// Opens, reads and closes a copy under way, then gives it its name: an interrupted copy never looks like a whole one.
fn trust(under_way: &Path, file: &Path) -> Result<i64, Error> {
    let lines = sound(under_way)?;
    settle(under_way)?;
    std::fs::rename(under_way, file).map_err(disk(file))?;
    settle(file)?;
    Ok(lines)
}

/// Copies the database to a new file; gives the lines of its journal.
///
/// # Errors
/// A file that is there already, a disk that is full, a database that is damaged; PostgreSQL, which has its own tools.
pub fn back_up(database: &Database, to: &Path) -> Result<i64, Error> {
    let under_way = part(to);
    if to.exists() || under_way.exists() {
        return Err(Error::Down(format!("{} is there already: give another name", if to.exists() { to } else { &under_way }.display())));
    }
    let from = Sql::connect(database)?;
    let name = under_way.to_str().ok_or_else(|| Error::Down("the name of the copy must be UTF-8".into()))?;
    // SQLite takes an empty file for no file; made first, nobody else may ever read it.
    private(&under_way)?;
    let copied = from.copy_to(name).and_then(|()| trust(&under_way, to));
    if copied.is_err() {
        // What is left is no copy; the mistake told is the first one.
        let _ = std::fs::remove_file(&under_way);
    }
    copied
}

/// Puts a copy in a folder of data that holds no database; gives the lines of its journal. The spool stays: what it holds is written once.
///
/// # Errors
/// A database that is there already, a copy that is damaged.
pub fn restore(from: &Path, data: &Path) -> Result<i64, Error> {
    let file = super::database(data);
    for there in ["", "-wal", "-shm"].map(|end| PathBuf::from(format!("{}{end}", file.display()))) {
        if there.exists() {
            return Err(Error::Down(format!("{} is there already: stop the server and move it away", there.display())));
        }
    }
    std::fs::create_dir_all(data).map_err(disk(data))?;
    let under_way = part(&file);
    let mut copy = private(&under_way)?;
    let copied = File::open(from).and_then(|mut f| std::io::copy(&mut f, &mut copy)).map_err(disk(from)).and_then(|_| trust(&under_way, &file));
    if copied.is_err() {
        let _ = std::fs::remove_file(&under_way);
    }
    copied
}
