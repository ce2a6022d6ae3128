//! Whole lists: what the service says of how many there are, in every form, and whether it has said
//! so.

use serde_json::{Value, json};

use super::{Kind, bench, refusal};
use crate::outcome::Outcome;

/// A service that has a list, and its own way of giving it.
struct Service {
    records: u64,
    /// Most in a page, whatever is asked for.
    cap: u64,
    /// What else it says about a page that ends there.
    says: fn(u64, u64) -> Value,
}

impl Service {
    fn page(&self, skip: u64, top: u64) -> String {
        let end = self.records.min(skip + top.min(self.cap));
        let mut page = (self.says)(end, self.records);
        page["value"] = (skip..end).map(|n| json!({ "id": n.to_string() })).collect();
        page.to_string()
    }
}

/// What comes of a list of these answers, which are all asked for: IDs, `total`, `complete`.
fn all(answers: &[String], most: u64) -> (Vec<String>, i64, bool, Outcome) {
    let mut bench = bench().signed_in();
    answers.iter().for_each(|answer| bench.network.answer(200, answer));
    let (outcome, _) =
        bench.call("getAgentList", json!({ "all": true, "maxItems": most })).unwrap();
    assert_eq!(bench.sent().len(), answers.len(), "{:?}", bench.sent());
    let data: Value = serde_json::from_str(&outcome.data).unwrap();
    let ids = data["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["id"].as_str().unwrap().to_owned());
    (ids.collect(), data["total"].as_i64().unwrap(), data["complete"].as_bool().unwrap(), outcome)
}

fn said(
    records: u64,
    cap: u64,
    says: fn(u64, u64) -> Value,
    skips: &[u64],
    top: u64,
) -> Vec<String> {
    let service = Service { records, cap, says };
    skips.iter().map(|skip| service.page(*skip, top)).collect()
}

fn counted(_: u64, all: u64) -> Value {
    json!({ "@odata.count": all })
}

fn linked(end: u64, all: u64) -> Value {
    json!({ "@odata.nextLink": (end < all).then(|| format!("https://x.example/?$skip={end}")) })
}

fn of_old(end: u64, all: u64) -> Value {
    json!({ "odata.count": all.to_string(), "odata.nextLink": if end < all { "n" } else { "" } })
}

fn silent(_: u64, _: u64) -> Value {
    json!({})
}

fn unreadable(_: u64, _: u64) -> Value {
    json!({ "@odata.count": "many" })
}

fn of_the_page(end: u64, all: u64) -> Value {
    json!({ "@odata.count": 5, "@odata.nextLink": (end < all).then_some("n") })
}

#[test]
fn a_short_page_is_the_last_only_if_the_service_says_so() {
    for (says, skips, whole) in [
        (counted as fn(u64, u64) -> Value, &[0, 5, 10][..], true),
        (linked, &[0, 5, 10], true),
        (of_old, &[0, 5, 10], true),
        (silent, &[0, 5, 10, 12], true),
        (of_the_page, &[0, 5, 10], true),
        (unreadable, &[0, 5, 10, 12], false),
    ] {
        let (ids, total, complete, outcome) = all(&said(12, 5, says, skips, 10_000), 10_000);
        assert_eq!(ids, (0..12).map(|n| n.to_string()).collect::<Vec<_>>(), "{skips:?}");
        assert_eq!((total, complete), (if whole { 12 } else { -1 }, whole), "{skips:?}");
        assert_eq!(
            outcome.warnings.iter().map(|warning| warning.code).collect::<Vec<_>>(),
            ["cut-off"][usize::from(whole)..]
        );
    }
    // What the user cut off is no warning.
    let (ids, total, complete, outcome) = all(&said(12, 5, counted, &[0, 5], 10_000), 7);
    assert_eq!((ids.len(), total, complete, outcome.warnings.len()), (7, 12, false, 0));
    let (_, total, complete, _) = all(&said(12, 12, silent, &[0, 12], 10_000), 12);
    assert_eq!((total, complete), (12, true));
}

#[test]
fn pages_are_asked_for_behind_what_has_been_given() {
    let mut bench = bench().signed_in();
    said(8_003, 8_000, counted, &[0, 8_000], 10_000)
        .iter()
        .for_each(|page| bench.network.answer(200, page));
    bench.call("getVulnerabilities", json!({ "all": true, "maxItems": 100_000 })).unwrap();
    let query = |line: &String| line.split_once('?').unwrap().1.to_owned();
    let sent: Vec<String> = bench.sent().iter().map(query).collect();
    assert_eq!(
        sent,
        ["$count=true&$top=8000", "$count=true&$top=8000&$skip=8000"],
        "no more than it takes"
    );
    // Any other limit is found by leaving the number to the service.
    let refused = r#"{"error":{"code":"","message":"The limit of '5' for Top query has been exceeded.","details":[]}}"#;
    let mut bench = super::bench().signed_in();
    bench.network.answer(400, refused);
    said(12, 5, counted, &[0, 5, 10], 5).iter().for_each(|page| bench.network.answer(200, page));
    let (outcome, _) = bench.call("getAgentList", json!({ "all": true })).unwrap();
    assert!(outcome.data.ends_with(r#""total":12,"complete":true}"#), "{}", outcome.data);
    let sent: Vec<String> = bench.sent().iter().map(query).collect();
    assert_eq!(
        sent,
        ["$count=true&$top=10000", "$count=true", "$count=true&$skip=5", "$count=true&$skip=10"]
    );
    bench.network.answer(400, refused);
    bench.network.answer(400, &refusal("ODataError"));
    let error =
        bench.call("getAgentList", json!({ "all": true, "sortField": "nonsense" })).unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::Rejected, Some("ODataError")));
}

fn records(ids: &[u64], rest: Value) -> String {
    let mut page = rest;
    page["value"] = ids.iter().map(|id| json!({ "id": id.to_string() })).collect();
    page.to_string()
}

#[test]
fn a_list_that_moves_or_contradicts_itself_is_not_called_complete() {
    let count = |count: i64| json!({ "@odata.count": count });
    let endless = |count: i64| json!({ "@odata.count": count, "@odata.nextLink": "n" });
    for (what, pages, expected) in [
        // One came in front: what was last of the first page is given again, and the new one is
        // not.
        ("one more", vec![records(&[1, 2], count(3)), records(&[2, 3], count(4))], (3, 4, false)),
        // One went: what would have been first of the second page is on none.
        (
            "one less",
            vec![records(&[1, 2], count(4)), records(&[4], count(3)), records(&[], count(3))],
            (3, -1, false),
        ),
        // One went, another came.
        ("as many", vec![records(&[1, 2], count(4)), records(&[2, 3], count(4))], (3, 4, false)),
        ("twice on a page", vec![records(&[1, 1, 2], count(3))], (2, 2, true)),
        ("nothing, of many", vec![records(&[], count(9))], (0, 9, false)),
        (
            "nothing, and a link",
            vec![records(&[], json!({ "@odata.nextLink": "n" }))],
            (0, -1, false),
        ),
        ("fewer than there are", vec![records(&[1, 2], count(1))], (2, 2, true)),
        ("less than none", vec![records(&[1], count(-1)), records(&[], count(-1))], (1, -1, false)),
        (
            "a link behind all",
            vec![records(&[1, 2], endless(2)), records(&[], endless(2))],
            (2, 2, true),
        ),
        (
            "round and round",
            vec![records(&[1, 2], endless(2)), records(&[1, 2], endless(2))],
            (2, -1, false),
        ),
        (
            "the same again",
            vec![records(&[1, 2], json!({})), records(&[1, 2], json!({}))],
            (2, -1, false),
        ),
    ] {
        let (ids, total, complete, outcome) = all(&pages, 10_000);
        assert_eq!((ids.len(), total, complete), expected, "{what}");
        assert_eq!(outcome.warnings.is_empty(), complete, "{what}");
    }
    // The service's word for nothing, where it has said that there is something.
    let mut bench = bench().signed_in();
    bench.network.answer(200, &records(&[1], count(2)));
    bench.network.answer(404, &refusal("ResourceNotFound"));
    let (outcome, _) = bench.call("getAlerts", json!({ "all": true })).unwrap();
    assert!(outcome.data.ends_with(r#""total":2,"complete":false}"#), "{}", outcome.data);
}

#[test]
fn every_part_of_a_list_of_values_must_be_whole() {
    let ids: Vec<String> = (0..150).map(|n| n.to_string()).collect();
    let count = |count: i64| json!({ "@odata.count": count });
    let first: Vec<u64> = (0..100).collect();
    for (second, complete) in [
        // That the first part had one of them already is no wonder: a machine may carry both tags.
        (vec![records(&[5, 100], count(2))], true),
        (vec![records(&[5], count(2)), records(&[100], count(2))], true),
        (vec![records(&[100], count(2)), records(&[], count(2))], false),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer(200, &records(&first, count(100)));
        second.iter().for_each(|page| bench.network.answer(200, page));
        let (outcome, _) =
            bench.call("getAgentList", json!({ "all": true, "machineTags": ids })).unwrap();
        let (total, code) = if complete { (101, None) } else { (-1, Some("cut-off")) };
        assert!(
            outcome.data.ends_with(&format!(r#""total":{total},"complete":{complete}}}"#)),
            "{}",
            outcome.data
        );
        assert_eq!(outcome.warnings.first().map(|warning| warning.code), code);
    }
}

#[test]
fn a_single_page_tells_what_is_missing_and_no_wrong_total() {
    let link = || json!({ "@odata.nextLink": "n" });
    let count = |count: Value| json!({ "@odata.count": count });
    for (page, given, rest, total, short) in [
        (1, 3, count(json!(3)), 3, false),
        (1, 2, count(json!(9)), 9, true),
        (1, 2, link(), -1, true),
        (1, 2, count(json!("many")), -1, true),
        (1, 2, count(json!(1)), -1, false),
        (1, 2, json!({ "@odata.count": 2, "@odata.nextLink": "n" }), -1, true),
        (2, 5, count(json!(12)), 12, false),
        (2, 3, count(json!(8)), 8, false),
        (2, 3, count(json!(12)), 12, true),
        (2, 5, count(json!(5)), -1, false),
        (3, 0, count(json!(8)), 8, false),
        (1, 0, count(json!(8)), 8, true),
        (1, 5, link(), -1, false),
        (1, 2, json!({}), -1, false),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer(200, &records(&(0..given).collect::<Vec<u64>>(), rest.clone()));
        let (outcome, _) =
            bench.call("getAgentList", json!({ "page": page, "pageSize": 5 })).unwrap();
        let data: Value = serde_json::from_str(&outcome.data).unwrap();
        assert_eq!(
            (data["total"].as_i64(), !outcome.warnings.is_empty()),
            (Some(total), short),
            "{page} {given} {rest}"
        );
    }
    let mut bench = bench().signed_in();
    for (rest, short) in
        [(link(), true), (count(json!(3)), true), (count(json!(2)), false), (json!({}), false)]
    {
        bench.network.answer(200, &records(&[1, 2], rest));
        let params = json!({ "id": "d1000000000000000000000000000000" });
        let (outcome, _) = bench.call("getAgentSoftware", params).unwrap();
        assert_eq!(!outcome.warnings.is_empty(), short, "{}", outcome.data);
    }
}
