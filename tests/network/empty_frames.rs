//! Empty frames within a body, which HTTP/2 allows anywhere, do not end it.

use defender_stub::{Fault, FaultKind, LibraryFile, Scenario};
use serde_json::json;

use crate::world::{MACHINE, TestEnv};

const LIST: &str = "GET /api/machines";
const DETAILS: &str = "GET /api/machines/{id}";
const RESULT: &str = "GET /results/{action}/{index}";

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_with_empty_frames_in_it_is_whole() {
    let env = TestEnv::start().await;
    let expected = env.data("getAgentList", json!({})).await;
    env.fault(LIST, FaultKind::Oversize { bytes: 2_000_000 });
    env.fault(LIST, FaultKind::EmptyFrames { bytes: 100_000 });
    let outcome = env.execute("getAgentList", json!({})).await.unwrap();
    assert!(outcome.usage.response_bytes >= 2_000_000, "{} bytes", outcome.usage.response_bytes);
    let list: serde_json::Value = serde_json::from_str(&outcome.data).unwrap();
    assert_eq!(list["value"], expected["value"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_with_empty_frames_in_it_keeps_its_code() {
    let env = TestEnv::start().await;
    let body =
        json!({ "error": { "code": "InvalidInput", "message": "m", "target": "t" } }).to_string();
    env.fault(DETAILS, FaultKind::Status { status: 400, headers: vec![], body });
    env.fault(DETAILS, FaultKind::EmptyFrames { bytes: 7 });
    let error = env.error("getAgentDetails", json!({ "id": MACHINE })).await;
    assert_eq!((error.status, error.code.as_deref()), (Some(400), Some("InvalidInput")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_empty_frames_in_it_is_whole() {
    let content = "0123456789".repeat(200_000);
    let file = LibraryFile {
        file_name: "b.sh".into(),
        raw_result: Some(content.clone()),
        ..LibraryFile::default()
    };
    let env = TestEnv::with(Scenario { library: vec![file], ..Scenario::default() }).await;
    let params = json!({ "id": MACHINE, "parameters": { "scriptName": "b.sh" } });
    let id = env.execute("runScript", params).await.unwrap().job.unwrap().id;
    env.end_of(&id).await;
    env.service().add_fault(Fault::new(RESULT, FaultKind::EmptyFrames { bytes: 100_000 }).always());
    let mut file =
        env.connector.open("getActionResults", &json!({ "id": id }).to_string()).await.unwrap();
    assert_eq!(file.size().await.unwrap(), None, "no length is announced");
    let mut all = Vec::new();
    loop {
        match file.read(64_000).await.unwrap() {
            piece if piece.is_empty() => break,
            piece => all.extend(piece),
        }
    }
    assert!(all == content.as_bytes(), "{} bytes", all.len());
    assert!(file.sha256().await.unwrap().is_some());
}
