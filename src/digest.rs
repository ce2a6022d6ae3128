//! Digests as text: for checksums, and to stand in for a script's arguments once they are no longer
//! needed.

use sha2::{Digest, Sha256};

use crate::hex::hex;

/// Returns the first hexadecimal digits of a text's SHA-256.
pub(crate) fn short_sha256(text: &str, digits: usize) -> String {
    let mut sum = hex(&Sha256::digest(text));
    sum.truncate(digits);
    sum
}

/// Returns the digest that stands in for a script's arguments. Salted with the operation's ID.
pub(crate) fn args_digest(operation: &str, args: &str) -> String {
    format!("sha256:{operation}:{}", short_sha256(&format!("{operation}\n{args}"), 64))
}

/// Whether `text` is the digest that [`args_digest`] returns for these arguments.
pub(crate) fn matches_args_digest(text: &str, args: &str) -> bool {
    let operation = text.strip_prefix("sha256:").and_then(|rest| rest.split_once(':'));
    operation.is_some_and(|(operation, _)| args_digest(operation, args) == text)
}
