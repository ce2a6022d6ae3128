//! Texts of the service made fit to show: short, without control characters, secrets and signed URLs.

use zeroize::Zeroizing;

/// Longest text that is passed on, in characters.
const SHOWN: usize = 300;

/// Shorter secrets than this are not looked for: they would tear holes into innocent words.
const MIN_SECRET: usize = 6;

/// Knows the secrets that must not show.
#[derive(Clone, Default)]
pub struct Sanitizer {
    secrets: Vec<Zeroizing<String>>,
}

impl Sanitizer {
    /// Looks for these secrets.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let long = secrets.into_iter().filter(|secret| secret.len() >= MIN_SECRET);
        Self { secrets: long.map(|secret| Zeroizing::new(secret.to_owned())).collect() }
    }

    /// A text of the service, fit to show.
    pub fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), "…");
            }
        }
        let words: Vec<String> =
            text.split([' ', '\n', '\r', '\t']).filter(|word| !word.is_empty()).map(word).collect();
        let joined = words.join(" ");
        let mut shown: String = joined.chars().filter(|c| !is_hidden(*c)).take(SHOWN).collect();
        if joined.chars().nth(SHOWN).is_some() {
            shown.push('…');
        }
        shown
    }
}

/// One word: a URL loses its query (a signature may be in it), a token goes altogether.
fn word(word: &str) -> String {
    if let (true, Some(at)) = (word.contains("://"), word.find('?')) {
        return format!("{}?…", &word[..at]);
    }
    match (word.find("sig="), word.find("eyJ")) {
        (Some(at), _) => format!("{}sig=…", &word[..at]),
        // Every JWT begins like this: the base64url of `{"`.
        (None, Some(at)) if word.len() - at > 40 => format!("{}…", &word[..at]),
        (None, _) => word.to_owned(),
    }
}

/// Control characters, and those that turn the direction of writing or hide.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_urls_tokens_and_control_characters_go() {
        let clean = Sanitizer::new(["hunter2-hunter2", "abc"]);
        let text = "bad\u{1b}[31m hunter2-hunter2\r\nsee https://x.example/a?sv=1&sig=zzz abc eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.sig";
        assert_eq!(clean.text(text), "bad[31m … see https://x.example/a?… abc …");
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(Sanitizer::default().text(&"x".repeat(400)).chars().count(), SHOWN + 1);
    }
}
