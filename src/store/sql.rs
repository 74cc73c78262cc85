//! One set of statements over two databases: SQLite in a file, PostgreSQL on a server. Whatever differs between them is here and in `migrations/`.
//!
//! Statements are literals with parameters `$1`, `$2`…, numbers are 64 bits and a record is text, so that both read them alike. Whoever writes holds the one
//! writer's turn from `begin` to `commit`: SQLite's own lock, an advisory lock on PostgreSQL. Every act adds a line to one chained journal, so acts stand in line
//! anyway; a lock for each contact would only add deadlocks between groups. It also gives messages and journal the order of their numbers, which streams rely on.

use super::Error;
use postgres::NoTls;
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// Forward only: the place in the list is the version. A migration has the same number on both.
const MIGRATIONS: [(&str, &str); 4] = [
    (include_str!("../../migrations/sqlite/001.sql"), include_str!("../../migrations/postgres/001.sql")),
    (include_str!("../../migrations/sqlite/002.sql"), include_str!("../../migrations/postgres/002.sql")),
    (include_str!("../../migrations/sqlite/003.sql"), include_str!("../../migrations/postgres/003.sql")),
    (include_str!("../../migrations/sqlite/004.sql"), include_str!("../../migrations/postgres/004.sql")),
];

/// Of the advisory lock; any number does, when all servers have the same.
const TURN: &str = "SELECT pg_advisory_xact_lock(7217)";

/// Settings of a session. A server that hangs in the middle of its turn is cut off, and no setting of the database may acknowledge what is not on its disk.
const SESSION: &str = "SET client_min_messages = warning; SET lock_timeout = '2s'; SET statement_timeout = '10s'; SET idle_in_transaction_session_timeout = '10s';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local');";

/// Where the records are.
#[derive(Clone)]
pub enum Database {
    /// A file of SQLite.
    File(PathBuf),
    /// A database of PostgreSQL.
    Server(Box<postgres::Config>),
}

impl Database {
    /// The file in a folder of data.
    pub fn within(data: &Path) -> Self {
        Self::File(super::database(data))
    }
}

impl FromStr for Database {
    type Err = String;

    /// Reads `postgres://user:password@host/name`. The mistake told never holds the address: a password may be in it.
    fn from_str(address: &str) -> Result<Self, String> {
        const FORM: &str = "give postgres://user:password@host/name";
        if !address.starts_with("postgres://") && !address.starts_with("postgresql://") {
            return Err(format!("the address of the database is not one of PostgreSQL: {FORM}"));
        }
        let mut config = postgres::Config::from_str(address).map_err(|e| format!("the address of the database cannot be read ({e}): {FORM}"))?;
        config.application_name("guichet").keepalives_idle(Duration::from_secs(5)).tcp_user_timeout(Duration::from_secs(5));
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(2));
        }
        Ok(Self::Server(Box::new(config)))
    }
}

impl fmt::Display for Database {
    /// For people and logs: never the password.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::File(file) => write!(f, "{}", file.display()),
            Self::Server(config) => {
                let hosts = config.get_hosts().iter().map(|h| match h {
                    postgres::config::Host::Tcp(name) => name.clone(),
                    postgres::config::Host::Unix(folder) => folder.display().to_string(),
                });
                write!(f, "PostgreSQL on {}, database {}", hosts.collect::<Vec<_>>().join(", "), config.get_dbname().unwrap_or("of the user's name"))
            }
        }
    }
}

/// A connection.
pub struct Sql(Kind);

enum Kind {
    Sqlite(rusqlite::Connection),
    Postgres(Box<RefCell<Session>>),
}

struct Session {
    client: postgres::Client,
    /// Statements are literals, so there are as many as the program has.
    prepared: BTreeMap<&'static str, postgres::Statement>,
}

impl Session {
    fn prepared(&mut self, sql: &'static str) -> Result<postgres::Statement, postgres::Error> {
        if let Some(known) = self.prepared.get(sql) {
            return Ok(known.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.prepared.insert(sql, statement.clone());
        Ok(statement)
    }
}

/// What a statement is given: numbers (`i64`), text, truth, or one of these that may be missing.
pub trait Param: rusqlite::ToSql + postgres::types::ToSql + Sync {}
impl<T: rusqlite::ToSql + postgres::types::ToSql + Sync> Param for T {}

/// What a column is read as: the same types.
pub trait Column: rusqlite::types::FromSql + for<'a> postgres::types::FromSql<'a> {}
impl<T: rusqlite::types::FromSql + for<'a> postgres::types::FromSql<'a>> Column for T {}

/// A row of an answer.
pub struct Row<'a>(Cells<'a>);

enum Cells<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// The column at a place, from 0.
    ///
    /// # Errors
    /// A column of another type.
    pub fn get<T: Column>(&self, i: usize) -> Result<T, Error> {
        Ok(match self.0 {
            Cells::Sqlite(r) => r.get(i)?,
            Cells::Postgres(r) => r.try_get(i)?,
        })
    }
}

impl Sql {
    /// Opens a database and brings it up to date.
    ///
    /// # Errors
    /// A file or a server that cannot be reached, or that a later version wrote.
    pub fn open(database: &Database) -> Result<Self, Error> {
        let c = Self::connect(database)?;
        c.migrate()?;
        Ok(c)
    }

    /// Opens a database as it is.
    ///
    /// # Errors
    /// A file or a server that cannot be reached.
    pub fn connect(database: &Database) -> Result<Self, Error> {
        Ok(match database {
            Database::File(file) => {
                let c = rusqlite::Connection::open(file)?;
                c.busy_timeout(Duration::from_millis(500))?;
                c.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;")?;
                Self(Kind::Sqlite(c))
            }
            Database::Server(config) => {
                let mut client = config.connect(NoTls)?;
                client.batch_execute(SESSION)?;
                Self(Kind::Postgres(Box::new(RefCell::new(Session { client, prepared: BTreeMap::new() }))))
            }
        })
    }

    fn migrate(&self) -> Result<(), Error> {
        if self.version().is_ok_and(|at| at == MIGRATIONS.len()) {
            return Ok(());
        }
        self.begin()?;
        if let Kind::Postgres(_) = self.0 {
            self.batch("CREATE TABLE IF NOT EXISTS migration (version BIGINT PRIMARY KEY)")?;
        }
        // Another program may have done it meanwhile.
        let at = self.version()?;
        if at > MIGRATIONS.len() {
            return Err(Error::Down(format!(
                "the database is at version {at}, this program knows {}: start the version that wrote it, or a later one",
                MIGRATIONS.len()
            )));
        }
        for (i, (sqlite, postgres)) in MIGRATIONS.iter().enumerate().skip(at) {
            match self.0 {
                Kind::Sqlite(_) => self.batch(&format!("{sqlite}; PRAGMA user_version={};", i + 1))?,
                Kind::Postgres(_) => self.batch(&format!("{postgres}; INSERT INTO migration VALUES ({});", i + 1))?,
            }
        }
        self.commit()
    }

    /// How many migrations this program knows.
    pub fn newest() -> usize {
        MIGRATIONS.len()
    }

    /// How many migrations it had.
    ///
    /// # Errors
    /// A database that none of ours wrote, on PostgreSQL.
    pub fn version(&self) -> Result<usize, Error> {
        let at: i64 = match self.0 {
            Kind::Sqlite(_) => self.one("PRAGMA user_version", &[], |r| r.get(0))?,
            Kind::Postgres(_) => self.one("SELECT coalesce(max(version), 0) FROM migration", &[], |r| r.get(0))?,
        };
        Ok(usize::try_from(at).unwrap_or(usize::MAX))
    }

    /// Changes rows: how many.
    ///
    /// # Errors
    /// `Conflict` for a constraint that does not hold, or a database that fails.
    pub fn execute(&self, sql: &'static str, params: &[&dyn Param]) -> Result<usize, Error> {
        match &self.0 {
            Kind::Sqlite(c) => Ok(c.prepare_cached(&numbered(sql))?.execute(rusqlite::params_from_iter(params))?),
            Kind::Postgres(session) => {
                let session = &mut *session.borrow_mut();
                let statement = session.prepared(sql)?;
                Ok(usize::try_from(session.client.execute(&statement, &theirs(params))?).unwrap_or(usize::MAX))
            }
        }
    }

    /// All rows, each read by `f`.
    ///
    /// # Errors
    /// What `f` says, or a database that fails.
    pub fn all<T>(&self, sql: &'static str, params: &[&dyn Param], mut f: impl FnMut(&Row) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        match &self.0 {
            Kind::Sqlite(c) => {
                let mut query = c.prepare_cached(&numbered(sql))?;
                let mut rows = query.query(rusqlite::params_from_iter(params))?;
                let mut all = Vec::new();
                while let Some(row) = rows.next()? {
                    all.push(f(&Row(Cells::Sqlite(row)))?);
                }
                Ok(all)
            }
            Kind::Postgres(session) => {
                let session = &mut *session.borrow_mut();
                let statement = session.prepared(sql)?;
                session.client.query(&statement, &theirs(params))?.iter().map(|row| f(&Row(Cells::Postgres(row)))).collect()
            }
        }
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// As [`Sql::all`].
    pub fn first<T>(&self, sql: &'static str, params: &[&dyn Param], f: impl FnMut(&Row) -> Result<T, Error>) -> Result<Option<T>, Error> {
        Ok(self.all(sql, params, f)?.into_iter().next())
    }

    /// The first row.
    ///
    /// # Errors
    /// `Unknown` when there is none; as [`Sql::all`].
    pub fn one<T>(&self, sql: &'static str, params: &[&dyn Param], f: impl FnMut(&Row) -> Result<T, Error>) -> Result<T, Error> {
        self.first(sql, params, f)?.ok_or(Error::Unknown)
    }

    /// Tells the other servers, once committed, that a contact changed. One server alone on SQLite has nobody to tell.
    ///
    /// # Errors
    /// A database that fails.
    pub fn tell(&self, contact: &str) -> Result<(), Error> {
        if let Kind::Postgres(_) = self.0 {
            self.one("SELECT pg_notify('guichet', $1) IS NULL", &[&contact], |_| Ok(()))?;
        }
        Ok(())
    }

    /// Is there nobody at the other end any more?
    pub(super) fn is_lost(&self) -> bool {
        match &self.0 {
            Kind::Sqlite(_) => false,
            Kind::Postgres(session) => session.borrow().client.is_closed(),
        }
    }

    /// Takes the writer's turn.
    pub(super) fn begin(&self) -> Result<(), Error> {
        match self.0 {
            Kind::Sqlite(_) => self.batch("BEGIN IMMEDIATE"),
            Kind::Postgres(_) => self.batch(&format!("BEGIN; {TURN}")),
        }
    }

    /// Puts on disk all that was done since `begin`.
    pub(super) fn commit(&self) -> Result<(), Error> {
        match self.0 {
            Kind::Sqlite(_) => self.batch("COMMIT"),
            // On a transaction that failed, PostgreSQL takes COMMIT for ROLLBACK and calls it a success. Asking something first fails as it should.
            Kind::Postgres(_) => self.batch("SELECT 1; COMMIT"),
        }
    }

    /// Runs a piece so that its failure undoes it and nothing else.
    ///
    /// # Errors
    /// What the piece says, or a database that fails.
    pub fn alone<T>(&self, f: impl FnOnce(&Self) -> Result<T, Error>) -> Result<T, Error> {
        self.batch("SAVEPOINT piece")?;
        let result = f(self);
        self.batch(if result.is_ok() { "RELEASE SAVEPOINT piece" } else { "ROLLBACK TO SAVEPOINT piece; RELEASE SAVEPOINT piece" })?;
        result
    }

    /// Empties the write-ahead log of what was removed: false when another program is in the way. PostgreSQL does it in its own time (`docs/database.md`).
    pub(super) fn empty_log(&self) -> bool {
        match &self.0 {
            Kind::Sqlite(c) => matches!(c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get::<_, i64>(0)), Ok(0)),
            Kind::Postgres(_) => true,
        }
    }

    /// What the database itself finds wrong, and what of its settings could lose what was acknowledged.
    ///
    /// # Errors
    /// A database that fails.
    pub fn faults(&self) -> Result<Vec<String>, Error> {
        match self.0 {
            Kind::Sqlite(_) => Ok(self.all("PRAGMA integrity_check", &[], |r| r.get::<String>(0))?.into_iter().filter(|line| line != "ok").collect()),
            Kind::Postgres(_) => self.all(
                "SELECT name || ' is ' || setting || ': a power cut may lose what was acknowledged' FROM pg_settings
                 WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting IN ('off', 'local')",
                &[],
                |r| r.get(0),
            ),
        }
    }

    /// Writes a whole copy of a file of SQLite, as it is at one moment, without stopping who writes. Nothing that was removed is in it.
    ///
    /// # Errors
    /// A copy that is there already, a disk that is full; a server of PostgreSQL, which has its own tools.
    pub(super) fn copy_to(&self, file: &str) -> Result<(), Error> {
        match &self.0 {
            Kind::Sqlite(_) => self.execute("VACUUM INTO $1", &[&file]).map(|_| ()),
            Kind::Postgres(_) => Err(Error::Down("PostgreSQL is copied with its own tools: pg_dump --format=custom, then pg_restore".into())),
        }
    }

    fn batch(&self, sql: &str) -> Result<(), Error> {
        match &self.0 {
            Kind::Sqlite(c) => c.execute_batch(sql)?,
            Kind::Postgres(session) => session.borrow_mut().client.batch_execute(sql)?,
        }
        Ok(())
    }
}

/// Hears what other servers tell with [`Sql::tell`], until `heard` answers false or the connection is lost. On SQLite there is nothing to hear.
///
/// # Errors
/// A server that cannot be reached, or was lost.
pub fn listen(database: &Database, mut heard: impl FnMut(Option<&str>) -> bool) -> Result<(), Error> {
    let Database::Server(config) = database else { return Ok(()) };
    let mut client = config.connect(NoTls)?;
    client.batch_execute("LISTEN guichet")?;
    loop {
        {
            let mut notifications = client.notifications();
            let mut some = notifications.timeout_iter(Duration::from_secs(2));
            while let Some(notification) = some.next()? {
                if !heard(Some(notification.payload())) {
                    return Ok(());
                }
            }
        }
        if !heard(None) {
            return Ok(());
        }
        // A lost connection gives no notification and no mistake either.
        client.is_valid(Duration::from_secs(2))?;
    }
}

/// `$1` as SQLite numbers it: there `$1` is a name, which takes the next free place.
fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

fn theirs<'a>(params: &[&'a dyn Param]) -> Vec<&'a (dyn postgres::types::ToSql + Sync)> {
    params.iter().map(|p| *p as &'a (dyn postgres::types::ToSql + Sync)).collect()
}

impl From<rusqlite::Error> for Error {
    fn from(e: rusqlite::Error) -> Self {
        match e.sqlite_error_code() {
            Some(rusqlite::ErrorCode::ConstraintViolation) => Self::Conflict,
            _ => Self::Down(e.to_string()),
        }
    }
}

impl From<postgres::Error> for Error {
    fn from(e: postgres::Error) -> Self {
        let Some(told) = e.as_db_error() else {
            let cause = std::error::Error::source(&e).map(|c| format!(": {c}")).unwrap_or_default();
            return Self::Down(format!("{e}{cause}"));
        };
        match told.code() {
            code if code.code().starts_with("23") => Self::Conflict,
            // Text with the character 0, which PostgreSQL cannot hold: no record has it.
            code if *code == SqlState::CHARACTER_NOT_IN_REPERTOIRE => Self::Unknown,
            code => Self::Down(format!("{} ({})", told.message(), code.code())),
        }
    }
}
