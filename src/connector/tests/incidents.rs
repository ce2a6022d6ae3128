//! Incidents, which Graph has: what is asked, and that a list that is not whole says so.

use super::*;

const GRAPH: &str = "https://graph.microsoft.com/v1.0/security/incidents";

fn list(pages: &[(u16, Value)], params: Value) -> (Bench, Result<Outcome, Error>) {
    let mut bench = bench().signed_in();
    for (status, page) in pages {
        bench.network.answer(*status, &page.to_string());
    }
    let outcome = bench.call("getIncidents", params).map(|(outcome, _)| outcome);
    (bench, outcome)
}

fn page(ids: std::ops::Range<u32>, more: Value) -> Value {
    let records: Vec<Value> = ids.map(|id| json!({ "id": id.to_string() })).collect();
    let mut page = json!({ "value": records });
    page.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    page
}

fn data(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.data).unwrap()
}

#[test]
fn filters_are_those_that_graph_has() {
    let params = json!({
        "status": "active", "severity": "high", "assignedTo": "o'brien@contoso.example",
        "createdDateTime": { "ge": "2026-11-01T00:00:00Z" }, "expand": "alerts"
    });
    let (bench, outcome) = list(&[(200, page(0..1, json!({ "@odata.count": 1 })))], params);
    assert_eq!(data(&outcome.unwrap())["total"], 1);
    // A value that Graph added later, and one that it may add yet.
    for (given, sent) in [("AWAITINGACTION", "awaitingAction"), ("inReview", "inReview")] {
        let (bench, outcome) = list(&[(200, page(0..1, json!({})))], json!({ "status": given }));
        assert!(outcome.is_ok() && bench.sent()[0].contains(&format!("%27{sent}%27")), "{given}");
    }
    let filter = "status%20eq%20%27active%27%20and%20severity%20eq%20%27high%27%20and%20assignedTo\
                  %20eq%20%27o%27%27brien%40contoso.example%27%20and%20createdDateTime%20ge%20\
                  2026-11-01T00:00:00Z";
    let sent = format!("GET {GRAPH}?$count=true&$top=20&$filter={filter}&$expand=alerts");
    assert_eq!(bench.sent(), [sent]);
    for wrong in [
        json!({ "status": "in review" }),
        json!({ "pageSize": 51 }),
        json!({ "sortField": "createdDateTime" }),
        json!({ "displayName": "x" }),
    ] {
        let (bench, outcome) = list(&[], wrong.clone());
        assert_eq!(outcome.unwrap_err().kind(), Kind::InvalidParams, "{wrong}");
        assert!(bench.sent().is_empty());
    }
}

#[test]
fn the_whole_list_is_read_fifty_at_a_time() {
    let link =
        json!({ "@odata.count": 50, "@odata.nextLink": "https://elsewhere.invalid/?$skip=50" });
    let pages = [(200, page(0..50, link)), (200, page(49..70, json!({ "@odata.count": 21 })))];
    let (bench, outcome) = list(&pages, json!({ "all": true }));
    let outcome = outcome.unwrap();
    let data = data(&outcome);
    assert_eq!((data["value"].as_array().unwrap().len(), &data["complete"]), (70, &json!(true)));
    assert!(outcome.warnings.is_empty(), "{:?}", outcome.warnings);
    let query = format!("GET {GRAPH}?$count=true&$top=50");
    assert_eq!(bench.sent(), [query.clone(), format!("{query}&$skip=49")]);
}

#[test]
fn what_was_read_before_a_page_is_refused_is_returned_as_cut_off() {
    let refused = json!({ "error": { "code": "BadRequest", "message": "m", "innerError": {} } });
    let cut = |total: i64| (50, json!(total), json!(false), vec!["cut-off"]);
    let pages = [counted(0..50, true), (400, refused.clone())];
    assert_eq!(read_all(&pages, 1_000), cut(-1));
    let total = (200, page(0..50, json!({ "@odata.count": 120 })));
    assert_eq!(read_all(&[total, (400, refused.clone())], 1_000), cut(120));
    // Any other failure is one, and so is a refusal of the first page of any size.
    let denied = json!({ "error": { "code": "Forbidden", "message": "m" } });
    for (pages, kind) in [
        (vec![counted(0..50, true), (403, denied)], Kind::Forbidden),
        (vec![(400, refused.clone()), (400, refused)], Kind::Rejected),
    ] {
        let (_, outcome) = list(&pages, json!({ "all": true }));
        assert_eq!(outcome.unwrap_err().kind(), kind);
    }
}

/// Reads all incidents from these pages: how many, the total and whether it is whole.
fn read_all(pages: &[(u16, Value)], max: u32) -> (usize, Value, Value, Vec<&'static str>) {
    let (bench, outcome) = list(pages, json!({ "all": true, "maxItems": max }));
    assert_eq!(bench.sent().len(), pages.len());
    let outcome = outcome.unwrap();
    let read = data(&outcome);
    let codes = outcome.warnings.iter().map(|warning| warning.code).collect();
    let records = read["value"].as_array().unwrap().len();
    (records, read["total"].clone(), read["complete"].clone(), codes)
}

/// A page as Graph has it if it counts the page, not the list.
fn counted(ids: std::ops::Range<u32>, is_linked: bool) -> (u16, Value) {
    let link = is_linked.then(|| format!("{GRAPH}?$skip={}", ids.end));
    (200, page(ids.clone(), json!({ "@odata.count": ids.len(), "@odata.nextLink": link })))
}

#[test]
fn an_empty_page_behind_a_link_is_not_the_end() {
    let cut = |records: usize| (records, json!(-1), json!(false), vec!["cut-off"]);
    let read = [counted(0..50, true), counted(49..99, true)];
    for last in [counted(0..0, false), counted(98..99, false)] {
        assert_eq!(read_all(&[&read[..], &[last]].concat(), 1_000), cut(99));
    }
    assert_eq!(read_all(&[counted(0..50, true), counted(0..0, false)], 1_000), cut(50));
    // Without a link there is no more.
    let whole = (50, json!(50), json!(true), vec![]);
    assert_eq!(read_all(&[counted(0..50, false), counted(49..50, false)], 1_000), whole);
}

#[test]
fn a_list_that_moves_while_it_is_read_is_not_whole() {
    let cut = |records: usize| (records, json!(-1), json!(false), vec!["cut-off"]);
    // One of the first fifty has left the list, and all others moved up: 50 was never read.
    assert_eq!(read_all(&[counted(0..50, true), counted(51..71, false)], 1_000), cut(70));
    assert_eq!(read_all(&[counted(0..50, true), counted(50..70, false)], 1_000), cut(70));
    // One came to the front: a new one, or one that was not read yet.
    assert_eq!(read_all(&[counted(0..50, true), counted(48..70, false)], 1_000), cut(70));
    // What moved once counts to the end.
    let pages = [counted(0..50, true), counted(50..100, true), counted(99..120, false)];
    assert_eq!(read_all(&pages, 1_000), cut(120));
    // What the user cut off is no warning; of a single record, too, it is known that there is more.
    let limited = |records: usize| (records, json!(-1), json!(false), vec![]);
    assert_eq!(read_all(&[counted(0..2, true)], 1), limited(1));
    assert_eq!(read_all(&[counted(0..2, true), counted(1..3, false)], 2), limited(2));
}

#[test]
fn a_list_that_is_not_whole_is_never_shown_as_whole() {
    let link = json!({ "@odata.nextLink": format!("{GRAPH}?$skip=20") });
    // Behind the end the service counts nothing, which says nothing about the list.
    for (number, link, total) in [(1, json!({}), 0), (9, json!({}), -1), (1, link.clone(), -1)] {
        let mut empty = page(0..0, link);
        empty["@odata.count"] = json!(0);
        let (_, outcome) = list(&[(200, empty)], json!({ "page": number }));
        assert_eq!(data(&outcome.unwrap())["total"], total, "{number}");
    }
    // A page of its own says that there is more.
    let (_, outcome) = list(&[(200, page(0..7, link.clone()))], json!({}));
    let outcome = outcome.unwrap();
    assert_eq!(data(&outcome)["total"], -1);
    assert_eq!(outcome.warnings[0].code, "cut-off");
    // A service that gives up in the middle.
    let counted = json!({ "@odata.count": 120 });
    let pages = [(200, page(0..50, counted.clone())), (200, page(0..0, counted))];
    let (_, outcome) = list(&pages, json!({ "all": true }));
    let outcome = outcome.unwrap();
    let read = data(&outcome);
    assert_eq!((&read["complete"], &read["total"]), (&json!(false), &json!(120)));
    assert_eq!(outcome.warnings[0].code, "cut-off");
    // No list, a part of one, and what only Defender's own API calls empty.
    let refused =
        json!({ "error": { "code": "ResourceNotFound", "message": "m", "innerError": {} } });
    for (status, body, kind) in [
        (200, json!({}), Kind::MalformedResponse),
        (200, json!({ "value": null }), Kind::MalformedResponse),
        (206, page(0..1, json!({})), Kind::MalformedResponse),
        (404, refused, Kind::NotFound),
    ] {
        for params in [json!({}), json!({ "all": true })] {
            let (_, outcome) = list(&[(status, body.clone())], params.clone());
            assert_eq!(outcome.unwrap_err().kind(), kind, "{status} {body} {params}");
        }
    }
}

#[test]
fn an_incident_that_was_merged_says_into_which() {
    let read = |incident: Value| {
        let mut bench = bench().signed_in();
        bench.network.answer(200, &incident.to_string());
        let params = json!({ "id": "51211", "expand": "alerts" });
        let (outcome, _) = bench.call("getIncident", params).unwrap();
        assert_eq!(bench.sent(), [format!("GET {GRAPH}/51211?$expand=alerts")]);
        outcome
    };
    let merged =
        read(json!({ "id": "51211", "status": "redirected", "redirectIncidentId": "51208" }));
    assert_eq!(merged.warnings[0].code, "redirected");
    assert!(merged.warnings[0].message.contains("51208"), "{}", merged.warnings[0].message);
    for other in [json!({ "id": "51211", "redirectIncidentId": null }), json!({ "id": "51211" })] {
        assert!(read(other).warnings.is_empty());
    }
}

/// Two records as Microsoft's page shows them, with its two spellings of the enumerations, its two
/// names for tags, and no count. <https://learn.microsoft.com/en-us/graph/api/security-list-incidents>
const DOCUMENTED: &str = r##"{
  "value": [
    {
        "@odata.type": "#microsoft.graph.security.incident",
        "id": "2972395",
        "incidentWebUrl": "https://security.microsoft.com/incidents/2972395?tid=12f988bf-16f1-11af-11ab-1d7cd011db47",
        "redirectIncidentId": null,
        "tenantId": "b3c1b5fc-828c-45fa-a1e1-10d74f6d6e9c",
        "createdDateTime": "2021-08-13T08:43:35.5533333Z",
        "lastUpdateDateTime": "2021-09-30T09:35:45.1133333Z",
        "assignedTo": "KaiC@contoso.onmicrosoft.com",
        "classification": "TruePositive", "determination": "MultiStagedAttack",
        "status": "Active", "severity": "Medium",
        "customTags": [ "Demo" ],
        "systemTags" : [ "Defender Experts" ]
    },
    {
        "@odata.type": "#microsoft.graph.security.incident",
        "id": "2972396",
        "classification": "truePositive", "determination": "multiStagedAttack",
        "status": "active", "severity": "medium",
        "tags": [ "Demo" ],
        "alerts": [ {
            "@odata.type": "#microsoft.graph.security.alert",
            "id": "da637551227677560813_-961444813", "incidentId": "28282",
            "evidence": [ {
                "@odata.type": "#microsoft.graph.security.deviceEvidence",
                "mdeDeviceId": "73e7e2de709dff64ef64b1d0c30e67fab63279db", "osBuild": 22424
            } ]
        } ]
    }
  ]
}"##;

#[test]
fn the_documented_response_is_given_back_as_it_is() {
    let wanted: Value = serde_json::from_str(DOCUMENTED).unwrap();
    // Without a count and a link, the whole list is asked for what follows: its last record is all.
    let last = json!({ "value": [wanted["value"][1]] });
    for (params, requests, total, complete) in
        [(json!({}), 1, -1, Value::Null), (json!({ "all": true }), 2, 2, json!(true))]
    {
        let pages = [(200, wanted.clone()), (200, last.clone())];
        let (bench, outcome) = list(&pages[..requests], params.clone());
        let outcome = outcome.unwrap();
        assert_eq!(data(&outcome)["value"], wanted["value"], "{params}");
        let data = data(&outcome);
        assert_eq!((&data["total"], &data["complete"]), (&json!(total), &complete), "{params}");
        assert!(outcome.warnings.is_empty(), "{params}: {:?}", outcome.warnings);
        assert_eq!(bench.sent().len(), requests, "{params}");
    }
}
