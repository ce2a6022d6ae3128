//! Text to tokens.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::filter::Literal;

/// A token and where it starts, counted in bytes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) at: usize,
}

/// The type of a token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// A name or an operator.
    Word(String),
    /// A fixed value; `null`, `true` and `false` too.
    Literal(Literal),
    /// One of `( ) , / :`.
    Mark(char),
}

/// The length of a GUID's text.
const GUID: usize = 36;

/// Splits a filter into tokens.
///
/// # Errors
///
/// The service's message about a character that starts no token, an unterminated quote, or an
/// invalid value.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = &text[at..];
        let (kind, length) = match first {
            _ if first.is_whitespace() => {
                at += first.len_utf8();
                continue;
            }
            '(' | ')' | ',' | '/' | ':' => (Kind::Mark(first), 1),
            '\'' => quoted(rest).ok_or_else(|| {
                format!("There is an unterminated string literal at position {at} in '{text}'.")
            })?,
            _ if is_guid(rest) => {
                (Kind::Literal(Literal::Guid(rest[..GUID].to_ascii_lowercase())), GUID)
            }
            '0'..='9' | '-' => value(rest)
                .ok_or_else(|| format!("Unrecognized literal at position {at} in '{text}'."))?,
            'a'..='z' | 'A'..='Z' | '_' => word(rest),
            _ => {
                return Err(format!(
                    "Syntax error: character '{first}' is not valid at position {at} in '{text}'."
                ));
            }
        };
        tokens.push(Token { kind, at });
        at += length;
    }
    Ok(tokens)
}

/// A text in single quotes. Two quotes inside stand for one.
fn quoted(rest: &str) -> Option<(Kind, usize)> {
    let mut value = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((index, character)) = characters.next() {
        if character != '\'' {
            value.push(character);
        } else if characters.next_if(|(_, next)| *next == '\'').is_some() {
            value.push('\'');
        } else {
            return Some((Kind::Literal(Literal::Text(value)), index + 1));
        }
    }
    None
}

fn is_guid(rest: &str) -> bool {
    let follows = rest.as_bytes().get(GUID);
    let ends = follows.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-');
    ends && rest.get(..GUID).is_some_and(|text| text.contains('-') && Uuid::try_parse(text).is_ok())
}

/// A number or a time.
fn value(rest: &str) -> Option<(Kind, usize)> {
    let length = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | ':' | '+' | '-'))
        .unwrap_or(rest.len());
    let text = &rest[..length];
    let literal = match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Literal::Number(number),
        _ => Literal::Date(OffsetDateTime::parse(text, &Rfc3339).ok()?),
    };
    Some((Kind::Literal(literal), length))
}

fn word(rest: &str) -> (Kind, usize) {
    let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    let kind = match &rest[..length] {
        "null" => Kind::Literal(Literal::Null),
        "true" => Kind::Literal(Literal::Bool(true)),
        "false" => Kind::Literal(Literal::Bool(false)),
        name => Kind::Word(name.to_owned()),
    };
    (kind, length)
}
