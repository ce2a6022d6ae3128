//! Incidents at Graph.

use super::*;

const INCIDENTS: &str = "/v1.0/security/incidents";

/// A client of Graph without sockets.
fn client(scenario: Scenario) -> impl Fn(&str) -> Reply {
    let service = Service::new(scenario);
    let scope = "https%3A%2F%2Fgraph.microsoft.com%2F.default";
    let reply = service.answer(&sign_in(scope, demo::CLIENT_SECRET));
    let token = body(&reply)["access_token"].as_str().unwrap().to_owned();
    move |path| {
        let request = Request::new("GET", &format!("https://graph.microsoft.com{path}"));
        service.answer(&request.header("authorization", format!("Bearer {token}")))
    }
}

fn ids(reply: &Reply) -> Vec<String> {
    let id = |incident: &Value| incident["id"].as_str().unwrap_or_default().to_owned();
    body(reply)["value"].as_array().unwrap_or_else(|| panic!("{reply:?}")).iter().map(id).collect()
}

#[test]
fn the_newest_comes_first_and_alerts_come_where_they_are_asked_for() {
    let get = client(Scenario::default());
    let plain = get(INCIDENTS);
    assert_eq!(ids(&plain), [demo::INCIDENT, "51208", demo::MERGED_INCIDENT, "51209"]);
    let plain = body(&plain);
    assert_eq!(
        plain["@odata.context"],
        "https://graph.microsoft.com/v1.0/$metadata#security/incidents"
    );
    assert_eq!((plain.get("@odata.count"), plain["value"][0].get("alerts")), (None, None));
    let whole = body(&get(&format!("{INCIDENTS}?$expand=alerts&$count=true")));
    assert_eq!(whole["@odata.count"], 4);
    let alert = &whole["value"][0]["alerts"][0];
    assert_eq!((&alert["id"], &alert["severity"]), (&json!(demo::ALERT), &json!("medium")));
    assert_eq!(alert["evidence"][0]["mdeDeviceId"], demo::WINDOWS);
    assert_eq!(whole["value"][2]["alerts"], json!([]), "a merged incident has none any more");

    let one = body(&get(&format!("{INCIDENTS}/{}", demo::MERGED_INCIDENT)));
    assert_eq!(
        (&one["status"], &one["redirectIncidentId"]),
        (&json!("redirected"), &json!("51208"))
    );
    assert_eq!(one.get("alerts"), None);
    let one = body(&get(&format!("{INCIDENTS}/51208?$expand=alerts")));
    assert_eq!(one["alerts"][0]["incidentId"], "51208");
    assert_eq!(refusal(&get(&format!("{INCIDENTS}/1"))), refused(404, "ResourceNotFound"));
}

#[test]
fn only_what_the_page_of_the_operation_lists_can_be_filtered_by() {
    let get = client(Scenario::default());
    let found = |filter: &str| ids(&get(&format!("{INCIDENTS}?$filter={filter}")));
    assert_eq!(found("status%20eq%20'active'"), [demo::INCIDENT]);
    assert_eq!(found("severity%20eq%20'high'%20and%20assignedTo%20ne%20null"), ["51208"]);
    let since = hours_ago(24);
    assert_eq!(found(&format!("createdDateTime%20ge%20{since}")), [demo::INCIDENT]);
    assert_eq!(found("lastUpdateDateTime%20ge%202099-01-01T00:00:00Z"), [""; 0]);
    for query in [
        "$filter=displayName%20eq%20'x'",
        "$filter=id%20eq%20'51207'",
        "$filter=createdDateTime%20ge%20'2026-01-01T00:00:00Z'",
        "$filter=status",
        "$orderby=createdDateTime",
        "$select=id",
        "$expand=evidence",
        "$top=51",
        "$count=maybe",
    ] {
        let refusal = refusal(&get(&format!("{INCIDENTS}?{query}")));
        assert_eq!(refusal, refused(400, "BadRequest"), "{query}");
    }
}

#[test]
fn a_page_has_fifty_at_most_and_a_link_to_the_next() {
    let mut scenario = Scenario::default();
    scenario.records.incidents = (0..120)
        .map(
            |n| json!({ "id": n.to_string(), "createdDateTime": hours_ago(n), "status": "active" }),
        )
        .collect();
    let get = client(scenario);
    let (mut seen, mut next) =
        (Vec::new(), Some(format!("{INCIDENTS}?$filter=status%20eq%20'active'")));
    while let Some(path) = next {
        let page = get(&path);
        let here = ids(&page);
        assert!(here.len() <= 50, "{}", here.len());
        seen.extend(here);
        let link = body(&page)["@odata.nextLink"].as_str().map(str::to_owned);
        next = link.map(|link| link.replace("https://graph.microsoft.com", ""));
    }
    assert_eq!(seen, (0..120).map(|n| n.to_string()).collect::<Vec<_>>());
    let page = body(&get(&format!("{INCIDENTS}?$top=10")));
    assert!(page["@odata.nextLink"].is_string(), "{page}");
}
