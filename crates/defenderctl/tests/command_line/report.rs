//! `test`: the connector's own check of its settings.

use std::net::TcpListener;

use serde_json::{Value, json};

#[cfg(unix)]
use crate::run::shell;
use crate::secrets::assert_silent;
use crate::shape::assert_members;
use crate::world::World;

const STEPS: [&str; 4] = ["token", "audience", "roles", "read"];

#[test]
fn a_test_that_passes_is_a_checklist_with_permissions_and_origins() {
    let world = World::new();
    let document = world.call("config test -c prod.json --json").ends(0).json();
    assert_members(
        &document,
        &["status", "connectorId", "data", "job", "usage", "warnings", "report", "origins"],
    );
    assert_eq!((&document["status"], &document["connectorId"]), (&json!("ok"), &json!("prod")));
    let report = &document["report"];
    assert_members(report, &["passed", "steps", "permissions"]);
    assert_eq!(report["passed"], true);
    for (step, name) in report["steps"].as_array().unwrap().iter().zip(STEPS) {
        assert_members(step, &["name", "status", "detail", "durationMs", "code", "help"]);
        assert_eq!((&step["name"], &step["status"]), (&json!(name), &json!("passed")));
    }
    for permission in report["permissions"].as_array().unwrap() {
        assert_members(permission, &["action", "granted", "missing"]);
        assert_eq!(
            (&permission["granted"], &permission["missing"]),
            (&json!(true), &json!([])),
            "{permission}"
        );
    }
    let origins = document["origins"].as_array().unwrap();
    for origin in origins {
        assert_members(origin, &["pattern", "purpose", "required"]);
    }
    let rows = |place: &str| -> Vec<_> {
        let of_place = origins.iter().filter(|origin| origin["pattern"] == world.first_line[place]);
        of_place
            .map(|origin| {
                (origin["purpose"].as_str().unwrap(), origin["required"].as_bool().unwrap())
            })
            .collect()
    };
    let one_server = [
        ("sign-in", true),
        ("API of Defender for Endpoint", true),
        ("API of Microsoft Graph, for hunting and incidents", false),
    ];
    assert_eq!(rows("url"), one_server);
    assert!(
        matches!(
            rows("storageUrl")[..], [(purpose, false)] if purpose.starts_with("result storage")
        ),
        "{origins:?}"
    );

    let text = world.call("config test -c prod.json").ends(0).stdout;
    let (url, storage) = (&world.first_line["url"], &world.first_line["storageUrl"]);
    let origins = format!("\n  {}  sign-in; ", url.as_str().unwrap());
    let results = format!("\n  {}  result storage", storage.as_str().unwrap());
    for part in STEPS.iter().chain(&["Live response", "5 actions", "granted", &origins, &results]) {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    assert!(!text.contains('→') && !text.contains("isolateHost"), "{text}");
    let text = world.call("config test -c prod.json --all").ends(0).stdout;
    assert!(text.contains("isolateHost"), "{text}");
}

#[test]
fn a_missing_permission_is_named() {
    let world = World::with(json!({ "roles": ["Machine.Read.All"] }));
    let document = world.call("config test -c prod.json --json").ends(0).json();
    let permissions = document["report"]["permissions"].as_array().unwrap();
    let of =
        |name: &str| permissions.iter().find(|permission| permission["action"] == name).unwrap();
    assert_eq!(of("getAgentList")["granted"], true);
    assert_eq!(
        of("isolateHost"),
        &json!({ "action": "isolateHost", "granted": false, "missing": ["Machine.Isolate"] })
    );
}

/// What `test` says to a person with these changes to the settings.
fn text(world: &World, changes: Value, code: i32) -> String {
    world.settings("prod.json", changes);
    let ran = world.call("config test -c prod.json").ends(code);
    assert_silent(&ran, &[world.secret()], "test");
    ran.stdout
}

#[test]
fn what_is_missing_is_reported_by_family_with_where_to_grant_it() {
    let world = World::with(json!({ "roles": ["Machine.Read.All", "Machine.Isolate"] }));
    let text = text(&world, json!({}), 0);
    let line =
        |family: &str| text.lines().find(|line| line.starts_with(family)).unwrap().to_owned();
    assert!(
        line("Response").contains("partly (3)") && line("Response").contains("Machine.Scan"),
        "{text}"
    );
    assert!(!line("Response").contains("Machine.Isolate"), "{text}");
    assert!(line("Live response").contains("Machine.LiveResponse"), "{text}");
    assert!(line("Machine actions").contains("granted"), "{text}");
    let config = &world.first_line["config"];
    let part = |name: &str| config[name].as_str().unwrap();
    let consent = format!(
        "{}/{}/adminconsent?client_id={}",
        part("oAuthServerUrl"),
        part("tenantId"),
        part("clientId")
    );
    for words in
        ["→ Grant ", "WindowsDefenderATP", "Microsoft Graph → Application permissions", &consent]
    {
        assert!(text.contains(words), "{words} in\n{text}");
    }
}

#[test]
fn an_application_without_permissions_is_reported_once_where_to_grant_them() {
    let world = World::with(json!({ "roles": [] }));
    let text = text(&world, json!({}), 1);
    assert_eq!(text.matches("/adminconsent?client_id=").count(), 1, "{text}");
}

#[test]
fn a_refused_sign_in_is_reported_with_microsoft_s_number_and_where_to_fix_it() {
    let world = World::new();
    let trials = [
        (
            json!({ "secrets": { "clientSecret": "wrong-one" } }),
            "AADSTS7000215",
            "Certificates & secrets",
        ),
        (
            json!({ "config": { "clientId": "00000000-0000-0000-0000-000000000000" } }),
            "AADSTS700016",
            "Overview",
        ),
        (
            json!({ "config": { "tenantId": "other.example" } }),
            "AADSTS90002",
            "tenant's Overview page",
        ),
    ];
    for (changes, number, place) in trials {
        let text = text(&world, changes, 1);
        let page = format!("/error?code={}", number.trim_start_matches("AADSTS"));
        for words in [number, place, &page, "not known without a token"] {
            assert!(text.contains(words), "{words} in\n{text}");
        }
        assert!(!text.contains("wrong-one"), "{text}");
    }
}

#[test]
fn a_way_that_is_closed_is_reported_with_what_to_allow() {
    let world = World::new();
    let url = world.first_line["url"].as_str().unwrap();
    let denied = text(&world, json!({ "host": { "allowedHosts": [] } }), 1);
    assert!(denied.contains(&format!("Add \"{url}\" to `host.allowedHosts`")), "{denied}");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let limits = json!({ "maxRetries": 0 });
    let changes =
        json!({ "config": { "oAuthServerUrl": format!("http://{closed}"), "limits": limits } });
    let refused = text(&world, changes, 1);
    for words in [&format!("connect to {closed}"), "defenderctl doctor"] {
        assert!(refused.contains(words), "{words} in\n{refused}");
    }
}

#[cfg(unix)]
#[test]
fn on_a_terminal_lines_break_between_words() {
    let world = World::new();
    let line = format!(
        "stty cols 60; exec '{}' config test -c prod.json",
        env!("CARGO_BIN_EXE_defenderctl")
    );
    let shown = shell(&world.folder.path(""), &line).on_a_terminal().ends(0);
    let broken: Vec<&str> = shown.lines().filter(|line| line.starts_with("         ")).collect();
    assert!(broken.len() > 5 && broken.iter().all(|line| line.trim_end().len() <= 60), "{shown}");
    assert!(shown.contains("\n         Alert.ReadWrite.All, "), "{shown}");
}

#[test]
fn only_the_permissions_that_are_asked_for_count() {
    let world = World::with(json!({ "roles": ["Machine.Read.All", "Machine.Isolate"] }));
    let test = |of: &str| world.call(&format!("config test -c prod.json --json --for {of}"));
    let document = test("isolate,machines").ends(0).json();
    assert_eq!(document["report"]["permissions"].as_array().map(Vec::len), Some(2));
    let document = test("isolate,runScript").ends(1).json();
    let missing = &document["report"]["permissions"][1];
    assert_eq!((&missing["action"], &missing["granted"]), (&json!("runScript"), &json!(false)));
    test("isolat").fails(2, "unknown-action");
}
