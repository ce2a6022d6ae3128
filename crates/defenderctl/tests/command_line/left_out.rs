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
