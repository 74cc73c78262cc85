//! A table of texts ↔ the bytes of a CSV, XLSX, ODS or JSONL file. What the columns mean is [`super::answers`]' business.
//!
//! What is written is read back and compared: a form that would lose a blank or a line end refuses the table instead.

use calamine::{Data, Reader};
use std::collections::BTreeMap;
use std::io::Cursor;

/// Rows under named columns; each row is as wide as the columns. Blank rows stay, so that rows can be told by their number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Names, as in the first row.
    pub columns: Vec<String>,
    /// The other rows.
    pub rows: Vec<Vec<String>>,
}

/// A form of file, by its extension. ODS is only read: no kept crate that writes it was worth its weight, and spreadsheets that write ODS write XLSX too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Form {
    Csv,
    Xlsx,
    Ods,
    Jsonl,
}

impl Form {
    /// From a file's extension, lower case.
    pub fn of(extension: &str) -> Option<Self> {
        match extension {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            "ods" => Some(Self::Ods),
            "jsonl" => Some(Self::Jsonl),
            _ => None,
        }
    }
}

/// Reads a table. In CSV the separator is the one that the first line has most of: comma, semicolon or tab.
///
/// # Errors
/// What is no such file, in one line; in CSV, rows wider or narrower than the columns.
pub fn read(form: Form, bytes: &[u8]) -> Result<Table, String> {
    match form {
        Form::Csv => csv(bytes),
        Form::Jsonl => jsonl(bytes),
        Form::Xlsx => book(calamine::Xlsx::new(Cursor::new(bytes)).map_err(|e| format!("not XLSX: {e}"))?),
        Form::Ods => book(calamine::Ods::new(Cursor::new(bytes)).map_err(|e| format!("not ODS: {e}"))?),
    }
}

fn csv(bytes: &[u8]) -> Result<Table, String> {
    let text = std::str::from_utf8(bytes).map_err(|e| format!("byte {}: no UTF-8; save the file as UTF-8", e.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.lines().next().unwrap_or("");
    // The last of equals wins: the comma comes last.
    let delimiter = *b"\t;,".iter().max_by_key(|&&d| first.bytes().filter(|&b| b == d).count()).unwrap_or(&b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for row in reader.records() {
        rows.push(row.map_err(|e| e.to_string())?.iter().map(str::to_owned).collect());
    }
    Ok(headed(rows))
}

fn jsonl(bytes: &[u8]) -> Result<Table, String> {
    let mut table = Table::default();
    let mut objects = Vec::new();
    for (n, line) in bytes.split(|b| *b == b'\n').enumerate().filter(|(_, l)| !l.trim_ascii().is_empty()) {
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(line).map_err(|e| format!("line {}: not an object: {e}", n + 1))?;
        for key in object.keys().filter(|k| !table.columns.contains(k)).cloned().collect::<Vec<_>>() {
            table.columns.push(key);
        }
        objects.push(object);
    }
    let cell = |v: Option<&serde_json::Value>| match v {
        None | Some(serde_json::Value::Null) => String::new(),
        Some(serde_json::Value::String(s)) => s.clone(),
        Some(other) => other.to_string(),
    };
    table.rows = objects.iter().map(|o| table.columns.iter().map(|c| cell(o.get(c))).collect()).collect();
    Ok(table)
}

/// The first sheet of a workbook.
fn book<'b, R: Reader<Cursor<&'b [u8]>>>(mut book: R) -> Result<Table, String>
where
    R::Error: std::fmt::Display,
{
    let sheet = book.worksheet_range_at(0).ok_or("a workbook without sheet")?.map_err(|e| e.to_string())?;
    Ok(headed(sheet.rows().map(|row| row.iter().map(cell).collect()).collect()))
}

fn cell(data: &Data) -> String {
    match data {
        Data::Empty => String::new(),
        Data::String(s) | Data::DateTimeIso(s) | Data::DurationIso(s) => s.clone(),
        Data::Bool(b) => b.to_string(),
        Data::DateTime(d) => {
            let (year, month, day, ..) = d.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::Int(i) => i.to_string(),
        Data::Float(f) => f.to_string(),
        Data::Error(e) => e.to_string(),
    }
}

/// The first row names the columns; rows with nothing in them are left out.
fn headed(rows: Vec<Vec<String>>) -> Table {
    let mut rows = rows.into_iter();
    let columns: Vec<String> = rows.next().unwrap_or_default().iter().map(|c| c.trim().to_owned()).collect();
    Table { columns, rows: rows.collect() }
}

/// Writes a table.
///
/// # Errors
/// A form that is not written, a cell that it cannot hold.
pub fn write(form: Form, table: &Table) -> Result<Vec<u8>, String> {
    let bytes = match form {
        Form::Csv => {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in std::iter::once(&table.columns).chain(&table.rows) {
                writer.write_record(row).map_err(|e| e.to_string())?;
            }
            writer.into_inner().map_err(|e| e.to_string())?
        }
        Form::Jsonl => {
            let mut out = String::new();
            for row in &table.rows {
                let object: BTreeMap<&str, &str> = table.columns.iter().map(String::as_str).zip(row.iter().map(String::as_str)).collect();
                out += &serde_json::to_string(&object).map_err(|e| e.to_string())?;
                out.push('\n');
            }
            out.into_bytes()
        }
        Form::Xlsx => {
            let mut book = rust_xlsxwriter::Workbook::new();
            let sheet = book.add_worksheet();
            for (r, row) in (0_u32..).zip(std::iter::once(&table.columns).chain(&table.rows)) {
                for (c, cell) in (0_u16..).zip(row).filter(|(_, cell)| !cell.is_empty()) {
                    sheet.write_string(r, c, cell).map_err(|e| format!("row {}, column {}: {e}", r + 1, c + 1))?;
                }
            }
            book.save_to_buffer().map_err(|e| e.to_string())?
        }
        Form::Ods => return Err("ODS is read, not written: export to .xlsx and save it as .ods".to_owned()),
    };
    let back = read(form, &bytes)?;
    for (n, row) in table.rows.iter().enumerate() {
        let narrow = |name: &String| back.columns.iter().position(|c| c == name).and_then(|c| back.rows.get(n)?.get(c)).map_or("", String::as_str);
        if let Some((name, _)) = table.columns.iter().zip(row).find(|(name, cell)| narrow(name) != cell.as_str()) {
            return Err(format!("row {}, column {name}: this form cannot hold the text as it is; export to .jsonl", n + 2));
        }
    }
    Ok(bytes)
}
