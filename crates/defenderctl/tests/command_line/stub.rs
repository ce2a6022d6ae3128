//! `stub`: a server of its own, whose first line is all that a client needs.

use serde_json::json;

use crate::shape::assert_members;
use crate::world::{Folder, World};

#[test]
fn the_first_line_says_where_the_stub_is_and_what_leads_there() {
    let world = World::new();
    let line = &world.first_line;
    assert_members(line, &["url", "storageUrl", "config", "secrets"]);
    assert_members(&line["secrets"], &["clientSecret"]);
    assert_eq!(line["config"]["apiUrl"], line["url"]);
    assert_ne!(line["storageUrl"], line["url"]);
    for place in ["url", "storageUrl"] {
        assert!(
            line[place].as_str().is_some_and(|url| url.starts_with("http://127.0.0.1:")),
            "{line}"
        );
    }
}

#[test]
fn a_scenario_in_either_format_is_read_and_one_that_is_wrong_is_usage() {
    let world = World::with(json!({ "clientId": "00000000-0000-0000-0000-00000000c11e" }));
    assert_eq!(world.first_line["config"]["clientId"], "00000000-0000-0000-0000-00000000c11e");
    let trials = [
        ("unknown.toml", "pendingSecond = 1.0\n"),
        ("broken.toml", "pendingSeconds = \n"),
        ("unknown.json", r#"{"faults": [{"on": "*", "kind": "earthquake"}]}"#),
        ("broken.json", "{"),
    ];
    for (name, text) in trials {
        world.folder.write(name, text);
        world
            .call(&format!("stub --listen 127.0.0.1:0 --scenario {name} --json"))
            .fails(2, "invalid-config");
    }
    let folder = Folder::new();
    folder.write("quick.toml", "pendingSeconds = 0.0\n");
    folder.call("stub --listen 127.0.0.1:0 --scenario quick.toml").start().line();
}

#[test]
fn the_schema_of_scenarios_is_printed_and_nothing_is_served() {
    let schema = Folder::new().call("stub --schema").ends(0).json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["additionalProperties"], false);
    Folder::new().call("stub --schema --listen 127.0.0.1:0").ends(2);
}

#[cfg(unix)]
#[test]
fn faults_that_made_no_difference_are_named_at_the_end() {
    let world = World::with(json!({ "faults": [
        { "on": "GET /api/machines", "kind": { "delay": { "ms": 1 } } },
        { "on": "GET /api/machine", "skip": 2, "kind": "notFound" },
    ]}));
    world.call("run getAgentList -c prod.json --json --allow-partial").ends(0);
    let stderr = world.end().stderr;
    assert!(
        stderr.contains("the fault notFound on GET /api/machine (skip 2) made no difference"),
        "{stderr}"
    );
    assert_eq!(stderr.matches("made no difference").count(), 1, "{stderr}");
}

#[test]
fn an_address_that_is_taken_is_a_failure() {
    let world = World::new();
    let taken = world.first_line["url"].as_str().unwrap().trim_start_matches("http://");
    world.call(&format!("stub --listen {taken} --json")).fails(1, "internal");
}

#[test]
fn an_address_without_a_port_is_usage_and_the_form_is_shown() {
    for wrong in ["8765", "localhost:8765", "127.0.0.1"] {
        let ran = Folder::new().call(&format!("stub --listen {wrong}")).ends(2);
        assert!(
            ran.stderr.contains("ADDRESS:PORT, for example `127.0.0.1:8765`"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn the_settings_that_lead_there_are_written_and_replace_nothing_unless_asked() {
    let folder = Folder::new();
    let stub =
        |options: &str| folder.call(&format!("stub --listen 127.0.0.1:0 --settings {options}"));
    let running = stub("stub.json").start();
    running.line();
    let passed = folder.call("config test -c stub.json").ends(0);
    assert!(!passed.stderr.contains("warning"), "{}", passed.stderr);
    let first = folder.read("stub.json");
    for refused in ["stub.json", "stub.toml"] {
        assert_eq!(
            stub(&format!("{refused} --json")).ends(2).json()["error"]["kind"],
            "invalid-config"
        );
    }
    assert_eq!(
        (folder.read("stub.json"), folder.names()),
        (first.clone(), vec!["stub.json".to_owned()])
    );
    drop(running);
    stub("stub.json --force").start().line();
    assert_ne!(folder.read("stub.json"), first, "another port");
}

#[cfg(unix)]
#[test]
fn an_interrupted_stub_ends_well_and_has_said_nothing_more_on_stdout() {
    assert_eq!(World::new().end().stdout, "");
}
