//! Values of the types that people really have.

use serde_json::{Value, json};

use super::*;
use crate::schema::Params;

const DEVICE: &str = "9a3f0c51be7724d06e1188f2c4d53aa07be61d92";

fn body(action: &str, params: Value) -> Value {
    request(action, params).unwrap().json
}

/// What the parameters of an action are read as, or where they are refused.
fn read(action: &str, params: &Value) -> Result<Params, Vec<String>> {
    let row = crate::actions::find(action).unwrap();
    let mut problems = Vec::new();
    let input = schema::read(row.params, params.as_object().unwrap().clone(), "", &mut problems);
    match &*problems {
        [] => Ok(input),
        _ => Err(problems
            .into_iter()
            .map(|problem| format!("{} {}", problem.pointer, problem.problem))
            .collect()),
    }
}

fn alert(report: Value) -> Value {
    json!({
        "machineId": DEVICE, "eventTime": "2026-09-30T16:59:40Z", "reportId": report, "title": "t",
        "description": "d",
        "severity": "High", "category": "Malware", "recommendedAction": "r",
    })
}

#[test]
fn a_number_stands_for_its_digits_where_text_is_wanted() {
    for (given, sent) in [
        (json!(8196), "8196"),
        (json!("8196"), "8196"),
        (json!(0), "0"),
        (json!(9_007_199_254_740_993_u64), "9007199254740993"),
        (json!(u64::MAX), "18446744073709551615"),
        (json!(8196.0), "8196"),
        (json!("007"), "007"),
    ] {
        assert_eq!(body("createAlert", alert(given))["reportId"], sent);
    }
    for given in
        [json!(1.5), json!(1e30), json!(-1), json!(true), json!(null), json!([8196]), json!("")]
    {
        let refused = read("createAlert", &alert(given.clone())).unwrap_err();
        assert!(refused.len() == 1 && refused[0].starts_with("/reportId "), "{given}: {refused:?}");
    }
    // Everywhere, and so in identifiers, tags, comments and case IDs.
    assert_eq!(
        request("deleteIndicator", json!({ "id": 20417 })).unwrap().target,
        "/api/indicators/20417"
    );
    assert_eq!(
        filter("getAgentList", json!({ "machineTags": [2024, "x"] })),
        filter("getAgentList", json!({ "machineTags": ["2024", "x"] }))
    );
    let isolation = json!({ "id": DEVICE, "comment": 4711, "reference": 4711 });
    assert_eq!(body("isolateHost", isolation)["Comment"], "4711");
}

#[test]
fn digits_stand_for_a_number_where_one_is_wanted() {
    assert_eq!(filter("getAgentList", json!({ "rbacGroupId": "140" })), "rbacGroupId eq 140");
    assert_eq!(
        filter("getAgentList", json!({ "rbacGroupId": ["140", 7] })),
        "rbacGroupId in (140,7)"
    );
    assert_eq!(filter("getAlerts", json!({ "incidentId": "924521" })), "incidentId eq 924521");
    assert_eq!(
        read("getActionResults", &json!({ "id": "a", "index": "3" })).unwrap().integer("index"),
        Some(3)
    );
    assert_eq!(
        read("getActionResults", &json!({ "id": "a", "index": "ALL" })).unwrap().text("index"),
        Some("all")
    );
    let wait = json!({ "id": "a", "wait": { "timeoutSeconds": "600" } });
    assert_eq!(
        read("waitForAction", &wait).unwrap().object("wait").unwrap().integer("timeoutSeconds"),
        Some(600)
    );
    for (action, params) in [
        ("getAgentList", json!({ "rbacGroupId": "140 or 1 eq 1" })),
        ("getAgentList", json!({ "rbacGroupId": "014" })),
        ("getAgentList", json!({ "rbacGroupId": 1.5 })),
        ("getAgentList", json!({ "rbacGroupId": "-1" })),
        ("getAgentList", json!({ "pageSize": "1001" })),
        ("getActionResults", json!({ "id": "a", "index": "1000" })),
        ("getActionResults", json!({ "id": "a", "index": "some" })),
        ("getAgentList", json!({ "all": "true" })),
        ("isolateHost", json!({ "id": DEVICE, "comment": "c", "dryRun": "true" })),
        ("isolateHost", json!({ "id": DEVICE, "comment": "c", "ensure": 1 })),
    ] {
        assert_eq!(read(action, &params).unwrap_err().len(), 1, "{action} {params}");
    }
}

#[test]
fn words_of_a_list_are_sent_in_the_service_s_spelling() {
    for given in ["UnManagedDevice", "unmanageddevice", "UnmanagedDevice", "UNMANAGEDDEVICE"] {
        let params = json!({ "id": DEVICE, "comment": "c", "isolationType": given });
        assert_eq!(body("isolateHost", params)["IsolationType"], "UnManagedDevice");
    }
    let refused =
        read("isolateHost", &json!({ "id": DEVICE, "comment": "c", "isolationType": "unmanaged" }))
            .unwrap_err();
    assert!(refused[0].contains("UnManagedDevice"), "{refused:?}");
    assert_eq!(
        body("runAntivirusScan", json!({ "id": DEVICE, "comment": "c", "scanType": "full" }))["ScanType"],
        "Full"
    );
    assert_eq!(filter("getActions", json!({ "status": "timeout" })), "status eq 'TimeOut'");
    assert_eq!(
        filter("getActions", json!({ "type": ["ISOLATE", "unisolate"] })),
        "type in ('Isolate','Unisolate')"
    );
    assert_eq!(
        body("updateAlert", json!({ "id": "a", "status": "inprogress" }))["status"],
        "InProgress"
    );
}

#[test]
fn what_the_service_adds_to_passes() {
    for (given, sent) in [
        ("NoEnoughDataToValidate", "NoEnoughDataToValidate"),
        ("noenoughdatatovalidate", "NoEnoughDataToValidate"),
        ("phishing", "Phishing"),
        ("NotEnoughDataToValidate", "NotEnoughDataToValidate"),
        ("SomethingNew", "SomethingNew"),
    ] {
        assert_eq!(
            body("updateAlert", json!({ "id": "a", "determination": given }))["determination"],
            sent
        );
    }
    for given in ["", "two words", "x'", "a-b", "1st"] {
        read("updateAlert", &json!({ "id": "a", "determination": given })).unwrap_err();
    }
    assert_eq!(filter("getActions", json!({ "type": "NewKind" })), "type eq 'NewKind'");
}

#[test]
fn a_machine_action_has_one_id_by_two_names() {
    for (action, own, other) in [
        ("cancelAction", "actionId", "id"),
        ("getAction", "id", "actionId"),
        ("waitForAction", "id", "actionId"),
        ("getPackageLink", "id", "actionId"),
        ("getActionResults", "id", "actionId"),
    ] {
        let with = |mut params: Value| {
            if action == "cancelAction" {
                params["comment"] = "c".into();
            }
            read(action, &params)
        };
        assert_eq!(with(json!({ other: "a1" })).unwrap().text(own), Some("a1"), "{action}");
        assert_eq!(
            with(json!({ other: "a1", own: "a1" })).unwrap().text(own),
            Some("a1"),
            "{action}"
        );
        let refused = with(json!({ other: "a1", own: "a2" })).unwrap_err();
        assert!(
            refused.len() == 1 && refused[0].starts_with(&format!("/{other} ")),
            "{action} {refused:?}"
        );
        assert!(
            with(json!({ other: "a/1" })).unwrap_err()[0].starts_with(&format!("/{other} ")),
            "{action}"
        );
        assert_eq!(with(json!({})).unwrap_err().len(), 1, "{action}");
    }
    let cancel = request("cancelAction", json!({ "id": "a1", "comment": "c" })).unwrap();
    assert_eq!(cancel.target, "/api/machineactions/a1/cancel");
    assert!(read("waitForAction", &json!({ "actionId": "a1", "ids": ["a2"] })).is_err());
}
