//! The live response library: uploads, listing and deletion.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use defender_stub::{Fault, FaultKind};
use host_harness::ErrorKind;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::world::{TestEnv, details, is, pointers};

const UPLOAD: &str = "POST /api/libraryfiles";

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn text_and_bytes_arrive_as_they_are() {
    let env = TestEnv::start().await;
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let text = "Write-Output 'grüße'\r\n--boundary\r\n";
    for (params, content) in [
        (json!({ "fileName": "text.ps1", "content": text }), text.as_bytes()),
        (
            json!({ "fileName": "tool.bin", "contentBase64": STANDARD.encode(&bytes) }),
            bytes.as_slice(),
        ),
    ] {
        let mut params = params;
        params["description"] = json!("Says \"hello\"");
        params["hasParameters"] = json!(true);
        params["parametersDescription"] = json!("-Name <text>");
        let file = env.data("uploadLibraryFile", params.clone()).await;
        assert_eq!(
            (&file["fileName"], &file["sha256"]),
            (&params["fileName"], &json!(sha256(content)))
        );
        assert_eq!(
            (&file["description"], &file["hasParameters"]),
            (&json!("Says \"hello\""), &json!(true))
        );
        assert_eq!(file["parametersDescription"], "-Name <text>");
    }
    let ledger = env.service().ledger();
    let last = ledger.last().unwrap();
    assert!(
        last.header("content-type").unwrap().starts_with("multipart/form-data; boundary="),
        "{last:?}"
    );
    let list = env.data("getLibraryFiles", json!({})).await.to_string();
    assert!(list.contains("text.ps1") && list.contains("tool.bin"));
    env.data("deleteLibraryFile", json!({ "fileName": "text.ps1" })).await;
    is(
        &env.error("deleteLibraryFile", json!({ "fileName": "text.ps1" })).await,
        ErrorKind::NotFound,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_replaced_only_if_that_is_asked_for() {
    let env = TestEnv::start().await;
    let mut params = json!({ "fileName": "triage.ps1", "content": "new" });
    let error = env.error("uploadLibraryFile", params.clone()).await;
    assert_eq!((error.kind, error.status), (ErrorKind::Rejected, Some(400)));
    params["overrideIfExists"] = json!(true);
    assert_eq!(env.data("uploadLibraryFile", params).await["sha256"], sha256(b"new"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_file_is_refused_before_anything_is_sent() {
    let env = TestEnv::start().await;
    let large = "x".repeat(20 * 1024 * 1024 + 1);
    for (params, pointer) in [
        (json!({ "fileName": "a:b.ps1", "content": "x" }), "/fileName"),
        (json!({ "fileName": "../a.ps1", "content": "x" }), "/fileName"),
        (json!({ "fileName": "a.ps1", "contentBase64": "AAA" }), "/contentBase64"),
        (json!({ "fileName": "a.ps1", "contentBase64": "?" }), "/contentBase64"),
        (json!({ "fileName": "a.ps1", "content": large }), "/content"),
        (json!({ "fileName": "a.ps1", "content": "ü".repeat(11 * 1024 * 1024) }), ""),
        (json!({ "fileName": "a.ps1", "content": "x", "contentBase64": "AAAA" }), ""),
        (json!({ "fileName": "a.ps1" }), ""),
    ] {
        let error = env.error("uploadLibraryFile", params).await;
        is(&error, ErrorKind::InvalidParams);
        assert_eq!(pointers(&error), [pointer], "{error:?}");
        assert!(error.message.len() < 500, "{}", error.message.len());
    }
    assert!(env.service().ledger().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_file_that_the_service_takes_is_taken() {
    let env = TestEnv::start().await;
    let bytes = vec![0xa5_u8; 20 * 1024 * 1024];
    let params = json!({ "fileName": "large.bin", "contentBase64": STANDARD.encode(&bytes) });
    assert_eq!(env.data("uploadLibraryFile", params).await["sha256"], sha256(&bytes));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_looked_up_and_another_digest_is_no_success() {
    let env = TestEnv::start().await;
    let params = json!({ "fileName": "lost.ps1", "content": "x" });
    env.fault(UPLOAD, FaultKind::ResetAfter);
    assert_eq!(env.data("uploadLibraryFile", params.clone()).await["fileName"], "lost.ps1");
    assert_eq!(env.service().sent(UPLOAD), 1);
    let other = json!({ "fileName": "lost.ps1", "sha256": "0".repeat(64) }).to_string();
    env.fault(UPLOAD, FaultKind::Status { status: 200, headers: vec![], body: other });
    is(&env.error("uploadLibraryFile", params.clone()).await, ErrorKind::ActionFailed);
    // A request that was not carried out has no effect.
    env.service().add_fault(Fault::new(UPLOAD, FaultKind::Html { status: 502 }));
    let params = json!({ "fileName": "never.ps1", "content": "x" });
    let error = env.error("uploadLibraryFile", params).await;
    assert_eq!((error.kind, error.retry), (ErrorKind::Unavailable, host_harness::Retry::Unknown));
    assert_eq!(details(&error), Value::Null);
}
