//! A table of the result of each fault of the stub for a read, a change of a record and a
//! disruptive action.
//!
//! `UPDATE_GOLDEN=1 cargo test fault_table` regenerates `tests/faults.md`: review the diff.

use std::fmt::Write;

use defender_stub::{DateForm, Fault, FaultKind, GatewayPage, Scenario};
use host_harness::{ErrorKind, Retry};
use serde_json::{Map, Value, json};

use crate::world::golden::golden;
use crate::world::{MACHINE, TestEnv};

/// One action of each effect, and its request.
const ACTIONS: [(&str, &str); 3] = [
    ("getAgentDetails", "GET /api/machines/{id}"),
    ("addTag", "POST /api/machines/{id}/tags"),
    ("isolateHost", "POST /api/machines/{id}/isolate"),
];

fn faults() -> Vec<(&'static str, Fault)> {
    let fault = |kind: FaultKind| Fault::new("", kind).always();
    let status = |status: u16| FaultKind::Status { status, headers: vec![], body: String::new() };
    // As API management writes it.
    let gateway = |status: u16| {
        let body = json!({
            "statusCode": status, "message": "Rate limit is exceeded. Try again in 1 seconds."
        });
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        FaultKind::Status { status, headers, body: body.to_string() }
    };
    let throttle =
        |retry_after| FaultKind::Throttle { retry_after, code: "TooManyRequests".into() };
    let elsewhere =
        || FaultKind::Redirect { location: "https://elsewhere.example/".into(), status: 307 };
    vec![
        ("status 400", fault(status(400))),
        ("status 403", fault(status(403))),
        ("status 408", fault(status(408))),
        ("status 409", fault(status(409))),
        ("status 410", fault(status(410))),
        ("status 500", fault(status(500))),
        ("status 503", fault(status(503))),
        ("status 503, though carried out", fault(status(503)).carried_out()),
        ("status 200 with nothing", fault(status(200))),
        ("html 502", fault(FaultKind::Html { status: 502 })),
        ("html 403", fault(FaultKind::Html { status: 403 })),
        ("page: an application firewall's, status 200", fault(page(GatewayPage::Rejected, 200))),
        (
            "page: an application firewall's, though carried out",
            fault(page(GatewayPage::Rejected, 200)).carried_out(),
        ),
        ("page: a web proxy's sign-in, status 200", fault(page(GatewayPage::SignIn, 200))),
        ("page: a web proxy's refusal", fault(page(GatewayPage::Blocked, 403))),
        (
            "apiManagement 404",
            fault(FaultKind::ApiManagement { status: 404, message: "Resource not found".into() }),
        ),
        ("empty 504", fault(FaultKind::Empty { status: 504 })),
        ("html 401, though carried out", fault(FaultKind::Html { status: 401 }).carried_out()),
        ("html 403, though carried out", fault(FaultKind::Html { status: 403 }).carried_out()),
        ("html 429, though carried out", fault(FaultKind::Html { status: 429 }).carried_out()),
        ("empty 401, though carried out", fault(FaultKind::Empty { status: 401 }).carried_out()),
        ("empty 403, though carried out", fault(FaultKind::Empty { status: 403 }).carried_out()),
        ("empty 429, though carried out", fault(FaultKind::Empty { status: 429 }).carried_out()),
        ("a gateway's JSON 401, though carried out", fault(gateway(401)).carried_out()),
        ("a gateway's JSON 403, though carried out", fault(gateway(403)).carried_out()),
        ("a gateway's JSON 429, though carried out", fault(gateway(429)).carried_out()),
        ("throttle once, 1 s", Fault::new("", throttle(Some(1)))),
        ("throttle, 1 hour", fault(throttle(Some(3600)))),
        ("throttle, no time said", fault(throttle(None))),
        ("unauthorized once", Fault::new("", FaultKind::Unauthorized)),
        ("unauthorized", fault(FaultKind::Unauthorized)),
        ("notFound", fault(FaultKind::NotFound)),
        ("redirect", fault(elsewhere())),
        ("resetBefore", fault(FaultKind::ResetBefore)),
        ("delay, longer than the deadline", fault(FaultKind::Delay { ms: 2500 })),
        ("resetAfter", fault(FaultKind::ResetAfter)),
        ("truncate", fault(FaultKind::Truncate { bytes: 10 })),
        ("garbage", fault(FaultKind::Garbage { text: "this is not JSON".into() })),
        ("bytes", fault(FaultKind::Bytes { bytes: vec![0xff; 20] })),
        ("oversize", fault(FaultKind::Oversize { bytes: 20_000 })),
        ("gzip", fault(FaultKind::Gzip)),
        ("endless", fault(FaultKind::Endless)),
        ("slowBody, longer than the timeout", fault(FaultKind::SlowBody { ms: 2500 })),
        ("emptyFrames", fault(FaultKind::EmptyFrames { bytes: 50 })),
        ("partial", fault(FaultKind::Partial { bytes: 20 })),
        (
            "replace: half a surrogate pair in the comment",
            fault(replace("Comment\":\"", "Comment\":\"\\ud83d")),
        ),
        ("replace: a byte order mark", fault(replace("", "\u{feff}"))),
        ("strayByte in a text", fault(FaultKind::StrayByte { after: "\":\"".into(), byte: 0xe9 })),
        ("edit: no type", fault(without("/type"))),
        ("edit: no machine", fault(without("/machineId"))),
        ("header: no Date", fault(FaultKind::Header { name: "date".into(), value: None })),
        (
            "date a week behind",
            fault(FaultKind::Date { seconds: -7 * 86_400, form: DateForm::Preferred }),
        ),
        ("date in an obsolete form", fault(FaultKind::Date { seconds: 0, form: DateForm::Rfc850 })),
        ("twice by a proxy", fault(FaultKind::Twice)),
        (
            "byAnother",
            fault(FaultKind::ByAnother { requestor: "another".into(), source: "PublicApi".into() }),
        ),
        ("status 429 of a gateway, though carried out", fault(status(429)).carried_out()),
    ]
}

fn page(page: GatewayPage, status: u16) -> FaultKind {
    FaultKind::Page { page, status }
}

fn replace(find: &str, with: &str) -> FaultKind {
    FaultKind::Replace { find: find.into(), with: with.into() }
}

fn without(at: &str) -> FaultKind {
    FaultKind::Edit { at: at.into(), to: Value::Null, remove: true, only: Map::default() }
}

/// Faults of sign-in, and faults of lists, which `complete_lists` and `machine_names` cover.
const ELSEWHERE: [&str; 3] = ["endlessPages", "cutShort", "entra"];

#[test]
fn every_kind_of_fault_is_in_the_table() {
    let faults = faults();
    for name in FaultKind::NAMES {
        let there =
            faults.iter().any(|(_, fault)| fault.kind.name() == *name) || ELSEWHERE.contains(name);
        assert!(there, "{name} is not in the table");
    }
}

/// The result of one action under one fault: the outcome, how often its request was sent, and
/// whether it was carried out.
async fn cell(action: &'static str, on: &'static str, fault: Fault) -> String {
    let limits = json!({
        "callTimeoutSeconds": 10, "responseTimeoutSeconds": 1, "readTimeoutSeconds": 1,
        "maxRetries": 1,
        "maxResponseBytes": 10_000, "budgetPercent": 0,
    });
    let env = TestEnv::configured(Scenario::default(), json!({ "limits": limits })).await;
    // Some change only the record of one action.
    env.allow_unmatched_faults();
    env.details().await.unwrap();
    let params = json!({ "id": MACHINE, "comment": "c" });
    let params = if action == "addTag" { json!({ "id": MACHINE, "tag": "t" }) } else { params };
    let params = if action == "getAgentDetails" { json!({ "id": MACHINE }) } else { params };
    env.service().clear_ledger();
    env.service().add_fault(Fault { on: on.to_owned(), ..fault });
    let answer = env.execute(action, params).await;
    let sent = env.service().sent(on);
    env.service().clear_faults();
    let done = match action {
        "isolateHost" => Some(!env.service().machine_actions().is_empty()),
        "addTag" => {
            let data = env.data("getAgentDetails", json!({ "id": MACHINE })).await;
            Some(
                data["machineTags"].as_array().is_some_and(|tags| tags.contains(&Value::from("t"))),
            )
        }
        _ => None,
    };
    let result = match &answer {
        Ok(outcome) if outcome.job.as_ref().is_some_and(|action| action.adopted) => {
            "found and adopted".into()
        }
        Ok(_) => "ok".to_owned(),
        Err(error) => {
            let retry = match error.retry {
                Retry::Never => "never",
                Retry::After(_) => "repeat",
                Retry::Unknown => "look first",
            };
            format!("{}, {retry}", kind(error.kind))
        }
    };
    let unknown = answer.as_ref().is_err_and(|error| matches!(error.retry, Retry::Unknown));
    let is_disrupt = action == "isolateHost";
    assert!(
        !(is_disrupt && answer.is_ok() && done == Some(false)),
        "{action} {on}: a success without proof"
    );
    assert!(
        !(answer.is_err() && done == Some(true) && !unknown),
        "{action} {on}: it was done, and {answer:?}"
    );
    assert!(!is_disrupt || env.service().machine_actions().len() <= 1, "{action}: done twice");
    let done = match done {
        None => "",
        Some(true) => ", done",
        Some(false) => ", not done",
    };
    format!("{result} (sent {sent}{done})")
}

fn kind(kind: ErrorKind) -> String {
    let name = format!("{kind:?}");
    name.rsplit("::").next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_of_each_fault_is_the_golden_table() {
    let mut rows = Vec::new();
    for (name, fault) in faults() {
        let cells = ACTIONS.map(|(action, on)| tokio::spawn(cell(action, on, fault.clone())));
        rows.push((name, cells));
    }
    let mut table = String::from("| fault | read | change | disrupt |\n|---|---|---|---|\n");
    for (name, cells) in rows {
        write!(table, "| {name} |").unwrap();
        for cell in cells {
            write!(table, " {} |", cell.await.unwrap()).unwrap();
        }
        table.push('\n');
    }
    golden("tests/faults.md", None, &table);
}
