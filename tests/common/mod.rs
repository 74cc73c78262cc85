//! What several stories need: small packs from strings, and the shipped one.
#![allow(dead_code)]

pub mod postgres;
pub mod program;

use guichet::engine::Engine;
use guichet::rules::diagnostics::Diagnostic;
use guichet::rules::{Pack, SourceFile};
use std::path::Path;
use std::sync::LazyLock;

pub const PACK: &str = "name = \"test\"\nversion = \"1\"\n";

/// One emergency rule, for stories that need one.
pub const INTRUDER: &str = r#"
[[emergency]]
id = "intrusion.quelqu-un"
category = "intrusion"
all = ["quelqu'un dans ma maison"]
matches = ["il y a quelqu'un dans ma maison"]
ignores = ["ma maison est à vendre"]
"#;

/// Two answers, for stories that need a draft.
pub const FAQ: &str = r#"
[[faq]]
id = "citoyen.procuration"
question = "Comment faire une procuration ?"
answer = "La procuration se demande en ligne puis se confirme en gendarmerie."
source = "https://www.service-public.gouv.fr/particuliers/vosdroits/F1604"
examples = ["comment faire une procuration", "je veux donner procuration pour voter", "procuration de vote"]

[[faq]]
id = "route.permis"
question = "Combien de points me reste-t-il ?"
answer = "Le solde de points se lit en ligne."
examples = ["combien de points sur mon permis", "solde de points du permis", "mes points de permis"]
"#;

pub fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.into(), text: text.into() }
}

pub fn compile(files: &[(&str, &str)]) -> Result<(Pack, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut all = vec![file("pack.toml", PACK)];
    all.extend(files.iter().map(|(p, t)| file(p, t)));
    Pack::compile(all)
}

pub fn engine(files: &[(&str, &str)]) -> Engine {
    match compile(files) {
        Ok((pack, _)) => Engine::new(pack),
        Err(found) => panic!("{}", found.iter().map(Diagnostic::render).collect::<String>()),
    }
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The shipped pack, without its answers when only its rules matter: they take the longest to learn.
pub static RULES: LazyLock<Engine> = LazyLock::new(|| {
    let files = guichet::rules::read::folder(&root().join("rules")).expect("the shipped pack");
    let rules = files.into_iter().filter(|f| !f.path.starts_with("faq/")).collect();
    Engine::new(Pack::compile(rules).map_err(|f| f.iter().map(Diagnostic::render).collect::<String>()).expect("the shipped pack compiles").0)
});
