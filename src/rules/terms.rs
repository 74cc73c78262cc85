//! The mini-syntax of terms: `porter+ ..2 (compte | carte) bancaire`.
//!
//! A string → a [`Node`], or what is wrong with it and where. What a node matches is [`super::network`]'s business.

/// How a word of a term stands for words of a message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Form {
    /// `plainte`: singular or plural, masculine or feminine.
    Plain,
    /// `frapper+`: every inflected form.
    Lemma,
    /// `=viol`: this form only.
    Exact,
    /// `cambriol*`: whatever starts so.
    Prefix,
}

/// A parsed term.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Node {
    Word {
        text: String,
        form: Form,
        edits: Option<u8>,
    },
    Concept(String),
    /// In order; each with the most words allowed before it.
    Sequence(Vec<(u32, Node)>),
    Either(Vec<Node>),
    Optional(Box<Node>),
}

/// What is wrong with a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Bytes of the term.
    pub at: std::ops::Range<usize>,
    /// Stable code.
    pub code: &'static str,
    /// What.
    pub what: String,
    /// What to do.
    pub help: String,
}

fn problem(at: std::ops::Range<usize>, code: &'static str, what: impl Into<String>, help: impl Into<String>) -> Problem {
    Problem { at, code, what: what.into(), help: help.into() }
}

#[derive(Debug, PartialEq)]
enum Piece<'t> {
    Word(&'t str),
    Gap(&'t str),
    Sign(char),
}

/// Parses a term.
///
/// ```
/// use guichet::rules::terms::{parse, Node};
/// assert!(matches!(parse("porter+ ..2 plainte"), Ok(Node::Sequence(s)) if s[1].0 == 2));
/// assert_eq!(parse("(a | ").unwrap_err().code, "T004");
/// ```
pub fn parse(term: &str) -> Result<Node, Problem> {
    let pieces = cut(term)?;
    if pieces.is_empty() {
        return Err(problem(0..term.len(), "T001", "empty term", "write a word, a phrase or a concept"));
    }
    let mut at = 0;
    let node = sequence(term, &pieces, &mut at, None)?;
    Ok(node)
}

fn cut(term: &str) -> Result<Vec<(usize, Piece<'_>)>, Problem> {
    let mut pieces = Vec::new();
    let mut chars = term.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        match c {
            _ if c.is_whitespace() => {}
            '(' | ')' | '[' | ']' | '|' => pieces.push((i, Piece::Sign(c))),
            _ => {
                let mut end = i + c.len_utf8();
                while let Some(&(j, d)) = chars.peek() {
                    if d.is_whitespace() || matches!(d, '(' | ')' | '[' | ']' | '|') {
                        break;
                    }
                    end = j + d.len_utf8();
                    chars.next();
                }
                let word = &term[i..end];
                if word.starts_with("..") {
                    pieces.push((i, Piece::Gap(word)));
                } else {
                    pieces.push((i, Piece::Word(word)));
                }
            }
        }
    }
    Ok(pieces)
}

fn sequence(term: &str, pieces: &[(usize, Piece)], at: &mut usize, closing: Option<(usize, char)>) -> Result<Node, Problem> {
    let mut choices: Vec<Node> = Vec::new();
    let mut current: Vec<(u32, Node)> = Vec::new();
    let mut gap: Option<(usize, u32)> = None;
    let mut bar = None;
    loop {
        let Some((i, piece)) = pieces.get(*at) else {
            if let Some((open, sign)) = closing {
                return Err(problem(open..open + 1, "T004", format!("`{}` is never closed", if sign == ')' { '(' } else { '[' }), format!("add `{sign}`")));
            }
            break;
        };
        *at += 1;
        match piece {
            Piece::Gap(g) => {
                let n: u32 = g[2..].parse().map_err(|_| problem(*i..i + g.len(), "T005", format!("`{g}` is no gap"), "write `..3`: at most three words between"))?;
                if n > 30 {
                    return Err(problem(
                        *i..i + g.len(),
                        "T006",
                        format!("a gap of {n} words is too wide"),
                        "use `all` and `within` for words far apart; a gap is at most 30",
                    ));
                }
                if current.is_empty() {
                    return Err(problem(*i..i + g.len(), "T007", "a gap before the first word", "a gap stands between two words"));
                }
                if gap.is_some() {
                    return Err(problem(*i..i + g.len(), "T008", "two gaps in a row", "keep the wider one"));
                }
                gap = Some((*i, n));
            }
            Piece::Sign(open @ ('(' | '[')) => {
                let close = if *open == '(' { ')' } else { ']' };
                let inner = sequence(term, pieces, at, Some((*i, close)))?;
                let node = if *open == '(' { inner } else { Node::Optional(Box::new(inner)) };
                current.push((gap.take().map_or(0, |g| g.1), node));
            }
            Piece::Sign('|') => {
                if current.is_empty() {
                    return Err(problem(*i..i + 1, "T002", "nothing before `|`", "write a word on each side of `|`"));
                }
                if let Some((g, _)) = gap {
                    return Err(problem(g..g + 2, "T009", "a gap with nothing after it", "a gap stands between two words"));
                }
                bar = Some(*i);
                choices.push(solid(term, group(std::mem::take(&mut current)))?);
            }
            Piece::Sign(close) => {
                if closing.is_some_and(|(_, c)| c == *close) {
                    if current.is_empty() {
                        return Err(problem(*i..i + 1, "T003", format!("nothing before `{close}`"), "write a word inside the brackets"));
                    }
                    if let Some((g, _)) = gap {
                        return Err(problem(g..g + 2, "T009", "a gap with nothing after it", "a gap stands between two words"));
                    }
                    choices.push(solid(term, group(current))?);
                    return Ok(either(choices));
                }
                return Err(problem(*i..i + 1, "T010", format!("`{close}` closes nothing"), format!("remove `{close}` or open it before")));
            }
            Piece::Word(w) => {
                for node in word(*i, w)? {
                    current.push((gap.take().map_or(0, |g| g.1), node));
                }
            }
        }
    }
    if let Some((g, _)) = gap {
        return Err(problem(g..g + 2, "T009", "a gap with nothing after it", "a gap stands between two words"));
    }
    if current.is_empty() {
        let b = bar.unwrap_or(0);
        return Err(problem(b..(b + 1).min(term.len()), "T002", "nothing after `|`", "write a word on each side of `|`"));
    }
    choices.push(solid(term, group(current))?);
    Ok(either(choices))
}

/// A choice must hold a word that is not optional.
fn solid(term: &str, node: Node) -> Result<Node, Problem> {
    let empty = match &node {
        Node::Optional(_) => true,
        Node::Sequence(s) => s.iter().all(|(_, n)| matches!(n, Node::Optional(_))),
        _ => false,
    };
    if empty {
        return Err(problem(0..term.len(), "T011", "the whole term, or one of its choices, is optional", "write at least one word outside `[ ]`"));
    }
    Ok(node)
}

fn group(mut nodes: Vec<(u32, Node)>) -> Node {
    if nodes.len() == 1 { nodes.remove(0).1 } else { Node::Sequence(nodes) }
}

fn either(mut choices: Vec<Node>) -> Node {
    if choices.len() == 1 { choices.remove(0) } else { Node::Either(choices) }
}

/// One written word; several nodes when an apostrophe or a hyphen cuts it (`pré-plainte`, `l'arme`).
fn word(at: usize, written: &str) -> Result<Vec<Node>, Problem> {
    let whole = at..at + written.len();
    if let Some(name) = written.strip_prefix('@') {
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') {
            return Err(problem(whole, "T012", format!("`{written}` is no concept name"), "letters, digits and hyphens after `@`"));
        }
        return Ok(vec![Node::Concept(name.to_owned())]);
    }
    let (mut body, mut form, mut edits) = (written, Form::Plain, None);
    if let Some((b, e)) = body.rsplit_once('~') {
        let n: u8 = e.parse().map_err(|_| problem(whole.clone(), "T013", format!("`~{e}` is no number of edits"), "write `~0`, `~1` or `~2`"))?;
        if n > 2 {
            return Err(problem(whole, "T014", format!("`~{n}` allows too many edits"), "two at most: beyond, any word looks like another"));
        }
        edits = Some(n);
        body = b;
    }
    if let Some(b) = body.strip_prefix('=') {
        form = Form::Exact;
        body = b;
    }
    for (sign, f) in [('+', Form::Lemma), ('*', Form::Prefix)] {
        if let Some(b) = body.strip_suffix(sign) {
            if form == Form::Exact {
                return Err(problem(whole, "T015", format!("`=` and `{sign}` contradict one another"), "keep one of them"));
            }
            form = f;
            body = b;
        }
    }
    if body.is_empty() || body.contains(['+', '*', '=', '~', '@', '"', '{', '}', '<', '>', '\\']) {
        return Err(problem(whole, "T016", format!("`{written}` is no word"), "letters and digits, then `+`, `*` or `~n`; `=` before"));
    }
    if form == Form::Prefix && body.chars().count() < 4 {
        return Err(problem(whole, "T017", format!("the prefix `{body}*` is too short"), "four letters at least, or write the words"));
    }
    let text = crate::text::Text::read(body);
    let words: Vec<(String, bool)> = text
        .tokens()
        .iter()
        .filter(|t| !matches!(t.kind, crate::text::Kind::Stop | crate::text::Kind::Pause))
        // As written, for its accents; but a word with an apostrophe inside (`aujourd'hui`) as messages are read.
        .map(|t| {
            let written = &body[t.start as usize..t.end as usize];
            (if written.contains(['\'', '’']) { text.form(t) } else { written }.to_owned(), t.light)
        })
        .collect();
    if words.is_empty() {
        return Err(problem(whole, "T018", format!("`{written}` holds no word"), "letters, digits or an emoji with a meaning"));
    }
    let last = words.len() - 1;
    Ok(words
        .into_iter()
        .enumerate()
        .map(|(i, (w, light))| {
            // Only the last part of a compound bends: `pré-plainte` → pré plaintes.
            let f = if i == last && !light { form } else { Form::Exact };
            Node::Word { text: w, form: f, edits: if i == last { edits } else { None } }
        })
        .collect())
}
