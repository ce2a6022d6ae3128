//! A path as an observer gets it.

/// Longest path that is shown whole.
const MOST_BYTES: usize = 1024;

/// Letters that a token has at least.
const SHORTEST_TOKEN: usize = 20;

/// What stands for a token.
const MASK: &str = "***";

/// The path with `***` in place of what looks like a token. What is cut off at its end is `…`.
pub(super) fn masked(path: &str) -> String {
    let mut end = path.len().min(MOST_BYTES);
    while !path.is_char_boundary(end) {
        end -= 1;
    }
    // Half of a token may not look like one: it is cut off as a whole.
    let rest_begins = |(_, next): (usize, char)| !is_of_a_piece(next);
    let is_cut = end < path.len();
    if is_cut {
        end = path[..end]
            .char_indices()
            .rev()
            .find(|at| rest_begins(*at))
            .map_or(0, |(at, _)| at + 1);
    }
    let mut shown = String::with_capacity(end);
    for piece in path[..end].split_inclusive(|letter| !is_of_a_piece(letter)) {
        let text = piece.trim_end_matches(|letter| !is_of_a_piece(letter));
        shown.push_str(if is_token(text) { MASK } else { text });
        shown.push_str(&piece[text.len()..]);
    }
    if is_cut {
        shown.push('…');
    }
    shown
}

/// Letters of tokens: those of Base64, percent-encoded too, and the dots of a JWT.
fn is_of_a_piece(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '~' | '+' | '%')
}

/// Identifiers are hexadecimal, names are not mixed at random.
fn is_token(text: &str) -> bool {
    let any = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    let is_mixed =
        any(u8::is_ascii_uppercase) && any(u8::is_ascii_lowercase) && any(u8::is_ascii_digit);
    let is_hexadecimal = text.bytes().all(|letter| letter.is_ascii_hexdigit() || letter == b'-');
    text.len() >= SHORTEST_TOKEN && (text.starts_with("eyJ") || is_mixed && !is_hexadecimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_token_is_masked_and_identifiers_are_not() {
        for path in [
            "/api/machines/1e5bc9d7e413ddd7902c2932e418702b84d0cc07/isolate",
            "/8769B673-6805-6789-8f77-0123456789aB/oauth2/v2.0/token",
            "/results/2c7f-script_output.gz",
            "/api/Software/microsoft-_-edge/machineReferences",
            "/api/alerts/da637472900382838869_1364969609",
            "/",
            "",
        ] {
            assert_eq!(masked(path), path);
        }
        for (path, shown) in [
            ("/x/wX7~abcdefGHIJKLmnop0123456789/y", "/x/***/y"),
            ("/x/eyJhbGciOiJub25l.eyJhIjoxfQ.abc", "/x/***"),
            ("/x/key=AbCdEfGhIjKlMnOpQr12%2F34;v=1", "/x/key=***;v=1"),
            ("/files('AbCdEfGhIjKlMnOpQr12')", "/files('***')"),
        ] {
            assert_eq!(masked(path), shown);
        }
    }

    #[test]
    fn a_long_path_is_cut_off_and_never_within_a_token() {
        let token = "AbCdEfGhIjKlMnOpQr12";
        for length in 1000..1030 {
            let path = format!("/{}/{token}/{token}", "x".repeat(length - 2));
            let shown = masked(&path);
            assert!(!shown.contains("AbC"), "{shown}");
            assert!(shown.ends_with('…') && shown.len() < 1040, "{shown}");
        }
        assert_eq!(masked(&"x".repeat(2000)), "…");
    }
}
