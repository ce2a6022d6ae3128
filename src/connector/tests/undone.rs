//! What will happen next: an action that succeeded while its opposite is under way.

use super::*;

const ID: &str = "d1000000000000000000000000000000";

fn record(id: &str, kind: &str, status: &str) -> Value {
    json!({
        "id": id, "type": kind, "status": status, "machineId": ID, "requestorComment": "c",
        "scope": "Full"
    })
}

fn merged(mut record: Value, members: Value) -> Value {
    for (name, value) in members.as_object().unwrap() {
        record[name] = value.clone();
    }
    record
}

/// Carries an action out to its end, and then answers the look at what is under way.
fn waited(action: &str, kind: &str, look: impl FnOnce(&Scripted)) -> Outcome {
    let mut bench = bench().signed_in();
    bench.network.answer(201, &record("a1", kind, "Pending").to_string());
    bench.network.answer(200, &json!({ "value": [record("a1", kind, "Succeeded")] }).to_string());
    look(&bench.network);
    bench.call(action, json!({ "id": ID, "comment": "c", "wait": {} })).unwrap().0
}

/// The same without waiting.
fn started(action: &str, kind: &str, look: impl FnOnce(&Scripted)) -> Outcome {
    let mut bench = bench().signed_in();
    bench.network.answer(201, &record("a1", kind, "Pending").to_string());
    look(&bench.network);
    bench.call(action, json!({ "id": ID, "comment": "c" })).unwrap().0
}

fn codes(outcome: &Outcome) -> Vec<&str> {
    outcome.warnings.iter().map(|warning| warning.code).collect()
}

#[test]
fn a_success_that_its_opposite_will_undo_says_so() {
    for (action, kind, undo) in [
        ("releaseHost", "Unisolate", "Isolate"),
        ("isolateHost", "Isolate", "Unisolate"),
        ("restrictAppExecution", "RestrictCodeExecution", "UnrestrictCodeExecution"),
        ("unrestrictAppExecution", "UnrestrictCodeExecution", "RestrictCodeExecution"),
    ] {
        for (status, warned) in
            [("Pending", true), ("InProgress", true), ("Succeeded", false), ("Cancelled", false)]
        {
            let there = json!({ "value": [record("u-7", undo, status)] }).to_string();
            for outcome in [
                waited(action, kind, |network| network.answer(200, &there)),
                started(action, kind, |network| network.answer(200, &there)),
            ] {
                let warnings: Vec<Value> =
                    outcome.warnings.iter().map(|warning| warning.to_json()).collect();
                assert_eq!(warnings.len(), usize::from(warned), "{action} {status}: {warnings:?}");
                if warned {
                    assert_eq!(warnings[0]["code"], "will-be-undone");
                    assert!(
                        warnings[0]["message"].as_str().unwrap().contains("u-7"),
                        "{warnings:?}"
                    );
                    assert_eq!(warnings[0]["details"]["machineAction"]["id"], "u-7");
                }
            }
        }
    }
}

#[test]
fn a_look_that_fails_is_a_warning() {
    let failures: [fn(&Scripted); 5] = [
        |network| network.answer(403, &refusal("Forbidden")),
        |network| network.answer(400, &refusal("BadRequest")),
        |network| network.answer(200, "<html>"),
        |network| network.answer_with(429, &[("retry-after", "60")], &refusal("TooManyRequests")),
        |network| {
            (0..9).for_each(|_| network.fail(TransportError::maybe_sent(Cause::ResponseTimeout)))
        },
    ];
    for look in failures {
        let outcome = waited("releaseHost", "Unisolate", look);
        assert_eq!(
            (codes(&outcome), outcome.job.as_ref().unwrap().state),
            (vec!["not-checked"], State::Succeeded)
        );
        let outcome = started("releaseHost", "Unisolate", look);
        assert_eq!(
            outcome.warnings[0].details.as_ref().unwrap()["cause"]["kind"]
                .as_str()
                .map(str::is_empty),
            Some(false)
        );
        assert_eq!(
            (codes(&outcome), outcome.job.as_ref().unwrap().state),
            (vec!["not-checked"], State::Pending)
        );
    }
}

#[test]
fn a_success_is_not_kept_back_for_the_look() {
    let mut bench = bench().signed_in();
    bench.network.answer(201, ISOLATING);
    (0..9).for_each(|_| bench.network.answer(503, ""));
    assert_eq!(codes(&bench.isolate().unwrap().0), ["not-checked"]);
    assert!(bench.clock.elapsed() <= Duration::from_secs(10), "{:?}", bench.clock.elapsed());
}

#[test]
fn without_permission_nothing_is_looked_at() {
    let mut denied = bench();
    let answer = json!({
        "token_type": "Bearer", "access_token": token(&["Machine.Isolate"]), "expires_in": 3600
    });
    denied.network.answer(200, &answer.to_string());
    denied.network.answer(201, ISOLATING);
    let (outcome, _) = denied.isolate().unwrap();
    assert_eq!(codes(&outcome), ["not-checked"]);
    let cause = &outcome.warnings[0].details.as_ref().unwrap()["cause"];
    assert_eq!(
        (&cause["kind"], &cause["details"]["granted"]),
        (&json!("forbidden"), &json!(["Machine.Isolate"]))
    );
    assert!(
        !outcome.warnings[0].message.contains("nothing was done"),
        "{}",
        outcome.warnings[0].message
    );
    assert_eq!(denied.network.lines().len(), 2, "a token and the isolation");
}

#[test]
fn what_ensure_has_seen_is_not_looked_at_again() {
    let of = |records: &[Value]| json!({ "value": records }).to_string();
    let release = record("u-7", "Unisolate", "Pending");
    let done = merged(
        record("a0", "Isolate", "Succeeded"),
        json!({ "lastUpdateDateTimeUtc": "2026-11-24T11:00:00Z" }),
    );
    for (seen, posts, warned) in [
        (of(&[]), 1, vec![]),
        (of(&[release]), 1, vec!["will-be-undone"]),
        (of(std::slice::from_ref(&done)), 0, vec![]),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer(200, &seen);
        bench.network.answer(201, ISOLATING);
        let params = json!({ "id": ID, "comment": "c", "ensure": true });
        let (outcome, _) = bench.call("isolateHost", params).unwrap();
        assert_eq!(
            (codes(&outcome), bench.posts(), bench.sent().len()),
            (warned, posts, 1 + posts),
            "{seen}"
        );
    }
    // It is so already: nothing is followed. What was followed took its time.
    for (seen, looks) in [(of(&[done]), 1), (of(&[]), 3)] {
        let mut bench = bench().signed_in();
        bench.network.answer(200, &seen);
        if looks > 1 {
            bench.network.answer(201, ISOLATING);
            bench.network.answer(200, &of(&[record("a1", "Isolate", "Succeeded")]));
            bench.network.answer(200, &of(&[record("u-7", "Unisolate", "Pending")]));
        }
        let params = json!({ "id": ID, "comment": "c", "ensure": true, "wait": {} });
        let (outcome, _) = bench.call("isolateHost", params).unwrap();
        assert_eq!(
            (codes(&outcome).len(), bench.sent().len() - bench.posts()),
            (usize::from(looks > 1), looks)
        );
    }
}

#[test]
fn fifty_machines_are_looked_at_together_after_everything_was_sent() {
    let ids: Vec<String> = (0..60).map(|n| format!("{n:040x}")).collect();
    let mut bench = bench().signed_in();
    for id in &ids {
        let isolation =
            merged(record(&format!("a-{id}"), "Isolate", "Pending"), json!({ "machineId": id }));
        bench.network.answer(201, &isolation.to_string());
    }
    let release = merged(record("u-7", "Unisolate", "Pending"), json!({ "machineId": ids[7] }));
    bench.network.answer(200, &json!({ "value": [release] }).to_string());
    bench.network.answer(200, NOTHING);
    let params = json!({ "ids": ids, "comment": "c", "maxTargets": 100 });
    let (outcome, _) = bench.call("isolateHost", params).unwrap();
    assert_eq!(codes(&outcome), ["will-be-undone"]);
    assert_eq!(outcome.warnings[0].details.as_ref().unwrap()["target"]["id"], json!(ids[7]));
    let sent = bench.sent();
    assert_eq!((sent.len(), bench.posts()), (62, 60));
    assert!(sent[60..].iter().all(|line| line.starts_with("GET")), "{sent:?}");
}

#[test]
fn what_has_no_opposite_costs_no_look() {
    for (action, kind, params) in [
        ("runAntivirusScan", "RunAntiVirusScan", json!({ "id": ID, "comment": "c" })),
        (
            "collectInvestigationPackage",
            "CollectInvestigationPackage",
            json!({ "id": ID, "comment": "c" }),
        ),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer(
            201,
            &merged(record("a1", kind, "Pending"), json!({ "scope": "Quick" })).to_string(),
        );
        let (outcome, _) = bench.call(action, params).unwrap();
        assert_eq!((codes(&outcome), bench.sent().len()), (vec![], 1), "{action}");
    }
}

#[test]
fn a_cancellation_that_does_not_show_yet_says_so() {
    for (status, expected) in [
        ("Pending", vec!["not-cancelled-yet"]),
        ("InProgress", vec!["not-cancelled-yet"]),
        ("Cancelled", vec![]),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer(200, &record("a1", "Isolate", status).to_string());
        let (outcome, _) =
            bench.call("cancelAction", json!({ "actionId": "a1", "comment": "c" })).unwrap();
        assert_eq!((codes(&outcome), bench.sent().len()), (expected, 1), "{status}");
    }
    let mut bench = bench().signed_in();
    bench.network.answer(200, &record("a1", "Isolate", "Pending").to_string());
    bench
        .network
        .answer(200, &json!({ "value": [record("a1", "Isolate", "Cancelled")] }).to_string());
    let params = json!({ "actionId": "a1", "comment": "c", "wait": {} });
    assert_eq!(codes(&bench.call("cancelAction", params).unwrap().0), Vec::<&str>::new());
}
