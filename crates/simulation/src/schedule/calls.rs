//! Generates random calls.

use fastrand::Rng;
use serde_json::{Value, json};

use super::disturbance::{comment, indicator};
use super::names::{DIFFICULT, Named, PLAIN, SHARED};
use super::{CallKind, Disturbance, MACHINES, chance, pick};
use defender_stub::demo;

/// A random action, its kind, the machines it targets and its parameters. A name that matches no
/// machine has an empty machine.
pub(super) fn call(
    random: &mut Rng,
    disturbances: &[Disturbance],
) -> (&'static str, CallKind, Vec<String>, Value) {
    let has = |disturbance: Disturbance| disturbances.contains(&disturbance);
    let script = |name: &str| json!({ "parameters": { "scriptName": name } });
    let fresh = if has(Disturbance::Fresh) { 4 } else { 0 };
    if has(Disturbance::CutLists) && chance(random, 30) {
        return of_one_that_waits(random);
    }
    let (mut action, mut call_kind, mut params) = match random.u32(0..15 + fresh) {
        0..=2 => ("isolateHost", CallKind::Start("Isolate"), json!({})),
        3 | 4 => ("releaseHost", CallKind::Start("Unisolate"), json!({})),
        5 => ("runScript", CallKind::Start("LiveResponse"), script("triage.ps1")),
        6 => ("runScript", CallKind::Start("LiveResponse"), script("fail.ps1")),
        7 => {
            ("runAntivirusScan", CallKind::Start("RunAntiVirusScan"), json!({ "scanType": "Full" }))
        }
        8 => {
            let script = pick(random, &["triage.ps1", "fail.ps1"]);
            let commands =
                json!([{ "putFile": "tool.exe" }, { "runScript": script, "args": "-Fast" }]);
            ("runLiveResponse", CallKind::Start("LiveResponse"), json!({ "commands": commands }))
        }
        9 => ("addTag", CallKind::Tag, json!({ "tag": "case" })),
        10 => return deletion(random),
        11 => return import(random),
        12 | 15.. => return of_an_action(random),
        _ => return read(random),
    };
    if has(Disturbance::Unreadable) && chance(random, 30) {
        // A script that fails must not be reported as a success.
        (action, call_kind) = ("runScript", CallKind::Start("LiveResponse"));
        params =
            json!({ "parameters": { "scriptName": "fail.ps1" }, "wait": { "timeoutSeconds": 40 } });
    }
    let is_start = matches!(call_kind, CallKind::Start(_));
    let names: &[Named] = match () {
        () if has(Disturbance::Names) => &DIFFICULT,
        () if has(Disturbance::CutLists) => &SHARED,
        () => &PLAIN,
    };
    let machines = targets(random, action, &mut params, names);
    if is_start {
        options(random, &mut params);
        if has(Disturbance::Comments) {
            params["comment"] = comment(random).into();
        }
    }
    if chance(random, 5) {
        params["dryRun"] = json!(true);
    }
    (action, call_kind, machines, params)
}

/// Picks one machine or several, by ID or by name.
fn targets(random: &mut Rng, action: &str, params: &mut Value, names: &[Named]) -> Vec<String> {
    let single = random.bool();
    let count = if single { 1 } else { random.usize(1..4) };
    if chance(random, if names == PLAIN { 25 } else { 80 }) {
        let named: Vec<Named> = (0..count).map(|_| pick(random, names)).collect();
        let hosts: Vec<Value> =
            named.iter().map(|(name, _)| json!({ "computerDnsName": name })).collect();
        match single {
            true => params["host"] = hosts[0].clone(),
            false => params["hosts"] = json!(hosts),
        }
        // A machine that is not onboarded can only be contained and released again.
        let contained = |name: &str| {
            (action == "releaseHost" && name == "printer-lab").then_some(demo::NOT_ONBOARDED)
        };
        let meant = |(name, id): Named| id.or(contained(name)).unwrap_or_default().to_owned();
        return named.into_iter().map(meant).collect();
    }
    let machines: Vec<String> = (0..count).map(|_| pick(random, &MACHINES).to_owned()).collect();
    match single {
        true => params["id"] = json!(machines[0]),
        false => params["ids"] = json!(machines),
    }
    machines
}

/// The request that an action sends for these parameters: the path after the machine, and the body.
pub(crate) fn request_of(action: &str, params: &Value) -> Option<(&'static str, Value)> {
    let comment = commented(params);
    let session =
        |commands: Value| ("runliveresponse", json!({ "Comment": comment, "Commands": commands }));
    let command = |kind: &str, key: &str, value: &Value, args: Option<&Value>| {
        let mut list = vec![json!({ "key": key, "value": value })];
        list.extend(args.map(|args| json!({ "key": "Args", "value": args })));
        json!({ "type": kind, "params": list })
    };
    Some(match action {
        "isolateHost" => ("isolate", json!({ "Comment": comment, "IsolationType": "Full" })),
        "releaseHost" => ("unisolate", json!({ "Comment": comment })),
        "runAntivirusScan" => {
            ("runAntiVirusScan", json!({ "Comment": comment, "ScanType": "Full" }))
        }
        "runScript" => session(json!([command(
            "RunScript",
            "ScriptName",
            &params["parameters"]["scriptName"],
            None
        )])),
        "runLiveResponse" => {
            let script = &params["commands"][1];
            session(json!([
                command("PutFile", "FileName", &params["commands"][0]["putFile"], None),
                command("RunScript", "ScriptName", &script["runScript"], script.get("args")),
            ]))
        }
        _ => return None,
    })
}

/// The comment that is sent.
pub(crate) fn commented(params: &Value) -> String {
    let comment = params["comment"].as_str().unwrap_or_default();
    params["reference"]
        .as_str()
        .map_or(comment.to_owned(), |case| format!("[ref:{case}] {comment}"))
}

fn options(random: &mut Rng, params: &mut Value) {
    params["comment"] = format!("case {}", random.u32(0..3)).into();
    if chance(random, 30) {
        params["wait"] = json!({ "timeoutSeconds": 40 });
    }
    if chance(random, 30) {
        params["ensure"] = json!(true);
    }
    if chance(random, 20) {
        params["reference"] = json!("C-7");
    }
}

/// An action that waits for an unreachable machine, or the one that undoes it.
fn of_one_that_waits(random: &mut Rng) -> (&'static str, CallKind, Vec<String>, Value) {
    let (action, kind) = pick(random, &[("isolateHost", "Isolate"), ("releaseHost", "Unisolate")]);
    let params = json!({ "id": demo::OFFLINE, "comment": "case 1", "ensure": random.bool() });
    (action, CallKind::Start(kind), vec![demo::OFFLINE.to_owned()], params)
}

fn of_an_action(random: &mut Rng) -> (&'static str, CallKind, Vec<String>, Value) {
    let machines = vec![pick(random, &MACHINES).to_owned()];
    let wait = json!({ "timeoutSeconds": 40 });
    if random.bool() {
        return ("waitForAction", CallKind::Follow, machines, json!({ "wait": wait }));
    }
    let mut params = json!({ "comment": "changed my mind" });
    if random.bool() {
        params["wait"] = wait;
    }
    if chance(random, 30) {
        params["ensure"] = json!(true);
    }
    ("cancelAction", CallKind::Cancel, machines, params)
}

fn deletion(random: &mut Rng) -> (&'static str, CallKind, Vec<String>, Value) {
    let (action, params) = match random.u32(0..3) {
        0 => ("deleteIndicator", json!({ "id": demo::INDICATOR })),
        1 => ("deleteIndicators", json!({ "ids": [demo::INDICATOR] })),
        _ => (
            "deleteLibraryFile",
            json!({ "fileName": pick(random, &["warn.sh", "hello copy.sh"]) }),
        ),
    };
    (action, CallKind::Delete, Vec::new(), params)
}

fn import(random: &mut Rng) -> (&'static str, CallKind, Vec<String>, Value) {
    let n = random.u32(0..3);
    let one = indicator(&format!("one-{n}.example"));
    match random.bool() {
        true => ("submitIndicator", CallKind::Import, Vec::new(), one),
        false => {
            let both = json!([one, indicator(&format!("two-{n}.example"))]);
            ("importIndicators", CallKind::Import, Vec::new(), json!({ "indicators": both }))
        }
    }
}

fn read(random: &mut Rng) -> (&'static str, CallKind, Vec<String>, Value) {
    let id = pick(random, &MACHINES);
    let (action, params) = match random.u32(0..4) {
        0 => ("getActions", json!({ "machineId": id })),
        1 => ("getActions", json!({ "machineId": id, "all": true })),
        2 => ("getAgentList", json!({ "all": true, "maxItems": pick(random, &[5, 100]) })),
        _ => ("getAgentDetails", json!({ "id": id })),
    };
    (action, CallKind::Read, Vec::new(), params)
}
