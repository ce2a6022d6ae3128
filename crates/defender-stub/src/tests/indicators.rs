//! Indicators: visibility, validation and batches.

use super::*;

fn indicator(kind: &str, value: &str) -> Value {
    json!({
        "indicatorValue": value, "indicatorType": kind, "action": "Block", "title": "t",
        "description": "d",
    })
}

#[test]
fn without_the_wider_role_only_own_ones_are_seen() {
    let mut client = Client::new(Scenario::default());
    assert_eq!(client.listed("/api/indicators", "id"), [demo::INDICATOR, "20418", "20419"]);
    assert_eq!(
        client.listed("/api/indicators?$filter=indicatorType%20eq%20'DomainName'", "id"),
        ["20419"]
    );
    client.service.set_roles(["Ti.ReadWrite"]);
    client.sign_in();
    assert_eq!(client.listed("/api/indicators", "id"), [demo::INDICATOR, "20418"]);
    assert_eq!(client.get("/api/indicators/20419").status, 404);
    assert_eq!(client.delete("/api/indicators/20419").status, 404);
    assert_eq!(client.delete("/api/indicators/20418").status, 204);
    assert_eq!(body(&client.get("/api/indicators/20417"))["action"], "Block");
}

#[test]
fn submitting_makes_or_changes() {
    let client = Client::new(Scenario::default());
    let mut sent = indicator("DomainName", "new.example");
    sent["application"] = json!("one");
    let made = client.post("/api/indicators", &sent);
    assert_eq!(
        (made.status, &body(&made)["id"], &body(&made)["application"]),
        (200, &json!("20420"), &json!("one"))
    );
    sent["application"] = json!("two");
    sent["title"] = json!("changed");
    let changed = body(&client.post("/api/indicators", &sent));
    assert_eq!((&changed["id"], &changed["title"]), (&json!("20420"), &json!("changed")));
    assert_eq!(changed["application"], "one");
    sent["action"] = json!("Warn");
    assert_eq!(body(&client.post("/api/indicators", &sent))["id"], "20421", "the old one stays");
    assert_eq!(
        client.listed("/api/indicators?$filter=indicatorValue%20eq%20'new.example'", "id"),
        ["20420", "20421"]
    );
}

#[test]
fn submissions_are_checked() {
    let client = Client::new(Scenario::default());
    let with = |name: &str, value: Value| {
        let mut sent = indicator("IpAddress", "198.51.100.1");
        sent[name] = value;
        sent
    };
    let trials = [
        (indicator("FileSha1", "abc"), "InvalidHashValue"),
        (indicator("IpAddress", "198.51.100.0/24"), "InvalidIpAddress"),
        (indicator("Domain", "x.example"), "InvalidInput"),
        (with("action", json!("block")), "InvalidInput"),
        (with("action", json!("Audit")), "InvalidInput"),
        (with("severity", json!("Critical")), "InvalidInput"),
        (with("expirationTime", json!("tomorrow")), "InvalidInput"),
        (with("title", json!(null)), "MissingRequiredParameter"),
        (with("Title", json!("t")), "InvalidRequestBody"),
    ];
    for (sent, code) in trials {
        assert_eq!(refusal(&client.post("/api/indicators", &sent)), refused(400, code), "{sent}");
    }
    let mut audit = with("action", json!("Audit"));
    audit["generateAlert"] = json!(true);
    assert_eq!(client.post("/api/indicators", &audit).status, 200);
}

#[test]
fn an_import_has_a_result_for_each() {
    let client = Client::new(Scenario::default());
    let sent = json!({
        "Indicators": [
            indicator("Url", "https://x.example/a"), indicator("FileMd5", "no"), { "x": 1 }
        ]
    });
    let reply = client.post("/api/indicators/import", &sent);
    let failed: Vec<Value> = body(&reply)["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["isFailed"].clone())
        .collect();
    assert_eq!((reply.status, failed), (200, vec![json!(false), json!(true), json!(true)]));
    assert_eq!(body(&reply)["value"][1]["indicator"], "no");
    let many = json!({ "Indicators": vec![json!({}); 501] });
    assert_eq!(
        refusal(&client.post("/api/indicators/import", &many)),
        refused(400, "MaximumBatchSizeExceeded")
    );
    let none = json!({ "Indicators": [] });
    assert_eq!(
        refusal(&client.post("/api/indicators/import", &none)),
        refused(400, "MissingRequiredParameter")
    );
}

#[test]
fn a_batch_is_deleted_whole_or_not_at_all() {
    let client = Client::new(Scenario::default());
    let delete =
        |ids: &[&str]| client.post("/api/indicators/BatchDelete", &json!({ "IndicatorIds": ids }));
    assert_eq!(refusal(&delete(&[])), refused(400, "MissingRequiredParameter"));
    assert_eq!(refusal(&delete(&["x"])), refused(400, "InvalidInput"));
    assert_eq!(refusal(&delete(&["1"; 501])), refused(400, "MaximumBatchSizeExceeded"));
    assert_eq!(refusal(&delete(&["20417", "1"])), refused(404, "ResourceNotFound"));
    assert_eq!(client.listed("/api/indicators", "id").len(), 3);
    assert_eq!(delete(&["20417", "20419"]).status, 204);
    assert_eq!(client.listed("/api/indicators", "id"), ["20418"]);
}
