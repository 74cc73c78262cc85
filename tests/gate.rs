//! What a pack must hold to go live: no emergency of the corpus lost since the accepted pack, and the same emergency written otherwise still seen.

mod common;

use common::{RULES, root};
use guichet::corpus::baseline::Baseline;
use guichet::corpus::robust;
use guichet::corpus::score::Share;
use guichet::http::reload::Gate;
use guichet::rules::Level;
use std::path::{Path, PathBuf};

fn gate(corpus: &Path) -> Gate {
    Gate { corpus: Some(corpus.to_owned()), ..Gate::default() }
}

#[test]
fn the_shipped_pack_loses_no_emergency_of_the_accepted_one() {
    let corpus = root().join("corpus");
    let cases = guichet::corpus::load(&corpus).expect("the corpus");
    let baseline = Baseline::load(&corpus).expect("readable").expect("there is a baseline: `guichet test --report --accept` writes it");
    let lost: Vec<String> = baseline.lost(&RULES, &cases).iter().map(ToString::to_string).collect();
    assert!(lost.is_empty(), "{} emergencies would be missed:\n{}", lost.len(), lost.join("\n"));
}

/// One case in nine here, all of them by `guichet test --robust`. The floor is what was measured less half a point: the figure is in docs/measures.
#[test]
fn an_emergency_written_otherwise_keeps_its_level() {
    let cases: Vec<_> = guichet::corpus::load(&root().join("corpus")).expect("the corpus").into_iter().step_by(9).collect();
    let (shares, _) = robust::run(&RULES, &cases);
    let all: Share = shares.values().copied().sum();
    assert!(all.of > 3_000, "{all}");
    assert!(all.percent() >= 94.5, "{all}: {shares:#?}");
    for variant in ["capitals", "no accents", "zero width", "look-alikes", "full width", "emoji between words"] {
        assert!(shares[variant].percent() >= 99.0, "{variant}: {}", shares[variant]);
    }
}

/// An exclusion says what the words beside it mean; in small talk it says nothing of a danger told later.
#[test]
fn an_exclusion_counts_in_the_sentence_of_the_words_and_in_the_next() {
    let engine = common::engine(&[(
        "emergencies/e.toml",
        "[[emergency]]\nid = \"arme.couteau\"\ncategory = \"arme\"\nall = [\"il a un couteau\"]\nnone = [\"cuisine\"]\nmatches = [\"il a un couteau\"]\nignores = [\"il a un couteau de cuisine\"]\n",
    )]);
    for (message, seen) in [
        ("J'aime la cuisine. Il a un couteau !", true),
        ("Il a un couteau. Venez. J'étais dans la cuisine.", true),
        ("Il a un couteau de cuisine neuf.", false),
        ("Il a un couteau. C'est pour la cuisine.", false),
        ("j'aime la cuisine il a un couteau", false),
    ] {
        assert_eq!(engine.decide(message).emergency.is_some(), seen, "{message}");
    }
}

/// A word of peace lowers a rule where an exclusion would silence it: a true danger may hold one.
#[test]
fn a_doubt_lowers_in_the_sentence_of_the_words_and_nowhere_else() {
    let engine = common::engine(&[(
        "emergencies/e.toml",
        "[[emergency]]\nid = \"arme.couteau\"\ncategory = \"arme\"\nall = [\"il a un couteau\"]\ndoubt = [\"cuisine\"]\nmatches = [\"il a un couteau\"]\nignores = [\"un couteau\"]\n",
    )]);
    for (message, level) in
        [("Il a un couteau !", Level::Now), ("Il a un couteau de cuisine, il crie.", Level::Possible), ("J'aime la cuisine. Il a un couteau !", Level::Now)]
    {
        assert_eq!(engine.decide(message).emergency.map(|e| e.level), Some(level), "{message}");
    }
}

/// One word for a reader, two for whoever cuts at apostrophes.
#[test]
fn today_is_found_in_a_term_as_in_a_message() {
    let engine = common::engine(&[(
        "emergencies/e.toml",
        "[[emergency]]\nid = \"enlevement.vol\"\ncategory = \"enlevement\"\nall = [\"aujourd'hui\", \"avion\"]\nmatches = [\"avion aujourd'hui\"]\nignores = [\"avion\"]\n",
    )]);
    for message in ["l'avion part aujourd'hui", "l’avion part aujourd’hui", "AVION AUJOURD HUI", "avion aujourdhui"] {
        assert!(engine.decide(message).emergency.is_some(), "{message}");
    }
}

/// « والنار » is « and the fire » in one piece.
#[test]
fn an_arabic_word_is_read_without_what_is_glued_before_it() {
    let engine = common::engine(&[(
        "emergencies/e.toml",
        "[[emergency]]\nid = \"incendie.ar\"\ncategory = \"incendie\"\nall = [\"=نار\"]\nmatches = [\"نار\"]\nignores = [\"ماء\"]\n",
    )]);
    for (message, seen) in [("نار", true), ("النار", true), ("والنار", true), ("بالنار", true), ("أنهار", false), ("منار", false)] {
        assert_eq!(engine.decide(message).emergency.is_some(), seen, "{message}");
    }
}

/// Signs add up; what speaks against takes points away; a strong cue leaves them at possible.
#[test]
fn a_score_sheet_adds_up_to_possible_then_to_now() {
    let engine = common::engine(&[
        (
            "sheets/s.toml",
            "[[sheet]]\nid = \"signes.feu\"\ncategory = \"incendie\"\nthreshold = 10\nnow = 20\nmatches = [\"ça sent le brûlé, de la fumée\"]\nignores = [\"de la fumée\"]\n[sheet.points]\n\"fumée\" = 6\n\"brûlé\" = 6\n\"noir partout\" = 9\n[sheet.cues]\nrecette = -7\n",
        ),
        (
            "language/fr/context.toml",
            "[[cue]]\nid = \"film\"\nmeans = \"fiction\"\nterms = [\"dans le film\"]\nreach = \"message\"\nstrong = true\n[[cue]]\nid = \"recette\"\nmeans = \"past\"\nterms = [\"recette\"]\nreach = \"sentence\"\n",
        ),
    ]);
    for (message, level) in [
        ("de la fumée", None),
        ("de la fumée, encore de la fumée", None),
        ("de la fumée, ça sent le brûlé", Some(Level::Possible)),
        ("de la fumée, ça sent le brûlé, c'est noir partout", Some(Level::Now)),
        ("recette : de la fumée, ça sent le brûlé", None),
        ("dans le film de la fumée, ça sent le brûlé, c'est noir partout", Some(Level::Possible)),
    ] {
        let decision = engine.decide(message);
        assert_eq!(decision.emergency.as_ref().map(|e| e.level), level, "{message}");
        // What is placed to decide gives what everything placed would.
        engine.with(message, |findings| assert_eq!(guichet::decision::decide(engine.pack(), findings, message), decision, "{message}"));
    }
    let told = engine.with("de la fumée, ça sent le brûlé", |f| guichet::decision::explanation::why_not(engine.pack(), f, "", "signes.feu"));
    assert!(told.as_deref().is_ok_and(|t| t.contains("12 points") && t.contains("+6 brûlé")), "{told:?}");
}

/// Every message of the corpus gives the same decision whether all symbols are placed or only those that may decide.
#[test]
fn what_is_left_out_of_a_decision_would_not_change_it() {
    let cases = guichet::corpus::load(&common::root().join("corpus/emergencies")).expect("the corpus");
    for case in cases.iter().step_by(7) {
        let decision = RULES.decide(&case.text);
        RULES.with(&case.text, |findings| assert_eq!(guichet::decision::decide(RULES.pack(), findings, &case.text), decision, "{}", case.text));
    }
}

/// A copy of the shipped rules without the answers, which take the longest to learn.
#[cfg(feature = "server")]
fn copied(name: &str) -> PathBuf {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).expect("a folder");
        for entry in std::fs::read_dir(from).expect("readable") {
            let path = entry.expect("an entry").path();
            let target = to.join(path.file_name().expect("a name"));
            if path.is_dir() && !path.ends_with("faq") {
                copy(&path, &target);
            } else if path.is_file() {
                std::fs::copy(&path, &target).expect("copied");
            }
        }
    }
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&dir);
    copy(&root().join("rules"), &dir);
    dir
}

#[cfg(feature = "server")]
#[test]
fn a_pack_without_its_intruders_is_refused_and_says_who_would_be_hurt() {
    let rules = copied("gate-intrusion");
    let corpus = root().join("corpus");
    assert!(guichet::http::reload::load(&rules, &gate(&corpus)).is_ok(), "the untouched pack goes live");
    std::fs::remove_file(rules.join("emergencies/intrusion.toml")).expect("removed");
    let why = guichet::http::reload::load(&rules, &gate(&corpus)).err().expect("refused");
    assert!(why.iter().any(|w| w.contains("fr-a-intrusion.toml:") && w.contains("was Now, would be None")), "{}", why.join("\n"));
}

#[cfg(feature = "server")]
#[test]
fn a_cue_that_silences_an_emergency_is_refused_and_named() {
    let rules = copied("gate-cue");
    let context = rules.join("language/fr/context.toml");
    let text = std::fs::read_to_string(&context).expect("readable");
    std::fs::write(&context, text + "\n[[cue]]\nid = \"trop-large\"\nmeans = \"fiction\"\nterms = [\"maison\"]\nreach = \"message\"\nstrong = true\n").expect("written");
    let why = guichet::http::reload::load(&rules, &gate(&root().join("corpus"))).err().expect("refused");
    assert!(why.iter().any(|w| w.contains("(trop-large)")), "{}", why.join("\n"));
}
