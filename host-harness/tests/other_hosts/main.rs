//! Runs the component in a different host, to test its handling of error codes, headers and
//! streams.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that panics fails, which is what it is for"
)]

mod host;
mod table;

use std::time::{Duration, Instant};

use defender_stub::demo::WINDOWS;
use defender_stub::{Fault, FaultKind, LibraryFile};
use serde_json::{Value, json};
use wasmtime_wasi_http::Error;

use host::{Conduct, ErrorKind, OtherHost, PluginError, Retry};

const ISOLATE: &str = "/isolate";

async fn isolate(host: &mut OtherHost) -> Result<host::Outcome, PluginError> {
    host.execute("isolateHost", json!({ "id": WINDOWS, "comment": "case 1042" })).await
}

fn address_not_available() -> Error {
    Error::DnsError { rcode: Some("address not available".into()), info_code: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dns_error_that_is_none_does_not_say_that_the_name_is_unknown() {
    // As wasmtime derives it from the operating system's error, and as a plain code.
    for code in [
        || Error::Connect(std::io::ErrorKind::AddrNotAvailable.into()),
        address_not_available,
        || Error::DestinationNotFound,
    ] {
        let mut host = OtherHost::start(ISOLATE, Conduct::Refuses(code), &[]).await;
        let error = isolate(&mut host).await.unwrap_err();
        assert_eq!(
            (error.kind, host.spoilt()),
            (ErrorKind::Unreachable, 2),
            "nothing was sent: {error:?}"
        );
        assert!(
            matches!(error.retry, Retry::AfterMs(_)) && error.message.contains("nothing was sent"),
            "{error:?}"
        );
        assert!(!error.message.contains("resolved"), "{error:?}");
    }
    for (rcode, info_code) in [(None, None), (Some("NXDOMAIN".to_owned()), Some(3))] {
        let code = if rcode.is_none() {
            || Error::DnsError { rcode: None, info_code: None }
        } else {
            || Error::DnsError { rcode: Some("NXDOMAIN".into()), info_code: Some(3) }
        };
        let mut host = OtherHost::start(ISOLATE, Conduct::Refuses(code), &[]).await;
        let error = isolate(&mut host).await.unwrap_err();
        assert!(
            error.message.contains("the name could not be resolved"),
            "{rcode:?} {info_code:?}: {error:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operating_system_refuses_was_not_sent() {
    for code in [
        || Error::Connect(std::io::ErrorKind::NetworkUnreachable.into()),
        || Error::Connect(std::io::ErrorKind::PermissionDenied.into()),
        || Error::Connect(std::io::Error::other("Too many open files (os error 24)")),
        || Error::DestinationIpUnroutable,
        || Error::ConnectionLimitReached,
    ] {
        let mut host = OtherHost::start(ISOLATE, Conduct::Refuses(code), &[]).await;
        let error = isolate(&mut host).await.unwrap_err();
        assert_eq!((error.kind, host.spoilt()), (ErrorKind::Unreachable, 2), "{error:?}");
        assert!(
            error.message.contains("no connection could be made; nothing was sent"),
            "{error:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_the_answer_does_not_depend_on_are_left_to_the_host() {
    let keeps: [&[&str]; 3] = [
        &["content-length"],
        &["accept", "accept-encoding", "user-agent"],
        &["content-length", "accept", "accept-encoding", "user-agent"],
    ];
    for keeps in keeps {
        let mut host = OtherHost::start(ISOLATE, Conduct::Honest, keeps).await;
        isolate(&mut host).await.unwrap();
        let ledger = host.service.ledger();
        assert!(
            ledger.iter().all(|entry| keeps.iter().all(|name| entry.header(name).is_none())),
            "{keeps:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_the_host_keeps_is_named() {
    for (keeps, name) in [
        (&["authorization"] as &[&str], "authorization"),
        (&["content-type"], "content-type"),
        (&["content-length", "user-agent", "authorization"], "authorization"),
    ] {
        let mut host = OtherHost::start("", Conduct::Honest, keeps).await;
        let error = isolate(&mut host).await.unwrap_err();
        assert_eq!((error.kind, error.retry), (ErrorKind::Denied, Retry::Never), "{error:?}");
        assert!(error.message.contains(&format!("the header `{name}`")), "{error:?}");
        assert_eq!(host.service.sent("POST /api/machines/{id}/isolate"), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_body_the_host_closed_may_have_been_sent() {
    for code in [
        || Error::HttpRequestBodySize(Some(10)),
        || Error::InternalError(Some("short body".into())),
    ] {
        let mut host = OtherHost::start(ISOLATE, Conduct::ClosesBody(code), &[]).await;
        let error = isolate(&mut host).await.unwrap_err();
        assert_eq!((error.retry, host.spoilt()), (Retry::Unknown, 1), "{error:?}");
        assert!(host.service.sent("GET /api/machineactions") > 0, "it is looked for");
        assert!(host.service.machine_actions().is_empty());

        let mut host = OtherHost::start(ISOLATE, Conduct::LosesAnswer(code), &[]).await;
        let outcome = isolate(&mut host).await.unwrap();
        assert!(outcome.job.unwrap().adopted);
        assert_eq!((host.spoilt(), host.service.machine_actions().len()), (1, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_of_nothing_is_not_the_end() {
    let mut host = OtherHost::start("/api/machines", Conduct::ReadsNothing(300_000), &[]).await;
    host.service
        .add_fault(Fault::new("GET /api/machines", FaultKind::Oversize { bytes: 2_000_000 }));
    let list: Value =
        serde_json::from_str(&host.execute("getAgentList", json!({})).await.unwrap().data).unwrap();
    assert!(list["value"].as_array().unwrap().len() > 1);

    let mut host = OtherHost::start(WINDOWS, Conduct::ReadsNothing(7), &[]).await;
    let body =
        json!({ "error": { "code": "InvalidInput", "message": "m", "target": "t" } }).to_string();
    let refused = FaultKind::Status { status: 400, headers: vec![], body };
    host.service.add_fault(Fault::new("GET /api/machines/{id}", refused));
    let error = host.execute("getAgentDetails", json!({ "id": WINDOWS })).await.unwrap_err();
    assert_eq!((error.status, error.code.as_deref()), (Some(400), Some("InvalidInput")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_reads_of_nothing_in_it_is_whole() {
    let content = "0123456789".repeat(200_000);
    let mut host = OtherHost::start("/0", Conduct::ReadsNothing(300_000), &[]).await;
    let file = LibraryFile {
        file_name: "b.sh".into(),
        raw_result: Some(content.clone()),
        ..LibraryFile::default()
    };
    host.service.with_scenario(|world| world.library = vec![file]);
    let script = json!({ "id": WINDOWS, "comment": "c", "parameters": { "scriptName": "b.sh" } });
    let id = host.execute("runScript", script).await.unwrap().job.unwrap().id;
    host.service.advance(Duration::from_secs(60));
    host.execute("getActions", json!({ "id": id })).await.unwrap();
    let all = host.download("getActionResults", json!({ "id": id })).await.unwrap();
    assert!(host.spoilt() > 0 && all == content.as_bytes(), "{} bytes", all.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_of_nothing_for_ever_end_by_the_time_and_not_by_spinning() {
    let mut host = OtherHost::start(WINDOWS, Conduct::ReadsNothingForEver, &[]).await;
    let began = Instant::now();
    let error = host.execute("getAgentDetails", json!({ "id": WINDOWS })).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::TimedOut, "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
    assert!(host.frames() < 1000, "{} frames", host.frames());
}
