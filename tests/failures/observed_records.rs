//! Records, identifiers and final states of actions as observed in the real service.

use defender_stub::demo::{NOT_ONBOARDED, WINDOWS};
use defender_stub::{Ending, Machine, Outcome, Scenario};
use host_harness::{ErrorKind, Retry};
use serde_json::json;

use crate::world::{MACHINE, TestEnv, details, is};

const ENTRA: &str = "9cbb5f0e-6a1e-4c7b-8d2f-0a1b2c3d4e5f";

fn id(n: u8) -> String {
    format!("{n:040x}")
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_are_found_by_what_their_records_have() {
    let machines = vec![
        Machine {
            lacks: vec!["onboardingStatus".into()],
            ..Machine::new(id(1), "old-form.x.example", "10.1.0.1")
        },
        Machine::new(id(2), "twice.x.example", "10.1.0.2"),
        Machine {
            is_excluded: true,
            exclusion_reason: Some("DuplicateDevice".into()),
            ..Machine::new(id(3), "twice.x.example", "10.1.0.3")
        },
        Machine::new(id(4), "b\u{fc}ro-pc01.firma.example", "10.1.0.4"),
        Machine::new(id(5), "B\u{dc}RO-PC02.FIRMA.EXAMPLE", "10.1.0.5"),
        Machine {
            aad_device_id: Some(ENTRA.into()),
            ..Machine::new(id(6), "joined.x.example", "10.1.0.6")
        },
    ];
    for entra_ids_are_guids in [false, true] {
        let machines = machines.clone();
        let env =
            TestEnv::with(Scenario { machines, entra_ids_are_guids, ..Scenario::default() }).await;
        for (host, meant) in [
            (json!({ "computerDnsName": "old-form" }), 1),
            (json!({ "computerDnsName": "twice" }), 2),
            (json!({ "computerDnsName": "B\u{dc}RO-PC01" }), 4),
            (json!({ "computerDnsName": "b\u{fc}ro-pc02" }), 5),
            (json!({ "computerDnsName": "FIRMA\\B\u{dc}RO-PC01$\r\n" }), 4),
            (json!({ "aadDeviceId": ENTRA.to_ascii_uppercase() }), 6),
        ] {
            assert_eq!(env.data("resolveHost", host.clone()).await["id"], id(meant), "{host}");
        }
        let list = env.data("getAgentList", json!({ "aadDeviceId": [ENTRA] })).await;
        assert_eq!(list["value"][0]["id"], id(6));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_is_contained_and_released_by_one_name() {
    let env = TestEnv::start().await;
    let name = env.data("getAgentDetails", json!({ "id": NOT_ONBOARDED })).await["computerDnsName"]
        .clone();
    let mut params = json!({
        "host": { "computerDnsName": name }, "comment": "c", "isolationType": "unmanageddevice"
    });
    let contained = env.data("isolateHost", params.clone()).await;
    assert_eq!(
        (&contained["machineId"], &contained["scope"]),
        (&json!(NOT_ONBOARDED), &json!("UnManagedDevice"))
    );
    params.as_object_mut().unwrap().remove("isolationType");
    is(&env.error("isolateHost", params.clone()).await, ErrorKind::NotFound);
    let released = env.data("releaseHost", params).await;
    assert_eq!(
        (&released["machineId"], &released["type"]),
        (&json!(NOT_ONBOARDED), &json!("Unisolate"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_whose_result_was_lost_is_said_to_have_run() {
    let outcomes = vec![Outcome {
        kind: None,
        machine_id: None,
        status: Ending::Failed,
        error_h_result: -2_147_012_839,
        command: 0,
        result_is_lost: true,
    }];
    let scenario =
        Scenario { outcomes, pending_seconds: 0.1, running_seconds: 0.1, ..Scenario::default() };
    let env = TestEnv::with(scenario).await;
    let params = json!({
        "id": MACHINE, "comment": "c", "parameters": { "scriptName": "triage.ps1" },
        "wait": { "pollSeconds": "1" },
    });
    let error = env.error("runScript", params).await;
    is(&error, ErrorKind::ActionFailed);
    assert_eq!(error.retry, Retry::Unknown);
    for words in [
        "revocation of a certificate could not be checked",
        "completed on the machine: RunScript (command 0)",
    ] {
        assert!(error.message.contains(words), "{}", error.message);
    }
    assert_eq!(details(&error)["commands"][0]["status"], "Completed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_investigation_is_not_started_and_the_message_says_what_to_do_instead() {
    let env = TestEnv::start().await;
    for params in [
        json!({ "id": WINDOWS, "comment": "c" }),
        json!({ "id": WINDOWS, "comment": "c", "dryRun": true }),
    ] {
        let error = env.error("startInvestigation", params).await;
        is(&error, ErrorKind::Rejected);
        for words in ["2026-09-01", "was not sent", "`runAntivirusScan` with `scanType` \"Full\""] {
            assert!(error.message.contains(words), "{}", error.message);
        }
    }
    assert!(env.service().ledger().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn names_in_the_library_may_have_blanks() {
    let env = TestEnv::start().await;
    let name = "hello copy (1).sh";
    let upload = json!({ "fileName": name, "content": "echo hello", "overrideIfExists": true });
    assert_eq!(env.data("uploadLibraryFile", upload).await["fileName"], name);
    let run = json!({ "id": MACHINE, "comment": "c", "parameters": { "scriptName": name } });
    let action = env.data("runScript", run).await;
    assert_eq!(action["commands"][0]["command"]["params"][0]["value"], name);
    env.data("deleteLibraryFile", json!({ "fileName": name })).await;
    let last = env.service().ledger().last().unwrap().path.clone();
    assert_eq!(
        last.replace("%28", "(").replace("%29", ")"),
        "/api/libraryfiles/hello%20copy%20(1).sh"
    );
    for name in ["a/b", "a\"b", " a", "a ", "..", "a\r\nb", "a%20b", "gr\u{fc}n.ps1"] {
        let refused =
            env.error("uploadLibraryFile", json!({ "fileName": name, "content": "x" })).await;
        is(&refused, ErrorKind::InvalidParams);
    }
}
