//! What is done to texts in many places: one way, so that the component carries it once.

/// The texts in a row, with a separator between them.
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

/// The beginning of a text: `most` characters at most.
pub(crate) fn start(text: &str, most: usize) -> &str {
    let mut remaining = most;
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
        for (most, shown) in [(0, ""), (1, "é"), (2, "éb"), (3, "éb🚨"), (4, "éb🚨")] {
            assert_eq!(start("éb🚨", most), shown);
        }
        assert_eq!(start("", 0), "");
    }
}
