//! Tables how a read, a record change and a disruptive action handle everything that another host
//! can do to a request.
//!
//! `UPDATE_GOLDEN=1 cargo test -p host-harness --test other_hosts table` regenerates `hosts.md`:
//! review the diff.

use std::fmt::Write;
use std::path::Path;

use defender_stub::demo::WINDOWS;
use serde_json::json;
use wasmtime_wasi_http::Error;

use crate::host::{Conduct, OtherHost, Retry};

/// One action of each effect, with its request and that request's suffix.
const ACTIONS: [(&str, &str, &str); 3] = [
    ("getAgentDetails", "GET /api/machines/{id}", WINDOWS),
    ("addTag", "POST /api/machines/{id}/tags", "/tags"),
    ("isolateHost", "POST /api/machines/{id}/isolate", "/isolate"),
];

const ROWS: [(&str, Conduct, &[&str]); 16] = [
    ("DNS-error, address not available", Conduct::Refuses(crate::address_not_available), &[]),
    ("DNS-error", Conduct::Refuses(|| Error::DnsError { rcode: None, info_code: None }), &[]),
    ("destination-IP-unroutable", Conduct::Refuses(|| Error::DestinationIpUnroutable), &[]),
    ("connection-limit-reached", Conduct::Refuses(|| Error::ConnectionLimitReached), &[]),
    ("HTTP-request-length-required", Conduct::Refuses(|| Error::HttpRequestLengthRequired), &[]),
    ("loop-detected", Conduct::Refuses(|| Error::LoopDetected), &[]),
    ("`content-length` is the host's", Conduct::Honest, &["content-length"]),
    ("`user-agent` is the host's", Conduct::Honest, &["user-agent"]),
    ("`authorization` is the host's", Conduct::Honest, &["authorization"]),
    (
        "HTTP-request-body-size, nothing sent",
        Conduct::Refuses(|| Error::HttpRequestBodySize(Some(10))),
        &[],
    ),
    (
        "HTTP-request-body-size, though carried out",
        Conduct::LosesAnswer(|| Error::HttpRequestBodySize(Some(10))),
        &[],
    ),
    ("internal-error, nothing sent", Conduct::Refuses(|| Error::InternalError(None)), &[]),
    (
        "internal-error, though carried out",
        Conduct::LosesAnswer(|| Error::InternalError(None)),
        &[],
    ),
    ("the body is closed in its middle", Conduct::ClosesBody(|| Error::InternalError(None)), &[]),
    ("reads of nothing in between", Conduct::ReadsNothing(20), &[]),
    ("reads of nothing for ever", Conduct::ReadsNothingForEver, &[]),
];

async fn cell(row: usize, (action, on, end): (&'static str, &'static str, &'static str)) -> String {
    let (_, conduct, keeps) = ROWS[row];
    // Reads have no request body to close.
    if action == "getAgentDetails" && matches!(conduct, Conduct::ClosesBody(_)) {
        return "-".into();
    }
    let mut host = OtherHost::start(end, conduct, keeps).await;
    let params = match action {
        "addTag" => json!({ "id": WINDOWS, "tag": "t" }),
        "isolateHost" => json!({ "id": WINDOWS, "comment": "c" }),
        _ => json!({ "id": WINDOWS }),
    };
    let answer = host.execute(action, params).await;
    let done = match action {
        "isolateHost" => Some(!host.service.machine_actions().is_empty()),
        "addTag" => Some(host.service.with_scenario(|world| {
            let machine =
                world.machines.iter().find(|machine| machine.id == WINDOWS).expect("the machine");
            machine.machine_tags.iter().any(|tag| tag == "t")
        })),
        _ => None,
    };
    let said = match &answer {
        Ok(outcome) if outcome.job.as_ref().is_some_and(|action| action.adopted) => {
            "found and adopted".to_owned()
        }
        Ok(_) => "ok".to_owned(),
        Err(error) => {
            let retry = match error.retry {
                Retry::Never => "never",
                Retry::AfterMs(_) => "repeat",
                Retry::Unknown => "look first",
            };
            let kind = format!("{:?}", error.kind);
            format!("{}, {retry}", kind.rsplit("::").next().unwrap_or_default())
        }
    };
    let unknown = answer.as_ref().is_err_and(|error| matches!(error.retry, Retry::Unknown));
    assert!(!(answer.is_ok() && done == Some(false)), "{action} {on}: a success without an effect");
    assert!(
        !(answer.is_err() && done == Some(true) && !unknown),
        "{action} {on}: it was done, and {answer:?}"
    );
    assert!(host.service.machine_actions().len() <= 1, "{action}: done twice");
    let done = done.map_or("", |done| if done { ", done" } else { ", not done" });
    format!("{said} (sent {}{done})", host.spoilt())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_of_each_host_is_the_golden_table() {
    let mut table = String::from("| host | read | change | disrupt |\n|---|---|---|---|\n");
    let rows: Vec<_> =
        (0..ROWS.len()).map(|row| ACTIONS.map(|action| tokio::spawn(cell(row, action)))).collect();
    for (row, cells) in rows.into_iter().enumerate() {
        write!(table, "| {} |", ROWS[row].0).unwrap();
        for cell in cells {
            write!(table, " {} |", cell.await.unwrap()).unwrap();
        }
        table.push('\n');
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/other_hosts/hosts.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap_or_default(),
        table,
        "{} is not the table",
        path.display()
    );
}
