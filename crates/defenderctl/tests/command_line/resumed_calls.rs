//! The calls that `resume` knows: which they are, whose, how long they are kept, and what they
//! hold.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value, json};

use crate::inside::{HOUR, ISOLATE, Inside, line_with};
use crate::world::MACHINE;

/// An isolation that was killed while it was pending. Gives the call's identifier.
fn killed(inside: &Inside, options: &str) -> String {
    let before = inside.calls();
    let running = inside.isolation(options);
    line_with(&running, "pending");
    running.kill();
    let new = inside.calls().into_iter().find(|folder| !before.contains(folder)).expect("a call");
    new.file_name().expect("a name").to_string_lossy().into_owned()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

#[test]
fn a_call_is_its_owner_s_alone_and_holds_no_secret() {
    let inside = Inside::new();
    let id = killed(&inside, "--audit audit.jsonl");
    let folder = inside.calls().remove(0);
    assert_eq!(mode(&folder), 0o700);
    for entry in fs::read_dir(&folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        let text = String::from_utf8(fs::read(&path).expect("a file")).expect("UTF-8");
        let settings: Value =
            serde_json::from_slice(&inside.folder.read("my prod.json")).expect("JSON");
        assert!(
            !text.contains(settings["secrets"]["clientSecret"].as_str().expect("a secret")),
            "{text}"
        );
    }
    let record: Value =
        serde_json::from_slice(&fs::read(folder.join("call.json")).expect("a file")).expect("JSON");
    assert_eq!((&record["version"], &record["callId"]), (&json!(1), &json!(id)));
    assert_eq!(
        (&record["plan"]["action"], &record["connector"]["name"]),
        (&json!("isolateHost"), &json!("my prod"))
    );
    assert_eq!(inside.audited()[0]["callId"], json!(id));
}

#[test]
fn a_killed_call_is_gone_on_with_from_anywhere_and_its_audit_file_gets_its_second_line() {
    let inside = Inside::new();
    let id = killed(&inside, "--audit audit.jsonl --output json");
    inside.service().advance(2 * HOUR);
    let resume = inside.folder.call(&format!("resume {}", &id[..8]));
    // Neither the settings nor the audit file are named, and the folder is another one.
    let mut resume = resume;
    resume.command.current_dir("/");
    let ran = resume.ends(0);
    assert_eq!(ran.json()["status"], "Succeeded", "the form is the one that was asked for");
    let lines = inside.audited();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[1]["phase"], &lines[1]["outcome"]), (&json!("after"), &json!("ok")));
    assert_eq!((&lines[1]["callId"], &lines[1]["resumed"]), (&json!(id), &json!(true)));
    assert_eq!(inside.service().sent(ISOLATE), 1);

    // It has ended: its result can be had again, and nothing is written down once more.
    let again = inside.call(&format!("resume {id}")).ends(0);
    assert_eq!(again.stdout, ran.stdout);
    assert!(again.stderr.contains("had ended already"), "{}", again.stderr);
    assert_eq!(inside.audited().len(), 2);
    assert!(inside.call("resume").ends(0).stderr.contains("no call is unfinished"));
}

#[test]
fn a_resumed_call_has_the_id_that_all_its_requests_carried_in_both_processes() {
    let inside = Inside::new();
    let id = killed(&inside, "--audit audit.jsonl");
    inside.service().advance(2 * HOUR);
    let document = inside.call(&format!("resume {id} --json")).ends(0).json();
    let call_id = document["usage"]["callId"].as_str().expect("an ID").to_owned();
    let ledger = inside.service().ledger();
    let ids: Vec<Option<&str>> =
        ledger.iter().map(|entry| entry.header("client-request-id")).collect();
    assert!(ids.len() > 3 && ids.iter().all(|id| *id == Some(&call_id)), "{call_id}: {ids:?}");
    let comment = document["data"]["requestorComment"].as_str().expect("a comment");
    assert!(comment.starts_with(&format!("[op:{}]", &call_id[..8])), "{comment}");
    let after = &inside.audited()[1];
    assert_eq!((&after["callId"], &after["clientRequestId"]), (&json!(id), &json!(call_id)));
}

#[test]
fn a_call_of_a_process_that_lives_is_refused() {
    let inside = Inside::new();
    let running = inside.isolation("");
    line_with(&running, "pending");
    let id = inside.calls()[0].file_name().expect("a name").to_string_lossy().into_owned();
    let refused = inside.call(&format!("resume {id} --yes")).ends(2);
    assert!(refused.stderr.contains("is running in another process"), "{}", refused.stderr);
    let listed = inside.call("resume").ends(0);
    assert!(
        listed.stdout.contains(&id) && listed.stdout.contains("running in another process"),
        "{}",
        listed.stdout
    );
    inside.service().advance(2 * HOUR);
    running.ends(0);
}

#[test]
fn several_are_listed_and_one_is_named_by_the_beginning_of_its_identifier() {
    let inside = Inside::new();
    let one = killed(&inside, "");
    // Its job is under way, and is followed by a second call.
    let two = killed(&inside, "-p ensure=true");
    let listed = inside.call("resume --json").ends(0).json();
    let calls: Vec<&Value> =
        listed["calls"].as_array().expect("a list").iter().map(|call| &call["call"]).collect();
    assert!(
        calls.len() == 2 && calls.contains(&&json!(one)) && calls.contains(&&json!(two)),
        "{listed}"
    );
    assert_eq!(
        (&listed["calls"][0]["action"], &listed["calls"][0]["state"]),
        (&json!("isolateHost"), &json!("1 running"))
    );
    assert_eq!(listed["calls"][0]["targets"], MACHINE);
    let table = inside.call("resume").ends(0).stdout;
    assert!(table.starts_with("call ") && table.lines().count() == 3, "{table}");
    inside.call("resume nothing").ends(2);
    inside.service().advance(2 * HOUR);
    for id in [&one, &two] {
        inside.call(&format!("resume {id}")).ends(0);
    }
    assert_eq!(inside.service().sent(ISOLATE), 1);
}

#[test]
fn a_call_is_gone_a_week_after_its_end_and_one_that_has_not_ended_stays() {
    let inside = Inside::new();
    let unfinished = killed(&inside, "");
    let release =
        || inside.call(&format!("run releaseHost --yes -p id={MACHINE} -p comment=c")).end();
    inside.service().advance(2 * HOUR);
    assert_eq!(release().code, Some(0));
    let ended =
        inside.calls().into_iter().find(|folder| !folder.ends_with(&unfinished)).expect("a call");
    let path = ended.join("call.json");
    let mut record: Value =
        serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON");
    assert!(record["ended"].is_string(), "{record}");
    record["ended"] = json!("2020-01-01T00:00:00Z");
    fs::write(&path, record.to_string()).expect("space");
    release();
    assert!(!ended.exists());
    assert!(inside.calls().iter().any(|folder| folder.ends_with(&unfinished)));
}

#[test]
fn what_changes_nothing_and_what_is_refused_keeps_nothing() {
    let inside = Inside::new();
    inside.call(&format!("run getAgentDetails -p id={MACHINE}")).ends(0);
    inside.call(&format!("run isolateHost -p id={MACHINE} -p comment=c -p dryRun=true")).ends(0);
    inside.call(&format!("run isolateHost --yes -p id={MACHINE}")).ends(2);
    inside.call("run isolateHost --yes -p host.computerDnsName=nobody -p comment=c").ends(1);
    assert!(inside.calls().is_empty());
}

#[test]
fn without_a_place_for_the_journal_nothing_is_sent() {
    let inside = Inside::new();
    inside.folder.write("in the way", "");
    let isolate = format!("run isolateHost --yes -p id={MACHINE} -p comment=c");
    let ran = inside.call(&isolate).env("DEFENDERCTL_STATE_DIR", "in the way").ends(2);
    assert!(
        ran.stderr.contains("nothing was sent") && ran.stderr.contains("DEFENDERCTL_STATE_DIR"),
        "{}",
        ran.stderr
    );
    assert_eq!(inside.service().sent(ISOLATE), 0);
}
