//! `--egress-log`: a line for each request that is allowed or refused, and for its end.

use serde_json::{Value, json};

use crate::world::{MACHINE, World};

fn lines(world: &World, name: &str) -> Vec<Value> {
    let text = String::from_utf8(world.folder.read(name)).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn each_request_is_a_line_of_the_file_that_is_named() {
    let world = World::new();
    let call = "run getAgentList -c prod.json --json";
    world.call(&format!("{call} --egress-log egress.jsonl")).succeeds();
    let events = |lines: &[Value]| -> Vec<String> {
        lines.iter().map(|line| line["event"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let first = lines(&world, "egress.jsonl");
    assert_eq!(events(&first), ["allowed", "ended", "allowed", "ended"]);
    assert!(first.iter().all(|line| line["connector"] == "prod"), "{first:?}");
    assert_eq!((&first[1]["isSignIn"], &first[3]["status"]), (&json!(true), &json!(200)));
    // The settings name one, too, and a line is added to it.
    world.settings("logged.json", json!({ "host": { "egressLog": "egress.jsonl" } }));
    world.call("run getAgentList -c logged.json --json").succeeds();
    assert_eq!(lines(&world, "egress.jsonl").len(), 8);
    world.call(call).env("DEFENDERCTL_EGRESS_LOG", "other.jsonl").succeeds();
    assert_eq!(lines(&world, "other.jsonl").len(), 4);
}

#[test]
fn what_the_settings_do_not_allow_is_refused_by_its_rule() {
    let world = World::new();
    let only = json!({ "origin": world.first_line["url"], "methods": ["POST"] });
    world.settings("strict.json", json!({ "host": { "allowedHosts": [only] } }));
    world.call("run getAgentList -c strict.json --json --egress-log egress.jsonl").ends(1);
    let lines = lines(&world, "egress.jsonl");
    let refused = lines.iter().find(|line| line["event"] == "refused").expect("a refusal");
    assert_eq!((&refused["rule"], &refused["method"]), (&json!("method"), &json!("GET")));
}

#[test]
fn a_log_that_cannot_be_opened_prevents_the_call() {
    let world = World::new();
    world.settings("logged.json", json!({ "host": { "egressLog": "nowhere/egress.jsonl" } }));
    for arguments in ["-c prod.json --egress-log nowhere/egress.jsonl", "-c logged.json"] {
        let call = format!("run isolateHost --yes -p id={MACHINE} -p comment=c {arguments}");
        let ran = world.call(&call).ends(2);
        let shown = format!("{}{}", ran.stdout, ran.stderr);
        assert!(shown.contains("egress.jsonl") && shown.contains("nothing was sent"), "{shown}");
    }
    assert!(world.actions(MACHINE).is_empty());
}
