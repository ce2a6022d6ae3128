//! The verbs: the everyday tasks of a responder, one command each, and the machines as people write
//! them.

use serde_json::{Value, json};

#[cfg(unix)]
use crate::run::shell;
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
fn incidents_are_filtered_and_a_table_has_what_matters_first() {
    let world = World::new();
    let ids = |more: &str| -> Vec<String> {
        let document = world.call(&format!("incidents {more} -c prod.json --json")).succeeds();
        let list = document["data"]["value"].as_array().expect("a list").clone();
        list.iter().map(|it| it["id"].as_str().expect("text").to_owned()).collect()
    };
    assert_eq!(ids("--since 24h"), ["51207"]);
    assert_eq!(ids("--status RESOLVED"), ["51209"]);
    assert_eq!(ids("--severity high --status inprogress"), ["51208"]);
    assert_eq!(ids("--all").len(), 4);
    let table = world.call("incidents -o table -c prod.json").ends(0).stdout;
    let headings: Vec<&str> = table.lines().next().unwrap_or_default().split_whitespace().collect();
    assert_eq!(headings[..4], ["displayName", "severity", "createdDateTime", "status"], "{table}");
    assert_eq!(headings.last(), Some(&"id"));
    let merged = world.call("run getIncident -p id=51211 -c prod.json").ends(0);
    assert!(merged.stderr.contains("merged into 51208"), "{}", merged.stderr);
    #[cfg(unix)]
    {
        let binary = env!("CARGO_BIN_EXE_defenderctl");
        let line =
            format!("stty cols 160; exec {binary} incidents --alerts --no-pager -c prod.json");
        let shown = shell(&world.folder.path(""), &line).on_a_terminal().ends(0);
        let row = shown.lines().find(|line| line.contains("51208")).expect("a row");
        let cells: Vec<&str> = row.split("  ").map(str::trim).filter(|it| !it.is_empty()).collect();
        assert_eq!([cells[1], cells[3], cells[4]], ["high", "inProgress", "1"], "{shown}");
    }
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

#[test]
fn arguments_of_a_script_reach_the_script_and_are_no_machines() {
    let world = World::new();
    let script = "script run triage.ps1 ws-ops-014 --yes --no-wait -c prod.json --json --";
    world.call(&format!("{script} {LINUX} -Verbose")).succeeds();
    assert!(world.actions(LINUX).is_empty());
    let jobs = world.actions(MACHINE);
    let commands = jobs[0]["commands"].to_string();
    assert!(commands.contains(&format!("{LINUX} -Verbose")), "{commands}");
}

#[test]
fn a_text_that_begins_with_an_at_sign_is_a_text() {
    let world = World::new();
    world.call("isolate ws-ops-014 -m @alice --yes --no-wait -c prod.json --json").succeeds();
    let comment = world.actions(MACHINE)[0]["requestorComment"].clone();
    assert!(comment.as_str().is_some_and(|text| text.ends_with("@alice")), "{comment}");
}

#[test]
fn more_than_ten_machines_want_their_number() {
    let world = World::with(json!({ "fleet": 11 }));
    let list = world.call("machines --all -c prod.json --json").succeeds();
    let names: Vec<&str> = list["data"]["value"]
        .as_array()
        .expect("machines")
        .iter()
        .filter_map(|machine| machine["computerDnsName"].as_str())
        .filter(|name| name.starts_with("fleet-"))
        .collect();
    assert_eq!(names.len(), 11, "{names:?}");
    world.folder.write("fleet.txt", names.join("\n"));
    let isolate = "isolate -f fleet.txt -m INC-1 --no-wait -c prod.json --json";
    for more in ["", " --yes", " --confirm 10", " --confirm y"] {
        world.call(&format!("{isolate}{more}")).ends(2);
    }
    let jobs = |world: &World| {
        let jobs = world.call("jobs --all -c prod.json --json").succeeds();
        jobs["data"]["value"].as_array().map(Vec::len)
    };
    let before = jobs(&world);
    world.call(&format!("{isolate} --confirm 11")).succeeds();
    assert_eq!(jobs(&world), before.map(|before| before + 11));
}

#[test]
#[cfg(unix)]
fn an_empty_answer_offboards_nothing_though_the_machine_has_no_name() {
    let world = World::with(json!({ "machines": [{ "id": MACHINE, "computerDnsName": "" }] }));
    let offboard = format!("offboard {MACHINE} -m INC-1 -c prod.json");
    let mut terminal = world.call(&offboard).on_a_terminal();
    terminal.shows(&format!("Type {MACHINE} to go on: "));
    terminal.types("");
    terminal.ends(1);
    assert!(world.actions(MACHINE).is_empty());
}

#[test]
fn several_jobs_are_cancelled_by_one_call() {
    let world = World::with(json!({ "pendingSeconds": 3600.0 }));
    let start = "isolate ws-ops-014 srv-web-003 -m INC-1 --yes --no-wait -c prod.json --json";
    let document = world.call(start).succeeds();
    let ids: Vec<String> = document["data"]["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|row| row["job"]["id"].as_str().expect("an ID").to_owned())
        .collect();
    let cancel = format!("cancel {} {} -m wrong -c prod.json", ids[0], ids[1]);
    #[cfg(unix)]
    {
        let mut terminal = world.call(&cancel).on_a_terminal();
        let shown = terminal.shows("2 of them? [y/N] ");
        assert!(shown.contains("Isolate") && !shown.contains("last user"), "{shown}");
        terminal.types("n");
        terminal.ends(1);
    }
    world.call(&format!("{cancel} --yes --json")).succeeds();
    for machine in [MACHINE, LINUX] {
        assert_eq!(world.actions(machine)[0]["status"], "Cancelled");
    }
}

#[test]
fn blocking_allows_nothing_and_unblocking_finds_a_value_whatever_its_case() {
    let world = World::new();
    world.call("block evil.example --action Allowed -m INC-1 --yes -c prod.json").ends(2);
    world.call("block evil.example -m INC-1 --yes -c prod.json --json").succeeds();
    world.call("unblock EVIL.example --yes -c prod.json --json").succeeds();
    let left = world.call("indicators --all -c prod.json --json").succeeds();
    assert!(!left.to_string().contains("evil.example"));
}
