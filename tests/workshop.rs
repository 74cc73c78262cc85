//! The rule author's tools: what they prove, what they find, and that what they say can be tried.

mod common;

use common::{compile, engine, file, root};
use guichet::corpus::{Case, Label};
use guichet::engine::Engine;
use guichet::rules::{Level, Pack, SourceFile};
use guichet::workshop::coverage::{self, Reason};
use guichet::workshop::diff::{self, Kind, Message};
use guichet::workshop::{mutate, nearest, proofs, stats, verdicts};

const KNIFE: &str = r#"
[[emergency]]
id = "arme.couteau"
category = "arme"
all = ["couteau"]
any = ["menacer+", "brandir+"]
none = ["cuisine", "rêve"]
within = 6
matches = ["il me menace avec un couteau"]
ignores = ["un couteau de cuisine, menace pour le chat"]
"#;

fn case(text: &str, label: Label) -> Case {
    Case { file: "c.toml".into(), line: 1, text: text.into(), label, language: "fr".into(), register: "standard".into(), call: vec![], known_gap: false, measures: false }
}

fn pack(files: &[(&str, &str)]) -> Pack {
    compile(files).map_err(|f| f.iter().map(guichet::rules::diagnostics::Diagnostic::render).collect::<String>()).expect("it compiles").0
}

/// An author pastes each message where the tool says: fewer changes go unnoticed, until none that a message can show is left.
#[test]
fn a_surviving_mutant_comes_with_the_message_that_kills_it() {
    let mut rule = KNIFE.to_owned();
    let mut scores = Vec::new();
    for _ in 0..4 {
        let report = mutate::run(&pack(&[("emergencies/e.toml", &rule)]), &[], "*", None);
        scores.push(report.emergencies.percent());
        for s in report.survivors.iter().filter(|s| s.message.is_some()) {
            let (message, list) = (s.message.as_deref().expect("filtered"), s.list.expect("a message has a list"));
            if !rule.contains(&format!("\"{message}\"")) {
                // An example at another level than the rule's own is a list of its own.
                if rule.contains(&format!("{list} = [")) {
                    rule = rule.replace(&format!("{list} = ["), &format!("{list} = [\"{message}\", "));
                } else {
                    rule.push_str(&format!("{list} = [\"{message}\"]\n"));
                }
            }
        }
    }
    assert!(scores[0] < 60.0, "the two examples leave much unsaid: {scores:?}");
    assert!(scores[3] >= 95.0, "{scores:?}\n{rule}");
}

#[test]
fn a_change_that_changes_nothing_is_proved_and_not_counted() {
    let concept = "[[concept]]\nid = \"lame\"\nterms = [\"couteau\", \"poignard\"]\n";
    let rule = KNIFE.replace("any = [\"menacer+\"", "any = [\"@lame\", \"poignard\", \"menacer+\"");
    let report = mutate::run(&pack(&[("emergencies/e.toml", &rule), ("concepts/c.toml", concept)]), &[], "*", None);
    assert!(report.emergencies.equivalent >= 1, "« poignard » is in @lame: {report:?}");
    assert!(!report.survivors.iter().any(|s| s.change.ends_with(": poignard")), "{report:#?}");
}

#[test]
fn a_sample_is_the_same_each_time() {
    let pack = pack(&[("emergencies/e.toml", KNIFE)]);
    let told = |r: mutate::Report| serde_json::to_string(&r).expect("json");
    assert_eq!(told(mutate::run(&pack, &[], "arme.*", Some(4))), told(mutate::run(&pack, &[], "arme.*", Some(4))));
    let report = mutate::run(&pack, &[], "arme.*", Some(4));
    assert_eq!(report.emergencies.killed + report.emergencies.survived + report.emergencies.equivalent, 4);
    assert_eq!(mutate::run(&pack, &[], "malaise.*", None).emergencies.killed, 0);
}

#[test]
fn coverage_says_why_a_term_is_not_shown_to_matter() {
    let cue = "[[cue]]\nid = \"film\"\nmeans = \"fiction\"\nterms = [\"dans le film\"]\nreach = \"message\"\nstrong = true\n[[cue]]\nid = \"roman\"\nmeans = \"fiction\"\nterms = [\"dans le roman\"]\nreach = \"message\"\n";
    let pack = pack(&[("emergencies/e.toml", KNIFE), ("language/fr/context.toml", cue)]);
    let cases = [case("dans le film il me menace avec un couteau", Label::None), case("il menace tout le monde", Label::Emergency(Level::Now, "menace-imminente"))];
    let report = coverage::run(&pack, &cases, "*");
    let reason = |part: &str| report.uncovered.iter().find(|p| p.part.ends_with(part)).map(|p| p.reason);
    assert_eq!(reason(": couteau"), None, "without it « il menace tout le monde » would be an emergency");
    assert_eq!(reason(": brandir+"), Some(Reason::NeverMet));
    assert_eq!(reason(": film"), None, "without it the film would be an emergency");
    assert_eq!(reason(": roman"), Some(Reason::NeverMet));
    assert_eq!(report.unexplained, ["c.toml:1: il menace tout le monde"]);
    assert!(report.percent() > 0.0 && report.percent() < 100.0);
}

fn compared(old: &[(&str, &str)], new: &[(&str, &str)], messages: &[Message]) -> diff::Report {
    let files = |f: &[(&str, &str)]| -> Vec<SourceFile> { f.iter().map(|(p, t)| file(p, t)).collect() };
    diff::run((&engine(old), &files(old)), (&engine(new), &files(new)), messages)
}

#[test]
fn diff_tells_lost_emergencies_first_their_cause_and_a_witness() {
    let other = "[[emergency]]\nid = \"incendie.feu\"\ncategory = \"incendie\"\nall = [\"feu\"]\nmatches = [\"au feu\"]\nignores = [\"le train\"]\n";
    let old = [("emergencies/e.toml", KNIFE), ("emergencies/f.toml", other)];
    let narrower = KNIFE.replace("\"rêve\"", "\"rêve\", \"salon\"");
    let wider = other.replace("[\"feu\"]", "[\"(feu | fumée)\"]");
    let new = [("emergencies/e.toml", narrower.as_str()), ("emergencies/f.toml", wider.as_str())];
    let ask = |text: &str| Message { place: text.into(), text: text.into(), wanted: None, measures: false };
    let report = compared(&old, &new, &[ask("de la fumée partout"), ask("bonjour"), ask("il me menace avec un couteau dans le salon")]);
    let told: Vec<(Kind, &str)> = report.changes.iter().map(|c| (c.kind, c.causes[0].as_str())).collect();
    assert_eq!(told, [(Kind::Lost, "emergency arme.couteau"), (Kind::Gained, "emergency incendie.feu")]);
    assert_eq!((report.messages, report.decided), (3, 2), "« bonjour » holds no word of the changed rules");
    assert_eq!(report.lost(), 1);
    let witness = report.witnesses.iter().find(|w| w.causes == ["emergency arme.couteau"]).expect("a message outside of those asked");
    assert_eq!(engine(&old).decide(&witness.text).outcome, guichet::decision::Outcome::Emergency);
    assert!(engine(&new).decide(&witness.text).emergency.is_none(), "{}", witness.text);
}

#[test]
fn diff_of_a_concept_names_the_concept_and_a_comment_changes_nothing() {
    let rule = KNIFE.replace("all = [\"couteau\"]", "all = [\"@lame\"]");
    let old = [("emergencies/e.toml", rule.as_str()), ("concepts/c.toml", "[[concept]]\nid = \"lame\"\nterms = [\"couteau\", \"sabre\"]\n")];
    let new = [("emergencies/e.toml", rule.as_str()), ("concepts/c.toml", "# Blades.\n[[concept]]\nid = \"lame\"\nterms = [\"couteau\"]\n")];
    let report = compared(&old, &new, &[]);
    assert_eq!(report.parts, ["concept lame"]);
    assert!(report.witnesses[0].text.contains("sabre"), "{report:?}");
    let commented = [new[0], ("concepts/c.toml", "# Blades, again.\n[[concept]]\nid = \"lame\"\nterms = [ \"couteau\" ]\n")];
    let report = compared(&new, &commented, &[]);
    assert!(report.parts.is_empty() && report.witnesses.is_empty(), "{report:?}");
}

/// What is skipped must be what would not have changed: the same question asked with every message decided twice.
#[test]
fn diff_skips_no_message_that_changes() {
    let nested = KNIFE.replace("all = [\"couteau\"]", "all = [\"@outil\"]");
    let outil = "[[concept]]\nid = \"outil\"\nterms = [\"@lame\", \"hache\"]\n[[concept]]\nid = \"lame\"\nterms = [\"couteau\", \"sabre\"]\n";
    let film = "[[cue]]\nid = \"film\"\nmeans = \"fiction\"\nterms = [\"dans le film\"]\nreach = \"message\"\nstrong = true\n";
    // A file, as it was and as it is.
    let changes = [
        ("emergencies/e.toml", KNIFE.to_owned(), KNIFE.replace("\"brandir+\"", "\"brandir+\", \"sortir+\"")),
        ("concepts/c.toml", outil.to_owned(), outil.replace(", \"sabre\"", "")),
        ("language/fr/context.toml", film.to_owned(), film.replace("dans le film", "dans le livre")),
    ];
    let texts = [
        "il a sorti un couteau",
        "il sor un coutau",
        "un KOUTEAU",
        "sortez",
        "il me menace",
        "il brandit une épée",
        "rien",
        "il me menace avec un sabre",
        "il menace avec une hache",
        "dans le film il menace avec un couteau",
        "dans le livre il menace avec un couteau",
    ];
    for (path, old, new) in &changes {
        let pack = |own: &str| -> Vec<(String, String)> {
            let rules = if *path == "concepts/c.toml" { nested.clone() } else { KNIFE.to_owned() };
            let mut all = vec![("emergencies/e.toml".to_owned(), rules)];
            all.retain(|f| f.0 != *path);
            all.push(((*path).to_owned(), own.to_owned()));
            all
        };
        let (old, new) = (pack(old), pack(new));
        let old: Vec<(&str, &str)> = old.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
        let new: Vec<(&str, &str)> = new.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
        let messages: Vec<Message> = texts.map(|t| Message { place: t.into(), text: t.into(), wanted: None, measures: false }).into();
        let report = compared(&old, &new, &messages);
        assert!(report.changes.iter().all(|c| !c.causes.is_empty()), "{path}: {report:?}");
        let mut told: Vec<String> = report.changes.iter().map(|c| c.text.clone()).collect();
        told.sort();
        let (a, b) = (engine(&old), engine(&new));
        let mut wanted: Vec<String> =
            texts.iter().filter(|t| a.decide(t).emergency.map(|e| e.level) != b.decide(t).emergency.map(|e| e.level)).map(|t| (*t).to_owned()).collect();
        wanted.sort();
        assert!(!wanted.is_empty(), "{path}");
        assert_eq!(told, wanted, "{path}");
    }
}

#[test]
fn diff_tells_that_a_measuring_message_changes_and_not_its_words() {
    let new = KNIFE.replace("\"rêve\"", "\"rêve\", \"salon\"");
    let asked = [Message { place: "m.toml:1".into(), text: "il menace avec un couteau dans le salon".into(), wanted: Some(Level::Now), measures: true }];
    let report = compared(&[("emergencies/e.toml", KNIFE)], &[("emergencies/e.toml", &new)], &asked);
    assert_eq!(report.lost(), 1);
    let told = serde_json::to_string(&report.changes).expect("json");
    assert!(!told.contains("salon") && !told.contains("m.toml"), "{told}");
}

#[test]
fn why_not_tells_the_least_change_of_the_message_and_of_the_rule() {
    let pack = pack(&[("emergencies/e.toml", KNIFE)]);
    let rule = verdicts::named(&pack, "arme.couteau").expect("it is there");
    let near = nearest::find(&pack, rule, "il menace avec un couteau de cuisine").expect("it does not hold");
    assert_eq!(near.message.as_deref(), Some("il menace avec un couteau de"));
    assert_eq!(near.rule.as_deref(), Some("terme de `none` ôté : cuisine"));
    let near = nearest::find(&pack, rule, "il a un couteau").expect("it does not hold");
    let message = near.message.expect("a word is enough");
    assert!(message.contains("couteau") && Engine::new(pack).decide(&message).emergency.is_some(), "{message}");
}

#[test]
fn stats_tell_rules_that_are_wrong_and_rules_that_never_hold() {
    let both = format!("{KNIFE}{}", KNIFE.replace("arme.couteau", "arme.sabre").replace("\"couteau\"]\nany", "\"sabre\"]\nany"));
    let pack = pack(&[("emergencies/e.toml", &both)]);
    let cases: Vec<Case> = (0..12).map(|i| case(&format!("il menace avec un couteau, dit le conte numéro {i}"), Label::None)).collect();
    let rules = stats::run(&pack, &cases);
    let of = |id: &str| rules.iter().find(|r| r.rule == id).expect("every rule is told");
    assert_eq!((of("arme.couteau").hits, of("arme.couteau").precision.hits, of("arme.couteau").proposal), (12, 0, stats::Proposal::Watch));
    assert_eq!(of("arme.couteau").confused, [("none".to_owned(), 12)]);
    assert_eq!((of("arme.sabre").hits, of("arme.sabre").proposal), (0, stats::Proposal::Retire));
}

/// Faults of many kinds, one file each, put into the shipped pack.
const FAULTS: [(&str, &str, &str); 16] = [
    (
        "P001",
        "emergencies/x01.toml",
        "[[emergency]]\nid = \"arme.x01\"\ncategory = \"arme\"\nall = [\"sarbacane\"]\nnone = [\"@x01\"]\nmatches = [\"a\"]\nignores = [\"b\"]\n",
    ),
    ("P001", "concepts/x01.toml", "[[concept]]\nid = \"x01\"\nterms = [\"sarbacane\", \"fronde\"]\n"),
    ("P002", "routes/x02.toml", "[[route]]\nid = \"bnum.x02\"\nservice = \"bnum\"\nmatches = [\"a\"]\nignores = [\"b\"]\n[[route.regex]]\npattern = \"\\\\w\"\n"),
    (
        "P003",
        "emergencies/x03.toml",
        "[[emergency]]\nid = \"arme.x03a\"\ncategory = \"arme\"\nall = [\"sarbacane\", \"curare\"]\nmatches = [\"a\"]\nignores = [\"b\"]\n[[emergency]]\nid = \"arme.x03b\"\ncategory = \"arme\"\nall = [\"curare\", \"sarbacane\"]\nmatches = [\"a\"]\nignores = [\"b\"]\n",
    ),
    (
        "P004",
        "emergencies/x04.toml",
        "[[emergency]]\nid = \"arme.x04a\"\ncategory = \"arme\"\nall = [\"arbalète\"]\nmatches = [\"a\"]\nignores = [\"b\"]\n[[emergency]]\nid = \"arme.x04b\"\ncategory = \"arme\"\nall = [\"arbalète\", \"carquois\"]\nmatches = [\"a\"]\nignores = [\"b\"]\n",
    ),
    (
        "P005",
        "emergencies/x05.toml",
        "[[emergency]]\nid = \"arme.x05a\"\ncategory = \"arme\"\nall = [\"catapulte\"]\npriority = 9\nmatches = [\"a\"]\nignores = [\"b\"]\n[[emergency]]\nid = \"incendie.x05b\"\ncategory = \"incendie\"\nall = [\"catapulte\", \"poix\"]\nmatches = [\"a\"]\nignores = [\"b\"]\n",
    ),
    (
        "P006",
        "emergencies/x06.toml",
        "[[emergency]]\nid = \"arme.x06a\"\ncategory = \"arme\"\nall = [\"yatagan\"]\noverrides = [\"arme.x06b\"]\nmatches = [\"a\"]\nignores = [\"b\"]\n[[emergency]]\nid = \"arme.x06b\"\ncategory = \"arme\"\nall = [\"cimeterre\"]\noverrides = [\"arme.x06a\"]\nmatches = [\"a\"]\nignores = [\"b\"]\n",
    ),
    (
        "P007",
        "emergencies/x07.toml",
        "[[emergency]]\nid = \"arme.x07\"\ncategory = \"arme\"\nany = [\"hallebarde\", \"=hallebarde\"]\nmatches = [\"a\"]\nignores = [\"b\"]\n",
    ),
    (
        "P008",
        "emergencies/x08.toml",
        "[[emergency]]\nid = \"arme.x08\"\ncategory = \"arme\"\nany = [\"pertuisane\", \"francisque\"]\nnone = [\"francisque\"]\nmatches = [\"a\"]\nignores = [\"b\"]\n",
    ),
    (
        "P009",
        "emergencies/x09.toml",
        "[[emergency]]\nid = \"arme.x09\"\ncategory = \"arme\"\nall = [\"mousquet\"]\nnone = [\"panoplie\", \"=panoplie\"]\nmatches = [\"a\"]\nignores = [\"b\"]\n",
    ),
    ("P010", "emergencies/x10.toml", "[[emergency]]\nid = \"arme.x10\"\ncategory = \"arme\"\nany = [\"=slt\", \"espingole\"]\nmatches = [\"a\"]\nignores = [\"b\"]\n"),
    ("P011", "emergencies/x11.toml", "[[emergency]]\nid = \"arme.x11\"\ncategory = \"arme\"\nall = [\"imaginons\", \"vouge\"]\nmatches = [\"a\"]\nignores = [\"b\"]\n"),
    (
        "P012",
        "language/fr/x12.toml",
        "[[cue]]\nid = \"x12\"\nmeans = \"past\"\nterms = [\"donc\"]\nreach = \"message\"\nstrong = true\n[[cue]]\nid = \"x13\"\nmeans = \"past\"\nterms = [\"jadis\"]\nreach = \"sentence\"\nunless = [\"jadis\"]\n",
    ),
    (
        "P014",
        "sheets/x14.toml",
        "[[sheet]]\nid = \"x14\"\ncategory = \"arme\"\nthreshold = 9\nnow = 90\nmatches = [\"a\"]\nignores = [\"b\"]\n[sheet.points]\n\"javelot\" = 10\n",
    ),
    (
        "P016",
        "faq/x16.toml",
        "[[faq]]\nid = \"violences.x16a\"\nquestion = \"A ?\"\nanswer = \"A.\"\nexamples = [\"où ranger des javelots\"]\n[[faq]]\nid = \"violences.x16b\"\nquestion = \"B ?\"\nanswer = \"B.\"\nexamples = [\"où ranger des javelot\"]\n",
    ),
    ("P017", "concepts/x17.toml", "[[concept]]\nid = \"x17\"\nterms = [\"sagaie\"]\n"),
];

#[test]
fn check_proves_planted_faults_of_fifteen_kinds_in_the_shipped_pack() {
    let mut files = guichet::rules::read::folder(&root().join("rules")).expect("the shipped pack");
    files.retain(|f| !f.path.starts_with("faq/"));
    let clean = Pack::compile(files.clone()).map_err(|_| "it does not compile").expect("the shipped pack").0;
    let before = proofs::find(&files, &clean);
    // What the shipped pack is known to hold (docs/measures): anything else would be a false alarm, or a fault that came in.
    let known = ["P004", "P007", "P009", "P012", "P017"];
    let new: Vec<_> = before.iter().filter(|d| !known.contains(&d.code)).map(|d| (d.code, &d.message)).collect();
    assert!(new.is_empty(), "{new:#?}");
    files.extend(FAULTS.iter().map(|(_, path, text)| file(path, text)));
    let planted =
        Pack::compile(files.clone()).map_err(|f| f.iter().map(guichet::rules::diagnostics::Diagnostic::render).collect::<String>()).expect("faults, not mistakes").0;
    let after = proofs::find(&files, &planted);
    let missing: Vec<&str> = (1..=17)
        .map(|n| proofs::CODES[n - 1].0)
        .filter(|code| !after.iter().any(|d| d.code == *code && d.file.rsplit('/').next().is_some_and(|f| f.starts_with('x')) && !before.contains(d)))
        .collect();
    assert!(missing.is_empty(), "not found: {missing:?}\n{:#?}", after.iter().filter(|d| d.file.contains("/x")).map(|d| (d.code, &d.message)).collect::<Vec<_>>());
}
