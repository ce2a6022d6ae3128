//! `demo`: the whole way without any settings.

use serde_json::Value;

use crate::shape::assert_members;
use crate::world::Folder;

/// What the stub's `triage.ps1` prints on the machine that the demo chooses.
const PRINTED: &str = "triage of ws-ops-014.example.test";

#[test]
fn the_demo_isolates_three_machines_once_each_and_shows_what_the_script_printed() {
    let folder = Folder::new();
    // Both spend their ten seconds waiting for their stubs: they wait together.
    let (text, json) = (folder.call("demo").start(), folder.call("demo --json").start());
    let text = text.ends(0).stdout;
    assert!(text.contains("isolate was sent 3 times for 3 orders"), "{text}");
    assert!(text.contains("by name in one call") && text.contains("1 lookup, 3 actions"), "{text}");
    assert!(text.contains("out.txt from ws-ops-014: 20 bytes on disk, SHA-256 "), "{text}");
    assert!(text.contains(PRINTED), "{text}");

    let document = json.ends(0).json();
    assert_eq!((&document["status"], &document["connectorId"]), (&"ok".into(), &"demo".into()));
    let steps = document["steps"].as_array().unwrap();
    for step in steps {
        assert_eq!(step["status"], "passed", "{step}");
        assert!(step["durationMs"].is_u64(), "{step}");
    }
    let detail =
        |name: &str| steps.iter().find(|step| step["name"] == name).map(|step| &step["detail"]);
    assert!(
        detail("summary")
            .and_then(Value::as_str)
            .is_some_and(|it| it.contains("unisolate was sent 3 times"))
    );
    let results = steps.iter().find(|step| step["name"] == "runScript").unwrap();
    assert_members(results, &["name", "status", "detail", "durationMs", "output"]);
    assert!(results["output"].as_str().is_some_and(|it| it.contains(PRINTED)), "{results}");
    assert!(folder.names().is_empty(), "the demo leaves nothing behind");
}
