//! The engine behind one type: build once, ask many times, from any thread.

use crate::decision::{self, Decision};
use crate::matching::Findings;
use crate::matching::phrases::Scope;
use crate::rules::{Level, Pack};
use std::cell::RefCell;

thread_local! {
    /// Memory kept between messages of one thread.
    static FINDINGS: RefCell<Findings> = RefCell::default();
}

/// How many messages of a conversation are read together.
pub const CONVERSATION: usize = 4;

/// A pack, ready to decide.
pub struct Engine {
    pack: Pack,
}

impl Engine {
    /// From a compiled pack.
    pub fn new(pack: Pack) -> Self {
        Self { pack }
    }

    /// The pack.
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// Decides on one message. Never fails.
    pub fn decide(&self, message: &str) -> Decision {
        self.reading(message, Scope::Decision, |findings| decision::decide(&self.pack, findings, message))
    }

    /// Decides on the last message of a conversation, its earlier ones in order: an emergency told in pieces is seen, and one already told is not
    /// erased by a denial.
    pub fn decide_after(&self, earlier: &[&str], message: &str) -> Decision {
        let mut decision = self.decide(message);
        let earlier = &earlier[earlier.len().saturating_sub(CONVERSATION - 1)..];
        if earlier.is_empty() {
            return decision;
        }
        let level = |d: &Decision| d.emergency.as_ref().map_or(Level::None, |e| e.level);
        let mut together = String::new();
        for m in earlier {
            together.push_str(m);
            together.push('\n');
        }
        let before = self.decide(&together);
        together.push_str(message);
        let joined = self.decide(&together);
        for other in [joined, before] {
            if level(&other) > level(&decision) {
                decision.emergency = other.emergency;
                if level(&decision) == Level::Now {
                    decision.outcome = decision::Outcome::Emergency;
                }
            }
        }
        decision
    }

    /// What the message would give without the bytes of each span: the spans whose absence changes the level or the outcome, in order.
    pub fn without(&self, message: &str, decision: &Decision, spans: &[(usize, usize)]) -> Vec<((usize, usize), Decision)> {
        let level = |d: &Decision| d.emergency.as_ref().map(|e| e.level);
        spans
            .iter()
            .filter_map(|&(start, end)| {
                let (before, after) = (message.get(..start)?, message.get(end..)?);
                let other = self.decide(&format!("{before} {after}"));
                (level(&other) != level(decision) || other.outcome != decision.outcome).then_some(((start, end), other))
            })
            .collect()
    }

    /// Reads a message and hands over all that was found, for an explanation.
    pub fn with<R>(&self, message: &str, f: impl FnOnce(&Findings) -> R) -> R {
        self.reading(message, Scope::All, f)
    }

    fn reading<R>(&self, message: &str, scope: Scope, f: impl FnOnce(&Findings) -> R) -> R {
        FINDINGS.with(|cell| match cell.try_borrow_mut() {
            Ok(mut findings) => {
                findings.read(&self.pack, message, scope);
                f(&findings)
            }
            // Asked again from inside `f`: fresh memory.
            Err(_) => {
                let mut findings = Findings::default();
                findings.read(&self.pack, message, scope);
                f(&findings)
            }
        })
    }
}
