//! Response actions other than isolation: bodies, platforms, duplicates.

use std::time::Duration;

use super::*;

fn act(client: &Client, id: &str, action: &str, sent: &Value) -> Reply {
    client.post(&format!("/api/machines/{id}/{action}"), sent)
}

#[test]
fn each_request_makes_its_action() {
    let sha1 = "0123456789abcdef0123456789abcdef01234567";
    let trials = [
        ("restrictCodeExecution", json!({ "Comment": "x" }), "RestrictCodeExecution", json!(null)),
        (
            "unrestrictCodeExecution",
            json!({ "Comment": "x" }),
            "UnrestrictCodeExecution",
            json!(null),
        ),
        (
            "runAntiVirusScan",
            json!({ "Comment": "x", "ScanType": "Quick" }),
            "RunAntiVirusScan",
            json!("Quick"),
        ),
        (
            "StopAndQuarantineFile",
            json!({ "Comment": "x", "Sha1": sha1 }),
            "StopAndQuarantineFile",
            json!(null),
        ),
        (
            "collectInvestigationPackage",
            json!({ "Comment": "x" }),
            "CollectInvestigationPackage",
            json!(null),
        ),
        ("offboard", json!({ "Comment": "x" }), "Offboard", json!(null)),
    ];
    let client = Client::new(Scenario::default());
    for (path, sent, kind, scope) in trials {
        let made = act(&client, demo::WINDOWS, path, &sent);
        assert_eq!(made.status, if kind == "Offboard" { 200 } else { 201 }, "{made:?}");
        let made = body(&made);
        assert_eq!(
            (&made["type"], &made["scope"], &made["status"]),
            (&json!(kind), &scope, &json!("Pending"))
        );
        let file = json!({ "fileIdentifier": sha1, "fileIdentifierType": "Sha1" });
        assert_eq!(
            made["relatedFileInfo"],
            if kind.starts_with("Stop") { file } else { json!(null) }
        );
        let again = act(&client, demo::WINDOWS, path, &sent);
        assert_eq!(refusal(&again), refused(400, "ActiveRequestAlreadyExists"), "{path}");
        let nobody = act(&client, "none", path, &sent);
        assert_eq!(refusal(&nobody), refused(404, "ResourceNotFound"), "{path}");
        let unknown = act(&client, demo::NOT_ONBOARDED, path, &sent);
        assert_eq!(refusal(&unknown), refused(400, "ClientVersionNotSupported"), "{path}");
        let blank = act(&client, demo::WINDOWS, path, &json!({ "Comment": " " }));
        assert_eq!(refusal(&blank), refused(400, "MissingRequiredParameter"), "{path}");
    }
    client.service.advance(Duration::from_secs(10));
    assert!(client.service.machine_actions().iter().all(|action| action["status"] == "Succeeded"));
}

#[test]
fn bodies_and_platforms_are_checked() {
    let client = Client::new(Scenario::default());
    let trials = [
        (demo::WINDOWS, "runAntiVirusScan", json!({ "Comment": "x" }), "MissingRequiredParameter"),
        (
            demo::WINDOWS,
            "runAntiVirusScan",
            json!({ "Comment": "x", "ScanType": "quick" }),
            "InvalidInput",
        ),
        (
            demo::WINDOWS,
            "runAntiVirusScan",
            json!({ "Comment": "x", "scanType": "Quick" }),
            "InvalidRequestBody",
        ),
        (
            demo::WINDOWS,
            "StopAndQuarantineFile",
            json!({ "Comment": "x" }),
            "MissingRequiredParameter",
        ),
        (
            demo::WINDOWS,
            "StopAndQuarantineFile",
            json!({ "Comment": "x", "Sha1": "abc" }),
            "InvalidHashValue",
        ),
        (
            demo::WINDOWS,
            "StopAndQuarantineFile",
            json!({ "Comment": "x", "SHA1": "abc" }),
            "InvalidRequestBody",
        ),
        (demo::MAC, "restrictCodeExecution", json!({ "Comment": "x" }), "OsPlatformNotSupported"),
        (demo::LINUX, "offboard", json!({ "Comment": "x" }), "OsPlatformNotSupported"),
    ];
    for (id, path, sent, code) in trials {
        assert_eq!(refusal(&act(&client, id, path, &sent)), refused(400, code), "{path} {sent}");
    }
    assert_eq!(
        act(&client, demo::LINUX, "collectInvestigationPackage", &json!({ "Comment": "x" })).status,
        201
    );
    assert_eq!(
        act(&client, demo::MAC, "runAntiVirusScan", &json!({ "Comment": "x", "ScanType": "Full" }))
            .status,
        201
    );
}

#[test]
fn two_files_can_be_quarantined_at_once() {
    let client = Client::new(Scenario::default());
    for digit in ["a", "b"] {
        let sent = json!({ "Comment": "x", "Sha1": digit.repeat(40) });
        assert_eq!(act(&client, demo::WINDOWS, "StopAndQuarantineFile", &sent).status, 201);
    }
}

#[test]
fn an_investigation_is_no_machine_action() {
    let client = Client::new(Scenario { enforce_rate_limits: true, ..Scenario::default() });
    let made = act(&client, demo::WINDOWS, "startInvestigation", &json!({ "Comment": "x" }));
    assert_eq!((made.status, client.service.machine_actions().len()), (201, 0));
    let id = body(&made)["id"].as_str().unwrap().to_owned();
    assert_eq!(body(&client.get(&format!("/api/investigations/{id}")))["state"], "Running");
    for _ in 1..50 {
        act(&client, demo::WINDOWS, "startInvestigation", &json!({ "Comment": "x" }));
    }
    let refused = act(&client, demo::WINDOWS, "startInvestigation", &json!({ "Comment": "x" }));
    assert_eq!(refused.status, 429);
}
