//! Collections that are read before they are passed on: exports, imports.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{Bench, NOTHING, bench, bench_with, token};
use crate::error::{Error, Kind, Retry};

const API: &str = "https://api.security.microsoft.com";

fn export(link: &str, cursor: Option<&str>) -> (Bench, Result<Value, Error>) {
    let mut bench = bench().signed_in();
    let page =
        format!(r#"{{"value":[{{"id":"r1","score":1.50}}],"@odata.nextLink":{}}}"#, json!(link));
    bench.network.answer(200, &page);
    let params = cursor.map_or(json!({}), |cursor| json!({ "cursor": cursor }));
    let data = bench.call("exportSoftwareInventory", params).map(|(outcome, _)| outcome.data);
    (bench, data.map(|data| serde_json::from_str(&data).unwrap()))
}

#[test]
fn an_export_goes_on_at_its_cursor() {
    let link = format!(
        "{API}/api/machines/SoftwareInventoryByMachine?pagesize=5&$skiptoken=eyJ+a/b%3D%3D"
    );
    let (mut bench, data) = export(&link, None);
    let data = data.unwrap();
    assert_eq!((&data["cursor"], &data["value"][0]["id"]), (&json!("eyJ+a/b=="), &json!("r1")));
    let last = r#"{"value":[{"x":1.50}]}"#;
    bench.network.answer(200, last);
    let (outcome, _) =
        bench.call("exportSoftwareInventory", json!({ "cursor": data["cursor"] })).unwrap();
    assert_eq!(outcome.data, last, "the last page is as it came");
    assert_eq!(
        bench.sent()[1],
        format!(
            "GET {API}/api/machines/SoftwareInventoryByMachine?pageSize=10000&$skiptoken=eyJ%2Ba/b%3D%3D"
        )
    );
}

#[test]
fn of_a_next_link_nothing_counts_but_how_far_it_has_come() {
    for (link, cursor) in [
        (
            "https://api.securitycenter.microsoft.com/api/machines/X?pagesize=5&$skiptoken=eyJ9",
            "eyJ9",
        ),
        ("https://wdatpapi-eus-stg.cloudapp.net:8443/x?$skiptoken=t", "t"),
        ("http://user@elsewhere.invalid/api/x?$skiptoken=t", "t"),
        ("api.securitycenter.microsoft.com/api/x?$skiptoken=t", "t"),
        ("//api.security.microsoft.com/api/x?$SkipToken=t", "t"),
        ("/api/x?$skiptoken=t#end", "t"),
        ("?%24skiptoken=a%2Bb%3D", "a+b="),
        ("https%3A%2F%2Fapi.security.microsoft.com%2Fapi%2Fx%3F%24skiptoken%3Dt", "t"),
        ("https://api.security.microsoft.com/api/x?pageSize=5&$skip=5", "$skip=5"),
        ("https://api.security.microsoft.com/api/x?$skip=5&$skiptoken=t", "t"),
    ] {
        let (mut bench, data) = export(link, None);
        assert_eq!(data.unwrap()["cursor"], cursor, "{link}");
        bench.network.answer(200, NOTHING);
        bench.call("exportSoftwareInventory", json!({ "cursor": cursor })).unwrap();
        let sent = bench.sent();
        let sent = sent[1].strip_prefix(&format!(
            "GET {API}/api/machines/SoftwareInventoryByMachine?pageSize=10000&"
        ));
        let asked = sent.unwrap().replace("%2B", "+").replace("%3D", "=");
        let expected = if cursor.starts_with('$') {
            cursor.to_owned()
        } else {
            format!("$skiptoken={cursor}")
        };
        assert_eq!(asked, expected, "{link}");
    }
}

#[test]
fn a_page_whose_next_link_cannot_be_used_is_given_all_the_same() {
    let long = format!("{API}/api/x?$skiptoken={}", "a".repeat(2001));
    let same = format!("{API}/api/x?$skiptoken=the-same");
    for (link, cursor) in [
        (json!("x"), None),
        (json!("https://elsewhere.invalid/api/x?$skip=0"), None),
        (json!("https://elsewhere.invalid/api/x?$skiptoken="), None),
        (json!(long), None),
        (json!(same), Some("the-same")),
        (json!("?$skip=5"), Some("$skip=5")),
        (json!(7), None),
        (json!({ "href": same }), None),
    ] {
        let mut bench = bench().signed_in();
        let page =
            json!({ "value": [{ "id": "r1" }], "cursor": "theirs", "@odata.nextLink": link });
        bench.network.answer(200, &page.to_string());
        let params = cursor.map_or(json!({}), |cursor| json!({ "cursor": cursor }));
        let (outcome, _) = bench.call("exportSoftwareInventory", params).unwrap();
        let data: Value = serde_json::from_str(&outcome.data).unwrap();
        assert_eq!(
            (&data["value"][0]["id"], &data["cursor"]),
            (&json!("r1"), &Value::Null),
            "{link}"
        );
        let [warning] = outcome.warnings.as_slice() else {
            panic!("{link}: {:?}", outcome.warnings)
        };
        assert_eq!(warning.code, "cut-off");
        let shown = warning.to_json().to_string();
        assert!(!shown.contains("the-same") && !shown.contains("aaa"), "{shown}");
        assert_eq!(bench.sent().len(), 1);
    }
    for none in [Value::Null, json!("")] {
        let mut bench = bench().signed_in();
        bench.network.answer(200, &json!({ "value": [], "@odata.nextLink": none }).to_string());
        assert!(bench.call("exportSoftwareInventory", json!({})).unwrap().0.warnings.is_empty());
    }
}

fn import(answer: &str) -> Result<Value, Error> {
    let mut bench = bench().signed_in();
    bench.network.answer(200, answer);
    let one = |value: &str| {
        json!({
            "indicatorValue": value, "indicatorType": "DomainName", "action": "Block", "title": "t",
            "description": "d"
        })
    };
    let (outcome, _) = bench
        .call("importIndicators", json!({ "indicators": [one("a.example"), one("b.example")] }))?;
    Ok(serde_json::from_str(&outcome.data).unwrap())
}

#[test]
fn an_import_succeeds_only_if_every_indicator_was_taken() {
    let taken = r#"{"id":"1","indicator":"a.example","isFailed":false,"failureReason":null}"#;
    let refused =
        r#"{"id":null,"indicator":"b.example","isFailed":true,"failureReason":"no\u0007 thanks"}"#;
    let other = taken.replace("a.example", "b.example");
    let data = import(&format!(r#"{{"value":[{taken},{other}]}}"#)).unwrap();
    assert_eq!(data["value"][1]["isFailed"], false);
    let error = import(&format!(r#"{{"value":[{taken},{refused}]}}"#)).unwrap_err();
    assert_eq!(error.kind(), Kind::ActionFailed);
    let details = error.details().unwrap();
    assert_eq!(details["results"][0]["isFailed"], false);
    assert_eq!(details["results"][1]["failureReason"], "no thanks");
    assert!(error.message().contains("1 of 2"), "{}", error.message());
    for answer in [
        format!(r#"{{"value":[{taken}]}}"#),
        r#"{"value":[]}"#.to_owned(),
        r#"{"value":[1,2]}"#.to_owned(),
    ] {
        assert_eq!(
            import(&answer).unwrap_err().retry(),
            Retry::Unknown,
            "silence is no success: {answer}"
        );
    }
    assert_eq!(import(r#"{"results":[]}"#).unwrap_err().kind(), Kind::MalformedResponse);
}

#[test]
fn hunting_asks_graph_with_a_token_of_its_own() {
    let mut bench = bench().signed_in();
    let answer = r#"{"schema":[{"name":"N","type":"Int64"}],"results":[{"N":1}]}"#;
    bench.network.answer(200, answer);
    let (outcome, _) = bench.call("runHuntingQuery", json!({ "query": "print N = 1" })).unwrap();
    assert_eq!(outcome.data, answer);
    assert_eq!(bench.sent(), ["POST https://graph.microsoft.com/v1.0/security/runHuntingQuery"]);
    let log = bench.network.log();
    assert!(log[0].body.contains("graph.microsoft.com"), "the token is for Graph");
    assert_eq!(log[1].body, r#"{"Query":"print N = 1"}"#);
}

#[test]
fn a_token_that_the_host_gave_for_defender_never_goes_to_graph() {
    let given = |token: &str| bench_with(json!({}), json!({ "accessToken": token }));
    let query = json!({ "query": "print 1" });
    for token in [token(&["ThreatHunting.Read.All"]), "an-opaque-token".to_owned()] {
        let mut bench = given(&token);
        assert_eq!(
            bench.call("runHuntingQuery", query.clone()).unwrap_err().kind(),
            Kind::Unauthenticated
        );
        assert!(bench.sent().is_empty());
    }
    let claims = URL_SAFE_NO_PAD.encode(r#"{"aud":"https://graph.microsoft.com/"}"#);
    let mut bench = given(&format!("eyJhbGciOiJub25lIn0.{claims}.c2ln"));
    bench.network.answer(200, r#"{"schema":[],"results":[]}"#);
    bench.call("runHuntingQuery", query).unwrap();
}

#[test]
fn rows_of_an_export_are_passed_on_as_they_are() {
    let rows = r#"{"@odata.context":"x", "value":[
        {
            "id":"1","deviceName":null,"cveId":null,"rbacGroupName":"Unassigned","status":"Fixed","eventTimestamp":"2021-01-11 09:47:58.854"
        },
        {"id":"1","deviceName":"WS\u00e4","rbacGroupName":"Unassigned","status":"New","lastSeenTimestamp":"2020-12-30 14:17:26","score":1.50}]}"#;
    let params = json!({ "sinceTime": "2026-11-20T00:00:00Z" });
    for action in
        ["exportVulnerabilityChanges", "exportSoftwareVulnerabilities", "exportSoftwareInventory"]
    {
        let mut bench = bench().signed_in();
        bench.network.answer(200, rows);
        let params =
            if action == "exportVulnerabilityChanges" { params.clone() } else { json!({}) };
        let (outcome, _) = bench.call(action, params).unwrap();
        assert_eq!((outcome.data.as_str(), outcome.warnings.len()), (rows, 0), "{action}");
    }
    let changes = crate::actions::find("exportVulnerabilityChanges").unwrap();
    for word in ["Fixed", "New", "group"] {
        assert!(changes.summary.contains(word), "{}", changes.summary);
    }
}

#[test]
fn an_indicator_is_passed_on_as_it_is() {
    let row = json!({ "id": "1", "indicatorValue": "198.51.100.7", "indicatorType": "IpAddress", "action": "AlertAndBlock",
        "createdBy": "siem", "severity": "Medium", "category": 1, "application": null,
        "educateUrl": null,
        "bypassDurationHours": null, "recommendedActions": null, "expirationTime": null,
        "lastUpdatedBy": null,
        "rbacGroupNames": [], "rbacGroupIds": [], "mitreTechniques": [],
        "historicalDetection": false, "lookBackPeriod": null,
        "generateAlert": true, "createdBySource": "PublicApi" });
    let mut bench = bench().signed_in();
    bench.network.answer(200, &json!({ "value": [row] }).to_string());
    let (outcome, _) = bench.call("getIndicators", json!({})).unwrap();
    let data: Value = serde_json::from_str(&outcome.data).unwrap();
    assert_eq!((&data["value"][0], outcome.warnings.len()), (&row, 0));
}
