//! The command line, as a person types it: what is printed and how it ends.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn guichet(args: &[&str], rules: &Path, input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_guichet"))
        .args(args)
        .arg("--rules")
        .arg(rules)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input).expect("written");
    child.wait_with_output().expect("it ends")
}

fn pack(name: &str, rules: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(dir.join("emergencies")).expect("a folder");
    std::fs::write(dir.join("pack.toml"), "name = \"test\"\nversion = \"1\"\n").expect("written");
    std::fs::write(dir.join("emergencies/e.toml"), rules).expect("written");
    dir
}

const GOOD: &str = "[[emergency]]\nid = \"arme.menace\"\ncategory = \"arme\"\nall = [\"couteau\"]\nnone = [\"cuisine\"]\nmatches = [\"il a un couteau\"]\nignores = [\"un couteau de cuisine\"]\n";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn triage_keeps_the_order_and_the_ids() {
    let rules = pack("triage", GOOD);
    let out = guichet(&["triage"], &rules, "il a un couteau\n{\"text\": \"bonjour\", \"id\": \"7\"}\n\n".as_bytes());
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let lines: Vec<serde_json::Value> = text(&out.stdout).lines().map(|l| serde_json::from_str(l).expect("json")).collect();
    assert_eq!(lines.len(), 3, "an empty line is a message too");
    assert_eq!(lines[0]["outcome"], "emergency");
    assert_eq!((lines[1]["id"].as_str(), lines[1]["outcome"].as_str()), (Some("7"), Some("agent")));
}

#[test]
fn triage_reads_bytes_that_are_no_utf8_and_names_a_broken_line() {
    let rules = pack("bytes", GOOD);
    let out = guichet(&["triage"], &rules, b"il a un couteau \xff\xfe\n");
    assert_eq!(out.status.code(), Some(0));
    assert!(text(&out.stdout).contains("\"emergency\""));
    let out = guichet(&["triage"], &rules, b"{\"text\": \"a\"}\n{\"txt\": 1}\n");
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("line 2"), "{}", text(&out.stderr));
}

#[test]
fn explain_tells_what_matched_and_why_not() {
    let rules = pack("explain", GOOD);
    let out = text(&guichet(&["explain", "Il a un COUTEAU!"], &rules, b"").stdout);
    assert!(out.contains("^^^^^^^") && out.contains("17 d'abord") && out.contains("arme.menace"), "{out}");
    assert!(out.contains("sans « COUTEAU » : pas d'urgence"), "what would change it: {out}");
    let out = text(&guichet(&["explain", "un couteau de cuisine", "--why-not", "arme.menace"], &rules, b"").stdout);
    assert!(out.contains("exclue par « cuisine »"), "{out}");
    let out = guichet(&["explain", "x", "--why-not", "arme.menac"], &rules, b"");
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("Vouliez-vous dire « arme.menace »"));
}

#[test]
fn check_shows_the_word_the_line_and_what_to_do() {
    let rules = pack("check", &GOOD.replace("category", "categorie").replace("\"couteau\"", "\"(couteau\""));
    let out = guichet(&["check"], &rules, b"");
    assert_eq!(out.status.code(), Some(1));
    let told = text(&out.stderr);
    assert!(told.contains("emergencies/e.toml:3:1") && told.contains("did you mean `category`?") && told.contains("^^^^^^^^^"), "{told}");
    assert!(!told.contains('\x1b'), "no colour outside a terminal");
    let out = guichet(&["check", "--format", "json"], &rules, b"");
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).expect("json");
    assert!(json.as_array().expect("a list").iter().any(|d| d["line"] == 3 && d["code"] == "R005"), "{json}");
}

#[test]
fn test_names_the_example_that_fails() {
    let rules = pack("test", &GOOD.replace("un couteau de cuisine", "un couteau suisse"));
    let out = guichet(&["test"], &rules, b"");
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stdout).contains("emergencies/e.toml:7: arme.menace holds: un couteau suisse"), "{}", text(&out.stdout));
}

#[test]
fn a_known_gap_does_not_fail_until_it_closes() {
    let rules = pack("gaps", GOOD);
    let corpus = rules.join("corpus");
    std::fs::create_dir_all(&corpus).expect("a folder");
    let run = |message: &str| {
        std::fs::write(corpus.join("c.toml"), format!("[\"known-gap:emergency:arme\"]\nmessages = [\"{message}\"]\n")).expect("written");
        guichet(&["test", "--report", "--corpus", corpus.to_str().expect("a path")], &pack("gaps-pack", GOOD), b"")
    };
    let open = run("il brandit une lame");
    assert_eq!(open.status.code(), Some(0), "{}", text(&open.stdout));
    assert!(text(&open.stdout).contains("known gaps: 1, of which 0 have closed"));
    let closed = run("il a un couteau");
    assert_eq!(closed.status.code(), Some(1));
    assert!(text(&closed.stdout).contains("take `known-gap:` off"), "{}", text(&closed.stdout));
}

#[test]
fn check_reads_answers_on_the_day_it_is_told() {
    let answer = "Vous pouvez déposer plainte dans la brigade de votre choix. ".repeat(7);
    let faq =
        format!("[[faq]]\nid = \"plainte.ou\"\nquestion = \"Où ?\"\nanswer = \"{answer}\"\nexamples = [\"où porter plainte\"]\nreview_by = 2027-05-24\nchecked = true\n");
    let rules = pack("lint", GOOD);
    std::fs::create_dir_all(rules.join("faq")).expect("a folder");
    std::fs::write(rules.join("faq/a.toml"), faq).expect("a file");
    let out = guichet(&["check", "--deep", "--today", "2027-05-24"], &rules, b"");
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    assert!(text(&out.stdout).contains("facts checked: 1 of 1 answers (100 %)"), "{}", text(&out.stdout));
    let out = guichet(&["check", "--today", "2027-05-25"], &rules, b"");
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("warning[F008]"), "{}", text(&out.stderr));
    assert_eq!(guichet(&["check", "--today", "demain"], &rules, b"").status.code(), Some(2));
}

#[test]
fn what_cannot_run_ends_on_2() {
    for args in [&["triage", "nowhere.jsonl"][..], &["nonsense"], &["explain"], &["test", "--report", "--corpus", "nowhere"]] {
        let rules = pack("two", GOOD);
        assert_eq!(guichet(args, &rules, b"").status.code(), Some(2), "{args:?}");
    }
    assert_eq!(guichet(&["check"], Path::new("nowhere"), b"").status.code(), Some(1));
}

#[test]
fn the_committed_schemas_are_fresh() {
    for (name, schema) in guichet::cli::schemas() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/schema/{name}.schema.json"));
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == schema, "{} is stale: make schema", path.display());
    }
}

#[test]
fn help_completions_and_man_page_print() {
    let rules = pack("help", GOOD);
    for args in [&["--help"][..], &["triage", "--help"], &["completions", "bash"], &["man"]] {
        let out = guichet(args, &rules, b"");
        assert_eq!(out.status.code(), Some(0), "{args:?}");
        assert!(text(&out.stdout).contains("guichet"));
    }
    for command in ["triage", "explain", "check", "test", "import", "schema", "serve", "journal", "user"] {
        assert!(text(&guichet(&[command, "--help"], &rules, b"").stdout).contains("Example"), "{command}");
    }
}

#[test]
fn serve_answers_reloads_on_a_signal_and_stops_gracefully() {
    use std::io::{BufRead, BufReader, Read};
    let rules = pack("serve", GOOD);
    let mut child = Command::new(env!("CARGO_BIN_EXE_guichet"))
        .args(["serve", "--listen", "127.0.0.1:0", "--rules"])
        .arg(&rules)
        .arg("--data")
        .arg(rules.with_file_name("serve-data"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("a pipe")).read_line(&mut line).expect("a line");
    let address = line.split("http://").nth(1).and_then(|r| r.split('/').next()).expect("an address").to_owned();
    let get = |path: &str| {
        let mut stream = std::net::TcpStream::connect(&address).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("asked");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    };
    assert!(get("/healthz").contains("200 OK"));
    // A broken pack is refused, and the server says so.
    std::fs::write(rules.join("emergencies/e.toml"), "[[emergncy]]").expect("written");
    let until = |wanted: &str| {
        (0..100).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            get("/readyz").contains(wanted)
        })
    };
    assert!(until("refused"), "{}", get("/readyz"));
    std::fs::write(rules.join("emergencies/e.toml"), GOOD.replace("arme.menace", "arme.autre")).expect("written");
    let signalled = Command::new("kill").args(["-HUP", &child.id().to_string()]).status().expect("kill").success();
    assert!(signalled && until("loaded"), "{}", get("/readyz"));
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill");
    assert_eq!(child.wait().expect("ends").code(), Some(0));
}

/// Two revisions of a folder under git, and the exit code that stops a review.
#[test]
fn diff_reads_git_revisions_and_ends_on_1_when_an_emergency_is_lost() {
    let rules = pack("diff-git/rules", GOOD);
    let folder = rules.parent().expect("a folder");
    let git = |args: &[&str]| {
        let ran = Command::new("git").args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(args).current_dir(folder).output().expect("git runs");
        assert!(ran.status.success(), "{}", text(&ran.stderr));
    };
    let _ = std::fs::remove_dir_all(folder.join(".git"));
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "first"]);
    std::fs::write(folder.join("asked.txt"), "il a un couteau\nil a un couteau dans le salon\n").expect("written");
    std::fs::write(rules.join("emergencies/e.toml"), GOOD.replace("[\"cuisine\"]", "[\"cuisine\", \"salon\"]")).expect("written");
    let diff = |old: &str, format: &str| {
        Command::new(env!("CARGO_BIN_EXE_guichet"))
            .args(["diff", old, "rules", "--messages", "asked.txt", "--format", format])
            .current_dir(folder)
            .output()
            .expect("it runs")
    };
    let out = diff("HEAD:rules", "text");
    assert_eq!(out.status.code(), Some(1), "{}", text(&out.stderr));
    let told = text(&out.stdout);
    for part in ["urgence perdue : 1", "à cause de : emergency arme.menace", "asked.txt:2 « il a un couteau dans le salon »"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let json: serde_json::Value = serde_json::from_slice(&diff("HEAD:rules", "json").stdout).expect("json");
    assert_eq!((json["changes"][0]["kind"].as_str(), json["parts"][0].as_str()), (Some("lost"), Some("emergency arme.menace")));
    assert_eq!(diff("rules", "text").status.code(), Some(0), "a pack does not differ from itself");
    for wrong in ["HEAD:nowhere", "norevision:rules", "nowhere", "--output=x:rules"] {
        assert_eq!(diff(wrong, "text").status.code(), Some(2), "{wrong}");
    }
}

#[test]
fn mutate_coverage_and_stats_print_a_report_and_hold_a_least_share() {
    let rules = pack("workshop", GOOD);
    let corpus = rules.with_file_name("workshop-corpus");
    std::fs::create_dir_all(&corpus).expect("a folder");
    std::fs::write(corpus.join("c.toml"), "[\"emergency:arme\"]\nmessages = [\"il tient un couteau\"]\n").expect("written");
    let run = |args: &[&str]| guichet(&[args, &["--corpus", corpus.to_str().expect("a path")]].concat(), &rules, b"");
    let out = run(&["mutate", "--survivors"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    assert!(text(&out.stdout).contains("100.0 % des mutants tués (1 sur 1, 1 sans effet prouvé)"), "{}", text(&out.stdout));
    let weak = pack("workshop-weak", &GOOD.replace("un couteau de cuisine", "une cuisine"));
    let out = guichet(&["mutate", "--survivors", "--min", "100", "--corpus", corpus.to_str().expect("a path")], &weak, b"");
    assert_eq!(out.status.code(), Some(1), "no example holds the exclusion any more");
    assert!(text(&out.stdout).contains("ignores = [\"couteau cuisine\"]"), "{}", text(&out.stdout));
    let out = run(&["coverage", "--list"]);
    assert!(text(&out.stdout).contains("change la décision"), "{}", text(&out.stdout));
    assert_eq!(run(&["coverage", "--min", "100"]).status.code(), Some(0), "each part of this rule is shown to matter");
    let out = run(&["stats", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).expect("json");
    assert_eq!((json[0]["rule"].as_str(), json[0]["hits"].as_u64(), json[0]["proposal"].as_str()), (Some("arme.menace"), Some(1), Some("keep")));
}

/// Keys made for this test by `openssl genpkey -algorithm ed25519`.
const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAgtRr8XII6DidHRuumJgl6RN2uYYqK55qvLf/qBdkvP\n-----END PRIVATE KEY-----\n";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA579iTsIiVRbYHH10XBaIf20Ed6NRiJq78kgsGMBU8sw=\n-----END PUBLIC KEY-----\n";

/// A pack that nobody signed, or that changed since, does not go live.
#[test]
fn a_server_that_wants_a_signature_refuses_a_pack_changed_since() {
    use guichet::http::reload::{Gate, load};
    let (old, new) = (pack("signed-old", GOOD), pack("signed-new", &GOOD.replace("\"couteau\"", "\"(couteau | dague)\"")));
    let key = new.with_file_name("reviewer.pem");
    std::fs::write(&key, PRIVATE).expect("written");
    let gate = Gate { signer: Some(PUBLIC.to_owned()), ..Gate::default() };
    let refused = |gate: &Gate| load(&new, gate).err().map(|why| why.join("\n"));
    assert!(refused(&gate).expect("no signature yet").contains("pack.sig"));
    let path = |p: &Path| p.to_str().expect("a path").to_owned();
    let asked = new.with_file_name("asked.txt");
    std::fs::write(&asked, "il a une dague\n").expect("written");
    let sign =
        |more: &[&str]| Command::new(env!("CARGO_BIN_EXE_guichet")).args(["diff", &path(&old), &path(&new), "--sign", &path(&key)]).args(more).output().expect("it runs");
    let blind = sign(&["--corpus", "nowhere"]);
    assert_eq!(blind.status.code(), Some(2), "a corpus that is not there asks nothing: {}", text(&blind.stdout));
    let corpus = new.with_file_name("no-corpus");
    std::fs::create_dir_all(&corpus).expect("a folder");
    let corpus = path(&corpus);
    let signed = sign(&["--corpus", &corpus, "--messages", &path(&asked)]);
    assert_eq!(signed.status.code(), Some(0), "{}", text(&signed.stderr));
    assert_eq!(refused(&gate), None);
    let other = Gate { signer: Some(PUBLIC.replace("579i", "579j")), ..Gate::default() };
    assert!(refused(&other).is_some(), "another key");
    std::fs::write(new.join("emergencies/e.toml"), GOOD.replace("couteau", "sabre")).expect("written");
    assert!(refused(&gate).expect("changed since").contains("the signature is of the pack"));
}
