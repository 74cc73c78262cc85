//! Terms → a network of symbols: words, concepts and phrases, each built once and shared.
//!
//! A symbol is what the engine sees occur in a message. Word symbols occur at tokens; a concept (or an alternative) occurs wherever one of its members
//! does; a phrase occurs where its elements stand in order within their gaps. A phrase is only looked at
//! when its rarest element (its anchor) occurs. Children are made before parents, so that one pass in order of phrases is enough.

use super::anchors::{ALONE, Anchors};
use super::terms::{Form, Node, Problem};
use super::{inflection, terms};
use crate::matching::symbol_set::SymbolSet;
use crate::matching::vocabulary::{Vocabulary, WordId};
use crate::text::typo;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// A symbol of the network.
pub type Symbol = u32;

/// Sequences of symbols within gaps, in order of dependence, in one piece of memory.
#[derive(Default)]
pub struct Phrases {
    symbols: Vec<Symbol>,
    starts: Vec<u32>,
    elements: Vec<(u32, Symbol)>,
}

impl Phrases {
    fn push(&mut self, symbol: Symbol, elements: &[(u32, Symbol)]) {
        self.symbols.push(symbol);
        self.starts.push(self.elements.len() as u32);
        self.elements.extend_from_slice(elements);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.symbols.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.symbols.is_empty()
    }

    /// The symbol that a phrase makes occur.
    pub fn symbol(&self, phrase: u32) -> Symbol {
        self.symbols[phrase as usize]
    }

    /// Its elements, each with the most words before it.
    pub fn elements(&self, phrase: u32) -> &[(u32, Symbol)] {
        let p = phrase as usize;
        &self.elements[self.starts[p] as usize..self.starts.get(p + 1).map_or(self.elements.len(), |&next| next as usize)]
    }
}

/// Lists of symbols by key, in one piece of memory.
#[derive(Default)]
pub struct Lists {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    fn from(mut lists: Vec<Vec<u32>>) -> Self {
        let mut all = Self { starts: Vec::with_capacity(lists.len() + 1), items: Vec::new() };
        for l in &mut lists {
            l.sort_unstable();
            l.dedup();
            all.starts.push(all.items.len() as u32);
            all.items.extend_from_slice(l);
        }
        all.starts.push(all.items.len() as u32);
        all
    }

    /// The list of `key`; empty when there is none.
    pub fn get(&self, key: u32) -> &[u32] {
        let k = key as usize;
        if k + 1 >= self.starts.len() {
            return &[];
        }
        &self.items[self.starts[k] as usize..self.starts[k + 1] as usize]
    }
}

/// The sealed network.
#[derive(Default)]
pub struct Network {
    /// The words.
    pub vocabulary: Vocabulary,
    /// Word → symbols that occur with it, concepts of concepts included.
    pub of_word: Lists,
    /// Phrase symbol → concepts above it.
    pub above: Lists,
    /// The phrases.
    pub phrases: Phrases,
    /// Symbol → phrases to look at when it occurs.
    pub anchored: Anchors<u32>,
    /// Word → those of its symbols that a phrase or a rule waits for, or that are pinned.
    pub waking: Lists,
    /// Symbols whose places are looked for in every message: context cues, keywords of answers.
    pub pinned: SymbolSet,
    /// The term of each symbol, as written.
    pub names: Vec<Box<str>>,
}

impl Network {
    /// How many symbols there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Is it empty?
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// What occurs where a phrase does: itself and the concepts above it.
    pub fn made_by(&self, phrase: u32) -> impl Iterator<Item = Symbol> {
        let symbol = self.phrases.symbol(phrase);
        std::iter::once(symbol).chain(self.above.get(symbol).iter().copied())
    }
}

/// What the rest of the pack looks at.
pub struct Uses<'u> {
    /// Symbols of rules, cues and answers.
    pub used: &'u FxHashSet<Symbol>,
    /// Those whose places are looked for in every message.
    pub pinned: &'u [Symbol],
    /// The rules by symbol.
    pub rules: &'u Anchors<super::RuleRef>,
}

/// Makes the network, term by term.
#[derive(Default)]
pub struct Builder {
    vocabulary: Vocabulary,
    names: Vec<Box<str>>,
    /// Word → symbols directly.
    word_symbols: Vec<Vec<Symbol>>,
    /// Member → unions directly.
    unions: Vec<Vec<Symbol>>,
    phrases: Phrases,
    made: FxHashMap<Node, Symbol>,
    made_phrases: FxHashMap<Vec<(u32, Symbol)>, Symbol>,
    concepts: BTreeMap<String, Vec<Node>>,
    concept_symbols: FxHashMap<String, Symbol>,
    open: Vec<String>,
    forms: Vec<u64>,
    frequency: FxHashMap<Box<str>, u32>,
    /// Words of cues keep their light parts.
    pub keep_light: bool,
}

/// Most sequences that one term may unfold into.
const UNFOLDED_MAX: usize = 512;

impl Builder {
    /// Declares a concept before any term uses it.
    pub fn declare(&mut self, id: &str, terms: Vec<Node>) {
        self.concepts.insert(id.to_owned(), terms);
    }

    /// Names of the declared concepts.
    pub fn concepts(&self) -> impl Iterator<Item = &str> {
        self.concepts.keys().map(String::as_str)
    }

    /// Counts words of sample messages: the rarest element of a phrase is its anchor.
    pub fn observe(&mut self, message: &str) {
        let text = crate::text::Text::read(message);
        for t in text.tokens() {
            *self.frequency.entry(text.form(t).into()).or_default() += 1;
        }
    }

    /// How often a symbol is expected, for anchors: a count over the sample messages.
    pub fn expected(&self, symbol: Symbol) -> u64 {
        self.forms[symbol as usize]
    }

    fn new_symbol(&mut self, name: &str) -> Symbol {
        let s = self.names.len() as Symbol;
        self.names.push(name.into());
        self.unions.push(Vec::new());
        self.forms.push(0);
        s
    }

    fn attach(&mut self, word: WordId, symbol: Symbol) {
        let w = word as usize;
        if self.word_symbols.len() <= w {
            self.word_symbols.resize(w + 1, Vec::new());
        }
        self.word_symbols[w].push(symbol);
        let n = self.frequency.get(self.vocabulary.form(word)).copied().unwrap_or(0);
        self.forms[symbol as usize] += u64::from(n) + 1;
    }

    /// The symbol of a term.
    ///
    /// # Errors
    /// A term that the mini-syntax refuses, an unknown concept, a cycle, a verb that cannot be inflected, too many alternatives.
    pub fn term(&mut self, term: &str) -> Result<Symbol, Problem> {
        let node = terms::parse(term)?;
        let symbol = self.node(&node, term)?;
        Ok(symbol)
    }

    fn problem(code: &'static str, term: &str, what: String, help: String) -> Problem {
        Problem { at: 0..term.len(), code, what, help }
    }

    fn node(&mut self, node: &Node, term: &str) -> Result<Symbol, Problem> {
        if let Node::Concept(name) = node {
            return self.concept(name, term);
        }
        if let Some(&s) = self.made.get(node) {
            return Ok(s);
        }
        let symbol = match node {
            Node::Word { text, form, edits } => self.word(text, *form, *edits, term)?,
            Node::Concept(_) | Node::Optional(_) => unreachable_node(),
            Node::Either(choices) => {
                let members = choices.iter().map(|c| self.node(c, term)).collect::<Result<Vec<_>, _>>()?;
                self.union(&members, &display(node))
            }
            Node::Sequence(elements) => {
                let mut unfolded: Vec<Vec<(u32, Node)>> = vec![Vec::new()];
                for (gap, e) in elements {
                    let optional = matches!(e, Node::Optional(_));
                    let inner = if let Node::Optional(i) = e { i } else { e };
                    let mut next = Vec::new();
                    for u in &unfolded {
                        if optional {
                            next.push((u.clone(), *gap));
                        }
                        let mut with = u.clone();
                        with.push((*gap, inner.clone()));
                        next.push((with, 0));
                    }
                    // A skipped optional word leaves its gap to the next.
                    unfolded = next.into_iter().map(|(u, _)| u).collect();
                    if unfolded.len() > UNFOLDED_MAX {
                        return Err(Self::problem("T019", term, "too many optional words".into(), "cut the term in two".into()));
                    }
                }
                let mut members = Vec::new();
                for u in unfolded {
                    members.push(self.sequence(&u, term)?);
                }
                members.dedup();
                if members.len() == 1 { members[0] } else { self.union(&members, term) }
            }
        };
        self.made.insert(node.clone(), symbol);
        Ok(symbol)
    }

    fn sequence(&mut self, nodes: &[(u32, Node)], term: &str) -> Result<Symbol, Problem> {
        let mut elements: Vec<(u32, Symbol)> = Vec::new();
        let mut pending = 0;
        let kept = nodes.iter().filter(|(_, n)| self.keep_light || !is_light(n)).count();
        for (gap, n) in nodes {
            if !self.keep_light && kept > 0 && is_light(n) {
                pending = pending.max(*gap);
                continue;
            }
            // A sequence inside a sequence is laid flat.
            let s = self.node(n, term)?;
            elements.push(((*gap).max(pending), s));
            pending = 0;
        }
        if elements.len() == 1 {
            return Ok(elements[0].1);
        }
        if let Some(&s) = self.made_phrases.get(&elements) {
            return Ok(s);
        }
        let symbol = self.new_symbol(&display(&Node::Sequence(nodes.to_vec())));
        self.forms[symbol as usize] = elements.iter().map(|e| self.forms[e.1 as usize]).min().unwrap_or(1).div_ceil(4);
        self.phrases.push(symbol, &elements);
        self.made_phrases.insert(elements, symbol);
        Ok(symbol)
    }

    /// A symbol that occurs wherever one of `members` does.
    pub fn union(&mut self, members: &[Symbol], name: &str) -> Symbol {
        let symbol = self.new_symbol(name);
        self.fill(symbol, members);
        symbol
    }

    fn fill(&mut self, symbol: Symbol, members: &[Symbol]) {
        for &m in members {
            self.unions[m as usize].push(symbol);
            self.forms[symbol as usize] += self.forms[m as usize];
        }
    }

    fn concept(&mut self, name: &str, term: &str) -> Result<Symbol, Problem> {
        if let Some(&s) = self.concept_symbols.get(name) {
            return Ok(s);
        }
        let at = term.find(&format!("@{name}")).map_or(0..term.len(), |i| i..i + name.len() + 1);
        if self.open.iter().any(|o| o == name) {
            let mut ring = self.open.clone();
            ring.push(name.to_owned());
            return Err(Problem { at, code: "R022", what: format!("concepts in a circle: @{}", ring.join(" → @")), help: "take one of them out of another".into() });
        }
        let Some(nodes) = self.concepts.get(name).cloned() else {
            let near = super::diagnostics::nearest(name, self.concepts.keys().map(String::as_str));
            let help = near.map_or_else(|| "declare it in concepts/*.toml".to_owned(), |n| format!("did you mean `@{n}`?"));
            return Err(Problem { at, code: "R021", what: format!("unknown concept `@{name}`"), help });
        };
        self.open.push(name.to_owned());
        let kept = std::mem::replace(&mut self.keep_light, false);
        let members: Result<Vec<_>, _> = nodes.iter().map(|n| self.node(n, &display(n))).collect();
        self.keep_light = kept;
        self.open.pop();
        // A mistake inside the concept is reported where the concept is written, not at each use.
        let members = members.or_else(|p| if p.code == "R022" { Err(Problem { at, ..p }) } else { Ok(Vec::new()) })?;
        let symbol = self.union(&members, &format!("@{name}"));
        self.concept_symbols.insert(name.to_owned(), symbol);
        Ok(symbol)
    }

    fn word(&mut self, text: &str, form: Form, edits: Option<u8>, term: &str) -> Result<Symbol, Problem> {
        let folded = crate::text::fold_word(text);
        let forms: Vec<String> = match form {
            Form::Exact | Form::Prefix => vec![folded.clone()],
            Form::Plain => inflection::plain(text),
            Form::Lemma => inflection::verb(text).ok_or_else(|| {
                let at = term.find(text).map_or(0..term.len(), |i| i..i + text.len());
                Problem {
                    at,
                    code: "T020",
                    what: format!("`{text}+` is no verb that can be inflected"),
                    help: "`+` follows an infinitive (frapper+); write other words without it".into(),
                }
            })?,
        };
        let mark = match form {
            Form::Exact => format!("={text}"),
            Form::Prefix => format!("{text}*"),
            Form::Plain => text.to_owned(),
            Form::Lemma => format!("{text}+"),
        };
        let symbol = self.new_symbol(&mark);
        if form == Form::Prefix {
            let id = self.vocabulary.intern_prefix(&folded);
            self.attach(id, symbol);
            return Ok(symbol);
        }
        for f in forms {
            let letters = f.chars().count();
            let allowed = match (form, edits) {
                (_, Some(e)) => e,
                (Form::Exact, None) => 0,
                _ => typo::allowance(letters) as u8,
            };
            let id = self.vocabulary.intern(&f, allowed);
            self.attach(id, symbol);
        }
        Ok(symbol)
    }

    /// Words of the language that are not corrected, shorthand, confusions.
    pub fn vocabulary(&mut self) -> &mut Vocabulary {
        &mut self.vocabulary
    }

    /// The symbols that occur with a word alone, without a phrase: known as soon as the words are.
    pub fn of_words_alone(&self) -> Vec<bool> {
        let mut alone = vec![true; self.names.len()];
        let mut open: Vec<Symbol> = self.phrases.symbols.clone();
        while let Some(s) = open.pop() {
            if std::mem::replace(&mut alone[s as usize], false) {
                open.extend_from_slice(&self.unions[s as usize]);
            }
        }
        alone
    }

    /// Of what must all occur, the rarest, and the rarest of the others that is known with the words alone.
    fn anchor(&self, symbols: &[Symbol], alone: &[bool]) -> (Symbol, Symbol) {
        let rarity = |s: &Symbol| (self.forms[*s as usize], *s);
        let anchor = symbols.iter().copied().min_by_key(rarity).unwrap_or(0);
        let companion = symbols.iter().copied().filter(|&s| s != anchor && alone[s as usize]).min_by_key(rarity);
        (anchor, companion.unwrap_or(ALONE))
    }

    /// Seals the network.
    pub fn seal(mut self, uses: &Uses) -> Network {
        let n = self.names.len();
        let mut needed = vec![false; n];
        for &s in uses.used {
            needed[s as usize] = true;
        }
        for e in &self.phrases.elements {
            needed[e.1 as usize] = true;
        }
        // Unions above a symbol, all the way up. Memoised depth first; concepts hold no cycle.
        let mut closed: Vec<Option<Vec<Symbol>>> = vec![None; n];
        for s in 0..n {
            close(s, &self.unions, &mut closed);
        }
        let above: Vec<Vec<u32>> = closed.into_iter().map(|c| c.unwrap_or_default().into_iter().filter(|&u| needed[u as usize]).collect()).collect();
        let alone = self.of_words_alone();
        let anchored = Anchors::from(
            (0..self.phrases.len() as u32)
                .map(|p| {
                    let elements: Vec<Symbol> = self.phrases.elements(p).iter().map(|e| e.1).collect();
                    let (anchor, companion) = self.anchor(&elements, &alone);
                    (anchor, companion, p)
                })
                .collect(),
        );
        let of_word: Vec<Vec<u32>> = self
            .word_symbols
            .iter()
            .map(|symbols| {
                let mut all: Vec<u32> = symbols.iter().copied().filter(|&s| needed[s as usize]).collect();
                for &s in symbols {
                    all.extend_from_slice(&above[s as usize]);
                }
                all
            })
            .collect();
        let mut pinned = SymbolSet::default();
        pinned.reset(n);
        for &s in uses.pinned {
            pinned.insert(s);
        }
        let waited_for = |s: &Symbol| anchored.wait_for(*s) || uses.rules.wait_for(*s) || pinned.contains(*s);
        let waking = of_word.iter().map(|symbols| symbols.iter().copied().filter(waited_for).collect()).collect();
        self.vocabulary.seal();
        Network {
            vocabulary: self.vocabulary,
            of_word: Lists::from(of_word),
            above: Lists::from(above),
            phrases: self.phrases,
            anchored,
            waking: Lists::from(waking),
            pinned,
            names: self.names,
        }
    }
}

fn unreachable_node() -> Symbol {
    unreachable!("concepts are resolved and optional words unfolded before")
}

fn close(s: usize, unions: &[Vec<Symbol>], closed: &mut Vec<Option<Vec<Symbol>>>) -> Vec<Symbol> {
    if let Some(c) = &closed[s] {
        return c.clone();
    }
    let mut all = Vec::new();
    for &u in &unions[s] {
        all.push(u);
        all.extend(close(u as usize, unions, closed));
    }
    all.sort_unstable();
    all.dedup();
    closed[s] = Some(all.clone());
    all
}

fn is_light(node: &Node) -> bool {
    matches!(node, Node::Word { text, form: Form::Exact | Form::Plain, .. } if matches!(text.as_str(), "ne" | "n" | "j" | "l" | "d" | "m" | "t" | "s" | "c" | "qu"))
}

/// A node as an author would write it.
pub fn display(node: &Node) -> String {
    match node {
        Node::Word { text, form, edits } => {
            let body = match form {
                Form::Plain => text.clone(),
                Form::Lemma => format!("{text}+"),
                Form::Exact => format!("={text}"),
                Form::Prefix => format!("{text}*"),
            };
            edits.map_or(body.clone(), |e| format!("{body}~{e}"))
        }
        Node::Concept(c) => format!("@{c}"),
        Node::Sequence(s) => s.iter().map(|(g, n)| if *g > 0 { format!("..{g} {}", display(n)) } else { display(n) }).collect::<Vec<_>>().join(" "),
        Node::Either(c) => format!("({})", c.iter().map(display).collect::<Vec<_>>().join(" | ")),
        Node::Optional(n) => format!("[{}]", display(n)),
    }
}
