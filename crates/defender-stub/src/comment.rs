//! How the service writes the comment of a machine action.

use serde::Deserialize;

/// A way to write a comment other than it was sent. Which of these the service has is not known:
/// comments have been seen trimmed and cut, and every system between an application and a portal
/// may have one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum CommentRewrite {
    /// Without blanks at either end.
    Trim,
    /// `\r\n` becomes `\n`.
    LineFeeds,
    /// `\n` becomes `\r\n`.
    CarriageReturns,
    /// A run of blanks and line ends becomes one blank.
    CollapseBlanks,
    /// `&`, `<`, `>`, `"` and `'` become character references.
    EscapeHtml,
    /// Each UTF-16 unit outside ASCII becomes `?`: two for an emoji.
    QuestionMarks,
    /// Without control characters, line ends and tabs included.
    DropControls,
    /// Only the first characters.
    Cut {
        /// How many UTF-16 units.
        at: usize,
    },
    /// Only the first characters, and `...` after them.
    CutWithDots {
        /// How many UTF-16 units, the dots included.
        at: usize,
    },
    /// With a text after it.
    Append {
        /// The text.
        text: String,
    },
    /// Another text altogether.
    Replace {
        /// The text.
        text: String,
    },
}

/// The comment as the service keeps it.
pub fn rewritten(comment: String, rewrites: &[CommentRewrite]) -> String {
    rewrites.iter().fold(comment, |comment, rewrite| rewrite.apply(comment))
}

impl CommentRewrite {
    /// One of each kind, for tests by chance.
    pub fn of_each_kind() -> Vec<Self> {
        vec![
            Self::Trim,
            Self::LineFeeds,
            Self::CarriageReturns,
            Self::CollapseBlanks,
            Self::EscapeHtml,
            Self::QuestionMarks,
            Self::DropControls,
            Self::Cut { at: 100 },
            Self::CutWithDots { at: 256 },
            Self::Append { text: " (by API)".to_owned() },
        ]
    }

    /// Whether a part of the comment is lost.
    pub fn shortens(&self) -> bool {
        matches!(self, Self::Cut { .. } | Self::CutWithDots { .. })
    }

    fn apply(&self, comment: String) -> String {
        match self {
            Self::Trim => comment.trim().to_owned(),
            Self::LineFeeds => comment.replace("\r\n", "\n"),
            Self::CarriageReturns => comment.replace("\r\n", "\n").replace('\n', "\r\n"),
            Self::CollapseBlanks => comment.split_whitespace().collect::<Vec<_>>().join(" "),
            Self::EscapeHtml => escaped(&comment),
            Self::QuestionMarks => comment.chars().map(ascii).collect(),
            Self::DropControls => {
                comment.chars().filter(|character| !character.is_control()).collect()
            }
            Self::Cut { at } => cut(&comment, *at).to_owned(),
            Self::CutWithDots { at } if comment.encode_utf16().count() > *at => {
                format!("{}...", cut(&comment, at.saturating_sub(3)))
            }
            Self::CutWithDots { .. } => comment,
            Self::Append { text } => comment + text,
            Self::Replace { text } => text.clone(),
        }
    }
}

fn escaped(text: &str) -> String {
    let pairs = [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#39;")];
    pairs
        .iter()
        .fold(text.to_owned(), |text, (character, reference)| text.replace(*character, reference))
}

fn ascii(character: char) -> String {
    if character.is_ascii() { character.to_string() } else { "?".repeat(character.len_utf16()) }
}

/// The first UTF-16 units; half a surrogate pair is left out.
fn cut(text: &str, most: usize) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, character)| {
        units += character.len_utf16();
        units > most
    });
    end.map_or(text, |(at, _)| &text[..at])
}
