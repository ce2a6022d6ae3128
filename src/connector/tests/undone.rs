//! What will happen next: an action that succeeded while its opposite is under way.

use super::*;

const ID: &str = "d1000000000000000000000000000000";

fn record(id: &str, kind: &str, status: &str) -> Value {
    json!({ "id": id, "type": kind, "status": status, "machineId": ID, "requestorComment": "c", "scope": "Full" })
}

/// Carries an action out to its end, and then answers the look at what is under way.
fn waited(action: &str, kind: &str, look: impl FnOnce(&Scripted)) -> Outcome {
    let mut bench = bench().signed_in();
    bench.network.answer(201, &record("a1", kind, "Pending").to_string());
    bench.network.answer(200, &json!({ "value": [record("a1", kind, "Succeeded")] }).to_string());
    look(&bench.network);
    bench.call(action, json!({ "id": ID, "comment": "c", "wait": {} })).unwrap().0
}

#[test]
fn a_success_that_its_opposite_will_undo_says_so() {
    for (action, kind, undo) in [
        ("releaseHost", "Unisolate", "Isolate"),
        ("isolateHost", "Isolate", "Unisolate"),
        ("restrictAppExecution", "RestrictCodeExecution", "UnrestrictCodeExecution"),
        ("unrestrictAppExecution", "UnrestrictCodeExecution", "RestrictCodeExecution"),
    ] {
        for (status, warned) in [("Pending", true), ("InProgress", true), ("Succeeded", false), ("Cancelled", false)] {
            let there = json!({ "value": [record("u-7", undo, status)] }).to_string();
            let outcome = waited(action, kind, |network| network.answer(200, &there));
            let warnings: Vec<Value> = outcome.warnings.iter().map(|warning| warning.to_json()).collect();
            assert_eq!(warnings.len(), usize::from(warned), "{action} {status}: {warnings:?}");
            if warned {
                assert_eq!(warnings[0]["code"], "will-be-undone");
                assert!(warnings[0]["message"].as_str().unwrap().contains("u-7"), "{warnings:?}");
                assert_eq!(warnings[0]["details"]["machineAction"]["id"], "u-7");
            }
        }
    }
}

#[test]
fn a_look_that_fails_is_a_warning() {
    let outcome = waited("releaseHost", "Unisolate", |network| network.answer(403, &refusal("Forbidden")));
    assert_eq!(outcome.warnings[0].code, "not-checked");
    assert_eq!(outcome.job.unwrap().state, State::Succeeded);
}
