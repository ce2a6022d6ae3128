//! One action on many machines: resolving the targets, the request for each, and the result of
//! each.

use defender_stub::demo::{DUPLICATE_NEW, LINUX, MAC, NOT_ONBOARDED, TWIN_A, TWIN_B, WINDOWS};
use defender_stub::{Fault, FaultKind, Machine, Scenario};
use host_harness::{ErrorKind, JobState, Retry};
use serde_json::{Value, json};

use crate::world::{TestEnv, details, is, pointers};

const ISOLATE: &str = "POST /api/machines/{id}/isolate";

fn named(name: &str) -> Value {
    json!({ "host": { "computerDnsName": name }, "comment": "case 1042" })
}

/// An action that ends as soon as it has started.
pub(crate) fn quick() -> Scenario {
    Scenario { pending_seconds: 0.0, running_seconds: 0.0, ..Scenario::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_an_address_or_an_entra_id_means_one_machine() {
    let env = TestEnv::start().await;
    for (host, id) in [
        (json!({ "computerDnsName": "ws-ops-014.example.test" }), WINDOWS),
        (json!({ "computerDnsName": "WS-OPS-014" }), WINDOWS),
        (json!({ "ip": "10.20.30.44" }), LINUX),
        (json!({ "aadDeviceId": "6C0A55F1-2D1E-4B8A-9A39-0F2F6B0A7C11" }), WINDOWS),
        // Two records, one of which was merged into the other.
        (json!({ "computerDnsName": "ws-fin-002" }), DUPLICATE_NEW),
    ] {
        assert_eq!(env.data("resolveHost", host.clone()).await["id"], id, "{host}");
        let outcome = env.execute("releaseHost", json!({ "host": host, "comment": "c" })).await;
        // The same machine may be named twice in a row: then a release is under way already.
        match outcome {
            Ok(outcome) => {
                let data: Value = serde_json::from_str(&outcome.data).unwrap();
                assert_eq!(data["machineId"], id, "{host}");
            }
            Err(error) => {
                assert_eq!(details(&error)["machineAction"]["machineId"], id, "{host}: {error:?}")
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_several_machines_have_is_refused_with_the_candidates() {
    let env = TestEnv::start().await;
    env.service().with_scenario(|scenario| {
        let old = scenario.machines.iter_mut().find(|machine| machine.id == TWIN_A).unwrap();
        old.last_seen = "2025-12-31T23:59:59.9999999Z".to_owned();
    });
    for action in ["isolateHost", "releaseHost", "runAntivirusScan"] {
        let error = env.error(action, named("kiosk")).await;
        is(&error, ErrorKind::Ambiguous);
        let candidates = details(&error)["candidates"].clone();
        let ids: Vec<&str> =
            candidates.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!(
            ids,
            [TWIN_B, TWIN_A],
            "the one seen last comes first, whatever the service's order: {error:?}"
        );
        assert!(candidates[0]["lastSeen"].is_string(), "{candidates}");
    }
    let error = env.error("isolateHost", named("printer-lab")).await;
    is(&error, ErrorKind::NotFound);
    assert_eq!(details(&error)["candidates"][0]["onboardingStatus"], "CanBeOnboarded", "{error:?}");
    is(&env.error("isolateHost", named("ws-ops")).await, ErrorKind::NotFound);
    assert_eq!(env.service().sent("POST /api/*"), 0, "nothing was done");
    // A machine that is not onboarded can only be contained.
    let mut contain = named("printer-lab");
    contain["isolationType"] = json!("UnManagedDevice");
    assert_eq!(env.data("isolateHost", contain.clone()).await["machineId"], NOT_ONBOARDED);
    contain["host"]["computerDnsName"] = json!("ws-ops-014");
    is(&env.error("isolateHost", contain).await, ErrorKind::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_was_merged_stands_for_the_other_and_a_silent_one_gives_way() {
    let renamed = Machine {
        merged_into_machine_id: Some(WINDOWS.into()),
        ..Machine::new("a".repeat(40), "old-name.example.test", "10.9.9.9")
    };
    let silent = Machine {
        health_status: "Inactive".into(),
        ..Machine::new("b".repeat(40), "mac-dev-007.example.test", "10.9.9.8")
    };
    // Another machine whose name has the same prefix is a different machine, however long it has
    // been silent.
    let other = Machine {
        health_status: "Inactive".into(),
        ..Machine::new("c".repeat(40), "srv-web-003.other.test", "10.20.30.43")
    };
    let scenario = Scenario::default();
    let machines = [scenario.machines.clone(), vec![renamed, silent, other]].concat();
    let env = TestEnv::with(Scenario { machines, ..scenario }).await;
    assert_eq!(
        env.data("resolveHost", json!({ "computerDnsName": "old-name" })).await["id"],
        WINDOWS
    );
    assert_eq!(
        env.data("resolveHost", json!({ "computerDnsName": "mac-dev-007" })).await["id"],
        MAC
    );
    for host in [json!({ "computerDnsName": "srv-web-003" }), json!({ "ip": "10.20.30.43" })] {
        is(&env.error("resolveHost", host).await, ErrorKind::Ambiguous);
    }
    let full = json!({ "computerDnsName": "srv-web-003.example.test" });
    assert_eq!(env.data("resolveHost", full).await["id"], LINUX);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_machine_is_sent_one_request_and_has_one_record() {
    let env = TestEnv::with(quick()).await;
    let hosts: Vec<Value> = [
        "ws-ops-014",
        "srv-web-003",
        "kiosk",
        "mac-dev-007.example.test",
        "WS-OPS-014.example.test",
    ]
    .map(|name| json!({ "computerDnsName": name }))
    .to_vec();
    let error = env.error("isolateHost", json!({ "hosts": hosts, "comment": "case 1042" })).await;
    is(&error, ErrorKind::ActionFailed);
    assert_eq!(error.retry, Retry::Never);
    let results = details(&error)["results"].clone();
    let status: Vec<&str> =
        results.as_array().unwrap().iter().map(|row| row["status"].as_str().unwrap()).collect();
    assert_eq!(status, ["ok", "ok", "error", "ok", "ok"]);
    assert_eq!(
        results[0]["target"],
        json!({ "computerDnsName": "ws-ops-014.example.test", "id": WINDOWS })
    );
    assert_eq!(results[1]["data"]["machineId"], LINUX);
    assert_eq!(results[2]["error"]["kind"], "ambiguous");
    assert_eq!(results[4]["data"], results[0]["data"], "named twice, done once");
    assert_eq!(env.service().sent(ISOLATE), 3);
    assert_eq!(env.service().sent("GET /api/machines"), 1, "one lookup for all");
    let params = json!({ "ids": [WINDOWS, LINUX], "comment": "c" });
    let data = env.data("releaseHost", params).await;
    assert_eq!(data["results"][1]["target"], json!({ "id": LINUX }));
    assert_eq!(data["results"][1]["job"]["adopted"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_machines_than_were_meant_are_refused() {
    let env = TestEnv::with(Scenario { fleet: 20, ..Scenario::default() }).await;
    let fleet: Vec<String> = (0..12).map(|n| format!("f1ee7{n:035x}")).collect();
    let error = env.error("isolateHost", json!({ "ids": fleet, "comment": "c" })).await;
    is(&error, ErrorKind::InvalidParams);
    assert_eq!(pointers(&error), ["/maxTargets"]);
    assert!(env.service().ledger().is_empty());
    env.data("isolateHost", json!({ "ids": fleet, "comment": "c", "maxTargets": 12 })).await;
    assert_eq!(env.service().machine_actions().len(), 12);
    for params in [
        json!({ "comment": "c" }),
        json!({ "id": WINDOWS, "ids": [LINUX], "comment": "c" }),
        json!({ "id": WINDOWS, "host": { "ip": "10.20.30.44" }, "comment": "c" }),
    ] {
        is(&env.error("isolateHost", params).await, ErrorKind::InvalidParams);
    }
    let error = env
        .error(
            "isolateHost",
            json!({ "host": { "ip": "1.1.1.1", "computerDnsName": "x" }, "comment": "c" }),
        )
        .await;
    assert_eq!(pointers(&error), ["/host"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_that_meets_every_machine_stops_the_rest() {
    let env =
        TestEnv::configured(Scenario::default(), json!({ "limits": { "callTimeoutSeconds": 20 } }))
            .await;
    env.service().add_fault(
        Fault::new(ISOLATE, FaultKind::Throttle { retry_after: Some(600), code: "429".into() })
            .skip(1)
            .always(),
    );
    let error =
        env.error("isolateHost", json!({ "ids": [WINDOWS, LINUX, MAC], "comment": "c" })).await;
    let results = details(&error)["results"].clone();
    assert_eq!(results[0]["status"], "ok");
    for n in [1, 2] {
        assert_eq!(results[n]["error"]["kind"], "throttled");
        assert_eq!(results[n]["error"]["retry"]["afterMilliseconds"], 600_000);
    }
    assert_eq!(env.service().sent(ISOLATE), 2, "the third was not asked for");
    // An unknown machine does not affect the others.
    env.service().clear_faults();
    let error = env
        .error("releaseHost", json!({ "ids": ["0".repeat(40), LINUX.to_owned()], "comment": "c" }))
        .await;
    let results = details(&error)["results"].clone();
    assert_eq!(
        (&results[0]["error"]["kind"], &results[1]["status"]),
        (&json!("not-found"), &json!("ok"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_shows_everything_and_does_nothing() {
    let env = TestEnv::with(quick()).await;
    let mut params = named("ws-ops-014");
    params["dryRun"] = json!(true);
    params["reference"] = json!("C-7");
    let outcome = env.execute("isolateHost", params.clone()).await.unwrap();
    assert!(outcome.job.is_none());
    let data: Value = serde_json::from_str(&outcome.data).unwrap();
    assert_eq!((&data["dryRun"], &data["target"]["id"]), (&json!(true), &json!(WINDOWS)));
    let url = format!("https://api.security.microsoft.com/api/machines/{WINDOWS}/isolate");
    let body = json!({ "Comment": "[ref:C-7] case 1042", "IsolationType": "Full" });
    assert_eq!(data["request"], json!({ "method": "POST", "url": url, "body": body }));
    assert_eq!(data["budget"]["perMinute"], 100);
    for (action, extra) in [
        ("runScript", json!({ "parameters": { "scriptName": "triage.ps1" } })),
        ("addTag", json!({ "tag": "t" })),
        ("setDeviceValue", json!({ "deviceValue": "High" })),
        ("runLiveResponse", json!({ "comment": "c", "commands": [{ "putFile": "tool.exe" }] })),
    ] {
        let mut params = extra;
        params["ids"] = json!([WINDOWS, LINUX]);
        params["dryRun"] = json!(true);
        let data = env.data(action, params).await;
        assert_eq!(data["results"][1]["data"]["request"]["method"], "POST", "{action}");
    }
    assert_eq!(env.service().sent("POST /api/*"), 0);
    // With `ensure` it reports what is already in effect.
    env.isolate().await.unwrap();
    params["ensure"] = json!(true);
    let data = env.data("isolateHost", params.clone()).await;
    assert_eq!(
        (&data["request"], &data["machineAction"]["status"]),
        (&Value::Null, &json!("Succeeded"))
    );
    // A missing permission is detected.
    env.service().set_roles(["Machine.Read.All"]);
    env.service().revoke_tokens();
    is(&env.error("isolateHost", params).await, ErrorKind::Forbidden);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_that_following_needs_is_missed_before_anything_is_sent() {
    let env = TestEnv::with(Scenario { roles: vec!["Machine.Isolate".into()], ..quick() }).await;
    for option in ["wait", "ensure"] {
        let mut params = json!({ "id": WINDOWS, "comment": "c" });
        params[option] = if option == "wait" { json!({}) } else { json!(true) };
        let error = env.error("isolateHost", params).await;
        is(&error, ErrorKind::Forbidden);
        assert_eq!(
            details(&error)["required"],
            json!([["Machine.Read.All", "Machine.ReadWrite.All"]])
        );
        assert_eq!(details(&error)["granted"], json!(["Machine.Isolate"]));
    }
    let mut params = json!({ "id": WINDOWS, "comment": "c", "dryRun": true });
    env.data("isolateHost", params.clone()).await;
    params["scanType"] = json!("Full");
    is(&env.error("runAntivirusScan", params).await, ErrorKind::Forbidden);
    assert_eq!(env.service().sent("POST /api/*"), 0);
    assert_eq!(env.isolate().await.unwrap().job.unwrap().state, JobState::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_of_many_machines_are_changed_too() {
    let env = TestEnv::start().await;
    let params = json!({
        "hosts": [{ "computerDnsName": "ws-ops-014" }, { "ip": "10.20.30.44" }], "tag": "case-7"
    });
    let data = env.data("addTag", params).await;
    for n in [0, 1] {
        let tags = data["results"][n]["data"]["machineTags"].to_string();
        assert!(tags.contains("case-7"), "{data}");
    }
    let data = env
        .data("setDeviceValue", json!({ "host": { "ip": "10.20.30.44" }, "deviceValue": "Low" }))
        .await;
    assert_eq!((&data["id"], &data["deviceValue"]), (&json!(LINUX), &json!("Low")));
}
