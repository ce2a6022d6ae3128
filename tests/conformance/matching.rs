//! The table's language: placeholders, and when a value matches.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Whether a value matches: the named members of an object, every item of a list; `"*"` matches
/// anything but null.
pub(super) fn matches(expected: &Value, found: &Value, at: &str) -> Result<(), String> {
    match (expected, found) {
        (Value::Object(members), Value::Object(_)) => {
            members.iter().try_for_each(|(name, member)| {
                matches(member, &found[name.as_str()], &format!("{at}/{name}"))
            })
        }
        (Value::Array(items), Value::Array(others)) if items.len() == others.len() => items
            .iter()
            .zip(others)
            .enumerate()
            .try_for_each(|(i, (a, b))| matches(a, b, &format!("{at}/{i}"))),
        (Value::String(any), _) if any == "*" && !found.is_null() => Ok(()),
        _ if expected == found => Ok(()),
        _ => Err(format!("{at} is {found} and not {expected}")),
    }
}

/// A step with `"$name"` replaced by the value that an earlier step kept, and `${name}` within a
/// longer text by the kept text.
pub(super) fn filled_in(value: &Value, kept: &BTreeMap<String, Value>) -> Value {
    match value {
        Value::String(text) => {
            kept.get(text).cloned().unwrap_or_else(|| filled_in_text(text, kept).into())
        }
        Value::Array(items) => items.iter().map(|item| filled_in(item, kept)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), filled_in(member, kept)))
            .collect::<Map<_, _>>()
            .into(),
        _ => value.clone(),
    }
}

fn filled_in_text(text: &str, kept: &BTreeMap<String, Value>) -> String {
    kept.iter().fold(text.to_owned(), |filled, (name, value)| {
        let placeholder = format!("${{{}}}", name.trim_start_matches('$'));
        filled.replace(&placeholder, value.as_str().unwrap_or_default())
    })
}

pub(super) fn or_empty(value: &Value) -> Value {
    if value.is_null() { json!({}) } else { value.clone() }
}

/// A misspelled member of the table would never be checked.
pub(super) fn known(value: &Value, names: &[&str]) -> Result<(), String> {
    let members = value.as_object().ok_or("not an object")?;
    match members.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(format!("the table has {name:?}; known are {names:?}")),
        None => Ok(()),
    }
}
