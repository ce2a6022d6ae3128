//! Several jobs cancelled by one call: each at most once, with a result of its own.

use super::*;

fn record(id: &str, status: &str) -> Value {
    json!({
        "id": id, "type": "Isolate", "status": status,
        "machineId": "d1000000000000000000000000000000"
    })
}

fn ids(ids: &[&str]) -> Value {
    json!({ "ids": ids, "comment": "c" })
}

#[test]
fn each_job_is_cancelled_once_and_has_its_result() {
    let mut bench = bench().signed_in();
    bench.network.answer(200, &record("a1", "Cancelled").to_string());
    bench.network.answer(200, &record("a2", "Cancelled").to_string());
    let (outcome, _) = bench.call("cancelAction", ids(&["a1", "a2", "A1"])).unwrap();
    let data: Value = serde_json::from_str(&outcome.data).unwrap();
    let rows: Vec<(&Value, &Value)> = data["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (&row["target"]["id"], &row["job"]["id"]))
        .collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[1], (&json!("a2"), &json!("a2")));
    assert_eq!(rows[2], (&json!("A1"), &json!("a1")));
    assert_eq!(bench.posts(), 2);
    assert!(bench.sent()[0].ends_with("/api/machineactions/a1/cancel"));
}

#[test]
fn one_that_ended_before_does_not_keep_the_others_from_being_cancelled() {
    let mut bench = bench().signed_in();
    bench.network.answer(200, &record("a1", "Succeeded").to_string());
    bench.network.answer(200, &record("a2", "Cancelled").to_string());
    let error = bench.call("cancelAction", ids(&["a1", "a2"])).unwrap_err();
    let results = &error.details().unwrap()["results"];
    assert_eq!(error.kind(), Kind::ActionFailed);
    assert_eq!(results[0]["error"]["kind"], "conflict", "{results}");
    assert_eq!(results[1]["status"], "ok", "{results}");
}

#[test]
fn jobs_that_are_cancelled_already_are_found_by_one_look() {
    let mut bench = bench().signed_in();
    let list = json!({ "value": [record("a2", "Cancelled"), record("a1", "Pending")] });
    bench.network.answer(200, &list.to_string());
    bench.network.answer(200, &record("a1", "Cancelled").to_string());
    let mut params = ids(&["a1", "a2"]);
    params["ensure"] = true.into();
    bench.call("cancelAction", params).unwrap();
    assert_eq!((bench.posts(), bench.sent().len()), (1, 2));
}

#[test]
fn in_steps_each_job_is_a_step() {
    let mut bench = bench().signed_in();
    let params = ids(&["a1", "a2"]).to_string();
    let mut progress =
        bench.connector.plan("cancelAction", &params, &bench.network, &bench.clock).unwrap();
    for id in ["a1", "a2"] {
        bench.network.answer(200, &record(id, "Cancelled").to_string());
        let checkpoint = progress.checkpoint.clone();
        let advanced = bench.connector.advance(&[checkpoint], &bench.network, &bench.clock);
        progress = advanced.into_iter().next().unwrap().unwrap();
        assert!(bench.sent().last().unwrap().ends_with(&format!("/{id}/cancel")));
    }
    assert_eq!(progress.next, crate::operation::Next::None);
    assert_eq!(bench.posts(), 2);
}

#[test]
fn one_job_or_several_but_not_both() {
    for params in
        [json!({ "comment": "c" }), json!({ "actionId": "a", "ids": ["b"], "comment": "c" })]
    {
        let mut bench = bench().signed_in();
        let error = bench.call("cancelAction", params).unwrap_err();
        assert_eq!((error.kind(), bench.sent().len()), (Kind::InvalidParams, 0));
    }
}
