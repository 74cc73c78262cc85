//! What the server's clock does: contacts that no service acknowledged come back, and once a day what is due is erased.

use super::{Shared, clock};
use crate::desk::contact::{Act, Who};
use crate::desk::day;
use crate::store::{Error, contacts, retention};
use std::path::Path;
use std::time::Duration;

/// Between two rounds.
const ROUND: Duration = Duration::from_secs(10);

/// Goes round until the server stops.
pub async fn go(s: Shared, data: &Path) {
    let mut erased_on = None;
    loop {
        tokio::time::sleep(ROUND).await;
        let now = clock::now();
        if let Err(e) = bring_back(&s, now).await {
            tracing::error!("contacts handed over could not be looked at: {e}");
        }
        let today = day::of(now);
        if erased_on != Some(today) {
            match erase(&s, data, today, now).await {
                Ok(()) => erased_on = Some(today),
                Err(e) => tracing::error!("what is due could not be erased, the next round tries again: {e}"),
            }
        }
    }
}

/// Brings back what no service acknowledged in time.
///
/// # Errors
/// A store that fails.
pub async fn bring_back(s: &Shared, now: i64) -> Result<(), Error> {
    for id in s.desk.store.run(move |c| contacts::late(c, now)).await? {
        match s.desk.store.act(id.clone(), Who::Clock, Act::Return, now).await {
            // Acknowledged or taken meanwhile.
            Ok(_) | Err(Error::Refused(_)) => s.desk.tell(&id),
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Erases what is due on a day, a piece after the other, and keeps the signed reports.
///
/// # Errors
/// A store or a disk that fails.
pub async fn erase(s: &Shared, data: &Path, today: toml::value::Date, now: i64) -> Result<(), String> {
    // Words that wait in the spool are as old.
    s.desk.replay().await.map_err(|e| e.to_string())?;
    loop {
        let engine = s.engine.load_full();
        let Some(file) = engine.pack().retention.clone() else { return Ok(()) };
        let hash = engine.pack().hash.clone();
        let done = s.desk.store.erase(move |c| retention::run(c, &file, &hash, today, now, false)).await.map_err(|e| e.to_string())?;
        let Some(report) = done else { return Ok(()) };
        let path = retention::keep(data, &report)?;
        tracing::info!("what was due was erased: {}", path.display());
        if !report.more {
            return Ok(());
        }
    }
}
