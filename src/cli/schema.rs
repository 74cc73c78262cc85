//! `guichet schema`: the JSON Schema of each kind of file, from the types; or the OpenAPI document of the server.

use super::End;
use crate::rules::source;
use clap::Args;
use schemars::{JsonSchema, Schema as Json, SchemaGenerator};
use std::path::PathBuf;

/// Prints the JSON Schemas of the files of a pack, or writes them into a folder.
#[derive(Args)]
#[command(after_help = "Example:\n  guichet schema --out docs/schema")]
pub struct Schema {
    /// Where to write one file a kind.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Prints the OpenAPI document of the server instead.
    #[arg(long, conflicts_with = "out")]
    openapi: bool,
}

/// Name and schema of every kind of file.
pub fn all() -> Vec<(&'static str, String)> {
    fn list<T: JsonSchema>(key: &str) -> Json {
        let mut g = SchemaGenerator::default();
        let item = g.subschema_for::<T>();
        let defs = g.take_definitions(true);
        schemars::json_schema!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": false,
            "properties": { key: { "type": "array", "items": item } },
            "$defs": defs
        })
    }
    fn table<T: JsonSchema>(key: &str) -> Json {
        let mut g = SchemaGenerator::default();
        let item = g.subschema_for::<T>();
        let defs = g.take_definitions(true);
        schemars::json_schema!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": false,
            "properties": { key: { "type": "object", "additionalProperties": item } },
            "$defs": defs
        })
    }
    [
        ("pack", schemars::schema_for!(source::PackFile)),
        ("emergencies", list::<source::Emergency>("emergency")),
        ("sheets", list::<source::Sheet>("sheet")),
        ("routes", list::<source::Route>("route")),
        ("faq", list::<source::Faq>("faq")),
        ("guards", list::<source::Guard>("guard")),
        ("concepts", list::<source::Concept>("concept")),
        ("context", schemars::schema_for!(source::ContextFile)),
        ("spelling", schemars::schema_for!(source::SpellingFile)),
        ("replies", schemars::schema_for!(source::RepliesFile)),
        ("retention", schemars::schema_for!(source::RetentionFile)),
        ("services", table::<source::Service>("service")),
    ]
    .into_iter()
    // A schema is plain JSON: it always prints.
    .map(|(n, s)| (n, serde_json::to_string_pretty(&s).unwrap_or_default() + "\n"))
    .collect()
}

impl Schema {
    pub(super) fn run(&self) -> End {
        if self.openapi {
            println!("{:#}", crate::http::document());
            return End::Well;
        }
        for (name, text) in all() {
            match &self.out {
                None => print!("{text}"),
                Some(dir) => {
                    let path = dir.join(format!("{name}.schema.json"));
                    if let Err(e) = std::fs::create_dir_all(dir).and_then(|()| std::fs::write(&path, text)) {
                        return End::CouldNot(format!("{}: {e}", path.display()));
                    }
                }
            }
        }
        End::Well
    }
}
