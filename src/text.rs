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
}
