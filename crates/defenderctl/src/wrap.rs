//! Long lines broken between words, where a person's screen would break them anywhere.

use std::io::{self, IsTerminal};

use super::table::screen_width;

/// Narrower than this there is no good place to break a line.
const LEAST: usize = 40;

/// The blanks before lines that would begin past the middle of the screen.
const NEAR: usize = 4;

/// How wide the lines on stdout may be; nothing if that is no screen.
pub(crate) fn stdout_width() -> Option<usize> {
    io::stdout().is_terminal().then(screen_width).flatten()
}

/// The text in lines of `width` characters, the first of which has `used` of them taken already,
/// and the others begin with `indent` blanks. Words are never broken: an address or a command can
/// be copied.
pub(crate) fn hanging(text: &str, used: usize, indent: usize, width: Option<usize>) -> String {
    let Some(width) = width.filter(|width| *width >= LEAST) else { return text.to_owned() };
    // Nothing is written in the last column.
    let indent = if indent * 2 > width { NEAR } else { indent };
    let margin = format!("\n{}", " ".repeat(indent));
    let mut wrapped = String::new();
    let mut column = used;
    for (n, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if n > 0 && column > indent && column + 1 + length > width {
            wrapped += &margin;
            column = indent;
        } else if n > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped += word;
        column += length;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_never_within_one() {
        let text =
            "twelve chars and then http://an.address.that.is.longer.than.the.line.example/ end";
        let lines = "twelve chars and then\n    http://an.address.that.is.longer.than.the.line.example/\n    end";
        assert_eq!(hanging(text, 10, 4, Some(40)), lines);
    }

    #[test]
    fn no_line_begins_past_the_middle() {
        assert_eq!(
            hanging("what it is for and more", 30, 30, Some(40)),
            "what it is\n    for and more"
        );
    }

    #[test]
    fn columns_stay_and_off_a_screen_nothing_is_broken() {
        assert_eq!(hanging("name      12 ms", 9, 9, Some(80)), "name      12 ms");
        let long = "word ".repeat(50);
        assert_eq!(hanging(&long, 0, 0, None), long);
        assert_eq!(hanging(&long, 0, 0, Some(39)), long);
    }
}
