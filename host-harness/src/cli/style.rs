//! Colour where a person looks, none elsewhere; and text of strangers made harmless.

use std::env;
use std::io::IsTerminal;

use clap::builder::styling::{AnsiColor, Style};

/// Good news.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Bad news.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Neither, or take care.
pub(crate) const CARE: Style = AnsiColor::Yellow.on_default();

/// Whether to colour what goes to this stream: it is a terminal that can, and `NO_COLOR` (<https://no-color.org>) is not set.
pub(crate) fn has_colour(stream: &impl IsTerminal) -> bool {
    let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = env::var_os("TERM").is_some_and(|value| value == "dumb");
    stream.is_terminal() && !refused && !dumb
}

/// The text in a style, or plain.
pub(crate) fn paint(text: &str, style: Style, colour: bool) -> String {
    if colour { format!("{style}{text}{style:#}") } else { text.into() }
}

/// The text without control characters and those that turn the direction of writing, so that nothing a service or a machine
/// reported can steer the terminal or reorder a line. Line breaks and tabs stay.
pub(crate) fn clean(text: &str) -> String {
    let steers = |c: char| {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        turns || c.is_control() && !matches!(c, '\n' | '\t')
    };
    let visible = |c: char| if steers(c) { '\u{fffd}' } else { c };
    text.replace("\r\n", "\n").chars().map(visible).collect()
}

/// The text as [`clean`], on one line: so that what a service or a machine reported cannot look like a line of this program.
pub(crate) fn clean_line(text: &str) -> String {
    clean(text).replace(['\n', '\t'], "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_do_not_reach_the_terminal() {
        assert_eq!(clean("a\u{202e}b"), "a\u{fffd}b");
        assert_eq!(clean("a\u{1b}[2Jb\r\nc\td\u{9b}"), "a\u{fffd}[2Jb\nc\td\u{fffd}");
    }

    #[test]
    fn plain_text_stays_plain() {
        assert_eq!(paint("ok", GOOD, false), "ok");
        assert!(paint("ok", GOOD, true).starts_with("\u{1b}["));
    }
}
