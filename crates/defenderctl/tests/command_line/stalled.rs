//! A result that nobody reads: the signals that were listened for during the call end the program
//! all the same.

use std::io::{Read, Write, pipe};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use defender_stub::{Fault, FaultKind};
use serde_json::json;

use crate::inside::{HOUR, Inside};
use crate::world::MACHINE;

/// As much as a pipe holds.
const FULL: usize = 64 << 10;

#[test]
fn ctrl_c_ends_a_command_whose_large_result_is_stuck() {
    let inside = Inside::new();
    let body = json!({ "id": MACHINE, "machineTags": ["x".repeat(4 * FULL)] }).to_string();
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    inside.service().add_fault(Fault::new(
        "GET /api/machines/{id}",
        FaultKind::Status { status: 200, headers, body },
    ));
    let (mut reader, writer) = pipe().unwrap();
    let running = inside
        .call(&format!("run getAgentDetails -p id={MACHINE}"))
        .stdout(Stdio::from(writer))
        .start();
    // The first of it has come, so the call is over, and the rest does not fit.
    reader.read_exact(&mut [0]).unwrap();
    assert_eq!(running.interrupted_to_its_end(), Some(130));
}

#[test]
fn ctrl_c_ends_a_download_whose_last_word_is_stuck() {
    let inside = Inside::new();
    let script =
        format!("run runScript --yes -p id={MACHINE} -p parameters.scriptName=triage.ps1 --json");
    let id = inside.call(&script).succeeds()["job"]["id"].clone();
    inside.service().advance(2 * HOUR);
    let (_reader, mut writer) = pipe().unwrap();
    writer.write_all(&[b'\n'; FULL]).unwrap();
    let download = format!("run getActionResults --to out.bin -p id={}", id.as_str().unwrap());
    let running = inside.call(&download).stdout(Stdio::from(writer)).start();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !inside.folder.names().contains(&"out.bin".to_owned()) {
        assert!(Instant::now() < deadline, "no file");
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(running.interrupted_to_its_end(), Some(130));
}
