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
fn a_search_finds_actions_by_what_people_call_them() {
    let folder = Folder::new();
    let names = |text: &str| -> Vec<String> {
        let mut call = folder.call("actions --json --search");
        call.command.arg(text);
        let document = call.ends(0).json();
        let actions = document["actions"].as_array().expect("actions").iter();
        actions.map(|action| action["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names("unisolate"), ["releaseHost"]);
    assert!(names("live response").contains(&"runScript".to_owned()));
    assert!(names("hunting query").contains(&"runHuntingQuery".to_owned()));
    // The example of the help.
    assert_eq!(names("isolation")[0], "isolateHost");
    // Microsoft's name of the operation.
    assert!(names("stop-and-quarantine").contains(&"stopAndQuarantineFile".to_owned()));
    let text = folder.call("actions --search isolat").ends(0).stdout;
    assert!(text.contains("\nResponse\n  isolateHost"), "{text}");
    assert!(!text.contains("getAlerts"), "{text}");
    let ran = folder.call("actions --search teleport").ends(2);
    assert!(ran.stderr.contains("no action is about `teleport`"), "{}", ran.stderr);
}

#[test]
fn every_parameter_is_shown_with_what_it_takes_and_a_command_to_copy() {
    let folder = Folder::new();
    let text = folder.call("actions show isolateHost").ends(0).stdout;
    for part in [
        "  defenderctl run isolateHost -p comment=TEXT -p host=NAME",
        "  defenderctl isolate --help",
        "disrupt: affects a machine",
        "Machine.Isolate (of the application;",
        "Exactly one of id, ids, host, hosts is required.",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    let row = |name: &str| {
        let line = text.lines().find(|line| line.split_whitespace().next() == Some(name));
        line.unwrap_or_else(|| panic!("{name} in\n{text}")).to_owned()
    };
    assert!(row("isolationType").contains("Full | Selective | UnManagedDevice, default Full"));
    assert!(row("wait.pollSeconds").contains("integer, 1 to 600, default 5"));
    assert!(row("host.computerDnsName").contains("text, 1 to 300 characters"));
    assert!(row("comment").contains(" yes ") && row("ids").contains(" one of "));
    // What is shown can be read in full for every action.
    let catalogue = folder.call("actions --json").ends(0).json();
    for action in catalogue["actions"].as_array().expect("actions") {
        let name = action["name"].as_str().expect("a name");
        let text = folder.call(&format!("actions show {name}")).ends(0).stdout;
        for member in action["paramsSchema"]["properties"].as_object().into_iter().flatten() {
            assert!(text.contains(member.0), "{} of {name} in\n{text}", member.0);
        }
        assert!(!text.contains("any value"), "{name}:\n{text}");
    }
}

#[test]
fn a_list_in_a_command_to_copy_is_json_of_the_form_that_it_takes() {
    let folder = Folder::new();
    for (action, part) in [
        ("runLiveResponse", r#"-p commands='[{"putFile":"TEXT"}]'"#),
        ("importIndicators", r#""indicatorType":"FileSha1""#),
        ("deleteIndicators", r#"-p ids='["TEXT"]'"#),
    ] {
        let text = folder.call(&format!("actions show {action}")).ends(0).stdout;
        let line = text.lines().find(|line| line.contains("defenderctl run ")).expect("a command");
        assert!(line.contains(part), "{part} in {line}");
    }
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
