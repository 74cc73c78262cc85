//! Findings → one decision, and why.
//!
//! Emergency wins over everything; then answers and routes; then a person. Pure: same findings, same decision. Finding
//! lives in [`crate::matching`]; telling the decision to a person in [`explanation`].

pub mod emergency;
pub mod explanation;
pub mod language;
mod learning;
pub mod ranking;
pub mod sheets;

use crate::matching::Findings;
use crate::matching::clause::Evidence;
use crate::matching::context::bits;
use crate::rules::{CATEGORIES, Level, Pack, RuleRef};
use schemars::JsonSchema;
use serde::Serialize;

/// What happens to the contact.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Told at once to call.
    Emergency,
    /// An answer is proposed to an agent.
    Draft,
    /// Goes to a service.
    Route,
    /// A person reads it.
    Agent,
}

/// The emergency found.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Emergency {
    /// `now` or `possible`.
    pub level: Level,
    /// One of the 25.
    pub category: &'static str,
    /// The first number to give.
    pub call: String,
    /// The others.
    pub also: Vec<String>,
    /// The rule that decided.
    pub rule: String,
    /// The rule that put 114 first, when one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silent: Option<String>,
}

/// An answer proposed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Answer {
    /// Id of the question.
    pub faq: String,
    /// Sum of integer weights.
    pub score: i64,
    /// Over the next.
    pub margin: i64,
    /// May it be shown as the preferred one?
    pub confident: bool,
}

/// A service that is competent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Service {
    /// Id of `services.toml`.
    pub service: String,
    /// The route or the answer that says so.
    pub why: String,
}

/// The context of a match.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct MatchContext {
    /// `affirmed` or `negated`.
    pub polarity: &'static str,
    /// `now`, `recent`, `past`, `future`, `ongoing-since`, `unspecified`.
    pub time: &'static str,
    /// `asserted`, `hypothetical`, `question`, `fiction`, `exercise`, `figure`.
    pub reality: &'static str,
    /// The cues that say so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cues: Vec<String>,
}

/// A term found for a rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Match {
    /// The rule.
    pub rule: String,
    /// The term as written in the pack.
    pub term: String,
    /// First byte in the message as received.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The words as received.
    pub text: String,
    /// The words as read, when that differs.
    pub corrected: Option<String>,
    /// What they are in.
    pub context: MatchContext,
}

/// Personal data found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Masked {
    /// The guard.
    pub kind: String,
    /// First byte.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// The pack that decided.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[allow(missing_docs)]
pub struct PackName {
    pub name: String,
    pub version: String,
    pub hash: String,
}

/// A decision: the public contract.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Decision {
    /// The caller's, when given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What happens.
    pub outcome: Outcome,
    /// `null` when the level is none.
    pub emergency: Option<Emergency>,
    /// Best first, five at most, also when not confident.
    pub answers: Vec<Answer>,
    /// Best first.
    pub services: Vec<Service>,
    /// ISO 639-1, `und` when it cannot be told.
    pub language: &'static str,
    /// What matched, by place.
    pub matches: Vec<Match>,
    /// Emergency rules whose words are there and that a cue or a word of `doubt` silenced: `rule (why)`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub silenced: Vec<String>,
    /// Personal data to mask.
    pub masked: Vec<Masked>,
    /// Why a person must read it whatever else is said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<&'static str>,
    /// The pack.
    pub pack: PackName,
    /// Version of the engine.
    pub engine: &'static str,
}

/// Most matches told in a decision.
const MATCHES_MAX: usize = 40;

/// Decides on what was found in `message`.
pub fn decide(pack: &Pack, findings: &Findings, message: &str) -> Decision {
    let alarm = emergency::judge(pack, findings, message);
    let ranked = pack.ranking.rank(pack, findings);
    let answers: Vec<Answer> =
        ranked.iter().map(|r| Answer { faq: pack.answers[r.answer as usize].id.get_ref().clone(), score: r.score, margin: r.margin, confident: r.confident }).collect();
    let routes = route(pack, findings, message);

    let mut services: Vec<Service> = Vec::new();
    let mut push = |service: &str, why: &str| {
        if !services.iter().any(|s| s.service == service) {
            services.push(Service { service: service.to_owned(), why: why.to_owned() });
        }
    };
    let proposed = ranked.first().is_some_and(|r| r.score >= pack.ranking.propose);
    let confident = ranked.first().is_some_and(|r| r.confident);
    // A sure answer names its services first; an unsure one after the routes.
    let answered: Vec<(&str, String)> = ranked
        .first()
        .filter(|_| proposed)
        .map(|r| &pack.answers[r.answer as usize])
        .map_or_else(Vec::new, |best| best.services.iter().map(|s| (s.get_ref().as_str(), format!("faq.{}", best.id.get_ref()))).collect());
    let routed = routes.iter().map(|(r, _)| &pack.routes[*r as usize]).flat_map(|rule| rule.services.iter().map(|s| (&**s, format!("route.{}", rule.id))));
    let (first, then) = if confident { (answered, Vec::new()) } else { (Vec::new(), answered) };
    for (service, why) in first.into_iter().chain(routed).chain(then) {
        push(service, &why);
    }

    let mut outcome = if confident || (proposed && routes.is_empty()) {
        Outcome::Draft
    } else if !routes.is_empty() {
        Outcome::Route
    } else {
        Outcome::Agent
    };
    let mut limits = Vec::new();
    if findings.reading.unread {
        limits.push("a word too long to be cut was not read");
    }
    if !limits.is_empty() {
        outcome = Outcome::Agent;
    }
    let mut matches = Vec::new();
    for (rule, evidence) in alarm.evidence.iter().map(|(rule, e)| (*rule, e)).chain(routes.iter().map(|(r, e)| (pack.routes[*r as usize].id.as_ref(), e))) {
        matches.extend(evidence.iter().map(|e| told(pack, findings, message, rule, *e)));
    }
    matches.sort_by(|a, b| (a.start, a.end, &a.rule, &a.term).cmp(&(b.start, b.end, &b.rule, &b.term)));
    matches.truncate(MATCHES_MAX);
    if alarm.emergency.as_ref().is_some_and(|e| e.level == Level::Now) {
        outcome = Outcome::Emergency;
    }
    Decision {
        id: None,
        outcome,
        emergency: alarm.emergency,
        answers,
        services,
        language: language::detect(&findings.text),
        matches,
        silenced: alarm.silenced,
        masked: mask(pack, findings, message),
        limits,
        pack: PackName { name: pack.name.clone(), version: pack.version.clone(), hash: pack.hash.clone() },
        engine: env!("CARGO_PKG_VERSION"),
    }
}

fn route(pack: &Pack, findings: &Findings, message: &str) -> Vec<(u32, Vec<Evidence>)> {
    let mut holding: Vec<(u32, Vec<Evidence>)> = findings
        .occurrences
        .rules()
        .iter()
        .filter_map(|r| if let RuleRef::Route(i) = r { Some(*i) } else { None })
        .filter_map(|i| {
            let verdict = pack.routes[i as usize].clause.verify(pack, findings, message).ok()?;
            (verdict.quality == crate::matching::context::Quality::Clean).then_some((i, verdict.evidence))
        })
        .collect();
    let beaten: Vec<u32> = holding.iter().flat_map(|(i, _)| pack.routes[*i as usize].overrides.iter().copied()).collect();
    holding.retain(|(i, _)| !beaten.contains(i));
    holding.sort_by_key(|(i, _)| {
        let r = &pack.routes[*i as usize];
        (std::cmp::Reverse(r.priority), std::cmp::Reverse(r.specificity), *i)
    });
    holding
}

/// Personal data in a message, by place, without overlap.
pub fn mask(pack: &Pack, findings: &Findings, message: &str) -> Vec<Masked> {
    let mut all: Vec<Masked> = Vec::new();
    for g in &pack.guards {
        for p in g.patterns.iter().filter(|p| findings.held().may(p.literals)) {
            all.extend(p.find(message).map(|(start, end)| Masked { kind: g.mask.to_string(), start, end }));
        }
    }
    all.sort_by(|a, b| (a.start, std::cmp::Reverse(a.end), &a.kind).cmp(&(b.start, std::cmp::Reverse(b.end), &b.kind)));
    let mut free = 0;
    all.retain(|m| {
        let keep = m.start >= free;
        if keep {
            free = m.end;
        }
        keep
    });
    all
}

fn told(pack: &Pack, findings: &Findings, message: &str, rule: &str, e: Evidence) -> Match {
    let (start, end) = findings.bytes(e.span);
    let lexemes = &findings.reading.lexemes[e.span.0 as usize..=e.span.1 as usize];
    let corrected = lexemes.iter().any(|l| l.corrected).then(|| (e.span.0..=e.span.1).map(|i| findings.reading.form(i as usize)).collect::<Vec<_>>().join(" "));
    Match {
        rule: rule.to_owned(),
        term: pack.network.names[e.symbol as usize].to_string(),
        start,
        end,
        text: message[start..end].to_owned(),
        corrected,
        context: context_of(pack, findings, e),
    }
}

fn context_of(pack: &Pack, findings: &Findings, e: Evidence) -> MatchContext {
    let b = findings.context.bits(pack, e.span);
    let has = |bit: u32| b & bit != 0;
    let mut cues: Vec<String> = findings.context.over(pack, e.span).map(|(_, c)| c.id.to_string()).collect();
    cues.sort();
    cues.dedup();
    MatchContext {
        polarity: if has(bits::NEGATED) { "negated" } else { "affirmed" },
        time: match () {
            () if has(bits::NOW) => "now",
            () if has(bits::RECENT) => "recent",
            () if has(bits::ONGOING) => "ongoing-since",
            () if has(bits::PAST) => "past",
            () if has(bits::FUTURE) => "future",
            () => "unspecified",
        },
        reality: match () {
            () if has(bits::FICTION) => "fiction",
            () if has(bits::EXERCISE) => "exercise",
            () if has(bits::FIGURE) => "figure",
            () if has(bits::HYPOTHETICAL) => "hypothetical",
            () if has(bits::QUESTION) => "question",
            () => "asserted",
        },
        cues,
    }
}

/// Name, first number and others of a category.
pub fn category(index: usize) -> (&'static str, &'static str, &'static [&'static str]) {
    CATEGORIES[index]
}
