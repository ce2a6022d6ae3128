//! Digests as text: checksums, and what stands for a script's arguments once they are no longer
//! needed.

use sha2::{Digest, Sha256};

use crate::hex::hex;

/// The first hexadecimal digits of a text's SHA-256.
pub(crate) fn sum(text: &str, digits: usize) -> String {
    let mut sum = hex(&Sha256::digest(text));
    sum.truncate(digits);
    sum
}

/// What stands for a script's arguments in one operation.
pub(crate) fn digest(operation: &str, args: &str) -> String {
    format!("sha256:{operation}:{}", sum(&format!("{operation}\n{args}"), 64))
}

/// Whether a text is what stands for these arguments.
pub(crate) fn is_digest_of(text: &str, args: &str) -> bool {
    let operation = text.strip_prefix("sha256:").and_then(|rest| rest.split_once(':'));
    operation.is_some_and(|(operation, _)| digest(operation, args) == text)
}
