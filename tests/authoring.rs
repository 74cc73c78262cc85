//! What an author does with a pack from the command line: tries its examples at four levels, starts a rule or an answer, takes the answers to a
//! spreadsheet and back.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn guichet(rules: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_guichet")).arg("--rules").arg(rules).args(args).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn well(rules: &Path, args: &[&str]) -> String {
    let out = guichet(rules, args);
    assert_eq!(out.status.code(), Some(0), "{args:?}: {}{}", text(&out.stdout), text(&out.stderr));
    text(&out.stdout)
}

/// A fresh folder with these files.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("authoring").join(name);
    let _ = std::fs::remove_dir_all(&dir);
    for (path, content) in files {
        let path = dir.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, content).expect("written");
    }
    dir
}

const HEAD: (&str, &str) = ("pack.toml", "name = \"essai\"\nversion = \"1\"\n");
const SERVICES: (&str, &str) = ("services.toml", "[service.mairie]\nname = \"Mairie\"\nkind = \"administration\"\npurpose = \"La commune.\"\n");
const RULES: &str = r#"[[emergency]]
id = "arme.couteau"
category = "arme"
why = "A knife."
all = ["couteau"]
matches = ["il a un couteau", "un couteau et du sang partout"]
ignores = ["il fait beau"]

[[emergency]]
id = "arme.sang"
category = "arme"
why = "Blood too."
all = ["couteau", "sang"]
priority = 5
matches = ["couteau plein de sang", "il a un couteau"]
ignores = ["il pleut"]
"#;
const FAQ: &str = r#"# Answers about complaints.

[[faq]]
id = "plainte.en-ligne"
question = "Puis-je porter plainte en ligne ?"
answer = """
Oui, sur le site officiel.

Ou à la brigade."""
keywords = { plainte = 10, "pré-plainte" = -3 }
examples = [
  "porter plainte sur internet", # the first hand
  # second hand
  "plinte en ligne",
]
services = ["mairie"]
source = "https://exemple.fr/?a=b;c,d"
checked = true
reviewed = 2026-11-24
status = "draft"

[[faq]]
id = "plainte.delai"
question = "Combien de temps ai-je ?"
answer = "Six ans, dit « la loi »."
examples = ["délai \"plainte\"", "combien\nde temps"]
status = "draft"
"#;

#[test]
fn each_example_is_tried_at_four_levels() {
    let pack = folder("levels", &[HEAD, ("emergencies/arme.toml", RULES)]);
    let out = guichet(&pack, &["test", "--levels", "alone,among,decision,robust", "--format", "json"]);
    assert_eq!(out.status.code(), Some(1), "an example fails");
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).expect("json");
    let share = |level: &str| (json["shares"][level]["hits"].as_u64().expect(level), json["shares"][level]["of"].as_u64().expect(level));
    // Alone: « il a un couteau » has no blood. Among: the greater priority takes the second example of the first rule; that same wrong example is the other's.
    assert_eq!((share("alone"), share("among"), share("decision")), ((5, 6), (4, 6), (6, 6)));
    assert_eq!(share("robust").1, 4 * 20, "four messages expect an emergency, in twenty ways each");
    let of = |line: u64, rule: &str| {
        json["trials"].as_array().expect("a list").iter().find(|t| t["line"] == line && t["rule"] == rule && !t["alone"].is_null()).expect("a trial").clone()
    };
    let taken: Vec<&serde_json::Value> = json["trials"].as_array().expect("a list").iter().filter(|t| !t["among"].is_null()).collect();
    assert_eq!((taken[0]["among"].as_str(), taken[0]["margin"].as_u64()), (Some("arme.sang"), Some(1)), "two rules hold: one is a margin of one");
    assert_eq!(of(15, "arme.sang")["alone"], "gives None, not Now");
    let told = guichet(&pack, &["test", "--levels", "alone", "--only", "arme.sang"]);
    assert!(text(&told.stdout).starts_with("alone emergencies/arme.toml:15: arme.sang gives None, not Now"), "{}", text(&told.stdout));
}

#[test]
fn a_guard_is_tried_by_what_it_masks() {
    let guard = "[[guard]]\nid = \"tel\"\nmask = \"téléphone\"\nregex = [{ pattern = '06[0-9]{8}' }]\nmatches = [\"appelez le 0612345678\"]\nignores = [\"bonjour\"]\n";
    let pack = folder("guard", &[HEAD, ("guards/g.toml", guard)]);
    let json: serde_json::Value = serde_json::from_str(&well(&pack, &["test", "--levels", "among,robust", "--format", "json"])).expect("json");
    assert_eq!((json["shares"]["among"]["hits"].as_u64(), json["shares"]["among"]["of"].as_u64()), (Some(2), Some(2)), "{json:#}");
    assert_eq!(json["shares"]["robust"]["of"].as_u64(), Some(20));
}

#[test]
fn build_servers_are_told_in_their_own_forms() {
    let pack = folder("forms", &[HEAD, ("emergencies/arme.toml", &RULES.replace("un couteau et du", "un couteau <&> du"))]);
    let out = guichet(&pack, &["test", "--format", "junit"]);
    assert_eq!(out.status.code(), Some(1));
    let junit = text(&out.stdout);
    assert!(junit.contains("<testsuite name=\"alone\" tests=\"6\" failures=\"1\">") && junit.contains("<failure message=\"gives None, not Now\"/>"), "{junit}");
    assert!(junit.contains("un couteau &lt;&amp;&gt; du sang partout"), "{junit}");
    let github = text(&guichet(&pack, &["test", "--format", "github"]).stdout);
    let error = github.lines().find(|l| l.starts_with("::error")).expect("an error");
    assert!(error.contains("/emergencies/arme.toml,line=15,title=alone%3A arme.sang::gives None, not Now: il a un couteau"), "{error}");
    assert_eq!(guichet(&pack, &["check", "--format", "junit"]).status.code(), Some(2), "only test has these forms");
}

#[test]
fn a_new_rule_compiles_and_alarms_nobody_until_its_author_says_so() {
    let pack = folder("new-rule", &[HEAD, SERVICES, ("emergencies/intrusion.toml", &RULES.replace("arme", "intrusion"))]);
    let place = well(&pack, &["new", "rule", "intrusion.bruit-grenier"]);
    assert!(place.trim().ends_with("emergencies/intrusion.toml:18"), "{place}");
    well(&pack, &["check"]);
    let level = || {
        let out = text(&guichet(&pack, &["explain", "bruit dans le grenier", "--format", "json"]).stdout);
        serde_json::from_str::<serde_json::Value>(&out).expect("json")["emergency"]["rule"].as_str().map(str::to_owned)
    };
    assert_eq!(level(), None, "retired");
    let path = pack.join("emergencies/intrusion.toml");
    let written = std::fs::read_to_string(&path).expect("readable");
    std::fs::write(&path, written.replace("status = \"retired\"\n", "")).expect("written");
    assert_eq!(level().as_deref(), Some("intrusion.bruit-grenier"));
    assert!(!text(&guichet(&pack, &["test"]).stdout).contains("bruit-grenier"), "its examples pass");
    well(&pack, &["fmt", "--check", pack.join("emergencies/intrusion.toml").to_str().expect("a path")]);

    assert!(text(&guichet(&pack, &["new", "rule", "intrusions.x-y"]).stderr).contains("did you mean `intrusion`?"));
    assert!(text(&guichet(&pack, &["new", "rule", "intrusion.bruit-grenier"]).stderr).contains("declared twice"), "ids are for ever");
    well(&pack, &["new", "rule", "mairie.poubelles", "--service", "mairie"]);
    assert!(text(&guichet(&pack, &["new", "rule", "mairie.x", "--service", "maire"]).stderr).contains("did you mean"));
    well(&pack, &["check"]);
}

#[test]
fn a_new_answer_has_the_facts_of_the_catalogue() {
    let catalogue = r#"{"id": "plainte.retrait", "theme": "plainte", "question": "Puis-je \"retirer\" ma plainte ?", "facts": ["Oui, par courrier.", "L'enquête peut continuer."], "services": ["mairie"], "url": "https://exemple.fr", "seen": false, "volatile": true}"#;
    let pack = folder("new-answer", &[HEAD, SERVICES, ("catalogue.jsonl", catalogue)]);
    let file = pack.join("catalogue.jsonl");
    let file = file.to_str().expect("a path");
    well(&pack, &["new", "answer", "plainte.retrait", "--catalogue", file]);
    let (made, _) = guichet::rules::Pack::load(&pack).unwrap_or_else(|found| panic!("{}", found.iter().map(|d| d.render()).collect::<String>()));
    let a = &made.answers[0];
    assert_eq!((a.question.get_ref().as_str(), a.answer.get_ref().as_str()), ("Puis-je \"retirer\" ma plainte ?", "Oui, par courrier.\nL'enquête peut continuer."));
    assert_eq!((a.services[0].get_ref().as_str(), a.source.as_str(), a.checked), ("mairie", "https://exemple.fr", false));
    let out = guichet(&pack, &["new", "answer", "plainte.retrai", "--catalogue", file]);
    assert!(text(&out.stderr).contains("did you mean `plainte.retrait`?"), "{}", text(&out.stderr));
    well(&pack, &["fmt", "--check"]);
}

/// The hash of a pack: not a byte of it may differ.
fn hash(pack: &Path) -> String {
    guichet::rules::Pack::load(pack).unwrap_or_else(|found| panic!("{}", found.iter().map(|d| d.render()).collect::<String>())).0.hash
}

#[test]
fn answers_go_to_a_spreadsheet_and_come_back_unchanged() {
    let pack = folder("round", &[HEAD, SERVICES, ("faq/plainte.toml", FAQ)]);
    let before = hash(&pack);
    for form in ["csv", "xlsx", "jsonl"] {
        let file = pack.join(format!("answers.{form}"));
        let file = file.to_str().expect("a path");
        assert!(well(&pack, &["export", file]).contains("2 answers"));
        assert!(well(&pack, &["import", file]).contains("0 answers added, 0 changed, 2 the same"), "{form}");
        assert_eq!(hash(&pack), before, "{form}: comments and all");
        // Into a pack without answers: all that they say comes back, whatever the form.
        let empty = folder(&format!("round-{form}"), &[HEAD, SERVICES]);
        assert!(well(&empty, &["import", file]).contains("2 answers added"), "{form}");
        let again = empty.join("again.jsonl");
        well(&empty, &["export", again.to_str().expect("a path")]);
        let first = pack.join("first.jsonl");
        well(&pack, &["export", first.to_str().expect("a path")]);
        assert_eq!(std::fs::read_to_string(again).expect("readable"), std::fs::read_to_string(first).expect("readable"), "{form}");
        well(&empty, &["fmt", "--check", empty.join("faq").to_str().expect("a path")]);
    }
    let ods = guichet(&pack, &["export", pack.join("answers.ods").to_str().expect("a path")]);
    assert!(text(&ods.stderr).contains("ODS is read, not written"));
}

#[test]
fn a_row_changes_only_what_it_says_otherwise() {
    let pack = folder("merge", &[HEAD, SERVICES, ("faq/plainte.toml", FAQ)]);
    let file = pack.join("t.csv");
    let table = "Identifiant;Intitulé;Exemples;Couleur\nplainte.en-ligne;Puis-je porter plainte par internet ?;\"porter plainte sur internet\nplainte par le web\nplinte en ligne\";bleu\nplainte.nouvelle;Et le samedi ?;;\n";
    std::fs::write(&file, table).expect("written");
    let file = file.to_str().expect("a path");
    let import = ["import", file, "--map", "question=Intitulé"];
    let before = hash(&pack);
    let told = well(&pack, &[&import[..], &["--dry-run"]].concat());
    assert!(
        told.contains("+ plainte.nouvelle\n~ plainte.en-ligne: question, examples\n")
            && told.contains("nothing was written")
            && told.contains("« Couleur » was not read"),
        "{told}"
    );
    assert_eq!(hash(&pack), before, "a dry run");
    well(&pack, &import);
    let want = FAQ.replace("plainte en ligne ?", "plainte par internet ?").replace("  # second hand", "  \"plainte par le web\",\n  # second hand");
    let got = std::fs::read_to_string(pack.join("faq/plainte.toml")).expect("readable");
    let (old, new) = got.split_at(got.find("\n[[faq]]\nid = \"plainte.nouvelle\"").expect("added at the end"));
    assert_eq!(old, want.trim_end_matches('\n').to_owned() + "\n");
    assert!(new.contains("answer = \"Réponse à écrire.\"") && new.contains("examples = [\"Et le samedi ?\"]"), "{new}");

    for (wrong, what) in [
        ("id;reviewed\nplainte.delai;demain\n", "row 2, column reviewed: `demain` is no day"),
        ("id;checked\nplainte.delai;peut-être\n", "neither true nor false"),
        ("id;services\nplainte.delai;maire\n", "did you mean"),
        ("id;file;question\nx.y;../z.toml;Q ?\n", "is no file of answers"),
        ("id;question\na.b;Q ?\na.b;R ?\n", "the id a.b of row 2 again"),
        ("couleur\nbleu\n", "neither a column `id` nor a column `question`"),
    ] {
        std::fs::write(file, wrong).expect("written");
        let before = hash(&pack);
        let out = guichet(&pack, &["import", file]);
        assert!(out.status.code() == Some(2) && text(&out.stderr).contains(what), "{what}: {}", text(&out.stderr));
        assert_eq!(hash(&pack), before);
    }
}

#[test]
fn the_shipped_answers_go_to_spreadsheets_and_come_back_unchanged() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let files = guichet::rules::Pack::files(&shipped).unwrap_or_else(|_| panic!("the pack is there"));
    let table = guichet::workshop::answers::table(&files).unwrap_or_else(|_| panic!("it is TOML"));
    assert!(table.rows.len() >= 734, "{} answers", table.rows.len());
    use guichet::workshop::spreadsheet::{self, Form};
    let bare: Vec<_> = files.iter().filter(|f| !f.path.starts_with("faq/")).cloned().collect();
    for form in [Form::Csv, Form::Xlsx, Form::Jsonl] {
        let bytes = spreadsheet::write(form, &table).unwrap_or_else(|e| panic!("{form:?}: {e}"));
        let back = spreadsheet::read(form, &bytes).unwrap_or_else(|e| panic!("{form:?}: {e}"));
        // No file changes: so the pack's hash, over the bytes of its files, is the same.
        let merge = guichet::workshop::answers::merge(&files, &back, &[]).unwrap_or_else(|e| panic!("{form:?}: {e:?}"));
        assert_eq!((merge.files.len(), merge.added.len(), merge.changed.len(), merge.same), (0, 0, 0, table.rows.len()), "{form:?}: {:?}", merge.changed);
        // Into a pack without answers, the table says it all.
        let merge = guichet::workshop::answers::merge(&bare, &back, &[]).unwrap_or_else(|e| panic!("{form:?}: {e:?}"));
        let again = guichet::workshop::answers::table(&merge.files).unwrap_or_else(|_| panic!("{form:?}: it is TOML"));
        assert_eq!(again, table, "{form:?}");
    }
}

#[test]
fn rasa_files_are_read_and_written() {
    let nlu = "version: \"3.1\"\nnlu:\n- intent: plainte.ligne\n  examples: |\n    - porter plainte en ligne\n    - plainte [demain](date) sur [internet]{\"entity\": \"lieu\"}\n- synonym: x\n  examples: |\n    - y\n- intent: velo\n  examples:\n  - text: \"mon vélo\"\n  - on m'a pris un vélo\n";
    let dir = folder("rasa", &[("nlu.yml", nlu)]);
    let (pack, file) = (dir.join("pack"), dir.join("nlu.yml"));
    let told = well(&pack, &["import", "--as-pack", pack.to_str().expect("a path"), file.to_str().expect("a path")]);
    assert!(told.contains("2 answers from 4 messages"), "{told}");
    let out = dir.join("out.yml");
    well(&pack, &["export", out.to_str().expect("a path")]);
    let written = std::fs::read_to_string(&out).expect("readable");
    let read = guichet::workshop::rasa::read(&written).expect("a Rasa file");
    let own = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(read, [own("plainte.ligne", "plainte demain sur internet"), own("velo", "on m'a pris un vélo")]);
    let odd = guichet::workshop::rasa::write([("a", vec!["- deux\nlignes", " « bord » "]), ("b: c", vec!["x # y"])]).expect("written");
    assert_eq!(guichet::workshop::rasa::read(&odd).expect("read"), [own("a", "- deux\nlignes"), own("a", " « bord » "), own("b: c", "x # y")]);
    assert!(guichet::workshop::rasa::write([("a", vec!["voir [ici](lien)"])]).is_err(), "Rasa would read an entity");
}

#[test]
fn watch_tells_what_a_saved_file_breaks_and_mends() {
    use std::io::{BufRead, BufReader};
    let pack = folder("watch", &[HEAD, ("emergencies/arme.toml", RULES)]);
    let mut watch = Command::new(env!("CARGO_BIN_EXE_guichet"))
        .arg("--rules")
        .arg(&pack)
        .args(["watch", "--corpus", "nowhere"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(watch.stdout.take().expect("a pipe")).lines();
    // A report ends on the time that it took.
    let mut report = || lines.by_ref().map(|l| l.expect("a line")).take_while(|l| !l.starts_with('—')).collect::<Vec<_>>().join("\n");
    assert_eq!(report(), "1 faults among 6 examples and messages");
    let path = pack.join("emergencies/arme.toml");
    std::fs::write(&path, RULES.replace("all = [\"couteau\"]", "all = [\"hache\"]")).expect("saved");
    let told = report();
    assert!(told.starts_with("broken: 2\n") && told.contains("arme.couteau gives None, not Now: il a un couteau"), "{told}");
    std::fs::write(&path, RULES.replace("all = [", "al = [")).expect("saved");
    assert!(report().ends_with("mistakes"));
    std::fs::write(&path, RULES).expect("saved");
    let told = report();
    assert!(told.starts_with("mended: 2\n") && told.ends_with("1 faults among 6 examples and messages"), "since the last pack that compiled: {told}");
    watch.kill().expect("it ends");
    watch.wait().expect("it ends");
}
