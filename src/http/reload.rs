//! The pack is swapped on SIGHUP and on file change, all or nothing: a pack with a mistake, or that loses an emergency of its own examples, is refused, the old
//! one stays, and `/readyz` and the log say so.

use super::{Shared, signature};
use crate::corpus::baseline::Baseline;
use crate::corpus::{self, examples};
use crate::engine::Engine;
use crate::rules::Pack;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How the last reload ended.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum Outcome {
    /// The pack of the start is in force.
    Started,
    /// A new pack is in force.
    Loaded,
    /// The new pack was refused; the old one is in force.
    Refused {
        /// Why, a line each.
        why: Vec<String>,
    },
}

/// What a pack must hold to go live, beside being sound and keeping the emergencies of its own examples.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    /// The folder of the corpus whose baseline it must hold.
    pub corpus: Option<PathBuf>,
    /// The public key (PEM) whose holder must have signed it, in the file `pack.sig` of its folder.
    pub signer: Option<String>,
}

/// A pack fit to go live.
///
/// # Errors
/// A line for each mistake, for each emergency of its own examples that it would lose, and for each of the corpus that the accepted pack saw better; or why its
/// signature does not hold.
pub fn load(rules: &Path, gate: &Gate) -> Result<Engine, Vec<String>> {
    let (pack, _) =
        Pack::load(rules).map_err(|found| found.iter().map(|d| format!("{}:{}:{}: {}: {}", d.file, d.line, d.column, d.code, d.message)).collect::<Vec<_>>())?;
    let engine = Engine::new(pack);
    if let Some(key) = &gate.signer {
        let path = rules.join(signature::FILE);
        let told = |why: String| vec![format!("{}: {why}", path.display())];
        let signed = std::fs::read_to_string(&path).map_err(|e| told(format!("{e}; `guichet diff OLD NEW --sign KEY` writes it")))?;
        signature::verify(key, &signed, &engine.pack().hash).map_err(told)?;
    }
    let mut lost: Vec<String> = examples::failures(&engine).iter().filter(|f| f.loses_emergency).map(ToString::to_string).collect();
    if let Some(corpus) = &gate.corpus {
        match Baseline::load(corpus).map_err(|e| vec![e])? {
            None => tracing::warn!("{} holds no baseline: emergencies lost since the last pack are not looked for", corpus.display()),
            Some(baseline) => {
                let cases = corpus::load(corpus).map_err(|found| found.iter().map(|d| format!("{}:{}: {}", d.file, d.line, d.message)).collect::<Vec<_>>())?;
                lost.extend(baseline.lost(&engine, &cases).iter().map(ToString::to_string));
            }
        }
    }
    if lost.is_empty() { Ok(engine) } else { Err(lost) }
}

/// Loads the pack anew; the old one stays when it is refused.
pub fn reload(rules: &Path, gate: &Gate, shared: &Shared) {
    match load(rules, gate) {
        Ok(engine) => {
            if engine.pack().hash == shared.engine.load().pack().hash {
                return;
            }
            tracing::info!(hash = engine.pack().hash, "new pack in force");
            shared.engine.store(Arc::new(engine));
            shared.reload.store(Arc::new(Outcome::Loaded));
        }
        Err(why) => {
            for w in &why {
                tracing::error!("pack refused, the old one stays: {w}");
            }
            shared.reload.store(Arc::new(Outcome::Refused { why }));
        }
    }
}

/// Watches the folder and SIGHUP from now on.
///
/// # Errors
/// A folder that cannot be watched.
pub fn watch(rules: PathBuf, gate: Gate, shared: Shared) -> Result<(), String> {
    use notify::Watcher;
    use tokio::signal::unix::{SignalKind, signal};
    let (tell, mut told) = tokio::sync::mpsc::channel::<()>(1);
    let on_file = tell.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|e| !e.kind.is_access()) {
            // A full channel already holds the news.
            let _ = on_file.try_send(());
        }
    })
    .map_err(|e| format!("cannot watch {}: {e}", rules.display()))?;
    watcher.watch(&rules, notify::RecursiveMode::Recursive).map_err(|e| format!("cannot watch {}: {e}", rules.display()))?;
    let mut hup = signal(SignalKind::hangup()).map_err(|e| e.to_string())?;
    tokio::spawn(async move {
        while hup.recv().await.is_some() {
            let _ = tell.try_send(());
        }
    });
    tokio::spawn(async move {
        let _kept = watcher;
        while told.recv().await.is_some() {
            // An editor writes several times: wait until it is quiet.
            tokio::time::sleep(Duration::from_millis(200)).await;
            while told.try_recv().is_ok() {}
            let (rules, gate, shared) = (rules.clone(), gate.clone(), shared.clone());
            // A panic in there would be logged by the runtime; the old pack stays.
            let _ = tokio::task::spawn_blocking(move || reload(&rules, &gate, &shared)).await;
        }
    });
    Ok(())
}
