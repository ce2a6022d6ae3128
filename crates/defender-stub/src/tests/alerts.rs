//! Alerts and investigations: reading, updating, creating.

use super::*;

#[test]
fn evidence_comes_when_asked_for() {
    let client = Client::new(Scenario::default());
    let evidence =
        |path: &str| body(&client.get(path))["value"][0]["evidence"].as_array().unwrap().len();
    assert_eq!(evidence("/api/alerts"), 0);
    assert_eq!(evidence("/api/alerts?$expand=evidence"), 3);
    assert_eq!(refusal(&client.get("/api/alerts?$expand=comments")), refused(400, "ODataError"));
    assert_eq!(refusal(&client.get("/api/machines?$expand=evidence")), refused(400, "ODataError"));
    let one = body(&client.get(&format!("/api/alerts/{}", demo::ALERT)));
    assert_eq!(one["evidence"].as_array().unwrap().len(), 3);
    assert_eq!(refusal(&client.get("/api/alerts/none")), refused(404, "ResourceNotFound"));
    let recent = format!("/api/alerts?$filter=alertCreationTime%20gt%20{}", hours_ago(24));
    assert_eq!(client.listed(&recent, "id"), [demo::ALERT]);
    assert_eq!(
        client.listed("/api/alerts?$filter=InvestigationId%20eq%2071233", "id"),
        [demo::ALERT]
    );
    assert_eq!(
        refusal(&client.get("/api/alerts?$filter=title%20eq%20'x'")),
        refused(400, "ODataError")
    );
}

#[test]
fn an_alert_leads_to_what_it_is_about() {
    let client = Client::new(Scenario::default());
    let path = |what: &str| format!("/api/alerts/{}/{what}", demo::ALERT);
    assert_eq!(client.listed(&path("domains"), "host"), [demo::DOMAIN]);
    assert_eq!(client.listed(&path("files"), "sha1"), [demo::FILE_SHA1]);
    assert_eq!(client.listed(&path("ips"), "id"), [demo::IP]);
    assert_eq!(body(&client.get(&path("machine")))["id"], demo::WINDOWS);
    assert_eq!(body(&client.get(&path("user")))["accountName"], demo::USER);
    for what in ["domains", "files", "ips", "machine", "user"] {
        assert_eq!(
            refusal(&client.get(&format!("/api/alerts/none/{what}"))),
            refused(404, "ResourceNotFound")
        );
    }
}

#[test]
fn changes_are_checked_and_kept() {
    let client = Client::new(Scenario::default());
    let path = format!("/api/alerts/{}", demo::ALERT);
    let trials = [
        (json!({ "status": "new" }), "InvalidInput"),
        (json!({ "classification": "Apt" }), "InvalidInput"),
        (json!({ "classification": "FalsePositive", "determination": "Malware" }), "InvalidInput"),
        (json!({ "determination": "Apt" }), "InvalidInput"),
        (json!({ "Status": "New" }), "InvalidRequestBody"),
        (json!({ "alertIds": [demo::ALERT], "status": "New" }), "InvalidRequestBody"),
        (json!({}), "InvalidRequestBody"),
    ];
    for (sent, code) in trials {
        assert_eq!(refusal(&client.patch(&path, &sent)), refused(400, code), "{sent}");
    }
    let sent = json!({
        "status": "Resolved", "classification": "TruePositive", "determination": "Malware",
        "comment": "case 1042",
    });
    let changed = client.patch(&path, &sent);
    assert_eq!(changed.status, 200);
    let found = body(&client.get(&path));
    assert_eq!(
        (&found["status"], &found["determination"]),
        (&json!("Resolved"), &json!("Malware"))
    );
    assert_eq!(
        (&found["comments"][0]["comment"], found["resolvedTime"].is_string()),
        (&json!("case 1042"), true)
    );
    assert_eq!(refusal(&client.patch("/api/alerts/none", &sent)), refused(404, "ResourceNotFound"));
}

#[test]
fn a_batch_changes_all_or_none_and_says_nothing() {
    let client = Client::new(Scenario::default());
    let ids = client.listed("/api/alerts", "id");
    let update = |ids: &[String]| {
        client.post("/api/alerts/batchUpdate", &json!({ "alertIds": ids, "status": "InProgress" }))
    };
    assert_eq!(
        refusal(&update(&[ids[0].clone(), "none".to_owned()])),
        refused(404, "ResourceNotFound")
    );
    assert_eq!(refusal(&update(&[])), refused(400, "MissingRequiredParameter"));
    assert_eq!(body(&client.get(&format!("/api/alerts/{}", ids[0])))["status"], "New");
    let reply = update(&ids);
    assert_eq!((reply.status, reply.body.len()), (200, 0));
    let open = client.listed("/api/alerts?$filter=status%20eq%20'InProgress'", "id");
    assert_eq!(open, ids);
}

#[test]
fn an_alert_is_made_once_for_a_device_and_title() {
    let client = Client::new(Scenario::default());
    let sent = |title: &str| {
        json!({
            "machineId": demo::MAC, "severity": "Low", "title": title, "description": "d",
            "recommendedAction": "r",
            "eventTime": "2026-10-01T09:00:00Z", "reportId": "20776", "category": "Execution",
        })
    };
    let make = |sent: &Value| client.post("/api/alerts/CreateAlertByReference", sent);
    let made = make(&sent("a"));
    assert_eq!(
        (made.status, &body(&made)["computerDnsName"]),
        (200, &json!("mac-dev-007.example.test"))
    );
    assert_eq!(body(&make(&sent("a")))["id"], body(&made)["id"]);
    assert_ne!(body(&make(&sent("b")))["id"], body(&made)["id"]);
    let all = sent("c");
    for name in all.as_object().unwrap().keys() {
        let mut sent = all.clone();
        sent.as_object_mut().unwrap().remove(name);
        assert_eq!(refusal(&make(&sent)), refused(400, "MissingRequiredParameter"), "{name}");
        sent[name.as_str()] = json!("wrong");
        let status = make(&sent).status;
        let expected = match name.as_str() {
            "machineId" => 404,
            "severity" | "category" | "eventTime" => 400,
            _ => 200,
        };
        assert_eq!(status, expected, "{name}");
    }
}

#[test]
fn investigations_are_found_by_either_id() {
    let client = Client::new(Scenario::default());
    assert_eq!(client.listed("/api/investigations", "id"), [demo::INVESTIGATION, "71190"]);
    for id in [demo::INVESTIGATION, demo::ALERT] {
        assert_eq!(
            body(&client.get(&format!("/api/investigations/{id}")))["id"],
            demo::INVESTIGATION
        );
    }
    let running = "/api/investigations?$filter=state%20eq%20'Running'";
    assert_eq!(client.listed(running, "id"), [demo::INVESTIGATION]);
    assert_eq!(refusal(&client.get("/api/investigations/1")), refused(404, "ResourceNotFound"));
}
