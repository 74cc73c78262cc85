//! A reviewer's signature of a pack: Ed25519 over the hashes of the pack read before and of the pack read after.
//!
//! It says that the holder of the key read this pack, and against which one; the server asks the first only. A pack once signed can be put back: whoever may write
//! the folder of rules may do that, and the log names the pack in force.
//!
//! The file holds three lines: both hashes and the signature in base64. Keys are PEM files (PKCS #8, as `openssl genpkey -algorithm ed25519` writes them). Who
//! may sign is the operator's business: he gives one public key to the server.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

/// The file, in the folder of the pack.
pub const FILE: &str = "pack.sig";

/// What is signed: a name of its own, so that the signature means nothing elsewhere.
fn said(old: &str, new: &str) -> String {
    format!("guichet pack {old} -> {new}")
}

/// Signs the passage from one pack to another; the text of the signature file.
///
/// # Errors
/// A key that cannot be read.
pub fn sign(private_pem: &str, old: &str, new: &str) -> Result<String, String> {
    let key = SigningKey::from_pkcs8_pem(private_pem).map_err(|e| format!("no Ed25519 private key: {e}; `openssl genpkey -algorithm ed25519` makes one"))?;
    Ok(format!("{old}\n{new}\n{}\n", STANDARD.encode(key.sign(said(old, new).as_bytes()).to_bytes())))
}

/// Did the holder of the key sign the pack of this hash?
///
/// # Errors
/// Why not, in a sentence.
pub fn verify(public_pem: &str, signature: &str, hash: &str) -> Result<(), String> {
    let key = VerifyingKey::from_public_key_pem(public_pem).map_err(|e| format!("no Ed25519 public key: {e}; `openssl pkey -pubout` writes one"))?;
    let lines: Vec<&str> = signature.lines().collect();
    let [old, new, signed] = lines[..] else { return Err("no signature of a pack: three lines, as `guichet diff --sign` writes them".to_owned()) };
    if new != hash {
        return Err(format!("the signature is of the pack {new}, this one is {hash}: have the change reviewed with `guichet diff --sign`"));
    }
    let bytes = STANDARD.decode(signed).map_err(|e| format!("the signature is no base64: {e}"))?;
    let signed = Signature::from_slice(&bytes).map_err(|e| format!("no Ed25519 signature: {e}"))?;
    key.verify_strict(said(old, new).as_bytes(), &signed).map_err(|_| "the signature is not of this key".to_owned())
}
