//! What must never happen, on the shipped pack: a French word taken for a term, a rule inside a longer word, a panic, silence.

mod common;

use common::RULES;
use guichet::matching::Findings;
use guichet::matching::phrases::Scope;
use guichet::text::{lexicon, typo};

#[test]
fn no_french_word_within_two_edits_is_taken_for_a_term() {
    let pack = RULES.pack();
    let vocabulary = &pack.network.vocabulary;
    let mut near = 0usize;
    let mut findings = Findings::default();
    // All pairs (term, French word within its edits): the term's letters left out, changed or added, looked up in the lexicon.
    for (term, edits) in vocabulary.tolerant().filter(|(t, _)| t.bytes().all(|b| b.is_ascii_lowercase())) {
        for word in neighbours(term) {
            if word == term || !lexicon::contains(&word) || typo::distance(&word, term) > edits {
                continue;
            }
            near += 1;
            findings.read(pack, &word, Scope::All);
            for lexeme in &findings.reading.lexemes {
                assert!(!lexeme.corrected, "« {word} » is French and was read as another word (near « {term} »)");
            }
        }
    }
    assert!(near > 1000, "{near} pairs were tried");
}

/// Every string one edit away.
fn neighbours(word: &str) -> Vec<String> {
    let letters = b'a'..=b'z';
    let mut all = Vec::new();
    for i in 0..=word.len() {
        let (a, b) = word.split_at(i);
        if let Some(rest) = b.get(1..) {
            all.push(format!("{a}{rest}"));
            for c in letters.clone() {
                all.push(format!("{a}{}{rest}", c as char));
            }
            if rest.len() > 1 {
                all.push(format!("{a}{}{}{}", &rest[..1], &b[..1], &rest[1..]));
            }
        }
        for c in letters.clone() {
            all.push(format!("{a}{}{b}", c as char));
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

#[test]
fn french_words_are_read_as_written() {
    let pack = RULES.pack();
    let mut findings = Findings::default();
    for word in lexicon::words() {
        findings.read(pack, &word, Scope::All);
        if pack.network.vocabulary.shorthand_of(&word).is_some() {
            continue; // a shorthand is the pack's explicit word
        }
        assert!(findings.reading.lexemes.iter().all(|l| !l.corrected), "« {word} » was corrected");
    }
}

#[test]
fn no_rule_fires_inside_a_longer_word() {
    let pack = RULES.pack();
    let mut tried = 0usize;
    let mut findings = Findings::default();
    for (term, _) in pack.network.vocabulary.tolerant().filter(|(t, _)| t.len() >= 5 && t.bytes().all(|b| b.is_ascii_lowercase())) {
        for long in [format!("xq{term}"), format!("{term}xq"), format!("zk{term}wq"), format!("zzkqw{term}")] {
            findings.read(pack, &long, Scope::All);
            let id = pack.network.vocabulary.id(term);
            assert!(!findings.reading.words.iter().any(|w| Some(*w) == id), "« {term} » fired inside « {long} »");
            tried += 1;
        }
    }
    assert!(tried > 2000, "{tried} superstrings");
}

#[test]
fn any_input_whatever_gets_a_decision() {
    let marks = format!("a{}", "\u{301}".repeat(100_000));
    let long = "au secours ".repeat(900_000);
    let glued = "ausecours".repeat(100_000);
    let inputs = ["", "\0", "\0\0au secours\0", "😀😀😀", "🆘", "\u{202e}sruoces ua", &marks, &long, &glued, "[[[[[{{{{{", "\u{feff}", "ﷺﷺﷺ", "𝖆𝖚 𝖘𝖊𝖈𝖔𝖚𝖗𝖘"];
    for input in inputs {
        let d = RULES.decide(input);
        for m in &d.matches {
            assert_eq!(&input[m.start..m.end], m.text);
        }
    }
    let d = RULES.decide(&"xyz".repeat(10_000));
    assert!(!d.limits.is_empty(), "a word too long to be read goes to a person, with the reason");
}

#[test]
fn the_same_message_gives_the_same_bytes_from_any_thread() {
    let messages = ["il est devant chez moi avec un couteau", "comment porter plainte ?", "au secours", "le feu dans l'immeuble", "helo"];
    let expected: Vec<String> = messages.iter().map(|m| serde_json::to_string(&RULES.decide(m)).expect("json")).collect();
    std::thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(|| {
                for _ in 0..50 {
                    for (m, e) in messages.iter().zip(&expected) {
                        assert_eq!(&serde_json::to_string(&RULES.decide(m)).expect("json"), e);
                    }
                }
            });
        }
    });
}

#[test]
fn the_order_of_files_changes_nothing() {
    let mut files = guichet::rules::read::folder(&common::root().join("rules")).expect("the shipped pack");
    files.retain(|f| !f.path.starts_with("faq/"));
    let compile = |files| guichet::engine::Engine::new(guichet::rules::Pack::compile(files).map_err(|f| f.len()).expect("compiles").0);
    let one = compile(files.clone());
    files.reverse();
    let other = compile(files);
    for m in ["il est devant chez moi avec un couteau", "ma fille de 5 ans a disparu", "on m'a volé mon vélo", "jsui enferme il va revenir"] {
        assert_eq!(serde_json::to_string(&one.decide(m)).expect("json"), serde_json::to_string(&other.decide(m)).expect("json"));
    }
}

#[test]
fn an_emergency_told_in_pieces_is_seen_and_a_denial_erases_nothing() {
    use guichet::rules::Level;
    let level = |d: &guichet::decision::Decision| d.emergency.as_ref().map_or(Level::None, |e| e.level);
    let d = RULES.decide_after(&["il est devant ma porte"], "avec un couteau");
    assert_eq!(level(&d), Level::Now, "{d:?}");
    let d = RULES.decide_after(&["au secours il me frappe"], "laisse tomber, fausse alerte");
    assert_eq!(level(&d), Level::Now);
    let many: Vec<&str> = vec!["bonjour"; 500];
    assert_eq!(level(&RULES.decide_after(&many, "merci")), Level::None);
}
