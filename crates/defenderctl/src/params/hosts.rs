//! Machines as people write them, where a parameter wants an object that names one.

use serde_json::Value;

use crate::failure::Failure;
use crate::machines::{Named, named};

/// The member by which a schema is known to be a machine's.
const NAME: &str = "computerDnsName";

/// Whether a schema is a list of machines.
pub(super) fn is_list(schema: &Value) -> bool {
    is_host(&schema["items"])
}

fn is_host(schema: &Value) -> bool {
    !schema["properties"][NAME].is_null()
}

/// The machine that a text names, where the schema wants one and the text is no JSON object.
///
/// # Errors
///
/// The text is a device ID, which another parameter takes.
pub(super) fn one(key: &str, text: &str, schema: &Value) -> Result<Option<Value>, Failure> {
    if !is_host(schema) || text.trim_start().starts_with('{') {
        return Ok(None);
    }
    read(text, &format!("-p {}", key.replace("host", "id"))).map(Some)
}

/// Adds the machines that a text names, separated by commas.
///
/// # Errors
///
/// As [`one`]; or the list was given as something else before.
pub(super) fn add(list: &mut Value, key: &str, text: &str) -> Result<(), Failure> {
    let Value::Array(list) = list else {
        return Err(Failure::params(format!(
            "parameter `{key}` is given in two forms: write it as one list, or repeat -p {key}=NAME"
        )));
    };
    for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        list.push(read(name, "a list of device IDs: -p ids")?);
    }
    Ok(())
}

fn read(text: &str, of_ids: &str) -> Result<Value, Failure> {
    match named(text.trim()) {
        Named::Host(host) => Ok(host),
        Named::Id(id) => {
            Err(Failure::params(format!("{id} is a device ID and not a name: write {of_ids}={id}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_form_says_what_names_the_machine() {
        let schema = json!({ "properties": { NAME: {} } });
        let trials = [
            ("ws-ops-014", json!({ "computerDnsName": "ws-ops-014" })),
            (" CONTOSO\\WS-1$ ", json!({ "computerDnsName": "CONTOSO\\WS-1$" })),
            ("10.0.0.7", json!({ "ip": "10.0.0.7" })),
            ("fe80::1", json!({ "ip": "fe80::1" })),
            (
                "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
                json!({ "aadDeviceId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0" }),
            ),
        ];
        for (text, want) in trials {
            assert_eq!(one("host", text, &schema).expect("a machine"), Some(want), "{text}");
        }
        assert_eq!(one("host", "{}", &schema).expect("JSON"), None);
        assert_eq!(one("id", "x", &json!({})).expect("no machine"), None);
        let error = one("host", &"a".repeat(40), &schema).expect_err("a device ID");
        assert!(error.error().message.contains("-p id=aaa"), "{}", error.error().message);
    }

    #[test]
    fn a_list_takes_names_one_by_one_and_by_commas() {
        let mut list = json!([]);
        add(&mut list, "hosts", "a, b").expect("two");
        add(&mut list, "hosts", "10.0.0.7").expect("one");
        assert_eq!(
            list,
            json!([{ "computerDnsName": "a" }, { "computerDnsName": "b" }, { "ip": "10.0.0.7" }])
        );
        assert!(add(&mut json!({}), "hosts", "a").is_err());
    }
}
