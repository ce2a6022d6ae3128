//! Proof: what a response or a record must show before anything is reported as done, and whose it
//! must be.

mod ownership;
mod sessions;

use super::*;

/// The service's time when the request goes out, as `Date` and as a record has it.
const DATE: [(&str, &str); 1] = [("date", "Tue, 24 Nov 2026 12:00:00 GMT")];

const NOW: &str = "2026-11-24T12:00:00.1234567Z";

const BEFORE: &str = "2026-11-22T12:00:00Z";

/// The isolation that `Bench::isolate` asks for, made now, with other members; `null` takes one
/// away.
fn isolation(members: Value) -> Value {
    let mut action: Value = serde_json::from_str(ISOLATING).unwrap();
    action["creationDateTimeUtc"] = NOW.into();
    merged(action, members)
}

fn merged(mut record: Value, members: Value) -> Value {
    for (name, value) in members.as_object().unwrap() {
        match value {
            Value::Null => drop(record.as_object_mut().unwrap().remove(name)),
            value => record[name] = value.clone(),
        }
    }
    record
}

/// A text that ends in the first half of a surrogate pair, as JSON has it once it is put in for
/// this word.
const CUT: &str = "CUT";

fn with_half_a_pair(json: &Value) -> String {
    json.to_string().replace(CUT, r"\ud83d")
}

/// What becomes of an isolation that is answered with a record.
fn answered(status: u16, headers: &[(&str, &str)], body: &str) -> Result<(Outcome, Usage), Error> {
    let mut bench = bench().signed_in();
    bench.network.answer_with(status, headers, body);
    for _ in 0..4 {
        bench.network.answer_with(200, headers, NOTHING);
    }
    let answer = bench.isolate();
    assert_eq!(bench.posts(), 1);
    answer
}

fn is_unknown(answer: Result<(Outcome, Usage), Error>, what: &str) {
    let error = answer.expect_err(what);
    assert_eq!(error.retry(), Retry::Unknown, "{what}: {error:?}");
}

#[test]
fn an_answer_that_is_no_machine_action_proves_nothing() {
    for body in [
        json!({ "id": "t", "status": "Succeeded" }),
        json!({ "id": "trace-1", "status": "Error", "error": { "code": "X" } }),
        isolation(json!({ "type": null })),
        isolation(json!({ "machineId": null })),
        isolation(json!({ "type": "" })),
        isolation(json!({ "status": ["Succeeded"] })),
    ] {
        is_unknown(answered(201, &DATE, &body.to_string()), &body.to_string());
    }
    let twice = isolation(json!({})).to_string();
    for (member, other) in [
        (r#""status":"Pending""#, r#""status":"Succeeded""#),
        (r#""id":"a1""#, r#""id":"a2""#),
        (
            r#""machineId":"d1000000000000000000000000000000""#,
            r#""MachineId":"d2000000000000000000000000000000""#,
        ),
    ] {
        let body = twice.replace(member, &format!("{member},{other}"));
        assert_ne!(body, twice);
        is_unknown(answered(201, &DATE, &body), &body);
    }
}

#[test]
fn what_is_final_at_once_must_be_new() {
    let old = isolation(json!({ "status": "Succeeded", "creationDateTimeUtc": BEFORE }));
    let new = isolation(json!({ "status": "Succeeded" }));
    let undated = isolation(json!({ "status": "Succeeded", "creationDateTimeUtc": null }));
    is_unknown(answered(201, &DATE, &old.to_string()), "old");
    is_unknown(answered(201, &[], &old.to_string()), "old, and the answer has no date");
    is_unknown(answered(200, &DATE, &undated.to_string()), "undated");
    is_unknown(answered(201, &[("date", "yesterday")], &new.to_string()), "an unreadable date");
    let (outcome, _) = answered(201, &DATE, &new.to_string()).unwrap();
    let action = outcome.job.unwrap();
    assert_eq!((action.state, action.adopted), (State::Succeeded, false));
}

#[test]
fn results_of_many_are_a_list_whatever_is_in_them() {
    let ids = ["a".repeat(40), "b".repeat(40)];
    let first = isolation(json!({ "machineId": ids[0], "troubleshootInfo": CUT }));
    let mut bench = bench().signed_in();
    bench.network.answer_with(201, &DATE, &with_half_a_pair(&first));
    bench.network.answer_with(
        400,
        &DATE,
        r#"{"error":{"code":"BadRequest","message":"no","target":"t"}}"#,
    );
    let error = bench.call("isolateHost", json!({ "ids": ids, "comment": "c" })).unwrap_err();
    let results = error.details().unwrap()["results"].clone();
    assert_eq!(
        (&results[0]["status"], &results[1]["status"]),
        (&json!("ok"), &json!("error")),
        "{results}"
    );
}

#[test]
fn an_action_that_reads_do_not_show_yet_is_not_missing() {
    let mut bench = bench().signed_in();
    for _ in 0..3 {
        bench.network.answer(200, NOTHING);
    }
    let params = json!({ "id": "a9", "wait": { "timeoutSeconds": 2, "pollSeconds": 1 } });
    let error = bench.call("waitForAction", params).unwrap_err();
    assert_eq!((error.kind(), error.retry()), (Kind::Unfinished, Retry::Unknown));
    assert_eq!(error.details().unwrap()["machineAction"]["id"], "a9");
    // Once reads must show it, it does not exist.
    let mut bench = super::bench().signed_in();
    for _ in 0..20 {
        bench.network.answer(200, NOTHING);
    }
    let params = json!({ "id": "a9", "wait": { "timeoutSeconds": 200, "pollSeconds": 30 } });
    let error = bench.call("waitForAction", params).unwrap_err();
    assert_eq!((error.kind(), error.retry()), (Kind::NotFound, Retry::Never));
}

#[test]
fn a_member_that_is_given_twice_is_refused() {
    for (params, pointer) in [
        (
            r#"{"dryRun":true,"id":"d1000000000000000000000000000000","comment":"c","dryRun":false}"#,
            "/dryRun",
        ),
        (
            r#"{"id":"d1000000000000000000000000000000","comment":"c","id":"d2000000000000000000000000000000"}"#,
            "/id",
        ),
        (
            r#"{"id":"d1000000000000000000000000000000","comment":"c","wait":{"pollSeconds":1,"pollSeconds":2}}"#,
            "/wait/pollSeconds",
        ),
    ] {
        let mut bench = bench();
        let error = bench
            .connector
            .execute("isolateHost", params, &bench.network, &bench.clock)
            .unwrap_err();
        assert_eq!((error.kind(), bench.sent().len()), (Kind::InvalidParams, 0), "{params}");
        assert_eq!(error.details().unwrap()[0]["pointer"], pointer);
    }
    let mut connector = Connector::default();
    let config = r#"{"clientId":"a","tenantId":"t.example","clientId":"b"}"#;
    let error = connector.configure(config, r#"{"clientSecret":"hunter2-hunter2"}"#).unwrap_err();
    assert_eq!(error.details().unwrap()[0]["pointer"], "/config/clientId");
}

#[test]
fn ensure_does_not_rest_on_what_it_cannot_read() {
    let isolated =
        isolation(json!({ "status": "Succeeded", "scope": "Full", "creationDateTimeUtc": BEFORE }));
    let release = json!({
        "id": "a2", "type": "Unisolate", "status": "Pending",
        "machineId": ["d1000000000000000000000000000000"]
    });
    let mut bench = bench().signed_in();
    bench.network.answer_with(200, &DATE, &json!({ "value": [release, isolated] }).to_string());
    bench.network.answer_with(201, &DATE, &isolation(json!({ "id": "a3" })).to_string());
    let (outcome, _) = bench
        .call(
            "isolateHost",
            json!({ "id": "d1000000000000000000000000000000", "comment": "c", "ensure": true }),
        )
        .unwrap();
    assert_eq!((outcome.job.unwrap().id.as_str(), bench.posts()), ("a3", 1));
}
