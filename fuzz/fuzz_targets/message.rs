//! Any text gets a decision whose spans are in the message.
#![no_main]

use guichet::engine::Engine;
use guichet::rules::Pack;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut files = guichet::rules::read::folder(std::path::Path::new("../rules")).or_else(|_| guichet::rules::read::folder(std::path::Path::new("rules"))).expect("the pack");
    files.retain(|f| !f.path.starts_with("faq/"));
    Engine::new(Pack::compile(files).map_err(|f| f.len()).expect("the pack compiles").0)
});

libfuzzer_sys::fuzz_target!(|message: &str| {
    let decision = ENGINE.decide(message);
    for m in &decision.matches {
        assert_eq!(&message[m.start..m.end], m.text);
    }
    for m in &decision.masked {
        assert!(message.is_char_boundary(m.start) && message.is_char_boundary(m.end));
    }
});
