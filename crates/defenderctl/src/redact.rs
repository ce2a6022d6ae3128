//! Parameters fit to be shown on a screen and kept in a file: without what the action's schema
//! marks as a secret.

use serde_json::{Map, Value};

/// What stands in place of a value that was left out.
const LEFT_OUT: &str = "(left out)";

/// The parameters, with a note in place of each value that may be a secret: what the schema marks
/// `writeOnly`, and what it does not know.
pub(crate) fn redacted(params: &Map<String, Value>, schema: &str) -> Map<String, Value> {
    members(params, &[&serde_json::from_str(schema).unwrap_or_default()])
}

fn members(members: &Map<String, Value>, schemas: &[&Value]) -> Map<String, Value> {
    let of = |name: &str| -> Vec<&Value> {
        schemas
            .iter()
            .filter_map(|schema| schema["properties"].get(name))
            .flat_map(alternatives)
            .collect()
    };
    members.iter().map(|(name, value)| (name.clone(), one(value, &of(name)))).collect()
}

/// A value for which the schema has these alternatives; without any it is not known.
fn one(value: &Value, schemas: &[&Value]) -> Value {
    let is_secret = schemas.is_empty() || schemas.iter().any(|schema| schema["writeOnly"] == true);
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        _ if is_secret => Value::from(LEFT_OUT),
        Value::Object(object) => Value::Object(members(object, schemas)),
        Value::Array(values) => {
            let items: Vec<&Value> = schemas
                .iter()
                .filter_map(|schema| schema.get("items"))
                .flat_map(alternatives)
                .collect();
            values.iter().map(|value| one(value, &items)).collect()
        }
        Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// A schema, and every alternative that it has.
fn alternatives(schema: &Value) -> Vec<&Value> {
    let any_of = schema["anyOf"].as_array().into_iter().flatten();
    std::iter::once(schema).chain(any_of.flat_map(alternatives)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_and_what_is_not_known_are_left_out() {
        let text = json!({ "type": "string" });
        let script = json!({
            "properties": {
                "scriptName": text, "args": { "type": "string", "writeOnly": true }
            }
        });
        let schema = json!({ "properties": {
            "comment": text,
            "ensure": {},
            "maxTargets": {},
            "parameters": script,
            "commands": { "items": script },
            "host": { "anyOf": [text, { "properties": { "ip": text } }] },
            "key": { "anyOf": [{ "writeOnly": true }, {}] },
        } });
        let params = json!({
            "comment": "case 1",
            "ensure": true,
            "maxTargets": 20,
            "parameters": { "scriptName": "a.ps1", "args": "-Password hunter2" },
            "commands": [{ "scriptName": "a.ps1", "args": 1234 }],
            "host": { "ip": "10.0.0.1" },
            "key": "hunter2",
            "other": { "token": "hunter2" },
            "token": ["hunter2"],
        });
        let shown = redacted(params.as_object().expect("an object"), &schema.to_string());
        assert_eq!(
            Value::Object(shown),
            json!({
                "comment": "case 1",
                "ensure": true,
                "maxTargets": 20,
                "parameters": { "scriptName": "a.ps1", "args": LEFT_OUT },
                "commands": [{ "scriptName": "a.ps1", "args": LEFT_OUT }],
                "host": { "ip": "10.0.0.1" },
                "key": LEFT_OUT,
                "other": LEFT_OUT,
                "token": LEFT_OUT,
            })
        );
        let unread = redacted(params.as_object().expect("an object"), "oops");
        assert!(!Value::Object(unread).to_string().contains("hunter2"));
    }
}
