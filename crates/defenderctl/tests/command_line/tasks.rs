//! What a responder does every day: one command each, typed at a terminal and confirmed there.

use serde_json::json;

use crate::world::{MACHINE, World};

const LINUX: &str = "311a000000000000000000000000000000000004";

/// What the command shows; `answer` is typed at its question, if it asks one.
fn typed(world: &World, command: &str, answer: Option<&str>) -> String {
    let mut terminal = world.call(&format!("{command} -c prod.json --no-pager")).on_a_terminal();
    if let Some(answer) = answer {
        terminal.shows("? [y/N] ");
        terminal.types(answer);
    }
    terminal.ends(0)
}

#[test]
fn twelve_tasks_are_one_command_each_on_a_terminal() {
    let world = World::with(json!({ "machines": [
        { "id": MACHINE, "computerDnsName": "ws-ops-014.example.test",
          "files": { "C:/out.txt": "found" } },
        { "id": LINUX, "computerDnsName": "srv-web-003.example.test" }
    ] }));
    world.folder.write("hosts.txt", "WS-OPS-014\r\nsrv-web-003.example.test.\r\n");
    world.folder.write("query.kql", "DeviceInfo | take 1");
    let yes = Some("y");
    // Command, answer, and what is shown then.
    let tasks = [
        ("isolate ws-ops-014 -m INC-1", yes, "ws-ops-014.example.test is isolated"),
        ("isolated", None, "ws-ops-014.example.test"),
        ("release ws-ops-014 -m INC-1", yes, "ws-ops-014.example.test is released"),
        ("isolate -f hosts.txt -m INC-1", yes, "2 of 2"),
        ("script run triage.ps1 ws-ops-014 -m INC-1", yes, "triage of"),
        ("file get ws-ops-014 C:/out.txt -m INC-1 --to out.zip", yes, "bytes"),
        ("collect ws-ops-014 -m INC-1 --to package.zip", yes, "bytes"),
        ("block 203.0.113.99 --for 30d -m INC-1", yes, "203.0.113.99 is blocked until 20"),
        ("unblock 203.0.113.99", yes, "203.0.113.99 is not blocked any more"),
        ("hunt query.kql -o csv --to hits.csv", None, "written to hits.csv"),
        ("alerts --since 24h", None, "created"),
        ("jobs --since 24h", None, "Isolate"),
    ];
    for (command, answer, wanted) in tasks {
        let shown = typed(&world, command, answer);
        assert!(shown.contains(wanted), "{command}: {shown}");
    }
    let types = |id: &str| -> Vec<String> {
        let text = |job: &serde_json::Value| job["type"].as_str().map(str::to_owned);
        world.actions(id).iter().filter_map(text).collect()
    };
    assert_eq!(types(LINUX), ["Isolate"]);
    assert_eq!(types(MACHINE).iter().filter(|name| *name == "Isolate").count(), 2);
    for file in ["out.zip", "package.zip", "hits.csv"] {
        assert!(!world.folder.read(file).is_empty(), "{file}");
    }
}
