//! The only place where chance is drawn: codes, tokens, ids, salts. All from the system's generator.

use crate::store::journal::hex;
use sha2::{Digest, Sha256};

/// 32 signs that cannot be taken for one another: no I, O, 0, 1.
const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Signs in a citizen's code: 60 bits.
pub const CODE: usize = 12;

/// `N` bytes.
///
/// # Errors
/// A system that gives none; nothing may then be opened.
pub fn bytes<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| e.to_string())?;
    Ok(bytes)
}

/// A citizen's code. 256 is a multiple of 32: every sign is as likely.
///
/// # Errors
/// As [`bytes`].
pub fn code() -> Result<String, String> {
    Ok(bytes::<CODE>()?.iter().map(|b| char::from(SIGNS[usize::from(b % 32)])).collect())
}

/// Code and id of a contact opened under a sender's key: the same key, the same contact, after a restart and on another server too. As hard to guess as the key.
pub fn derived(key: &str) -> (String, String) {
    let drawn = |what: &str| Sha256::digest(format!("guichet:{what}:{key}"));
    (drawn("code").iter().take(CODE).map(|b| char::from(SIGNS[usize::from(b % 32)])).collect(), hex(&drawn("id")[..16]))
}

/// 128 bits in hexadecimal.
///
/// # Errors
/// As [`bytes`].
pub fn id() -> Result<String, String> {
    Ok(hex(&bytes::<16>()?))
}

/// 256 bits in hexadecimal.
///
/// # Errors
/// As [`bytes`].
pub fn token() -> Result<String, String> {
    Ok(hex(&bytes::<32>()?))
}

/// What is kept in place of a code or token.
pub fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret))
}

/// A code as typed (spaces, dashes, small letters) → its hash; `None` when it cannot be one.
pub fn code_hash(typed: &str) -> Option<String> {
    let code: String = typed.chars().filter(|c| !matches!(c, ' ' | '-')).map(|c| c.to_ascii_uppercase()).take(CODE + 1).collect();
    (code.len() == CODE && code.bytes().all(|b| SIGNS.contains(&b))).then(|| hash(&code))
}
