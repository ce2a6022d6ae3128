//! What is called.

use fastrand::Rng;
use serde_json::{Value, json};

use super::{Doing, MACHINES, chance, pick};
use crate::stub::demo;

/// Names of machines that mean exactly one, and its device ID.
const NAMES: [(&str, &str); 4] = [
    ("ws-ops-014.example.test", demo::WINDOWS),
    ("WS-OPS-014", demo::WINDOWS),
    ("srv-web-003.example.test", demo::LINUX),
    ("srv-old-009", demo::OFFLINE),
];

/// An action, what it does, the machines it is about, its parameters.
pub(super) fn call(random: &mut Rng) -> (&'static str, Doing, Vec<String>, Value) {
    let script = |name: &str| json!({ "parameters": { "scriptName": name } });
    let (action, doing, mut params) = match random.u32(0..13) {
        0..=2 => ("isolateHost", Doing::Start("Isolate"), json!({})),
        3 | 4 => ("releaseHost", Doing::Start("Unisolate"), json!({})),
        5 => ("runScript", Doing::Start("LiveResponse"), script("triage.ps1")),
        6 => ("runScript", Doing::Start("LiveResponse"), script("fail.ps1")),
        7 => ("runAntivirusScan", Doing::Start("RunAntiVirusScan"), json!({ "scanType": "Full" })),
        8 => {
            let commands = json!([{ "putFile": "tool.exe" }, { "runScript": "triage.ps1", "args": "-Fast" }]);
            ("runLiveResponse", Doing::Start("LiveResponse"), json!({ "commands": commands }))
        }
        9 => ("addTag", Doing::Tag, json!({ "tag": "case" })),
        10 => return of_an_action(random),
        _ => return read(random),
    };
    let is_start = matches!(doing, Doing::Start(_));
    let machines = targets(random, &mut params);
    if is_start {
        options(random, &mut params);
    }
    if chance(random, 5) {
        params["dryRun"] = json!(true);
    }
    (action, doing, machines, params)
}

/// Names one machine or some, by ID or by name.
fn targets(random: &mut Rng, params: &mut Value) -> Vec<String> {
    let single = random.bool();
    let count = if single { 1 } else { random.usize(1..4) };
    if chance(random, 25) {
        let named: Vec<(&str, &str)> = (0..count).map(|_| pick(random, &NAMES)).collect();
        let hosts: Vec<Value> = named.iter().map(|(name, _)| json!({ "computerDnsName": name })).collect();
        match single {
            true => params["host"] = hosts[0].clone(),
            false => params["hosts"] = json!(hosts),
        }
        return named.into_iter().map(|(_, id)| id.to_owned()).collect();
    }
    let machines: Vec<String> = (0..count).map(|_| pick(random, &MACHINES).to_owned()).collect();
    match single {
        true => params["id"] = json!(machines[0]),
        false => params["ids"] = json!(machines),
    }
    machines
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

fn of_an_action(random: &mut Rng) -> (&'static str, Doing, Vec<String>, Value) {
    let machines = vec![pick(random, &MACHINES).to_owned()];
    let wait = json!({ "timeoutSeconds": 40 });
    if random.bool() {
        return ("waitForAction", Doing::Follow, machines, json!({ "wait": wait }));
    }
    let mut params = json!({ "comment": "changed my mind" });
    if random.bool() {
        params["wait"] = wait;
    }
    if chance(random, 30) {
        params["ensure"] = json!(true);
    }
    ("cancelAction", Doing::Cancel, machines, params)
}

fn read(random: &mut Rng) -> (&'static str, Doing, Vec<String>, Value) {
    let id = pick(random, &MACHINES);
    let (action, params) = match random.u32(0..4) {
        0 => ("getActions", json!({ "machineId": id })),
        1 => ("getActions", json!({ "machineId": id, "all": true })),
        2 => ("getAgentList", json!({ "all": true, "maxItems": 5 })),
        _ => ("getAgentDetails", json!({ "id": id })),
    };
    (action, Doing::Read, Vec::new(), params)
}
