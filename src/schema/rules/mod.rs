//! Rules for strings. Each states the same rule as a check, a regular expression and a sentence.
//!
//! The guest contains no regular-expression engine; a property test proves that check and
//! expression agree.

mod files;
mod machines;
mod time;

pub use files::{BASE64, CONTENT, FILE_HASH, FILE_NAME, SHA1};
pub use machines::{
    ADDRESS, DEVICE_ID, DEVICE_ID_ALONE, MACHINE_ADDRESS, MACHINE_NAME, is_padding, machine_name,
};
pub use time::TIMESTAMP;

use crate::described::{Described, described};
use crate::text::{is_decimal, is_guid};

/// A rule for a string.
#[derive(Debug)]
pub struct TextRule {
    /// Whether a string follows the rule. Its length has been checked before.
    pub check: fn(&str) -> bool,
    /// The same as a regular expression (ECMA-262), for the JSON Schema.
    pub pattern: Described<&'static str>,
    /// The same as a phrase that completes "must be …".
    pub sentence: &'static str,
    /// Maximum length in characters (Unicode scalar values).
    pub max: usize,
    /// Whether the value must never be shown.
    pub secret: bool,
}

/// Text that is not blank. 4,000 characters are enough for any comment; the service documents no
/// limit.
pub const TEXT: TextRule = TextRule {
    check: |text| text.contains(|c: char| !is_blank(c)),
    pattern: described(r"[^\t\n\v\f\r ]"),
    sentence: "text that is not blank",
    max: 4000,
    secret: false,
};

/// Text that may contain a secret, such as a script's arguments: never shown.
pub const PRIVATE_TEXT: TextRule = TextRule { secret: true, ..TEXT };

/// One segment of a URL path: an identifier of the service. Rejected instead of encoded where a
/// server, a proxy or a URL parser might read a separator (RFC 3986 §3.3) or a dot segment
/// (§5.2.4): an ID that is empty or consists of dots would turn "this machine" into "all machines".
pub const SEGMENT: TextRule = TextRule {
    check: |text| {
        text.contains(|c| c != '.')
            && !text.contains(|c: char| matches!(c, '/' | '?' | '#' | '%' | '\\') || c.is_control())
            && !text.starts_with(is_blank)
            && !text.ends_with(is_blank)
    },
    pattern: described(r"^(?!\.+$)(?! )[^/?#%\\\u0000-\u001f\u007f-\u009f]+(?<! )$"),
    sentence: "an identifier without / ? # % \\, control characters or surrounding blanks, and not only dots",
    max: 256,
    secret: false,
};

/// An Entra tenant: its GUID or one of its domain names.
pub const TENANT: TextRule = TextRule {
    check: |text| {
        let inner = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        let outer = |c: char| c.is_ascii_alphanumeric();
        text.chars().all(inner) && text.starts_with(outer) && text.ends_with(outer)
    },
    pattern: described(r"^[A-Za-z0-9]([A-Za-z0-9.\-]*[A-Za-z0-9])?$"),
    sentence: "a GUID or a domain name",
    max: 253,
    secret: false,
};

/// A GUID in Entra, for example of an application.
pub const GUID: TextRule = TextRule {
    check: is_guid,
    pattern: described("^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"),
    sentence: "a GUID such as 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
    max: 36,
    secret: false,
};

/// A name of a property in the service's data.
pub const IDENTIFIER: TextRule = TextRule {
    check: |text| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    },
    pattern: described(r"^[A-Za-z][A-Za-z0-9_]*$"),
    sentence: "a property name (letters, digits and _)",
    max: 64,
    secret: false,
};

/// An absolute http or https URL; the connector checks the rest.
pub const URL_HTTP: TextRule = TextRule {
    check: |text| {
        ["https://", "http://"].iter().any(|scheme| {
            text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty())
                && !text.contains(|c: char| is_blank(c) || c.is_control())
        })
    },
    pattern: described(r"^https?://[^\u0000-\u0020\u007f-\u009f]+$"),
    sentence: "a URL such as https://api.security.microsoft.com",
    max: 2000,
    secret: false,
};

/// A form value: visible ASCII.
pub const VISIBLE: TextRule = TextRule {
    check: is_visible,
    pattern: described(r"^[\u0021-\u007e]+$"),
    sentence: "visible ASCII characters without blanks",
    max: 2000,
    secret: false,
};

/// A host name or address, with an optional `*.` in front for its subdomains and an optional port.
pub const HOST_PATTERN: TextRule = TextRule {
    check: is_host_pattern,
    pattern: described(r"^(\*\.)?[A-Za-z0-9]([A-Za-z0-9.\-]*[A-Za-z0-9])?(:[1-9][0-9]{0,4})?$"),
    sentence: "a host such as files.example.com, files.example.com:8443 or *.example.com",
    max: 260,
    secret: false,
};

/// A secret that is sent in a form or a header: visible ASCII, so that it cannot break either.
/// Shorter secrets could not be redacted without damaging ordinary words; Microsoft's have 34
/// characters or more.
pub const TOKEN: TextRule = TextRule {
    check: |text| is_visible(text) && text.len() >= 8,
    pattern: described(r"^[\u0021-\u007e]{8,}$"),
    sentence: "at least 8 visible ASCII characters without blanks",
    max: 16_384,
    secret: true,
};

/// A signed JWT (RFC 7515 §3.1, compact serialisation).
pub const JWT: TextRule = TextRule {
    check: |text| {
        let part = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        text.split('.').count() == 3 && text.split('.').all(part) && text.len() >= 8
    },
    pattern: described(r"^(?=.{8})[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]+$"),
    sentence: "a signed JWT: three base64url parts joined by dots, at least 8 characters",
    max: 16_384,
    secret: true,
};

/// A query in the Kusto language. As [`TEXT`], but long enough for any query; the service documents
/// no limit.
pub const QUERY: TextRule = TextRule { max: 100_000, ..TEXT };

fn is_host_pattern(text: &str) -> bool {
    let (host, port) = text.split_once(':').unwrap_or((text, "1"));
    let port_is_plain = (1..=5).contains(&port.len()) && is_decimal(port) && !port.starts_with('0');
    port_is_plain && (TENANT.check)(host.strip_prefix("*.").unwrap_or(host))
}

fn is_visible(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}

/// ASCII whitespace. Unicode tables would add bytes, and the service's own values are ASCII.
fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\x0b' | '\x0c' | '\r' | ' ')
}

/// A reference. It is put in brackets into the comment, so it must not close them, and must survive
/// the round trip.
pub const REFERENCE: TextRule = TextRule {
    check: |text| {
        let is_word = |word: &str| {
            !word.is_empty() && !word.contains(|c: char| "[];".contains(c) || c.is_control())
        };
        text.split(' ').all(is_word)
    },
    pattern: described(
        r"^[^ \[\];\u0000-\u001f\u007f-\u009f]+( [^ \[\];\u0000-\u001f\u007f-\u009f]+)*$",
    ),
    sentence: "a case ID without [ ] ; control characters or consecutive blanks",
    max: 100,
    secret: false,
};
