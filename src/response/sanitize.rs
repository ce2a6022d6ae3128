//! Texts of the service made fit to show: short, without control characters, secrets and signed
//! URLs.

use super::encodings::{Spellings, steps};
use crate::text::{join, start};

/// Longest text that is passed on, in characters.
const SHOWN: usize = 300;

/// Shorter secrets than this are not looked for: they would tear holes into innocent words. Neither
/// `configure` nor a sign-in takes such.
const MIN_SECRET: usize = 8;

/// Knows the secrets that must not show.
#[derive(Clone, Default)]
pub struct Sanitizer {
    secrets: Vec<Spellings>,
}

impl Sanitizer {
    /// Looks for these secrets.
    pub fn new(secrets: &[&str]) -> Self {
        let mut spellings = Vec::new();
        for secret in secrets.iter().filter(|secret| secret.len() >= MIN_SECRET) {
            spellings.push(Spellings::of(secret));
        }
        Self { secrets: spellings }
    }

    /// A text of the service, fit to show.
    pub fn text(&self, text: &str) -> String {
        // What hides goes first: a secret cut in two by it would not be found.
        let text: String = text.chars().filter(|c| is_blank(*c) || !is_hidden(*c)).collect();
        let text = self.without_secrets(text);
        let words: Vec<String> =
            text.split(is_blank).filter(|word| !word.is_empty()).map(word).collect();
        let joined = join(&words, " ");
        let shown = start(&joined, SHOWN);
        if shown.len() < joined.len() { format!("{shown}…") } else { joined }
    }
}

impl Sanitizer {
    fn without_secrets(&self, text: String) -> String {
        if self.secrets.is_empty() {
            return text;
        }
        let (steps, mut hidden) = (steps(&text), vec![false; text.len()]);
        self.secrets.iter().for_each(|secret| secret.find(&steps, &mut hidden));
        let mut shown = String::with_capacity(text.len());
        let mut was_hidden = false;
        for (at, c) in text.char_indices() {
            match (hidden[at], was_hidden) {
                (false, _) => shown.push(c),
                (true, false) => shown.push('…'),
                (true, true) => {}
            }
            was_hidden = hidden[at];
        }
        shown
    }
}

/// What a secret or a signature follows.
const MARKS: &[&str] = &["sig=", "sig%3d", "token=", "secret=", "assertion=", "bearer="];

/// One word: a URL loses its user info and its query (a signature may be in it), a token goes
/// altogether.
fn word(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    if let Some(at) = MARKS.iter().filter_map(|mark| Some(lower.find(mark)? + mark.len())).min() {
        return format!("{}…", without_token(&without_query(&word[..at])).trim_end_matches('…'));
    }
    without_token(&without_query(word))
}

fn without_query(word: &str) -> String {
    if let Some((scheme, rest)) = word.split_once("://") {
        let (address, query) =
            rest.split_once('?').map_or((rest, ""), |(address, _)| (address, "?…"));
        let (authority, path) = address.split_at(address.find('/').unwrap_or(address.len()));
        let host = authority.rsplit('@').next().unwrap_or_default();
        return format!("{scheme}://{host}{path}{query}");
    }
    word.to_owned()
}

/// Every JWT begins like this: the base64url of `{"`.
fn without_token(word: &str) -> String {
    match word.find("eyJ") {
        Some(at) if word.len() - at > 40 => format!("{}…", &word[..at]),
        _ => word.to_owned(),
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\n' | '\r' | '\t')
}

/// Control characters, and those that turn the direction of writing or hide.
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
        for (text, shown) in [
            ("hunter2-\u{200b}hunter2", "…"),
            ("client_secret=hunter2~hunter2", "client_secret=…"),
            ("(hunter2%7Ehunter2)", "(…)"),
            ("https://user:pw@a.example/x?y", "https://a.example/x?…"),
            ("u=https%3A%2F%2Fa%3Fsig%3Dzzz", "u=https%3A%2F%2Fa%3Fsig%3D…"),
            ("SIG=zzz", "SIG=…"),
        ] {
            assert_eq!(clean.text(text), shown);
        }
        let text = "bad\u{1b}[31m hunter2-hunter2\r\nsee https://x.example/a?sv=1&sig=zzz abc eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.sig";
        assert_eq!(clean.text(text), "bad[31m … see https://x.example/a?… abc …");
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(Sanitizer::default().text(&"x".repeat(400)).chars().count(), SHOWN + 1);
    }
}
