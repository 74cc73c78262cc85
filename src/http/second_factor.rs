//! The second factor of an account: a code of six digits that changes every thirty seconds (TOTP, RFC 6238), and recovery codes, each good once.

use super::chance;
use totp_rs::{Builder, Secret, Totp};

/// Recovery codes given with a second factor.
const RECOVERY: usize = 8;

/// A second factor, shown once.
pub struct Enrolment {
    /// Secret, base32.
    pub secret: String,
    /// For an authenticator: `otpauth://…`.
    pub uri: String,
    /// To enter without the authenticator, each once.
    pub recovery: Vec<String>,
}

/// A new one for an account.
///
/// # Errors
/// A system that gives no random numbers.
pub fn enrol(account: &str) -> Result<Enrolment, String> {
    let secret = Secret::from(chance::bytes::<20>()?);
    let base32 = secret.to_base32();
    // A colon separates issuer and name in the address.
    let totp = Builder::new().with_secret(secret).with_account_name(account.replace(':', " ")).with_issuer(Some("Guichet")).build().map_err(|e| e.to_string())?;
    let recovery = (0..RECOVERY).map(|_| chance::code()).collect::<Result<_, _>>()?;
    Ok(Enrolment { secret: base32, uri: totp.to_url().map_err(|e| e.to_string())?, recovery })
}

/// The time step of a good code, a step early or late; `now` in milliseconds. The caller sees that a step is used once.
pub fn step(secret: &str, code: &str, now: i64) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let totp: Totp = Builder::new().with_secret(Secret::try_from_base32(secret).ok()?).build().ok()?;
    i64::try_from(totp.check(&digits, u64::try_from(now / 1000).ok()?)?).ok()
}
