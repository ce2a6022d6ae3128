//! `run --to` of an action that leaves a file: a file on disk, whole or not at all.

#[cfg(unix)]
use std::thread;
#[cfg(unix)]
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

#[cfg(unix)]
use crate::shape::error_document;
use crate::world::{Folder, World};

const PRINTED: &str = "triage of ws-ops-014.example.test";

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Files in the folder other than those the world needs.
fn left_behind(folder: &Folder) -> Vec<String> {
    folder.names().into_iter().filter(|name| !name.ends_with(".json")).collect()
}

#[test]
fn a_result_is_written_whole_with_its_digest_and_replaces_a_file_only_by_force() {
    let world = World::new();
    let download =
        format!("run getActionResults -c prod.json -p id={} --to out.bin", world.script());
    let document = world.call(&format!("{download} --json")).succeeds();
    let bytes = world.folder.read("out.bin");
    assert!(String::from_utf8_lossy(&bytes).contains(PRINTED));
    let data = json!({ "path": "out.bin", "bytes": bytes.len(), "sha256": sha256(&bytes) });
    assert_eq!((&document["connectorId"], &document["data"]), (&json!("prod"), &data));
    #[cfg(unix)]
    {
        let metadata = std::fs::metadata(world.folder.path("out.bin")).unwrap();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777, 0o600);
    }

    world.folder.write("out.bin", "the only copy");
    world.call(&format!("{download} --json")).fails(2, "invalid-config");
    assert_eq!(world.folder.read("out.bin"), b"the only copy");
    let text = world.call(&format!("{download} --force")).ends(0).stdout;
    assert_eq!(text.split_whitespace().collect::<Vec<_>>(), [sha256(&bytes).as_str(), "out.bin"]);
    assert_eq!(world.folder.read("out.bin"), bytes);
    assert_eq!(left_behind(&world.folder), ["out.bin"]);
}

#[test]
fn a_failure_leaves_nothing_behind_and_spoils_nothing() {
    let world = World::with(json!({ "faults": [
        {
            "on": "GET /results/{action}/{index}", "times": 99,
            "kind": { "truncate": { "bytes": 50 } }
        },
    ]}));
    let id = world.script();
    world.folder.write("precious", "the only copy");
    let trials = [
        (format!("getActionResults -p id={id} --to precious --force"), 1, "unreachable"),
        (
            "getActionResults -p id=00000000-0000-0000-0000-000000000000 --to out.bin".to_owned(),
            1,
            "not-found",
        ),
        (format!("getActionResults -p id={id} --to nowhere/out.bin"), 1, "internal"),
    ];
    for (arguments, code, kind) in trials {
        let document =
            world.call(&format!("run {arguments} -c prod.json --json")).fails(code, kind);
        assert_eq!(document["connectorId"], Value::from("prod"), "{arguments}");
        assert_eq!(left_behind(&world.folder), ["precious"], "{arguments}");
    }
    assert_eq!(world.folder.read("precious"), b"the only copy");
}

#[test]
fn a_download_that_takes_too_long_is_given_up_and_says_what_had_come() {
    let world = World::with(json!({ "faults": [
        { "on": "GET /results/{action}/{index}", "times": 99, "kind": "endless" },
    ]}));
    let id = world.script();
    world.settings("prod.json", json!({ "host": { "limits": { "downloadTime": "500ms" } } }));
    let call = world.call(&format!("run getActionResults -p id={id} --to out.bin -c prod.json"));
    let ran = call.ends(1);
    for words in ["its time of 0.5 s was up", "out.bin was not written"] {
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
    let received = ran.stderr.lines().find_map(|line| line.split_once(" bytes were received"));
    let received: Option<u64> = received.and_then(|(count, _)| count.trim().parse().ok());
    assert!(received.is_some_and(|received| received > 0), "{}", ran.stderr);
    assert!(ran.stderr.contains(&format!("after {} bytes", received.unwrap_or_default())));
    assert_eq!(left_behind(&world.folder), [""; 0]);
}

#[cfg(unix)]
#[test]
fn an_interrupted_download_leaves_nothing_behind() {
    let world = World::with(json!({ "faults": [
        { "on": "*", "times": 99, "kind": { "delay": { "ms": 60_000 } } },
    ]}));
    let download =
        world.call("run getActionResults -c prod.json -p id=x --to out.bin --json").start();
    let deadline = Instant::now() + Duration::from_secs(30);
    while left_behind(&world.folder).is_empty() {
        assert!(Instant::now() < deadline, "no partial file");
        thread::sleep(Duration::from_millis(5));
    }
    // The signal is listened for from the moment on at which the request is under way.
    thread::sleep(Duration::from_millis(200));
    download.interrupt();
    assert_eq!(error_document(&download.ends(1))["error"]["kind"], "timed-out");
    assert_eq!(left_behind(&world.folder), [""; 0]);
}
