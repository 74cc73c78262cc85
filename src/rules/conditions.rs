//! The conditions that every kind of rule shares → a [`Clause`], with every mistake in them.

use super::diagnostics::Report;
use super::network::{Builder, Symbol};
use super::source::{self, Spanned};
use super::terms::Problem;
use crate::matching::clause::{Clause, Group, Window};
use crate::matching::context::bits;
use crate::matching::pattern::{Check, Pattern};

/// The conditions that every kind shares.
pub(super) struct Conditions<'s> {
    pub(super) id: &'s Spanned<String>,
    pub(super) all: &'s [Spanned<String>],
    pub(super) any: &'s [Spanned<String>],
    pub(super) at_least: &'s Option<Spanned<u32>>,
    pub(super) none: &'s [Spanned<String>],
    pub(super) doubt: &'s [Spanned<String>],
    pub(super) near: &'s [source::Near],
    pub(super) within: Option<u32>,
    pub(super) regex: &'s [source::Regex],
    pub(super) context: Option<&'s source::Context>,
}

pub(super) fn symbols(file: usize, terms: &[Spanned<String>], builder: &mut Builder, report: &mut Report) -> Vec<Symbol> {
    let mut all = Vec::new();
    for t in terms {
        match builder.term(t.get_ref()) {
            Ok(s) => all.push(s),
            Err(p) => report.term(file, t, p),
        }
    }
    all
}

pub(super) fn clause(file: usize, c: &Conditions, default_against: u32, builder: &mut Builder, report: &mut Report) -> Clause {
    let mut clause = Clause { within: c.within, against: default_against, ..Clause::default() };
    for s in symbols(file, c.all, builder, report) {
        clause.groups.push(Group { symbols: [s].into(), at_least: 1 });
    }
    let any = symbols(file, c.any, builder, report);
    let at_least = c.at_least.as_ref().map_or(1, |n| *n.get_ref());
    if let Some(n) = c.at_least
        && (*n.get_ref() == 0 || *n.get_ref() as usize > c.any.len())
    {
        report.at("R019", file, n.span(), format!("`at_least = {}` of {} terms", n.get_ref(), c.any.len()), "", "between 1 and the number of terms of `any`");
    }
    if !any.is_empty() {
        clause.groups.push(Group { symbols: any.into(), at_least });
    }
    clause.none = symbols(file, c.none, builder, report).into();
    clause.doubt = symbols(file, c.doubt, builder, report).into();
    for n in c.near {
        if n.terms.len() < 2 {
            let span = n.terms.first().map_or_else(|| c.id.span(), Spanned::span);
            report.at("R020", file, span, "a window of fewer than two terms", "", "`near` takes two terms or more");
        }
        if n.terms.len() > 6 {
            report.at("R050", file, n.terms[6].span(), format!("a window of {} terms", n.terms.len()), "", "six at most: put some of them in a concept");
            continue;
        }
        clause.near.push(Window { symbols: symbols(file, &n.terms, builder, report).into(), within: n.within, ordered: n.ordered });
    }
    clause.near.retain(|w| !w.symbols.is_empty());
    clause.regex = c.regex.iter().filter_map(|r| pattern(file, r, report)).collect();
    if c.all.is_empty() && c.any.is_empty() && c.near.is_empty() && c.regex.is_empty() {
        report.at("R023", file, c.id.span(), format!("`{}` has no condition", c.id.get_ref()), "it would always hold", "give `all`, `any`, `near` or `regex`");
    }
    for t in c.none {
        if c.all.iter().any(|a| a.get_ref() == t.get_ref()) {
            report.at("R024", file, t.span(), format!("`{}` is both needed and excluded", t.get_ref()), "the rule never holds", "remove it from `all` or from `none`");
        }
    }
    if let Some(x) = c.context {
        clause.against = against(file, x, default_against, report);
    }
    clause
}

pub(super) fn pattern(file: usize, r: &source::Regex, report: &mut Report) -> Option<Pattern> {
    let folded = match r.on.get_ref().as_str() {
        "raw" => false,
        "folded" => true,
        other => {
            report.at("R025", file, r.on.span(), format!("`{other}` is no value of `on`"), "", "`raw` (the message as received) or `folded` (its folded words)");
            false
        }
    };
    let check = match r.validate.as_ref().map(|v| v.get_ref().as_str()) {
        None => Check::None,
        Some("luhn") => Check::Luhn,
        Some("iban") => Check::Iban,
        Some("nir") => Check::Nir,
        Some(other) => {
            let span = r.validate.as_ref().map_or(0..0, Spanned::span);
            report.at("R026", file, span, format!("`{other}` checks nothing"), "", "`luhn`, `iban` or `nir`");
            Check::None
        }
    };
    match regex::RegexBuilder::new(r.pattern.get_ref()).size_limit(1 << 20).build() {
        Ok(regex) if regex.is_match("") => {
            report.at("R028", file, r.pattern.span(), "this pattern matches the empty text", "", "it would always hold: make something mandatory");
            None
        }
        Ok(regex) => Some(Pattern { regex, folded, check, literals: None }),
        Err(e) => {
            let (at, what) = match &e {
                regex::Error::CompiledTooBig(_) => (0..r.pattern.get_ref().len(), "it is too big once compiled".to_owned()),
                _ => why_unread(r.pattern.get_ref(), &e.to_string()),
            };
            let help = "syntax of the `regex` crate; no look-around, no back-reference; repetitions of repetitions grow fast".to_owned();
            report.term(file, &r.pattern, Problem { at, code: "R027", what: format!("the pattern cannot be read: {what}"), help });
            None
        }
    }
}

/// The bytes that `regex` underlines in its own account of a mistake (the pattern and the carets, four blanks in), and its last words.
fn why_unread(pattern: &str, told: &str) -> (std::ops::Range<usize>, String) {
    let what = told.lines().last().unwrap_or("").trim_start_matches("error: ").trim_end_matches('.').to_owned();
    let carets = told.lines().skip_while(|l| l.strip_prefix("    ") != Some(pattern)).nth(1).filter(|l| l.contains('^'));
    let at = carets.map_or(0..pattern.len(), |c| {
        let byte = |chars: usize| pattern.char_indices().nth(chars).map_or(pattern.len(), |(i, _)| i);
        let first = c.find('^').unwrap_or(0).saturating_sub(4);
        byte(first)..byte(first + c.matches('^').count())
    });
    (at, what)
}

fn against(file: usize, x: &source::Context, default: u32, report: &mut Report) -> u32 {
    let mut a = default;
    let mut choose = |value: &Option<Spanned<String>>, strict: &str, set: u32, a: &mut u32| {
        if let Some(v) = value {
            match v.get_ref().as_str() {
                "any" => *a &= !set,
                s if s == strict => *a |= set,
                other => report.at("R029", file, v.span(), format!("`{other}` is no value here"), "", format!("`{strict}` or `any`")),
            }
        }
    };
    choose(&x.polarity, "affirmed", bits::NEGATED, &mut a);
    choose(&x.reality, "asserted", bits::HYPOTHETICAL | bits::FICTION | bits::EXERCISE | bits::FIGURE, &mut a);
    choose(&x.source, "author", bits::THIRD | bits::REPORTED, &mut a);
    if let Some(times) = &x.time {
        a |= bits::PAST | bits::FUTURE | bits::RECENT | bits::ONGOING;
        for t in times {
            match t.get_ref().as_str() {
                "any" => a &= !(bits::PAST | bits::FUTURE | bits::RECENT | bits::ONGOING),
                "now" | "unspecified" => {}
                "recent" => a &= !bits::RECENT,
                "past" => a &= !bits::PAST,
                "future" => a &= !bits::FUTURE,
                "ongoing-since" => a &= !bits::ONGOING,
                other => report.at("R030", file, t.span(), format!("`{other}` is no time"), "", "now, recent, past, future, ongoing-since, unspecified, any"),
            }
        }
    }
    a
}
