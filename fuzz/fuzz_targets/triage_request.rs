//! Any bytes as a triage request get an answer below 500.
#![no_main]

use guichet::http::decide_request;
use std::sync::LazyLock;

static ENGINE: LazyLock<guichet::engine::Engine> = LazyLock::new(|| {
    let files = vec![
        guichet::rules::SourceFile { path: "pack.toml".into(), text: "name = \"a\"\nversion = \"1\"".into() },
        guichet::rules::SourceFile { path: "emergencies/a.toml".into(), text: "[[emergency]]\nid=\"arme.a\"\ncategory=\"arme\"\nall=[\"couteau\"]\nmatches=[\"couteau\"]\nignores=[\"a\"]\n".into() },
    ];
    guichet::engine::Engine::new(guichet::rules::Pack::compile(files).map_err(|f| f.len()).expect("compiles").0)
});

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let (status, json) = decide_request(&ENGINE, body);
    assert!(status < 500);
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
});
