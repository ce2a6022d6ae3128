//! `test`: the connector's own check of its settings.

use serde_json::json;

use crate::shape::assert_members;
use crate::world::World;

const STEPS: [&str; 4] = ["token", "audience", "roles", "read"];

#[test]
fn a_test_that_passes_is_a_checklist_with_permissions_and_origins() {
    let world = World::new();
    let document = world.call("test -c prod.json --json").ends(0).json();
    assert_members(&document, &["status", "connectorId", "data", "machineAction", "usage", "report", "origins"]);
    assert_eq!((&document["status"], &document["connectorId"]), (&json!("ok"), &json!("prod")));
    let report = &document["report"];
    assert_members(report, &["passed", "steps", "permissions"]);
    assert_eq!(report["passed"], true);
    for (step, name) in report["steps"].as_array().unwrap().iter().zip(STEPS) {
        assert_members(step, &["name", "status", "detail", "durationMs"]);
        assert_eq!((&step["name"], &step["status"]), (&json!(name), &json!("passed")));
    }
    for permission in report["permissions"].as_array().unwrap() {
        assert_members(permission, &["action", "granted", "missing"]);
        assert_eq!((&permission["granted"], &permission["missing"]), (&json!(true), &json!([])), "{permission}");
    }
    let origins = document["origins"].as_array().unwrap();
    for place in ["url", "storageUrl"] {
        assert!(origins.contains(&world.first_line[place]), "{place} in {origins:?}");
    }

    let text = world.call("test -c prod.json").ends(0).stdout;
    for part in STEPS.iter().chain(&["isolateHost"]) {
        assert!(text.contains(part), "{part} in\n{text}");
    }
}

#[test]
fn a_missing_permission_is_named() {
    let world = World::with(json!({ "roles": ["Machine.Read.All"] }));
    let document = world.call("test -c prod.json --json").ends(0).json();
    let permissions = document["report"]["permissions"].as_array().unwrap();
    let of = |name: &str| permissions.iter().find(|permission| permission["action"] == name).unwrap();
    assert_eq!(of("getAgentList")["granted"], true);
    assert_eq!(
        of("isolateHost"),
        &json!({ "action": "isolateHost", "granted": false, "missing": ["Machine.Isolate"] })
    );
}
