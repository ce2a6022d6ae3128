//! The table's language: values that stand for others, and what counts as being as expected.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Whether a value is as expected: of an object the members that are named, of a list every item;
/// `"*"` is anything but null.
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

/// A step with `"$name"` replaced by what an earlier one kept, and `${name}` within a longer text
/// by the kept text.
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

/// A mistyped member of the table would be an expectation that nobody checks.
pub(super) fn known(value: &Value, names: &[&str]) -> Result<(), String> {
    let members = value.as_object().ok_or("not an object")?;
    match members.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(format!("the table has {name:?}; known are {names:?}")),
        None => Ok(()),
    }
}
