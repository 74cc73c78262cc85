//! The desk's records on SQLite. One thread owns the connection; whoever needs it sends a piece of work and waits.
//!
//! Work that waits together is committed together, up to [`GROUP`] pieces: each answer is given after its commit is on disk (`synchronous=FULL`). A piece that fails
//! undoes itself alone. A database that cannot be opened or written is told as [`Error::Down`] and tried again with the next piece; [`spool`] keeps messages
//! meanwhile. SQLite only for now: several servers on one PostgreSQL are not built.

pub mod accounts;
pub mod contacts;
pub mod journal;
pub mod spool;

use crate::desk::contact::Refusal;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Most pieces of work in one commit.
pub const GROUP: usize = 50;

/// Forward only: the place in the list is the `user_version`.
const MIGRATIONS: [&str; 1] = [include_str!("../../migrations/sqlite/001.sql")];

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be reached or written.
    #[error("the store is down: {0}")]
    Down(String),
    /// No such record.
    #[error("no such record")]
    Unknown,
    /// The desk refuses.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The same message id with other words.
    #[error("this key was used with another message")]
    Conflict,
}

impl From<rusqlite::Error> for Error {
    fn from(e: rusqlite::Error) -> Self {
        match e {
            rusqlite::Error::QueryReturnedNoRows => Self::Unknown,
            e if e.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => Self::Conflict,
            e => Self::Down(e.to_string()),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(e: serde_json::Error) -> Self {
        Self::Down(format!("a record that cannot be read: {e}"))
    }
}

/// Gives the result of a piece once the fate of its commit is known.
type Deliver = Box<dyn FnOnce(Option<&str>) + Send>;
/// A piece: runs on the connection, or is told why there is none.
type Piece = Box<dyn FnOnce(Result<&Connection, &str>) -> Deliver + Send>;

struct Work {
    piece: Piece,
    /// Must the write-ahead log be emptied before it is answered?
    empties_log: bool,
}

/// A handle on the store's thread.
#[derive(Clone)]
pub struct Store {
    queue: mpsc::Sender<Work>,
}

/// Name of the database in the folder of data.
pub fn database(data: &Path) -> PathBuf {
    data.join("guichet.db")
}

impl Store {
    /// Starts the thread over a file, which need not be reachable yet.
    ///
    /// # Errors
    /// A thread that cannot start.
    pub fn start(file: PathBuf) -> std::io::Result<Self> {
        let (queue, work) = mpsc::channel();
        std::thread::Builder::new().name("store".into()).spawn(move || run(&file, &work))?;
        Ok(Self { queue })
    }

    /// Does a piece of work and waits for its commit.
    ///
    /// # Errors
    /// What the piece says, or that the store is down.
    pub async fn run<T: Send + 'static>(&self, f: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
        self.send(false, f).await
    }

    /// The same, and empties the write-ahead log before answering: what was removed is then in no file of the database.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub async fn erase<T: Send + 'static>(&self, f: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
        self.send(true, f).await
    }

    async fn send<T: Send + 'static>(&self, empties_log: bool, f: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
        let (tell, told) = oneshot::channel();
        let piece: Piece = Box::new(move |connection| {
            let result = match connection {
                Ok(c) => alone(c, f),
                Err(why) => Err(Error::Down(why.to_owned())),
            };
            Box::new(move |failed| {
                // Nobody listens any more when the caller went away.
                let _ = tell.send(match failed {
                    Some(why) => Err(Error::Down(why.to_owned())),
                    None => result,
                });
            })
        });
        self.queue.send(Work { piece, empties_log }).map_err(|_| Error::Down("its thread ended".into()))?;
        told.await.map_err(|_| Error::Down("its thread ended".into()))?
    }
}

/// Runs a piece so that its failure undoes it and nothing else.
fn alone<T>(c: &Connection, f: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
    c.execute_batch("SAVEPOINT piece")?;
    let result = f(c);
    c.execute_batch(if result.is_ok() { "RELEASE piece" } else { "ROLLBACK TO piece; RELEASE piece" })?;
    result
}

/// Opens a database and brings it up to date.
///
/// # Errors
/// A file that cannot be opened, or that a later version wrote.
pub fn open(file: &Path) -> Result<Connection, Error> {
    let c = Connection::open(file)?;
    c.busy_timeout(Duration::from_millis(500))?;
    c.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;")?;
    let at: i64 = c.query_row("PRAGMA user_version", [], |r| r.get(0))?;
    let at = usize::try_from(at).unwrap_or(usize::MAX);
    if at > MIGRATIONS.len() {
        return Err(Error::Down(format!("the database is at version {at}, this program knows {}", MIGRATIONS.len())));
    }
    for (i, sql) in MIGRATIONS.iter().enumerate().skip(at) {
        c.execute_batch(&format!("BEGIN IMMEDIATE; {sql}; PRAGMA user_version={}; COMMIT;", i + 1))?;
    }
    Ok(c)
}

fn run(file: &Path, work: &mpsc::Receiver<Work>) {
    let mut connection: Option<Connection> = None;
    // Removed words may still stand in the write-ahead log: it is emptied as soon as no reader is in the way.
    let mut owed = false;
    while let Ok(first) = work.recv() {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(more) = work.try_recv()
        {
            group.push(more);
        }
        let failed = match connection.take().map_or_else(|| open(file), Ok) {
            Ok(c) => match commit(&c, group, &mut owed) {
                Ok(()) => {
                    connection = Some(c);
                    continue;
                }
                // The connection is dropped: the next piece opens it anew.
                Err(failed) => failed,
            },
            Err(e) => (group.into_iter().map(|w| (w.piece)(Err(&e.to_string()))).collect(), e.to_string()),
        };
        tracing::error!("the store is down: {}", failed.1);
        for deliver in failed.0 {
            deliver(Some(&failed.1));
        }
    }
}

/// Commits a group and answers; or gives back who still must be told why not.
fn commit(c: &Connection, group: Vec<Work>, owed: &mut bool) -> Result<(), (Vec<Deliver>, String)> {
    if let Err(e) = c.execute_batch("BEGIN IMMEDIATE") {
        let why = e.to_string();
        return Err((group.into_iter().map(|w| (w.piece)(Err(&why))).collect(), why));
    }
    let delivers: Vec<(bool, Deliver)> = group.into_iter().map(|w| (w.empties_log, (w.piece)(Ok(c)))).collect();
    if let Err(e) = c.execute_batch("COMMIT") {
        return Err((delivers.into_iter().map(|d| d.1).collect(), e.to_string()));
    }
    *owed |= delivers.iter().any(|d| d.0);
    if *owed {
        *owed = !matches!(c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get::<_, i64>(0)), Ok(0));
    }
    for (empties_log, deliver) in delivers {
        deliver((empties_log && *owed).then_some("removed, but the write-ahead log could not be emptied yet: another program reads the database"));
    }
    Ok(())
}
