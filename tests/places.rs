//! Places: every name of the table alone and as a word, names that are ordinary words, homonyms, old names, units and distances, and the labelled messages.
#![allow(clippy::unwrap_used)]

use guichet::directory::units::distance_km;
use guichet::directory::{Communes, Directory};
use sha2::{Digest, Sha256};

fn france() -> &'static Communes {
    Communes::france().expect("the embedded tables are sound")
}

fn found(message: &str) -> Vec<String> {
    france().recognise(message).mentions.iter().map(|m| m.commune.insee.to_string()).collect()
}

#[test]
fn every_name_alone_and_as_a_word() {
    assert_eq!(france().all().len(), 34_969);
    let mut reached = 0;
    for c in france().all() {
        for message in
            [c.name.to_string(), format!("le {} est beau", c.name.to_lowercase()), format!("J'habite à {} {}", c.name, c.postal_codes.first().map_or("", |p| p))]
        {
            let read = france().recognise(&message);
            for m in &read.mentions {
                assert!(message.get(m.start..m.end).is_some(), "{message}");
            }
            reached += usize::from(message.starts_with("J'habite") && read.mentions.iter().any(|m| m.commune.insee == c.insee));
        }
    }
    println!("{reached} communes of 34969 are found by name and postcode");
    assert!(reached > 34_000, "{reached}");
}

#[test]
fn an_ordinary_word_is_no_place() {
    for word in ["Y", "Bains", "Vol", "Mort", "Arme", "Paix", "Us", "Sel", "Eu", "Die", "Sens", "Tours", "Orange"] {
        let word = word.to_lowercase();
        for message in [format!("le {word} est beau"), format!("il y a un {word} chez moi"), format!("des {word} et du {word}"), format!("{word} depuis hier, que faire")]
        {
            assert_eq!(found(&message), Vec::<String>::new(), "{message}");
        }
    }
    assert_eq!(found("ma mere est a lopital"), Vec::<String>::new());
    // Not one French word is a place after an article.
    let shadowed: Vec<String> = guichet::text::lexicon::words().into_iter().filter(|w| w.len() > 3 && !found(&format!("le {w} est beau")).is_empty()).collect();
    assert!(shadowed.is_empty(), "{} words: {:?}", shadowed.len(), &shadowed[..shadowed.len().min(20)]);
}

#[test]
fn an_ordinary_word_with_a_cue_is_a_place() {
    for (message, insee) in [
        ("la commune d'Us", "95625"),
        ("J'habite à Sens", "89387"),
        ("jabite a tours", "37261"),
        ("Je suis d'Orange", "84087"),
        ("dans la commune de Y (80190)", "80829"),
    ] {
        assert_eq!(found(message), [insee], "{message}");
    }
}

#[test]
fn one_name_for_several_communes() {
    let ask = |m: &str| france().recognise(m).ask;
    assert_eq!(ask("J'habite à Saint-Denis").as_deref(), Some("Dans quel département se trouve Saint-Denis ?"));
    for (message, insee) in [
        ("jabite st denis 974", "97411"),
        ("J'habite à Saint-Denis (93)", "93066"),
        ("Saint-Denis 93200", "93066"),
        ("à Saint-Denis dans le 974", "97411"),
        ("Je vis à Saint-Denis, à La Réunion", "97411"),
    ] {
        assert_eq!(found(message), [insee], "{message}");
        assert_eq!(ask(message), None, "{message}");
    }
    let place = france().recognise("J'habite à Saint-Denis").place().unwrap();
    assert_eq!(serde_json::to_string(&place).unwrap(), r#"{"ask":"Dans quel département se trouve Saint-Denis ?"}"#);
}

#[test]
fn hostile_messages_crash_nothing() {
    for message in ["", "'", "st. ", "à", "saint saint saint", "35 35 35000 35000", "🔪 à 🔪", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
        let _ = france().recognise(message);
    }
    let long = "à saint remy en bouzemont saint genest et ".repeat(20_000);
    let _ = france().recognise(&long);
}

#[test]
fn the_labelled_messages_kept_aside() {
    let file = include_str!("../corpus/places/hand-k.jsonl");
    let (mut right, mut wrong, mut missed, mut messages) = (0_u32, 0_u32, 0_u32, 0);
    for line in file.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = line["text"].as_str().unwrap();
        if Sha256::digest(text.as_bytes())[0] % 3 != 0 {
            continue;
        }
        messages += 1;
        let wanted: Vec<&str> = line["insee"].as_array().unwrap().iter().map(|i| i.as_str().unwrap()).collect();
        let got = found(text);
        let good = got.iter().filter(|g| wanted.contains(&g.as_str())).count();
        let count = |n: usize| u32::try_from(n).unwrap();
        right += count(good);
        wrong += count(got.len() - good);
        missed += count(wanted.len() - good);
    }
    let f1 = 2.0 * f64::from(right) / f64::from(2 * right + wrong + missed);
    println!("{messages} messages kept aside: {right} right, {wrong} wrong, {missed} missed, F1 {f1:.4}");
    assert!(f1 >= 0.97, "{f1}");
}

#[test]
fn the_nearest_unit_is_near_and_never_called_competent() {
    let list = "kind,name,insee,lat,lon,phone\ngendarmerie,BTA de Bruz,35047,48.0246,-1.7455,02\ngendarmerie,BTA de Betton,35024,,,\ngendarmerie,Échangée,35238,-1.68,48.11,\n,,35238,48,1,\nx,Sans lieu,99999,,,\ncourt\n";
    let mut directory = Directory::default();
    let bad = directory.read_units(france(), list).unwrap();
    let lines: Vec<(usize, bool)> = bad.iter().map(|b| (b.line, b.refused)).collect();
    assert_eq!(lines, [(4, false), (5, true), (6, false), (6, true), (7, true)], "{bad:?}");
    let bruz = france().by_insee("35047").unwrap();
    let (unit, km) = directory.nearest(bruz).unwrap();
    assert_eq!(unit.name, "BTA de Bruz");
    assert!(km.unwrap() < 1.0);
    assert!(directory.competent(bruz).is_none());
    assert!(Directory::default().nearest(bruz).is_none());
    let bad = directory.read_competence(france(), "code_commune,libelle_commune,institution,service\n35047,Bruz,GN,BTA Bruz\n00000,?,GN,x\n35024,Betton,XX,x\n").unwrap();
    assert_eq!(bad.len(), 2);
    assert_eq!(directory.competent(bruz).unwrap().service, "BTA Bruz");
    assert!(Directory::default().read_units(france(), "a;b\n1;2\n").is_err());
    // The official form.
    let mut official = Directory::default();
    let bad = official.read_units(france(), "identifiant_public_unite;service;telephone;code_commune_insee;commune;code_postal;geocodage_x_GPS;geocodage_y_GPS\n0;BTA Bruz;02;35047;Bruz;35170;-1,7455;48,0246\n").unwrap();
    assert!(bad.is_empty(), "{bad:?}");
    assert_eq!(official.units()[0].kind, "gendarmerie");
}

#[test]
fn a_known_distance() {
    // Paris to Marseille, about 661 km.
    let km = distance_km((2.3522, 48.8566), (5.3698, 43.2965));
    assert!((655.0..667.0).contains(&km), "{km}");
}
