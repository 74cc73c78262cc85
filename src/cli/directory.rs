//! `guichet directory`: where a message speaks of, and the unit to name. Reads and writes the lists of the data folder.

use super::{Cli, End, Format};
use crate::directory::units::BadLine;
use crate::directory::{Communes, Directory};
use clap::{Args, Subcommand};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Communes named in messages, and the units near them.
#[derive(Args)]
pub struct Places {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Takes the official lists into the data folder, and reports every bad line.
    #[command(
        after_help = "Examples:\n  guichet directory import --units export-gn2.csv --units export-pn.csv --data data-folder\n  guichet directory import --units export-gn2.csv --competence competence.csv --data data-folder"
    )]
    Import {
        /// A list of units (may be given twice: gendarmerie and police).
        #[arg(long, required = true, value_name = "FILE")]
        units: Vec<PathBuf>,
        /// The list of competence.
        #[arg(long, value_name = "FILE")]
        competence: Option<PathBuf>,
        /// The data folder.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// What a message says of places, the question to ask, the unit.
    #[command(after_help = "Example:\n  guichet directory where \"jabite a st malo\" --data data-folder")]
    Where {
        /// The message.
        message: String,
        /// The data folder, when lists were imported.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
    /// Precision and recall on labelled messages (JSONL: `text`, `insee`, optional `ask`); the third kept aside is only counted.
    #[command(after_help = "Example:\n  guichet directory test corpus/places/hand-k.jsonl --misses")]
    Test {
        /// The file.
        file: PathBuf,
        /// Lists the mistakes of the working part.
        #[arg(long)]
        misses: bool,
    },
}

#[derive(serde::Deserialize)]
struct Line {
    text: String,
    insee: Vec<String>,
    #[serde(default)]
    ask: bool,
}

#[derive(Default, serde::Serialize)]
struct Figures {
    messages: usize,
    right: usize,
    wrong: usize,
    missed: usize,
    asked_rightly: usize,
    asked_wrongly: usize,
    not_asked: usize,
}

impl Figures {
    fn told(&self) -> String {
        let share = |a: usize, b: usize| if b == 0 { 1.0 } else { a as f64 / b as f64 };
        let (p, r) = (share(self.right, self.right + self.wrong), share(self.right, self.right + self.missed));
        format!(
            "{} messages, precision {p:.4}, recall {r:.4}, F1 {:.4} ({} right, {} wrong, {} missed); questions: {} right, {} needless, {} not asked",
            self.messages,
            if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) },
            self.right,
            self.wrong,
            self.missed,
            self.asked_rightly,
            self.asked_wrongly,
            self.not_asked
        )
    }
}

/// Names of the lists in the data folder: the units as a folder of lists, since there are two official ones.
const UNITS: [&str; 2] = ["directory-units-1.csv", "directory-units-2.csv"];
const COMPETENCE: &str = "directory-competence.csv";
/// Where the official finder is told: the local unit of the pack.
const SERVICE: [&str; 2] = ["service", "brigade-locale"];

impl Places {
    pub(super) fn run(&self, cli: &Cli) -> End {
        let Some(france) = Communes::france() else {
            return End::CouldNot("the embedded tables of communes are broken".to_owned());
        };
        let done = match &self.act {
            Act::Import { units, competence, data } => import(france, cli, units, competence.as_deref(), data),
            Act::Where { message, data } => place(france, cli, message, data.as_deref()),
            Act::Test { file, misses } => test(france, cli, file, *misses),
        };
        done.unwrap_or_else(End::CouldNot)
    }
}

fn read(path: &Path) -> Result<String, String> {
    // The official files have been published in more than one encoding: a byte that is no UTF-8 must not lose the list.
    std::fs::read(path).map(|b| String::from_utf8_lossy(&b).into_owned()).map_err(|e| format!("{}: {e}", path.display()))
}

fn import(france: &Communes, cli: &Cli, units: &[PathBuf], competence: Option<&Path>, data: &Path) -> Result<End, String> {
    if units.len() > UNITS.len() {
        return Err(format!("{} lists of units: there are two official ones", units.len()));
    }
    let mut directory = Directory::default();
    let mut bad: Vec<(String, BadLine)> = Vec::new();
    let mut keep = Vec::new();
    for (path, kept) in units.iter().zip(UNITS) {
        let text = read(path)?;
        let found = directory.read_units(france, &text).map_err(|e| format!("{}: {e}", path.display()))?;
        bad.extend(found.into_iter().map(|b| (path.display().to_string(), b)));
        keep.push((kept, text));
    }
    if let Some(path) = competence {
        let text = read(path)?;
        let found = directory.read_competence(france, &text).map_err(|e| format!("{}: {e}", path.display()))?;
        bad.extend(found.into_iter().map(|b| (path.display().to_string(), b)));
        keep.push((COMPETENCE, text));
    }
    if directory.units().is_empty() {
        return Err("no unit was read: nothing was written".to_owned());
    }
    std::fs::create_dir_all(data).map_err(|e| format!("{}: {e}", data.display()))?;
    for name in UNITS.iter().chain([&COMPETENCE]) {
        let path = data.join(name);
        let written = match keep.iter().find(|k| k.0 == *name) {
            // Whole or not at all: a reader never meets half a list.
            Some((_, text)) => {
                let part = path.with_extension("part");
                std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, &path))
            }
            None => match std::fs::remove_file(&path) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e),
                _ => Ok(()),
            },
        };
        written.map_err(|e| format!("{}: {e}", path.display()))?;
    }
    let refused = bad.iter().filter(|b| b.1.refused).count();
    if matches!(cli.format, Format::Json) {
        let lines: Vec<_> = bad.iter().map(|(f, b)| serde_json::json!({"file": f, "line": b.line, "why": b.why, "refused": b.refused})).collect();
        println!("{}", serde_json::json!({"units": directory.units().len(), "competences": directory.competences(), "bad": lines}));
    } else {
        for (file, b) in &bad {
            println!("{file}, ligne {} : {}{}", b.line, b.why, if b.refused { " (ligne refusée)" } else { "" });
        }
        println!(
            "{} unités et {} compétences enregistrées dans {} ; {} lignes signalées, dont {refused} refusées",
            directory.units().len(),
            directory.competences(),
            data.display(),
            bad.len()
        );
    }
    Ok(if bad.is_empty() { End::Well } else { End::Found })
}

/// The lists of the data folder, if any were imported.
fn load(france: &Communes, data: &Path) -> Result<Directory, String> {
    let mut directory = Directory::default();
    for name in UNITS {
        let path = data.join(name);
        if path.exists() {
            directory.read_units(france, &read(&path)?)?;
        }
    }
    let path = data.join(COMPETENCE);
    if path.exists() {
        directory.read_competence(france, &read(&path)?)?;
    }
    Ok(directory)
}

/// The link of the official finder, from the pack's services.
fn finder(rules: &Path) -> Option<String> {
    let text = std::fs::read_to_string(rules.join("services.toml")).ok()?;
    let table: toml::Table = text.parse().ok()?;
    Some(table.get(SERVICE[0])?.get(SERVICE[1])?.get("url")?.as_str()?.to_owned())
}

fn place(france: &Communes, cli: &Cli, message: &str, data: Option<&Path>) -> Result<End, String> {
    let directory = data.map_or_else(|| Ok(Directory::default()), |d| load(france, d))?;
    let read = france.recognise(message);
    let finder = finder(&cli.rules);
    if matches!(cli.format, Format::Json) {
        let mentions: Vec<_> = read
            .mentions
            .iter()
            .map(|m| {
                let nearest = directory.nearest(m.commune).map(|(u, km)| serde_json::json!({"unit": u, "km": km.map(|k| (k * 10.0).round() / 10.0)}));
                serde_json::json!({"start": m.start, "end": m.end, "insee": m.commune.insee, "name": m.commune.name, "department": m.commune.department,
                    "competent": directory.competent(m.commune), "nearest": nearest})
            })
            .collect();
        println!("{}", serde_json::json!({"place": read.place(), "mentions": mentions, "ask": read.ask, "finder": finder}));
        return Ok(End::Well);
    }
    for m in &read.mentions {
        let c = m.commune;
        println!("{} ({}, {}) : « {} »", c.name, c.insee, france.department(&c.department).unwrap_or(&c.department), &message[m.start..m.end]);
        if let Some(who) = directory.competent(c) {
            println!("  unité compétente : {} ({})", who.service, if who.institution == "GN" { "gendarmerie" } else { "police" });
        }
        match directory.nearest(c) {
            Some((u, km)) => {
                let km = km.map_or_else(String::new, |k| format!(", à {} km", format!("{k:.1}").replace('.', ",")));
                let phone = if u.phone.is_empty() { String::new() } else { format!(", {}", u.phone) };
                let dated = if u.updated.is_empty() { String::new() } else { format!(" (fiche du {})", u.updated) };
                println!("  unité la plus proche : {}{km}{phone}{dated}", u.name);
            }
            None => println!("  votre unité locale{}", finder.as_ref().map_or_else(String::new, |f| format!(" : {f}"))),
        }
    }
    if let Some(ask) = &read.ask {
        println!("{ask}");
    }
    if read.mentions.is_empty() && read.ask.is_none() {
        println!("aucun lieu reconnu ; votre unité locale{}", finder.map_or_else(String::new, |f| format!(" : {f}")));
    }
    Ok(End::Well)
}

fn test(france: &Communes, cli: &Cli, file: &Path, misses: bool) -> Result<End, String> {
    let mut parts = [Figures::default(), Figures::default()];
    for (n, line) in read(file)?.lines().enumerate().filter(|l| !l.1.trim().is_empty()) {
        let line: Line = serde_json::from_str(line).map_err(|e| format!("{}, line {}: {e}", file.display(), n + 1))?;
        // The same cut as for the other labelled messages: see `corpus`.
        let measures = Sha256::digest(line.text.as_bytes())[0] % 3 == 0;
        let got = france.recognise(&line.text);
        let found: Vec<&str> = got.mentions.iter().map(|m| &*m.commune.insee).collect();
        let figures = &mut parts[usize::from(measures)];
        let right = found.iter().filter(|f| line.insee.iter().any(|i| i == **f)).count();
        figures.messages += 1;
        figures.right += right;
        figures.wrong += found.len() - right;
        figures.missed += line.insee.len() - right;
        match (line.ask, got.ask.is_some()) {
            (true, true) => figures.asked_rightly += 1,
            (false, true) => figures.asked_wrongly += 1,
            (true, false) => figures.not_asked += 1,
            (false, false) => {}
        }
        if misses && !measures && (right != found.len() || right != line.insee.len() || line.ask != got.ask.is_some()) {
            println!("{:?} wanted {:?}{}, found {:?} {}", line.text, line.insee, if line.ask { " and a question" } else { "" }, found, got.ask.unwrap_or_default());
        }
    }
    if matches!(cli.format, Format::Json) {
        println!("{}", serde_json::json!({"work": parts[0], "measure": parts[1]}));
    } else {
        println!("working:   {}\nmeasuring: {}", parts[0].told(), parts[1].told());
    }
    Ok(End::Well)
}
