//! Which patterns can match at all: one pass of Aho and Corasick's automaton (CACM 18, 1975) over the message looks for the pieces of text that they need.
//!
//! A pattern for telephone numbers needs a digit pair such as `06`; most messages hold none, and its regex is not run.

use aho_corasick::AhoCorasick;
use regex_syntax::hir::{Class, Hir, HirKind};
use std::collections::BTreeSet;

/// Most pieces of one pattern: more would cost more than they save.
const PIECES: usize = 128;

/// The pieces of all patterns, each pattern's a numbered set.
#[derive(Default)]
pub struct Literals {
    pieces: Vec<String>,
    /// Piece → its set.
    owners: Vec<u32>,
    sets: u32,
    automaton: Option<AhoCorasick>,
}

/// The sets that have a piece in a message.
#[derive(Default, Debug)]
pub struct Held(Vec<bool>);

impl Held {
    /// May the pattern of this set match? One without a set always may.
    pub fn may(&self, set: Option<u32>) -> bool {
        set.is_none_or(|s| self.0.get(s as usize).copied().unwrap_or(true))
    }
}

impl Literals {
    /// Adds what `pattern` needs: the number of its set, or nothing when no piece can be told.
    pub fn add(&mut self, pattern: &str) -> Option<u32> {
        let needed = required(&regex_syntax::parse(pattern).ok()?)?;
        let set = self.sets;
        self.sets += 1;
        for piece in needed {
            self.pieces.push(piece);
            self.owners.push(set);
        }
        Some(set)
    }

    /// Builds the automaton, when all patterns are known.
    ///
    /// # Errors
    /// The pieces are too many for one automaton.
    pub fn seal(&mut self) -> Result<(), aho_corasick::BuildError> {
        self.automaton = Some(AhoCorasick::builder().ascii_case_insensitive(true).build(&self.pieces)?);
        Ok(())
    }

    /// What a message holds.
    pub fn held(&self, message: &str, held: &mut Held) {
        held.0.clear();
        held.0.resize(self.sets as usize, self.automaton.is_none());
        if let Some(automaton) = &self.automaton {
            for found in automaton.find_overlapping_iter(message) {
                held.0[self.owners[found.pattern().as_usize()] as usize] = true;
            }
        }
    }
}

/// Every text that `hir` matches, when they are few. Letters in lower case.
fn exact(hir: &Hir) -> Option<BTreeSet<String>> {
    let all: BTreeSet<String> = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => [String::new()].into(),
        HirKind::Literal(l) => [str::from_utf8(&l.0).ok()?.to_ascii_lowercase()].into(),
        HirKind::Class(Class::Unicode(class)) if class.ranges().iter().map(|r| r.len()).sum::<usize>() <= PIECES => {
            class.ranges().iter().flat_map(|r| r.start()..=r.end()).map(|c| c.to_ascii_lowercase().to_string()).collect()
        }
        HirKind::Capture(c) => exact(&c.sub)?,
        HirKind::Concat(parts) => parts.iter().try_fold([String::new()].into(), |before, part| product(&before, &exact(part)?))?,
        HirKind::Alternation(ways) => ways.iter().map(exact).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect(),
        _ => return None,
    };
    (all.len() <= PIECES).then_some(all)
}

fn product(a: &BTreeSet<String>, b: &BTreeSet<String>) -> Option<BTreeSet<String>> {
    (a.len() * b.len() <= PIECES).then(|| a.iter().flat_map(|x| b.iter().map(move |y| format!("{x}{y}"))).collect())
}

/// How rare a piece is in a message, roughly: a digit for three letters, a sign that is no punctuation for four.
fn rarity(piece: &str) -> usize {
    let of = |c: char| match c {
        _ if c.is_numeric() => 3,
        '@' | '＠' | '+' | '/' | '_' | '(' | '[' => 4,
        _ => 1,
    };
    piece.chars().map(of).sum()
}

/// Pieces one of which is in every match of `hir`: the rarest, then the fewest, that can be told.
fn required(hir: &Hir) -> Option<BTreeSet<String>> {
    if let Some(all) = exact(hir) {
        return (!all.contains("")).then_some(all);
    }
    match hir.kind() {
        HirKind::Capture(c) => required(&c.sub),
        HirKind::Repetition(r) if r.min > 0 => required(&r.sub),
        HirKind::Alternation(ways) => {
            let all: BTreeSet<String> = ways.iter().map(required).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
            (all.len() <= PIECES).then_some(all)
        }
        HirKind::Concat(parts) => {
            let mut choices: Vec<BTreeSet<String>> = Vec::new();
            // Parts side by side that are known whole make longer pieces.
            let mut run: BTreeSet<String> = [String::new()].into();
            for part in parts {
                let whole = exact(part);
                match whole.as_ref().and_then(|w| product(&run, w)) {
                    Some(longer) => run = longer,
                    None => {
                        choices.push(std::mem::replace(&mut run, whole.unwrap_or_else(|| [String::new()].into())));
                        choices.extend(required(part));
                    }
                }
            }
            choices.push(run);
            choices.retain(|c| !c.contains(""));
            choices.into_iter().max_by_key(|c| (c.iter().map(|piece| rarity(piece)).min(), std::cmp::Reverse(c.len())))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(pattern: &str) -> Option<Vec<String>> {
        required(&regex_syntax::parse(pattern).expect("a pattern")).map(|s| s.into_iter().collect())
    }

    #[test]
    fn the_rarest_pieces_that_every_match_holds() {
        let told = |p| pieces(p).map(|p| p.join(" "));
        assert_eq!(told(r"\b0[67](?: ?[0-9]{2}){4}"), Some("06 07".into()));
        assert_eq!(told(r"[a-z]+@[a-z]+\.(?:fr|com)"), Some("@".into()));
        assert_eq!(told(r"[a-z]+@[a-z]+ ?(?:fr|com)"), Some("@".into()));
        assert_eq!(told(r"(?i)x?(?:AT|bureau) ?ici"), Some("ici".into()));
        assert_eq!(told(r"a?b*"), None);
        assert_eq!(told(r"\p{L}+|17"), None);
        assert_eq!(told(r"(?:un|deux)trois+"), Some("deuxtroi untroi".into()));
    }

    #[test]
    fn a_message_without_the_pieces_is_not_searched() {
        let mut literals = Literals::default();
        let (phone, any, mail) = (literals.add("0[67][0-9]{8}"), literals.add(r"\p{L}+"), literals.add("(?i)[a-z]@[a-z]"));
        literals.seal().expect("few pieces");
        assert_eq!((phone, any, mail), (Some(0), None, Some(1)));
        let mut held = Held::default();
        literals.held("mon numéro : 06 12", &mut held);
        assert!(held.may(phone) && held.may(any) && !held.may(mail));
    }
}
