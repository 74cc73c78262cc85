//! Figures of the desk, counted from the journal: acts, states, codes and times. The journal holds no word, so no figure does.

use super::day;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A line of the journal, as it is counted.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Line<'a> {
    pub at: i64,
    pub contact: &'a str,
    pub act: &'a str,
    pub after: &'a str,
    pub detail: &'a str,
}

impl<'a> Line<'a> {
    /// A fact of the detail, which reads `level now, theme intrusion`.
    fn fact(&self, name: &str) -> Option<&'a str> {
        self.detail.split(", ").find_map(|f| f.strip_prefix(name)?.strip_prefix(' '))
    }
}

/// How many, by what.
pub type Counts = BTreeMap<String, u64>;

/// Times, in seconds; percentiles are exact: the smallest time that so many do not exceed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, schemars::JsonSchema)]
pub struct Times {
    /// How many.
    pub count: u64,
    /// Half are no longer.
    pub p50: i64,
    /// Nine in ten.
    pub p90: i64,
    /// Ninety-nine in a hundred.
    pub p99: i64,
    /// The longest.
    pub max: i64,
}

impl Times {
    fn of(mut ms: Vec<i64>) -> Self {
        ms.sort_unstable();
        let at = |percent: usize| ms.get((ms.len() * percent).div_ceil(100).max(1) - 1).map_or(0, |t| t / 1000);
        Self { count: ms.len() as u64, p50: at(50), p90: at(90), p99: at(99), max: at(100) }
    }
}

/// What became of drafts.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, schemars::JsonSchema)]
pub struct Drafts {
    /// Sent: `as-is`, `edited` or `written` by an agent.
    pub sent: Counts,
    /// Refused, by why.
    pub refused: Counts,
}

/// What a citizen's time at the desk came to; a contact counts in each.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, schemars::JsonSchema)]
pub struct Relief {
    /// An agent answered.
    pub answered: u64,
    /// Told to call an emergency number.
    pub referred: u64,
    /// The engine proposed an answer.
    pub drafted: u64,
    /// Handed to a service.
    pub handed_over: u64,
}

/// Marks from 0 to 10.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, schemars::JsonSchema)]
pub struct Satisfaction {
    /// How many citizens gave one.
    pub count: u64,
    /// Of all marks, in tenths: 83 is 8.3.
    pub mean_tenths: u64,
    /// By mark.
    pub marks: Counts,
}

/// Figures of some days.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, schemars::JsonSchema)]
pub struct Statistics {
    /// The first day.
    pub from: String,
    /// The last day, counted in.
    pub to: String,
    /// Contacts opened.
    pub contacts: u64,
    /// Messages of citizens.
    pub messages: u64,
    /// Messages by hour (UTC).
    pub hours: Counts,
    /// Messages by the state they led to.
    pub outcomes: Counts,
    /// Messages by theme of their contact.
    pub themes: Counts,
    /// Messages by language.
    pub languages: Counts,
    /// Contacts opened, by channel.
    pub channels: Counts,
    /// Contacts by the highest level they reached, when it is not none.
    pub emergencies: Counts,
    /// From the first message to the first answer of an agent.
    pub first_answer: Times,
    /// From the opening to the end.
    pub resolution: Times,
    /// Drafts.
    pub drafts: Drafts,
    /// Citizens' marks.
    pub satisfaction: Satisfaction,
    /// What it was worth.
    pub relief: Relief,
}

/// What is remembered of a contact while counting.
#[derive(Default)]
struct Course {
    opened: Option<i64>,
    written: Option<i64>,
    answered: bool,
    closed: bool,
}

/// Counts the days `from` to `to`. `lines`: those of the contacts concerned, in order, from their beginning; acts before `from` only date what comes after.
pub fn count<'a>(lines: impl IntoIterator<Item = Line<'a>>, from: toml::value::Date, to: toml::value::Date) -> Statistics {
    let (begins, ends) = (day::start(from), day::start(to) + day::MS);
    let mut s = Statistics { from: from.to_string(), to: to.to_string(), ..Statistics::default() };
    let (mut courses, mut levels): (BTreeMap<&str, Course>, BTreeMap<&str, &str>) = Default::default();
    let [mut answered, mut referred, mut drafted, mut handed]: [BTreeSet<&str>; 4] = Default::default();
    let (mut first, mut resolution, mut marks) = (Vec::new(), Vec::new(), 0);
    let add = |counts: &mut Counts, what: &str| *counts.entry(what.to_owned()).or_default() += 1;
    for l in lines.into_iter().filter(|l| l.at < ends && !l.contact.is_empty()) {
        let (course, within) = (courses.entry(l.contact).or_default(), l.at >= begins);
        match l.act {
            "open" => course.opened = Some(l.at),
            "receive" => {
                course.written.get_or_insert(l.at);
                // Written again after the end: it is open once more.
                course.closed = false;
            }
            "approve" if within && !course.answered => first.extend(course.written.map(|t| l.at - t)),
            "close" if within && !course.closed => resolution.extend(course.opened.map(|t| l.at - t)),
            _ => {}
        }
        course.answered |= l.act == "approve";
        course.closed |= l.act == "close";
        if !within {
            continue;
        }
        match l.act {
            "open" => {
                s.contacts += 1;
                add(&mut s.channels, l.fact("channel").unwrap_or("-"));
            }
            "receive" => {
                s.messages += 1;
                add(&mut s.hours, &format!("{}T{:02}", day::of(l.at), l.at.rem_euclid(day::MS) / 3_600_000));
                add(&mut s.outcomes, l.after);
                add(&mut s.themes, l.fact("theme").unwrap_or("-"));
                add(&mut s.languages, l.fact("language").unwrap_or("-"));
                if let Some(level) = l.fact("level").filter(|l| *l != "none") {
                    levels.insert(l.contact, level);
                }
                match l.after {
                    "redirected" => drop(referred.insert(l.contact)),
                    "draft" => drop(drafted.insert(l.contact)),
                    _ => {}
                }
            }
            "approve" => {
                answered.insert(l.contact);
                add(&mut s.drafts.sent, l.fact("draft").unwrap_or("-"));
            }
            "refuse" => add(&mut s.drafts.refused, l.fact("why").unwrap_or("other")),
            "hand-over" => drop(handed.insert(l.contact)),
            "rate" => {
                if let Some(mark) = l.fact("score").and_then(|m| m.parse::<u64>().ok()) {
                    marks += mark;
                    s.satisfaction.count += 1;
                    add(&mut s.satisfaction.marks, &mark.to_string());
                }
            }
            _ => {}
        }
    }
    for level in levels.into_values() {
        add(&mut s.emergencies, level);
    }
    s.satisfaction.mean_tenths = (marks * 10).checked_div(s.satisfaction.count).unwrap_or(0);
    (s.first_answer, s.resolution) = (Times::of(first), Times::of(resolution));
    s.relief = Relief { answered: answered.len() as u64, referred: referred.len() as u64, drafted: drafted.len() as u64, handed_over: handed.len() as u64 };
    s
}

/// The same as rows: what, of which, how many. No cell can be taken for a formula by a spreadsheet.
pub fn rows(s: &Statistics) -> Vec<[String; 3]> {
    let mut rows = vec![row("contacts", "", s.contacts), row("messages", "", s.messages)];
    let counts = [
        ("messages by hour (UTC)", &s.hours),
        ("messages by outcome", &s.outcomes),
        ("messages by theme", &s.themes),
        ("messages by language", &s.languages),
        ("contacts by channel", &s.channels),
        ("emergencies", &s.emergencies),
        ("drafts sent", &s.drafts.sent),
        ("drafts refused", &s.drafts.refused),
        ("marks", &s.satisfaction.marks),
    ];
    rows.extend(counts.into_iter().flat_map(|(what, counts)| counts.iter().map(move |(of, n)| row(what, of, n))));
    for (what, t) in [("first answer (s)", &s.first_answer), ("resolution (s)", &s.resolution)] {
        rows.push(row(what, "count", t.count));
        rows.extend([("p50", t.p50), ("p90", t.p90), ("p99", t.p99), ("max", t.max)].map(|(of, t)| row(what, of, t)));
    }
    let r = &s.relief;
    rows.extend([("answered", r.answered), ("referred", r.referred), ("drafted", r.drafted), ("handed over", r.handed_over)].map(|(of, n)| row("relief", of, n)));
    rows.push(row("mean mark (tenths)", "", s.satisfaction.mean_tenths));
    rows
}

fn row(what: &str, of: &str, n: impl ToString) -> [String; 3] {
    // `-` alone is the name of what has none, and a spreadsheet reads it as text.
    let harmless = |cell: &str| if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell != "-" { format!("'{cell}") } else { cell.to_owned() };
    [what.to_owned(), harmless(of), n.to_string()]
}
