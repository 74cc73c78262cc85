//! The desk in a storm: citizens, agents, services, and everything that fails between them, from a seed. The records are the program's own, on SQLite in memory;
//! the network, the spool's file and the clock are played here.
//!
//! After each step all that must always hold is read from the records. `GUICHET_SEEDS=100000` plays more seeds, `GUICHET_SEED=7` plays one again.
// Reason: the engine may not read its environment, but a test is told by it which seeds to play.
#![allow(clippy::disallowed_methods)]

use guichet::desk::contact::{Act, Contact, Level, Who};
use guichet::desk::draft::Why;
use guichet::desk::handover::Fate;
use guichet::desk::queue::{HEAD_START, stands};
use guichet::desk::state::State;
use guichet::desk::verdict::Verdict;
use guichet::engine::Engine;
use guichet::rules::{Pack, SourceFile};
use guichet::store::contacts::{self, Arrival, Queued};
use guichet::store::sql::{Database, Sql};
use guichet::store::{Error, journal};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const SEEDS: u64 = 2000;
const STEPS: u64 = 60;
const MINUTE: i64 = 60_000;
const AGENTS: [&str; 3] = ["anne", "bruno", "chloe"];
const WORDS: [&str; 5] = ["il y a quelqu'un dans ma maison", "comment faire une procuration", "porter plainte pour des coups", "bonjour", "merci bien"];

/// Two packs: the second answers otherwise.
static PACKS: LazyLock<[Engine; 2]> = LazyLock::new(|| {
    ["en ligne", "en mairie"].map(|how| {
        let pack = "name = \"storm\"\nversion = \"1\"\nsecond_reader = [\"violences\"]\n".to_owned();
        let emergency = "[[emergency]]\nid = \"intrusion.la\"\ncategory = \"intrusion\"\nall = [\"quelqu'un dans ma maison\"]\n".to_owned()
            + "matches = [\"il y a quelqu'un dans ma maison\"]\nignores = [\"ma maison est à vendre\"]\n";
        let faq = |id: &str, example: &str| format!("[[faq]]\nid = \"{id}\"\nquestion = \"{example} ?\"\nanswer = \"Motus {how}.\"\nexamples = [\"{example}\"]\n");
        let faqs = faq("citoyen.procuration", WORDS[1]) + &faq("violences.plainte", WORDS[2]);
        let files = [("pack.toml", pack), ("emergencies/e.toml", emergency), ("faq/f.toml", faqs)];
        let files = files.into_iter().map(|(path, text)| SourceFile { path: path.into(), text }).collect();
        Engine::new(Pack::compile(files).expect("a pack").0)
    })
});

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        (!all.is_empty()).then(|| all[self.below(all.len())])
    }
}

/// Where the program dies, in a piece of work.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// Applied, not committed.
    Before,
    /// Committed, and nobody told.
    After,
}

/// A message on its way.
#[derive(Clone)]
struct Sending {
    arrival: Arrival,
    told: bool,
}

/// What an agent last read.
#[derive(Clone, Default)]
struct View {
    contact: String,
    revision: u32,
}

struct World {
    c: Sql,
    dice: Dice,
    now: i64,
    pack: usize,
    down: bool,
    /// On disk: survives every crash.
    spool: Vec<Arrival>,
    /// By message id: everything that citizens ever sent.
    sent: BTreeMap<String, Sending>,
    /// Copies on the wire, late and doubled.
    wire: Vec<String>,
    views: [View; 3],
    /// Code hash by contact.
    citizens: Vec<(String, String)>,
    /// What agents asked to approve, and could: contact, revision, agent.
    approvals: BTreeSet<(String, u32, String)>,
    levels: BTreeMap<String, Level>,
    erased: BTreeSet<String>,
    count: usize,
}

type Checked = Result<(), String>;

impl World {
    fn new(seed: u64) -> Self {
        Self {
            c: Sql::open(&Database::File(":memory:".into())).expect("in memory"),
            dice: Dice(seed),
            now: 1_000_000_000_000,
            pack: 0,
            down: false,
            spool: Vec::new(),
            sent: BTreeMap::new(),
            wire: Vec::new(),
            views: Default::default(),
            citizens: Vec::new(),
            approvals: BTreeSet::new(),
            levels: BTreeMap::new(),
            erased: BTreeSet::new(),
            count: 0,
        }
    }

    fn fault(&mut self) -> Fault {
        match self.dice.below(12) {
            0 => Fault::Before,
            1 => Fault::After,
            _ => Fault::None,
        }
    }

    /// A piece of work, as the store does it. `None`: the program died before it answered.
    fn piece<T>(&self, fault: Fault, f: impl FnOnce(&Sql) -> Result<T, Error>) -> Option<Result<T, Error>> {
        if self.down {
            return Some(Err(Error::Down("played".into())));
        }
        let result = self.c.alone(|c| {
            let done = f(c)?;
            if fault == Fault::Before { Err(Error::Down("died".into())) } else { Ok(done) }
        });
        (fault == Fault::None).then_some(result)
    }

    fn contacts(&self) -> Vec<Contact> {
        let records: Vec<String> = self.c.all("SELECT record FROM contact ORDER BY id", &[], |r| r.get(0)).expect("read");
        records.iter().map(|r| serde_json::from_str(r).expect("a record")).collect()
    }

    // --- What happens.

    fn step(&mut self) -> Checked {
        self.now += self.dice.below(3 * MINUTE as usize) as i64;
        match self.dice.below(30) {
            0..6 => self.citizen_writes(),
            6..13 => self.network_delivers(),
            13..22 => self.agent_acts()?,
            22 => self.replay(),
            23 => self.service_answers(),
            24 => self.clock_rounds(),
            25 => self.now += (self.dice.below(48 * 60) as i64 - 60) * MINUTE,
            26 => self.pack = 1 - self.pack,
            27 => self.down = !self.down && self.dice.once_in(2),
            28 => self.citizen_ends(),
            _ => {
                // Lost on the wire: who was not told sends again some day.
                let lost = self.dice.below(self.wire.len());
                if lost < self.wire.len() {
                    self.wire.swap_remove(lost);
                }
            }
        }
        self.check()
    }

    fn citizen_writes(&mut self) {
        let new = self.citizens.is_empty() || (self.citizens.len() < 5 && self.dice.once_in(4));
        if new {
            let n = self.citizens.len();
            self.citizens.push((format!("hash{n}"), format!("contact{n}")));
        }
        let (code_hash, contact) = self.citizens[self.dice.below(self.citizens.len())].clone();
        self.count += 1;
        // Each is unlike every other, so that a doubled one is seen.
        let text = format!("{} motus{}", self.dice.of(&WORDS).expect("words"), self.count);
        let message = format!("message{}", self.count);
        // Every copy carries the opening, as the spool's lines do.
        let arrival = Arrival {
            message: message.clone(),
            code_hash,
            opens: Some(contact),
            at: self.now,
            text: Some(text),
            verdict: None,
            decision: serde_json::Value::Null,
            channel: "chat".into(),
        };
        self.sent.insert(message.clone(), Sending { arrival, told: false });
        self.wire.push(message);
    }

    /// A copy reaches the server, which reads it with the pack in force and keeps it.
    fn network_delivers(&mut self) {
        if self.wire.is_empty() || self.dice.once_in(6) {
            let waiting: Vec<&String> = self.sent.iter().filter(|(_, s)| !s.told).map(|(id, _)| id).collect();
            let again = self.dice.below(waiting.len());
            self.wire.extend(waiting.get(again).map(|id| (*id).clone()));
        }
        let at = self.dice.below(self.wire.len());
        let Some(id) = self.wire.get(at).cloned() else { return };
        if !self.dice.once_in(5) {
            self.wire.swap_remove(at);
        }
        let mut arrival = self.sent[&id].arrival.clone();
        arrival.verdict = Some(self.verdict(arrival.text.as_deref().unwrap_or("")));
        arrival.at = self.now;
        let fault = self.fault();
        let copy = arrival.clone();
        let told = match self.piece(fault, move |c| contacts::arrive(c, &copy)) {
            Some(Ok(_)) => true,
            Some(Err(Error::Down(_))) if fault == Fault::None => {
                self.spool.push(arrival);
                true
            }
            // Dead, or an erased contact: nobody is told that it is kept.
            _ => false,
        };
        self.sent.entry(id).and_modify(|s| s.told |= told);
    }

    fn verdict(&self, text: &str) -> Verdict {
        let engine = &PACKS[self.pack];
        let d = engine.decide(text);
        let redirect = d.emergency.as_ref().map(|e| format!("appelez le {}", e.call));
        Verdict::of(engine.pack(), &d, redirect, "reçu".into())
    }

    /// The spool is written to the store in order; dying in the middle leaves the file whole.
    fn replay(&mut self) {
        let dies = self.dice.once_in(3).then(|| self.dice.below(self.spool.len()));
        for (i, arrival) in self.spool.clone().iter().enumerate() {
            let fault = if dies == Some(i) { self.fault() } else { Fault::None };
            match self.piece(fault, |c| contacts::arrive(c, arrival)) {
                None | Some(Err(Error::Down(_))) => return,
                Some(_) => {}
            }
        }
        self.spool.clear();
    }

    fn agent_acts(&mut self) -> Checked {
        let who = self.dice.below(AGENTS.len());
        let agent = AGENTS[who];
        // A fresh look at the queue, or the stale one of a window left open.
        if self.views[who].contact.is_empty() || self.dice.once_in(3) {
            let queue = contacts::waiting(&self.c, self.now).expect("read");
            let pick = if self.dice.once_in(2) { 0 } else { self.dice.below(queue.len()) };
            let Some(line) = queue.get(pick) else { return Ok(()) };
            self.views[who].contact.clone_from(&line.id);
        }
        let id = self.views[who].contact.clone();
        let Ok(before) = contacts::read(&self.c, &id) else { return Ok(()) };
        if !self.dice.once_in(4) {
            self.views[who].revision = before.revision;
        }
        let revision = self.views[who].revision;
        let act = match self.dice.below(28) {
            0..7 => Act::Take,
            7..12 => Act::Approve { revision },
            12 => Act::Edit { revision, text: format!("motus de {agent}") },
            13 => Act::Propose { text: format!("motus neuf de {agent}"), faq: None },
            14 => Act::Refuse { revision, reason: "motus faux".into(), why: Why::Wrong },
            15 => Act::Release,
            16 | 17 => Act::Ask,
            18..21 => Act::Give,
            21 => Act::Note { text: "motus noté".into() },
            22 => Act::Tag { tags: vec!["motus".into()] },
            23 | 24 => Act::HandOver { service: "brigade".into(), summary: "motus dit".into(), token_hash: format!("token-{id}") },
            25 => Act::Close,
            _ => {
                // Gone home without a word.
                self.views[who] = View::default();
                return Ok(());
            }
        };
        let fault = self.fault();
        // Told nothing, people press again.
        for fault in if fault == Fault::None { vec![fault] } else { vec![fault, Fault::None] } {
            self.agent_does(agent, &id, act.clone(), fault)?;
        }
        Ok(())
    }

    fn agent_does(&mut self, agent: &str, id: &str, act: Act, fault: Fault) -> Checked {
        let before = contacts::read(&self.c, id).expect("read");
        let holds = before.lease.as_ref().is_some_and(|l| l.agent == agent && self.now < l.until);
        let barred = before.lease.as_ref().is_some_and(|l| l.agent != agent && self.now < l.until);
        if let Act::Approve { revision } = act
            && holds
            && before.draft.as_ref().is_some_and(|d| d.revision == revision)
        {
            self.approvals.insert((id.to_owned(), revision, agent.to_owned()));
        }
        let result = self.piece(fault, |c| contacts::act(c, id, &Who::Agent(agent.to_owned()), act.clone(), self.now));
        let free = matches!(act, Act::Take | Act::Ask | Act::Note { .. } | Act::Tag { .. });
        match result {
            Some(Ok(_)) if !free && !holds => Err(format!("{agent} did {act:?} to {id} without holding it")),
            Some(Ok(_)) if act == Act::Take && barred => Err(format!("{agent} took {id} from {:?}", before.lease)),
            _ => Ok(()),
        }
    }

    fn service_answers(&mut self) {
        let Some((_, contact)) = self.citizens.get(self.dice.below(self.citizens.len())).cloned() else { return };
        let token_hash = if self.dice.once_in(5) { "guessed".to_owned() } else { format!("token-{contact}") };
        let act = if self.dice.once_in(3) { Act::Decline { token_hash, reason: "motus ailleurs".into() } } else { Act::Acknowledge { token_hash } };
        let fault = self.fault();
        let _ = self.piece(fault, |c| contacts::act(c, &contact, &Who::Service, act, self.now));
    }

    /// What the server's clock does, each contact in its own piece.
    fn clock_rounds(&mut self) {
        for id in contacts::late(&self.c, self.now).expect("read") {
            let fault = self.fault();
            let _ = self.piece(fault, |c| contacts::act(c, &id, &Who::Clock, Act::Return, self.now));
        }
    }

    fn citizen_ends(&mut self) {
        let Some((code_hash, contact)) = self.citizens.get(self.dice.below(self.citizens.len())).cloned() else { return };
        let act = match self.dice.below(6) {
            0 => Act::Erase,
            1 | 2 => Act::Close,
            _ => Act::Rate { score: self.dice.below(12) as u8, word: "motus content".into() },
        };
        let (fault, erases) = (self.fault(), act == Act::Erase);
        if erases {
            // The spool is written first, as the door does.
            self.replay();
        }
        let _ = self.piece(fault, |c| contacts::citizen_acts(c, &code_hash, act, self.now));
        if contacts::read(&self.c, &contact).is_ok_and(|k| k.state == State::Erased) {
            self.erased.insert(contact);
        }
    }

    // --- What must hold.

    fn check(&mut self) -> Checked {
        let messages: Vec<(String, String, String, String)> =
            self.c.all("SELECT id, contact, kind, text FROM message ORDER BY seq", &[], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))).expect("read");
        let contacts = self.contacts();
        self.nothing_leaves_unapproved(&messages, &contacts)?;
        self.nothing_acknowledged_is_lost_and_none_doubled(&messages)?;
        for k in &contacts {
            let highest = self.levels.entry(k.id.clone()).or_default();
            if k.level < *highest {
                return Err(format!("the level of {} fell from {highest:?} to {:?}", k.id, k.level));
            }
            *highest = k.level;
            if k.state == State::Erased {
                let record = serde_json::to_string(k).expect("json");
                let words: i64 = self.c.one("SELECT count(*) FROM word WHERE contact = $1", &[&k.id], |r| r.get(0)).expect("read");
                if record.contains("motus") || words > 0 {
                    return Err(format!("{} was erased and words stay: {record}, {words} in the index", k.id));
                }
            }
            // An emergency was told to call, and stands at the top.
            let cried = |m: &&(String, String, String, String)| m.1 == k.id && m.2 == "citizen" && m.3.contains("quelqu'un dans ma maison");
            if messages.iter().any(|m| cried(&m)) {
                if k.level != Level::Now {
                    return Err(format!("{} told an emergency and is {:?}", k.id, k.level));
                }
                if !messages.iter().any(|m| m.1 == k.id && m.2 == "redirect") {
                    return Err(format!("{} was never told to call", k.id));
                }
            }
        }
        self.the_queue_is_whole_and_in_order(&contacts, &messages)?;
        match journal::verify(&self.c).expect("read") {
            Ok(_) => Ok(()),
            Err(line) => Err(format!("the journal's chain breaks at line {line}")),
        }
    }

    fn nothing_leaves_unapproved(&self, messages: &[(String, String, String, String)], contacts: &[Contact]) -> Checked {
        let mut left = BTreeSet::new();
        for (id, contact, _, text) in messages.iter().filter(|m| m.2 == "answer") {
            let revision: u32 = id.rsplit(':').next().and_then(|r| r.parse().ok()).ok_or("an answer without revision")?;
            if !left.insert((contact, revision)) {
                return Err(format!("revision {revision} of {contact} left twice"));
            }
            let readers = self.approvals.iter().filter(|a| a.0 == *contact && a.1 == revision).count();
            let sensitive = contacts.iter().any(|k| k.id == *contact && k.sensitive);
            // A contact may become sensitive after an answer left.
            let wanted = if sensitive && !self.answered_before_sensitive(contact, revision) { 2 } else { 1 };
            if readers < wanted {
                return Err(format!("« {text} » left {contact} with {readers} readers, {wanted} wanted"));
            }
        }
        if let Some(other) = messages.iter().find(|m| !["citizen", "redirect", "acknowledgement", "answer"].contains(&m.2.as_str())) {
            return Err(format!("a message of no kind: {other:?}"));
        }
        Ok(())
    }

    /// By the journal: did this revision leave before the first message about violence was kept?
    fn answered_before_sensitive(&self, contact: &str, revision: u32) -> bool {
        let lines: Vec<(String, String)> =
            self.c.all("SELECT act, detail FROM journal WHERE contact = $1 ORDER BY seq", &[&contact], |r| Ok((r.get(0)?, r.get(1)?))).expect("read");
        let at = |found: &dyn Fn(&(String, String)) -> bool| lines.iter().position(found).unwrap_or(usize::MAX);
        let left = at(&|l| l.0 == "approve" && l.1.contains(&format!("revision {revision},")));
        left < at(&|l| l.0 == "receive" && l.1.contains("theme violences"))
    }

    fn nothing_acknowledged_is_lost_and_none_doubled(&self, messages: &[(String, String, String, String)]) -> Checked {
        let mut texts = BTreeSet::new();
        for m in messages.iter().filter(|m| m.2 == "citizen") {
            if !texts.insert(&m.3) {
                return Err(format!("doubled: « {} »", m.3));
            }
        }
        for (id, s) in self.sent.iter().filter(|(_, s)| s.told) {
            let contact = s.arrival.opens.as_deref().unwrap_or("");
            let kept = messages.iter().any(|m| m.0 == *id) || self.spool.iter().any(|a| a.message == *id);
            if !kept && !self.erased.contains(contact) {
                return Err(format!("{id} was acknowledged and is nowhere"));
            }
        }
        Ok(())
    }

    fn the_queue_is_whole_and_in_order(&self, contacts: &[Contact], messages: &[(String, String, String, String)]) -> Checked {
        let queue = contacts::waiting(&self.c, self.now).expect("read");
        let place = |q: &Queued| match q.level {
            Level::Now => (0, q.since),
            Level::Possible => (1, q.since - HEAD_START),
            Level::None => (1, q.since),
        };
        if let Some(pair) = queue.windows(2).find(|w| place(&w[0]) > place(&w[1])) {
            return Err(format!("out of order: {pair:?}"));
        }
        for k in contacts {
            let last = messages.iter().rev().find(|m| m.1 == k.id && (m.2 == "citizen" || m.2 == "answer"));
            let owed = last.is_some_and(|m| m.2 == "citizen") && !matches!(k.state, State::Closed | State::Erased | State::Transferred);
            // Handed over, the clock watches it.
            let watched = k.state == State::HandedOver && k.handover.as_ref().is_some_and(|h| h.fate == Fate::Pending);
            if owed && !watched && !queue.iter().any(|q| q.id == k.id) {
                return Err(format!("{} waits for an answer and is not in the queue ({:?})", k.id, k.state));
            }
            if queue.iter().filter(|q| q.id == k.id).count() > 1 {
                return Err(format!("{} is twice in the queue", k.id));
            }
        }
        Ok(())
    }

    /// The storm is over: everything comes through, and whoever takes the first in the queue each time empties it.
    fn calm(&mut self) -> Checked {
        self.down = false;
        self.spool_and_wire();
        self.now += 3 * 24 * 60 * MINUTE;
        for id in contacts::late(&self.c, self.now).expect("read") {
            contacts::act(&self.c, &id, &Who::Clock, Act::Return, self.now).map_err(|e| format!("{id} does not come back: {e}"))?;
        }
        for (id, s) in &self.sent {
            let kept: i64 = self.c.one("SELECT count(*) FROM message WHERE id = $1", &[id], |r| r.get(0)).expect("read");
            if kept != 1 && !self.erased.contains(s.arrival.opens.as_deref().unwrap_or("")) {
                return Err(format!("{id} was sent again in the calm and is kept {kept} times"));
            }
        }
        let mut turns = 4 * self.citizens.len() + 4;
        while let Some(first) = contacts::waiting(&self.c, self.now).expect("read").into_iter().next() {
            turns -= 1;
            if turns == 0 {
                return Err(format!("the queue does not empty: {first:?}"));
            }
            let agent = if turns.is_multiple_of(2) { "dora" } else { "emile" };
            self.agent_does(agent, &first.id, Act::Take, Fault::None)?;
            let k = contacts::read(&self.c, &first.id).expect("read");
            if k.draft.as_ref().is_none_or(|d| !d.pending()) {
                self.agent_does(agent, &first.id, Act::Propose { text: "motus final".into(), faq: None }, Fault::None)?;
            }
            let revision = contacts::read(&self.c, &first.id).expect("read").revision;
            self.agent_does(agent, &first.id, Act::Approve { revision }, Fault::None)?;
            self.agent_does(agent, &first.id, Act::Release, Fault::None)?;
            self.check()?;
        }
        if self.contacts().iter().any(|k| stands(k.state)) {
            return Err("a contact stands in no queue".into());
        }
        self.check()
    }

    fn spool_and_wire(&mut self) {
        for arrival in std::mem::take(&mut self.spool) {
            let _ = self.piece(Fault::None, |c| contacts::arrive(c, &arrival));
        }
        for id in self.sent.keys().cloned().collect::<Vec<_>>() {
            let mut arrival = self.sent[&id].arrival.clone();
            arrival.verdict = Some(self.verdict(arrival.text.as_deref().unwrap_or("")));
            // An erased contact's code opens nothing: sent again, it would open another under the same id, which the records refuse.
            let told = matches!(self.piece(Fault::None, |c| contacts::arrive(c, &arrival)), Some(Ok(_)));
            self.sent.entry(id).and_modify(|s| s.told |= told);
        }
    }
}

fn play(seed: u64) -> Checked {
    let mut world = World::new(seed);
    for step in 0..STEPS {
        world.step().map_err(|e| format!("step {step}: {e}"))?;
    }
    world.calm().map_err(|e| format!("in the calm: {e}"))
}

#[test]
fn whatever_fails_what_must_hold_holds_after_each_step() {
    let number = |name: &str| std::env::var(name).ok().map(|v| v.parse::<u64>().expect("a number"));
    let seeds: Vec<u64> = number("GUICHET_SEED").map_or_else(|| (0..number("GUICHET_SEEDS").unwrap_or(SEEDS)).collect(), |one| vec![one]);
    // Compiled before any worker asks: a worker that waits for the packs is one that compiling them would wait for.
    LazyLock::force(&PACKS);
    let failed = seeds.par_iter().find_map_any(|seed| play(*seed).err().map(|why| (*seed, why)));
    if let Some((seed, why)) = failed {
        panic!("seed {seed}, {why}\nreplay: GUICHET_SEED={seed} cargo test --release --test simulator");
    }
}

#[test]
fn the_storm_reaches_what_it_should() {
    // Were the dice never to lead there, the checks above would hold of nothing.
    let mut acts = BTreeMap::<String, u64>::new();
    for seed in 0..300 {
        let mut world = World::new(seed);
        for _ in 0..STEPS {
            world.step().expect("it holds");
        }
        world.calm().expect("it holds");
        let lines: Vec<String> = world.c.all("SELECT act FROM journal", &[], |r| r.get(0)).expect("read");
        lines.into_iter().for_each(|a| *acts.entry(a).or_default() += 1);
    }
    for act in [
        "receive",
        "take",
        "approve",
        "submit",
        "edit",
        "refuse",
        "release",
        "ask",
        "give",
        "note",
        "tag",
        "hand-over",
        "acknowledge",
        "decline",
        "return",
        "close",
        "rate",
        "erase",
    ] {
        assert!(acts.contains_key(act), "{act}: {acts:?}");
    }
    assert!(World::new(0).verdict(WORDS[2]).sensitive && World::new(0).verdict(WORDS[0]).level == Level::Now);
}
