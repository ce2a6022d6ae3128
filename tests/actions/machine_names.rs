//! Resolves many names to many machines.

use defender_stub::demo::{LINUX, MAC, OFFLINE, WINDOWS};
use defender_stub::{Fault, FaultKind, Machine, Scenario};
use host_harness::ErrorKind;
use serde_json::{Value, json};

use crate::world::{TestEnv, details, is};

const LOOKUP: &str = "GET /api/machines";

/// The service's error for a filter that is too complex.
fn too_complex() -> FaultKind {
    let error = json!({
        "error": {
            "code": "BadRequest", "message": "The filter has too many nodes.", "target": "t"
        }
    });
    FaultKind::Status { status: 400, headers: vec![], body: error.to_string() }
}

/// Four machines by name, in a different order from the service's.
fn four() -> Value {
    let names = [
        "srv-old-009.example.test",
        "mac-dev-007.example.test",
        "ws-ops-014.example.test",
        "srv-web-003",
    ];
    json!({ "hosts": names.map(|name| json!({ "computerDnsName": name })), "tag": "case-7" })
}

fn targets(data: &Value) -> Vec<&str> {
    data["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["target"]["id"].as_str().unwrap_or_default())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_too_many_for_one_filter_are_looked_up_in_halves() {
    // The whole filter is refused, and a single name is not. The second half is refused too,
    // because it contains a first label.
    for (most, lookups) in [(5, 1), (3, 4), (2, 6)] {
        let env =
            TestEnv::with(Scenario { filter_values: Some(most), ..Scenario::default() }).await;
        let data = env.data("addTag", four()).await;
        assert_eq!(
            targets(&data),
            [OFFLINE, MAC, WINDOWS, LINUX],
            "in the order in which they were named"
        );
        for row in data["results"].as_array().unwrap() {
            assert_eq!(
                (&row["status"], &row["data"]["id"]),
                (&json!("ok"), &row["target"]["id"]),
                "{row}"
            );
        }
        assert_eq!(env.service().sent(LOOKUP), lookups, "{most}");
        assert_eq!(env.service().sent("POST /api/machines/{id}/tags"), 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_meets_one_name_as_well_ends_the_lookup_and_nothing_is_done() {
    let env = TestEnv::start().await;
    env.service().add_fault(Fault::new(LOOKUP, too_complex()).always());
    let error = env.error("addTag", four()).await;
    is(&error, ErrorKind::Rejected);
    assert_eq!((error.status, error.code.as_deref()), (Some(400), Some("BadRequest")), "{error:?}");
    assert_eq!(env.service().sent(LOOKUP), 2, "four names, and one");
    assert_eq!(env.service().sent("POST /api/*"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_candidates_those_seen_last_are_shown() {
    let machine = |n: usize| Machine {
        last_seen: format!("2026-03-{:02}T08:00:00Z", n + 1),
        ..Machine::new(format!("{n:040x}"), "till.example.test", format!("10.1.1.{n}"))
    };
    // The service returns them sorted neither by age nor in reverse.
    let machines = (0..25).map(|n| machine(n * 7 % 25)).collect();
    let env = TestEnv::with(Scenario { machines, ..Scenario::default() }).await;
    let error = env.error("resolveHost", json!({ "computerDnsName": "till" })).await;
    is(&error, ErrorKind::Ambiguous);
    let shown: Vec<String> = details(&error)["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["lastSeen"].as_str().unwrap().to_owned())
        .collect();
    let latest: Vec<String> =
        (6..=25).rev().map(|day| format!("2026-03-{day:02}T08:00:00Z")).collect();
    assert_eq!(shown, latest);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_whose_id_would_lead_elsewhere_is_not_acted_on() {
    for id in ["", ".", ".."] {
        let machines = vec![Machine::new(id, "odd.example.test", "10.9.9.7")];
        let env = TestEnv::with(Scenario { machines, ..Scenario::default() }).await;
        for action in ["isolateHost", "offboardHost"] {
            let params =
                json!({ "host": { "computerDnsName": "odd.example.test" }, "comment": "c" });
            env.error(action, params).await;
            assert_eq!(
                env.service().sent("POST /api/*"),
                0,
                "{action} {id:?}: {:?}",
                env.service().ledger().last()
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_merged_records_is_followed_to_its_end() {
    let machine = |n: usize, name: &str, into: Option<usize>| Machine {
        merged_into_machine_id: into.map(|n| format!("{n:040X}")),
        ..Machine::new(format!("{n:040x}"), name, format!("10.1.1.{n}"))
    };
    let chain = || {
        vec![
            machine(10, "till.x", Some(11)),
            machine(11, "old.x", Some(12)),
            machine(12, "new.x", None),
        ]
    };
    let params = json!({ "host": { "computerDnsName": "till" }, "comment": "c" });
    for (more, is_one) in [(vec![], true), (vec![machine(13, "till.x", None)], false)] {
        let env =
            TestEnv::with(Scenario { machines: [chain(), more].concat(), ..Scenario::default() })
                .await;
        if is_one {
            assert_eq!(
                env.data("isolateHost", params.clone()).await["machineId"],
                format!("{:040x}", 12)
            );
        } else {
            let error = env.error("isolateHost", params.clone()).await;
            is(&error, ErrorKind::Ambiguous);
            assert_eq!(
                details(&error)["candidates"].as_array().map(Vec::len),
                Some(2),
                "{error:?}"
            );
            assert_eq!(env.service().sent("POST /api/*"), 0);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_in_place_of_a_device_id_is_refused_and_nothing_is_sent() {
    let env = TestEnv::start().await;
    for action in ["isolateHost", "offboardHost", "runAntivirusScan", "addTag"] {
        let error =
            env.error(action, json!({ "id": "ws-ops-014", "comment": "c", "tag": "t" })).await;
        is(&error, ErrorKind::InvalidParams);
        assert!(error.message.contains("`host` or `hosts`"), "{error:?}");
    }
    assert!(env.service().ledger().is_empty());
}
