//! Source files → a pack: every name resolved, every mistake reported, everything sorted by id.

use super::anchors::{ALONE, Anchors};
use super::conditions::{Conditions, clause, pattern, symbols};
use super::diagnostics::{Diagnostic, Report, Severity, nearest};
use super::gather::{In, Sources, gather, ids};
use super::network::{Builder, Symbol, Uses};
use super::source::{self, Spanned};
use super::terms::{self, Problem};
use super::{CATEGORIES, EmergencyRule, Example, Expect, GuardRule, Level, Pack, RouteRule, RuleRef, SILENT, ScoreSheet, SourceFile};
use crate::decision::ranking::Ranking;
use crate::matching::clause::{AGAINST_EMERGENCY, Clause};
use crate::matching::context::{Cue, Reach, bits};
use crate::matching::literals::Literals;
use rustc_hash::FxHashSet;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// A pack whose every name is resolved: what is left is to seal its words and to learn from its examples, by far the longest part.
struct Checked {
    head: source::PackFile,
    hash: String,
    builder: Builder,
    used: FxHashSet<Symbol>,
    pinned: Vec<Symbol>,
    cues: Vec<Cue>,
    terminators: Symbol,
    pseudo: Symbol,
    emergencies: Vec<EmergencyRule>,
    sheets: Vec<ScoreSheet>,
    routes: Vec<RouteRule>,
    guards: Vec<GuardRule>,
    literals: Literals,
    keywords: Vec<(Symbol, u32, i32)>,
    faqs: Vec<source::Faq>,
    retention: Option<source::RetentionFile>,
    services: BTreeMap<String, source::Service>,
    replies: BTreeMap<String, source::RepliesFile>,
    examples: Vec<Example>,
}

/// Every mistake and warning, without the pack.
pub(super) fn check(files: Vec<SourceFile>) -> Vec<Diagnostic> {
    checked(files).map_or_else(|found| found, |(_, found)| found)
}

pub(super) fn compile(files: Vec<SourceFile>) -> Result<(Pack, Vec<Diagnostic>), Vec<Diagnostic>> {
    checked(files).map(|(checked, found)| (checked.seal(), found))
}

fn checked(mut files: Vec<SourceFile>) -> Result<(Checked, Vec<Diagnostic>), Vec<Diagnostic>> {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut report = Report { files: &files, found: Vec::new() };
    let mut sources = gather(&files, &mut report);
    let hash = hash(&files);

    // Sorted by id, so that neither files nor their order change a decision.
    sources.emergencies.sort_by(|a, b| a.item.id.get_ref().cmp(b.item.id.get_ref()));
    sources.sheets.sort_by(|a, b| a.item.id.get_ref().cmp(b.item.id.get_ref()));
    sources.routes.sort_by(|a, b| a.item.id.get_ref().cmp(b.item.id.get_ref()));
    sources.faqs.sort_by(|a, b| a.item.id.get_ref().cmp(b.item.id.get_ref()));
    sources.guards.sort_by(|a, b| a.item.id.get_ref().cmp(b.item.id.get_ref()));
    sources.concepts.sort_by(|a, b| a.item.id.get_ref().cmp(b.item.id.get_ref()));
    ids(&sources, &mut report);

    let mut builder = Builder::default();
    for s in sources.emergencies.iter().flat_map(|e| e.item.matches.iter().chain(&e.item.ignores)) {
        builder.observe(s.get_ref());
    }
    for s in sources.faqs.iter().flat_map(|f| f.item.examples.iter()) {
        builder.observe(s.get_ref());
    }
    spelling(&sources, &mut builder, &mut report);
    concepts(&sources, &mut builder, &mut report);

    let mut used: FxHashSet<Symbol> = FxHashSet::default();
    let (cues, terminators, pseudo) = context(&sources, &mut builder, &mut report);
    let mut pinned: Vec<Symbol> = cues.iter().flat_map(|c| std::iter::once(c.symbol).chain(c.unless.iter().copied())).chain([terminators, pseudo]).collect();

    let mut emergencies = emergencies(&sources, &mut builder, &mut report);
    let sheets = sheets(&sources, &cues, &mut builder, &mut report);
    used.extend(sheets.iter().flat_map(|s| &s.points).map(|p| p.0));
    let mut routes = routes(&sources, &mut builder, &mut report);
    let mut guards = guards(&sources, &mut report);
    let mut literals = Literals::default();
    let patterns =
        emergencies.iter_mut().map(|e| &mut e.clause.regex).chain(routes.iter_mut().map(|r| &mut r.clause.regex)).chain(guards.iter_mut().map(|g| &mut g.patterns));
    for pattern in patterns.flatten().filter(|p| !p.folded) {
        pattern.literals = literals.add(pattern.regex.as_str());
    }
    // Too many pieces for one automaton: no pattern is passed over.
    let _ = literals.seal();
    used.extend(emergencies.iter().map(|e| &e.clause).chain(routes.iter().map(|r| &r.clause)).flat_map(Clause::symbols));
    let keywords = answers(&sources, &mut builder, &mut report);
    pinned.extend(keywords.iter().map(|k| k.0));
    used.extend(&pinned);

    desk(&sources, &mut report);
    let examples = examples(&sources, &files);
    if sources.pack.is_none() && !report.found.iter().any(|d| d.file == "pack.toml") {
        report.found.push(Diagnostic::at("R008", "pack.toml", "", 0..0, "the pack has no pack.toml").help("write name and version in pack.toml"));
    }
    let mut found = report.found;
    found.sort_by(|a, b| (&a.file, a.line, a.column, a.code).cmp(&(&b.file, b.line, b.column, b.code)));
    found.dedup();
    let Some(pack) = sources.pack.filter(|_| found.iter().all(|d| d.severity != Severity::Error)) else {
        return Err(found);
    };

    let checked = Checked {
        head: pack.item,
        hash,
        builder,
        used,
        pinned,
        cues,
        terminators,
        pseudo,
        emergencies,
        sheets,
        routes,
        guards,
        literals,
        keywords,
        faqs: sources.faqs.into_iter().map(|f| f.item).collect(),
        retention: sources.retention.map(|r| r.item),
        services: sources.services,
        replies: sources.replies,
        examples,
    };
    Ok((checked, found))
}

impl Checked {
    fn seal(self) -> Pack {
        let (indexed, always) = index(&self.emergencies, &self.routes, &self.builder);
        let network = self.builder.seal(&Uses { used: &self.used, pinned: &self.pinned, rules: &indexed });
        let ranking = Ranking::train(&self.faqs, self.keywords, &self.head.ranking, &network.vocabulary);
        Pack {
            name: self.head.name.into_inner(),
            version: self.head.version,
            hash: self.hash,
            network,
            cues: self.cues,
            terminators: self.terminators,
            pseudo: self.pseudo,
            emergencies: self.emergencies,
            sheets: self.sheets,
            routes: self.routes,
            guards: self.guards,
            literals: self.literals,
            indexed,
            always,
            second_reader: self.head.second_reader.into_iter().map(Spanned::into_inner).collect(),
            retention: self.retention,
            acronyms: self.head.acronyms,
            answers: self.faqs,
            ranking,
            services: self.services,
            replies: self.replies,
            examples: self.examples,
        }
    }
}

/// SHA-256 over the files in the order of their paths, in hexadecimal.
pub(super) fn hash(files: &[SourceFile]) -> String {
    let mut sorted: Vec<&SourceFile> = files.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    let mut digest = Sha256::new();
    for f in sorted {
        digest.update((f.path.len() as u64).to_le_bytes());
        digest.update(&f.path);
        digest.update((f.text.len() as u64).to_le_bytes());
        digest.update(&f.text);
    }
    digest.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// The rules by their rarest mandatory group, and those that have none.
fn index(emergencies: &[EmergencyRule], routes: &[RouteRule], builder: &Builder) -> (Anchors<RuleRef>, Vec<RuleRef>) {
    let alone = builder.of_words_alone();
    let (mut anchored, mut always) = (Vec::new(), Vec::new());
    let clauses = (0..).map(RuleRef::Emergency).zip(emergencies.iter().map(|e| &e.clause)).chain((0..).map(RuleRef::Route).zip(routes.iter().map(|r| &r.clause)));
    for (rule, clause) in clauses {
        let groups: Vec<&[Symbol]> = clause.mandatory().collect();
        let rarity = |g: &&&[Symbol]| (g.iter().map(|&s| builder.expected(s)).sum::<u64>(), g.len(), g[0]);
        let Some(rarest) = groups.iter().min_by_key(rarity) else {
            always.push(rule);
            continue;
        };
        // A companion is one symbol: a group of several would need a place for each.
        let companion = groups.iter().filter(|g| g.len() == 1 && alone[g[0] as usize] && *g != rarest).min_by_key(rarity).map_or(ALONE, |g| g[0]);
        anchored.extend(rarest.iter().map(|&s| (s, companion, rule)));
    }
    (Anchors::from(anchored), always)
}

fn spelling(s: &Sources, builder: &mut Builder, report: &mut Report) {
    for sp in &s.spellings {
        for (short, long) in &sp.item.shorthand {
            let key = crate::text::fold_word(short.get_ref());
            let text = crate::text::Text::read(long.get_ref());
            let words: Vec<Box<str>> = text.tokens().iter().map(|t| text.form(t).into()).collect();
            if words.is_empty() {
                report.at("R012", sp.file, long.span(), format!("`{}` stands for nothing", short.get_ref()), "", "write the words that it stands for");
            }
            if key.contains([' ', '\'', '-']) {
                report.at(
                    "R013",
                    sp.file,
                    short.span(),
                    format!("`{}` is not one word", short.get_ref()),
                    "",
                    "a shorthand is one word without blank, apostrophe or hyphen",
                );
            }
            builder.vocabulary().shorthand.insert(key.into(), words);
        }
        for w in &sp.item.protected {
            builder.vocabulary().protected.insert(crate::text::fold_word(w).into());
        }
        for n in &sp.item.never {
            match n.get_ref().split_once("->") {
                Some((a, b)) => {
                    builder.vocabulary().never.insert((crate::text::fold_word(a.trim()).into(), crate::text::fold_word(b.trim()).into()));
                }
                None => report.at("R014", sp.file, n.span(), format!("`{}` is no confusion", n.get_ref()), "", "write \"porte->morte\""),
            }
        }
    }
}

fn concepts(s: &Sources, builder: &mut Builder, report: &mut Report) {
    for c in &s.concepts {
        let mut nodes = Vec::new();
        for t in &c.item.terms {
            match terms::parse(t.get_ref()) {
                Ok(n) => nodes.push(n),
                Err(p) => report.term(c.file, t, p),
            }
        }
        if c.item.terms.is_empty() {
            report.at("R015", c.file, c.item.id.span(), format!("the concept `{}` is empty", c.item.id.get_ref()), "", "give it terms");
        }
        builder.declare(c.item.id.get_ref(), nodes);
    }
    // Each term once, where it is written: circles, unknown concepts, verbs.
    for c in &s.concepts {
        for t in &c.item.terms {
            if terms::parse(t.get_ref()).is_ok()
                && let Err(p) = builder.term(t.get_ref())
            {
                report.term(c.file, t, p);
            }
        }
    }
}

fn context(s: &Sources, builder: &mut Builder, report: &mut Report) -> (Vec<Cue>, Symbol, Symbol) {
    builder.keep_light = true;
    let mut cues = Vec::new();
    let (mut terminators, mut pseudo) = (Vec::new(), Vec::new());
    for c in &s.contexts {
        terminators.extend(symbols(c.file, &c.item.terminators, builder, report));
        pseudo.extend(symbols(c.file, &c.item.pseudo, builder, report));
        for q in &c.item.cue {
            let names = bits::NAMES.map(|n| n.0);
            let Some(means) = bits::NAMES.iter().find(|n| n.0 == q.means.get_ref()).map(|n| n.1) else {
                let help = nearest(q.means.get_ref(), names.iter().copied()).map_or_else(|| names.join(", "), |n| format!("did you mean `{n}`?"));
                report.at("R016", c.file, q.means.span(), format!("`{}` is no context", q.means.get_ref()), "", help);
                continue;
            };
            let reach = match q.reach.as_ref().map(|r| r.get_ref().as_str()) {
                None => Reach::Words(q.before, q.after),
                Some("sentence") => Reach::Sentence,
                Some("message") => Reach::Message,
                Some(other) => {
                    let span = q.reach.as_ref().map_or(0..0, Spanned::span);
                    report.at("R017", c.file, span, format!("`{other}` is no reach"), "", "`sentence` or `message`, or `before` and `after` in words");
                    continue;
                }
            };
            if reach == Reach::Words(0, 0) {
                report.at("R018", c.file, q.id.span(), format!("the cue `{}` reaches nothing", q.id.get_ref()), "", "give `before`, `after` or `reach`");
            }
            let words = symbols(c.file, &q.terms, builder, report);
            let unless = symbols(c.file, &q.unless, builder, report).into();
            let symbol = builder.union(&words, q.id.get_ref());
            cues.push(Cue { id: q.id.get_ref().as_str().into(), symbol, means, reach, strong: q.strong, unless });
        }
    }
    cues.sort_by(|a, b| a.id.cmp(&b.id));
    builder.keep_light = false;
    let t = builder.union(&terminators, "terminators");
    let p = builder.union(&pseudo, "pseudo");
    (cues, t, p)
}

fn choice<T: Copy>(file: usize, value: Option<&Spanned<String>>, choices: &[(&str, T)], default: T, code: &'static str, report: &mut Report) -> T {
    let Some(v) = value else { return default };
    if let Some(c) = choices.iter().find(|c| c.0 == v.get_ref()) {
        return c.1;
    }
    let names: Vec<&str> = choices.iter().map(|c| c.0).collect();
    let help = nearest(v.get_ref(), names.iter().copied()).map_or_else(|| format!("one of {}", names.join(", ")), |n| format!("did you mean `{n}`?"));
    report.at(code, file, v.span(), format!("`{}` is no value here", v.get_ref()), "", help);
    default
}

fn resolve(file: usize, own: &Spanned<String>, overrides: &[Spanned<String>], ids: &[String], report: &mut Report) -> Vec<u32> {
    let mut all = Vec::new();
    for o in overrides {
        if o.get_ref() == own.get_ref() {
            report.at("R031", file, o.span(), "a rule cannot override itself", "", "remove it");
            continue;
        }
        match ids.binary_search(o.get_ref()) {
            Ok(i) => all.push(i as u32),
            Err(_) => {
                let help =
                    nearest(o.get_ref(), ids.iter().map(String::as_str)).map_or_else(|| "name a rule of the same kind".to_owned(), |n| format!("did you mean `{n}`?"));
                report.at("R032", file, o.span(), format!("unknown rule `{}`", o.get_ref()), "", help);
            }
        }
    }
    all
}

fn emergencies(s: &Sources, builder: &mut Builder, report: &mut Report) -> Vec<EmergencyRule> {
    let ids: Vec<String> = s.emergencies.iter().map(|e| e.item.id.get_ref().clone()).collect();
    let mut rules = Vec::new();
    for In { file, item: e } in &s.emergencies {
        let file = *file;
        let retired = choice(file, e.status.as_ref(), &[("active", false), ("retired", true)], false, "R033", report);
        let silent = e.category.get_ref() == SILENT;
        let category = if silent { None } else { category(file, &e.category, report) };
        let levels = [("now", Level::Now), ("possible", Level::Possible)];
        let level = choice(file, e.level.as_ref(), &levels, Level::Now, "R035", report);
        let default = if level == Level::Now { Level::Possible } else { Level::None };
        let otherwise = choice(file, e.otherwise.as_ref(), &[("possible", Level::Possible), ("none", Level::None)], default, "R036", report);
        if level == Level::Now && otherwise == Level::None && e.because.as_deref().unwrap_or("").is_empty() {
            let span = e.otherwise.as_ref().map_or_else(|| e.id.span(), Spanned::span);
            report.at(
                "R037",
                file,
                span,
                format!("`{}` could be silenced by a weak cue", e.id.get_ref()),
                "",
                "say `because = \"…\"`, or leave `otherwise = \"possible\"`",
            );
        }
        if !silent && level == Level::Now && e.matches.is_empty() {
            report.at("R038", file, e.id.span(), format!("`{}` has no `matches`", e.id.get_ref()), "", "give messages of level now");
        }
        if e.ignores.is_empty() {
            report.at("R039", file, e.id.span(), format!("`{}` has no `ignores`", e.id.get_ref()), "", "give messages with its words that it must leave alone");
        }
        if let Some(call) = &e.call
            && !["15", "17", "18", "112", "114", "119", "196", "3114", "3919", "116000"].contains(&call.get_ref().as_str())
        {
            report.at("R040", file, call.span(), format!("`{}` is no number to give first", call.get_ref()), "", "15, 17, 18, 112, 114, 119, 196, 3114, 3919 or 116000");
        }
        let c = Conditions {
            id: &e.id,
            all: &e.all,
            any: &e.any,
            at_least: &e.at_least,
            none: &e.none,
            doubt: &e.doubt,
            near: &e.near,
            within: e.within,
            regex: &e.regex,
            context: e.context.as_ref(),
        };
        let clause = clause(file, &c, AGAINST_EMERGENCY, builder, report);
        let overrides = resolve(file, &e.id, &e.overrides, &ids, report);
        if retired {
            continue;
        }
        let specificity = clause.mandatory().count() as u32 + u32::from(!clause.none.is_empty());
        rules.push(EmergencyRule {
            id: e.id.get_ref().as_str().into(),
            category,
            clause,
            level,
            otherwise,
            call: e.call.as_ref().map(|c| c.get_ref().as_str().into()),
            priority: e.priority,
            specificity,
            overrides,
        });
    }
    rules
}

/// What the desk is told of themes: they exist, and nothing outlives the messages that it is about. A pack read without its answers, as tools that only look at
/// rules do, has no theme to compare with.
fn desk(sources: &Sources, report: &mut Report) {
    let themes: BTreeSet<&str> = sources.faqs.iter().filter_map(|f| f.item.id.get_ref().split('.').next()).collect();
    let unknown = |name: &str| {
        let known = || themes.iter().copied().chain(CATEGORIES.iter().map(|c| c.0));
        let help = || nearest(name, known()).map_or_else(|| "a theme is what the ids of answers begin with".to_owned(), |n| format!("did you mean `{n}`?"));
        (!themes.is_empty() && !known().any(|k| k == name)).then(|| (format!("`{name}` is neither a theme of answers nor a category of emergency"), help()))
    };
    if let Some(pack) = &sources.pack {
        for about in &pack.item.second_reader {
            if let Some((what, help)) = unknown(about.get_ref()) {
                report.at("R060", pack.file, about.span(), what, "", help);
            }
        }
    }
    let Some(retention) = &sources.retention else { return };
    let (file, general) = (retention.file, &retention.item.days);
    if general.messages.is_none() {
        report.at("R061", file, 0..0, "`[days]` does not say how long messages are kept", "", "write `messages = 365` under [days]");
    }
    for name in retention.item.theme.keys() {
        if let Some((what, help)) = unknown(name.get_ref()) {
            report.at("R060", file, name.span(), what, "", help);
        }
    }
    for days in std::iter::once(general).chain(retention.item.theme.values()) {
        let Some(most) = days.messages.as_ref().or(general.messages.as_ref()) else { continue };
        for longer in [&days.drafts, &days.notes, &days.ratings].into_iter().flatten().filter(|d| d.get_ref() > most.get_ref()) {
            let what = format!("kept {} days, longer than the {} of the messages", longer.get_ref(), most.get_ref());
            report.at("R062", file, longer.span(), what, "goes with the messages", "give it as many days as the messages, or fewer");
        }
    }
}

/// An index of [`CATEGORIES`].
fn category(file: usize, id: &Spanned<String>, report: &mut Report) -> Option<usize> {
    let found = CATEGORIES.iter().position(|c| c.0 == id.get_ref());
    if found.is_none() {
        let help = nearest(id.get_ref(), CATEGORIES.iter().map(|c| c.0))
            .map_or_else(|| "one of the 25 categories of docs/fr/urgences.md, or `silent` for a rule".to_owned(), |n| format!("did you mean `{n}`?"));
        report.at("R034", file, id.span(), format!("unknown category `{}`", id.get_ref()), "", help);
    }
    found
}

fn sheets(s: &Sources, cues: &[Cue], builder: &mut Builder, report: &mut Report) -> Vec<ScoreSheet> {
    let mut all = Vec::new();
    for In { file, item: sheet } in &s.sheets {
        let file = *file;
        let mut points = Vec::new();
        for value in sheet.points.values().chain(sheet.cues.values()).filter(|v| *v.get_ref() == 0 || v.get_ref().abs() > 100) {
            report.at("R042", file, value.span(), format!("{} points are out of range", value.get_ref()), "", "between -100 and 100, not 0");
        }
        for (term, value) in &sheet.points {
            match builder.term(term.get_ref()) {
                Ok(symbol) => points.push((symbol, *value.get_ref())),
                Err(p) => report.term(file, term, p),
            }
        }
        for (id, value) in &sheet.cues {
            match cues.iter().find(|c| *c.id == **id.get_ref()) {
                Some(cue) => points.push((cue.symbol, *value.get_ref())),
                None => {
                    let help =
                        nearest(id.get_ref(), cues.iter().map(|c| &*c.id)).map_or_else(|| "declare it in language/".to_owned(), |n| format!("did you mean `{n}`?"));
                    report.at("R051", file, id.span(), format!("unknown cue `{}`", id.get_ref()), "", help);
                }
            }
        }
        if sheet.threshold < 1 {
            report.at(
                "R052",
                file,
                sheet.id.span(),
                format!("`{}` has a threshold of {}", sheet.id.get_ref(), sheet.threshold),
                "it would hold without a word",
                "1 at least",
            );
        }
        if sheet.now <= sheet.threshold {
            report.at(
                "R053",
                file,
                sheet.id.span(),
                format!("`{}` is present at {} points and possible at {}", sheet.id.get_ref(), sheet.now, sheet.threshold),
                "",
                "`now` is greater than `threshold`",
            );
        }
        if sheet.matches.is_empty() || sheet.ignores.is_empty() {
            report.at(
                "R039",
                file,
                sheet.id.span(),
                format!("`{}` has no `matches` or no `ignores`", sheet.id.get_ref()),
                "",
                "give messages on both sides of the threshold",
            );
        }
        points.sort_unstable();
        let Some(category) = category(file, &sheet.category, report) else { continue };
        all.push(ScoreSheet { id: sheet.id.get_ref().as_str().into(), category, threshold: sheet.threshold, now: sheet.now, points });
    }
    all
}

fn service(file: usize, id: &Spanned<String>, s: &Sources, report: &mut Report) {
    if !s.services.contains_key(id.get_ref()) && id.get_ref() != "bnum" {
        let help =
            nearest(id.get_ref(), s.services.keys().map(String::as_str)).map_or_else(|| "declare it in services.toml".to_owned(), |n| format!("did you mean `{n}`?"));
        report.at("R041", file, id.span(), format!("unknown service `{}`", id.get_ref()), "not listed in services.toml", help);
    }
}

fn routes(s: &Sources, builder: &mut Builder, report: &mut Report) -> Vec<RouteRule> {
    let ids: Vec<String> = s.routes.iter().map(|e| e.item.id.get_ref().clone()).collect();
    let mut rules = Vec::new();
    for In { file, item: r } in &s.routes {
        let file = *file;
        let retired = choice(file, r.status.as_ref(), &[("active", false), ("retired", true)], false, "R033", report);
        service(file, &r.service, s, report);
        for a in &r.also {
            service(file, a, s, report);
        }
        if r.matches.is_empty() {
            report.at("R038", file, r.id.span(), format!("`{}` has no `matches`", r.id.get_ref()), "", "give messages that it takes");
        }
        if r.ignores.is_empty() {
            report.at("R039", file, r.id.span(), format!("`{}` has no `ignores`", r.id.get_ref()), "", "give messages with its words that it must leave alone");
        }
        let c = Conditions {
            id: &r.id,
            all: &r.all,
            any: &r.any,
            at_least: &r.at_least,
            none: &r.none,
            doubt: &[],
            near: &r.near,
            within: r.within,
            regex: &r.regex,
            context: r.context.as_ref(),
        };
        let clause = clause(file, &c, 0, builder, report);
        let overrides = resolve(file, &r.id, &r.overrides, &ids, report);
        if retired {
            continue;
        }
        let specificity = clause.mandatory().count() as u32 + u32::from(!clause.none.is_empty());
        let services = std::iter::once(&r.service).chain(&r.also).map(|x| x.get_ref().as_str().into()).collect();
        rules.push(RouteRule { id: r.id.get_ref().as_str().into(), services, clause, priority: r.priority, specificity, overrides });
    }
    rules
}

fn guards(s: &Sources, report: &mut Report) -> Vec<GuardRule> {
    let mut rules = Vec::new();
    for In { file, item: g } in &s.guards {
        if g.regex.is_empty() {
            report.at("R023", *file, g.id.span(), format!("`{}` has no condition", g.id.get_ref()), "", "give `regex`");
        }
        let patterns = g.regex.iter().filter_map(|r| pattern(*file, r, report)).collect();
        rules.push(GuardRule { id: g.id.get_ref().as_str().into(), patterns, mask: g.mask.as_str().into() });
    }
    rules
}

/// Checks the answers; returns the author's keywords: symbol, answer, weight.
fn answers(s: &Sources, builder: &mut Builder, report: &mut Report) -> Vec<(Symbol, u32, i32)> {
    let mut keywords = Vec::new();
    for (i, In { file, item: f }) in s.faqs.iter().enumerate() {
        let file = *file;
        for (term, weight) in &f.keywords {
            if *weight.get_ref() == 0 || weight.get_ref().abs() > 100 {
                report.at("R042", file, weight.span(), format!("a weight of {} is out of range", weight.get_ref()), "", "between -100 and 100, not 0");
            }
            match builder.term(term.get_ref()) {
                Ok(sym) => keywords.push((sym, i as u32, *weight.get_ref())),
                Err(p) => report.term(file, term, p),
            }
        }
        for id in &f.services {
            service(file, id, s, report);
        }
        if f.answer.get_ref().trim().is_empty() {
            report.at("R043", file, f.answer.span(), format!("`{}` has an empty answer", f.id.get_ref()), "", "write the answer that an agent approves");
        }
        if f.examples.is_empty() {
            report.at("R044", file, f.id.span(), format!("`{}` has no example", f.id.get_ref()), "it could never be found", "write how citizens put it");
        }
        choice(file, f.status.as_ref(), &[("draft", ()), ("validated", ()), ("retired", ())], (), "R045", report);
        choice(file, f.audience.as_ref(), &[("public", ()), ("agents", ())], (), "R046", report);
        let answer = f.answer.get_ref();
        let mut rest = answer.as_str();
        let mut offset = 0;
        while let Some(open) = rest.find('{') {
            let Some(close) = rest[open..].find('}') else {
                let at = offset + open..offset + open + 1;
                report.term(file, &f.answer, Problem { at, code: "R047", what: "a slot is never closed".into(), help: "write {commune} or {unite}".into() });
                break;
            };
            let slot = &rest[open + 1..open + close];
            if !matches!(slot, "commune" | "unite" | "unité") {
                let (at, what) = (offset + open..offset + open + close + 1, format!("unknown slot `{{{slot}}}`"));
                report.term(file, &f.answer, Problem { at, code: "R048", what, help: "{commune} and {unite} are the slots".into() });
            }
            offset += open + close + 1;
            rest = &answer[offset..];
        }
        if let (Some(a), Some(b)) = (&f.reviewed, &f.review_by)
            && a.get_ref().to_string() > b.get_ref().to_string()
        {
            report.at("R049", file, b.span(), "to be reviewed before it was", "", "`review_by` comes after `reviewed`");
        }
    }
    keywords
}

fn examples(s: &Sources, files: &[SourceFile]) -> Vec<Example> {
    // Where the lines of each file start: files are long, and each example asks for its line.
    let lines: Vec<Vec<usize>> = files.iter().map(|f| std::iter::once(0).chain(f.text.match_indices('\n').map(|(i, _)| i + 1)).collect()).collect();
    let mut all = Vec::new();
    let mut add = |file: usize, rule: &Spanned<String>, expect: Expect, messages: &[Spanned<String>]| {
        for m in messages {
            let line = lines[file].partition_point(|&start| start <= m.span().start);
            all.push(Example { file: files[file].path.clone(), line, rule: rule.get_ref().clone(), expect, text: m.get_ref().clone() });
        }
    };
    // A retired rule is in no pack: its examples are promises of nothing.
    let retired = |status: &Option<Spanned<String>>| status.as_ref().is_some_and(|s| s.get_ref() == "retired");
    for e in s.emergencies.iter().filter(|e| !retired(&e.item.status)) {
        let level = if e.item.level.as_ref().is_some_and(|l| l.get_ref() == "possible") { Level::Possible } else { Level::Now };
        add(e.file, &e.item.id, Expect::Level(level), &e.item.matches);
        add(e.file, &e.item.id, Expect::Level(Level::Possible), &e.item.possible);
        add(e.file, &e.item.id, Expect::Ignored, &e.item.ignores);
    }
    for x in &s.sheets {
        add(x.file, &x.item.id, Expect::Level(Level::Possible), &x.item.matches);
        add(x.file, &x.item.id, Expect::Ignored, &x.item.ignores);
    }
    for r in s.routes.iter().filter(|r| !retired(&r.item.status)) {
        add(r.file, &r.item.id, Expect::Holds, &r.item.matches);
        add(r.file, &r.item.id, Expect::Ignored, &r.item.ignores);
    }
    for g in &s.guards {
        add(g.file, &g.item.id, Expect::Holds, &g.item.matches);
        add(g.file, &g.item.id, Expect::Ignored, &g.item.ignores);
    }
    all
}
