//! The audit file: a line before and a line after each call that changes something, or no call.

use serde_json::{Value, json};

#[cfg(unix)]
use crate::run::FILE_LIMIT;
use crate::world::{Folder, MACHINE, World};

const HUNTER: &str = "hunter2-must-not-be-kept";

fn lines(folder: &Folder) -> Vec<Value> {
    let text = String::from_utf8(folder.read("audit.jsonl")).expect("UTF-8");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn isolate(more: &str) -> String {
    format!("run isolateHost --yes -c prod.json --json --audit audit.jsonl -p comment=INC-1 {more}")
}

#[test]
fn a_call_is_written_down_before_and_after_with_who_what_and_what_became_of_it() {
    let world = World::new();
    let document = world.call(&isolate(&format!("-p id={MACHINE} -p reference=C-7"))).succeeds();
    let [before, after] = <[Value; 2]>::try_from(lines(&world.folder)).expect("two lines");
    assert_eq!((&before["phase"], &after["phase"]), (&json!("before"), &json!("after")));
    assert!(before["callId"].is_string() && before["callId"] == after["callId"]);
    assert!(before["time"].as_str().is_some_and(|time| time.ends_with('Z')), "{before}");
    assert!(before["user"].is_string() && before["host"].is_string(), "{before}");
    let config = &world.first_line["config"];
    assert_eq!(
        (&before["clientId"], &before["tenantId"]),
        (&config["clientId"], &config["tenantId"])
    );
    assert_eq!(
        (&before["connectorId"], &before["action"]),
        (&json!("prod"), &json!("isolateHost"))
    );
    assert_eq!((&before["comment"], &before["reference"]), (&json!("INC-1"), &json!("C-7")));
    assert_eq!((&before["targets"], &before["confirmed"]), (&json!([MACHINE]), &json!(false)));
    assert_eq!((&after["outcome"], after.get("exitStatus")), (&json!("ok"), None));
    assert_eq!((&after["job"], &after["machineId"]), (&document["job"], &json!(MACHINE)));
    assert_eq!(after["clientRequestId"], document["usage"]["callId"]);
    #[cfg(unix)]
    {
        let metadata = std::fs::metadata(world.folder.path("audit.jsonl")).unwrap();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777, 0o600);
    }
}

#[test]
fn a_failure_is_written_down_with_its_kind_and_each_machine_s_lot() {
    let world = World::with(json!({ "faults": [
        {
            "on": "POST /api/machines/{id}/setDeviceValue", "times": 99,
            "kind": { "html": { "status": 502 } }
        },
    ]}));
    let change = "run setDeviceValue -c prod.json --json --audit audit.jsonl -p deviceValue=Low";
    let document = world.call(&format!("{change} -p id={MACHINE}")).fails(1, "unavailable");
    let after = &lines(&world.folder)[1];
    assert_eq!(after["clientRequestId"], document["error"]["usage"]["callId"]);
    assert!(after["clientRequestId"].is_string(), "{after}");
    assert_eq!(after["outcome"], "error");
    let error = &after["error"];
    assert_eq!(
        (&error["kind"], &error["status"], &error["maybeCarriedOut"]),
        (&json!("unavailable"), &json!(502), &json!(true))
    );

    let hosts = "-p hosts=[{\"computerDnsName\":\"kiosk\"},{\"computerDnsName\":\"nobody\"}]";
    world.call(&isolate(hosts)).fails(1, "action-failed");
    let lines = lines(&world.folder);
    assert_eq!(lines[2]["targets"], Value::Null, "not known before");
    assert_eq!(lines[2]["params"]["hosts"][0]["computerDnsName"], "kiosk");
    let kinds: Vec<&Value> =
        lines[3]["targets"].as_array().unwrap().iter().map(|target| &target["errorKind"]).collect();
    assert_eq!(kinds, ["ambiguous", "not-found"]);
}

#[cfg(unix)]
#[test]
fn without_an_audit_file_that_is_one_s_own_nothing_is_sent() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    let world = World::new();
    world.folder.write("open.jsonl", "");
    set_permissions(world.folder.path("open.jsonl"), Permissions::from_mode(0o666)).unwrap();
    world.folder.write("real.jsonl", "");
    symlink(world.folder.path("real.jsonl"), world.folder.path("link.jsonl")).unwrap();
    for name in ["nowhere/audit.jsonl", "open.jsonl", "link.jsonl", "/dev/full", "."] {
        let isolate = format!(
            "run isolateHost --yes -c prod.json --json -p comment=c -p id={MACHINE} --audit {name}"
        );
        let document = world.call(&isolate).fails(2, "invalid-config");
        assert!(
            document["serviceMessage"].as_str().unwrap().contains("nothing was sent"),
            "{document}"
        );
    }
    assert!(world.actions(MACHINE).is_empty());
    assert!(world.folder.read("real.jsonl").is_empty());
}

#[cfg(unix)]
#[test]
fn a_line_that_does_not_fit_before_the_call_prevents_it_and_one_after_it_does_not_change_its_end() {
    let world = World::new();
    let isolate = isolate(&format!("-p id={MACHINE} -p ensure=true"));
    world.call(&isolate).succeeds();
    let lengths: Vec<usize> = String::from_utf8(world.folder.read("audit.jsonl"))
        .unwrap()
        .lines()
        .map(str::len)
        .collect();
    let full_but_for = |bytes: usize| {
        let text = format!("{}\n", "x".repeat(FILE_LIMIT - bytes - 1));
        world.folder.write("audit.jsonl", text);
    };
    world.call(&format!("run releaseHost --yes -c prod.json -p comment=c -p id={MACHINE}")).ends(0);
    let sent = world.actions(MACHINE).len();

    full_but_for(lengths[0] / 2);
    let document = world.call(&isolate).on_a_full_disk().fails(2, "invalid-config");
    assert!(
        document["serviceMessage"].as_str().unwrap().contains("nothing was sent"),
        "{document}"
    );
    assert_eq!(world.actions(MACHINE).len(), sent);

    full_but_for(lengths[0] + lengths[1] / 2);
    let ran = world.call(&isolate).on_a_full_disk().ends(0);
    assert_eq!(ran.json()["status"], "ok");
    assert!(ran.stderr.contains("THE AUDIT FILE LACKS THE END OF THIS CALL"), "{}", ran.stderr);
    assert_eq!(world.actions(MACHINE).len(), sent + 1);
    // The line that was cut off does not spoil the next one.
    world.call(&isolate).succeeds();
    let text = String::from_utf8(world.folder.read("audit.jsonl")).unwrap();
    let last: Vec<Value> =
        text.lines().rev().take(2).map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&last[1]["phase"], &last[0]["phase"]), (&json!("before"), &json!("after")));
}

#[cfg(unix)]
#[test]
fn an_audit_file_that_is_deleted_during_the_call_lacks_its_end_and_that_is_said() {
    let world = World::with(json!({ "pendingSeconds": 3.0 }));
    let running = world.call(&isolate(&format!("-p id={MACHINE} -p wait.pollSeconds=1"))).start();
    assert!((0..1000).any(|_| !world.actions(MACHINE).is_empty()), "it is running");
    std::fs::remove_file(world.folder.path("audit.jsonl")).expect("the line before the call");
    let ran = running.ends(0);
    assert!(ran.stderr.contains("THE AUDIT FILE LACKS THE END OF THIS CALL"), "{}", ran.stderr);
    assert!(!world.folder.names().contains(&"audit.jsonl".to_owned()));
}

#[test]
fn reads_and_dry_runs_are_not_written_down_and_the_environment_can_name_the_file() {
    let world = World::new();
    let audited = |arguments: &str| world.call(arguments).env("DEFENDERCTL_AUDIT", "audit.jsonl");
    audited(&format!("run getAgentDetails -c prod.json --json -p id={MACHINE}")).succeeds();
    audited(&format!(
        "run isolateHost --yes -c prod.json --json -p comment=c -p id={MACHINE} -p dryRun=true"
    ))
    .succeeds();
    assert!(!world.folder.names().contains(&"audit.jsonl".to_owned()));
    audited(&format!("run isolateHost --yes -c prod.json --json -p comment=c -p id={MACHINE}"))
        .succeeds();
    assert_eq!(lines(&world.folder).len(), 2);
}

#[test]
fn a_call_that_did_part_of_its_work_may_have_been_carried_out() {
    let world = World::new();
    let hosts = r#"-p hosts=[{"computerDnsName":"ws-ops-014"},{"computerDnsName":"nobody"}]"#;
    world.call(&isolate(hosts)).fails(1, "action-failed");
    let lines = lines(&world.folder);
    assert_eq!(
        (&lines[1]["error"]["maybeCarriedOut"], world.actions(MACHINE).len()),
        (&json!(true), 1)
    );
}

#[test]
fn an_isolation_that_timed_out_and_a_script_without_its_file_may_have_been_carried_out() {
    let world = World::with(json!({
        "outcomes": [{ "type": "Isolate", "status": "TimeOut" }],
        "faults": [
            {
                "on": "GET /results/{action}/{index}", "times": 99,
                "kind": { "empty": { "status": 404 } }
            }
        ],
    }));
    world.call(&isolate(&format!("-p id={MACHINE} --wait"))).fails(1, "action-failed");
    let script = "run runScript --yes -c prod.json --json --audit audit.jsonl -p parameters.scriptName=triage.ps1 --wait=2";
    world.call(&format!("{script} -p id={MACHINE}")).ends(1);
    let lines = lines(&world.folder);
    for line in [&lines[1], &lines[3]] {
        assert_eq!(
            (&line["outcome"], &line["error"]["maybeCarriedOut"]),
            (&json!("error"), &json!(true)),
            "{line}"
        );
    }
}

#[test]
fn what_was_refused_was_not_carried_out() {
    let world = World::with(json!({ "roles": ["Machine.Read.All"] }));
    world.call(&isolate(&format!("-p id={MACHINE}"))).fails(1, "forbidden");
    assert_eq!(lines(&world.folder)[1]["error"]["maybeCarriedOut"], false);
}

#[test]
fn a_record_that_cannot_be_decoded_leaves_every_target_in_the_audit_file() {
    let record = format!(
        r#"{{"id":"a1","type":"Isolate","status":"Pending","machineId":"{MACHINE}","requestorComment":"INC-1","x":"\ud83d"}}"#
    );
    let headers = json!([["Content-Type", "application/json"]]);
    let fault = json!({ "status": { "status": 201, "headers": headers, "body": record } });
    let on = format!("POST /api/machines/{MACHINE}/isolate");
    let world = World::with(json!({ "faults": [{ "on": on, "times": 99, "kind": fault }]}));
    let other = "311a000000000000000000000000000000000004";
    for second in [other, "0000000000000000000000000000000000000000"] {
        world.call(&isolate(&format!("-p ids=[\"{MACHINE}\",\"{second}\"]"))).end();
        let after = lines(&world.folder).pop().unwrap();
        let targets = after["targets"].as_array().unwrap_or_else(|| panic!("{after}"));
        let ids: Vec<&str> = targets.iter().filter_map(|it| it["target"]["id"].as_str()).collect();
        assert_eq!(ids, [MACHINE, second], "{after}");
    }
}

#[test]
fn a_download_that_starts_something_is_written_down_and_no_argument_of_its_script() {
    let world = World::new();
    let params =
        json!({ "id": MACHINE, "parameters": { "scriptName": "triage.ps1", "args": HUNTER } });
    let download = world.call(
        "run runScript --yes -c prod.json --json --to out.txt --audit audit.jsonl --params -",
    );
    download.input(&params.to_string()).succeeds();
    let [before, after] = <[Value; 2]>::try_from(lines(&world.folder)).expect("two lines");
    assert_eq!(before["params"]["parameters"]["scriptName"], "triage.ps1");
    assert_eq!((&after["phase"], &after["outcome"]), (&json!("after"), &json!("ok")));
    let kept = String::from_utf8(world.folder.read("audit.jsonl")).unwrap();
    assert!(!kept.contains(HUNTER) && !kept.contains(world.secret()), "{kept}");
}

#[cfg(unix)]
#[test]
fn an_interrupted_download_is_written_down_as_interrupted() {
    let world = World::with(json!({ "pendingSeconds": 3600.0 }));
    let download = format!(
        "run runScript --yes -c prod.json --to out.txt --audit audit.jsonl -p id={MACHINE} -p parameters.scriptName=triage.ps1"
    );
    let running = world.call(&download).start();
    assert!((0..1000).any(|_| !world.actions(MACHINE).is_empty()), "it is under way");
    running.interrupt();
    running.ends(1);
    let lines = lines(&world.folder);
    assert_eq!((lines.len(), &lines[1]["outcome"]), (2, &json!("interrupted")));
    assert_eq!(lines[0]["callId"], lines[1]["callId"]);
}
