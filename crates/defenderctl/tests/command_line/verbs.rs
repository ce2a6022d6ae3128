//! The verbs: the everyday tasks of a responder, one command each, and the machines as people write
//! them.

use serde_json::{Value, json};

use crate::world::{MACHINE, World};

const LINUX: &str = "311a000000000000000000000000000000000004";

fn types(world: &World, machine: &str) -> Vec<Value> {
    world.actions(machine).iter().map(|action| action["type"].clone()).collect()
}

#[test]
fn everyday_tasks_are_one_command_each() {
    let world = World::with(json!({ "machines": [{
        "id": MACHINE, "computerDnsName": "ws-ops-014.example.test",
        "files": { "C:/out.txt": "found" }
    }] }));
    let run = |arguments: &str| world.call(&format!("{arguments} -c prod.json --json")).succeeds();
    run("isolate ws-ops-014 -m INC-1 --yes");
    run("release ws-ops-014 -m INC-1 --yes");
    assert_eq!(types(&world, MACHINE), ["Unisolate", "Isolate"]);
    let script = run("script run triage.ps1 ws-ops-014 --yes");
    assert!(script.to_string().contains("triage of"), "{script}");
    world.call("file get ws-ops-014 C:/out.txt -m INC-1 --yes -c prod.json --to out.zip").ends(0);
    world.call("collect ws-ops-014 -m INC-1 --yes -c prod.json --to package.zip").ends(0);
    assert!(
        !world.folder.read("out.zip").is_empty() && !world.folder.read("package.zip").is_empty()
    );
    run("block 203.0.113.99 --for 30d -m INC-1 --yes");
    let indicators = run("indicators --all");
    let blocked = indicators["data"]["value"].as_array().expect("a list");
    let own = |it: &&Value| it["indicatorValue"] == "203.0.113.99";
    let own = blocked.iter().find(own).expect("the indicator");
    assert_eq!((&own["indicatorType"], &own["action"]), (&json!("IpAddress"), &json!("Block")));
    assert!(own["expirationTime"].is_string(), "{own}");
    run("unblock 203.0.113.99 --yes");
    assert!(!run("indicators --all").to_string().contains("203.0.113.99"));
    world.folder.write("query.kql", "DeviceInfo | take 1");
    world.call("hunt query.kql -c prod.json --to hits.csv --output csv").ends(0);
    assert!(!world.folder.read("hits.csv").is_empty());
    assert!(run("alerts --since 24h")["data"]["value"].is_array());
    assert!(run("machines")["data"]["value"].is_array());
    assert!(run("jobs --since 24h")["data"]["value"].is_array());
}

#[test]
fn a_pending_job_is_cancelled() {
    let world = World::with(json!({ "pendingSeconds": 3600.0 }));
    let document =
        world.call("isolate ws-ops-014 -m INC-1 --yes -c prod.json --json --no-wait").succeeds();
    let id = document["job"]["id"].as_str().expect("an ID");
    world.call(&format!("cancel {id} -m wrong --yes --no-wait -c prod.json --json")).succeeds();
    assert_eq!(world.actions(MACHINE)[0]["status"], "Cancelled");
}

#[test]
fn a_list_may_come_from_windows_and_all_of_it_is_meant() {
    let world = World::new();
    world.folder.write("hosts.txt", format!("# case\r\n ws-ops-014 \r\n\r\n{LINUX}\r\n"));
    world.call("isolate -f hosts.txt -m INC-1 --yes -c prod.json --json").succeeds();
    assert_eq!((types(&world, MACHINE).len(), types(&world, LINUX).len()), (1, 1));
}

#[test]
fn a_wrong_name_stops_the_list_unless_the_rest_is_wanted() {
    let world = World::new();
    let isolate = "isolate ws-ops-014 ws-ops-15 -m INC-1 -c prod.json";
    let ran = world.call(&format!("{isolate} --yes")).ends(1);
    for part in ["1 of 2 machines not found", "ws-ops-014.example.test", "--skip-missing"] {
        assert!(ran.stderr.contains(part), "{part} in {}", ran.stderr);
    }
    world.call(isolate).ends(2);
    assert!(world.actions(MACHINE).is_empty());
    #[cfg(unix)]
    {
        let mut terminal = world.call(isolate).on_a_terminal();
        let shown = terminal.shows("Isolate the 1 that was found? [y/N] ");
        assert!(shown.contains("ws-ops-15: "), "{shown}");
        terminal.types("n");
        terminal.ends(1);
        assert!(world.actions(MACHINE).is_empty());
    }
    world.call(&format!("{isolate} --yes --skip-missing --json")).succeeds();
    assert_eq!(types(&world, MACHINE), ["Isolate"]);
}

#[test]
fn an_offboarding_wants_the_name() {
    let world = World::new();
    let offboard = "offboard ws-ops-014 -m INC-1 -c prod.json";
    for more in ["", " --yes", " --confirm ws-ops-015", " --yes --confirm y"] {
        world.call(&format!("{offboard}{more}")).ends(2);
    }
    assert!(world.actions(MACHINE).is_empty());
    #[cfg(unix)]
    {
        let mut terminal = world.call(offboard).on_a_terminal();
        let shown = terminal.shows("Type ws-ops-014 to go on: ");
        assert!(shown.contains("prod (tenant "), "{shown}");
        terminal.types("y");
        terminal.ends(1);
        assert!(world.actions(MACHINE).is_empty());
    }
    world.call(&format!("{offboard} --confirm ws-ops-014 --json")).succeeds();
    assert_eq!(types(&world, MACHINE), ["Offboard"]);
}

#[test]
#[cfg(unix)]
fn whatever_is_redirected_a_verb_asks_on_the_terminal() {
    let world = World::new();
    let binary = env!("CARGO_BIN_EXE_defenderctl");
    let isolate = format!("{binary} isolate ws-ops-014 -m INC-1 -c prod.json");
    for line in [
        format!("{isolate} | tee log.txt"),
        format!("{isolate} > out.json"),
        format!("{isolate} 2> err.log"),
        format!("{isolate} --json | cat"),
        format!("echo ws-ops-014 | while read h; do {isolate}; done"),
    ] {
        let line = format!("{line}; true");
        let mut terminal = crate::run::shell(&world.folder.path(""), &line).on_a_terminal();
        terminal.shows("1 machine? [y/N] ");
        terminal.types("n");
        terminal.ends(0);
        assert!(world.actions(MACHINE).is_empty(), "{line}");
    }
}

#[test]
fn a_wrong_verb_never_leads_to_its_opposite() {
    let world = World::new();
    let ran = world.call("unisolate ws-ops-014 -c prod.json").ends(2);
    assert!(ran.stderr.contains("'release'"), "{}", ran.stderr);
    for wrong in ["unisolat", "isolte", "unrestric", "ofboard", "relase"] {
        let ran = world.call(&format!("{wrong} ws-ops-014 -c prod.json")).ends(2);
        let proposes = ["isolate", "restrict", "offboard"]
            .iter()
            .any(|verb| ran.stderr.contains(&format!("'{verb}'")));
        assert!(!proposes, "{wrong}: {}", ran.stderr);
    }
}
