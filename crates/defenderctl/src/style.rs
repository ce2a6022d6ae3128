//! Colour where a person looks, none elsewhere; and text of strangers made harmless.

mod hidden;

use std::borrow::Cow;
use std::env;
use std::io::IsTerminal;

use clap::builder::styling::{AnsiColor, Style};

use hidden::is_hidden;

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

/// Whether a character steers a terminal: a control character other than line break and tab.
fn steers(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
}

/// The text without control characters, and with those escaped that are not seen or turn the
/// direction of writing (`\u{202e}`): so that nothing a service or a machine reported can steer the
/// terminal, reorder a line or look like another name. Line breaks and tabs stay.
pub(crate) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            c if steers(c) => clean.push('\u{fffd}'),
            c if is_hidden(c) => clean.extend(c.escape_unicode()),
            c => clean.push(c),
        }
    }
    clean
}

/// The same JSON document, with what [`clean`] replaces in a text escaped: in a document it stands
/// inside of strings alone, but for a carriage return, which stands only between them.
pub(crate) fn clean_json(document: &str) -> Cow<'_, str> {
    if !document.contains(|c| steers(c) || is_hidden(c)) {
        return Cow::Borrowed(document);
    }
    let mut clean = String::with_capacity(document.len());
    for c in document.chars() {
        match c {
            '\r' => clean.push(' '),
            c if steers(c) || is_hidden(c) => {
                let mut units = [0; 2];
                let units = c.encode_utf16(&mut units).iter();
                clean.extend(units.map(|unit| format!("\\u{unit:04x}")));
            }
            c => clean.push(c),
        }
    }
    Cow::Owned(clean)
}

/// The text as [`clean`], on one line: so that what a service or a machine reported cannot look
/// like a line of this program.
pub(crate) fn clean_line(text: &str) -> String {
    clean(text).replace(['\n', '\t'], "\u{fffd}")
}

/// The text as [`clean_line`], cut if it is so long that it would push others off the screen.
pub(crate) fn clean_short(text: &str) -> String {
    let line = clean_line(text);
    match line.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => line[..end].to_owned() + "…",
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_do_not_reach_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\r\nc\td\u{9b}"), "a\u{fffd}[2Jb\nc\td\u{fffd}");
    }

    #[test]
    fn what_is_not_seen_or_breaks_lines_in_its_own_way_is_shown_escaped() {
        for hidden in
            "\u{ad}\u{115f}\u{200d}\u{202e}\u{2029}\u{3164}\u{fe0f}\u{feff}\u{ffa0}\u{e0041}"
                .chars()
        {
            let escaped = format!("a\\u{{{:x}}}b", u32::from(hidden));
            assert_eq!(clean(&format!("a{hidden}b")), escaped);
        }
        assert_eq!(clean("Zoë – 日本 …"), "Zoë – 日本 …");
    }

    #[test]
    fn a_long_text_is_cut_and_that_is_shown() {
        let name = "é".repeat(MOST_CHARS);
        assert_eq!(clean_short(&name), name);
        assert_eq!(clean_short(&format!("{name}\nx")), format!("{name}…"));
        let hidden = "\u{e0041}".repeat(MOST_CHARS);
        assert_eq!(clean_short(&hidden).chars().count(), MOST_CHARS + 1);
    }

    #[test]
    fn a_document_is_escaped_and_stays_the_same_document() {
        let document = "{\r\n  \"a\": \"\u{9b}2J\u{202e}é\u{e0041}\"\n}";
        let shown = clean_json(document);
        assert_eq!(shown, "{ \n  \"a\": \"\\u009b2J\\u202eé\\udb40\\udc41\"\n}");
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        assert_eq!(read(&shown), read(document));
    }

    #[test]
    fn plain_text_stays_plain() {
        assert_eq!(paint("ok", GOOD, false), "ok");
        assert!(paint("ok", GOOD, true).starts_with("\u{1b}["));
    }
}
