//! A single parameter's value: what its text stands for, by the action's schema.

use serde_json::Value;

use crate::failure::Failure;
use crate::unique;

/// JSON if it is JSON of a type that the schema admits other than strings, else a string if the
/// schema admits one.
pub(super) fn single(key: &str, text: &str, schema: &Value) -> Result<Value, Failure> {
    let admitted = admitted(schema);
    let is_json =
        |value: &Value| admitted.iter().any(|name| *name != "string" && is_of(value, name));
    match unique::parse(text).ok().filter(|(value, _)| is_json(value)) {
        Some((_, Some(twice))) => Err(Failure::params(format!(
            "parameter `{key}`: {twice} is there twice; write it once"
        ))),
        Some((value, None)) => Ok(value),
        // What the schema does not know, the plugin refuses with its own words.
        None if admitted.is_empty() || admitted.contains(&"string") => {
            Ok(Value::String(text.to_owned()))
        }
        None => Err(Failure::params(format!(
            "parameter `{key}` must be {}; write, for example, {}",
            admitted.iter().map(|name| called(name)).collect::<Vec<_>>().join(" or "),
            example(key, admitted[0], schema)
        ))),
    }
}

/// The types that a schema admits, as JSON Schema names them; none if it does not say.
fn admitted(schema: &Value) -> Vec<&str> {
    let types = match &schema["type"] {
        Value::String(name) => vec![name.as_str()],
        // Where numbers are read as their digits, the text that was typed is more exact.
        Value::Array(names) if names.first().is_some_and(|name| name == "string") => vec!["string"],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let choices =
        ["anyOf", "oneOf"].into_iter().filter_map(|member| schema[member].as_array()).flatten();
    types.into_iter().chain(choices.flat_map(admitted)).collect()
}

/// What people call a type of JSON Schema.
fn called(name: &str) -> &str {
    match name {
        "array" => "a list",
        "object" => "an object",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "a text",
        other => other,
    }
}

fn is_of(value: &Value, name: &str) -> bool {
    match name {
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => false,
    }
}

fn example(key: &str, name: &str, schema: &Value) -> String {
    let members: Vec<&str> = schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .collect();
    if let (Some(first), "object") = (members.first(), name) {
        return format!("-p {key}.{first}=VALUE; its members are {}", members.join(", "));
    }
    let value = match name {
        "array" => "'[\"a\", \"b\"]'",
        "object" => "'{\"name\": \"value\"}'",
        "boolean" => "true",
        _ => "1",
    };
    format!("-p {key}={value}")
}
