//! Checks one value: whether it matches its kind, what is wrong with it, and what would be right.

use serde_json::Value;

use super::integers::{parse_digits, whole_number};
use super::{Kind, Problem, TextRule, read};
use crate::json::to_text;
use crate::text::{join, truncated};

/// Checks one value and returns it normalised.
pub(super) fn check(
    kind: &'static Kind,
    value: Value,
    at: &str,
    problems: &mut Vec<Problem>,
) -> Value {
    let mut refuse = |found: &str| {
        let expected = describe(kind);
        problems.push(Problem::new(at, format!("is {found}; must be {expected}")));
    };
    match (kind, &value) {
        (Kind::Text(rule) | Kind::Label(rule), Value::String(text)) => {
            if let Some(found) = violation(rule, text, at) {
                refuse(&found);
            }
        }
        (Kind::Label(rule), Value::Number(_)) => match whole_number(&value) {
            Some(number) => return Value::from(number.to_string()),
            None if rule.secret => refuse(HIDDEN),
            None => refuse(&to_text(&value)),
        },
        (Kind::Choice(choices) | Kind::Known(choices), Value::String(text)) => {
            match (choices.iter().find(|choice| choice.eq_ignore_ascii_case(text)), kind) {
                (Some(choice), _) => return Value::from(*choice),
                (None, Kind::Known(_)) if is_word(text) => {}
                (None, _) => refuse(&quoted_unless_secret(text, at)),
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
                Value::String(text) => (parse_digits(text), quoted(text)),
                _ => (whole_number(&value), to_text(&value)),
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
            return check_list(of, *min..=*max, value, at, problems);
        }
        (Kind::Object(schema), Value::Object(_)) => {
            let Value::Object(object) = value else { return value };
            return Value::Object(read(schema, object, at, problems).into_members());
        }
        (Kind::Open(_) | Kind::Groups(_), Value::Object(_)) => {}
        (Kind::Either(kinds), _) => {
            let fitting: Vec<&'static Kind> =
                kinds.iter().filter(|kind| fits(kind, &value)).collect();
            match &*fitting {
                [] => refuse(type_name(&value)),
                // Report against the alternative that has the value's JSON type: that is the most
                // helpful message.
                [kind] => return check(kind, value, at, problems),
                several => {
                    for kind in several {
                        let mut no_problems = Vec::new();
                        let checked = check(kind, value.clone(), at, &mut no_problems);
                        if no_problems.is_empty() {
                            return checked;
                        }
                    }
                    refuse(&if let Value::String(text) = &value {
                        quoted_unless_secret(text, at)
                    } else {
                        to_text(&value)
                    });
                }
            }
        }
        _ => refuse(type_name(&value)),
    }
    value
}

fn check_list(
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

/// Whether a text looks like one of the service's words for states and types.
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

/// Describes how a text violates a rule, if it does.
fn violation(rule: &TextRule, text: &str, at: &str) -> Option<String> {
    if text.is_empty() {
        return Some("empty".to_owned());
    }
    let length = text.chars().count();
    if length > rule.max {
        let max = rule.max;
        return Some(format!("{length} characters long; the maximum is {max}"));
    }
    if (rule.check)(text) {
        return None;
    }
    // The part before an @ in a URL may be a password.
    Some(if rule.secret || text.contains('@') {
        HIDDEN.to_owned()
    } else {
        quoted_unless_secret(text, at)
    })
}

/// Replaces a value that must not be repeated.
const HIDDEN: &str = "invalid";

/// Quotes a value, unless it is a setting that is long enough to be a secret in the wrong field.
fn quoted_unless_secret(text: &str, at: &str) -> String {
    const SHORT: usize = 24;
    if at.starts_with("/config") && text.len() > SHORT { HIDDEN.to_owned() } else { quoted(text) }
}

/// Quotes a value, escaped and short enough for a message.
fn quoted(text: &str) -> String {
    const MAX_CHARS: usize = 60;
    let short = truncated(text, MAX_CHARS);
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("{short:?}{more}")
}

/// Names the JSON type of a value.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Describes what a kind allows; completes "must be …".
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
            let expected: Vec<String> = kinds.iter().map(describe).collect();
            join(&expected, ", or ")
        }
        Kind::Nullable(kind) => format!("{}, or null", describe(kind)),
        Kind::Any => "any value".to_owned(),
    }
}
