//! Whatever ends a call early, a signal, a terminal that is gone or a second Ctrl-C, it leaves what
//! Ctrl-C leaves.

use std::io::{Write, pipe};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::inside::{HOUR, ISOLATE, Inside, line_with};
use crate::world::MACHINE;

#[test]
fn sigterm_is_as_good_as_ctrl_c() {
    let inside = Inside::new();
    let running = inside.isolation("");
    line_with(&running, "pending");
    running.signal("TERM");
    assert!(running.ends(1).stderr.contains(" resume "));
}

#[test]
fn a_terminal_that_is_gone_is_as_good_as_ctrl_c() {
    let inside = Inside::new();
    let running = inside.isolation("--audit audit.jsonl");
    line_with(&running, "pending");
    running.signal("HUP");
    assert!(running.ends(1).stderr.contains(" resume "));
    let lines = inside.audited();
    assert_eq!((lines.len(), &lines[1]["outcome"]), (2, &json!("interrupted")));
    assert_eq!(lines[1]["error"]["maybeCarriedOut"], true);
}

#[cfg(target_os = "linux")]
#[test]
fn nohup_outlasts_the_terminal() {
    let inside = Inside::new();
    let isolate =
        format!("run isolateHost --yes -p id={MACHINE} -p comment=c -p wait.pollSeconds=1");
    let binary = env!("CARGO_BIN_EXE_defenderctl");
    let call = inside.shell(&format!("trap '' HUP; exec {binary} {isolate}"));
    let running = call.env("DEFENDERCTL_CONFIG", "my prod.json").start();
    line_with(&running, "pending");
    running.signal("HUP");
    inside.service().advance(2 * HOUR);
    running.ends(0);
}

#[test]
fn a_second_ctrl_c_ends_it_though_nobody_reads_what_is_said_and_the_audit_file_has_its_line() {
    let inside = Inside::without_answer_to(ISOLATE);
    let (_reader, mut writer) = pipe().unwrap();
    // As much as a pipe holds: the next word waits for a reader.
    writer.write_all(&[b'\n'; 64 << 10]).unwrap();
    let isolate =
        format!("run isolateHost --yes -q -p id={MACHINE} -p comment=c --audit audit.jsonl");
    let running = inside.call(&isolate).stderr(Stdio::from(writer)).start();
    inside.has_got(1, ISOLATE);
    let began = Instant::now();
    assert_eq!(running.interrupted_to_its_end(), Some(130));
    assert!(began.elapsed() < Duration::from_secs(4), "the outcome of the request was waited for");
    let lines = inside.audited();
    assert_eq!((lines.len(), &lines[1]["outcome"]), (2, &json!("interrupted")));
    assert_eq!(lines[1]["targets"][0]["state"], "in-doubt");
}
