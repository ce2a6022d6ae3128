use host_harness::egress::Event;
use serde_json::{Value, json};

use super::super::command_line::tests::{command_line, plan};
use super::super::record::{Record, records};
use super::*;

const ISOLATE: &str = "/api/machines/m1/isolate";

fn record(id: &str, status: &str) -> Vec<Record> {
    let name = format!("ws-{id}");
    let record = json!({ "id": id, "type": "Isolate", "status": status, "machineId": "m1", "computerDnsName": name });
    records(record.to_string().as_bytes())
}

/// A call that sent a request for each of these paths, answered with this status, or not at all.
fn sent(requests: &[(&str, Option<u16>)]) -> Seen {
    let mut seen = Seen::default();
    seen.follow([], None);
    for (number, (path, status)) in (1..).zip(requests) {
        seen.event(number, "POST", path, Event::Begins);
        if let Some(status) = *status {
            seen.event(number, "POST", path, Event::Answered { status });
        }
    }
    seen
}

/// The same, with the service's own word for what it refused.
fn refused(requests: &[(&str, Option<u16>)]) -> Seen {
    let mut seen = sent(requests);
    (1..=requests.len() as u64).for_each(|number| {
        seen.refused(number, br#"{"error":{"code":"TooManyRequests","message":"m"}}"#);
    });
    seen
}

fn details(failure: &Failure) -> Value {
    serde_json::from_str(failure.error().details.as_deref().unwrap_or("null")).unwrap()
}

fn words(failure: &Failure) -> (&str, &str) {
    (&failure.error().message, failure.aside().unwrap_or_default())
}

#[test]
fn what_was_accepted_without_a_machine_action_says_so() {
    let failure = Left::of(&sent(&[("/api/indicators", Some(200))]), &plan("submitIndicator")).failure(&command_line());
    let (message, aside) = words(&failure);
    assert_eq!(message, "`submitIndicator` was interrupted: 1 request got accepted");
    assert_eq!(aside, "POST /api/indicators: answered with status 200; it was accepted");
    assert_eq!((failure.error().kind, &failure.error().retry), (ErrorKind::Unfinished, &Retry::Unknown));
}

#[test]
fn what_was_refused_was_not_carried_out_and_its_last_word_counts() {
    let seen = refused(&[(ISOLATE, Some(429)), (ISOLATE, Some(429))]);
    let failure = Left::of(&seen, &plan("isolateHost")).failure(&command_line());
    let (message, aside) = words(&failure);
    assert_eq!(message, "`isolateHost` was interrupted: 1 request got refused");
    assert_eq!(aside, format!("POST {ISOLATE}: answered with status 429; it was not carried out"));
    assert_eq!((failure.error().kind, &failure.error().retry), (ErrorKind::TimedOut, &Retry::Never));

    let mut seen = refused(&[(ISOLATE, Some(429)), (ISOLATE, Some(201))]);
    seen.answer(2, record("a1", "Pending"));
    let failure = Left::of(&seen, &plan("isolateHost")).failure(&command_line());
    assert_eq!(details(&failure)["requests"], json!([]));
}

#[test]
fn what_a_gateway_refused_may_have_been_carried_out() {
    for status in [400, 401, 403, 404, 409, 429] {
        let failure = Left::of(&sent(&[(ISOLATE, Some(status))]), &plan("isolateHost")).failure(&command_line());
        assert_eq!(words(&failure).0, "`isolateHost` was interrupted: 1 request may have been carried out");
        assert_eq!((&failure.error().retry, &details(&failure)["maybeCarriedOut"]), (&Retry::Unknown, &json!(true)));
    }
}

#[test]
fn what_was_found_is_not_advised_to_be_cancelled() {
    let mut seen = sent(&[(ISOLATE, Some(503))]);
    seen.answer(9, record("a1", "InProgress"));
    let failure = Left::of(&seen, &plan("isolateHost")).failure(&command_line());
    let commands = &details(&failure)["commands"];
    assert_eq!((&commands["cancel"], commands["wait"].as_array().map(Vec::len)), (&json!([]), Some(1)));
    assert_eq!(commands["look"].as_array().map(Vec::len), Some(2), "at it and at the machine: {commands}");
    let (message, aside) = words(&failure);
    assert!(message.contains("a1 was left as it is; 1 request may have been carried out"), "{message}");
    assert!(aside.contains("found at the service"), "{aside}");
    let details = details(&failure);
    assert_eq!((&details["job"], &details["jobs"][0]["known"]), (&Value::Null, &json!("found")));
}

#[test]
fn what_another_caller_has_under_way_is_not_given_as_this_call_s() {
    let mut seen = sent(&[]);
    seen.answer(9, record("a1", "Pending"));
    let failure = Left::of(&seen, &plan("isolateHost")).failure(&command_line());
    let details = details(&failure);
    assert_eq!((failure.error().kind, &failure.error().retry), (ErrorKind::TimedOut, &Retry::Never));
    assert_eq!((&details["job"], &details["maybeCarriedOut"]), (&Value::Null, &json!(false)));
    assert_eq!((&details["jobs"][0]["id"], &details["jobs"][0]["known"]), (&json!("a1"), &json!("found")));
}

#[test]
fn the_one_machine_action_is_the_call_s_own_among_those_of_others() {
    let mut seen = sent(&[(ISOLATE, Some(201))]);
    seen.answer(1, record("a1", "Pending"));
    seen.answer(9, record("a2", "Pending"));
    let failure = Left::of(&seen, &plan("isolateHost")).failure(&command_line());
    let details = details(&failure);
    assert_eq!((&details["job"]["id"], &details["maybeCarriedOut"]), (&json!("a1"), &json!(true)));
    assert_eq!(details["jobs"].as_array().map(Vec::len), Some(2));
}

#[test]
fn machines_that_no_request_was_about_are_named() {
    let machines = ["M1", "m2", "m3"].map(str::to_owned).to_vec();
    let plan = Plan { machines, ..plan("isolateHost") };
    let seen = sent(&[(ISOLATE, None), ("/api/machines/m2/isolate", Some(404))]);
    let failure = Left::of(&seen, &plan).failure(&command_line());
    assert_eq!(details(&failure)["unsent"], json!(["m3"]));
    assert!(words(&failure).1.contains("\nno request was sent for m3\n"), "{:?}", words(&failure));
    let none = Left::of(&sent(&[]), &plan).failure(&command_line());
    assert_eq!(words(&none), ("`isolateHost` was interrupted: nothing that changes anything was sent", ""));
    let named = Plan { names: 3, ..self::plan("isolateHost") };
    let failure = Left::of(&seen, &named).failure(&command_line());
    assert!(words(&failure).1.contains("\n3 machines were named, and requests were sent for 2 of them\n"));
    let bulk = sent(&[("/api/machines/AddOrRemoveTagForMultipleMachines", Some(200))]);
    assert_eq!(
        details(&Left::of(&bulk, &plan).failure(&command_line()))["unsent"],
        json!([]),
        "it was about all of them"
    );
}

#[test]
fn an_interrupted_cancellation_claims_neither_way() {
    let plan = || Plan { named: record("a1", "Pending"), ..plan("cancelAction") };
    let cancel = "/api/machineactions/a1/cancel";
    let failed = |requests: &[(&str, Option<u16>)], answered: Option<Record>| {
        let mut seen = sent(requests);
        seen.follow(Record::named("a1"), None);
        seen.answer(1, answered.into_iter().collect());
        Left::of(&seen, &plan()).failure(&command_line())
    };
    let failure = failed(&[], None);
    let message =
        "`cancelAction` was interrupted: machine action a1 was left as it is; nothing that changes anything was sent";
    assert_eq!(words(&failure).0, message);
    assert_eq!((failure.error().kind, &details(&failure)["maybeCarriedOut"]), (ErrorKind::TimedOut, &json!(false)));
    let failure = failed(&[(cancel, None)], None);
    let message =
        "`cancelAction` was interrupted: machine action a1 was left as it is; 1 request may have been carried out";
    assert_eq!(words(&failure).0, message);
    let commands = &details(&failure)["commands"];
    assert_eq!((&commands["wait"], &commands["cancel"]), (&json!([]), &json!([])));
    assert_eq!(commands["look"].as_array().map(Vec::len), Some(1), "{commands}");
    let failure = failed(&[(cancel, Some(201))], record("a1", "Pending").pop());
    assert!(words(&failure).0.ends_with("; the cancellation was accepted"), "{:?}", words(&failure));
}

#[test]
fn a_read_that_follows_leaves_what_it_follows() {
    let mut seen = Seen::default();
    seen.follow(Record::named("a1"), None);
    let plan = Plan { changes: false, named: record("a1", ""), ..plan("waitForAction") };
    let failure = Left::of(&seen, &plan).failure(&command_line());
    let (message, aside) = words(&failure);
    assert!(message.contains("a1 was left as it is; it only reads, so nothing was changed"), "{message}");
    assert!(aside.starts_with("machine action a1: no state known yet\nto go on waiting:\n"), "{aside}");
    let plan = Plan { waits: false, changes: false, ..self::plan("getActions") };
    assert!(Left::of(&seen, &plan).failure(&command_line()).aside().is_none());
}
