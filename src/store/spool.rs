//! The spool: messages that arrived while the store was down, a line of JSON each, on disk before the citizen is answered, written to the store once it is back.
//!
//! Once: the store knows a message by its id. A line cut short by a crash was never acknowledged and is passed over.

use super::contacts::{self, Arrival};
use super::{Error, Store};
use std::io::Write;
use std::path::{Path, PathBuf};
use tokio::sync::Mutex;

/// Its file in a folder of data.
pub fn file(data: &Path) -> PathBuf {
    data.join("spool.jsonl")
}

/// Messages that wait in a file, which need not exist. A line cut short by a crash is none.
///
/// # Errors
/// A file that cannot be read.
pub fn waiting(file: &Path) -> std::io::Result<usize> {
    match std::fs::read(file) {
        Ok(bytes) => Ok(bytes.split(|b| *b == b'\n').filter(|l| serde_json::from_slice::<Arrival>(l).is_ok()).count()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(0),
        Err(e) => Err(e),
    }
}

/// The spool of a folder.
pub struct Spool {
    file: Mutex<PathBuf>,
}

impl Spool {
    /// Over a file that need not exist.
    pub fn new(file: PathBuf) -> Self {
        Self { file: Mutex::new(file) }
    }

    /// Keeps a message; it is on disk when this returns.
    ///
    /// # Errors
    /// A disk that fails too.
    pub async fn keep(&self, a: &Arrival) -> std::io::Result<()> {
        let path = self.file.lock().await;
        let mut line = serde_json::to_vec(a)?;
        line.push(b'\n');
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = std::fs::OpenOptions::new().create(true).read(true).append(true).open(&*path)?;
        // A line cut short by a crash must not swallow this one.
        if file.metadata()?.len() > 0 {
            line.insert(0, b'\n');
        }
        file.write_all(&line)?;
        file.sync_all()?;
        // The name of a new file is on disk too.
        path.parent().map_or(Ok(()), |folder| std::fs::File::open(folder)?.sync_all())
    }

    /// Is nothing in it?
    pub async fn is_empty(&self) -> bool {
        let path = self.file.lock().await;
        std::fs::metadata(&*path).map_or(true, |m| m.len() == 0)
    }

    /// Writes all to the store, then empties the file. Gives the contacts that changed.
    ///
    /// # Errors
    /// A store that is still down: nothing is then lost, what was written is not written again.
    pub async fn replay(&self, store: &Store) -> Result<Vec<String>, Error> {
        let path = self.file.lock().await;
        let bytes = match std::fs::read(&*path) {
            Ok(b) if !b.is_empty() => b,
            _ => return Ok(Vec::new()),
        };
        let mut changed = Vec::new();
        for line in bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
            let Ok(a) = serde_json::from_slice::<Arrival>(line) else {
                tracing::warn!("a line of the spool was cut short: it was never acknowledged");
                continue;
            };
            match store.run(move |c| contacts::arrive(c, &a)).await {
                Ok(id) => changed.push(id),
                Err(e @ Error::Down(_)) => return Err(e),
                // Erased meanwhile, or the same key with other words: the store stands.
                Err(e) => tracing::warn!("a line of the spool was not written: {e}"),
            }
        }
        // Overwritten before it is cut, so that the words do not stay in the file's blocks on a disk that writes in place.
        let empty = || -> std::io::Result<()> {
            let mut file = std::fs::OpenOptions::new().write(true).open(&*path)?;
            file.write_all(&vec![0; bytes.len()])?;
            file.sync_all()?;
            file.set_len(0)?;
            file.sync_all()
        };
        empty().map_err(|e| Error::Down(format!("the spool cannot be emptied: {e}")))?;
        Ok(changed)
    }
}
