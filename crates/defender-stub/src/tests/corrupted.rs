//! Responses to requests that were carried out, but whose content cannot be trusted.

use super::super::{DateForm, Duplicate, EndsAs, Fault, FaultKind};
use super::*;

const ISOLATE: &str = "POST /api/machines/{id}/isolate";
const ACTIONS: &str = "GET /api/machineactions";

fn client(faults: impl IntoIterator<Item = (&'static str, FaultKind)>) -> Client {
    let client = Client::new(Scenario::default());
    faults
        .into_iter()
        .for_each(|(on, kind)| client.service.add_fault(Fault::new(on, kind).always()));
    client
}

fn replace(find: &str, with: &str) -> FaultKind {
    FaultKind::Replace { find: find.to_owned(), with: with.to_owned() }
}

fn edit(at: &str, to: Value, remove: bool) -> FaultKind {
    FaultKind::Edit {
        at: at.to_owned(),
        to,
        remove,
        only: [("type".to_owned(), json!("Isolate"))].into_iter().collect(),
    }
}

#[test]
fn texts_in_a_body_can_be_what_no_writer_of_json_makes() {
    let half = client([(ISOLATE, replace("case 1", "case \\ud83d"))]).isolate(demo::WINDOWS);
    let text = String::from_utf8(half.body.clone()).unwrap();
    assert!(
        text.contains(r#""requestorComment":"case \ud83d""#) && half.json_body().is_none(),
        "{text}"
    );
    let twice = client([(ISOLATE, replace("\"status\":", "\"status\":\"Succeeded\",\"status\":"))]);
    let text = String::from_utf8(twice.isolate(demo::WINDOWS).body).unwrap();
    assert_eq!(text.matches("\"status\":").count(), 2, "{text}");
    let marked = client([(ISOLATE, replace("", "\u{feff}"))]).isolate(demo::WINDOWS);
    assert_eq!((&marked.body[..4], marked.status), (&b"\xef\xbb\xbf{"[..], 201));
}

#[test]
fn records_can_lack_members_or_have_others() {
    let client = client([
        (ISOLATE, edit("/machineId", Value::Null, true)),
        (ACTIONS, edit("/creationDateTimeUtc", Value::Null, false)),
        (ACTIONS, edit("/nowhere/else", json!(1), false)),
    ]);
    let answered = body(&client.isolate(demo::WINDOWS));
    assert!(answered.get("machineId").is_none() && answered["type"] == "Isolate", "{answered}");
    let path = format!("/api/machines/{}/unisolate", demo::MAC);
    client.post(&path, &json!({ "Comment": "c" }));
    let listed = body(&client.get("/api/machineactions"));
    assert_eq!(listed["value"][1]["creationDateTimeUtc"], Value::Null);
    assert!(listed["value"][0]["creationDateTimeUtc"].is_string(), "of another type: {listed}");
}

#[test]
fn dates_can_be_wrong_old_fashioned_or_missing() {
    let shown = |kind: FaultKind| {
        client([(ISOLATE, kind)]).isolate(demo::WINDOWS).header("date").map(str::to_owned)
    };
    let date = |seconds, form| shown(FaultKind::Date { seconds, form }).unwrap();
    let form = |text: &str| -> String {
        text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
    };
    assert!(form(&date(0, DateForm::Rfc850)).ends_with("-00 00:00:00 GMT"));
    assert!(form(&date(0, DateForm::Asctime)).ends_with(" 00:00:00 0000"));
    assert!(form(&date(-7 * 86_400, DateForm::Preferred)).ends_with(" 0000 00:00:00 GMT"));
    assert_eq!(shown(FaultKind::Header { name: "Date".to_owned(), value: None }), None);
    let header = FaultKind::Header { name: "X-Way".to_owned(), value: Some("proxy".to_owned()) };
    let reply = client([(ISOLATE, header)]).isolate(demo::WINDOWS);
    assert_eq!(
        (reply.header("x-way"), reply.headers.iter().filter(|(name, _)| name == "date").count()),
        (Some("proxy"), 1)
    );
}

#[test]
fn a_part_can_come_instead_of_the_whole() {
    let reply = client([(ACTIONS, FaultKind::Partial { bytes: 10 })]).get("/api/machineactions");
    assert_eq!((reply.status, reply.body.len()), (206, 10));
    assert!(reply.header("content-range").unwrap().starts_with("bytes 0-9/"), "{reply:?}");
    let all = FaultKind::Partial { bytes: 1_000_000 };
    let reply = client([(ACTIONS, all)]).get("/api/machineactions");
    let (sent, claimed) =
        (reply.body.len(), reply.header("content-range").unwrap().rsplit_once('/').unwrap().1);
    assert_eq!(claimed, (sent + 1).to_string());
}

#[test]
fn lists_can_be_cut_short_and_say_so() {
    let kind = FaultKind::CutShort { records: 2, next_link: true, count: true };
    let client = client([("GET /api/machines", kind)]);
    let mut link = format!("{API}/api/machines?$top=1000");
    let mut seen = 0;
    loop {
        let page = body(&client.service.answer(&client.with_token(Request::new("GET", &link))));
        seen += page["value"].as_array().unwrap().len();
        let Some(next) = page["@odata.nextLink"].as_str() else { break };
        assert!(page["@odata.count"].as_u64().unwrap() > 2, "{page}");
        link = next.to_owned();
    }
    assert_eq!(seen, demo::machines().len());
}

#[test]
fn a_body_can_come_late_behind_its_head() {
    let reply =
        client([(ACTIONS, FaultKind::SlowBody { ms: 7 }), (ACTIONS, FaultKind::Delay { ms: 5 })]);
    let reply = reply.get("/api/machineactions");
    assert_eq!((reply.delay.as_millis(), reply.body_delay.as_millis(), reply.status), (5, 7, 200));
}

#[test]
fn what_had_ended_can_be_answered_again() {
    let client =
        Client::new(Scenario { duplicate_isolate: Duplicate::ReturnEnded, ..Scenario::default() });
    let first = body(&client.isolate(demo::WINDOWS));
    client.service.advance(std::time::Duration::from_secs(600));
    let reply = client.isolate(demo::WINDOWS);
    let again = body(&reply);
    assert_eq!(
        (reply.status, &again["id"], &again["status"]),
        (200, &first["id"], &json!("Succeeded"))
    );
    let made: Vec<usize> = client.service.ledger().iter().map(|entry| entry.made.len()).collect();
    assert_eq!(made, [0, 1, 0]);
}

#[test]
fn a_proxy_can_send_on_twice() {
    let one = client([(ISOLATE, FaultKind::Twice)]);
    assert_eq!(refusal(&one.isolate(demo::WINDOWS)), refused(400, "ActiveRequestAlreadyExists"));
    let ledger = one.service.ledger();
    assert_eq!(
        (ledger.len(), ledger[1].made.len(), one.service.machine_actions().len()),
        (2, 1, 1)
    );
    let quick =
        Client::new(Scenario { pending_seconds: 0.0, running_seconds: 0.0, ..Scenario::default() });
    quick.service.add_fault(Fault::new(ISOLATE, FaultKind::Twice));
    quick.service.add_fault(Fault::new(ISOLATE, FaultKind::Html { status: 429 }).carried_out());
    assert_eq!(quick.isolate(demo::WINDOWS).status, 429);
    let entry = quick.service.ledger().pop().unwrap();
    assert_eq!((entry.made.len(), entry.faults), (2, vec!["twice", "html"]));
}

#[test]
fn another_requestor_can_do_the_same() {
    let kind =
        FaultKind::ByAnother { requestor: "other-app".to_owned(), source: "PublicApi".to_owned() };
    let client = client([(ISOLATE, kind), (ISOLATE, FaultKind::ResetAfter)]);
    client.isolate(demo::WINDOWS);
    let action = client.service.machine_actions().remove(0);
    assert_eq!(
        (&action["requestor"], &action["requestorComment"]),
        (&json!("other-app"), &json!("case 1"))
    );
    assert!(client.service.ledger()[1].made.is_empty());
    let order = json!({
        "Comment": "c",
        "Commands": [
            { "type": "RunScript", "params": [{ "key": "ScriptName", "value": "triage.ps1" }] }
        ]
    });
    let reply = client.service.request_by_another(
        "a@b.example",
        "Portal",
        demo::MAC,
        "runliveresponse",
        &order,
    );
    let action = body(&reply);
    assert_eq!(
        (reply.status, &action["requestSource"], &action["requestor"]),
        (201, &json!("Portal"), &json!("a@b.example"))
    );
    assert_eq!(client.service.ledger().len(), 2);
}

#[test]
fn records_can_end_as_what_nobody_asked_for() {
    let ends_as = vec![
        EndsAs {
            kind: Some("LiveResponse".to_owned()),
            commands: Some(1),
            script: Some("other.ps1".to_owned()),
            ..EndsAs::default()
        },
        EndsAs {
            becomes_type: Some("Unisolate".to_owned()),
            becomes_machine: Some(demo::MAC.to_owned()),
            ..EndsAs::default()
        },
    ];
    let client = Client::new(Scenario {
        ends_as,
        requestor_name: Some("Our app".to_owned()),
        ..Scenario::default()
    });
    let commands = json!([
        { "type": "RunScript", "params": [{ "key": "ScriptName", "value": "triage.ps1" }] },
        { "type": "GetFile", "params": [{ "key": "Path", "value": "C:\\Windows\\Temp\\out.txt" }] },
    ]);
    let path = format!("/api/machines/{}/runliveresponse", demo::WINDOWS);
    let begun = body(&client.post(&path, &json!({ "Comment": "c", "Commands": commands })));
    assert_eq!(
        (begun["commands"].as_array().unwrap().len(), &begun["requestor"]),
        (2, &json!("Our app"))
    );
    client.isolate(demo::LINUX);
    client.service.advance(std::time::Duration::from_secs(60));
    let [session, isolation] = &client.service.machine_actions()[..] else { panic!("two actions") };
    assert_eq!(session["commands"].as_array().unwrap().len(), 1);
    assert_eq!(session["commands"][0]["command"]["params"][0]["value"], "other.ps1");
    assert_eq!(
        (&isolation["type"], &isolation["machineId"]),
        (&json!("Unisolate"), &json!(demo::MAC))
    );
}

#[test]
fn spoilt_answers_can_be_written_in_a_scenario() {
    let text = json!({
        "endsAs": [{ "type": "LiveResponse", "commands": 0 }], "requestorName": "Our app",
        "commentRewrites": [
            "trim", { "cut": { "at": 100 } }, { "append": { "text": " (via portal)" } }
        ],
        "faults": [
            { "on": "*", "kind": { "replace": { "find": "a", "with": "\\ud83d" } } },
            {
                "on": "*",
                "kind": {
                    "edit": { "at": "/commands", "to": [], "only": { "status": "Succeeded" } }
                }
            },
            { "on": "*", "kind": { "edit": { "at": "/type", "remove": true } } },
            { "on": "*", "kind": { "header": { "name": "date" } } },
            { "on": "*", "kind": { "date": { "seconds": -604800, "form": "rfc850" } } },
            { "on": "*", "kind": { "slowBody": { "ms": 9000 } } },
            { "on": "*", "kind": { "partial": { "bytes": 100 } } },
            { "on": "*", "kind": { "cutShort": { "records": 1, "nextLink": true } } },
            { "on": "*", "kind": "twice" },
            { "on": "*", "kind": { "byAnother": { "requestor": "x" } } },
            {
                "on": "*", "carriedOut": true,
                "kind": { "status": { "status": 429, "body": "<html>" } }
            },
        ],
    });
    let scenario: Scenario = serde_json::from_value(text).unwrap();
    assert_eq!((scenario.faults.len(), scenario.comment_rewrites.len()), (11, 3));
}
