//! Seeds for the fuzzer and the property tests.

use defender_connector::actions::{Action, CATALOGUE};
use serde_json::{Value, json};

use super::fill::{Choices, DEVICE, fill};

/// Returns valid parameters that request as much as possible.
pub(super) fn sample(action: &'static Action) -> String {
    let mut params =
        json!({ "id": DEVICE, "comment": "c", "wait": { "timeoutSeconds": 60 }, "ensure": true });
    match action.name {
        "isolateHost" => {
            params = json!({
                "ids": [DEVICE, "2222222222222222222222222222222222222222"], "comment": "c",
                "wait": { "timeoutSeconds": 60 }
            })
        }
        "releaseHost" => {
            params = json!({
                "hosts": [{ "ip": "10.0.0.1" }, { "computerDnsName": "x" }], "comment": "c"
            })
        }
        "runScript" => params["parameters"] = json!({ "scriptName": "a.ps1" }),
        "runLiveResponse" => {
            params["commands"] = json!([{ "runScript": "a.ps1" }, { "getFile": "x" }])
        }
        "getFile" => params["path"] = json!("x"),
        "getAgentList" | "getActions" => params = json!({ "all": true, "maxItems": 5 }),
        "resolveHost" => params = json!({ "computerDnsName": "x" }),
        "uploadLibraryFile" => params = json!({ "fileName": "a.ps1", "content": "x" }),
        "waitForAction" => {
            params = json!({ "ids": [DEVICE, "a1"], "wait": { "timeoutSeconds": 60 } })
        }
        "cancelAction" => {
            params = json!({ "actionId": "a1", "comment": "c", "wait": {}, "ensure": true })
        }
        _ => params = fill(action, "x", &mut Choices(&[])),
    }
    params.to_string()
}

/// Returns scripts that reach deep code paths.
pub fn seeds() -> Vec<Vec<u8>> {
    let action = json!({
        "id": "a1", "type": "Isolate", "status": "Succeeded", "machineId": DEVICE,
        "requestorComment": "c", "scope": "Full",
        "creationDateTimeUtc": "2026-11-24T12:00:00Z", "errorHResult": -1,
        "commands": [
            {
                "index": 0, "commandStatus": "Completed", "errors": [],
                "command": { "type": "RunScript", "params": [] }
            }
        ],
    });
    let list = json!({ "@odata.count": 1, "value": [action] });
    let machines = json!({
        "value": [
            {
                "id": DEVICE, "computerDnsName": "x.y", "lastIpAddress": "10.0.0.1",
                "onboardingStatus": "Onboarded"
            }
        ]
    });
    let link = json!({ "value": "\"https://x.blob.core.windows.net/a?sig=s\"" });
    let error =
        json!({ "error": { "code": "ActiveRequestAlreadyExists", "message": "m", "target": "t" } });
    let transcript =
        json!({ "script_name": "a", "exit_code": 0, "script_output": "x", "script_errors": "" });
    let texts: Vec<Value> = vec![action, list, machines, link, error, transcript];
    let script = |texts: &[&Value]| {
        let mut script = Vec::new();
        for text in texts {
            script.push(0);
            script.extend(text.to_string().into_bytes());
            script.push(0xff);
        }
        script
    };
    let mut seeds = Vec::new();
    for (n, row) in CATALOGUE.iter().enumerate() {
        let order: Vec<&Value> = match row.name {
            "getActionResults" => vec![&texts[3], &texts[5]],
            "releaseHost" => vec![&texts[2], &texts[4], &texts[1]],
            _ => vec![&texts[0], &texts[1], &texts[3], &texts[5]],
        };
        let mut seed = vec![u8::try_from(n).unwrap_or_default()];
        seed.extend(script(&order));
        seeds.push(seed);
    }
    // A gzip-compressed result, without the byte that separates responses.
    let results =
        CATALOGUE.iter().position(|row| row.name == "getActionResults").unwrap_or_default();
    let mut wrapped = vec![u8::try_from(results).unwrap_or_default()];
    wrapped.extend(script(&[&texts[3]]));
    wrapped.push(0);
    wrapped.extend_from_slice(GZIP);
    seeds.push(wrapped);
    seeds
}

/// A transcript, compressed with gzip, with a file name in the header.
const GZIP: &[u8] = b"\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\x03\x61\x2e\x6a\x73\x6f\x6e\x00\xab\x56\x2a\x4e\x2e\xca\x2c\x28\x89\xcf\x4b\xcc\x4d\x55\xb2\x52\x4a\x54\xd2\x51\x4a\xad\xc8\x2c\x89\x4f\xce\x4f\x01\xf2\x0d\x74\x60\xf2\xf9\xa5\x25\x05\xa5\x25\x40\x15\xe9\x55\x99\x05\x4a\x70\xe1\xd4\xa2\xa2\xfc\xa2\x62\xa0\xb0\x52\x2d\x00\x9d\x59\x25\x0f\x4b\x00\x00\x00";
