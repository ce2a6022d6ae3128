//! An action that the service created for our request is ours whatever its comment says: 201 is for
//! what was created.

use super::*;
use crate::transport::{HttpRequest, HttpResponse, Transport};

const ID: &str = "d1000000000000000000000000000000";
const DATE: [(&str, &str); 1] = [("date", "Tue, 24 Nov 2026 12:00:00 GMT")];
/// The same in a form that no clock of the service writes.
const NO_DATE: [(&str, &str); 1] = [("date", "today at noon")];
const NOW: &str = "2026-11-24T12:00:00.1234567Z";

fn record(kind: &str, comment: Value, members: Value) -> Value {
    let mut record = json!({
        "id": "a1", "type": kind, "status": "Pending", "machineId": ID, "requestorComment": comment,
        "creationDateTimeUtc": NOW,
    });
    for (name, value) in members.as_object().unwrap() {
        record[name] = value.clone();
    }
    record
}

fn isolated(
    status: u16,
    headers: &[(&str, &str)],
    record: &Value,
) -> Result<(Outcome, Usage), Error> {
    let mut bench = bench().signed_in();
    bench.network.answer_with(status, headers, &record.to_string().replace("HALF", r"\ud83d"));
    let answer = bench.isolate();
    assert_eq!(bench.posts(), 1);
    answer
}

#[test]
fn what_was_created_for_our_request_is_ours_with_a_warning() {
    let comments = ["another's", "Requested through the API", "HALF of a pair"].map(Value::from);
    for comment in comments.iter().chain([&json!(["c"])]) {
        for (headers, members) in [
            (&DATE[..], json!({})),
            (&DATE, json!({ "status": "Succeeded" })),
            (&DATE, json!({ "creationDateTimeUtc": null })),
            (&DATE, json!({ "creationDateTimeUtc": "24.11.2026" })),
            (
                &DATE,
                json!({
                    "requestor": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
                    "requestSource": "PublicApi"
                }),
            ),
            (&NO_DATE, json!({})),
            (&[], json!({})),
            (&[], json!({ "creationDateTimeUtc": null })),
            // The host's clock may be slow by any time, and ahead by minutes.
            (&[], json!({ "creationDateTimeUtc": "2026-11-24T11:58:00Z" })),
            (&[], json!({ "creationDateTimeUtc": "2026-11-25T12:00:00Z" })),
        ] {
            let record = record("Isolate", comment.clone(), members);
            let (outcome, _) = isolated(201, headers, &record)
                .unwrap_or_else(|error| panic!("{record}: {error:?}"));
            let action = outcome.job.unwrap();
            assert_eq!((action.id.as_str(), action.adopted), ("a1", false), "{record}");
            let warning = outcome
                .warnings
                .iter()
                .find(|warning| warning.code == "comment-differs")
                .unwrap()
                .to_json();
            assert_eq!(warning["details"]["machineAction"]["id"], "a1", "{record}");
            assert!(warning["message"].as_str().unwrap().contains("a1"), "{warning}");
        }
    }
    let (outcome, _) = isolated(201, &DATE, &record("Isolate", json!("c"), json!({}))).unwrap();
    assert!(!outcome.warnings.iter().any(|warning| warning.code == "comment-differs"));
}

/// A network whose answers take their time.
struct Late<'a>(&'a Bench);

impl Transport for Late<'_> {
    fn send(&self, request: &HttpRequest<'_>) -> Result<HttpResponse, TransportError> {
        self.0.clock.sleep(Duration::from_secs(8));
        self.0.network.send(request)
    }
}

#[test]
fn what_was_created_while_the_response_was_awaited_is_ours() {
    for (made, is_ours) in [("12:00:09", true), ("12:00:15", true), ("11:59:50", false)] {
        let mut bench = bench_with(json!({}), json!({ "accessToken": "a-token-of-the-host" }));
        let record = record(
            "Isolate",
            json!("another"),
            json!({ "creationDateTimeUtc": format!("2026-11-24T{made}Z") }),
        );
        let date = [("date", "Tue, 24 Nov 2026 12:00:16 GMT")];
        bench.clock.sleep(Duration::from_secs(8));
        bench.network.answer_with(201, &date, &record.to_string());
        bench.network.answer(200, NOTHING);
        let mut connector = std::mem::take(&mut bench.connector);
        let params = json!({ "id": ID, "comment": "c" }).to_string();
        let answer = connector.execute("isolateHost", &params, &Late(&bench), &bench.clock);
        assert_eq!(answer.is_ok(), is_ours, "{made}: {answer:?}");
    }
}

#[test]
fn what_was_there_before_is_not_ours_by_any_status() {
    for (status, headers, members) in [
        (200, &DATE[..], json!({})),
        (200, &[], json!({ "creationDateTimeUtc": null })),
        // Made before the request by the service's clock, by the host's, by its last change.
        (201, &DATE, json!({ "creationDateTimeUtc": "2026-11-24T11:59:50Z" })),
        (201, &[], json!({ "creationDateTimeUtc": "2026-11-24T11:30:00Z" })),
        (201, &NO_DATE, json!({ "creationDateTimeUtc": "2026-11-20T12:00:00Z" })),
        (
            201,
            &DATE,
            json!({ "creationDateTimeUtc": null, "lastUpdateDateTimeUtc": "2026-11-24T11:59:50Z" }),
        ),
        (201, &DATE, json!({ "creationDateTimeUtc": null, "status": "Succeeded" })),
        (201, &[], json!({ "status": "Failed" })),
        (201, &DATE, json!({ "requestSource": "Portal" })),
        (201, &DATE, json!({ "requestor": "analyst@contoso.example" })),
        (201, &DATE, json!({ "requestor": "11111111-2222-3333-4444-555555555555" })),
        (201, &DATE, json!({ "machineId": "d2000000000000000000000000000000" })),
        (201, &DATE, json!({ "type": "Unisolate" })),
        (201, &DATE, json!({ "scope": "Selective" })),
    ] {
        let record = record("Isolate", json!("another's"), members);
        let error = isolated(status, headers, &record).unwrap_err();
        assert_eq!(
            (error.kind(), error.retry(), error.status()),
            (Kind::Conflict, Retry::Unknown, Some(status)),
            "{record}"
        );
        assert_eq!(error.details().unwrap()["machineAction"]["id"], "a1");
    }
}

#[test]
fn what_an_earlier_call_was_given_is_not_created_now() {
    let mut bench = bench().signed_in();
    let first = record("Isolate", json!("c"), json!({})).to_string();
    bench.network.answer_with(201, &DATE, &first);
    bench.isolate().unwrap();
    bench.network.answer_with(201, &DATE, &first);
    let params = json!({ "id": ID, "comment": "another case" });
    assert_eq!(bench.call("isolateHost", params).unwrap_err().kind(), Kind::Conflict);
}

#[test]
fn the_commands_of_a_session_must_fit_whatever_the_comment() {
    let commands = |script: &str| {
        json!({ "commands": [{ "index": 0, "commandStatus": "Created", "errors": [],
            "command": {
                "type": "RunScript", "params": [{ "key": "ScriptName", "value": script }]
            } }] })
    };
    for (members, fits) in [
        (commands("triage.ps1"), true),
        (commands("other.ps1"), false),
        (json!({ "commands": [] }), false),
        (json!({}), false),
    ] {
        let mut bench = bench().signed_in();
        let record = record("LiveResponse", json!("another's"), members);
        bench.network.answer_with(201, &DATE, &record.to_string());
        let params =
            json!({ "id": ID, "comment": "c", "parameters": { "scriptName": "triage.ps1" } });
        let answer = bench.call("runScript", params);
        assert_eq!(answer.is_ok(), fits, "{record}");
        match answer {
            Ok((outcome, _)) => assert_eq!(outcome.warnings[0].code, "comment-differs"),
            Err(error) => {
                assert_eq!((error.kind(), error.retry()), (Kind::Conflict, Retry::Unknown))
            }
        }
    }
}
