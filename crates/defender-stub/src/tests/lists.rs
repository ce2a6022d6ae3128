//! Lists: paging, ordering, counting and refusals.

use super::super::{CapSignal, ListCap, NextLink};
use super::*;

fn names(reply: &Reply) -> Vec<String> {
    let name = |item: &Value| item["computerDnsName"].as_str().unwrap_or_default().to_owned();
    body(reply)["value"].as_array().unwrap().iter().map(name).collect()
}

#[test]
fn query_options_are_obeyed() {
    let client = Client::new(Scenario::default());
    let all = client.get("/api/machines?$count=true");
    assert_eq!((body(&all)["@odata.count"].as_u64(), names(&all).len()), (Some(9), 9));
    assert_eq!(body(&all)["@odata.context"], format!("{API}/api/$metadata#Machines"));
    assert_eq!(body(&all)["value"][0].get("online"), None);

    // As Kibana encodes it.
    let page = client.get("/api/machines?$count=true&$top=2&$skip=1&$orderby=computerDnsName+desc");
    assert_eq!(names(&page), ["ws-fin-002.example.test", "ws-fin-002.example.test"]);
    assert_eq!(body(&page)["@odata.count"], 9);
    assert_eq!(body(&page).get("@odata.nextLink"), None);

    let found =
        client.get("/api/machines?%24filter=computerDnsName%20eq%20%27kiosk.example.test%27");
    assert_eq!(names(&found).len(), 2);
    let tagged = client.get("/api/machines?$filter=machineTags/any(t:t%20eq%20'o''brien')");
    assert_eq!(names(&tagged), ["ws-ops-014.example.test"]);
}

#[test]
fn what_is_wrong_is_refused() {
    let client = Client::new(Scenario::default());
    for query in [
        "$top=10001",
        "$top=-1",
        "$skip=x",
        "$count=yes",
        "$select=id",
        "$filter=nosuch%20eq%20'x'",
        "$orderby=nosuch",
        "$orderby=machineTags",
        "$orderby=id%20up",
        "$top=1&$top=2",
    ] {
        assert_eq!(
            refusal(&client.get(&format!("/api/machines?{query}"))),
            refused(400, "ODataError"),
            "{query}"
        );
    }
    assert_eq!(client.get("/api/machines?other=ignored").status, 200);
}

#[test]
fn pages_lead_on_as_the_scenario_says() {
    let client = Client::new(Scenario { fleet: 3000, page_size: 1000, ..Scenario::default() });
    let mut seen = 0;
    let mut next = Some(format!("{API}/api/machines?$filter=startswith(computerDnsName,'fleet-')"));
    while let Some(link) = next {
        let page = body(&client.service.answer(&client.with_token(Request::new("GET", &link))));
        seen += page["value"].as_array().unwrap().len();
        next = page["@odata.nextLink"].as_str().map(str::to_owned);
    }
    assert_eq!((seen, client.service.sent("GET /api/machines")), (3000, 3));

    client.service.with_scenario(|state| state.next_link = NextLink::Foreign);
    let page = body(&client.get("/api/machines"));
    assert!(page["@odata.nextLink"].as_str().unwrap().starts_with("https://elsewhere.invalid/"));
    client.service.with_scenario(|state| state.next_link = NextLink::Looping);
    assert_eq!(
        body(&client.get("/api/machines?$skip=5"))["@odata.nextLink"],
        format!("{API}/api/machines?$skip=0")
    );
}

#[test]
fn ten_thousand_devices_fit_one_page() {
    let client =
        Client::new(Scenario { fleet: 10_000, machines: Vec::new(), ..Scenario::default() });
    let reply = client.get("/api/machines?$top=10000");
    assert_eq!(names(&reply).len(), 10_000);
    assert!(reply.body.len() > 5_000_000, "{}", reply.body.len());
}

#[test]
fn single_devices_and_empty_lists() {
    let client = Client::new(Scenario::default());
    assert_eq!(body(&client.get(&format!("/api/machines/{}", demo::MAC)))["osPlatform"], "macOS");
    assert_eq!(
        body(&client.get("/api/machines/ws-fin-002.example.test"))["id"],
        demo::DUPLICATE_NEW
    );
    assert_eq!(refusal(&client.get("/api/machines/none")), refused(404, "ResourceNotFound"));
    let none = "/api/machines?$filter=id%20eq%20'none'";
    assert_eq!(client.get(none).status, 200);
    client.service.with_scenario(|state| state.empty_list_is_not_found = true);
    assert_eq!(refusal(&client.get(none)), refused(404, "ResourceNotFound"));
    let files = body(&client.get("/api/libraryfiles"));
    assert_eq!(files["value"][0]["fileName"], "triage.ps1");
    assert_eq!(files["value"][0].get("output"), None);
}

#[test]
fn actions_are_listed_newest_first_and_filtered() {
    let client = Client::new(Scenario::default());
    let first = body(&client.isolate(demo::WINDOWS));
    let second = body(&client.isolate(demo::MAC));
    let list = body(&client.get("/api/machineactions"));
    assert_eq!((&list["value"][0]["id"], &list["value"][1]["id"]), (&second["id"], &first["id"]));
    let query = format!(
        "$filter=id%20in%20('{}')%20and%20type%20eq%20'Isolate'",
        first["id"].as_str().unwrap()
    );
    let list = body(&client.get(&format!("/api/machineactions?{query}")));
    assert_eq!(list["value"].as_array().unwrap().len(), 1);
    let future = "/api/machineactions?$filter=creationDateTimeUtc%20gt%202199-01-01T00:00:00Z";
    assert_eq!(body(&client.get(future))["value"], json!([]));
}

#[test]
fn pages_may_be_shorter_than_was_asked_for() {
    let page = |signal: CapSignal, query: &str| {
        let list_cap = Some(ListCap { records: 4, signal });
        let client = Client::new(Scenario { list_cap, ..Scenario::default() });
        let page = client.get(&format!("/api/machines?$count=true&{query}"));
        let page = body(&page);
        let link = page["@odata.nextLink"]
            .as_str()
            .map(|link| link.split('&').next_back().unwrap().to_owned());
        (page["value"].as_array().map_or(0, Vec::len), page["@odata.count"].as_u64(), link)
    };
    let next = || Some("%24skip=4".to_owned());
    assert_eq!(page(CapSignal::Nothing, "$top=9"), (4, None, None));
    assert_eq!(page(CapSignal::Count, "$top=9"), (4, Some(9), None));
    assert_eq!(page(CapSignal::NextLink, "$top=9"), (4, None, next()));
    assert_eq!(page(CapSignal::NextLink, "$top=9&$skip=8"), (1, None, None));
    assert_eq!(page(CapSignal::WrongCount, "$top=9"), (4, Some(4), next()));
    assert_eq!(page(CapSignal::Refusal, "$top=9"), (0, None, None));
    assert_eq!(page(CapSignal::Refusal, "$top=4"), (4, Some(9), None));
    assert_eq!(page(CapSignal::Refusal, ""), (4, Some(9), next()));
    let client = Client::new(Scenario::default());
    assert_eq!(refusal(&client.get("/api/vulnerabilities?$top=8001")), refused(400, "ODataError"));
    assert_eq!(client.get("/api/vulnerabilities?$top=8000").status, 200);
}
