//! Complete lists: every page up to the last, without loops.

use defender_stub::demo::{LINUX, WINDOWS};
use defender_stub::{CapSignal, Fault, FaultKind, ListCap, Scenario};
use host_harness::ErrorKind;
use serde_json::{Value, json};

use crate::world::{TestEnv, is};

const LIST: &str = "GET /api/machines";

fn ids(page: &Value) -> Vec<&str> {
    page["value"].as_array().unwrap().iter().map(|record| record["id"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pages_come_in_one_result_as_the_service_sent_them() {
    let env = TestEnv::with(Scenario { fleet: 10_500, ..Scenario::default() }).await;
    let data = env.data("getAgentList", json!({ "all": true, "maxItems": 20_000 })).await;
    let mut all = ids(&data);
    assert_eq!(
        (&data["total"], &data["complete"], all.len()),
        (&json!(10_509), &json!(true), 10_509)
    );
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 10_509, "each once");
    let queries: Vec<String> =
        env.service().ledger().iter().map(|entry| entry.query.clone()).collect();
    assert_eq!(queries[1..], ["$count=true&$top=10000", "$count=true&$top=10000&$skip=10000"]);
    let one = env.execute("getAgentList", json!({ "id": WINDOWS })).await.unwrap().data;
    let whole =
        env.execute("getAgentList", json!({ "id": WINDOWS, "all": true })).await.unwrap().data;
    let record = &one[one.find("[{").unwrap()..=one.find("}]").unwrap()];
    assert!(whole.contains(record), "{record}\n{whole}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_list_says_so() {
    let env = TestEnv::with(Scenario { fleet: 50, ..Scenario::default() }).await;
    let data = env.data("getAgentList", json!({ "all": true, "maxItems": 20 })).await;
    assert_eq!(
        (ids(&data).len(), &data["complete"], &data["total"]),
        (20, &json!(false), &json!(59))
    );
    let data = env.data("getAgentList", json!({ "all": true, "maxItems": 59 })).await;
    assert_eq!((ids(&data).len(), &data["complete"]), (59, &json!(true)));
    assert_eq!(env.service().sent(LIST), 2, "no request to find out that there is no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_of_the_four_can_be_had_whole() {
    let env =
        TestEnv::with(Scenario { empty_list_is_not_found: true, ..Scenario::default() }).await;
    for action in ["getAgentList", "getActions", "getAlerts", "getIndicators"] {
        let data = env.data(action, json!({ "all": true })).await;
        assert_eq!(data["complete"], true, "{action}");
        assert_eq!(data["total"], data["value"].as_array().unwrap().len(), "{action}");
    }
    let none = env.data("getAgentList", json!({ "all": true, "computerDnsName": "nobody" })).await;
    assert_eq!((&none["value"], &none["total"]), (&json!([]), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn long_lists_of_values_are_asked_for_in_parts() {
    let env = TestEnv::with(Scenario { fleet: 500, ..Scenario::default() }).await;
    let wanted: Vec<String> = (0..400)
        .map(|n| format!("f1ee7{n:035x}"))
        .chain([LINUX.to_owned(), LINUX.to_owned()])
        .collect();
    let error = env.error("getAgentList", json!({ "id": wanted })).await;
    is(&error, ErrorKind::InvalidParams);
    assert!(error.message.contains("`all`"), "{error:?}");
    let data = env.data("getAgentList", json!({ "id": wanted, "all": true })).await;
    assert_eq!((ids(&data).len(), env.service().sent(LIST)), (401, 5));
    assert_eq!(data["total"], 401);
    // What was cut off before the last part is cut off.
    let data =
        env.data("getAgentList", json!({ "id": wanted, "all": true, "maxItems": 100 })).await;
    assert_eq!(
        (ids(&data).len(), &data["complete"], &data["total"]),
        (100, &json!(false), &json!(-1))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_repeats_itself_is_not_listened_to_for_ever() {
    let env = TestEnv::with(Scenario { fleet: 40, ..Scenario::default() }).await;
    let same = json!({
        "@odata.count": 40,
        "value": (0..10).map(|n| json!({ "id": n.to_string() })).collect::<Vec<_>>()
    });
    env.service()
        .add_fault(Fault::new(LIST, FaultKind::Garbage { text: same.to_string() }).always());
    // Ten were requested, and there are more.
    let data = env.data("getAgentList", json!({ "all": true, "maxItems": 10 })).await;
    assert_eq!((ids(&data).len(), &data["complete"]), (10, &json!(false)));
    env.service().clear_faults();
    let page =
        json!({ "value": (0..10_000).map(|n| json!({ "id": n.to_string() })).collect::<Vec<_>>() });
    env.service()
        .add_fault(Fault::new(LIST, FaultKind::Garbage { text: page.to_string() }).always());
    env.service().clear_ledger();
    let outcome =
        env.execute("getAgentList", json!({ "all": true, "maxItems": 50_000 })).await.unwrap();
    let data: Value = serde_json::from_str(&outcome.data).unwrap();
    assert_eq!(
        (ids(&data).len(), &data["complete"], &data["total"]),
        (10_000, &json!(false), &json!(-1))
    );
    assert_eq!((outcome.warnings[0].code.as_str(), env.service().sent(LIST)), ("cut-off", 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn links_to_pages_without_end_are_not_followed() {
    let env = TestEnv::start().await;
    env.service().add_fault(Fault::new(LIST, FaultKind::EndlessPages).always());
    let data = env.data("getAgentList", json!({ "all": true })).await;
    assert_eq!((&data["complete"], ids(&data).len()), (&json!(true), 9), "{data}");
    assert_eq!(env.service().sent(LIST), 2, "what is behind the last record is asked for once");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_tell_that_pages_are_shorter_is_understood() {
    for signal in [
        CapSignal::Nothing,
        CapSignal::Count,
        CapSignal::NextLink,
        CapSignal::WrongCount,
        CapSignal::Refusal,
    ] {
        for records in [1, 3, 4, 8, 9] {
            let list_cap = Some(ListCap { records, signal });
            let env = TestEnv::with(Scenario { list_cap, ..Scenario::default() }).await;
            let data = env.data("getAgentList", json!({ "all": true })).await;
            let found = (ids(&data).len(), &data["complete"], &data["total"]);
            assert_eq!(found, (9, &json!(true), &json!(9)), "{signal:?} {records}");
            let data = env.data("getAgentList", json!({ "all": true, "maxItems": 8 })).await;
            assert_eq!(
                (ids(&data).len(), &data["complete"]),
                (8, &json!(false)),
                "{signal:?} {records}"
            );
        }
    }
    let env = TestEnv::start().await;
    env.data("getVulnerabilities", json!({ "all": true, "maxItems": 100_000 })).await;
    assert_eq!(env.service().sent("GET /api/vulnerabilities"), 1, "it takes no more than 8,000");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_page_that_is_too_short_says_so() {
    let list_cap = Some(ListCap { records: 4, signal: CapSignal::Count });
    let env = TestEnv::with(Scenario { list_cap, ..Scenario::default() }).await;
    let outcome = env.execute("getAgentList", json!({ "pageSize": 6 })).await.unwrap();
    assert_eq!(outcome.warnings[0].code, "cut-off");
    let outcome = env.execute("getAgentList", json!({ "pageSize": 4 })).await.unwrap();
    assert!(outcome.warnings.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn names_can_be_asked_for_by_their_beginning() {
    let env = TestEnv::start().await;
    let data =
        env.data("getAgentList", json!({ "computerDnsName": { "startsWith": "ws-" } })).await;
    assert_eq!(ids(&data).len(), 3, "{data}");
    let data = env.data("getAgentList", json!({ "computerDnsName": { "startsWith": "o'" } })).await;
    assert_eq!(ids(&data).len(), 0);
}
