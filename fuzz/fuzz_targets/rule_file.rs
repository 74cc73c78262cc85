//! Any text as a rule file gives a pack or mistakes whose places are in the file.
#![no_main]

use guichet::rules::{Pack, SourceFile};

libfuzzer_sys::fuzz_target!(|input: (u8, &str)| {
    let path = ["emergencies/a.toml", "routes/a.toml", "faq/a.toml", "concepts/a.toml", "language/fr/context.toml", "language/fr/spelling.toml", "replies/fr.toml", "guards/a.toml", "services.toml", "pack.toml"][usize::from(input.0) % 10];
    let mut files = vec![SourceFile { path: path.into(), text: input.1.into() }];
    if path != "pack.toml" {
        files.push(SourceFile { path: "pack.toml".into(), text: "name = \"a\"\nversion = \"1\"".into() });
    }
    match Pack::compile(files) {
        Ok((pack, _)) => {
            guichet::engine::Engine::new(pack).decide("au secours, il y a quelqu'un avec un couteau");
        }
        Err(found) => {
            assert!(!found.is_empty());
            for d in found {
                assert!(d.line >= 1 && d.column >= 1 && d.length >= 1);
                let _ = d.render();
            }
        }
    }
});
