//! Sanitises the service's text for display: short, without control characters, secrets and signed
//! URLs.

use super::encodings::{SecretEncodings, decoding_steps};
use crate::text::{join, truncated};

/// Maximum length of a text, in characters.
const MAX_CHARS: usize = 300;

/// Shorter secrets are not redacted, because that would damage ordinary words. Neither `configure`
/// nor a sign-in accepts such secrets.
const MIN_SECRET: usize = 8;

/// Sanitises texts; knows the secrets to redact.
#[derive(Clone, Default)]
pub struct Sanitizer {
    secrets: Vec<SecretEncodings>,
}

impl Sanitizer {
    /// Redacts these secrets.
    pub fn new(secrets: &[&str]) -> Self {
        let mut spellings = Vec::new();
        for secret in secrets.iter().filter(|secret| secret.len() >= MIN_SECRET) {
            spellings.push(SecretEncodings::new(secret));
        }
        Self { secrets: spellings }
    }

    /// Sanitises a text of the service.
    pub fn text(&self, text: &str) -> String {
        // Remove hidden characters first: they could split a secret in two.
        let text: String = text.chars().filter(|c| is_blank(*c) || !is_hidden(*c)).collect();
        let text = self.redact_secrets(text);
        let words: Vec<String> = text
            .split(is_blank)
            .filter(|sanitize_word| !sanitize_word.is_empty())
            .map(sanitize_word)
            .collect();
        let joined = join(&words, " ");
        let truncated = truncated(&joined, MAX_CHARS);
        if truncated.len() < joined.len() { format!("{truncated}…") } else { joined }
    }
}

impl Sanitizer {
    fn redact_secrets(&self, text: String) -> String {
        if self.secrets.is_empty() {
            return text;
        }
        let (steps, mut hidden) = (decoding_steps(&text), vec![false; text.len()]);
        self.secrets.iter().for_each(|secret| secret.find(&steps, &mut hidden));
        let mut truncated = String::with_capacity(text.len());
        let mut was_hidden = false;
        for (at, c) in text.char_indices() {
            match (hidden[at], was_hidden) {
                (false, _) => truncated.push(c),
                (true, false) => truncated.push('…'),
                (true, true) => {}
            }
            was_hidden = hidden[at];
        }
        truncated
    }
}

/// A secret or a signature follows these.
const MARKS: &[&str] = &["sig=", "sig%3d", "token=", "secret=", "assertion=", "bearer="];

/// Sanitises one word: removes user info and query of a URL (which may contain a signature), and
/// tokens entirely.
fn sanitize_word(sanitize_word: &str) -> String {
    let lower = sanitize_word.to_ascii_lowercase();
    if let Some(at) = MARKS.iter().filter_map(|mark| Some(lower.find(mark)? + mark.len())).min() {
        return format!(
            "{}…",
            without_token(&without_query(&sanitize_word[..at])).trim_end_matches('…')
        );
    }
    without_token(&without_query(sanitize_word))
}

fn without_query(sanitize_word: &str) -> String {
    if let Some((scheme, rest)) = sanitize_word.split_once("://") {
        let (address, query) =
            rest.split_once('?').map_or((rest, ""), |(address, _)| (address, "?…"));
        let (authority, path) = address.split_at(address.find('/').unwrap_or(address.len()));
        let host = authority.rsplit('@').next().unwrap_or_default();
        return format!("{scheme}://{host}{path}{query}");
    }
    sanitize_word.to_owned()
}

/// Every JWT starts with this: the base64url of `{"`.
fn without_token(sanitize_word: &str) -> String {
    match sanitize_word.find("eyJ") {
        Some(at) if sanitize_word.len() - at > 40 => format!("{}…", &sanitize_word[..at]),
        _ => sanitize_word.to_owned(),
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\n' | '\r' | '\t')
}

/// Whether this is a control character, a bidirectional override or an invisible character.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_urls_tokens_and_control_characters_go() {
        let clean = Sanitizer::new(&["hunter2-hunter2", "abc", "hunter2~hunter2"]);
        for (text, truncated) in [
            ("hunter2-\u{200b}hunter2", "…"),
            ("client_secret=hunter2~hunter2", "client_secret=…"),
            ("(hunter2%7Ehunter2)", "(…)"),
            ("https://user:pw@a.example/x?y", "https://a.example/x?…"),
            ("u=https%3A%2F%2Fa%3Fsig%3Dzzz", "u=https%3A%2F%2Fa%3Fsig%3D…"),
            ("SIG=zzz", "SIG=…"),
        ] {
            assert_eq!(clean.text(text), truncated);
        }
        let text = "bad\u{1b}[31m hunter2-hunter2\r\nsee https://x.example/a?sv=1&sig=zzz abc eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.sig";
        assert_eq!(clean.text(text), "bad[31m … see https://x.example/a?… abc …");
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(Sanitizer::default().text(&"x".repeat(400)).chars().count(), MAX_CHARS + 1);
    }
}
