//! A table of questions: CSV with question, answer and keywords → questions, every malformed row told.
//!
//! The `csv` crate forgives whatever is done with quotes, and may so run two rows into one: they are checked before.

use super::labelled::{told, utf8};
use crate::rules::diagnostics::Diagnostic;

/// A question, its answer and the author's keywords.
#[derive(Clone, Debug)]
pub struct Question {
    /// Line where its row starts.
    pub line: usize,
    /// The row as written.
    pub source: String,
    /// The question.
    pub question: String,
    /// Its answer.
    pub answer: String,
    /// Words that speak for it.
    pub keywords: Vec<String>,
}

/// What a file holds.
#[derive(Default, Debug)]
pub struct Table {
    /// Its questions.
    pub rows: Vec<Question>,
    /// Names of the columns that are not read.
    pub unread: Vec<String>,
}

/// What a column holds, and its names, folded, letters only.
const COLUMNS: [(&str, &[&str]); 3] = [("question", &["question", "questions"]), ("answer", &["answer", "reponse"]), ("keywords", &["keywords", "motscles"])];
const HELP: &str = "the first line names the columns: question, answer (réponse), keywords (mots-clés)";

/// Reads a table; what can be read is read. Cells are parted by the sign that its first line has most of: comma, semicolon or tab.
pub fn parse(file: &str, bytes: &[u8], found: &mut Vec<Diagnostic>) -> Table {
    let mut table = Table::default();
    let text = utf8(file, bytes, found);
    let Some(first) = text.lines().find(|l| !l.trim().is_empty()) else {
        found.push(told("C008", file, 1, "", 0..0, "an empty table").help(HELP));
        return table;
    };
    // The last of equals wins: the comma comes last.
    let delimiter = *b"\t;,".iter().max_by_key(|&&d| first.bytes().filter(|&b| b == d).count()).unwrap_or(&b',');
    let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes()).into_records();
    let mut places: [Option<usize>; 3] = [None; 3];
    let mut width = None;
    let (mut start, mut line) = (0, 1);
    while let Some(row) = rows.next() {
        let end = (rows.reader().position().byte() as usize).min(text.len());
        // Blank lines before a row are passed over with it.
        let passed = text[start..end].len() - text[start..end].trim_start_matches(['\r', '\n']).len();
        line += text[start..start + passed].matches('\n').count();
        let (source, here) = (text[start + passed..end].trim_end_matches(['\r', '\n']), line);
        line += text[start + passed..end].matches('\n').count();
        start = end;
        let row = match row {
            Ok(row) => row,
            // The text is UTF-8 and rows may have any width: nothing else can fail.
            Err(e) => {
                found.push(told("C009", file, here, source, 0..source.len(), format!("not a row: {e}")).help(HELP));
                continue;
            }
        };
        if let Some((at, what)) = misquoted(source, delimiter) {
            found.push(told("C009", file, here, source, at..at + 1, what).help("a cell with quotes is written between quotes, and each quote in it twice"));
            if width.is_none() {
                break;
            }
            continue;
        }
        let Some(width) = width else {
            width = Some(row.len());
            for (n, name) in row.iter().enumerate() {
                let letters: String = crate::text::fold_word(name).chars().filter(|c| c.is_alphanumeric()).collect();
                match COLUMNS.iter().position(|(_, names)| names.contains(&letters.as_str())) {
                    Some(c) if places[c].is_none() => places[c] = Some(n),
                    Some(c) => found.push(told("C008", file, here, source, 0..source.len(), format!("two columns for {}", COLUMNS[c].0)).help(HELP)),
                    None => table.unread.push(name.trim().to_owned()),
                }
            }
            for c in [0, 1].into_iter().filter(|&c| places[c].is_none()) {
                found.push(told("C008", file, here, source, 0..source.len(), format!("no column for the {}", COLUMNS[c].0)).help(HELP));
            }
            if places[0].is_none() || places[1].is_none() {
                break;
            }
            continue;
        };
        if row.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        if row.len() != width {
            let what = format!("{} cells, where the first line has {width}", row.len());
            found.push(told("C009", file, here, source, 0..source.len(), what).help("a cell that holds the separator is written between quotes"));
            continue;
        }
        let cell = |c: usize| places[c].and_then(|n| row.get(n)).unwrap_or("").trim();
        let empty: Vec<&str> = [0, 1].into_iter().filter(|&c| cell(c).is_empty()).map(|c| COLUMNS[c].0).collect();
        if !empty.is_empty() {
            found.push(told("C006", file, here, source, 0..source.len(), format!("no {} on this row", empty.join(" and no "))).help("fill it in, or remove the row"));
            continue;
        }
        table.rows.push(Question {
            line: here,
            source: source.to_owned(),
            question: cell(0).to_owned(),
            answer: cell(1).to_owned(),
            keywords: cell(2).split(';').map(str::trim).filter(|k| !k.is_empty()).map(str::to_owned).collect(),
        });
    }
    table
}

/// Where and how quotes are wrong in a row.
fn misquoted(row: &str, delimiter: u8) -> Option<(usize, &'static str)> {
    #[derive(Clone, Copy)]
    enum In {
        Start,
        Bare,
        Quoted(usize),
        Closed,
    }
    let mut state = In::Start;
    for (i, b) in row.bytes().enumerate() {
        state = match (state, b) {
            (In::Start, b'"') => In::Quoted(i),
            (In::Quoted(_), b'"') => In::Closed,
            (In::Quoted(open), _) => In::Quoted(open),
            // Twice: a quote of the text.
            (In::Closed, b'"') => In::Quoted(i),
            (In::Closed, b) if b != delimiter && b != b'\r' && b != b'\n' => return Some((i, "text after a closing quote")),
            (_, b) if b == delimiter => In::Start,
            (In::Closed, _) => In::Closed,
            (In::Start | In::Bare, _) => In::Bare,
        };
    }
    if let In::Quoted(open) = state { Some((open, "a quote is opened and never closed")) } else { None }
}
