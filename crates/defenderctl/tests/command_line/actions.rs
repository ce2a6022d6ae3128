//! `actions`: the catalogue, and one action in full.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::shape::assert_members;
use crate::world::Folder;

/// The ten that Kibana has.
const ACTIONS: [&str; 10] = [
    "testConnector",
    "getAgentDetails",
    "getAgentList",
    "isolateHost",
    "releaseHost",
    "getActions",
    "getLibraryFiles",
    "runScript",
    "getActionResults",
    "cancelAction",
];

const MEMBERS: [&str; 12] = [
    "name",
    "title",
    "summary",
    "effect",
    "roles",
    "paramsSchema",
    "resultSchema",
    "deprecated",
    "docs",
    "category",
    "fileAction",
    "readPosts",
];

#[test]
fn the_catalogue_is_a_document_with_every_action_and_its_schemas() {
    let document = Folder::new().call("actions --json").ends(0).json();
    assert_members(
        &document,
        &[
            "id",
            "name",
            "version",
            "configSchema",
            "secretsSchema",
            "errorDetailsSchema",
            "actions",
        ],
    );
    assert_eq!(document["id"], "microsoft_defender_endpoint");
    assert_eq!(document["configSchema"]["type"], "object");
    assert!(document["secretsSchema"].is_object());
    let actions = document["actions"].as_array().unwrap();
    let names: BTreeSet<&str> =
        actions.iter().filter_map(|action| action["name"].as_str()).collect();
    assert_eq!(names.len(), actions.len(), "no two actions have one name");
    for name in ACTIONS {
        assert!(names.contains(name), "{name}");
    }
    for action in actions {
        assert_members(action, &MEMBERS);
        assert_eq!(action["paramsSchema"]["type"], "object", "{action}");
        assert!(matches!(action["resultSchema"], Value::Object(_) | Value::Bool(_)), "{action}");
        assert!(
            ["read", "change", "policy", "disrupt"]
                .iter()
                .any(|effect| action["effect"] == *effect),
            "{action}"
        );
        let groups = action["roles"].as_array().unwrap();
        assert!(
            groups.iter().all(|group| group.as_array().is_some_and(|group| !group.is_empty())),
            "{action}"
        );
    }
}

#[test]
fn the_catalogue_as_text_has_a_line_for_every_action() {
    let text = Folder::new().call("actions").ends(0).stdout;
    for name in ACTIONS {
        assert!(
            text.lines().any(|line| line.split_whitespace().next() == Some(name)),
            "{name} in\n{text}"
        );
    }
}

#[test]
fn one_action_is_shown_in_full() {
    let folder = Folder::new();
    let text = folder.call("actions show isolateHost").ends(0).stdout;
    for part in
        ["isolateHost", "disrupt", "Machine.Isolate", "comment", "https://learn.microsoft.com/"]
    {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    let document = folder.call("actions show isolateHost --json").ends(0).json();
    assert_members(&document, &MEMBERS);
    assert_eq!(document["name"], "isolateHost");
    assert!(document["paramsSchema"]["properties"]["comment"].is_object());
}

#[test]
fn an_action_that_is_not_there_is_usage() {
    let document =
        Folder::new().call("actions show isolate-host --json").fails(2, "unknown-action");
    assert_eq!(document["connectorId"], Value::Null);
    assert!(
        document["serviceMessage"]
            .as_str()
            .is_some_and(|message| message.contains("`isolateHost`"))
    );
}
