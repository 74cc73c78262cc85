//! A French word as an author writes it → its inflected forms, folded.
//!
//! This module owns the conjugations ([`verb`]; what no rule makes is in `irregular_verbs.txt`) and the light
//! plural and feminine of nouns and adjectives ([`plain`]). Forms are made, never looked up; the guard lexicon
//! only says which of them are unlikely. Most accent changes (`je cède`, `il achète`, `nous plaçons`) vanish in the folding.
//!
//! Pure, total: any string gives an answer.

use crate::text::{fold_word, lexicon};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// The paradigms; its head says how it is written.
static PARADIGMS: &str = include_str!("irregular_verbs.txt");

/// Regular verbs that fold to another word: `répartir` is not `repartir`.
const REGULAR: &[&str] = &["répartir"];

/// Words in `-er` that are no verbs, however the lexicon reads them.
const NO_VERBS: &[&str] = &[
    "amer",
    "atelier",
    "banquier",
    "berger",
    "cahier",
    "cancer",
    "casier",
    "cher",
    "clavier",
    "courrier",
    "danger",
    "dernier",
    "dossier",
    "enfer",
    "entier",
    "escalier",
    "etranger",
    "fer",
    "fevrier",
    "fier",
    "fichier",
    "foyer",
    "gosier",
    "hier",
    "hiver",
    "huissier",
    "infirmier",
    "janvier",
    "leger",
    "loyer",
    "mer",
    "metier",
    "palier",
    "panier",
    "papier",
    "passager",
    "policier",
    "pompier",
    "premier",
    "prisonnier",
    "quartier",
    "sanglier",
    "super",
    "ver",
];

const IMPARFAIT: &[&str] = &["ais", "ait", "ions", "iez", "aient"];
const FUTUR: &[&str] = &["ai", "as", "a", "ons", "ez", "ont", "ais", "ait", "ions", "iez", "aient"];
const MUTE: &[&str] = &["e", "es", "ent"];

/// Function words, and months, whose "plural" is another word: `moi`, `mois`.
const LONE: &[&str] = &[
    "a", "à", "au", "avant", "car", "ce", "chez", "cinq", "contre", "dans", "de", "devant", "du", "durant", "en", "entre", "et", "eu", "il", "je", "la", "là", "le",
    "lui", "ma", "mai", "malgré", "me", "moi", "mon", "ne", "non", "on", "ou", "où", "par", "pendant", "pour", "que", "qui", "sa", "se", "si", "soi", "son", "sur", "ta",
    "te", "toi", "ton", "tu", "un", "y",
];

/// Every inflected form of a verb, folded, sorted, each once; `None` for what is no infinitive.
///
/// Of the passé simple, only the third persons. Accents of the infinitive may be missing. An unknown word in `-er`
/// is a verb (`ghoster`); a known one without an imparfait is not (`hiver`).
///
/// ```
/// use guichet::rules::inflection::verb;
/// let forms = verb("étrangler").unwrap();
/// assert!(["etrangler", "etrangle", "etranglaient", "etranglees"].iter().all(|f| forms.contains(&f.to_string())));
/// assert!(verb("gendarme").is_none());
/// ```
pub fn verb(infinitive: &str) -> Option<Vec<String>> {
    let word = fold_word(infinitive);
    if !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let written = written(infinitive);
    let mut forms = BTreeSet::new();
    if !REGULAR.contains(&written.as_str()) {
        for (paradigm, before) in paradigms(&word, |p, before| p.takes(before)) {
            paradigm.conjugate(before, &mut forms);
        }
    }
    if forms.is_empty() {
        match word.strip_suffix("er") {
            Some(stem) => first_group(stem, &written, &mut forms),
            None => {
                for (paradigm, before) in paradigms(&word, |p, before| p.takes_any(before)) {
                    paradigm.conjugate(before, &mut forms);
                }
            }
        }
    }
    (!forms.is_empty()).then(|| {
        forms.insert(word);
        forms.into_iter().collect()
    })
}

/// The forms of a noun or adjective, folded, sorted, each once: the word, its plural and, where the ending is safe, its feminine.
///
/// Light: of a word that the guard lexicon knows, only forms that it knows too. No `-e` after a consonant that is part of
/// the stem: `port` is not `porte`.
///
/// ```
/// use guichet::rules::inflection::plain;
/// assert_eq!(plain("blessé"), ["blesse", "blessee", "blessees", "blesses"]);
/// assert_eq!(plain("port"), ["port", "ports"]);
/// ```
pub fn plain(word: &str) -> Vec<String> {
    let (folded, written) = (fold_word(word), written(word));
    let mut forms = BTreeSet::new();
    if !folded.is_empty() && folded.bytes().all(|b| b.is_ascii_lowercase()) && !LONE.contains(&written.as_str()) {
        plurals(&written, &folded, &mut forms);
        for feminine in feminines(&written, &folded) {
            forms.insert(format!("{feminine}s"));
            forms.insert(feminine);
        }
        if lexicon::contains(&folded) {
            forms.retain(|form| lexicon::contains(form));
        }
    }
    forms.insert(folded);
    forms.into_iter().collect()
}

/// Lower case, accents composed: what `é` is told from `e` by.
fn written(word: &str) -> String {
    word.nfc().flat_map(char::to_lowercase).collect()
}

fn add(forms: &mut BTreeSet<String>, stem: &str, endings: &[&str]) {
    forms.extend(endings.iter().map(|ending| format!("{stem}{ending}")));
}

/// The verbs in `-er`, `aller` and `envoyer` apart.
fn first_group(stem: &str, written: &str, forms: &mut BTreeSet<String>) {
    // `nous mangeons`; the cedilla of `nous plaçons` is folded away.
    let soft = if stem.ends_with('g') { format!("{stem}e") } else { stem.to_owned() };
    let vowel = |c: char| "aeiouy".contains(c);
    let infinitive = format!("{stem}er");
    let noun = lexicon::contains(&infinitive) && !lexicon::contains(&format!("{soft}ait"));
    if noun || stem.len() < 2 || !stem.contains(vowel) || NO_VERBS.contains(&infinitive.as_str()) {
        return;
    }
    add(forms, stem, &["e", "ee", "es", "ees", "ez", "ions", "iez", "erent"]);
    add(forms, &soft, &["a", "ons", "ais", "ait", "aient", "ant"]);
    for mute in mute_stems(stem, written) {
        add(forms, &mute, MUTE);
        add(forms, &format!("{mute}er"), FUTUR);
    }
}

/// What a stem in `-er` becomes before a mute `e`: `j'essuie`, `je paie` or `je paye`, `je jette`, `je harcèle` or (often) `je harcelle`.
fn mute_stems(stem: &str, written: &str) -> Vec<String> {
    if let Some(short) = stem.strip_suffix('y').filter(|short| short.ends_with(['a', 'o', 'u'])) {
        let mut stems = vec![format!("{short}i")];
        stems.extend(short.ends_with('a').then(|| stem.to_owned()));
        return stems;
    }
    let mut stems = vec![stem.to_owned()];
    if let Some(last @ ("l" | "t")) = stem.get(stem.len().saturating_sub(1)..)
        && (written.ends_with("eler") || written.ends_with("eter"))
        // `pelle` and `celle` are words, but none of theirs.
        && !matches!(stem, "pel" | "cel")
    {
        stems.push(format!("{stem}{last}"));
    }
    stems
}

/// A line of `irregular_verbs.txt`.
struct Paradigm<'t> {
    before: &'t str,
    present: &'t str,
    nous: &'t str,
    mute: &'t str,
    futur: &'t str,
    participle: &'t str,
    past: &'t str,
    others: &'t str,
}

impl<'t> Paradigm<'t> {
    /// The endings and the paradigm of a line; `None` for a comment or a blank.
    fn read(line: &'t str) -> Option<(&'t str, Self)> {
        let mut fields = line.split_whitespace();
        let endings = fields.next().filter(|first| !first.starts_with('#'))?;
        let mut field = || fields.next();
        let (before, present, nous, mute) = (field()?, field()?, field()?, field()?);
        let (futur, participle, past) = (field()?, field()?, field()?);
        let others = field().unwrap_or("-");
        Some((endings, Self { before, present, nous, mute, futur, participle, past, others }))
    }

    /// Is the verb with this before its ending one of those listed?
    fn takes(&self, before: &str) -> bool {
        self.before.split(',').any(|listed| listed == if before.is_empty() { "=" } else { before })
    }

    /// Is the class open, and has the word an imparfait? `finir`, not `plaisir`.
    fn takes_any(&self, before: &str) -> bool {
        self.before == "*" && lexicon::contains(&format!("{before}{}ait", self.nous))
    }

    fn conjugate(&self, before: &str, forms: &mut BTreeSet<String>) {
        let mut stem = |stem: &str, endings: &[&str]| {
            if stem != "-" {
                add(forms, &format!("{before}{stem}"), endings);
            }
        };
        self.present.split(',').for_each(|form| stem(form, &[""]));
        stem(self.nous, IMPARFAIT);
        stem(self.nous, &["ons", "ez", "ant"]);
        stem(self.mute, MUTE);
        stem(self.futur, FUTUR);
        let plurals: &[&str] = if self.participle.ends_with('s') { &["", "e", "es"] } else { &["", "e", "s", "es"] };
        stem(self.participle, plurals);
        stem(self.past, &["t", "rent"]);
        self.others.split(',').filter(|form| !form.starts_with('!')).for_each(|form| stem(form, &[""]));
        for taken in self.others.split(',').filter_map(|form| form.strip_prefix('!')) {
            forms.remove(&format!("{before}{taken}"));
        }
    }
}

/// The paradigms of a folded infinitive that `take` what it has before their ending, with it.
fn paradigms(word: &str, take: impl Fn(&Paradigm, &str) -> bool) -> Vec<(Paradigm<'static>, &str)> {
    PARADIGMS
        .lines()
        .filter_map(Paradigm::read)
        .filter_map(|(endings, paradigm)| {
            let before = endings.split(',').filter_map(|e| word.strip_suffix(e)).find(|before| take(&paradigm, before))?;
            Some((paradigm, before))
        })
        .collect()
}

/// The plural of a word, or the singular of what looks like a plural.
fn plurals(written: &str, folded: &str, forms: &mut BTreeSet<String>) {
    if folded.ends_with(['s', 'x', 'z']) {
        let invariable = ["ss", "us", "as", "is", "os", "ès"].iter().any(|end| written.ends_with(end));
        if let Some(singular) = folded.strip_suffix('s').filter(|s| s.len() >= 4 && !invariable) {
            forms.insert(singular.to_owned());
        }
        return;
    }
    forms.insert(match folded {
        "bijou" | "caillou" | "chou" | "genou" | "hibou" | "joujou" | "pou" => format!("{folded}x"),
        "bleu" | "pneu" | "landau" | "bal" | "carnaval" | "festival" | "recital" | "regal" => format!("{folded}s"),
        "travail" | "bail" | "vitrail" => format!("{}ux", &folded[..folded.len() - 2]),
        _ => match folded.strip_suffix("al") {
            Some(stem) => format!("{stem}aux"),
            None if folded.ends_with("au") || folded.ends_with("eu") => format!("{folded}x"),
            None => format!("{folded}s"),
        },
    });
}

/// The feminine singulars of a masculine, where its ending tells.
fn feminines(written: &str, folded: &str) -> Vec<String> {
    if written.ends_with('é') {
        return vec![format!("{folded}e")];
    }
    // `appel`, `souci`, `ennui`: a noun made of a verb has none, and what looks like one is a form of the verb.
    let verb = format!("{folded}er");
    let verb_in_y = folded.strip_suffix('i').map(|stem| format!("{stem}yer"));
    if folded.len() <= 3 || lexicon::contains(&verb) || verb_in_y.is_some_and(|v| lexicon::contains(&v)) {
        return Vec::new();
    }
    // Of the endings that take one, the new ending. `majeure` only where it is known.
    const SWAPS: &[(&str, &[&str])] = &[
        ("eux", &["euse"]),
        ("teur", &["teuse", "trice"]),
        ("eur", &["euse"]),
        ("if", &["ive"]),
        ("ien", &["ienne"]),
        ("el", &["elle"]),
        ("al", &["ale"]),
        ("er", &["ere"]),
        ("ant", &["ante"]),
    ];
    if let Some((stem, ends)) = SWAPS.iter().find_map(|(end, ends)| Some((folded.strip_suffix(end)?, ends))) {
        let known = Some(format!("{folded}e")).filter(|f| folded.ends_with("eur") && lexicon::contains(f));
        return ends.iter().map(|end| format!("{stem}{end}")).chain(known).collect();
    }
    let mut back = folded.chars().rev();
    match (back.next(), back.next()) {
        (Some('i'), Some(c)) if !"aeo".contains(c) => vec![format!("{folded}e")],
        (Some('u'), Some(c)) if !"aeoqg".contains(c) => vec![format!("{folded}e")],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGULARS: &str = "étrangler frapper tuer voler manger menacer jeter appeler acheter lever céder payer nettoyer essuyer harceler peler \
        répéter révéler créer haïr finir vendre perdre mordre défendre répandre répondre tordre agresser cambrioler violer blesser saigner tomber \
        brûler crier pleurer aider appuyer arracher arrêter attaquer attendre avaler avertir bousculer cacher casser chercher choisir cogner confier \
        contacter couper déclarer déménager demander dénoncer déposer descendre dépenser égarer enlever entendre entrer escroquer espérer essayer étouffer \
        évanouir éviter fermer filmer forcer fouiller fracturer gifler guérir héberger humilier hurler inquiéter insulter jouer laisser louer marier \
        mépriser monter montrer noyer obliger oublier partager passer pendre percuter pirater placer porter pousser prêter protéger punir \
        racketter rencontrer rendre renverser réparer réussir rouler sauter séquestrer signaler signer subir suicider surveiller toucher \
        trouver unir utiliser vérifier violenter vomir répartir";

    /// Verbs with forms that the lexicon lacks, though right or often written so: `il harcelle`.
    const EXCEPTIONS: &[&str] = &["acheter", "appeler", "assoir", "harceler", "jeter", "rassoir", "revaloir"];

    /// Verbs whose participle never agrees, and one that has third persons only: the table lets them bend like their sisters (`survécue`, `dormie`),
    /// which is not French. No French word is lost by it; the day that matters, give them lines of their own.
    const BENT_TOO_FAR: &[&str] =
        &["appartenir", "comparaitre", "defaillir", "dormir", "ensuivre", "equivaloir", "medire", "mentir", "survivre", "transparaitre", "tressaillir"];

    fn listed() -> Vec<String> {
        let rows = PARADIGMS.lines().filter_map(Paradigm::read).filter(|(_, p)| p.before != "*");
        let verbs = rows.flat_map(|(endings, p)| {
            let befores = p.before.split(',').map(|b| b.trim_matches('='));
            befores.flat_map(move |b| endings.split(',').map(move |e| format!("{b}{e}"))).collect::<Vec<_>>()
        });
        verbs.chain(REGULARS.split_whitespace().map(str::to_owned)).collect()
    }

    #[track_caller]
    fn has(infinitive: &str, yes: &str, no: &str) {
        let forms = verb(infinitive).unwrap_or_default();
        yes.split(' ').for_each(|f| assert!(forms.iter().any(|g| g == f), "{infinitive} lacks {f}"));
        no.split(' ').for_each(|f| assert!(forms.iter().all(|g| g != f), "{infinitive} has {f}"));
    }

    #[test]
    fn what_is_made_is_french() {
        let (mut all, mut unknown, mut wrong, verbs) = (0, 0, Vec::new(), listed());
        assert!(verbs.len() >= 300, "{}", verbs.len());
        for infinitive in verbs {
            let forms = verb(&infinitive).unwrap_or_else(|| panic!("{infinitive} is a verb"));
            assert!(forms.is_sorted_by(|a, b| a < b), "{infinitive}");
            let strange: Vec<_> = forms.iter().filter(|f| !lexicon::contains(f)).collect();
            if !strange.is_empty() && !EXCEPTIONS.contains(&infinitive.as_str()) && !BENT_TOO_FAR.contains(&infinitive.as_str()) {
                wrong.push(format!("{infinitive}: {strange:?}"));
            }
            (all, unknown) = (all + forms.len(), unknown + strange.len());
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(unknown * 50 <= all, "{unknown} of {all}");
        let idle: Vec<_> = EXCEPTIONS.iter().chain(BENT_TOO_FAR).filter(|e| verb(e).is_none_or(|forms| forms.iter().all(|f| lexicon::contains(f)))).collect();
        assert!(idle.is_empty(), "no exception any more: {idle:?}");
    }

    #[test]
    fn every_line_of_the_table_is_whole() {
        for line in PARADIGMS.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
            assert!((7..=9).contains(&line.split_whitespace().count()) && Paradigm::read(line).is_some(), "{line}");
        }
    }

    #[test]
    fn someone_tells_what_was_done_to_them() {
        has("manger", "mangeons mangeait mangions mangea mangerent", "mangons mangait");
        has("menacer", "menacait menaces menacees", "menaceait");
        has("jeter", "jette jetons jetterait jete", "jettons");
        has("répéter", "repete repetait", "repette");
        has("payer", "paie paye paiera payerait", "paions");
        has("nettoyer", "nettoie nettoyait", "nettoyera");
        has("peler", "pele", "pelle");
        has("finir", "finis finissait finissent finies finit finirent", "finent");
        has("perdre", "perd perdu perdues perdait perdit", "perdissait");
        has("battre", "bat battu battirent battrait", "battut");
        has("être", "suis es est etes ete sera fut soyez", "etee etons");
        has("faire", "fait faites font fera fassiez", "faisez");
        has("prendre", "prends pris prise prennent prit", "prendent priss");
        has("envoyer", "enverra envoie envoya envoyees", "envoyera");
        has("gésir", "gis git gisent gisait gisant", "gisit");
        has("éteindre", "eteint eteignait eteindrait", "eteindait");
        has("asseoir", "assieds assois assise asseyait", "asseoit");
    }

    #[test]
    fn two_verbs_that_fold_alike_are_kept_apart() {
        has("répartir", "repartissait repartis", "repartait");
        has("repartir", "repartait repartent", "repartissait");
    }

    #[test]
    fn accents_may_be_missing_and_slang_is_welcome() {
        assert_eq!(verb("etrangler"), verb("ÉTRANGLER"));
        assert_eq!(verb("e\u{301}trangler"), verb("étrangler"));
        has("ghoster", "ghoste ghostait", "ghostte");
    }

    #[test]
    fn what_is_no_infinitive_has_no_forms() {
        for word in ["", "er", "mer", "hiver", "danger", "gendarme", "plaisir", "loisir", "gendre", "se lever", "l'aider", "17", "бить", "🔪er"] {
            assert_eq!(verb(word), None, "{word}");
        }
    }

    #[test]
    fn nouns_get_little_and_safe() {
        let forms = |word: &str| plain(word).join(" ");
        assert_eq!(forms("endormi"), "endormi endormie endormies endormis");
        assert_eq!(forms("perdu"), "perdu perdue perdues perdus");
        assert_eq!(forms("dangereux"), "dangereuse dangereuses dangereux");
        assert_eq!(forms("infirmier"), "infirmier infirmiere infirmieres infirmiers");
        assert_eq!(forms("couteau"), "couteau couteaux");
        assert_eq!(forms("bijou"), "bijou bijoux");
        assert_eq!(forms("cheval"), "cheval chevaux");
        assert_eq!(forms("plaintes"), "plainte plaintes");
        assert!(forms("acteur").contains("actrices") && forms("voleur").contains("voleuse"));
        for word in ["vol", "coup", "appel", "souci", "ennui", "enfant"] {
            assert_eq!(forms(word), format!("{word} {word}s"));
        }
        for word in ["moi", "corps", "bras", "proces", "prix", "gaz", "rendez-vous", "17", "🔪", "", "covid19", "дом"] {
            assert!(plain(word) == [fold_word(word)], "{word}: {:?}", plain(word));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_string_gets_an_answer(word in "\\PC{0,12}", stem in "[a-zéèœ🔪]{0,6}(er|ir|re|oir|eler|yer|eur|al|aux|s)") {
            for word in [&word, &stem] {
                verb(word);
                proptest::prop_assert!(plain(word).contains(&fold_word(word)));
            }
        }
    }
}
