//! Ctrl-C while a script runs or a file is fetched: what they leave can be had later.

use defender_stub::{Fault, FaultKind};
use serde_json::json;

use crate::inside::{HOUR, Inside, command, line_with};
use crate::world::MACHINE;

const LIVE_RESPONSE: &str = "POST /api/machines/{id}/runliveresponse";

#[test]
fn a_script_that_was_left_alone_has_its_result_fetched_by_the_printed_command() {
    let inside = Inside::new();
    inside.folder.write(
        "params.json",
        r#"{"parameters": {"scriptName": "triage.ps1"}, "wait": {"pollSeconds": 1}}"#,
    );
    let running =
        inside.call(&format!("run runScript --yes -p id={MACHINE} --params @params.json")).start();
    line_with(&running, "pending");
    running.interrupt();
    let ran = running.ends(1);
    inside.service().advance(2 * HOUR);
    let result = inside.shell(&command(&ran, "resume")).ends(0).json();
    assert!(
        result["script_output"].as_str().is_some_and(|text| text.contains("triage of ws-ops-014")),
        "{result}"
    );
    assert_eq!(inside.service().sent(LIVE_RESPONSE), 1);
}

#[test]
fn a_file_that_was_asked_for_is_fetched_by_the_printed_command_without_asking_again() {
    let inside = Inside::new();
    inside.folder.write("params.json", r#"{"path": "C:\\Windows\\Temp\\out.txt", "comment": "c"}"#);
    let running = inside
        .call(&format!("run getFile --yes --to out.bin -p id={MACHINE} --params @params.json"))
        .start();
    line_with(&running, "pending");
    running.interrupt();
    let ran = running.ends(1);
    assert!(ran.stderr.contains("no file was kept"), "{}", ran.stderr);
    assert_eq!(inside.folder.names(), ["my prod.json", "params.json"]);
    inside.service().advance(2 * HOUR);
    inside.shell(&command(&ran, "resume")).ends(0);
    assert_eq!(inside.folder.read("out.bin"), b"collected evidence\r\n");
    assert_eq!(inside.service().sent(LIVE_RESPONSE), 1);
}

#[test]
fn the_audit_file_has_what_an_interrupted_download_has_started() {
    let inside = Inside::new();
    let download =
        "run runScript --yes --to out.txt --audit audit.jsonl -p parameters.scriptName=triage.ps1";
    let running = inside.call(&format!("{download} -p id={MACHINE}")).start();
    line_with(&running, "pending");
    running.interrupt();
    running.ends(1);
    let after = &inside.audited()[1];
    assert_eq!(
        (&after["outcome"], &after["error"]["kind"]),
        (&json!("interrupted"), &json!("unfinished"))
    );
    let actions = inside.call("run getActions --json").succeeds();
    assert_eq!(after["job"]["id"], actions["data"]["value"][0]["id"]);
}

#[test]
fn the_audit_file_tells_of_the_action_though_its_file_cannot_be_kept() {
    let inside = Inside::new();
    let download =
        "run runScript --yes --to out.txt --audit audit.jsonl -p parameters.scriptName=triage.ps1";
    let running = inside.call(&format!("{download} -p id={MACHINE}")).start();
    line_with(&running, "pending");
    inside.folder.write("out.txt", "another's");
    inside.service().advance(2 * HOUR);
    running.ends(2);
    let after = &inside.audited()[1];
    assert_eq!((&after["outcome"], after.get("exitStatus")), (&json!("ok"), None));
    assert_eq!(after["job"]["id"], inside.service().machine_actions()[0]["id"]);
}

#[test]
fn a_script_that_ran_is_no_less_carried_out_for_its_result_being_lost() {
    let inside = Inside::new();
    let lost = Fault::new("GET /results/{action}/{index}", FaultKind::Truncate { bytes: 50 });
    inside.service().add_fault(lost.always());
    let download =
        "run runScript --yes --to out.txt --audit audit.jsonl -p parameters.scriptName=triage.ps1";
    let running = inside.call(&format!("{download} -p id={MACHINE}")).start();
    line_with(&running, "pending");
    inside.service().advance(2 * HOUR);
    let ran = running.ends(1);
    let resume = command(&ran, "resume");
    let after = &inside.audited()[1];
    assert_eq!(
        (&after["outcome"], &after["error"]["maybeCarriedOut"]),
        (&json!("error"), &json!(true))
    );
    assert_eq!(after["job"]["id"], inside.service().machine_actions()[0]["id"]);
    inside.service().clear_faults();
    inside.shell(&resume).ends(0);
    assert!(
        String::from_utf8_lossy(&inside.folder.read("out.txt")).contains("triage of ws-ops-014")
    );
    assert_eq!(inside.service().sent(LIVE_RESPONSE), 1);
}
