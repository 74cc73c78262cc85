//! The desk's records, on SQLite or PostgreSQL ([`sql`]). One thread owns the connection; whoever needs it sends a piece of work and waits.
//!
//! Work that waits together is committed together, up to [`GROUP`] pieces: each answer is given after its commit is on disk. A piece that fails undoes itself alone.
//! A database that cannot be reached or written is told as [`Error::Down`] and tried again with the next piece; [`spool`] keeps messages meanwhile.

pub mod accounts;
pub mod backup;
pub mod contacts;
pub mod journal;
pub mod reports;
pub mod retention;
pub mod seal;
pub mod search;
pub mod spool;
pub mod sql;
pub mod statistics;

use crate::desk::contact::Refusal;
use sql::{Database, Sql};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use tokio::sync::oneshot;

/// Most pieces of work in one commit.
pub const GROUP: usize = 50;

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
    /// The record is not the one that was read.
    #[error("it changed since it was read")]
    Changed,
    /// Without an administrator nobody could make another.
    #[error("the last administrator stays: make another first")]
    LastAdministrator,
}

impl From<serde_json::Error> for Error {
    fn from(e: serde_json::Error) -> Self {
        Self::Down(format!("a record that cannot be read: {e}"))
    }
}

/// Gives the result of a piece once the fate of its commit is known.
type Deliver = Box<dyn FnOnce(Option<&str>) + Send>;
/// A piece: runs on the connection, or is told why there is none.
type Piece = Box<dyn FnOnce(Result<&Sql, &str>) -> Deliver + Send>;

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

/// Name of the file of SQLite in the folder of data.
pub fn database(data: &Path) -> PathBuf {
    data.join("guichet.db")
}

impl Store {
    /// Starts the thread over a database, which need not be reachable yet.
    ///
    /// # Errors
    /// A thread that cannot start.
    pub fn start(database: Database) -> std::io::Result<Self> {
        let (queue, work) = mpsc::channel();
        std::thread::Builder::new().name("store".into()).spawn(move || run(&database, &work))?;
        Ok(Self { queue })
    }

    /// Does a piece of work and waits for its commit.
    ///
    /// # Errors
    /// What the piece says, or that the store is down.
    pub async fn run<T: Send + 'static>(&self, f: impl FnOnce(&Sql) -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
        self.send(false, f).await
    }

    /// The same, and empties the write-ahead log before answering: what was removed is then in no file of the database.
    ///
    /// # Errors
    /// As [`Store::run`].
    pub async fn erase<T: Send + 'static>(&self, f: impl FnOnce(&Sql) -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
        self.send(true, f).await
    }

    async fn send<T: Send + 'static>(&self, empties_log: bool, f: impl FnOnce(&Sql) -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
        let (tell, told) = oneshot::channel();
        let piece: Piece = Box::new(move |connection| {
            let result = match connection {
                Ok(c) => c.alone(f),
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

/// Does one piece without a thread: for the commands that work beside the server.
///
/// # Errors
/// What the piece says, or that the store is down; nothing is then changed.
pub fn once<T>(database: &Database, f: impl FnOnce(&Sql) -> Result<T, Error>) -> Result<T, Error> {
    let c = Sql::open(database)?;
    c.begin()?;
    let result = f(&c)?;
    c.commit()?;
    Ok(result)
}

/// The same, and empties the write-ahead log: what was removed is then in no file of the database.
///
/// # Errors
/// As [`once`]; or a log that another program keeps, and then all the rest is done.
pub fn erase_once<T>(database: &Database, f: impl FnOnce(&Sql) -> Result<T, Error>) -> Result<T, Error> {
    let c = Sql::open(database)?;
    c.begin()?;
    let result = f(&c)?;
    c.commit()?;
    if c.empty_log() { Ok(result) } else { Err(Error::Down(OWED.into())) }
}

/// What is told when words were removed from the tables and not yet from the log.
const OWED: &str = "removed, but the write-ahead log could not be emptied yet: another program reads the database";

fn run(database: &Database, work: &mpsc::Receiver<Work>) {
    let mut connection: Option<Sql> = None;
    // Removed words may still stand in the write-ahead log: it is emptied as soon as no reader is in the way.
    let mut owed = false;
    while let Ok(first) = work.recv() {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(more) = work.try_recv()
        {
            group.push(more);
        }
        let failed = match turn(connection.take(), database) {
            Ok(c) => match commit(&c, group, &mut owed) {
                Ok(()) => {
                    connection = Some(c);
                    continue;
                }
                // The connection is dropped: the next group opens it anew.
                Err(failed) => failed,
            },
            Err(e) => (group.into_iter().map(|w| (w.piece)(Err(&e.to_string()))).collect(), e.to_string()),
        };
        tracing::error!("the store is down ({database}): {}", failed.1);
        for deliver in failed.0 {
            deliver(Some(&failed.1));
        }
    }
}

/// A connection whose turn it is to write. One that was lost since the last group, when the database was restarted, is made again: no piece has run on it yet.
fn turn(connection: Option<Sql>, database: &Database) -> Result<Sql, Error> {
    if let Some(c) = connection {
        match c.begin() {
            Ok(()) => return Ok(c),
            Err(e) if !c.is_lost() => return Err(e),
            Err(_) => {}
        }
    }
    let c = Sql::open(database)?;
    c.begin()?;
    Ok(c)
}

/// Runs and commits a group and answers; or gives back who still must be told why not.
fn commit(c: &Sql, group: Vec<Work>, owed: &mut bool) -> Result<(), (Vec<Deliver>, String)> {
    let delivers: Vec<(bool, Deliver)> = group.into_iter().map(|w| (w.empties_log, (w.piece)(Ok(c)))).collect();
    if let Err(e) = c.commit() {
        return Err((delivers.into_iter().map(|d| d.1).collect(), e.to_string()));
    }
    *owed |= delivers.iter().any(|d| d.0);
    if *owed {
        *owed = !c.empty_log();
    }
    for (empties_log, deliver) in delivers {
        deliver((empties_log && *owed).then_some(OWED));
    }
    Ok(())
}
