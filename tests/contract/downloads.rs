//! `downloads`: results in chunks with their digest; a truncated result is never reported as
//! complete.

use defender_stub::{FaultKind, LibraryFile, Scenario};
use host_harness::{CallError, ErrorKind};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::world::{MACHINE, TestEnv, is, plugin};

const RESULT: &str = "GET /results/{action}/{index}";

/// A stub with one script whose result has this many bytes, and the ID of an action that ran it.
async fn env_with_file(bytes: usize, settings: serde_json::Value) -> (TestEnv, String) {
    let file = LibraryFile {
        file_name: "big.sh".into(),
        raw_result: Some("0123456789".repeat(bytes / 10)),
        ..LibraryFile::default()
    };
    let env =
        TestEnv::configured(Scenario { library: vec![file], ..Scenario::default() }, settings)
            .await;
    let params = json!({ "id": MACHINE, "parameters": { "scriptName": "big.sh" } });
    let id = env.execute("runScript", params).await.unwrap().job.unwrap().id;
    env.end_of(&id).await;
    (env, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_larger_than_any_answer_comes_in_pieces_with_its_digest() {
    let (env, id) =
        env_with_file(3_000_000, json!({ "limits": { "maxResponseBytes": 1_000_000 } })).await;
    let params = json!({ "id": id }).to_string();
    let error = env.error("getActionResults", json!({ "id": id })).await;
    is(&error, ErrorKind::MalformedResponse);
    assert!(error.message.contains("downloads"), "{error:?}");

    let mut file = env.connector.open("getActionResults", &params).await.unwrap();
    assert_eq!(file.size().await.unwrap(), Some(3_000_000));
    assert!(!file.name().await.unwrap().is_empty());
    let mut all = Vec::new();
    loop {
        assert_eq!(file.sha256().await.unwrap(), None, "not before the end");
        let piece = file.read(10_000).await.unwrap();
        assert!(piece.len() <= 10_000);
        if piece.is_empty() {
            break;
        }
        all.extend(piece);
    }
    assert_eq!(all.len(), 3_000_000);
    let digest: String = Sha256::digest(&all).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(file.sha256().await.unwrap(), Some(digest));
    assert!(file.read(10).await.unwrap().is_empty(), "the end stays the end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_breaks_off_never_counts_as_whole() {
    let (env, id) = env_with_file(300_000, json!({})).await;
    env.fault(RESULT, FaultKind::Truncate { bytes: 100_000 });
    let mut file =
        env.connector.open("getActionResults", &json!({ "id": id }).to_string()).await.unwrap();
    let error = loop {
        match plugin(file.read(64_000).await) {
            Ok(piece) => assert!(!piece.is_empty(), "the end of half a file"),
            Err(error) => break error,
        }
    };
    assert!(
        matches!(error.kind, ErrorKind::Unreachable | ErrorKind::MalformedResponse),
        "{error:?}"
    );
    assert_eq!(plugin(file.read(1).await).unwrap_err().kind, error.kind, "and stays broken");
    assert_eq!(file.sha256().await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_a_file_early_leaves_the_connector_usable() {
    let (env, id) = env_with_file(300_000, json!({})).await;
    for _ in 0..3 {
        let mut file =
            env.connector.open("getActionResults", &json!({ "id": id }).to_string()).await.unwrap();
        assert!(!file.read(0).await.unwrap().is_empty(), "0 counts as 1");
        drop(file);
        env.details().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_are_checked_and_nothing_is_sent() {
    let env = TestEnv::start().await;
    let opened = env.connector.open("getActionResults", r#"{"id":".."}"#).await;
    let Err(CallError::Plugin(error)) = opened else { panic!("opened") };
    is(&error, ErrorKind::InvalidParams);
    assert!(env.service().ledger().is_empty());
}
