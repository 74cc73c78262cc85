//! Regular expressions: in rules beside words, in guards alone; with checks of digits.

use super::Findings;

/// What checks the digits of a regex match.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Check {
    None,
    Luhn,
    Iban,
    Nir,
}

/// A compiled regex.
#[derive(Clone)]
pub struct Pattern {
    /// Linear time.
    pub regex: regex::Regex,
    /// On the folded words instead of the raw message.
    pub folded: bool,
    /// Further check.
    pub check: Check,
    /// The set of literals one of which every match in a raw message holds.
    pub literals: Option<u32>,
}

impl Pattern {
    /// Does it find anything?
    pub fn is_match(&self, findings: &Findings, message: &str) -> bool {
        if self.folded {
            return self.regex.is_match(findings.folded());
        }
        findings.held().may(self.literals) && self.find(message).next().is_some()
    }

    /// Its matches in the message as received, checked.
    pub fn find<'m>(&'m self, message: &'m str) -> impl Iterator<Item = (usize, usize)> + 'm {
        self.regex.find_iter(message).filter(|m| self.check.holds(m.as_str())).map(|m| (m.start(), m.end()))
    }
}

impl Check {
    /// Do the digits hold together?
    pub fn holds(self, found: &str) -> bool {
        let digits: Vec<u32> = found.chars().filter_map(|c| c.to_digit(10)).collect();
        match self {
            Self::None => true,
            Self::Luhn => {
                let sum: u32 = digits.iter().rev().enumerate().map(|(i, &d)| if i % 2 == 1 { (d * 2) / 10 + (d * 2) % 10 } else { d }).sum();
                digits.len() >= 12 && sum.is_multiple_of(10)
            }
            Self::Iban => {
                let plain: Vec<u32> = found.chars().filter_map(|c| c.to_digit(36)).collect();
                if plain.len() < 15 {
                    return false;
                }
                plain[4..].iter().chain(&plain[..4]).fold(0, |r, &v| if v > 9 { (r * 100 + v) % 97 } else { (r * 10 + v) % 97 }) == 1
            }
            Self::Nir => {
                // 13 digits and a key of two: 97 − (number mod 97). Corsica's 2A and 2B count as 19 and 18.
                let plain: String = found.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_uppercase().replace("2A", "19").replace("2B", "18");
                match (plain.get(..13).and_then(|n| n.parse::<u64>().ok()), plain.get(13..).and_then(|k| k.parse::<u64>().ok())) {
                    (Some(n), Some(k)) => 97 - n % 97 == k,
                    _ => false,
                }
            }
        }
    }
}
