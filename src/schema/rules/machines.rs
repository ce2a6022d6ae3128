//! Rules for machine identifiers: device IDs, names and addresses.

use super::{TextRule, is_blank};
use crate::described::described;
use crate::text::{is_decimal, is_hex};

/// The name of one machine, as users type it; [`machine_name`] extracts the significant part. A
/// list of names or an address belongs in another parameter and would find nothing here.
pub const MACHINE_NAME: TextRule = TextRule {
    check: |text| {
        let name = machine_name(text);
        !name.is_empty()
            && !text
                .trim_matches(is_padding)
                .contains(|c: char| matches!(c, ',' | ';') || c.is_control())
            && !name.starts_with(is_padding)
            && !is_address(name)
    },
    pattern: described(concat!(
        r"^[\t\n\v\f\r \u00a0\u200b\ufeff]*",
        r"([^,;\u0000-\u001f\u007f-\u009f]*\\)?[ \u00a0\u200b\ufeff]*",
        r"(?![\t\n\v\f\r \u00a0\u200b\ufeff])",
        r"(?!(([0-9]{1,3}\.){3}[0-9]{1,3}|(?=[0-9A-Fa-f.]*:)[0-9A-Fa-f:.]*[0-9A-Fa-f:])?\$?\.?[\t\n\v\f\r \u00a0\u200b\ufeff]*$)",
        r"[^,;\\\u0000-\u001f\u007f-\u009f]+[\t\n\v\f\r \u00a0\u200b\ufeff]*$",
    )),
    sentence: "the name of one machine (an IP address goes under `ip`, several machines under `hosts`)",
    max: 300,
    secret: false,
};

/// Extracts the significant part of a machine name: no surrounding blanks, no domain
/// (`CONTOSO\WS01`), no trailing dot, and no `$` of a machine account.
pub fn machine_name(text: &str) -> &str {
    let text = text.trim_matches(is_padding);
    let text = text
        .rsplit_once('\\')
        .map_or(text, |(_, name)| name.trim_start_matches([' ', '\u{a0}', '\u{200b}', '\u{feff}']));
    let text = text.strip_suffix('.').unwrap_or(text);
    text.strip_suffix('$').unwrap_or(text)
}

/// Whether a text is an IPv4 address, or looks like IPv6: no name contains a colon.
fn is_address(text: &str) -> bool {
    let is_byte = |part: &str| (1..=3).contains(&part.len()) && is_decimal(part);
    let is_in_address = |c: char| c.is_ascii_hexdigit() || matches!(c, ':' | '.');
    (text.split('.').count() == 4 && text.split('.').all(is_byte))
        || (text.contains(':') && !text.ends_with('.') && text.chars().all(is_in_address))
}

/// Whether a character is trimmed from around a name or an address: blanks, including those that
/// tables and chats use.
pub fn is_padding(c: char) -> bool {
    is_blank(c) || matches!(c, '\u{a0}' | '\u{200b}' | '\u{feff}')
}

/// A device ID where a machine may also be named. The service's own have 40 digits, and one of its
/// examples 32. The service also accepts some names here, and would pick the machine itself.
pub const DEVICE_ID: TextRule = TextRule {
    check: |text| text.len() >= 32 && is_hex(text),
    pattern: described("^[0-9A-Fa-f]{32,64}$"),
    sentence: "a device ID (40 hexadecimal digits; names go under `host` or `hosts`)",
    max: 64,
    secret: false,
};

/// A device ID where a machine cannot be named.
pub const DEVICE_ID_ALONE: TextRule = TextRule {
    sentence: "a device ID (40 hexadecimal digits; `resolveHost` finds it by name)",
    ..DEVICE_ID
};

/// The characters of an IP address. The service parses it: a parser here would cost more than it
/// saves.
pub const ADDRESS: TextRule = TextRule {
    check: |text| {
        text.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b':'))
            && text.contains(['.', ':'])
            && text.contains(|c: char| c.is_ascii_hexdigit())
    },
    pattern: described("^(?=.*[.:])(?=.*[0-9A-Fa-f])[0-9A-Fa-f.:]+$"),
    sentence: "an IPv4 or IPv6 address",
    max: 45,
    secret: false,
};

/// The address of a machine, possibly surrounded by blanks.
pub const MACHINE_ADDRESS: TextRule = TextRule {
    check: |text| (ADDRESS.check)(text.trim_matches(is_padding)),
    pattern: described(
        r"^(?=[^.:]*[.:])(?=[^0-9A-Fa-f]*[0-9A-Fa-f])[\t\n\v\f\r \u00a0\u200b\ufeff]*[0-9A-Fa-f.:]+[\t\n\v\f\r \u00a0\u200b\ufeff]*$",
    ),
    max: 60,
    ..ADDRESS
};
