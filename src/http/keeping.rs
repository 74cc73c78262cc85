//! A message's arrival: read by the engine in memory, then kept. What tells to call never waits for the store.
//!
//! 1. The engine decides, on the message alone and on the conversation held in memory.
//! 2. The message goes to the store; when that fails or is late, to the spool on disk.
//! 3. The answer leaves with the redirect. For a present emergency it waits [`PRESSING`] at most for the second step, which goes on without it.

use super::Shared;
use super::chance;
use super::clock;
use super::rate::Pace;
use crate::decision::Decision;
use crate::desk::contact::Level;
use crate::desk::state::name;
use crate::desk::verdict::Verdict;
use crate::engine::{CONVERSATION, Engine};
use crate::store::contacts::{self, Arrival};
use crate::store::spool::{self, Spool};
use crate::store::sql::{self, Database};
use crate::store::{Error, Store};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, watch};

/// How long a present emergency waits to be told that its message is kept.
const PRESSING: Duration = Duration::from_millis(100);
/// How long the store may take before the spool is used.
const STORE: Duration = Duration::from_millis(1500);
/// How long earlier messages may take to be read.
const EARLIER: Duration = Duration::from_millis(150);
/// Conversations held in memory.
const HELD: usize = 10_000;
/// Characters of a message that are read and kept.
pub const MESSAGE_MAX: usize = 10_000;

/// What the doors of the desk share.
pub struct Desk {
    /// The records.
    pub store: Store,
    /// Messages that wait for the store.
    pub spool: Spool,
    /// Contacts that changed, as it happens.
    pub changed: broadcast::Sender<String>,
    /// Turns true when the server stops: open streams end.
    pub closing: watch::Sender<bool>,
    /// Do other servers write to the same database?
    shared: bool,
    /// Last words by hash of code, so that an emergency told in pieces is seen without the store.
    held: Mutex<BTreeMap<String, Vec<String>>>,
}

impl Desk {
    /// Over a folder, which is created when it can be.
    ///
    /// # Errors
    /// A thread that cannot start.
    pub fn start(data: &Path, database: Database) -> Result<Self, String> {
        // A folder that cannot be made is a store that is down: told later, and the redirect still works.
        let _ = private_folder(data);
        let (changed, shared) = (broadcast::channel(1024).0, matches!(database, Database::Server(_)));
        if shared {
            hear(database.clone(), changed.downgrade()).map_err(|e| e.to_string())?;
        }
        Ok(Self {
            store: Store::start(database).map_err(|e| e.to_string())?,
            spool: Spool::new(spool::file(data)),
            changed,
            shared,
            closing: watch::channel(false).0,
            held: Mutex::default(),
        })
    }

    /// Tells the streams.
    pub fn tell(&self, contact: &str) {
        // Nobody may listen.
        let _ = self.changed.send(contact.to_owned());
    }

    /// Writes the spool to the store, if it can be.
    pub async fn replay(&self) -> Result<(), Error> {
        for contact in self.spool.replay(&self.store).await? {
            self.tell(&contact);
        }
        Ok(())
    }

    /// Forgets a conversation.
    pub fn forget(&self, code_hash: &str) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(code_hash);
    }

    fn recall(&self, code_hash: &str) -> Option<Vec<String>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).get(code_hash).cloned()
    }

    fn hold(&self, code_hash: &str, mut earlier: Vec<String>, text: &str) {
        if earlier.last().is_none_or(|last| last != text) {
            earlier.push(text.to_owned());
        }
        earlier.drain(..earlier.len().saturating_sub(CONVERSATION - 1));
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= HELD && !held.contains_key(code_hash) {
            held.pop_first();
        }
        held.insert(code_hash.to_owned(), earlier);
    }
}

/// Makes a folder that only its owner enters; one that is there stays as it is.
fn private_folder(data: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data)
}

/// Wakes our streams when another server changes a contact, as long as somebody may listen.
fn hear(database: Database, changed: broadcast::WeakSender<String>) -> std::io::Result<()> {
    let listen = move || {
        loop {
            let heard = sql::listen(&database, |contact| {
                let Some(changed) = changed.upgrade() else { return false };
                // No stream may be open.
                contact.map(|c| changed.send(c.to_owned()));
                true
            });
            match heard {
                Err(e) if changed.strong_count() > 0 => tracing::warn!("news of other servers come late: {e}"),
                _ => return,
            }
            std::thread::sleep(Duration::from_secs(1));
        }
    };
    std::thread::Builder::new().name("news".into()).spawn(listen).map(|_| ())
}

/// What the citizen must be told at once.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Redirect {
    /// `now`: takes the whole screen; `possible`: a reminder.
    level: &'static str,
    /// Of what kind.
    category: String,
    /// The number to call first; 114 is reached by SMS.
    call: String,
    /// The others.
    also: Vec<String>,
    /// The pack's words.
    pub text: String,
}

impl Redirect {
    /// Is it a present emergency?
    pub fn is_now(&self) -> bool {
        self.level == "now"
    }

    /// First number, then the others.
    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.call.as_str()).chain(self.also.iter().map(String::as_str))
    }
}

/// Where the message is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kept {
    /// In the store.
    Stored,
    /// On disk, until the store is back.
    Spooled,
    /// Under way: send again with the same key to be sure.
    Pending,
    /// Nowhere: both failed. Send again.
    Lost,
    /// Nowhere: read, but too many came from the same network. Send again later.
    Shed,
}

/// By which door a message comes.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// The API, which the citizen's page speaks.
    Chat,
    /// The form without script.
    Form,
}

/// What became of an arrival.
pub struct Arrived {
    /// To tell at once.
    pub redirect: Option<Redirect>,
    /// Where it is, or why it was refused.
    pub kept: Result<Kept, Error>,
}

/// Reads and keeps a message, or an opening without one. Over its rate a message is read alone, in memory, and only a present emergency is kept.
pub async fn arrive(s: &Shared, pace: Pace, channel: Channel, code_hash: String, opens: Option<String>, message: String, text: Option<String>) -> Arrived {
    let (redirect, verdict, decision) = match &text {
        Some(text) => {
            let (redirect, verdict, decision) = read(s, &code_hash, opens.is_some() || pace.is_over(), text).await;
            (redirect, Some(verdict), decision)
        }
        None => (None, None, serde_json::Value::Null),
    };
    if pace.sheds(&s.rates, redirect.as_ref().is_some_and(Redirect::is_now)) {
        metrics::counter!("guichet_shed_total").increment(1);
        return Arrived { redirect, kept: Ok(Kept::Shed) };
    }
    let arrival = Arrival { message, code_hash, opens, at: clock::now(), text, verdict, decision, channel: name(channel) };
    let desk = s.desk.clone();
    // Goes on even when the citizen leaves.
    let keeping = tokio::spawn(async move { keep(&desk, arrival).await });
    let ended = if redirect.as_ref().is_some_and(Redirect::is_now) {
        match tokio::time::timeout(PRESSING, keeping).await {
            Ok(ended) => ended,
            Err(_) => return Arrived { redirect, kept: Ok(Kept::Pending) },
        }
    } else {
        keeping.await
    };
    Arrived { redirect, kept: ended.unwrap_or(Ok(Kept::Lost)) }
}

async fn keep(desk: &Desk, arrival: Arrival) -> Result<Kept, Error> {
    let (mut stored, mut spooled) = (store(desk, &arrival).await, false);
    if matches!(stored, Ok(Err(Error::Unknown))) {
        // Its opening may be in the spool, or have been written from it since: look there, then ask once more.
        spooled = !desk.spool.is_empty().await;
        stored = store(desk, &arrival).await;
    }
    match stored {
        Ok(Ok(id)) => {
            desk.tell(&id);
            return Ok(Kept::Stored);
        }
        Ok(Err(Error::Conflict)) => return Err(Error::Conflict),
        Ok(Err(Error::Unknown)) if !spooled => return Err(Error::Unknown),
        Ok(Err(e @ (Error::Refused(_) | Error::Changed | Error::LastAdministrator))) => return Err(e),
        Ok(Err(Error::Down(_) | Error::Unknown)) | Err(_) => {}
    }
    match desk.spool.keep(&arrival).await {
        Ok(()) => {
            metrics::counter!("guichet_spooled_total").increment(1);
            Ok(Kept::Spooled)
        }
        Err(e) => {
            tracing::error!("the spool failed too: {e}");
            Ok(Kept::Lost)
        }
    }
}

async fn store(desk: &Desk, arrival: &Arrival) -> Result<Result<String, Error>, tokio::time::error::Elapsed> {
    let copy = arrival.clone();
    tokio::time::timeout(STORE, desk.store.run(move |c| contacts::arrive(c, &copy))).await
}

async fn read(s: &Shared, code_hash: &str, new: bool, text: &str) -> (Option<Redirect>, Verdict, serde_json::Value) {
    let engine = s.engine.load_full();
    let mut earlier = s.desk.recall(code_hash).unwrap_or_default();
    let mut decision = decide(&engine, &earlier, text).await;
    let pressing = |d: &Option<Decision>| d.as_ref().and_then(|d| d.emergency.as_ref()).is_some_and(|e| e.level == crate::rules::Level::Now);
    if (earlier.is_empty() || s.desk.shared) && !new && !pressing(&decision) {
        // Not in memory (a restart), or another server may have received one since: read them, briefly.
        let hash = code_hash.to_owned();
        let reading = s.desk.store.run(move |c| contacts::earlier(c, &hash, CONVERSATION - 1));
        if let Ok(Ok(mut read)) = tokio::time::timeout(EARLIER, reading).await
            && read != earlier
        {
            // What only memory holds waits in the spool, or is being written.
            earlier.retain(|held| !read.contains(held));
            read.append(&mut earlier);
            read.drain(..read.len().saturating_sub(CONVERSATION - 1));
            earlier = read;
            decision = decide(&engine, &earlier, text).await;
        }
    }
    s.desk.hold(code_hash, earlier, text);
    match decision {
        Some(d) => {
            let redirect = redirect(&engine, &d);
            let acknowledgement = fixed(&engine, d.language, false, "acknowledgement", RECEIVED);
            let verdict = Verdict::of(engine.pack(), &d, redirect.as_ref().map(|r| r.text.clone()), acknowledgement);
            (redirect, verdict, serde_json::to_value(&d).unwrap_or_default())
        }
        // The engine never fails; were it to, a person reads the message and the citizen is reminded of 17.
        None => {
            let text = fixed(&engine, "fr", true, "possible", REMINDER);
            let redirect = Redirect { level: "possible", category: String::new(), call: "17".into(), also: vec!["112".into(), "114".into()], text: text.clone() };
            let verdict = Verdict {
                level: Level::Possible,
                routed: false,
                redirect: Some(text),
                proposal: None,
                acknowledgement: fixed(&engine, "fr", false, "acknowledgement", RECEIVED),
                theme: None,
                language: None,
                sensitive: false,
            };
            (Some(redirect), verdict, serde_json::Value::Null)
        }
    }
}

async fn decide(engine: &Arc<Engine>, earlier: &[String], text: &str) -> Option<Decision> {
    let (engine, earlier, text) = (engine.clone(), earlier.to_vec(), text.to_owned());
    tokio::task::spawn_blocking(move || {
        let earlier: Vec<&str> = earlier.iter().map(String::as_str).collect();
        engine.decide_after(&earlier, &text)
    })
    .await
    .ok()
}

const REMINDER: &str = "Si cela arrive en ce moment, appelez le 17. Si vous ne pouvez pas parler ou entendre, envoyez un SMS au 114.";
const RECEIVED: &str = "Votre message est bien reçu. Si la situation devient dangereuse, n’attendez pas : appelez le 17.";

/// A fixed text of the pack in the citizen's language, then in French, then the program's own.
fn fixed(engine: &Engine, language: &str, emergency: bool, key: &str, otherwise: &str) -> String {
    let replies = &engine.pack().replies;
    [language, "fr"]
        .iter()
        .filter_map(|l| replies.get(*l))
        .find_map(|r| if emergency { r.emergency.get(key) } else { r.fixed.get(key) })
        .map_or_else(|| otherwise.to_owned(), |r| r.text.clone())
}

fn redirect(engine: &Engine, d: &Decision) -> Option<Redirect> {
    let e = d.emergency.as_ref()?;
    let (level, key) = match e.level {
        crate::rules::Level::Now => ("now", if e.silent.is_some() { "silent" } else { e.category }),
        crate::rules::Level::Possible => ("possible", "possible"),
        crate::rules::Level::None => return None,
    };
    let otherwise = if e.call == "114" { "Envoyez un SMS au 114 : où vous êtes, ce qui se passe.".to_owned() } else { format!("Appelez le {}.", e.call) };
    let text = fixed(engine, d.language, true, key, &otherwise);
    Some(Redirect { level, category: e.category.to_owned(), call: e.call.clone(), also: e.also.clone(), text })
}

/// The id of a message: from the sender's key when there is one, so that the same message sent twice is one.
///
/// # Errors
/// As [`chance::bytes`].
pub fn message_id(code_hash: &str, key: Option<&str>) -> Result<String, String> {
    match key {
        Some(key) => Ok(chance::hash(&format!("{code_hash}:{key}"))),
        None => chance::id(),
    }
}
