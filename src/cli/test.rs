//! `guichet test`: the examples inside the rules, and the corpus; or, with --ranking, labelled lines of any origin.

use super::{Cli, End, Format};
use crate::corpus::baseline::{self, Baseline};
use crate::corpus::ranking::{self, Asked};
use crate::corpus::{self, examples, robust, score};
use crate::engine::Engine;
use crate::workshop::levels::{self, LEVELS};
use clap::Args;
use std::path::PathBuf;

/// Runs the examples inside the rules and, with --report, the corpus; with --ranking, asks labelled messages instead.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  guichet test\n  guichet test --report --misses missed,weak --only malaise\n  guichet test --report --format json > report.json\n  guichet test --report --accept\n  guichet test --levels --only malaise.\n  guichet test --levels alone,robust --format junit > junit.xml\n  guichet test --rules my-pack --ranking asked.jsonl --validation others.jsonl --misses"
)]
pub struct Test {
    /// Measure on the corpus too.
    #[arg(long)]
    report: bool,
    /// Accept this pack: write what it sees to the corpus' baseline.json (with --report). Emergencies lost since the last one are listed.
    #[arg(long, requires = "report")]
    accept: bool,
    /// Write each emergency of the corpus in twenty other ways (capitals, typos, glued, leet, small talk…) and count those that keep their level;
    /// --misses names the variants to list.
    #[arg(long, conflicts_with = "report")]
    robust: bool,
    /// Try each example inside the rules at four levels: its rule alone, among the others (who took it?), the whole decision with its margin, and, when
    /// named, written in twenty other ways. Levels: alone, among, decision, robust; the first three unless told. `--format junit` or `github` implies it.
    #[arg(long, value_delimiter = ',', num_args = 0..=1, default_missing_value = "alone,among,decision", value_name = "LEVELS",
        value_parser = clap::builder::PossibleValuesParser::new(LEVELS), conflicts_with_all = ["report", "robust", "ranking"])]
    levels: Vec<String>,
    /// Ask these files instead and say how well the answers are ranked. JSONL with `text` and `label`: the id of the right answer, `oos` or null outside.
    #[arg(long, num_args = 1.., value_name = "FILE", conflicts_with_all = ["report", "robust"])]
    ranking: Vec<PathBuf>,
    /// Choose the threshold of a proposal on these files: the one with the most messages right (the right answer proposed, or a message outside refused).
    /// Without them it is the pack's.
    #[arg(long, num_args = 1.., value_name = "FILE", requires = "ranking")]
    validation: Vec<PathBuf>,
    /// Folder of the corpus.
    #[arg(long, default_value = "corpus")]
    corpus: PathBuf,
    /// List the cases with these faults (missed, weak, cried, raised, number, overraised, answer, route; with --ranking: answer, refused, accepted), all
    /// unless told; of the corpus, working part only.
    #[arg(long, value_delimiter = ',', num_args = 0..=1, default_missing_value = "all", value_name = "FAULTS")]
    misses: Vec<String>,
    /// Only the cases whose expectation, result or place holds this.
    #[arg(long, default_value = "")]
    only: String,
    /// List the faults of the measuring third too: do not tune to them.
    #[arg(long)]
    measuring: bool,
}

impl Test {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let engine = match super::engine(cli) {
            Ok(e) => e,
            Err(end) => return end,
        };
        if !self.ranking.is_empty() {
            return self.rank(&engine, cli);
        }
        let bare = cli.format == Format::Json && !self.report && !self.robust;
        if !self.levels.is_empty() || bare || matches!(cli.format, Format::Junit | Format::Github) {
            return self.try_levels(&engine, cli);
        }
        let failed = examples::failures(&engine);
        let mut closed = 0;
        let mut refused = false;
        if cli.format == Format::Text {
            for f in failed.iter().map(ToString::to_string).filter(|f| f.contains(&self.only)) {
                println!("{f}");
            }
            println!("{} examples in the rules, {} fail", engine.pack().examples.len(), failed.len());
        }
        let cases = match (self.report || self.robust).then(|| corpus::load(&self.corpus)).transpose() {
            Ok(cases) => cases.unwrap_or_default(),
            Err(found) => {
                super::show(&found);
                return End::CouldNot(format!("the corpus {} has mistakes", self.corpus.display()));
            }
        };
        if self.report {
            let report = score::run(&engine, &cases);
            closed = report.gaps.hits;
            let lost = match Baseline::load(&self.corpus) {
                Ok(Some(baseline)) => baseline.lost(&engine, &cases),
                Ok(None) => {
                    eprintln!("{} holds no {}: emergencies lost since an accepted pack are not looked for", self.corpus.display(), baseline::FILE);
                    Vec::new()
                }
                Err(e) => return End::CouldNot(e),
            };
            for l in &lost {
                eprintln!("lost {l}");
            }
            if self.accept {
                let path = self.corpus.join(baseline::FILE);
                let json = match serde_json::to_string_pretty(&Baseline::of(&engine, &cases, &report)) {
                    Ok(json) => json,
                    Err(e) => return End::CouldNot(e.to_string()),
                };
                if let Err(e) = std::fs::write(&path, json + "\n") {
                    return End::CouldNot(format!("{}: {e}", path.display()));
                }
            } else {
                refused = !lost.is_empty();
            }
            match cli.format {
                Format::Json => {
                    if let Err(end) = super::print_json(&report) {
                        return end;
                    }
                }
                _ => {
                    for m in report.misses.iter().filter(|m| m.fault == "closed" || (self.measuring || !m.measures) && self.lists(m.fault)) {
                        if m.expected.contains(&self.only) || m.got.contains(&self.only) || m.place.contains(&self.only) {
                            println!("{} {}: expected {}, got {}\n    {}", m.fault, m.place, m.expected, m.got, m.text);
                        }
                    }
                    print!("{}", score::print(&report));
                }
            }
        }
        if self.robust {
            let (shares, fallen) = robust::run(&engine, &cases);
            if cli.format == Format::Json {
                println!("{}", serde_json::json!({"shares": shares, "fallen": fallen}));
            } else {
                for f in fallen.iter().filter(|f| self.lists(f.variant)) {
                    println!("{} {}: {}", f.variant, f.place, f.text);
                }
                for (variant, share) in &shares {
                    println!("  {variant:<26}{share}");
                }
                println!("  {:<26}{}", "all pairs", shares.values().copied().sum::<score::Share>());
            }
        }
        if failed.is_empty() && closed == 0 && !refused { End::Well } else { End::Found }
    }

    fn try_levels(&self, engine: &Engine, cli: &Cli) -> End {
        if self.report || self.robust || !self.ranking.is_empty() {
            return End::CouldNot("junit and github tell the examples inside the rules: leave out --report, --robust and --ranking".to_owned());
        }
        let named: Vec<&str> = if self.levels.is_empty() { LEVELS[..3].to_vec() } else { LEVELS.into_iter().filter(|l| self.levels.iter().any(|x| x == l)).collect() };
        let tried = levels::run(engine, &self.only, named.contains(&"robust"));
        let wrong: Vec<(&levels::Trial, &str, String)> = tried.trials.iter().flat_map(|t| named.iter().filter_map(move |l| Some((t, *l, t.wrong(l)?)))).collect();
        match cli.format {
            Format::Json => {
                if let Err(end) = super::print_json(&tried) {
                    return end;
                }
            }
            Format::Junit => print!("{}", levels::junit(&tried)),
            Format::Github => wrong.iter().for_each(|(t, level, what)| println!("{}", levels::github(&cli.rules.display().to_string(), t, level, what))),
            Format::Text => {
                for (t, level, what) in &wrong {
                    println!("{level} {}:{}: {} {what} (margin {}): {}", t.file, t.line, t.rule, t.margin, t.text);
                }
                for (level, share) in tried.shares.iter().filter(|s| named.contains(s.0)) {
                    println!("  {level:<10}{share}");
                }
            }
        }
        if tried.trials.iter().any(levels::Trial::fails) { End::Found } else { End::Well }
    }

    /// Is this fault to be listed?
    fn lists(&self, fault: &str) -> bool {
        self.misses.iter().any(|m| m == fault || m == "all")
    }

    fn rank(&self, engine: &Engine, cli: &Cli) -> End {
        let mut found = Vec::new();
        let mut read = |files: &[PathBuf]| -> Result<Vec<Asked>, End> {
            let mut all = Vec::new();
            for path in files {
                let file = path.display().to_string();
                let bytes = std::fs::read(path).map_err(|e| End::CouldNot(format!("{file}: {e}")))?;
                all.extend(ranking::asked(engine.pack(), &file, &bytes, &mut found));
            }
            Ok(all)
        };
        let (asked, validation) = match read(&self.ranking).and_then(|a| Ok((a, read(&self.validation)?))) {
            Ok(both) => both,
            Err(end) => return end,
        };
        if !found.is_empty() {
            super::show(&found);
            return End::CouldNot(format!("the labelled messages have {} mistakes", found.len()));
        }
        let report = ranking::run(engine, &asked, &validation);
        match cli.format {
            Format::Json => {
                if let Err(end) = super::print_json(&report) {
                    return end;
                }
            }
            _ => {
                for m in report.misses.iter().filter(|m| self.lists(m.fault)) {
                    if m.expected.contains(&self.only) || m.got.contains(&self.only) || m.place.contains(&self.only) {
                        println!("{} {}: expected {}, got {}\n    {}", m.fault, m.place, m.expected, m.got, m.text);
                    }
                }
                print!("{}", ranking::print(&report));
            }
        }
        End::Well
    }
}
