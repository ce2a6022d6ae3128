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

/// Whether to colour what goes to this stream: it is a terminal that can, and `NO_COLOR`
/// (<https://no-color.org>) is not set.
pub(crate) fn has_colour(stream: &impl IsTerminal) -> bool {
    let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = env::var_os("TERM").is_some_and(|value| value == "dumb");
    stream.is_terminal() && !refused && !dumb
}

/// The text in a style, or plain.
pub(crate) fn paint(text: &str, style: Style, colour: bool) -> String {
    if colour { format!("{style}{text}{style:#}") } else { text.into() }
}

/// How much of a text is shown where many share the screen: a full DNS name is no longer.
const MOST_CHARS: usize = 253;

/// Whether a character steers a terminal or hides from its reader: a control character other than
/// line break and tab, one that breaks lines or turns the direction of writing, one without width.
fn steers(c: char) -> bool {
    let turns_or_hides = matches!(
        c,
        '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    turns_or_hides || c.is_control() && !matches!(c, '\n' | '\t')
}

/// The text without control characters and those that turn the direction of writing or are not
/// seen, so that nothing a service or a machine reported can steer the terminal or reorder a line.
/// Line breaks and tabs stay.
pub(crate) fn clean(text: &str) -> String {
    let visible = |c: char| if steers(c) { '\u{fffd}' } else { c };
    text.replace("\r\n", "\n").chars().map(visible).collect()
}

/// The same JSON document, with what [`clean`] takes out of a text escaped: in a document it stands
/// inside of strings alone.
pub(crate) fn clean_json(document: &str) -> String {
    let escaped = |out: String, c: char| {
        if steers(c) {
            out + &format!("\\u{:04x}", u32::from(c))
        } else {
            out + c.encode_utf8(&mut [0; 4])
        }
    };
    document.chars().fold(String::with_capacity(document.len()), escaped)
}

/// The text as [`clean`], on one line: so that what a service or a machine reported cannot look
/// like a line of this program.
pub(crate) fn clean_line(text: &str) -> String {
    clean(text).replace(['\n', '\t'], "\u{fffd}")
}

/// The text as [`clean_line`], cut if it is so long that it would push others off the screen.
pub(crate) fn clean_short(text: &str) -> String {
    let mut rest = text.chars();
    let shown: String = rest.by_ref().take(MOST_CHARS).collect();
    let cut = if rest.next().is_some() { "…" } else { "" };
    clean_line(&shown) + cut
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
    fn what_is_not_seen_or_breaks_lines_in_its_own_way_does_not_either() {
        for hidden in
            "\u{61c}\u{200b}\u{200c}\u{200d}\u{2028}\u{2029}\u{2060}\u{2066}\u{feff}".chars()
        {
            assert_eq!(clean(&format!("a{hidden}b")), "a\u{fffd}b", "{hidden:?}");
        }
        assert_eq!(clean("Zoë – 日本 …"), "Zoë – 日本 …");
    }

    #[test]
    fn a_long_text_is_cut_and_that_is_shown() {
        let name = "é".repeat(MOST_CHARS);
        assert_eq!(clean_short(&name), name);
        assert_eq!(clean_short(&format!("{name}\nx")), format!("{name}…"));
    }

    #[test]
    fn a_document_is_escaped_and_stays_the_same_document() {
        let document = "{\n  \"a\": \"\u{9b}2J\u{202e}é\"\n}";
        let shown = clean_json(document);
        assert_eq!(shown, "{\n  \"a\": \"\\u009b2J\\u202eé\"\n}");
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        assert_eq!(read(&shown), read(document));
    }

    #[test]
    fn plain_text_stays_plain() {
        assert_eq!(paint("ok", GOOD, false), "ok");
        assert!(paint("ok", GOOD, true).starts_with("\u{1b}["));
    }
}
