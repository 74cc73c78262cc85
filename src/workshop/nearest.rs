//! Why not this rule: the smallest change of the message, and the smallest change of the rule, with which it would hold. Each is tried before it is told.

use super::meaning::Meaning;
use super::mutants;
use super::verdicts;
use super::witness;
use crate::matching::Findings;
use crate::matching::clause::Failure;
use crate::matching::context::Quality;
use crate::matching::phrases::Scope;
use crate::rules::{Level, Pack, RuleRef};

/// The least changes with which a rule gives its own level.
#[derive(serde::Serialize, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// The message with the fewest words added or left out.
    pub message: Option<String>,
    /// The change of the rule, in French.
    pub rule: Option<String>,
}

/// How many words two messages differ by.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split_whitespace().collect(), b.split_whitespace().collect());
    // Only words are added or left out, in place: what is common is the longest common subsequence.
    let mut row = vec![0; b.len() + 1];
    for x in &a {
        let mut before = 0;
        for (j, y) in b.iter().enumerate() {
            let kept = row[j + 1];
            row[j + 1] = if x == y { before + 1 } else { row[j + 1].max(row[j]) };
            before = kept;
        }
    }
    a.len() + b.len() - 2 * row[b.len()]
}

/// The smallest changes for `rule` on `message`; `None` when it already gives its level.
pub fn find(pack: &Pack, rule: RuleRef, message: &str) -> Option<Nearest> {
    let meaning = Meaning::of(pack);
    let clause = pack.clause(rule);
    let whole = verdicts::level_of(pack, rule, Quality::Clean);
    let gives = |c: &crate::matching::clause::Clause, m: &str, f: &mut Findings| -> Level {
        f.read(pack, m, Scope::All);
        verdicts::gives(pack, rule, c, f, m)
    };
    let mut findings = Findings::default();
    if gives(clause, message, &mut findings) == whole {
        return None;
    }
    let changed = mutants::of(pack, rule).into_iter().find(|m| gives(&m.clause, message, &mut findings) == whole);
    let mut messages = messages(&meaning, clause, message);
    messages.sort_by_key(|m| (distance(message, m), m.len(), m.clone()));
    let nearest = witness::first(&meaning, messages, |f, m| verdicts::gives(pack, rule, clause, f, m) == whole);
    Some(Nearest { message: nearest, rule: changed.map(|m| m.tell(true)) })
}

/// The message with what is missing written in, and with each word or cue that speaks against left out.
fn messages(meaning: &Meaning, clause: &crate::matching::clause::Clause, message: &str) -> Vec<String> {
    let pack = meaning.pack();
    let mut all = Vec::new();
    let mut findings = Findings::default();
    // One thing at a time, then on what came of it: three are enough to be called small.
    let mut open = vec![message.to_owned()];
    for _ in 0..3 {
        let mut next = Vec::new();
        for m in &open {
            findings.read(pack, m, Scope::All);
            let cut = |span: (usize, usize)| {
                let text = format!("{} {}", &m[..span.0], &m[span.1..]);
                text.split_whitespace().collect::<Vec<_>>().join(" ")
            };
            match clause.verify(pack, &findings, m) {
                Err(Failure::Missing(symbols, _)) => {
                    let absent = symbols.iter().filter(|&&s| findings.occurrences.of(s).is_empty());
                    for way in absent.take(12).flat_map(|&s| witness::ways(meaning, s).into_iter().take(2)) {
                        // Beside a word that the rule already has, or at the end.
                        let present = clause.mandatory().flatten().find_map(|&s| findings.occurrences.of(s).first().copied());
                        if let Some(span) = present {
                            let (start, end) = findings.bytes(span);
                            next.push(format!("{}{way} {}", &m[..start], &m[start..]));
                            next.push(format!("{} {way}{}", &m[..end], &m[end..]));
                        }
                        next.push(format!("{m} {way}").trim().to_owned());
                    }
                }
                Err(Failure::Excluded(_, span)) => next.push(cut(findings.bytes(span))),
                Err(Failure::Apart) => {
                    let spans: Vec<(usize, usize)> = clause.mandatory().flatten().flat_map(|&s| findings.occurrences.of(s)).map(|&s| findings.bytes(s)).collect();
                    // The words of the rule alone, as they stand.
                    let mut words: Vec<(usize, usize)> = spans;
                    words.sort_unstable();
                    words.dedup();
                    next.push(words.iter().map(|&(a, b)| &m[a..b]).collect::<Vec<_>>().join(" "));
                }
                Err(Failure::Pattern(_)) => {}
                Ok(v) => {
                    let cues = v.evidence.iter().flat_map(|e| findings.context.over(pack, e.span)).filter(|(_, c)| c.means & clause.against != 0).map(|(e, _)| e.at);
                    next.extend(cues.chain(v.doubt.map(|d| d.span)).map(|span| cut(findings.bytes(span))));
                }
            }
        }
        next.retain(|m| !m.is_empty());
        next.sort_by_cached_key(|m| (distance(message, m), m.len(), m.clone()));
        next.dedup();
        next.truncate(60);
        all.extend(next.iter().cloned());
        open = next;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn words_added_or_left_out_are_counted() {
        assert_eq!(distance("il a un couteau", "il a un couteau"), 0);
        assert_eq!(distance("il a un couteau de cuisine", "il a un couteau"), 2);
        assert_eq!(distance("", "au secours"), 2);
    }
}
