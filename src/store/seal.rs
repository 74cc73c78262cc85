//! Signatures (Ed25519) on reports of what was erased: whoever has the public key can tell that this desk wrote them.
//!
//! The key is made at its first use and lies in the folder of data, readable by its owner only. It proves where a report comes from, not that nobody who can read
//! the key wrote another; the journal's chain is the other half.

use super::Error;
use super::journal::hex;
use crate::desk::retention::Report;
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// A report with its signature.
#[derive(Serialize, Deserialize)]
struct Sealed {
    report: Report,
    /// Public key, in hexadecimal.
    key: String,
    /// Over the report as JSON without blanks, in hexadecimal.
    signature: String,
}

/// SHA-256 of a report as it is signed.
///
/// # Errors
/// None in practice: a report is plain JSON.
pub fn digest(report: &Report) -> Result<String, Error> {
    Ok(hex(&Sha256::digest(serde_json::to_vec(report)?)))
}

/// The key of a desk.
pub struct Key(SigningKey);

impl Key {
    /// The key of a folder of data, made when there is none.
    ///
    /// # Errors
    /// A file that cannot be read or written, or is no key.
    pub fn of(data: &Path) -> Result<Self, String> {
        let path = data.join("retention.key");
        let told = |e: std::io::Error| format!("{}: {e}", path.display());
        match std::fs::read(&path) {
            Ok(bytes) => {
                let seed =
                    bytes.try_into().map_err(|_| format!("{} is no key of 32 bytes: put back the one of a backup, or move it away for a new one", path.display()))?;
                Ok(Self(SigningKey::from_bytes(&seed)))
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let mut seed = [0; 32];
                getrandom::fill(&mut seed).map_err(|e| e.to_string())?;
                let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(told)?;
                file.write_all(&seed).and_then(|()| file.sync_all()).map_err(told)?;
                Ok(Self(SigningKey::from_bytes(&seed)))
            }
            Err(e) => Err(told(e)),
        }
    }

    /// The public half, in hexadecimal.
    pub fn public(&self) -> String {
        hex(self.0.verifying_key().as_bytes())
    }

    /// A report, signed, as JSON.
    ///
    /// # Errors
    /// None in practice.
    pub fn seal(&self, report: &Report) -> serde_json::Result<String> {
        let signature = self.0.sign(&serde_json::to_vec(report)?);
        serde_json::to_string_pretty(&Sealed { report: report.clone(), key: self.public(), signature: hex(&signature.to_bytes()) })
    }
}

/// The report of a sealed text, when its signature is of the public key given.
///
/// # Errors
/// What does not hold.
pub fn open(text: &str, public: &str) -> Result<Report, String> {
    let sealed: Sealed = serde_json::from_str(text).map_err(|e| format!("no sealed report: {e}"))?;
    let key = bytes::<32>(public).and_then(|b| VerifyingKey::from_bytes(&b).ok()).ok_or("the public key is not 64 hexadecimal digits of an Ed25519 key")?;
    let signature = bytes::<64>(&sealed.signature).map(|b| Signature::from_bytes(&b)).ok_or("the signature is not 128 hexadecimal digits")?;
    let signed = serde_json::to_vec(&sealed.report).map_err(|e| e.to_string())?;
    key.verify(&signed, &signature).map_err(|_| "the signature does not hold: the report was changed, or another desk's key signed it")?;
    Ok(sealed.report)
}

fn bytes<const N: usize>(hexadecimal: &str) -> Option<[u8; N]> {
    let mut out = [0; N];
    if hexadecimal.len() != 2 * N || !hexadecimal.is_ascii() {
        return None;
    }
    for (i, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hexadecimal[2 * i..2 * i + 2], 16).ok()?;
    }
    Some(out)
}
