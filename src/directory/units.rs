//! The official lists of units and of competence, and the unit nearest to a commune.
//!
//! The nearest unit is not the competent one: only the list of competence says that. Lists come in as text and go out as text; where they are kept is the
//! caller's. Great-circle distance by the haversine formula on a sphere of the Earth's mean radius: a few parts in a thousand.

use super::communes::{Commune, Communes};
use serde::Serialize;
use std::collections::BTreeMap;

/// A unit where one may go.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Unit {
    /// `gendarmerie` or `police`.
    pub kind: String,
    /// As published.
    pub name: String,
    /// Empty when not published, as are the next three.
    pub address: String,
    #[allow(missing_docs)]
    pub phone: String,
    #[allow(missing_docs)]
    pub hours: String,
    /// Code of its commune.
    pub insee: String,
    /// Date of the record, as published.
    pub updated: String,
    /// Longitude and latitude in degrees: its own, or the middle of its commune.
    pub point: Option<(f64, f64)>,
}

/// Who is competent in a commune, from the official list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Competence {
    /// `GN` or `PN`.
    pub institution: String,
    /// Name of the unit.
    pub service: String,
}

/// A line that could not be read as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct BadLine {
    /// From 1, the header included.
    pub line: usize,
    /// In French: operators read it.
    pub why: String,
    /// Was the line left out? Else it was kept without what was wrong.
    pub refused: bool,
}

/// The units, and who is competent where when that is known.
#[derive(Default, Debug)]
pub struct Directory {
    units: Vec<Unit>,
    competence: BTreeMap<String, Competence>,
}

/// Mean radius of the Earth, in kilometres (IUGG).
const EARTH_KM: f64 = 6371.0088;
/// A position farther than this from the middle of its commune is a mistake of the list, in kilometres (the largest commune of Guyane spans some 150).
const ASTRAY_KM: f64 = 150.0;

/// Kilometres between two points (longitude, latitude in degrees) on a great circle.
pub fn distance_km(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (lat_a, lat_b) = (a.1.to_radians(), b.1.to_radians());
    let h = ((lat_b - lat_a) / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * ((b.0 - a.0).to_radians() / 2.0).sin().powi(2);
    2.0 * EARTH_KM * h.sqrt().min(1.0).asin()
}

/// A table with a header, commas or semicolons.
struct Table {
    header: Vec<String>,
    rows: Vec<(usize, Result<csv::StringRecord, String>)>,
}

impl Table {
    fn read(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let head = text.lines().next().unwrap_or("");
        let delimiter = if head.contains(';') { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
        let header = reader.headers().map(|h| h.iter().map(|c| c.trim().to_owned()).collect()).unwrap_or_default();
        let mut rows = Vec::new();
        let mut line = 1;
        for row in reader.records() {
            line = match &row {
                Ok(r) => r.position().map_or(line + 1, |p| usize::try_from(p.line()).unwrap_or(line + 1)),
                Err(e) => e.position().map_or(line + 1, |p| usize::try_from(p.line()).unwrap_or(line + 1)),
            };
            rows.push((
                line,
                row.map_err(|e| match e.kind() {
                    csv::ErrorKind::UnequalLengths { expected_len, len, .. } => format!("{len} colonnes au lieu de {expected_len}"),
                    _ => e.to_string(),
                }),
            ));
        }
        Self { header, rows }
    }

    /// The first of `names` that is a column.
    fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|n| self.header.iter().position(|h| h == n))
    }
}

impl Directory {
    /// Reads a list of units: that of `data/README.md`'s columns or the official ones (`export-gn2.csv`, `export-pn.csv`), told by their columns.
    /// A line without a name, or with neither a position nor a known commune, is refused; every mistake is reported.
    ///
    /// # Errors
    /// In French, when the columns are those of no known list.
    pub fn read_units(&mut self, communes: &Communes, text: &str) -> Result<Vec<BadLine>, String> {
        let table = Table::read(text);
        let need = |names: &[&str]| table.column(names).ok_or_else(|| format!("aucune colonne « {} » : ce n'est pas une liste d'unités connue", names.join(" » ni « ")));
        let name = need(&["name", "service"])?;
        let (lon, lat) = (need(&["lon", "geocodage_x_GPS"])?, need(&["lat", "geocodage_y_GPS"])?);
        let [kind, insee, postcode, locality] =
            [&["kind"][..], &["insee", "code_commune_insee"], &["postal_code", "code_postal"], &["commune", "locality"]].map(|n| table.column(n));
        let [address, phone, hours, updated] =
            [&["address", "adresse_geographique"][..], &["phone", "telephone"], &["opening_hours", "horaires_accueil"], &["updated"]].map(|n| table.column(n));
        // The police list has no identifier of unit.
        let default_kind = if table.column(&["identifiant_public_unite"]).is_some() { "gendarmerie" } else { "police" };
        let mut bad = Vec::new();
        for (line, row) in &table.rows {
            let mut note = |why: String, refused: bool| bad.push(BadLine { line: *line, why, refused });
            let row = match row {
                Ok(r) => r,
                Err(why) => {
                    note(why.clone(), true);
                    continue;
                }
            };
            let field = |c: Option<usize>| c.and_then(|c| row.get(c)).unwrap_or("").trim();
            if field(Some(name)).is_empty() {
                note("pas de nom".to_owned(), true);
                continue;
            }
            let commune = communes.by_insee(field(insee)).or_else(|| communes.at(field(postcode), field(locality)));
            if commune.is_none() {
                note(format!("commune inconnue « {} »", if field(insee).is_empty() { field(locality) } else { field(insee) }), false);
            }
            let own = match (field(Some(lon)), field(Some(lat))) {
                ("", "") => None,
                (x, y) => match (degrees(x, 180.0), degrees(y, 180.0)) {
                    (Some(x), Some(y)) => Some((x, y)),
                    _ => {
                        note(format!("position illisible « {x} {y} »"), false);
                        None
                    }
                },
            };
            let middle = commune.and_then(|c| c.point);
            let astray = |p: (f64, f64)| p.1.abs() > 90.0 || middle.is_some_and(|m| distance_km(p, m) > ASTRAY_KM);
            let own = own.and_then(|p| match (astray(p), astray((p.1, p.0))) {
                (false, _) => Some(p),
                (true, false) => {
                    note("longitude et latitude étaient échangées".to_owned(), false);
                    Some((p.1, p.0))
                }
                (true, true) => {
                    note("position trop loin de la commune".to_owned(), false);
                    None
                }
            });
            if own.is_none() && commune.is_none() {
                note("ni position ni commune".to_owned(), true);
                continue;
            }
            self.units.push(Unit {
                kind: if kind.is_some() { field(kind).to_owned() } else { default_kind.to_owned() },
                name: field(Some(name)).to_owned(),
                address: field(address).replace('$', ", "),
                phone: field(phone).to_owned(),
                hours: field(hours).trim_matches('$').replace('$', " ; "),
                insee: commune.map_or_else(String::new, |c| c.insee.to_string()),
                updated: field(updated).to_owned(),
                point: own.or(middle),
            });
        }
        Ok(bad)
    }

    /// Reads the official list of competence (`code_commune`, `institution`, `service`).
    ///
    /// # Errors
    /// In French, when a column is missing.
    pub fn read_competence(&mut self, communes: &Communes, text: &str) -> Result<Vec<BadLine>, String> {
        let table = Table::read(text);
        let need = |name: &str| table.column(&[name]).ok_or_else(|| format!("aucune colonne « {name} » : ce n'est pas la liste de compétence"));
        let (insee, institution, service) = (need("code_commune")?, need("institution")?, need("service")?);
        let mut bad = Vec::new();
        for (line, row) in &table.rows {
            let mut refuse = |why: String| bad.push(BadLine { line: *line, why, refused: true });
            match row {
                Err(why) => refuse(why.clone()),
                Ok(r) => {
                    let [insee, institution, service] = [insee, institution, service].map(|c| r.get(c).unwrap_or("").trim());
                    if communes.by_insee(insee).is_none() {
                        refuse(format!("commune inconnue « {insee} »"));
                    } else if !matches!(institution, "GN" | "PN") {
                        refuse(format!("institution « {institution} », ni GN ni PN"));
                    } else {
                        self.competence.insert(insee.to_owned(), Competence { institution: institution.to_owned(), service: service.to_owned() });
                    }
                }
            }
        }
        Ok(bad)
    }

    /// The units, in the order of the list.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// How many communes have a competent unit.
    pub fn competences(&self) -> usize {
        self.competence.len()
    }

    /// The unit that is competent in a commune: only the imported list says so.
    pub fn competent(&self, commune: &Commune) -> Option<&Competence> {
        self.competence.get(&*commune.insee)
    }

    /// The nearest unit and its distance in kilometres; the first of the list when two are as near. A commune without a point has only its own units, at an
    /// unknown distance.
    pub fn nearest(&self, commune: &Commune) -> Option<(&Unit, Option<f64>)> {
        let Some(here) = commune.point else {
            return self.units.iter().find(|u| u.insee == *commune.insee).map(|u| (u, None));
        };
        self.units.iter().filter_map(|u| u.point.map(|p| (u, distance_km(here, p)))).min_by(|a, b| a.1.total_cmp(&b.1)).map(|(u, d)| (u, Some(d)))
    }
}

impl Communes {
    /// The commune of this postcode and written name, if one alone fits.
    fn at(&self, postcode: &str, name: &str) -> Option<&Commune> {
        let words = super::communes::words_of(name);
        let mut fit = self.with_postcode(postcode).iter().map(|c| &self.all[*c as usize]).filter(|c| super::communes::words_of(&c.name) == words);
        fit.next().filter(|_| fit.next().is_none())
    }
}

fn degrees(text: &str, most: f64) -> Option<f64> {
    text.replace(',', ".").parse::<f64>().ok().filter(|d| d.abs() <= most)
}
