//! The words beside a name that say whether a place is meant: short lists, read by [`super::recognise`].

/// Given names and family names that communes bear too (« Robert », « Thomas »): such a name needs a place cue, as an ordinary word does.
pub(super) fn is_person(word: &str) -> bool {
    PERSONS.binary_search(&word).is_ok()
}

const PERSONS: [&str; 129] = [
    "adam",
    "adele",
    "agathe",
    "agnes",
    "alain",
    "albert",
    "alex",
    "alexandre",
    "alice",
    "allain",
    "amelie",
    "andre",
    "andrea",
    "angela",
    "anna",
    "anne",
    "antoine",
    "arnaud",
    "arthur",
    "audrey",
    "aurelie",
    "axel",
    "baptiste",
    "barbara",
    "benoit",
    "bernard",
    "berthe",
    "bertrand",
    "bruno",
    "camille",
    "carole",
    "caroline",
    "cecile",
    "celine",
    "charles",
    "charlotte",
    "chloe",
    "christian",
    "claire",
    "clara",
    "claude",
    "clement",
    "corinne",
    "daniel",
    "david",
    "denis",
    "diane",
    "dominique",
    "dupont",
    "durand",
    "elsa",
    "emile",
    "emma",
    "eric",
    "estelle",
    "eva",
    "fabien",
    "fabrice",
    "felix",
    "florence",
    "florent",
    "francois",
    "gabriel",
    "gerard",
    "gilles",
    "girard",
    "guillaume",
    "gustave",
    "guy",
    "helene",
    "henri",
    "herve",
    "hugo",
    "ines",
    "irene",
    "isabelle",
    "jacques",
    "jean",
    "jeanne",
    "jerome",
    "joel",
    "julie",
    "julien",
    "karine",
    "lambert",
    "laure",
    "laurent",
    "lea",
    "leon",
    "louis",
    "louise",
    "luc",
    "lucas",
    "lucie",
    "lucy",
    "marc",
    "marcel",
    "margot",
    "marie",
    "marine",
    "martin",
    "mathieu",
    "maurice",
    "michel",
    "moreau",
    "nathalie",
    "nicolas",
    "olivier",
    "pascal",
    "patrick",
    "paul",
    "philippe",
    "pierre",
    "raphael",
    "remy",
    "rene",
    "richard",
    "robert",
    "roger",
    "romain",
    "rose",
    "sarah",
    "simon",
    "sylvie",
    "thomas",
    "valerie",
    "victor",
    "vincent",
    "xavier",
];

/// Words that the French lexicon does not hold, or that mean a region or a country before the commune.
pub(super) fn is_ordinary_too(word: &str) -> bool {
    word == "nice" || is_region(word)
}

/// « En Bretagne », « de Suisse »: the commune of that name is meant only when a postcode or « la commune de » says so.
pub(super) fn is_region(word: &str) -> bool {
    matches!(
        word,
        "suisse"
            | "bretagne"
            | "normandie"
            | "champagne"
            | "bourgogne"
            | "lorraine"
            | "alsace"
            | "provence"
            | "savoie"
            | "auvergne"
            | "picardie"
            | "aquitaine"
            | "france"
            | "espagne"
            | "allemagne"
            | "angleterre"
            | "belgique"
            | "italie"
            | "maroc"
            | "quebec"
            | "anvers"
            | "europe"
            | "jura"
            | "corse"
            | "limousin"
            | "gascogne"
            | "anjou"
            | "berry"
            | "perche"
    )
}

/// A person's title: what follows is a family name.
pub(super) fn is_title(word: &str) -> bool {
    matches!(
        word,
        "m" | "mr"
            | "mme"
            | "mlle"
            | "monsieur"
            | "madame"
            | "mademoiselle"
            | "maitre"
            | "docteur"
            | "dr"
            | "me"
            | "prof"
            | "capitaine"
            | "adjudant"
            | "major"
            | "lieutenant"
            | "famille"
    )
}

/// « Rue de Paris »: the way is not in Paris.
pub(super) fn is_way(word: &str) -> bool {
    matches!(
        word,
        "rue"
            | "rues"
            | "avenue"
            | "av"
            | "ave"
            | "boulevard"
            | "bd"
            | "bld"
            | "blvd"
            | "place"
            | "allee"
            | "allees"
            | "impasse"
            | "quai"
            | "porte"
            | "chemin"
            | "cours"
            | "square"
            | "faubourg"
            | "fbg"
            | "route"
            | "rte"
            | "passage"
            | "rond"
            | "point"
    )
}

/// « Hôpital Saint-Louis »: a house that bears the name, when nothing stands between.
pub(super) fn is_house(word: &str) -> bool {
    is_way(word)
        || matches!(
            word,
            "hopital"
                | "clinique"
                | "eglise"
                | "chapelle"
                | "lycee"
                | "college"
                | "ecole"
                | "gare"
                | "pont"
                | "residence"
                | "immeuble"
                | "tour"
                | "cathedrale"
                | "basilique"
                | "restaurant"
                | "bar"
                | "hotel"
                | "stade"
                | "club"
                | "lotissement"
                | "metro"
        )
}

/// Somebody lives there: « j'habite Tours ».
pub(super) fn is_home(word: &str) -> bool {
    matches!(
        word,
        "habite"
            | "habites"
            | "habitent"
            | "habitons"
            | "habitez"
            | "habitant"
            | "habitante"
            | "habitants"
            | "habitais"
            | "habitait"
            | "habiter"
            | "jabite"
            | "jhabite"
            | "abite"
            | "abites"
            | "reside"
            | "residant"
            | "residons"
            | "residente"
            | "resident"
            | "domicilie"
            | "domiciliee"
            | "loge"
            | "demeure"
            | "demeurant"
            | "vit"
            | "vis"
            | "vivons"
    )
}

/// « La commune de Y », « la gendarmerie de Guer ».
pub(super) fn is_body(word: &str) -> bool {
    matches!(
        word,
        "commune"
            | "village"
            | "ville"
            | "bourg"
            | "mairie"
            | "maire"
            | "gendarmerie"
            | "brigade"
            | "commissariat"
            | "hameau"
            | "caserne"
            | "cp"
            | "agglomeration"
            | "centre"
            | "tribunal"
            | "prefecture"
    )
}

/// A word that points at a place whatever stands before: « vers Nice », « entre Nice et Cannes ».
pub(super) fn points(word: &str) -> bool {
    matches!(word, "vers" | "sur" | "dans" | "entre" | "depuis" | "direction" | "par" | "pour" | "et" | "ou" | "jusqu" | "pres")
}

/// An article or the like: what follows is a thing.
pub(super) fn is_article(word: &str) -> bool {
    matches!(
        word,
        "le" | "la"
            | "les"
            | "l"
            | "un"
            | "une"
            | "des"
            | "du"
            | "au"
            | "aux"
            | "mon"
            | "ma"
            | "mes"
            | "son"
            | "sa"
            | "ses"
            | "ce"
            | "cette"
            | "ces"
            | "leur"
            | "leurs"
            | "notre"
            | "nos"
            | "votre"
            | "vos"
            | "chez"
    )
}

/// A month: « le 12 mars » names no department.
pub(super) fn is_month(word: &str) -> bool {
    matches!(word, "janvier" | "fevrier" | "mars" | "avril" | "mai" | "juin" | "juillet" | "aout" | "septembre" | "octobre" | "novembre" | "decembre")
}

/// Five digits after or before such a word are a sum or a reference, not a postcode.
pub(super) fn is_sum(word: &str) -> bool {
    matches!(word, "euro" | "euros" | "eur" | "e" | "km" | "kms" | "kilometres" | "dollars" | "balles" | "metres" | "habitants")
}

/// See [`is_sum`].
pub(super) fn is_reference(word: &str) -> bool {
    matches!(word, "dossier" | "reference" | "ref" | "numero" | "num" | "n" | "no" | "facture" | "commande" | "matricule" | "ticket" | "pv" | "contrat")
}

#[cfg(test)]
mod tests {
    #[test]
    fn persons_are_sorted() {
        assert!(super::PERSONS.is_sorted(), "is_person searches by halves");
    }
}
