//! What a pack does on its examples and on the corpus, and what an edit breaks or mends. Always from a full run: nothing is carried over.

use crate::corpus::{Case, examples, score};
use crate::engine::Engine;
use crate::rules::diagnostics::Diagnostic;
use crate::rules::{Pack, SourceFile};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Faults told one by one; the others are only counted.
const TOLD: usize = 12;

/// The state of a pack.
#[derive(Default, Debug, Clone, PartialEq, Eq)]
pub struct Faults {
    /// Examples inside the rules that fail, and messages of the corpus that come out wrong, a line each.
    pub told: BTreeSet<String>,
    /// How many examples and messages were tried.
    pub tried: usize,
}

/// Compiles the files and runs everything.
///
/// # Errors
/// The mistakes of a pack that does not compile.
pub fn of(files: Vec<SourceFile>, cases: &[Case]) -> Result<Faults, Vec<Diagnostic>> {
    let (pack, _) = Pack::compile(files)?;
    let engine = Engine::new(pack);
    let report = score::run(&engine, cases);
    // The measuring third is only counted: no author is led to it.
    let misses = report.misses.iter().filter(|m| !m.measures).map(|m| format!("{} {}: expected {}, got {}: {}", m.fault, m.place, m.expected, m.got, m.text));
    let told = examples::failures(&engine).iter().map(ToString::to_string).chain(misses).collect();
    Ok(Faults { told, tried: engine.pack().examples.len() + cases.len() })
}

impl Faults {
    /// What broke and what was mended since an earlier one, in lines for a terminal.
    pub fn since(&self, before: &Self) -> String {
        let mut out = String::new();
        for (head, faults) in [("broken", self.told.difference(&before.told)), ("mended", before.told.difference(&self.told))] {
            let all: Vec<&String> = faults.collect();
            if all.is_empty() {
                continue;
            }
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{head}: {}", all.len());
            all.iter().take(TOLD).for_each(|f| {
                let _ = writeln!(out, "  {f}");
            });
            if all.len() > TOLD {
                let _ = writeln!(out, "  … and {} others", all.len() - TOLD);
            }
        }
        if out.is_empty() {
            out.push_str("nothing changed\n");
        }
        let _ = writeln!(out, "{}", self.total());
        out
    }

    /// How many there are.
    pub fn total(&self) -> String {
        format!("{} faults among {} examples and messages", self.told.len(), self.tried)
    }
}
