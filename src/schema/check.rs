//! Checking one value: whether it conforms to its kind, what is wrong with it if not, and what
//! would be right.

use serde_json::Value;

use super::integers::{whole, written};
use super::{Kind, Problem, TextRule, read};
use crate::json::to_text;
use crate::text::{join, start};

/// Checks one value and gives it back in normal form.
pub(super) fn check(
    kind: &'static Kind,
    value: Value,
    at: &str,
    problems: &mut Vec<Problem>,
) -> Value {
    let mut refuse = |found: &str| {
        let words = describe(kind);
        problems.push(Problem::new(at, format!("is {found}; must be {words}")));
    };
    match (kind, &value) {
        (Kind::Text(rule) | Kind::Label(rule), Value::String(text)) => {
            if let Some(found) = breach(rule, text, at) {
                refuse(&found);
            }
        }
        (Kind::Label(rule), Value::Number(_)) => match whole(&value) {
            Some(number) => return Value::from(number.to_string()),
            None if rule.secret => refuse(HIDDEN),
            None => refuse(&to_text(&value)),
        },
        (Kind::Choice(choices) | Kind::Known(choices), Value::String(text)) => {
            match (choices.iter().find(|choice| choice.eq_ignore_ascii_case(text)), kind) {
                (Some(choice), _) => return Value::from(*choice),
                (None, Kind::Known(_)) if is_word(text) => {}
                (None, _) => refuse(&shown(text, at)),
            }
        }
        (Kind::Boolean, Value::Bool(_))
        | (Kind::Any, _)
        | (Kind::AnyText, Value::String(_))
        | (Kind::Number, Value::Number(_)) => {}
        (Kind::Nullable(_), Value::Null) => {}
        (Kind::Nullable(kind), _) => return check(kind, value, at, problems),
        (Kind::Integer { min, max }, Value::Number(_) | Value::String(_)) => {
            let (number, found) = match &value {
                Value::String(text) => (written(text), quoted(text)),
                _ => (whole(&value), to_text(&value)),
            };
            match number
                .and_then(|number| u32::try_from(number).ok())
                .filter(|number| (min..=max).contains(&number))
            {
                Some(number) => return Value::from(number),
                None => refuse(&found),
            }
        }
        (Kind::List { of, min, max }, Value::Array(_)) => {
            return list(of, *min..=*max, value, at, problems);
        }
        (Kind::Object(shape), Value::Object(_)) => {
            let Value::Object(object) = value else { return value };
            return Value::Object(read(shape, object, at, problems).into_members());
        }
        (Kind::Open(_) | Kind::Groups(_), Value::Object(_)) => {}
        (Kind::Either(kinds), _) => {
            let fitting: Vec<&'static Kind> =
                kinds.iter().filter(|kind| fits(kind, &value)).collect();
            match &*fitting {
                [] => refuse(name_of(&value)),
                // The alternative that has the value's JSON type tells best what is wrong with it.
                [kind] => return check(kind, value, at, problems),
                several => {
                    for kind in several {
                        let mut none = Vec::new();
                        let checked = check(kind, value.clone(), at, &mut none);
                        if none.is_empty() {
                            return checked;
                        }
                    }
                    refuse(&if let Value::String(text) = &value {
                        shown(text, at)
                    } else {
                        to_text(&value)
                    });
                }
            }
        }
        _ => refuse(name_of(&value)),
    }
    value
}

fn list(
    of: &'static Kind,
    length: std::ops::RangeInclusive<usize>,
    value: Value,
    at: &str,
    problems: &mut Vec<Problem>,
) -> Value {
    let Value::Array(values) = value else { return value };
    if !length.contains(&values.len()) {
        let (found, min, max) = (values.len(), length.start(), length.end());
        problems.push(Problem::new(at, format!("has {found} values; must have {min} to {max}")));
    }
    if values.len() > *length.end() {
        return Value::Array(values);
    }
    let values = values.into_iter().enumerate();
    values.map(|(n, value)| check(of, value, &format!("{at}/{n}"), problems)).collect()
}

/// The form of the service's own words for states and types.
fn is_word(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Whether a value has the JSON type of a kind.
fn fits(kind: &Kind, value: &Value) -> bool {
    match kind {
        Kind::Text(_) | Kind::AnyText | Kind::Choice(_) | Kind::Known(_) => value.is_string(),
        Kind::Boolean => value.is_boolean(),
        Kind::Number => value.is_number(),
        Kind::Label(_) | Kind::Integer { .. } => value.is_number() || value.is_string(),
        Kind::List { .. } => value.is_array(),
        Kind::Object(_) | Kind::Open(_) | Kind::Groups(_) => value.is_object(),
        Kind::Either(kinds) => kinds.iter().any(|kind| fits(kind, value)),
        Kind::Nullable(kind) => value.is_null() || fits(kind, value),
        Kind::Any => true,
    }
}

/// How a text breaks a rule, if it does.
fn breach(rule: &TextRule, text: &str, at: &str) -> Option<String> {
    if text.is_empty() {
        return Some("empty".to_owned());
    }
    let length = text.chars().count();
    if length > rule.max {
        let max = rule.max;
        return Some(format!("{length} characters long, and {max} are the most"));
    }
    if (rule.check)(text) {
        return None;
    }
    // What stands before an @ in a URL may be a password.
    Some(if rule.secret || text.contains('@') { HIDDEN.to_owned() } else { shown(text, at) })
}

/// What is said of a value that must not be repeated.
const HIDDEN: &str = "not of that form";

/// A value in quotes, unless it is a setting's and long enough to be a secret that was put into the
/// wrong field.
fn shown(text: &str, at: &str) -> String {
    const SHORT: usize = 24;
    if at.starts_with("/config") && text.len() > SHORT { HIDDEN.to_owned() } else { quoted(text) }
}

/// A value in quotes, escaped and short enough for a message.
fn quoted(text: &str) -> String {
    const SHOWN: usize = 60;
    let short = start(text, SHOWN);
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("{short:?}{more}")
}

/// The JSON type of a value, in words.
pub(super) fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// What a kind allows, as words that complete "must be …".
pub(super) fn describe(kind: &Kind) -> String {
    match kind {
        Kind::Text(rule) | Kind::Label(rule) => rule.sentence.to_owned(),
        Kind::AnyText => "a string".to_owned(),
        Kind::Choice(choices) => format!("one of {}", join(choices, ", ")),
        Kind::Known(choices) => format!("a word such as {}", join(choices, ", ")),
        Kind::Boolean => "true or false".to_owned(),
        Kind::Integer { min, max } => format!("a whole number from {min} to {max}"),
        Kind::Number => "a number".to_owned(),
        Kind::List { of, min, max } => {
            format!("a list of {min} to {max} values, each {}", describe(of))
        }
        Kind::Object(_) | Kind::Open(_) | Kind::Groups(_) => "an object".to_owned(),
        Kind::Either(kinds) => {
            let words: Vec<String> = kinds.iter().map(describe).collect();
            join(&words, ", or ")
        }
        Kind::Nullable(kind) => format!("{}, or null", describe(kind)),
        Kind::Any => "any value".to_owned(),
    }
}
