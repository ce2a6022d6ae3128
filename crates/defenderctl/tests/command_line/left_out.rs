//! Machines that were named and are left out: not found, or of a name that several have.

use serde_json::json;

use crate::world::{MACHINE, World};

/// The two machines of the name `kiosk`.
const TWINS: [&str; 2] =
    ["7717a00000000000000000000000000000000006", "7717b00000000000000000000000000000000007"];

#[test]
fn a_name_of_two_machines_is_ambiguous_and_shows_which_they_are() {
    let world = World::new();
    let release = "release kiosk -m INC-1 --yes -c prod.json";
    let ran = world.call(release).ends(1);
    let parts = ["kiosk is the name of 2 machines; nothing was sent", "kind: ambiguous"];
    for part in parts.iter().chain(&TWINS).chain(&["10.20.31.1", "10.20.31.2", "last seen "]) {
        assert!(ran.stderr.contains(part), "{part} in {}", ran.stderr);
    }
    assert!(!ran.stderr.contains("not found"), "{}", ran.stderr);
    let error = &world.call(&format!("{release} --json")).fails(1, "ambiguous")["error"];
    let details = &error["details"];
    let mut ids: Vec<&str> = details["candidates"]
        .as_array()
        .expect("candidates")
        .iter()
        .filter_map(|machine| machine["id"].as_str())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, TWINS, "{error}");
    assert_eq!(details["missing"][0]["name"], "kiosk", "{error}");

    let mixed = "release ws-ops-014 kiosk nobody -m INC-1 --yes -c prod.json";
    let document = world.call(&format!("{mixed} --json")).fails(1, "not-found");
    let kinds: Vec<_> =
        (0..2).map(|n| document["error"]["details"]["missing"][n]["kind"].clone()).collect();
    assert_eq!(kinds, [json!("ambiguous"), json!("not-found")], "{document}");
    let ran = world.call(mixed).ends(1);
    for part in ["2 of 3 machines not found or ambiguous", TWINS[0], "nobody: ", "--skip-missing"] {
        assert!(ran.stderr.contains(part), "{part} in {}", ran.stderr);
    }
    assert!(world.actions(MACHINE).is_empty());
}

#[test]
#[cfg(unix)]
fn a_machine_that_was_left_out_is_named_at_the_end_and_makes_it_no_success() {
    let world = World::new();
    world.folder.write("hosts.txt", "ws-ops-014\nsrv-web-003\nsrv-wbe-03\n");
    let last = "srv-wbe-03 was not found and was NOT isolated";
    let isolate = "isolate -f hosts.txt -m INC-1 -c prod.json";
    for (more, code) in [("", 1), (" --skip-missing", 0)] {
        let mut terminal = world.call(&format!("{isolate}{more}")).on_a_terminal();
        terminal.shows("Isolate the 2 that were found? [y/N] ");
        terminal.types("y");
        let shown = terminal.ends(code);
        let lines: Vec<&str> = shown.trim().lines().collect();
        assert!(lines.last().is_some_and(|line| line.contains(last)), "{shown}");
        assert!(shown.contains(" of 3 "), "{shown}");
        world.call("release ws-ops-014 srv-web-003 -m INC-1 --yes -c prod.json").ends(0);
    }
    let ran = world.call("isolate ws-ops-014 nobody -m INC-1 --yes --skip-missing -c prod.json");
    let ran = ran.ends(0);
    let last = ran.stderr.lines().last().unwrap_or_default().to_owned();
    assert!(last.contains("nobody was not found and was NOT isolated"), "{}", ran.stderr);
    // Nobody confirmed anything: what was not done is not spoken of as left out.
    world.call("release ws-ops-014 -m INC-1 --yes -c prod.json").ends(0);
    let mut terminal = world.call(isolate).on_a_terminal();
    terminal.shows("[y/N] ");
    terminal.types("n");
    assert!(!terminal.ends(1).contains("NOT isolated"));
}
