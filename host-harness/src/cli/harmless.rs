//! Parameters fit to be shown on a screen and kept in a file: those that are known to hold no secret.

use serde_json::{Map, Value};

/// What stands where a value was left out.
const LEFT_OUT: &str = "(left out)";

/// Parameters of which it is known what they hold. Arguments of a script are not among them: people put passwords there.
const KNOWN: &[&str] = &[
    "aadDeviceId",
    "action",
    "actionId",
    "alertIds",
    "assignedTo",
    "classification",
    "commands",
    "comment",
    "computerDnsName",
    "determination",
    "deviceValue",
    "expirationTime",
    "fileName",
    "getFile",
    "host",
    "hosts",
    "id",
    "ids",
    "indicatorType",
    "indicatorValue",
    "indicators",
    "ip",
    "isolationType",
    "machineId",
    "parameters",
    "path",
    "putFile",
    "rbacGroupNames",
    "reference",
    "runScript",
    "scanType",
    "scriptName",
    "severity",
    "sha1",
    "status",
    "tag",
    "title",
    "wait",
];

/// The parameters, with a note in place of each text that is not known to be harmless. Numbers and booleans stay.
pub(crate) fn harmless(params: &Map<String, Value>) -> Map<String, Value> {
    params.iter().map(|(name, value)| (name.clone(), one(value, KNOWN.contains(&name.as_str())))).collect()
}

fn one(value: &Value, known: bool) -> Value {
    match value {
        Value::Object(members) if known => Value::Object(harmless(members)),
        Value::Array(values) if known => values.iter().map(|value| one(value, known)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        Value::String(_) if known => value.clone(),
        _ => Value::from(LEFT_OUT),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_and_unknown_texts_are_left_out() {
        let params = json!({
            "comment": "case 1",
            "ensure": true,
            "maxTargets": 20,
            "parameters": { "scriptName": "a.ps1", "args": "-Password hunter2" },
            "commands": [{ "runScript": "a.ps1", "args": "hunter2" }],
            "other": { "token": "hunter2" },
            "token": ["hunter2"],
        });
        let shown = Value::Object(harmless(params.as_object().expect("an object")));
        assert_eq!(
            shown,
            json!({
                "comment": "case 1",
                "ensure": true,
                "maxTargets": 20,
                "parameters": { "scriptName": "a.ps1", "args": LEFT_OUT },
                "commands": [{ "runScript": "a.ps1", "args": LEFT_OUT }],
                "other": LEFT_OUT,
                "token": LEFT_OUT,
            })
        );
    }
}
