//! What the connector says of wrong parameters and settings, by every rule of its schemas: the
//! command line names them as they are typed, and shows no JSON Pointer.

use serde_json::{Map, Value, json};

use crate::world::{Folder, World};

#[path = "../messages/rules.rs"]
#[expect(dead_code, reason = "the rest is for the texts of the source")]
mod rules;

/// For each member of a schema a value that it does not take, and a member that it does not have.
fn wrong(schema: &Value) -> Value {
    let properties = schema["properties"].as_object().into_iter().flatten();
    let wrong = |member: &Value| match member["type"].as_str() {
        Some("object") if !member["properties"].is_null() => wrong(member),
        Some("array") => json!([{ "nosuch": 1 }, ["x"]]),
        _ => json!({ "nosuch": true }),
    };
    let mut members: Map<String, Value> =
        properties.map(|(name, member)| (name.clone(), wrong(member))).collect();
    members.insert("nosuch".into(), json!("x"));
    Value::Object(members)
}

fn assert_readable(text: &str) {
    let wrong: Vec<String> = text.lines().flat_map(rules::wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?} in:\n{text}");
}

#[test]
fn whatever_is_wrong_with_parameters_is_named_as_it_is_typed() {
    let world = World::new();
    let catalogue = Folder::new().call("actions --json").ends(0).json();
    let (mut named, mut actions) = (0, 0);
    for action in catalogue["actions"].as_array().expect("actions") {
        let name = action["name"].as_str().expect("a name");
        let call = format!("run {name} -c prod.json --yes --confirm 1 --params -");
        for params in [json!({}), wrong(&action["paramsSchema"])] {
            let ran = world.call(&call).input(&params.to_string()).end();
            assert_readable(&ran.stderr);
            named += usize::from(ran.stderr.contains("`nosuch` is unknown"));
        }
        actions += 1;
    }
    assert!(named * 10 > actions * 8, "{named} of {actions}");
}

#[test]
fn whatever_is_wrong_with_settings_is_named_as_it_is_typed() {
    let world = World::new();
    let config = json!({
        "tenantId": 1, "clientId": "x y", "cloud": "moon", "apiUrl": "ftp://x", "nosuch": 1,
        "oAuthServerUrl": {}, "graphUrl": [], "limits": { "maxRetries": "many", "nosuch": 1 },
        "resultHosts": [1, "a/b"], "oAuthScope": ""
    });
    for (file, changes) in [
        ("config.json", json!({ "config": config })),
        (
            "host.json",
            json!({ "host": { "allowedHosts": [1, "a/b"], "nosuch": 1,
            "limits": { "callTime": "x" }, "customHostSettings": [{ "url": "x", "ssl": { "a": 1 } }] } }),
        ),
        ("secrets.json", json!({ "secrets": { "clientSecret": { "file": "nowhere" }, "x": 1 } })),
    ] {
        world.settings(file, changes);
        let ran = world.call(&format!("machines -c {file}")).ends(2);
        assert_readable(&ran.stderr);
        assert!(ran.stderr.contains(&format!("error: {file}: ")), "{}", ran.stderr);
    }
}
