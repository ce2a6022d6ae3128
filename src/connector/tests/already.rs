//! What is so already, or under way already: what a machine action of before proves, and what it
//! does not.

use super::*;
use crate::transport::{HttpRequest, HttpResponse, Transport};

/// A machine action on the machine of `Bench::isolate`; the time is one of a day.
pub(super) fn action(id: &str, kind: &str, status: Value, at: &str) -> Value {
    let at = if at.is_empty() { Value::Null } else { json!(format!("2026-11-24T{at}Z")) };
    json!({
        "id": id, "type": kind, "status": status,
        "machineId": "d1000000000000000000000000000000", "scope": "Full",
        "creationDateTimeUtc": at
    })
}

/// How many isolations are sent where these are the machine's actions.
fn isolations_sent(actions: &[Value]) -> usize {
    let mut bench = bench().signed_in();
    bench.network.answer(200, &json!({ "value": actions }).to_string());
    bench.network.answer(201, ISOLATING);
    bench
        .call(
            "isolateHost",
            json!({ "id": "d1000000000000000000000000000000", "comment": "c", "ensure": true }),
        )
        .unwrap();
    bench.posts()
}

#[test]
fn what_may_be_undone_meanwhile_is_not_taken_for_so() {
    let done = action("a0", "Isolate", json!("Succeeded"), "10:00:00");
    for (status, sent) in [
        (json!("Cancelled"), 0),
        (json!("Failed"), 0),
        (json!("Queued"), 1),
        (json!("InProgress"), 1),
        (json!("TimeOut"), 1),
        (Value::Null, 1),
    ] {
        let undo = action("u", "Unisolate", status.clone(), "11:00:00");
        assert_eq!(isolations_sent(&[undo, done.clone()]), sent, "{status}");
    }
    // What timed out before is past.
    let undo = action("u", "Unisolate", json!("TimeOut"), "09:00:00");
    assert_eq!(isolations_sent(&[done, undo]), 0);
}

#[test]
fn the_last_of_two_can_not_be_known_without_their_times() {
    let done = action("a0", "Isolate", json!("Succeeded"), "10:00:00");
    assert_eq!(
        isolations_sent(&[action("u", "Unisolate", json!("Succeeded"), ""), done.clone()]),
        1
    );
    assert_eq!(
        isolations_sent(&[action("u", "Unisolate", json!("Succeeded"), "09:00:00"), done]),
        0
    );
}

#[test]
fn a_conflict_is_no_success_while_an_undo_of_unknown_state_is_there() {
    let running =
        json!({ "value": [action("a0", "Isolate", json!("InProgress"), "10:00:00")] }).to_string();
    for (status, adopted) in
        [(json!("Succeeded"), true), (json!("Queued"), false), (Value::Null, false)]
    {
        let mut bench = bench().signed_in();
        bench.network.answer(200, NOTHING);
        bench
            .network
            .answer(400, r#"{"error":{"code":"ActiveRequestAlreadyExists","message":"m"}}"#);
        bench.network.answer(200, &running);
        let undo = action("u", "Unisolate", status.clone(), "09:00:00");
        bench.network.answer(200, &json!({ "value": [undo] }).to_string());
        let outcome = bench.call(
            "isolateHost",
            json!({ "id": "d1000000000000000000000000000000", "comment": "c", "ensure": true }),
        );
        assert_eq!(outcome.is_ok(), adopted, "{status}: {outcome:?}");
    }
}

/// The same network, each of whose answers takes some seconds.
struct Slow<'b>(&'b Bench, u64);

impl Transport for Slow<'_> {
    fn send(&self, request: &HttpRequest<'_>) -> Result<HttpResponse, TransportError> {
        self.0.clock.sleep(Duration::from_secs(self.1));
        self.0.network.send(request)
    }
}

#[test]
fn an_answer_that_took_long_is_about_an_action_of_now() {
    // It was made at 12:00:01, and the answer left the service at 12:00:10.
    for (made, adopted) in [("12:00:01", false), ("11:59:50", true)] {
        let mut bench = bench().signed_in();
        let mut answer: Value = serde_json::from_str(ISOLATING).unwrap();
        answer["creationDateTimeUtc"] = json!(format!("2026-11-24T{made}Z"));
        bench.network.answer_with(
            201,
            &[("date", "Tue, 24 Nov 2026 12:00:10 GMT")],
            &answer.to_string(),
        );
        let params =
            json!({ "id": "d1000000000000000000000000000000", "comment": "c" }).to_string();
        let mut connector = std::mem::take(&mut bench.connector);
        let (outcome, _) =
            connector.execute("isolateHost", &params, &Slow(&bench, 9), &bench.clock).unwrap();
        assert_eq!(outcome.job.unwrap().adopted, adopted, "{made}");
    }
}

#[test]
fn an_answer_about_what_had_ended_before_is_no_success() {
    for (made, status, kind) in [
        ("11:59:00", "Succeeded", Some(Kind::Conflict)),
        ("11:59:00", "Failed", Some(Kind::Conflict)),
        ("11:59:00", "InProgress", None),
        ("12:00:10", "Succeeded", None),
    ] {
        for ensure in [false, true] {
            let mut bench = bench().signed_in();
            if ensure {
                bench.network.answer(200, NOTHING);
            }
            let mut answer: Value = serde_json::from_str(ISOLATING).unwrap();
            answer["creationDateTimeUtc"] = json!(format!("2026-11-24T{made}Z"));
            answer["status"] = json!(status);
            answer["scope"] = json!("Full");
            bench.network.answer_with(
                201,
                &[("date", "Tue, 24 Nov 2026 12:00:10 GMT")],
                &answer.to_string(),
            );
            let outcome = bench.call(
                "isolateHost",
                json!({
                    "id": "d1000000000000000000000000000000", "comment": "c", "ensure": ensure
                }),
            );
            assert_eq!(
                outcome.as_ref().err().map(|error| error.kind()),
                kind,
                "{made} {status} {ensure}"
            );
            if let Err(error) = outcome {
                assert_eq!(error.retry(), Retry::Unknown);
                assert!(error.message().contains("had ended before"), "{}", error.message());
            }
        }
    }
}

#[test]
fn a_record_of_something_else_is_no_proof_of_a_change() {
    let tag = json!({ "id": "d1000000000000000000000000000000", "tag": "case" });
    let answers = [
        (r#"{"id":"d1000000000000000000000000000000"}"#, true),
        (r#"{"id":"D1000000000000000000000000000000","computerDnsName":"ws.example"}"#, true),
        (r#"{"id":"311a","computerDnsName":"d1000000000000000000000000000000.example"}"#, false),
        (r#"{"id":"x"}"#, false),
        (r#"{"id":"311a","computerDnsName":"ws.example"}"#, false),
    ];
    for (answer, is_proof) in answers {
        let mut bench = bench().signed_in();
        bench.network.answer(200, answer);
        let outcome = bench.call("addTag", tag.clone());
        assert_eq!(outcome.is_ok(), is_proof, "{answer}");
        if let Err(error) = outcome {
            assert_eq!((error.kind(), error.retry()), (Kind::MalformedResponse, Retry::Unknown));
        }
    }
}

#[test]
fn a_list_that_is_cut_off_proves_nothing_to_be_so() {
    let done = action("a0", "Isolate", json!("Succeeded"), "10:00:00");
    for (name, value, sent) in [
        ("@odata.context", json!("c"), 0),
        ("@odata.nextLink", Value::Null, 0),
        ("@odata.count", json!(1), 0),
        (
            "@odata.nextLink",
            json!("https://api.security.microsoft.com/api/machineactions?$skip=1"),
            1,
        ),
        ("@odata.count", json!(2), 1),
    ] {
        let list = json!({ "value": [done], name: value }).to_string();
        let mut bench = bench().signed_in();
        bench.network.answer(200, &list);
        bench.network.answer(201, ISOLATING);
        bench
            .call(
                "isolateHost",
                json!({ "id": "d1000000000000000000000000000000", "comment": "c", "ensure": true }),
            )
            .unwrap();
        assert_eq!(bench.posts(), sent, "{name}: {value}");
    }
}

#[test]
fn what_was_cut_off_may_undo_what_is_in_the_way() {
    let running =
        json!({ "value": [action("a0", "Isolate", json!("InProgress"), "10:00:00")] }).to_string();
    for (next, adopted) in [(Value::Null, true), (json!("https://x.example/?$skip=1"), false)] {
        let mut bench = bench().signed_in();
        bench.network.answer(200, NOTHING);
        bench
            .network
            .answer(400, r#"{"error":{"code":"ActiveRequestAlreadyExists","message":"m"}}"#);
        bench.network.answer(200, &running);
        bench.network.answer(200, &json!({ "value": [], "@odata.nextLink": next }).to_string());
        let outcome = bench.call(
            "isolateHost",
            json!({ "id": "d1000000000000000000000000000000", "comment": "c", "ensure": true }),
        );
        assert_eq!(outcome.is_ok(), adopted, "{next}: {outcome:?}");
    }
}

#[test]
fn an_isolation_that_changes_the_scope_keeps_none_from_being_sent() {
    let full = action("a0", "Isolate", json!("Succeeded"), "10:00:00");
    for (status, sent) in [("Pending", 1), ("TimeOut", 1), ("Queued", 1), ("Failed", 0)] {
        let mut selective = action("a1", "Isolate", json!(status), "11:00:00");
        selective["scope"] = json!("Selective");
        assert_eq!(isolations_sent(&[selective, full.clone()]), sent, "{status}");
    }
}

#[test]
fn an_id_in_capitals_finds_what_is_so_already() {
    let id = "D1000000000000000000000000000000";
    let mut bench = bench().signed_in();
    let done = action("a0", "Isolate", json!("Succeeded"), "10:00:00");
    bench.network.answer(200, &json!({ "value": [done] }).to_string());
    bench.call("isolateHost", json!({ "id": id, "comment": "c", "ensure": true })).unwrap();
    assert_eq!(bench.posts(), 0);
    assert!(bench.network.lines().iter().all(|line| !line.contains(id)));
}
