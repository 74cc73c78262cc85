//! A second, slow and obvious evaluator agrees with the engine on ten thousand generated packs and messages.
//!
//! It knows nothing of the network: it tries every place for every term by recursion over the parsed term.

mod common;

use guichet::matching::Findings;
use guichet::matching::phrases::Scope;
use guichet::rules::RuleRef;
use guichet::rules::terms::{Node, parse};
use std::collections::BTreeMap;

/// A fixed generator (xorshift, Marsaglia 2003): a failure replays from its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

const WORDS: [&str; 8] = ["=zaba", "=zebu", "=zino", "=zoko", "=zumi", "=zyra", "=wado", "=weki"];

fn term(d: &mut Dice, concepts: usize, depth: usize) -> String {
    match d.roll(if depth > 1 { 3 } else { 8 }) {
        0..=2 => d.pick(&WORDS).to_owned(),
        3 if concepts > 0 => format!("@c{}", d.roll(concepts)),
        4 => format!("({} | {})", term(d, concepts, depth + 1), term(d, concepts, depth + 1)),
        5 => format!("{} ..{} {}", term(d, concepts, depth + 1), d.roll(3), term(d, concepts, depth + 1)),
        6 => format!("[{}] {}", d.pick(&WORDS), d.pick(&WORDS)),
        _ => format!("{} {}", term(d, concepts, depth + 1), term(d, concepts, depth + 1)),
    }
}

/// All (start, end) places of a node among words, `None` standing for a pause.
fn places(node: &Node, words: &[&str], concepts: &BTreeMap<String, Vec<Node>>) -> Vec<(usize, usize)> {
    let mut all: Vec<(usize, usize)> = match node {
        Node::Word { text, .. } => words.iter().enumerate().filter(|(_, w)| *w == text).map(|(i, _)| (i, i)).collect(),
        Node::Concept(c) => concepts[c].iter().flat_map(|n| places(n, words, concepts)).collect(),
        Node::Either(choices) => choices.iter().flat_map(|n| places(n, words, concepts)).collect(),
        Node::Optional(_) => Vec::new(),
        Node::Sequence(elements) => {
            // With the set of optional words taken: each choice is a phrase of its own.
            let mut states: Vec<(u32, Option<(usize, usize)>)> = vec![(0, None)];
            for (k, (gap, e)) in elements.iter().enumerate() {
                let (optional, inner) = if let Node::Optional(i) = e { (true, &**i) } else { (false, e) };
                let mut next = Vec::new();
                for (taken, s) in &states {
                    if optional {
                        next.push((*taken, *s));
                    }
                    for (a, b) in places(inner, words, concepts) {
                        match s {
                            None => next.push((taken | 1 << k, Some((a, b)))),
                            Some((start, end)) if a > *end && a <= end + 1 + *gap as usize => next.push((taken | 1 << k, Some((*start, b)))),
                            Some(_) => {}
                        }
                    }
                }
                states = next;
            }
            // Of the occurrences of a phrase that end at one place, the shortest counts.
            let mut shortest: BTreeMap<(u32, usize), usize> = BTreeMap::new();
            for (taken, span) in states {
                if let Some((start, end)) = span {
                    let s = shortest.entry((taken, end)).or_insert(start);
                    *s = (*s).max(start);
                }
            }
            shortest.into_iter().map(|((_, end), start)| (start, end)).collect()
        }
    };
    all.sort_unstable();
    all.dedup();
    all
}

/// A choice: first and last word, and the list.
type Choice = (usize, usize, usize);

/// Is there one place of each list such that the conditions hold? All combinations are tried.
fn combine(lists: &[Vec<(usize, usize)>], chosen: &mut Vec<Choice>, ok: &dyn Fn(&[Choice]) -> bool) -> bool {
    if chosen.len() == lists.len() {
        return ok(chosen);
    }
    let k = chosen.len();
    lists[k].iter().any(|&(a, b)| {
        chosen.push((a, b, k));
        let found = combine(lists, chosen, ok);
        chosen.pop();
        found
    })
}

#[test]
fn the_engine_and_the_naive_evaluator_agree() {
    let mut holds = 0usize;
    let mut verdicts = 0usize;
    for seed in 1..=10_000u64 {
        let mut d = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let count = 1 + d.roll(3);
        let concepts: Vec<Vec<String>> = (0..count).map(|c| (0..1 + d.roll(3)).map(|_| term(&mut d, c, 1)).collect()).collect();
        let mut toml = String::new();
        for (i, terms) in concepts.iter().enumerate() {
            toml += &format!("[[concept]]\nid = \"c{i}\"\nterms = {terms:?}\n");
        }
        let mut rules = String::new();
        let mut specs = Vec::new();
        for r in 0..3 {
            let all: Vec<String> = (0..d.roll(3)).map(|_| term(&mut d, count, 0)).collect();
            let any: Vec<String> = (0..if all.is_empty() { 2 } else { d.roll(3) }).map(|_| term(&mut d, count, 0)).collect();
            let none: Vec<String> = if d.roll(3) == 0 { vec![term(&mut d, count, 1)] } else { vec![] };
            let near: Vec<String> = if d.roll(3) == 0 { (0..2 + d.roll(2)).map(|_| term(&mut d, count, 1)).collect() } else { vec![] };
            let (gap, ordered) = (d.roll(3), d.roll(2) == 0);
            let within = (d.roll(3) == 0).then(|| d.roll(5));
            let at_least = if any.len() > 1 { 1 + d.roll(2) } else { 1 };
            rules += &format!("[[emergency]]\nid = \"r{r}\"\ncategory = \"arme\"\nall = {all:?}\nany = {any:?}\nnone = {none:?}\nmatches = [\"x\"]\nignores = [\"y\"]\n");
            if !any.is_empty() {
                rules += &format!("at_least = {at_least}\n");
            }
            if let Some(w) = within {
                rules += &format!("within = {w}\n");
            }
            if !near.is_empty() {
                rules += &format!("near = [{{ terms = {near:?}, within = {gap}, ordered = {ordered} }}]\n");
            }
            specs.push((all, any, at_least, none, near, gap, ordered, within));
        }
        let Ok((pack, _)) = common::compile(&[("concepts/c.toml", &toml), ("emergencies/e.toml", &rules)]) else { continue };
        let engine = guichet::engine::Engine::new(pack);
        let parsed: BTreeMap<String, Vec<Node>> =
            concepts.iter().enumerate().map(|(i, t)| (format!("c{i}"), t.iter().map(|t| parse(t).expect("generated")).collect())).collect();
        let words: Vec<&str> = (0..2 + d.roll(10)).map(|_| d.pick(&WORDS).trim_start_matches('=')).collect();
        let message = words.join(" ");
        let of = |t: &String| places(&parse(t).expect("generated"), &words, &parsed);
        let mut lean = Findings::default();
        lean.read(engine.pack(), &message, Scope::Decision);
        engine.with(&message, |findings| {
            for (r, (all, any, at_least, none, near, gap, ordered, within)) in specs.iter().enumerate() {
                let all_places: Vec<_> = all.iter().map(of).collect();
                let any_places: Vec<_> = any.iter().map(of).collect();
                let mut naive = all_places.iter().all(|p| !p.is_empty());
                // The same term written twice is one alternative.
                let mut distinct: Vec<&String> = any.iter().filter(|t| !of(t).is_empty()).collect();
                distinct.dedup();
                naive &= any.is_empty() || any_places.iter().filter(|p| !p.is_empty()).count() >= *at_least;
                naive &= none.iter().all(|t| of(t).is_empty());
                if let Some(w) = within {
                    let mut lists = all_places.clone();
                    if !any.is_empty() && *at_least == 1 {
                        lists.push(any_places.iter().flatten().copied().collect());
                    }
                    naive &= lists.is_empty() || combine(&lists, &mut Vec::new(), &|c| c.iter().map(|x| x.0).max() <= c.iter().map(|x| x.1 + 1 + w).min());
                }
                if !near.is_empty() {
                    let lists: Vec<_> = near.iter().map(of).collect();
                    naive &= combine(&lists, &mut Vec::new(), &|c| {
                        let mut c = c.to_vec();
                        if !ordered {
                            c.sort_unstable();
                        }
                        // Each starts after the one before, and starts within the gap of the one before.
                        c.windows(2).all(|p| p[0].0 < p[1].0 && p[1].0 <= p[0].1 + 1 + gap)
                    });
                }
                let rule = &engine.pack().emergencies[r];
                let fast = rule.clause.verify(engine.pack(), findings, &message).is_ok();
                assert_eq!(fast, naive, "seed {seed}, rule {r}, message « {message} »\n{toml}{rules}");
                // What is read to decide wakes each rule that holds, and judges it alike.
                let woken = lean.occurrences.rules().contains(&RuleRef::Emergency(r as u32));
                assert_eq!(
                    woken && rule.clause.verify(engine.pack(), &lean, &message).is_ok(),
                    naive,
                    "seed {seed}, rule {r}: an index that sleeps, message « {message} »\n{toml}{rules}"
                );
                verdicts += 1;
                holds += usize::from(naive);
            }
        });
    }
    assert!(verdicts > 25_000 && holds > verdicts / 20, "the generator tests something: {holds} of {verdicts} hold");
}
