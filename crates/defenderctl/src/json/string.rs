//! String literals, those too that `serde_json` refuses for a lone surrogate.

/// The text of a string literal, with U+FFFD for each lone surrogate. None if it is no string
/// literal.
pub(super) fn string(literal: &str) -> Option<String> {
    serde_json::from_str(literal)
        .ok()
        .or_else(|| serde_json::from_str(&without_lone_surrogates(literal)).ok())
}

fn without_lone_surrogates(literal: &str) -> String {
    let mut out = String::with_capacity(literal.len());
    let mut rest = literal;
    while let Some(at) = rest.find('\\') {
        let (plain, escaped) = rest.split_at(at);
        out += plain;
        let length = match (unit(escaped), escaped.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                out.push('\u{fffd}');
                rest = &escaped[6..];
                continue;
            }
            (Some(_), _) => 6,
            // A backslash and the one character that it escapes.
            (None, _) => 1 + escaped[1..].chars().next().map_or(0, char::len_utf8),
        };
        out += &escaped[..length];
        rest = &escaped[length..];
    }
    out + rest
}

/// The UTF-16 unit that an escape such as `\ud83d` at the beginning stands for.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}
