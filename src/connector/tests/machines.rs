//! Names to machines: the right one or none.

mod identity;

use std::slice::from_ref;

use serde_json::{Value, json};

use super::*;
use crate::actions::{CATALOGUE, Effect};
use crate::schema::Field;

/// A record that is as good as any, but for these members.
fn machine(id: &str, name: &str, members: Value) -> Value {
    let mut record = json!({
        "id": id, "computerDnsName": name, "healthStatus": "Active",
        "onboardingStatus": "Onboarded",
        "isPotentialDuplication": false, "isExcluded": false, "mergedIntoMachineId": null,
        "lastIpAddress": "10.0.0.1",
    });
    for (member, value) in members.as_object().unwrap() {
        record[member] = value.clone();
    }
    record
}

fn list(records: &[Value]) -> String {
    json!({ "value": records }).to_string()
}

/// What `ws` means: an ID, or the kind of the refusal and the IDs that it shows.
fn means(answers: &[String]) -> Result<String, (Kind, Vec<String>)> {
    let mut bench = bench().signed_in();
    answers.iter().for_each(|answer| bench.network.answer(200, answer));
    let outcome = bench.call("resolveHost", json!({ "computerDnsName": "ws" }));
    assert_eq!(bench.sent().len(), answers.len(), "{:?}", bench.sent());
    match outcome {
        Ok((outcome, _)) => {
            let data: Value = serde_json::from_str(&outcome.data).unwrap();
            Ok(data["id"].as_str().unwrap().to_owned())
        }
        Err(error) => {
            let details = error.details().cloned().unwrap_or_default();
            let rows = details["candidates"].as_array().cloned().unwrap_or_default();
            Err((
                error.kind(),
                rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect(),
            ))
        }
    }
}

fn ambiguous(ids: &[&str]) -> Result<String, (Kind, Vec<String>)> {
    Err((Kind::Ambiguous, ids.iter().map(|id| (*id).to_owned()).collect()))
}

fn into(id: &str) -> Value {
    json!({ "mergedIntoMachineId": id })
}

#[test]
fn merged_records_are_followed_to_their_end() {
    let (a, b) = (machine("a", "ws.x", into("b")), machine("b", "old.x", into("C")));
    let (c, d) = (machine("c", "new.x", json!({})), machine("d", "ws.x", json!({})));
    // All in one answer, one by one, or in part.
    assert_eq!(means(&[list(&[a.clone(), b.clone(), c.clone()])]), Ok("c".into()));
    assert_eq!(
        means(&[list(from_ref(&a)), list(from_ref(&b)), list(from_ref(&c))]),
        Ok("c".into())
    );
    let second = list(&[b, c.clone()]);
    assert_eq!(means(&[list(&[a.clone(), d.clone()]), second.clone()]), ambiguous(&["c", "d"]));
    assert!(
        means(&[list(&[a, machine("c", "ws.x", json!({}))]), second]).is_err(),
        "a record that changed"
    );
    // The letter case of a merged record's identifier does not matter.
    assert_eq!(means(&[list(&[machine("a", "ws.x", into("C")), c.clone()])]), Ok("c".into()));
    assert_eq!(means(&[list(&[machine("a", "ws.x", into("C"))]), list(&[c])]), Ok("c".into()));
}

#[test]
fn what_was_merged_into_nothing_that_can_be_found_may_be_the_one_that_is_meant() {
    let (d, nobody) = (machine("d", "ws.x", json!({})), list(&[]));
    for (members, answers) in [
        (into("b"), vec![nobody.clone()]),
        (into("a"), vec![]),
        (into("A"), vec![]),
        (into("b"), vec![list(&[machine("b", "old.x", into("a"))])]),
        (into("../b"), vec![]),
        (json!({ "mergedIntoMachineId": 7 }), vec![nobody.clone()]),
        (json!({ "mergedIntoMachineId": true }), vec![]),
        (json!({ "mergedIntoMachineId": { "id": "b" } }), vec![]),
    ] {
        let lost = machine("a", "ws.x", members);
        let asked = |first: &[Value]| [vec![list(first)], answers.clone()].concat();
        assert_eq!(means(&asked(&[lost.clone(), d.clone()])), ambiguous(&["d", "a"]), "{lost}");
        assert_eq!(means(&asked(from_ref(&lost))), ambiguous(&["a"]), "{lost}");
        let dead = machine("d", "ws.x", json!({ "healthStatus": "Inactive" }));
        assert_eq!(means(&asked(&[dead, lost.clone()])), ambiguous(&["d", "a"]), "{lost}");
    }
    // A chain without end is not followed without end.
    let chain = |from: usize| {
        list(&[machine(&format!("r{from}"), "old.x", into(&format!("r{}", from + 1)))])
    };
    let first = list(&[machine("r0", "ws.x", into("r1")), d]);
    let answers: Vec<String> = std::iter::once(first).chain((1..6).map(chain)).collect();
    assert_eq!(means(&answers), ambiguous(&["d", "r0"]));
}

#[test]
fn a_half_of_a_surrogate_pair_is_no_identifier_of_nothing() {
    let text = list(&[machine("a", "ws.x", into("cut")), machine("d", "ws.x", json!({}))])
        .replace("cut", r"\ud83d");
    assert_ne!(means(&[text]), Ok("d".into()));
}

#[test]
fn a_record_gives_way_only_to_one_that_is_worse_in_nothing() {
    let good = json!({});
    let duplicate = json!({ "isPotentialDuplication": true });
    let silent = json!({ "healthStatus": "Inactive" });
    let excluded = json!({ "isExcluded": true });
    for (a, b, meant) in [
        (&good, &duplicate, Some("a")),
        (&good, &silent, Some("a")),
        (&good, &excluded, Some("a")),
        (&good, &json!({ "isExcluded": "TRUE" }), Some("a")),
        (
            &good,
            &json!({ "isPotentialDuplication": "true", "healthStatus": "inactive" }),
            Some("a"),
        ),
        (&json!({ "healthStatus": "NoSensorData" }), &silent, Some("a")),
        (&good, &json!({ "onboardingStatus": null }), Some("a")),
        (
            &good,
            &json!({ "onboardingStatus": "CanBeOnboarded", "healthStatus": "Active" }),
            Some("a"),
        ),
        (&silent, &json!({ "onboardingStatus": "insufficientinfo" }), Some("a")),
        // None is better.
        (&good, &good, None),
        (&silent, &silent, None),
        // Each is worse in something.
        (&duplicate, &silent, None),
        (&excluded, &silent, None),
        (&excluded, &duplicate, None),
        (&duplicate, &json!({ "healthStatus": "NoSensorData" }), None),
        (
            &duplicate,
            &json!({ "healthStatus": "INACTIVE", "isPotentialDuplication": "False" }),
            None,
        ),
        (&silent, &json!({ "onboardingStatus": null }), None),
        // What is not said may be either.
        (&good, &json!({ "healthStatus": null }), None),
        (&good, &json!({ "healthStatus": "Unknown" }), None),
        (&good, &json!({ "healthStatus": 1 }), None),
        (&silent, &json!({ "healthStatus": null }), None),
        (&silent, &json!({ "isPotentialDuplication": null }), None),
        (&duplicate, &json!({ "isPotentialDuplication": "perhaps" }), None),
        (&excluded, &json!({ "isExcluded": null }), None),
        // What neither says makes no difference.
        (
            &json!({ "isExcluded": null }),
            &json!({ "isExcluded": null, "healthStatus": "Inactive" }),
            Some("a"),
        ),
    ] {
        let (first, second) = (machine("a", "ws.x", a.clone()), machine("b", "WS.x", b.clone()));
        for records in [[first.clone(), second.clone()], [second, first]] {
            let found = means(&[list(&records)]);
            assert_eq!(found.as_ref().ok().map(String::as_str), meant, "{a} {b}: {found:?}");
            assert!(
                meant.is_some() || matches!(found, Err((Kind::Ambiguous, _))),
                "{a} {b}: {found:?}"
            );
        }
        // Two names are two machines.
        let other = [machine("a", "ws.x", a.clone()), machine("b", "ws.y", b.clone())];
        assert!(means(&[list(&other)]).is_err() || b["onboardingStatus"].is_string(), "{a} {b}");
    }
}

#[test]
fn a_machine_that_does_not_say_whether_it_is_onboarded_is_found_where_it_is_the_only_one() {
    let mut record = machine("a", "ws.x", json!({}));
    record.as_object_mut().unwrap().remove("onboardingStatus");
    assert_eq!(means(&[list(&[record.clone()])]), Ok("a".into()));
    record["onboardingstatus"] = json!("onboarded");
    assert_eq!(means(&[list(&[record.clone()])]), Ok("a".into()));
    record["onboardingstatus"] = json!("Unsupported");
    assert_eq!(means(&[list(&[record])]), Err((Kind::NotFound, vec!["a".into()])));
}

#[test]
fn from_a_list_that_is_cut_off_no_machine_is_taken() {
    let record = machine("a", "ws.x", json!({}));
    for (member, value, is_whole) in [
        ("@odata.context", json!("c"), true),
        ("@odata.nextLink", Value::Null, true),
        ("@odata.count", json!(1), true),
        (
            "@odata.nextLink",
            json!("https://api.security.microsoft.com/api/machines?$skip=1"),
            false,
        ),
        ("@odata.count", json!(2), false),
        ("@odata.count", json!("2"), false),
    ] {
        let answer = json!({ "value": [record], member: value }).to_string();
        let right = if is_whole { Ok("a".into()) } else { ambiguous(&["a"]) };
        assert_eq!(means(from_ref(&answer)), right, "{member}: {value}");
        // The list of those that others were merged into, too.
        let merged = list(&[machine("m", "ws.x", into("a"))]);
        assert_eq!(means(&[merged, answer]).is_ok(), is_whole, "{member}: {value}");
    }
    let empty = json!({
        "value": [],
        "@odata.nextLink": "https://api.security.microsoft.com/api/machines?$skip=0"
    });
    assert_eq!(means(&[empty.to_string()]), ambiguous(&[]));
    let full: Vec<Value> =
        (0..1000).map(|n| machine(&format!("m{n}"), &format!("ws{n}.x"), json!({}))).collect();
    assert_eq!(means(&[list(&full)]), ambiguous(&[]), "as many as were asked for");
}
