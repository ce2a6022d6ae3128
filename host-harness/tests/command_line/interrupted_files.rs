//! Ctrl-C while a script runs or a file is fetched: what they leave can be had later.

use crate::inside::{HOUR, Inside, command, line_with};
use crate::world::MACHINE;

const LIVE_RESPONSE: &str = "POST /api/machines/{id}/runliveresponse";

#[test]
fn a_script_that_was_left_alone_has_its_result_fetched_by_the_printed_command() {
    let inside = Inside::new();
    inside.folder.write("params.json", r#"{"parameters": {"scriptName": "triage.ps1"}, "wait": {"pollSeconds": 1}}"#);
    let running = inside.call(&format!("execute runScript -p id={MACHINE} --params @params.json")).start();
    line_with(&running, "Pending");
    running.interrupt();
    let ran = running.ends(1);
    inside.service().advance(2 * HOUR);
    let result = inside.shell(&command(&ran, "execute getActionResults")).ends(0).json();
    assert!(result["script_output"].as_str().is_some_and(|text| text.contains("triage of ws-ops-014")), "{result}");
    assert_eq!(inside.service().sent(LIVE_RESPONSE), 1);
}

#[test]
fn a_file_that_was_asked_for_is_fetched_by_the_printed_command_without_asking_again() {
    let inside = Inside::new();
    inside.folder.write("params.json", r#"{"path": "C:\\Windows\\Temp\\out.txt", "comment": "c"}"#);
    let running = inside.call(&format!("download getFile -o out.bin -p id={MACHINE} --params @params.json")).start();
    line_with(&running, "Pending");
    running.interrupt();
    let ran = running.ends(1);
    assert!(ran.stderr.contains("no file was kept"), "{}", ran.stderr);
    assert_eq!(inside.folder.names(), ["my prod.json", "params.json"]);
    inside.service().advance(2 * HOUR);
    inside.shell(&command(&ran, "download getActionResults")).ends(0);
    assert_eq!(inside.folder.read("out.bin"), b"collected evidence\r\n");
    assert_eq!(inside.service().sent(LIVE_RESPONSE), 1);
}
