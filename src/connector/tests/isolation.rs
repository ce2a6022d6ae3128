//! `getIsolationState`: the last isolation or release that succeeded decides, and what can't be
//! decided is unknown, never "no".

use super::*;

const ID: &str = "d1000000000000000000000000000000";
const OTHER: &str = "d2000000000000000000000000000000";

/// A machine action that ended, or last changed, at this time of a day.
fn action(id: &str, kind: &str, status: Value, at: &str) -> Value {
    let at = if at.is_empty() { Value::Null } else { json!(format!("2026-11-24T{at}Z")) };
    json!({
        "id": id, "type": kind, "status": status, "machineId": ID, "scope": "Full",
        "requestor": "soc@contoso.example", "requestorComment": "case 7",
        "creationDateTimeUtc": at, "lastUpdateDateTimeUtc": at
    })
}

fn list(actions: &[Value]) -> String {
    json!({ "value": actions }).to_string()
}

fn state(bench: &mut Bench, params: Value) -> (Value, Vec<String>) {
    let (outcome, _) = bench.call("getIsolationState", params).unwrap();
    let codes = outcome.warnings.iter().map(|warning| warning.code.to_owned()).collect();
    (serde_json::from_str(&outcome.data).unwrap(), codes)
}

/// The records of machines.
fn machines(ids: &[&str]) -> String {
    list(&ids.iter().map(|id| json!({ "id": id, "computerDnsName": "ws" })).collect::<Vec<_>>())
}

/// What these actions say of their machine.
fn row(actions: &[Value]) -> Value {
    let mut bench = bench().signed_in();
    bench.network.answer(200, &list(actions));
    bench.network.answer(200, &machines(&[ID]));
    let (data, warnings) = state(&mut bench, json!({ "id": ID }));
    assert_eq!((data["total"].clone(), data["complete"].clone()), (json!(1), json!(true)));
    assert!(warnings.is_empty(), "{warnings:?}");
    data["value"][0].clone()
}

#[test]
fn the_last_success_decides() {
    let isolated = action("a1", "Isolate", json!("Succeeded"), "10:00:00");
    let found = row(std::slice::from_ref(&isolated));
    assert_eq!(found["isolated"], "yes");
    assert_eq!(found["isolationType"], "Full");
    assert_eq!(found["since"], "2026-11-24T10:00:00Z");
    assert_eq!(found["job"]["id"], "a1");
    assert_eq!(found["job"]["requestor"], "soc@contoso.example");
    assert_eq!(found["job"]["requestorComment"], "case 7");
    assert_eq!(found["pending"], json!([]));
    let released = action("a2", "Unisolate", json!("Succeeded"), "11:00:00");
    let found = row(&[released.clone(), isolated.clone()]);
    assert_eq!((&found["isolated"], &found["job"]["id"]), (&json!("no"), &json!("a2")));
    // The order of the list does not matter.
    assert_eq!(row(&[isolated, released])["isolated"], "no");
}

#[test]
fn what_did_not_succeed_changes_nothing_and_what_goes_on_is_named() {
    let isolated = action("a1", "Isolate", json!("Succeeded"), "10:00:00");
    for (status, expected, pending) in [
        ("Failed", "yes", 0),
        ("Cancelled", "yes", 0),
        ("Pending", "yes", 1),
        ("InProgress", "yes", 1),
        ("TimeOut", "unknown", 0),
        ("Queued", "unknown", 1),
    ] {
        let release = action("a2", "Unisolate", json!(status), "11:00:00");
        let found = row(&[release, isolated.clone()]);
        assert_eq!(found["isolated"], expected, "{status}");
        assert_eq!(found["reason"].is_null(), expected == "yes", "{status}");
        assert_eq!(found["pending"].as_array().unwrap().len(), pending, "{status}");
    }
    let older = action("a0", "Unisolate", json!("TimeOut"), "09:00:00");
    assert_eq!(row(&[isolated, older])["isolated"], "yes");
}

#[test]
fn an_isolation_that_never_succeeded_is_no_isolation() {
    for (status, expected) in [
        ("Failed", "no"),
        ("Cancelled", "no"),
        ("Pending", "no"),
        ("TimeOut", "unknown"),
        ("Queued", "unknown"),
    ] {
        let found = row(&[action("a1", "Isolate", json!(status), "10:00:00")]);
        assert_eq!(found["isolated"], expected, "{status}");
    }
}

#[test]
fn what_can_not_be_ordered_is_unknown() {
    let isolated = action("a1", "Isolate", json!("Succeeded"), "10:00:00");
    for (kind, at) in [("Unisolate", "10:00:00"), ("Unisolate", ""), ("", "11:00:00")] {
        let found = row(&[action("a2", kind, json!("Succeeded"), at), isolated.clone()]);
        assert_eq!(found["isolated"], "unknown", "{kind} {at}");
        assert!(found["reason"].is_string(), "{kind} {at}");
    }
    // Fractions of a second count.
    for (fraction, expected) in [(".1180245Z", "no"), (".0Z", "unknown"), ("Z", "unknown")] {
        let release = action("a2", "Unisolate", json!("Succeeded"), "10:00:00");
        let text = release.to_string().replace(":00Z", &format!(":00{fraction}"));
        let release = serde_json::from_str(&text).unwrap();
        assert_eq!(row(&[isolated.clone(), release])["isolated"], expected, "{fraction}");
    }
    // Of two that ended at the same time the one that was asked for later counts.
    let mut release = action("a2", "Unisolate", json!("Succeeded"), "10:00:00");
    release["creationDateTimeUtc"] = json!("2026-11-24T09:00:00Z");
    assert_eq!(row(&[release, isolated])["isolated"], "yes");
}

#[test]
fn a_list_that_is_cut_off_never_says_no() {
    let release = action("a2", "Unisolate", json!("Succeeded"), "11:00:00");
    let cut = json!({ "value": [release], "@odata.count": 2 }).to_string();
    for (again, expected) in [(list(&[release]), "no"), (cut.clone(), "unknown")] {
        let mut bench = bench().signed_in();
        bench.network.answer(200, &cut);
        // Each machine alone.
        bench.network.answer(200, &again);
        bench.network.answer(200, NOTHING);
        bench.network.answer(200, &machines(&[ID, OTHER]));
        let (data, warnings) = state(&mut bench, json!({ "ids": [ID, OTHER] }));
        assert_eq!(data["value"][0]["isolated"], expected);
        assert_eq!(data["complete"], expected == "no");
        assert_eq!(warnings.is_empty(), expected == "no");
    }
}

#[test]
fn of_the_tenant_those_are_listed_that_are_or_may_be_isolated() {
    let isolated = action("a1", "Isolate", json!("Succeeded"), "10:00:00");
    let mut released = action("a2", "Unisolate", json!("Succeeded"), "11:00:00");
    released["machineId"] = json!(OTHER);
    let mut bench = bench().signed_in();
    bench.network.answer(200, &list(&[released.clone(), isolated.clone()]));
    bench.network.answer(200, NOTHING);
    let (data, warnings) = state(&mut bench, json!({}));
    assert_eq!((&data["total"], &data["complete"]), (&json!(1), &json!(true)), "{data}");
    assert_eq!((&data["value"][0]["id"], warnings.len()), (&json!(ID), 0));
    // Behind the cut there may be another release.
    let mut bench = super::bench().signed_in();
    let cut = json!({ "value": [released, isolated], "@odata.count": 9 }).to_string();
    bench.network.answer(200, &cut);
    let (data, warnings) = state(&mut bench, json!({ "maxItems": 2 }));
    assert_eq!((&data["total"], &data["complete"]), (&json!(2), &json!(false)), "{data}");
    let rows = data["value"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["isolated"] == "unknown"), "{data}");
    assert_eq!(warnings, ["cut-off"]);
}

#[test]
fn an_action_of_no_machine_may_be_about_any() {
    let isolated = action("a1", "Isolate", json!("Succeeded"), "10:00:00");
    let mut stray = action("a2", "Unisolate", json!("Succeeded"), "");
    stray["machineId"] = Value::Null;
    let mut bench = bench().signed_in();
    bench.network.answer(200, &list(&[stray, isolated]));
    bench.network.answer(200, NOTHING);
    let (data, warnings) = state(&mut bench, json!({}));
    assert_eq!((&data["complete"], &data["total"]), (&json!(false), &json!(1)), "{data}");
    assert_eq!(data["value"][0]["isolated"], "unknown");
    assert_eq!(warnings, ["not-checked"]);
}

#[test]
fn an_empty_tenant_is_one_that_the_service_calls_empty() {
    let mut bench = bench().signed_in();
    bench.network.answer(200, NOTHING);
    let (data, warnings) = state(&mut bench, json!({}));
    assert_eq!(data, json!({ "value": [], "total": 0, "complete": true }));
    assert!(warnings.is_empty());
    for (status, body) in [(404, "<html>"), (200, "{}"), (200, "<html>"), (403, "")] {
        let mut bench = super::bench().signed_in();
        bench.network.answer(status, body);
        if status == 403 {
            bench.token(json!(3600));
            bench.network.answer(status, body);
        }
        assert!(bench.call("getIsolationState", json!({})).is_err(), "{status} {body}");
    }
}

#[test]
fn a_machine_that_is_not_there_is_not_called_free() {
    let known = json!({ "value": [{ "id": ID, "computerDnsName": "ws.example" }] }).to_string();
    for (machines, expected) in [(known.as_str(), Some("no")), (NOTHING, None)] {
        let mut bench = bench().signed_in();
        bench.network.answer(200, NOTHING);
        bench.network.answer(200, machines);
        let outcome = bench.call("getIsolationState", json!({ "id": ID }));
        match expected {
            Some(_) => assert!(outcome.unwrap().0.data.contains(r#""isolated":"no""#)),
            None => assert_eq!(outcome.unwrap_err().kind(), Kind::NotFound),
        }
    }
    // Of several the others are distinguished.
    let mut bench = bench().signed_in();
    bench.network.answer(200, NOTHING);
    bench.network.answer(200, &known);
    let (data, warnings) = state(&mut bench, json!({ "ids": [OTHER, ID] }));
    let rows = data["value"].as_array().unwrap();
    assert_eq!((&rows[0]["isolated"], &rows[1]["isolated"]), (&json!("unknown"), &json!("no")));
    assert_eq!((&rows[0]["target"]["id"], &rows[0]["id"]), (&json!(OTHER), &Value::Null));
    assert_eq!(rows[0]["error"]["kind"], "not-found");
    assert_eq!(
        (&data["complete"], warnings.as_slice()),
        (&json!(false), &["not-found".to_owned()][..])
    );
}

#[test]
fn one_kind_of_name_at_a_time() {
    let mut bench = bench().signed_in();
    let error = bench.call("getIsolationState", json!({ "id": ID, "ids": [OTHER] })).unwrap_err();
    assert_eq!(error.kind(), Kind::InvalidParams);
    assert_eq!(bench.sent().len(), 0);
}

#[test]
fn an_id_in_capitals_is_looked_for_as_the_service_writes_it() {
    let mut bench = bench().signed_in();
    bench.network.answer(200, &list(&[action("a1", "Isolate", json!("Succeeded"), "10:00:00")]));
    bench.network.answer(200, &machines(&[ID]));
    let (data, _) = state(&mut bench, json!({ "id": ID.to_ascii_uppercase() }));
    assert_eq!(data["value"][0]["isolated"], "yes");
    let lines = bench.network.lines();
    assert!(lines.iter().all(|line| !line.contains(&ID.to_ascii_uppercase())), "{lines:?}");
}

#[test]
fn an_isolation_of_another_scope_leaves_the_type_unknown() {
    let full = action("a1", "Isolate", json!("Succeeded"), "10:00:00");
    for (status, at, expected) in [
        ("Succeeded", "11:00:00", json!("Selective")),
        ("TimeOut", "11:00:00", Value::Null),
        ("Succeeded", "10:00:00", Value::Null),
        ("Failed", "11:00:00", json!("Full")),
    ] {
        let mut selective = action("a2", "Isolate", json!(status), at);
        selective["scope"] = json!("Selective");
        let found = row(&[selective, full.clone()]);
        assert_eq!((&found["isolated"], &found["isolationType"]), (&json!("yes"), &expected));
        assert_eq!(found["reason"].is_null(), !expected.is_null(), "{status} {at}");
    }
}

#[test]
fn the_last_action_must_say_which_machine_it_is_about() {
    let isolated = action("a1", "Isolate", json!("Succeeded"), "10:00:00");
    for machine in [Value::Null, json!([1]), json!("")] {
        let mut stray = action("a2", "Unisolate", json!("Succeeded"), "11:00:00");
        stray["machineId"] = machine.clone();
        let found = row(&[stray.clone(), isolated.clone()]);
        assert_eq!(found["isolated"], "unknown", "{machine}");
        let mut bench = bench().signed_in();
        bench.network.answer(200, &list(&[stray, isolated.clone()]));
        bench.network.answer(200, NOTHING);
        let (data, _) = state(&mut bench, json!({}));
        assert_eq!((&data["total"], &data["complete"]), (&json!(1), &json!(false)), "{data}");
        assert_eq!(data["value"][0]["isolated"], "unknown");
    }
}

#[test]
fn no_other_time_stands_for_one_that_cannot_be_read() {
    let mut isolated = action("a1", "Isolate", json!("Succeeded"), "10:00:00");
    let released = action("a2", "Unisolate", json!("Succeeded"), "11:00:00");
    for time in [json!("24.11.2026 12:00"), json!(7)] {
        isolated["lastUpdateDateTimeUtc"] = time;
        assert_eq!(row(&[released.clone(), isolated.clone()])["isolated"], "unknown");
    }
    isolated["lastUpdateDateTimeUtc"] = Value::Null;
    assert_eq!(row(&[released, isolated])["isolated"], "no", "one that is absent");
}

#[test]
fn of_a_merged_record_nothing_is_said() {
    let merged = json!({ "id": ID, "computerDnsName": "ws", "mergedIntoMachineId": OTHER });
    let mut bench = bench().signed_in();
    bench.network.answer(200, NOTHING);
    bench.network.answer(200, &list(&[merged]));
    let (data, _) = state(&mut bench, json!({ "id": ID }));
    assert_eq!(data["value"][0]["isolated"], "unknown", "{data}");
    assert_eq!(data["complete"], false);
}
