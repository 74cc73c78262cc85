//! `guichet fmt`: whatever is done to a rule file, its layout says the same, keeps each comment, and is stable.
//!
//! `PROPTEST_CASES=1000000 cargo test --release --test layout` is part of `make soak`.

use guichet::rules::{SourceFile, read};
use guichet::workshop::layout;
use proptest::prelude::*;
use std::path::Path;
use std::process::Command;

/// Pieces of each kind of file, with all that an author may do.
const SEEDS: [(&str, &str); 5] = [
    (
        "emergencies/case.toml",
        "# Head.\n\n[[emergency]]\nwhy = 'It''s'\n# why this id\nid = \"a.b\" # for ever\ncategory = \"arme\"\nnear = [{ within = 3, terms = [\"x\", \"y\"] }]\nmatches = [\n  \"un\", \"deux\", # both\n\n  # second hand\n  \"trois\",\n]\nignores = []\n\n[[emergency]]\nid = \"c\"\nregex = [\n  { pattern = '\\d+', on = \"raw\" }, # digits\n]\ncontext = { time = [\"any\"], polarity = \"any\" }\n# tail\n",
    ),
    (
        "faq/case.toml",
        "[[faq]]\nid = \"x\"\nanswer = \"\"\"\nPremière # pas un commentaire.\n\nSeconde.\"\"\"\nreviewed = 2026-11-24\nquestion = \"Où ?\" # ici\nexamples = [\"a\", \"b\"]\nkeywords.plainte = 3\nkeywords.\"mot clé\" = 4\nchecked = false\n",
    ),
    ("sheets/case.toml", "[[sheet]]\nid = \"s\"\nnow = 9\nthreshold = 3\n\n[sheet.points]\n\"@b\" = 2 # two\n\"@a\" = 1\n\n[sheet.cues]\nz = -1\n"),
    ("language/fr/context.toml", "pseudo = [\n # one\n \"a\",\"b\" , # two\n]\nterminators=[\"c\"]\n[[cue]]\nafter=3\nid='n'\nterms=[ [ \"x\" ] , { a = 1 } ]\n"),
    ("services.toml", "# Services.\n[service.x]\nkind = \"k\"\nname = \"n\"\n[service.\"y z\"]\nname = \"n\"\n"),
];

fn check(path: &str, text: String) -> Result<bool, TestCaseError> {
    let Ok(before) = toml::from_str::<toml::Table>(&text) else { return Ok(false) };
    let file = SourceFile { path: path.into(), text };
    let once = layout::format(&file).map_err(|found| TestCaseError::fail(format!("{}\n{}", found[0].message, file.text)))?;
    let after = toml::from_str::<toml::Table>(&once).ok();
    prop_assert_eq!(after, Some(before), "{}\n---\n{}", file.text, once);
    prop_assert_eq!(layout::comments(&once), layout::comments(file.text.trim_start_matches('\u{feff}')));
    let twice = layout::format(&SourceFile { path: path.into(), text: once.clone() }).map_err(|_| TestCaseError::fail(once.clone()))?;
    prop_assert_eq!(&twice, &once, "not stable:\n{}", file.text);
    Ok(true)
}

proptest! {
    // What is no longer TOML is drawn again: each case counted was laid out.
    #![proptest_config(ProptestConfig { max_global_rejects: u32::MAX, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_file_keeps_its_meaning_and_its_comments(
        seed in 0..SEEDS.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, 1..6_usize), 0..6),
    ) {
        let (path, text) = SEEDS[seed];
        let mut text = text.to_owned();
        for (at, what, many) in edits {
            let mut at = at.index(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let end = (at + many..=text.len()).find(|&e| text.is_char_boundary(e)).unwrap_or(text.len());
            match what {
                0 => text.insert(at, '\n'),
                1 => text.insert_str(at, " # note é\n"),
                2 => text.insert_str(at, "\t \t"),
                3 => text.insert_str(at, "\r\n\r\n\n"),
                4 => text.insert_str(at, "[ 1 ,# c\n 2 ]"),
                5 => text.insert_str(at, "\n[[faq]]\n"),
                6 => text.insert_str(at, "\nx = { a = [1], b.c = '2' } # d\n"),
                7 => text.insert(at, ','),
                8 => text.insert(at, '"'),
                9 => { text.replace_range(at..end, ""); }
                10 => { let piece = text[at..end].to_owned(); text.push_str(&piece); }
                _ => { let piece = text[at..end].to_owned(); text.insert_str(0, &piece); }
            }
        }
        let read = check(path, text)?;
        prop_assume!(read);
    }
}

#[test]
fn every_file_of_the_shipped_pack_keeps_its_meaning() {
    let files = read::folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")).expect("the pack is there");
    assert!(files.len() > 50, "{} files", files.len());
    for file in files {
        let path = file.path;
        match check(&path, file.text) {
            Ok(read) => assert!(read, "{path} is not TOML"),
            Err(e) => panic!("{path}: {e}"),
        }
    }
}

#[test]
fn keys_take_their_order_and_take_their_comments_along() {
    let file = SourceFile { path: SEEDS[0].0.into(), text: SEEDS[0].1.replace("'It''s'", "'It'") };
    let text = layout::format(&file).expect("TOML");
    let want = "# Head.\n\n[[emergency]]\n# why this id\nid = \"a.b\" # for ever\ncategory = \"arme\"\nwhy = 'It'\nnear = [{ terms = [\"x\", \"y\"], within = 3 }]\nmatches = [\n    \"un\", \"deux\", # both\n\n    # second hand\n    \"trois\",\n]\nignores = []\n\n[[emergency]]\nid = \"c\"\ncontext = { polarity = \"any\", time = [\"any\"] }\nregex = [\n    { pattern = '\\d+', on = \"raw\" }, # digits\n]\n# tail\n";
    assert_eq!(text, want);
}

#[test]
fn no_key_of_the_schemas_is_without_its_place() {
    use guichet::rules::source::*;
    let known: [(&str, &str, Vec<String>); 9] = [
        ("emergencies", "emergency", read::keys_of::<Emergency>()),
        ("routes", "route", read::keys_of::<Route>()),
        ("sheets", "sheet", read::keys_of::<Sheet>()),
        ("faq", "faq", read::keys_of::<Faq>()),
        ("guards", "guard", read::keys_of::<Guard>()),
        ("concepts", "concept", read::keys_of::<Concept>()),
        ("language", "cue", read::keys_of::<Cue>()),
        ("services.toml", "service", read::keys_of::<Service>()),
        ("replies", "fixed", read::keys_of::<Reply>()),
    ];
    for (top, table, keys) in known {
        let order = layout::ORDERS.iter().find(|o| o.0 == top && o.1 == table).expect("an order").2;
        let mut ordered: Vec<&str> = order.to_vec();
        ordered.sort_unstable();
        assert_eq!(ordered, keys.iter().map(String::as_str).collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>(), "{top}/{table}");
    }
}

#[test]
fn check_names_the_file_and_leaves_it_and_fmt_mends_it() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("layout");
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(dir.join("concepts")).expect("a folder");
    let path = dir.join("concepts/a.toml");
    let untidy = "[[concept]]\nterms=[\"x\"]   # a\nid=\"c\"\n";
    std::fs::write(&path, untidy).expect("written");
    let fmt = |args: &[&str]| {
        let out = Command::new(env!("CARGO_BIN_EXE_guichet")).arg("--rules").arg(&dir).arg("fmt").args(args).output().expect("it runs");
        (out.status.code(), String::from_utf8_lossy(&out.stdout).into_owned())
    };
    let read = || std::fs::read_to_string(&path).expect("readable");
    assert_eq!(fmt(&["--check"]), (Some(1), "concepts/a.toml\n".into()));
    assert_eq!(read(), untidy, "--check writes nothing");
    assert_eq!(fmt(&[]), (Some(0), "concepts/a.toml\n".into()));
    assert_eq!(read(), "[[concept]]\nid = \"c\"\nterms = [\"x\"] # a\n");
    assert_eq!(fmt(&["--check"]), (Some(0), String::new()));
    std::fs::write(&path, "[[concept]]\nid = \"c\n").expect("written");
    assert_eq!(fmt(&[]).0, Some(2), "what is not TOML is left alone");
}
