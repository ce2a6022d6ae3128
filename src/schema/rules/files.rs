//! Rules for files: their names, digests and contents.

use super::TextRule;
use crate::described::described;
use crate::text::is_hex;

/// A SHA-1 digest.
pub const SHA1: TextRule = TextRule {
    check: |text| text.len() == 40 && is_hex(text),
    pattern: described("^[0-9A-Fa-f]{40}$"),
    sentence: "40 hexadecimal digits (SHA-1)",
    max: 40,
    secret: false,
};

/// A file's SHA-1 or SHA-256 digest.
pub const FILE_HASH: TextRule = TextRule {
    check: |text| matches!(text.len(), 40 | 64) && is_hex(text),
    pattern: described("^([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$"),
    sentence: "40 or 64 hexadecimal digits (SHA-1 or SHA-256)",
    max: 64,
    secret: false,
};

/// A file name in the live response library. Blanks are allowed; characters that a path or a part
/// header would misread are not.
pub const FILE_NAME: TextRule = TextRule {
    check: |text| {
        let is_allowed = |b: u8| matches!(b, b' '..=b'~') && !br##""#%*/:<>?\|"##.contains(&b);
        text.bytes().all(is_allowed)
            && text.contains(|c| c != '.')
            && !text.starts_with(' ')
            && !text.ends_with(' ')
    },
    pattern: described(r"^(?!\.+$)(?! )[ !$&'()+,\-.0-9;=@A-Z\[\]^_`a-z{}~]+(?<! )$"),
    sentence: "an ASCII file name without \" # % * / : < > ? \\ | and surrounding blanks",
    max: 255,
    secret: false,
};

/// The text of a file: at most 20 MB. Never shown, because it may contain anything.
pub const CONTENT: TextRule = TextRule {
    check: |_| true,
    pattern: described(""),
    sentence: "text that is not empty",
    max: 20 * 1024 * 1024,
    secret: true,
};

/// A file in Base64 (RFC 4648 §4): the encoded size of 20 MB. Decoding fails later if it is
/// malformed.
pub const BASE64: TextRule = TextRule {
    check: |text| {
        text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
    },
    pattern: described(r"^[A-Za-z0-9+/=]+$"),
    sentence: "Base64",
    max: 27_962_028,
    secret: true,
};
