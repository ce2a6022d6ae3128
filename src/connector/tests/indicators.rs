//! Rules of indicators that are checked before anything is sent.

use super::*;

fn indicator(more: Value) -> Value {
    let mut one = json!({
        "indicatorValue": "198.51.100.77", "indicatorType": "IpAddress", "action": "Alert",
        "title": "t", "description": "d",
        "generateAlert": true,
    });
    for (name, value) in more.as_object().unwrap() {
        one[name] = value.clone();
    }
    one
}

#[test]
fn an_indicator_that_the_service_would_refuse_is_not_sent() {
    for (more, pointer) in [
        (json!({ "action": "Audit", "generateAlert": false }), Some("/generateAlert")),
        (json!({ "action": "Audit" }), None),
        (json!({ "action": "Block", "generateAlert": false }), None),
        // It is noon.
        (json!({ "expirationTime": "2026-11-24T11:59:59Z" }), Some("/expirationTime")),
        (json!({ "expirationTime": "2026-11-24T13:30:00+02:00" }), Some("/expirationTime")),
        (json!({ "expirationTime": "2026-11-24T06:30:00-05:30" }), Some("/expirationTime")),
        (json!({ "expirationTime": "2026-11-24T14:30:00.5+02:00" }), None),
        (json!({ "expirationTime": "2026-11-24T06:31:00-05:30" }), None),
        (json!({ "expirationTime": "2026-11-25T00:00:00Z" }), None),
        (json!({ "indicatorValue": "198.51.100.0/24" }), Some("/indicatorValue")),
        (json!({ "indicatorValue": "198.51.100.1-198.51.100.9" }), Some("/indicatorValue")),
        (json!({ "indicatorValue": "198.51.100.*" }), Some("/indicatorValue")),
        (json!({ "indicatorValue": "2001:db8::/32" }), Some("/indicatorValue")),
        (json!({ "indicatorValue": "198.51" }), Some("/indicatorValue")),
        (json!({ "indicatorValue": "192.168.7.1" }), Some("/indicatorValue")),
        (json!({ "indicatorValue": "10.0.0.1" }), Some("/indicatorValue")),
        (json!({ "indicatorValue": "2001:DB8::1" }), None),
        (
            json!({
                "indicatorType": "FileSha1",
                "indicatorValue": "220e7d15b011d7fac48f2bd61114db1022197f7f"
            }),
            None,
        ),
        (
            json!({
                "indicatorType": "FileSha256",
                "indicatorValue": "220e7d15b011d7fac48f2bd61114db1022197f7f"
            }),
            Some("/indicatorValue"),
        ),
        (
            json!({ "indicatorType": "FileMd5", "indicatorValue": "not a hash" }),
            Some("/indicatorValue"),
        ),
        (json!({ "action": "BlockAndRemediate" }), Some("/action")),
        (
            json!({
                "indicatorType": "Url", "indicatorValue": "https://a.example/x",
                "action": "BlockAndRemediate"
            }),
            Some("/action"),
        ),
        (
            json!({
                "indicatorType": "FileMd5",
                "indicatorValue": "d41d8cd98f00b204e9800998ecf8427e",
                "action": "BlockAndRemediate"
            }),
            None,
        ),
        (json!({ "educateUrl": "https://a.example" }), Some("/educateUrl")),
        (
            json!({
                "indicatorType": "Url", "indicatorValue": "https://a.example/x",
                "action": "Warn", "educateUrl": "https://a.example"
            }),
            None,
        ),
        (
            json!({
                "indicatorType": "Url", "indicatorValue": "https://a.example/x",
                "action": "Allowed", "educateUrl": "https://a.example"
            }),
            Some("/educateUrl"),
        ),
    ] {
        let (good, bad) = (indicator(json!({})), indicator(more.clone()));
        let batch = json!({ "indicators": [good, good, good, bad] });
        for (action, params, before) in
            [("submitIndicator", bad.clone(), ""), ("importIndicators", batch, "/indicators/3")]
        {
            let mut bench = bench().signed_in();
            bench.network.answer(400, &refusal("BadRequest"));
            let error = bench.call(action, params).unwrap_err();
            let details = error.details().unwrap();
            match pointer {
                Some(pointer) => {
                    assert_eq!(
                        (error.kind(), details[0]["pointer"].clone()),
                        (Kind::InvalidParams, json!(format!("{before}{pointer}"))),
                        "{more}"
                    );
                    assert!(bench.network.lines().is_empty());
                }
                None => assert_eq!(error.kind(), Kind::Rejected, "{more}: {details}"),
            }
        }
    }
    // Left out is as good as false.
    let mut one = indicator(json!({ "action": "Audit" }));
    one.as_object_mut().unwrap().remove("generateAlert");
    assert_eq!(bench().call("submitIndicator", one).unwrap_err().kind(), Kind::InvalidParams);
}

/// Submits an indicator whose record has the ID 20981, and answers the look for others.
fn submitted(look: impl FnOnce(&Scripted)) -> (Outcome, Vec<String>) {
    let mut bench = bench().signed_in();
    let sent = indicator(json!({ "action": "Block" }));
    let mut made = sent.clone();
    made["id"] = json!("20981");
    bench.network.answer(200, &made.to_string());
    look(&bench.network);
    let (outcome, _) = bench.call("submitIndicator", sent).unwrap();
    assert!(outcome.data.contains("20981"));
    (outcome, bench.sent())
}

#[test]
fn another_action_for_the_same_value_is_another_indicator() {
    let row = |id: &str, value: &str, action: &str| json!({ "id": id, "indicatorValue": value, "action": action });
    let same = "198.51.100.77";
    for (rows, expected) in [
        (
            vec![row("20417", same, "Allowed"), row("20981", same, "Block")],
            Some(vec![("20417", "Allowed")]),
        ),
        (
            vec![row("20417", same, "Allowed"), row("20418", same, "Audit")],
            Some(vec![("20417", "Allowed"), ("20418", "Audit")]),
        ),
        // For other device groups.
        (vec![row("20417", same, "Block"), row("20981", same, "Block")], None),
        // The service does not show it yet, or has not looked at the filter.
        (vec![], None),
        (vec![row("20417", "198.51.100.78", "Allowed")], None),
    ] {
        let list = json!({ "value": rows }).to_string();
        let (outcome, sent) = submitted(|network| network.answer(200, &list));
        assert_eq!(sent.len(), 2, "{sent:?}");
        assert!(
            sent[1].contains(
                "/api/indicators?$top=20&$filter=indicatorValue%20eq%20%27198.51.100.77%27"
            ),
            "{sent:?}"
        );
        let warnings: Vec<Value> =
            outcome.warnings.iter().map(|warning| warning.to_json()).collect();
        match expected {
            None => assert!(warnings.is_empty(), "{warnings:?}"),
            Some(others) => {
                let others: Vec<Value> = others
                    .iter()
                    .map(|(id, action)| json!({ "id": id, "action": action }))
                    .collect();
                assert_eq!(warnings.len(), 1);
                assert_eq!(
                    (&warnings[0]["code"], &warnings[0]["details"]["indicators"]),
                    (&json!("another-indicator"), &json!(others))
                );
            }
        }
    }
}

#[test]
fn a_look_for_other_indicators_that_fails_is_a_warning() {
    let failures: [fn(&Scripted); 4] = [
        |network| network.answer(403, &refusal("Forbidden")),
        |network| network.answer(400, &refusal("BadRequest")),
        |network| network.answer(200, "<html>"),
        |network| (0..9).for_each(|_| network.answer(503, "")),
    ];
    for look in failures {
        let (outcome, _) = submitted(look);
        let codes: Vec<&str> = outcome.warnings.iter().map(|warning| warning.code).collect();
        assert_eq!(codes, ["not-checked"]);
    }
    assert!(
        submitted(|network| network.answer(404, &refusal("ResourceNotFound")))
            .0
            .warnings
            .is_empty()
    );
}
