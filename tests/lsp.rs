//! `guichet lsp`, as an editor talks to it: over the pipes, message by message.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

struct Editor {
    server: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    root: PathBuf,
    asked: i64,
    /// Notifications that came while an answer was awaited.
    notes: Vec<Value>,
}

const CONCEPTS: &str = "[[concept]]\nid = \"lame\"\nwhy = \"What cuts.\"\nterms = [\"couteau\", \"épée ou sabre\", \"@arme-de-jet\"]\n\n[[concept]]\nid = \"arme-de-jet\"\nterms = [\"lance\"]\n";
const RULES: &str = "[[emergency]]\nid = \"arme.lame\"\ncategory = \"arme\"\nall = [\"menace\", \"été [@lame] @lame ..2 fois\"]\nmatches = [\"il menace été couteau une fois\"]\nignores = [\"bonjour\"]\n";
const ROUTES: &str = "[[route]]\nid = \"mairie.x\"\nservice = \"mairie\"\nall = [\"poubelle\"]\nmatches = [\"ma poubelle\"]\nignores = [\"bonjour\"]\n";

impl Editor {
    fn open(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lsp").join(name);
        let _ = std::fs::remove_dir_all(&root);
        for (path, text) in [
            ("pack é/pack.toml", "name = \"x\"\nversion = \"1\"\n"),
            ("pack é/services.toml", "[service.mairie]\nname = \"Mairie\"\nkind = \"k\"\npurpose = \"p\"\n"),
            ("pack é/concepts/a.toml", CONCEPTS),
            ("pack é/emergencies/arme.toml", RULES),
            ("pack é/routes/r.toml", ROUTES),
            (
                "corpus/a.toml",
                "measures = false\n[\"emergency:arme\"]\nmessages = [\"un couteau\", \"une lance là\", \"il menace été couteau une fois\"]\n[\"none\"]\nmessages = [\"bonjour\"]\n",
            ),
        ] {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, text).expect("written");
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_guichet"));
        command.arg("--rules").arg(root.join("pack é")).args(["lsp", "--corpus"]).arg(root.join("corpus"));
        let mut server = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        let (to, from) = (server.stdin.take().expect("a pipe"), BufReader::new(server.stdout.take().expect("a pipe")));
        let mut editor = Self { server, to, from, root: root.canonicalize().expect("there"), asked: 0, notes: Vec::new() };
        editor.ask("initialize", json!({"capabilities": {}}));
        editor.tell("initialized", json!({}));
        editor
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("sent");
        self.to.flush().expect("sent");
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).expect("a header") > 0, "the server hung up");
            match line.trim().split_once(": ") {
                Some(("Content-Length", n)) => length = n.parse().expect("a number"),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.from.read_exact(&mut body).expect("a body");
        serde_json::from_slice(&body).expect("json")
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// The answer: its result, or its error.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let message = self.receive();
            if message["id"] == id {
                return if message["error"].is_null() { message["result"].clone() } else { message["error"]["message"].clone() };
            }
            self.notes.push(message);
        }
    }

    fn uri(&self, file: &str) -> String {
        format!("file://{}", self.root.join("pack é").join(file).display()).replace('é', "%C3%A9").replace(' ', "%20")
    }

    fn at(&self, file: &str, text: &str, words: &str, inside: usize) -> Value {
        let byte = text.find(words).expect("the words") + inside;
        let before = &text[..byte];
        let line = before.rfind('\n').map_or(0, |i| i + 1);
        let position = json!({"line": before.matches('\n').count(), "character": before[line..].encode_utf16().count()});
        json!({"textDocument": {"uri": self.uri(file)}, "position": position})
    }

    fn write(&mut self, file: &str, text: &str) {
        let uri = self.uri(file);
        self.tell("textDocument/didOpen", json!({"textDocument": {"uri": uri, "languageId": "toml", "version": 1, "text": text}}));
    }

    /// The next diagnostics of a file.
    fn diagnostics(&mut self, file: &str) -> Value {
        let uri = self.uri(file);
        let of = |m: &Value| m["method"] == "textDocument/publishDiagnostics" && m["params"]["uri"] == uri.as_str();
        if let Some(n) = self.notes.iter().position(of) {
            return self.notes.remove(n)["params"]["diagnostics"].clone();
        }
        loop {
            let message = self.receive();
            if of(&message) {
                return message["params"]["diagnostics"].clone();
            }
        }
    }

    fn close(mut self) {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        assert!(self.server.wait().expect("it ends").success());
    }
}

#[test]
fn mistakes_are_told_as_one_types_and_go_when_they_are_mended() {
    let mut editor = Editor::open("diagnostics");
    editor.write("emergencies/arme.toml", &RULES.replace("@lame ..2", "@larme ..2"));
    let told = editor.diagnostics("emergencies/arme.toml");
    assert_eq!((told[0]["code"].as_str(), told[0]["severity"].as_u64()), (Some("R021"), Some(1)), "{told}");
    assert!(told[0]["message"].as_str().expect("words").contains("did you mean"), "{told}");
    let range = &told[0]["range"];
    assert_eq!((range["start"]["line"].as_u64(), range["start"]["character"].as_u64()), (Some(3), Some("all = [\"menace\", \"été [@lame] ".chars().count() as u64)));
    editor.write("emergencies/arme.toml", RULES);
    assert_eq!(editor.diagnostics("emergencies/arme.toml"), json!([]), "mended");
    editor.close();
}

#[test]
fn names_are_completed_found_and_explained() {
    let mut editor = Editor::open("names");
    let typing = RULES.replace("@lame ..2 fois", "@la");
    editor.write("emergencies/arme.toml", &typing);
    let at = editor.at("emergencies/arme.toml", &typing, "@lame] @la", "@lame] @la".len());
    let items = editor.ask("textDocument/completion", at);
    let labels: Vec<&str> = items.as_array().expect("a list").iter().map(|i| i["label"].as_str().expect("a label")).collect();
    assert_eq!(labels, ["arme-de-jet", "lame"]);
    assert_eq!(items[1]["textEdit"]["range"]["end"]["character"].as_u64().zip(items[1]["textEdit"]["range"]["start"]["character"].as_u64()).map(|(e, s)| e - s), Some(2));

    let at = editor.at("routes/r.toml", ROUTES, "\"mairie\"", 3);
    let found = editor.ask("textDocument/definition", at);
    assert_eq!((found[0]["uri"].as_str(), found[0]["range"]["start"]["line"].as_u64()), (Some(editor.uri("services.toml").as_str()), Some(0)));
    editor.write("emergencies/arme.toml", RULES);
    let at = editor.at("emergencies/arme.toml", RULES, "@lame ..2", 2);
    let found = editor.ask("textDocument/definition", at.clone());
    assert_eq!((found[0]["uri"].as_str(), found[0]["range"]["start"]["line"].as_u64()), (Some(editor.uri("concepts/a.toml").as_str()), Some(1)));

    // The hover counts once the pack is compiled: until then it says so.
    let hover = loop {
        let hover = editor.ask("textDocument/hover", at.clone());
        let text = hover["contents"]["value"].as_str().expect("words").to_owned();
        if !text.contains("se compile") {
            break text;
        }
        std::thread::yield_now();
    };
    assert!(hover.contains("**@lame**, employé 2 fois") && hover.contains("couteau · épée ou sabre · @arme-de-jet"), "{hover}");
    assert!(hover.contains("3 des 4 messages du corpus\n- un couteau\n- une lance là\n- il menace"), "{hover}");
    let at = editor.at("emergencies/arme.toml", RULES, "arme.lame", 2);
    let hover = editor.ask("textDocument/hover", at);
    assert!(hover["contents"]["value"].as_str().expect("words").contains("1 des 4 messages"), "{hover}");
    editor.close();
}

#[test]
fn a_name_is_changed_across_the_pack_and_an_id_is_for_ever() {
    let mut editor = Editor::open("rename");
    let mut at = editor.at("concepts/a.toml", CONCEPTS, "id = \"lame", 7);
    at["newName"] = "@tranchant".into();
    let edit = editor.ask("textDocument/rename", at.clone());
    let edits = |file: &str| edit["changes"][editor.uri(file)].as_array().cloned().unwrap_or_default();
    assert_eq!((edits("concepts/a.toml").len(), edits("emergencies/arme.toml").len()), (1, 2), "{edit}");
    let start = "all = [\"menace\", \"été [@".chars().count() as u64;
    assert_eq!(edits("emergencies/arme.toml")[0]["range"]["start"], json!({"line": 3, "character": start}));
    at["newName"] = "arme-de-jet".into();
    assert_eq!(editor.ask("textDocument/rename", at), "`arme-de-jet` is there already");
    let mut at = editor.at("emergencies/arme.toml", RULES, "arme.lame", 2);
    at["newName"] = "arme.autre".into();
    assert!(editor.ask("textDocument/rename", at).as_str().expect("an error").contains("for ever"));
    let mut at = editor.at("services.toml", "[service.mairie]", "mairie", 2);
    at["newName"] = "hotel-de-ville".into();
    assert!(editor.ask("textDocument/rename", at).as_str().expect("an error").contains("for ever"), "labels of the corpus name services");
    editor.close();
}
