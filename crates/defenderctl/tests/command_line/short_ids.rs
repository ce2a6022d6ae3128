//! Jobs by the beginning of their IDs.

use serde_json::{Value, json};

use crate::world::{MACHINE, World};

const LINUX: &str = "311a000000000000000000000000000000000004";

/// A world with two pending isolations, and their IDs.
fn world() -> (World, [String; 2]) {
    let world = World::with(json!({ "pendingSeconds": 3600.0 }));
    let isolate = |machine: &str| {
        let call = format!("isolate {machine} -m INC-1 --yes --no-wait -c prod.json --json");
        world.call(&call).succeeds()["job"]["id"].as_str().expect("an ID").to_owned()
    };
    let ids = [isolate(MACHINE), isolate(LINUX)];
    (world, ids)
}

fn status(world: &World, machine: &str) -> Value {
    world.actions(machine)[0]["status"].clone()
}

#[test]
fn jobs_of_a_machine_want_its_device_id_and_find_nothing_for_no_name() {
    let world = World::new();
    let ran = world.call("jobs --machine ws-ops-014 -c prod.json").ends(2);
    assert!(ran.stderr.contains("device ID"), "{}", ran.stderr);
    let id = "9a3f0c51be7724d06e1188f2c4d53aa07be61d92";
    world.call(&format!("jobs --machine {id} -c prod.json")).ends(0);
}

#[test]
fn a_terminal_shows_short_ids_and_programs_whole_ones() {
    let (world, ids) = world();
    let shown = world.call("jobs -c prod.json --no-pager").on_a_terminal().ends(0);
    for id in &ids {
        assert!(shown.contains(&id[..8]) && !shown.contains(id.as_str()), "{shown}");
    }
    for form in ["", "-o json", "-o csv", "-o wide", "--json"] {
        let ran = world.call(&format!("jobs -c prod.json {form}")).ends(0);
        assert!(ids.iter().all(|id| ran.stdout.contains(id.as_str())), "{form}: {}", ran.stdout);
    }
    let one = world.call(&format!("jobs {} -c prod.json", &ids[1][..8])).ends(0).json();
    assert_eq!(one["value"].as_array().map(Vec::len), Some(1), "{one}");
    assert_eq!(one["value"][0]["id"], ids[1]);
}

#[test]
fn a_cancellation_says_what_it_found_and_cancels_that_alone() {
    let (world, ids) = world();
    let short = &ids[0][..8];
    let mut terminal =
        world.call(&format!("cancel {short} -m wrong --no-wait -c prod.json")).on_a_terminal();
    let shown = terminal.shows("[y/N] ");
    for text in [ids[0].as_str(), "ws-ops-014.example.test", "Isolate"] {
        assert!(shown.contains(text), "{text} in:\n{shown}");
    }
    terminal.types("n");
    terminal.ends(1);
    assert_eq!(status(&world, MACHINE), "Pending");
    let cancel = format!("cancel {short} -m wrong --yes --no-wait -c prod.json");
    let ran = world.call(&cancel).ends(0);
    let note = format!("{short} is {}: Isolate of ws-ops-014.example.test, Pending", ids[0]);
    assert!(ran.stderr.contains(&note), "{note} in:\n{}", ran.stderr);
    let both = (status(&world, MACHINE), status(&world, LINUX));
    assert_eq!(both, (json!("Cancelled"), json!("Pending")));
}

#[test]
fn a_job_that_was_cancelled_here_is_described_by_what_it_does() {
    let (world, ids) = world();
    // A user whose only kept call is the cancellation.
    let other = world.folder.path("other").display().to_string();
    let call = |line: &str| {
        world.call(&format!("{line} -c prod.json")).env("DEFENDERCTL_STATE_DIR", &other).ends(0)
    };
    call(&format!("cancel {} -m wrong --yes --no-wait", ids[0]));
    let short = &ids[0][..8];
    let ran = call(&format!("jobs {short}"));
    let note = format!("{short} is {}: Isolate of ws-ops-014.example.test, Cancelled", ids[0]);
    assert!(ran.stderr.contains(&note), "{note} in:\n{}", ran.stderr);
}

#[test]
fn what_is_unknown_or_too_short_sends_nothing() {
    let (world, ids) = world();
    let unknown =
        if ids.iter().any(|id| id.starts_with("00000000")) { "11111111" } else { "00000000" };
    for (short, code, reported) in
        [(unknown, 1, "no job's ID begins with"), (&ids[0][..4], 2, "is too short")]
    {
        let cancel = format!("cancel {short} -m wrong --yes -c prod.json");
        let ran = world.call(&cancel).ends(code);
        assert!(ran.stderr.contains(reported), "{}", ran.stderr);
    }
    assert_eq!(status(&world, MACHINE), "Pending");
}
