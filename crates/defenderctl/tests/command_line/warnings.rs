//! What to know about a success: on stderr whatever the form of the result, and in the documents.

use serde_json::json;

use crate::run::Ran;
use crate::world::{Folder, MACHINE, World};

/// A world in which each change of a device's value is answered with a record that does not show
/// it.
fn silent() -> World {
    let record = json!({ "id": MACHINE, "computerDnsName": "ws-ops-014.example.test" }).to_string();
    let kind = json!({ "status": { "status": 200, "body": record } });
    World::with(json!({
        "faults": [
            { "on": "POST /api/machines/{id}/setDeviceValue", "times": 99, "kind": kind }
        ]
    }))
}

/// The warnings on stderr, without the one on the test's own settings.
fn warnings(ran: &Ran) -> Vec<&str> {
    let all = ran.stderr.lines().filter_map(|line| line.strip_prefix("warning: "));
    all.filter(|warning| {
        !warning.starts_with("prod.json ") && !warning.starts_with("hostile.json ")
    })
    .collect()
}

#[test]
fn a_warning_is_said_in_every_form_of_the_result() {
    let world = silent();
    let one = format!("run setDeviceValue -c prod.json -p deviceValue=High -p id={MACHINE}");
    let many =
        format!("run setDeviceValue -c prod.json -p deviceValue=High -p ids=[\"{MACHINE}\"]");
    for arguments in [
        one.clone(),
        format!("{one} --json"),
        format!("{one} --output table"),
        format!("{one} --to out.json"),
        format!("{many} --output csv"),
        format!("{many} --output table --to out.txt"),
        format!("{many} --json"),
    ] {
        let ran = world.call(&arguments).ends(0);
        let said = warnings(&ran);
        assert_eq!(said.len(), 1, "{arguments}: {}", ran.stderr);
        assert!(
            said[0].contains("`setDeviceValue`") && said[0].contains("`getAgentDetails`"),
            "{said:?}"
        );
    }
    let document = world.call(&format!("{one} --json")).succeeds();
    assert_eq!(document["warnings"][0]["code"], "change-not-shown");
    let document = world.call(&format!("{many} --json")).succeeds();
    assert_eq!(document["warnings"][0]["details"]["target"]["id"], MACHINE);
    assert_eq!(document["data"]["results"][0]["warnings"][0]["code"], "change-not-shown");
}

#[test]
fn a_warning_of_one_machine_is_said_although_another_failed() {
    let world = silent();
    let hosts = r#"[{"computerDnsName":"ws-ops-014"},{"computerDnsName":"nobody"}]"#;
    let arguments = format!("run setDeviceValue -c prod.json -p deviceValue=High -p hosts={hosts}");
    for form in ["--output table", "--output csv", "--output json", "--json"] {
        let ran = world.call(&format!("{arguments} {form}")).ends(1);
        assert_eq!(warnings(&ran).len(), 1, "{form}: {}", ran.stderr);
    }
}

/// A folder with the hostile component and settings for it.
fn hostile() -> Folder {
    let folder = Folder::new();
    folder.write("hostile.wasm", hostile_plugins::HOSTILE);
    folder.write("hostile.json", json!({ "config": {}, "secrets": {} }).to_string());
    folder
}

#[test]
fn what_a_plugin_wrote_before_it_trapped_does_not_steer_the_terminal() {
    let answer = "run answer -c hostile.json --plugin hostile.wasm -p trapping=1";
    let ran = hostile().call(answer).ends(3);
    assert!(ran.stderr.contains("on purpose \u{fffd}[2J"), "{}", ran.stderr);
    assert!(!ran.stderr.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']), "{:?}", ran.stderr);
}

#[test]
fn a_plugin_s_warning_cannot_steer_the_terminal_or_pass_for_a_line_of_the_host() {
    let folder = hostile();
    let call = || folder.call("run answer -c hostile.json --plugin hostile.wasm -p warn=1");
    let ran = call().ends(0);
    assert_eq!(warnings(&ran), ["beware\u{fffd}[31m\u{fffd}error: the disk is full"]);
    assert!(!ran.stderr.lines().any(|line| line.starts_with("error:")), "{}", ran.stderr);
    let document =
        folder.call("run answer -c hostile.json --plugin hostile.wasm -p warn=1 --json").succeeds();
    assert_eq!(document["warnings"][0]["details"], "{\"half\": [", "what is not JSON is a text");
}
