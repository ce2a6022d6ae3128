//! Text helpers. Shared, so that the component contains their code once.

/// Joins texts with a separator.
pub(crate) fn join<T: AsRef<str>>(texts: &[T], separator: &str) -> String {
    let mut joined = String::new();
    for (n, text) in texts.iter().enumerate() {
        if n > 0 {
            joined.push_str(separator);
        }
        joined.push_str(text.as_ref());
    }
    joined
}

/// Returns the first `max_chars` characters of a text.
pub(crate) fn truncated(text: &str, max_chars: usize) -> &str {
    let mut remaining = max_chars;
    for (at, _) in text.char_indices() {
        if remaining == 0 {
            return &text[..at];
        }
        remaining -= 1;
    }
    text
}

/// Whether every character is a hexadecimal digit.
pub(crate) fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Whether every character is a decimal digit.
pub(crate) fn is_decimal(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a text has the form of a GUID.
pub(crate) fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_joined_and_cut() {
        assert_eq!(join::<&str>(&[], ", "), "");
        assert_eq!(join(&["a"], ", "), "a");
        assert_eq!(join(&["a".to_owned(), String::new(), "c".to_owned()], ", "), "a, , c");
        for (max_chars, shown) in [(0, ""), (1, "é"), (2, "éb"), (3, "éb🚨"), (4, "éb🚨")] {
            assert_eq!(truncated("éb🚨", max_chars), shown);
        }
        assert_eq!(truncated("", 0), "");
    }

    #[test]
    fn digits_and_guids_have_nothing_else() {
        assert!(is_decimal("09") && !is_decimal("0a") && !is_decimal("-1") && !is_decimal("٣"));
        assert!(is_hex("09afAF") && !is_hex("0g") && !is_hex("+1"));
        assert!(is_guid("0f1e2d3c-4B5A-6978-8796-a5b4c3d2e1f0"));
        for wrong in [
            "",
            "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
            "0f1e2d3c4b5a-6978-8796-a5b4-c3d2e1f0",
            "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1fg",
            "{0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0}",
        ] {
            assert!(!is_guid(wrong), "{wrong}");
        }
    }
}
