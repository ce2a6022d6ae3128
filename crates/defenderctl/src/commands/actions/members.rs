//! What the members of a JSON Schema take, for a reader.

use serde_json::{Map, Value};

/// A parameter, or a member of one.
#[derive(Debug, PartialEq)]
pub(crate) struct Member {
    /// Its name as `-p` takes it: `wait.pollSeconds`.
    pub(crate) name: String,
    /// What it takes, with its default and its limits.
    pub(crate) takes: String,
    pub(crate) required: Required,
    pub(crate) description: String,
    /// All values that it may have, if there is a list of them.
    pub(crate) values: Vec<String>,
}

/// Whether it must be given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Required {
    No,
    Yes,
    /// Exactly one of several.
    OneOf,
}

/// The parameters of an action with the members of those that are objects.
pub(crate) fn members(schema: &Value) -> Vec<Member> {
    let mut members = Vec::new();
    collect("", schema, &mut members);
    members
}

/// The names of which exactly one must be given.
pub(crate) fn alternatives(schema: &Value) -> Vec<&str> {
    let listed = |name: &str| schema[name].as_array().into_iter().flatten();
    listed("oneOf").filter_map(|choice| choice["required"][0].as_str()).collect()
}

fn collect(above: &str, schema: &Value, members: &mut Vec<Member>) {
    let Some(properties) = schema["properties"].as_object() else { return };
    let one_of = alternatives(schema);
    let mut required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    // A member with an alias needs only one of the two names: its own comes first.
    required.extend(schema.pointer("/anyOf/0/required/0").and_then(Value::as_str));
    for (name, property) in properties {
        let path = format!("{above}{name}");
        let needed = match () {
            () if required.contains(&name.as_str()) => Required::Yes,
            () if one_of.contains(&name.as_str()) => Required::OneOf,
            () => Required::No,
        };
        members.push(Member {
            takes: takes(property),
            required: needed,
            description: property["description"].as_str().unwrap_or_default().to_owned(),
            values: values(property),
            name: path.clone(),
        });
        collect(&format!("{path}."), property, members);
    }
}

/// A value of that kind, to be replaced by the reader's own.
pub(crate) fn sample(schema: &Value) -> String {
    if let Some(first) = values(schema).into_iter().next() {
        return first;
    }
    match kind(schema).split([' ', ':', ',']).next() {
        Some("integer" | "number") => schema["minimum"].as_i64().unwrap_or(1).to_string(),
        Some("object") => "NAME".to_owned(),
        _ => "TEXT".to_owned(),
    }
}

/// The values of an enumeration. One whose words may be in any case has them beside a pattern.
fn values(schema: &Value) -> Vec<String> {
    if schema["type"] == "boolean" {
        return vec!["true".to_owned(), "false".to_owned()];
    }
    let listed = schema["enum"].as_array().or_else(|| schema.pointer("/anyOf/0/enum")?.as_array());
    listed.into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

/// What a value may be, in a few words: `integer, 1 to 600, default 5`.
fn takes(schema: &Value) -> String {
    let mut parts = vec![kind(schema)];
    parts.extend(limits(schema));
    match &schema["default"] {
        Value::Null => {}
        Value::String(text) => parts.push(format!("default {text}")),
        other => parts.push(format!("default {other}")),
    }
    parts.join(", ")
}

/// The kind of a value. A number may also be written as text, and text that looks like a number
/// without quotes: the first type is the one that is meant.
fn kind(schema: &Value) -> String {
    let values = values(schema);
    if !values.is_empty() && schema["type"] != "boolean" {
        return values.join(" | ");
    }
    let first = match &schema["type"] {
        Value::Array(types) => types.first().and_then(Value::as_str),
        other => other.as_str(),
    };
    match first {
        Some("string") => "text".to_owned(),
        Some("boolean") => "true or false".to_owned(),
        Some("array") => format!("list of {}", kind(&schema["items"])),
        Some("object") => match schema["properties"].as_object().map(Map::keys) {
            Some(names) => {
                let names: Vec<&str> = names.map(String::as_str).collect();
                format!("object ({})", names.join(", "))
            }
            None => "object".to_owned(),
        },
        Some(name) => name.to_owned(),
        None => any_of(schema),
    }
}

/// `text or a list of these`: a list of what was named just before is not spelt out again.
fn any_of(schema: &Value) -> String {
    let choices = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array());
    let mut kinds: Vec<String> = Vec::new();
    for choice in choices.into_iter().flatten() {
        let is_list = choice["type"] == "array" && kinds.last() == Some(&kind(&choice["items"]));
        let next = if is_list { "a list of these".to_owned() } else { kind(choice) };
        if !kinds.contains(&next) {
            kinds.push(next);
        }
    }
    if kinds.is_empty() { "any value".to_owned() } else { kinds.join(" or ") }
}

/// Bounds that say nothing are left out: the largest number that there is, the longest text.
fn limits(schema: &Value) -> Option<String> {
    const NO_BOUND: u64 = i64::MAX as u64;
    const NO_LENGTH: u64 = 4000;
    let range = |least: &str, most: &str, none: u64| {
        let (least, most) = (schema[least].as_i64().unwrap_or(0), schema[most].as_u64());
        most.filter(|most| *most < none).map(|most| format!("{least} to {most}"))
    };
    match kind(schema).split(' ').next() {
        Some("integer" | "number") => range("minimum", "maximum", NO_BOUND),
        Some("text") => {
            range("minLength", "maxLength", NO_LENGTH).map(|range| format!("{range} characters"))
        }
        Some("list") => {
            range("minItems", "maxItems", NO_BOUND).map(|range| format!("{range} of them"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn types_limits_and_defaults_read_as_words() {
        let trials = [
            (json!({ "type": "string" }), "text"),
            (
                json!({
                    "type": ["integer", "string"], "minimum": 1, "maximum": 600, "pattern": "^1$",
                    "default": 5,
                }),
                "integer, 1 to 600, default 5",
            ),
            (
                json!({ "type": ["string", "integer"], "minimum": 0, "maxLength": 100 }),
                "text, 0 to 100 characters",
            ),
            (json!({ "type": "string", "enum": ["asc", "desc"] }), "asc | desc"),
            (
                json!({
                    "type": "string", "anyOf": [{ "enum": ["asc"] }, { "pattern": "^[Aa]$" }],
                    "default": "asc",
                }),
                "asc, default asc",
            ),
            (
                json!({
                    "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }]
                }),
                "text or a list of these",
            ),
            (
                json!({ "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": 9 }),
                "list of text, 1 to 9 of them",
            ),
            (json!({ "type": "boolean" }), "true or false"),
            (json!({}), "any value"),
        ];
        for (schema, want) in trials {
            assert_eq!(takes(&schema), want, "{schema}");
        }
    }

    #[test]
    fn members_of_objects_are_parameters_too() {
        let schema = json!({
            "properties": {
                "id": { "type": "string", "description": "Which." },
                "host": { "type": "object", "properties": { "ip": { "type": "string" } } },
                "comment": { "type": "string" },
            },
            "required": ["comment"],
            "oneOf": [{ "required": ["id"] }, { "required": ["host"] }],
        });
        let names: Vec<(String, Required)> =
            members(&schema).into_iter().map(|member| (member.name, member.required)).collect();
        let wanted = [
            ("comment", Required::Yes),
            ("host", Required::OneOf),
            ("host.ip", Required::No),
            ("id", Required::OneOf),
        ];
        for (name, required) in wanted {
            assert!(names.contains(&(name.to_owned(), required)), "{name}: {names:?}");
        }
        assert_eq!(names.len(), 4);
        assert!(members(&json!({})).is_empty() && members(&Value::Null).is_empty());
    }
}
