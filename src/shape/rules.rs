//! Rules for strings: each says itself three times, as a check, as a regular expression and as a sentence.
//!
//! The guest carries no regular-expression engine; a property test holds check and expression together.

/// A rule for a string.
#[derive(Debug)]
pub struct TextRule {
    /// Whether a string obeys. The length has been checked already.
    pub check: fn(&str) -> bool,
    /// The same as a regular expression (ECMA-262), for the schema.
    pub pattern: &'static str,
    /// The same as words that complete "must be …".
    pub sentence: &'static str,
    /// Greatest length in characters (Unicode scalar values).
    pub max: usize,
    /// Whether the value must never be shown.
    pub secret: bool,
}

/// Text with something in it. 4,000 characters hold any comment a person writes; the service documents no limit.
pub const TEXT: TextRule = TextRule {
    check: |text| text.contains(|c: char| !is_blank(c)),
    pattern: r"[^\t\n\v\f\r ]",
    sentence: "text that is not blank",
    max: 4000,
    secret: false,
};

/// Text that may hold a secret, such as the arguments of a script: it is never shown.
pub const PRIVATE_TEXT: TextRule = TextRule { secret: true, ..TEXT };

/// One segment of a URL path: an identifier of the service. Refused rather than encoded where a server, a proxy or a URL
/// parser might read a separator (RFC 3986 §3.3) or a dot segment (§5.2.4) into it: an id that is empty or made of dots
/// would turn "this machine" into "all machines".
pub const SEGMENT: TextRule = TextRule {
    check: |text| {
        text.contains(|c| c != '.')
            && !text.contains(|c: char| matches!(c, '/' | '?' | '#' | '%' | '\\') || c.is_control())
            && !text.starts_with(is_blank)
            && !text.ends_with(is_blank)
    },
    pattern: r"^(?!\.+$)(?! )[^/?#%\\\u0000-\u001f\u007f-\u009f]+(?<! )$",
    sentence: "an identifier without / ? # % \\, control characters or blanks at its ends, and not dots alone",
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
    pattern: r"^[A-Za-z0-9]([A-Za-z0-9.\-]*[A-Za-z0-9])?$",
    sentence: "a GUID or a domain name",
    max: 253,
    secret: false,
};

/// An application in Entra, or whatever else Entra numbers.
pub const GUID: TextRule = TextRule {
    check: |text| {
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_hexdigit());
        text.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && text.split('-').all(digits)
    },
    pattern: "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
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
    pattern: r"^[A-Za-z][A-Za-z0-9_]*$",
    sentence: "a property name (letters, digits and _)",
    max: 64,
    secret: false,
};

/// The name of one machine, as people write it: [`machine_name`] says what of it counts. A list of names or an address is another
/// parameter's, and would find nothing here.
pub const MACHINE_NAME: TextRule = TextRule {
    check: |text| {
        let name = machine_name(text);
        !name.is_empty()
            && !text.trim_matches(is_around).contains(|c: char| matches!(c, ',' | ';') || c.is_control())
            && !name.starts_with(is_around)
            && !is_address(name)
    },
    pattern: concat!(
        r"^[\t\n\v\f\r \u00a0\u200b\ufeff]*",
        r"([^,;\u0000-\u001f\u007f-\u009f]*\\)?[ \u00a0\u200b\ufeff]*",
        r"(?![\t\n\v\f\r \u00a0\u200b\ufeff])",
        r"(?!(([0-9]{1,3}\.){3}[0-9]{1,3}|(?=[0-9A-Fa-f.]*:)[0-9A-Fa-f:.]*[0-9A-Fa-f:])?\$?\.?[\t\n\v\f\r \u00a0\u200b\ufeff]*$)",
        r"[^,;\\\u0000-\u001f\u007f-\u009f]+[\t\n\v\f\r \u00a0\u200b\ufeff]*$",
    ),
    sentence: "the name of one machine (an IP address goes under `ip`, several machines under `hosts`)",
    max: 300,
    secret: false,
};

/// What counts of a machine's name as people write it: no blanks around it, no domain before it (`CONTOSO\WS01`), no final dot, and
/// not the `$` of its account.
pub fn machine_name(text: &str) -> &str {
    let text = text.trim_matches(is_around);
    let text = text
        .rsplit_once('\\')
        .map_or(text, |(_, name)| name.trim_start_matches([' ', '\u{a0}', '\u{200b}', '\u{feff}']));
    let text = text.strip_suffix('.').unwrap_or(text);
    text.strip_suffix('$').unwrap_or(text)
}

/// Whether a text is an IPv4 address, or looks like one of IPv6: no name has a colon.
fn is_address(text: &str) -> bool {
    let is_byte = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let is_hex = |c: char| c.is_ascii_hexdigit() || matches!(c, ':' | '.');
    (text.split('.').count() == 4 && text.split('.').all(is_byte))
        || (text.contains(':') && !text.ends_with('.') && text.chars().all(is_hex))
}

/// What is cut off around a name or an address: blanks, and what a copy from a table or a chat has for them.
pub fn is_around(c: char) -> bool {
    is_blank(c) || matches!(c, '\u{a0}' | '\u{200b}' | '\u{feff}')
}

/// A date and time (RFC 3339 §5.6), as OData writes `Edm.DateTimeOffset`. Upper-case `T` and `Z` only.
pub const TIMESTAMP: TextRule = TextRule {
    check: is_timestamp,
    pattern: r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]{1,9})?(Z|[+\-]([01][0-9]|2[0-3]):[0-5][0-9])$",
    sentence: "a date and time such as 2026-03-01T08:44:05Z",
    max: 40,
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
    pattern: r"^https?://[^\u0000-\u0020\u007f-\u009f]+$",
    sentence: "a URL such as https://api.security.microsoft.com",
    max: 2000,
    secret: false,
};

/// A value that travels in a form: visible ASCII.
pub const VISIBLE: TextRule = TextRule {
    check: is_visible,
    pattern: r"^[\u0021-\u007e]+$",
    sentence: "visible ASCII characters without blanks",
    max: 2000,
    secret: false,
};

/// A device ID where a machine may be named in another way too. The service's own have 40 digits, and one of its examples 32. The
/// service takes some names in their place, and would choose the machine.
pub const DEVICE_ID: TextRule = TextRule {
    check: |text| text.len() >= 32 && text.bytes().all(|b| b.is_ascii_hexdigit()),
    pattern: "^[0-9A-Fa-f]{32,64}$",
    sentence: "a device ID (40 hexadecimal digits; names go under `host` or `hosts`)",
    max: 64,
    secret: false,
};

/// A device ID where a machine can't be named in another way.
pub const DEVICE_ID_ALONE: TextRule =
    TextRule { sentence: "a device ID (40 hexadecimal digits; `resolveHost` gives that of a name)", ..DEVICE_ID };

/// A SHA-1 digest.
pub const SHA1: TextRule = TextRule {
    check: |text| text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit()),
    pattern: "^[0-9A-Fa-f]{40}$",
    sentence: "40 hexadecimal digits (SHA-1)",
    max: 40,
    secret: false,
};

/// A host name or address, `*.` before it for everything below it, and optionally a port.
pub const HOST_PATTERN: TextRule = TextRule {
    check: is_host_pattern,
    pattern: r"^(\*\.)?[A-Za-z0-9]([A-Za-z0-9.\-]*[A-Za-z0-9])?(:[1-9][0-9]{0,4})?$",
    sentence: "a host such as files.example.com, files.example.com:8443 or *.example.com",
    max: 260,
    secret: false,
};

/// A secret that travels in a form or a header: visible ASCII, so that it can't break either. Shorter ones than this could not be
/// kept out of messages without tearing holes into innocent words; Microsoft's have 34 characters and more.
pub const TOKEN: TextRule = TextRule {
    check: |text| is_visible(text) && text.len() >= 8,
    pattern: r"^[\u0021-\u007e]{8,}$",
    sentence: "8 or more visible ASCII characters without blanks",
    max: 16_384,
    secret: true,
};

/// A signed JWT (RFC 7515 §3.1, compact serialisation).
pub const JWT: TextRule = TextRule {
    check: |text| {
        let part =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        text.split('.').count() == 3 && text.split('.').all(part) && text.len() >= 8
    },
    pattern: r"^(?=.{8})[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]+$",
    sentence: "a signed JWT: three base64url parts joined by dots, 8 characters at least",
    max: 16_384,
    secret: true,
};

/// What names a file: its SHA-1 or SHA-256 digest.
pub const FILE_HASH: TextRule = TextRule {
    check: |text| matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit()),
    pattern: "^([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$",
    sentence: "40 or 64 hexadecimal digits (SHA-1 or SHA-256)",
    max: 64,
    secret: false,
};

/// What an IP address is written with. The service reads it: a parser here would cost more than it saves.
pub const ADDRESS: TextRule = TextRule {
    check: |text| {
        text.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b':'))
            && text.contains(['.', ':'])
            && text.contains(|c: char| c.is_ascii_hexdigit())
    },
    pattern: "^(?=.*[.:])(?=.*[0-9A-Fa-f])[0-9A-Fa-f.:]+$",
    sentence: "an IPv4 or IPv6 address",
    max: 45,
    secret: false,
};

/// An address of a machine, with blanks around it.
pub const MACHINE_ADDRESS: TextRule = TextRule {
    check: |text| (ADDRESS.check)(text.trim_matches(is_around)),
    pattern: r"^(?=[^.:]*[.:])(?=[^0-9A-Fa-f]*[0-9A-Fa-f])[\t\n\v\f\r \u00a0\u200b\ufeff]*[0-9A-Fa-f.:]+[\t\n\v\f\r \u00a0\u200b\ufeff]*$",
    max: 60,
    ..ADDRESS
};

/// A query in Kusto's language. As [`TEXT`], and long enough for any that a person writes; the service documents no limit.
pub const QUERY: TextRule = TextRule { max: 100_000, ..TEXT };

/// A name in the live response library, as libraries have them: with blanks too. What a path or a part's head would read as something
/// else is left out.
pub const FILE_NAME: TextRule = TextRule {
    check: |text| {
        let is_allowed = |b: u8| matches!(b, b' '..=b'~') && !br##""#%*/:<>?\|"##.contains(&b);
        text.bytes().all(is_allowed) && text.contains(|c| c != '.') && !text.starts_with(' ') && !text.ends_with(' ')
    },
    pattern: r"^(?!\.+$)(?! )[ !$&'()+,\-.0-9;=@A-Z\[\]^_`a-z{}~]+(?<! )$",
    sentence: "a file name of ASCII characters without \" # % * / : < > ? \\ | and without blanks at its ends",
    max: 255,
    secret: false,
};

/// The text of a file: 20 MB at most. It may hold anything, so that it is never shown.
pub const CONTENT: TextRule =
    TextRule { check: |_| true, pattern: "", sentence: "text that is not empty", max: 20 * 1024 * 1024, secret: true };

/// A file in Base64 (RFC 4648 §4), so much as 20 MB come to. Whether it can be read shows when it is.
pub const BASE64: TextRule = TextRule {
    check: |text| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')),
    pattern: r"^[A-Za-z0-9+/=]+$",
    sentence: "Base64",
    max: 27_962_028,
    secret: true,
};

fn is_host_pattern(text: &str) -> bool {
    let (host, port) = text.split_once(':').unwrap_or((text, "1"));
    let port_is_plain =
        (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit()) && !port.starts_with('0');
    port_is_plain && (TENANT.check)(host.strip_prefix("*.").unwrap_or(host))
}

fn is_visible(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}

/// Blanks of ASCII. No Unicode tables: they cost bytes, and the service's own values are ASCII.
fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\x0b' | '\x0c' | '\r' | ' ')
}

fn is_timestamp(text: &str) -> bool {
    parse_timestamp(text).is_some()
}

fn parse_timestamp(text: &str) -> Option<()> {
    let (date, time) = text.split_once('T')?;
    let [year, month, day] = parts(date, '-')?;
    digits(year, 4, 0..=9999)?;
    digits(month, 2, 1..=12)?;
    digits(day, 2, 1..=31)?;
    let zone_at = time.find(['Z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone_at);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let [hour, minute, second] = parts(clock, ':')?;
    digits(hour, 2, 0..=23)?;
    digits(minute, 2, 0..=59)?;
    digits(second, 2, 0..=60)?;
    (fraction.len() <= 9).then_some(())?;
    digits(fraction, fraction.len().max(1), 0..=999_999_999)?;
    if zone == "Z" {
        return Some(());
    }
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    digits(hours, 2, 0..=23)?;
    digits(minutes, 2, 0..=59)
}

fn parts(text: &str, separator: char) -> Option<[&str; 3]> {
    let mut parts = text.split(separator);
    let found = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(found)
}

fn digits(text: &str, length: usize, range: std::ops::RangeInclusive<u32>) -> Option<()> {
    let plain = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    (plain && range.contains(&text.parse().ok()?)).then_some(())
}
