//! What reading a message must hold for any string whatever.

use guichet::text::{Kind, Text, fold_word};
use proptest::prelude::*;

fn words(message: &str) -> Vec<String> {
    let text = Text::read(message);
    text.tokens().iter().filter(|t| !matches!(t.kind, Kind::Stop | Kind::Pause)).map(|t| text.form(t).to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_string_gives_tokens_with_their_place(message in ".{0,200}") {
        let text = Text::read(&message);
        let mut end = 0;
        for t in text.tokens() {
            prop_assert!(t.start as usize >= end, "spans increase");
            prop_assert!(t.start < t.end);
            prop_assert!(message.is_char_boundary(t.start as usize) && message.is_char_boundary(t.end as usize));
            prop_assert!(!text.form(t).is_empty());
            end = t.end as usize;
        }
        prop_assert!(end <= message.len());
    }

    #[test]
    fn what_lies_between_tokens_holds_no_letter(message in ".{0,100}") {
        // Together, spans and gaps give the text back; a gap never hides a word.
        let text = Text::read(&message);
        let mut at = 0;
        for t in text.tokens() {
            let gap = &message[at..t.start as usize];
            prop_assert!(!gap.chars().any(|c| c.is_ascii_alphanumeric()), "lost {gap:?}");
            at = t.end as usize;
        }
        prop_assert!(!message[at..].chars().any(|c| c.is_ascii_alphanumeric()));
    }

    #[test]
    fn folding_is_idempotent(word in "\\PC{0,30}") {
        let once = fold_word(&word);
        prop_assert_eq!(fold_word(&once), once);
    }

    #[test]
    fn case_accents_and_zero_width_say_nothing(message in "[a-zàâçéèêëîïôùûüœ' ,.!]{0,80}") {
        use unicode_normalization::UnicodeNormalization;
        let plain = words(&message);
        prop_assert_eq!(&words(&message.to_uppercase()), &plain);
        prop_assert_eq!(&words(&message.nfd().collect::<String>()), &plain);
        prop_assert_eq!(&words(&message.nfc().collect::<String>()), &plain);
        prop_assert_eq!(&words(&message.replace('\'', "’")), &plain);
        let spread: String = message.chars().flat_map(|c| if c.is_alphabetic() { vec![c, '\u{200b}'] } else { vec![c] }).collect();
        prop_assert_eq!(&words(&spread), &plain);
        let wide: String = message.chars().map(|c| if c.is_ascii_lowercase() { char::from_u32(c as u32 + 0xfee0).unwrap_or(c) } else { c }).collect();
        prop_assert_eq!(&words(&wide), &plain);
    }
}

#[test]
fn look_alike_letters_read_as_latin_inside_a_word() {
    assert_eq!(words("аu sеcоurs, il a un cоuteau"), ["au", "secours", "il", "a", "un", "couteau"]);
}

#[test]
fn russian_stays_russian() {
    assert_eq!(words("помогите"), ["помогите"]);
}

#[test]
fn letters_spaced_out_are_one_word_each_side_of_a_wider_blank() {
    assert_eq!(words("a u  s e c o u r s"), ["au", "secours"]);
}

#[test]
fn an_emoji_with_a_meaning_is_read() {
    assert_eq!(words("il a un 🔪"), ["il", "a", "un", "🔪"]);
}

#[test]
fn the_t_of_an_inversion_takes_no_room() {
    let light = |message: &str| -> Vec<bool> { Text::read(message).tokens().iter().map(|t| t.light).collect() };
    assert_eq!(light("existe-t-il"), [false, true, false]);
    assert_eq!(light("t es là"), [false, false, false], "a lone t is « t'es »");
}
