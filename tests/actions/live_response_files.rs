//! Files of live response: from a machine, from the library's scripts, and packages.

use std::io::Write;

use defender_stub::demo::WINDOWS;
use defender_stub::{FaultKind, LibraryFile, Scenario};
use flate2::Compression;
use flate2::write::GzEncoder;
use host_harness::{CallError, Connector, ErrorKind};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::live_response_session::{RESULT, quick, wait};
use crate::world::{TestEnv, details, is, plugin};

/// A file from a connector: its name, bytes and reported digest.
async fn fetch(
    connector: &Connector,
    action: &str,
    params: Value,
) -> Result<(String, Vec<u8>, String), CallError> {
    let mut file = connector.open(action, &params.to_string()).await?;
    let (name, mut bytes) = (file.name().await?, Vec::new());
    loop {
        let piece = file.read(1000).await?;
        if piece.is_empty() {
            break;
        }
        bytes.extend(piece);
    }
    let digest = file.sha256().await?.unwrap();
    assert_eq!(
        digest,
        Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    );
    Ok((name, bytes, digest))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_fetched_from_a_machine_in_one_go_and_unwrapped() {
    let env = TestEnv::with(quick()).await;
    let params = json!({
        "host": { "computerDnsName": "ws-ops-014" }, "comment": "c",
        "path": "C:\\Windows\\Temp\\out.txt", "wait": wait()
    });
    let (name, bytes, _) = fetch(&env.connector, "getFile", params.clone()).await.unwrap();
    assert_eq!(
        (name.as_str(), bytes.as_slice()),
        ("out.txt", b"collected evidence\r\n".as_slice())
    );
    assert_eq!(env.service().sent("POST /api/machines/{id}/runliveresponse"), 1);
    // Paths that cannot be a file.
    for (action, change) in
        [("getFile", json!({ "dryRun": true })), ("getFile", json!({ "path": "C:\\none" }))]
    {
        let mut params = params.clone();
        for (name, value) in change.as_object().unwrap() {
            params[name] = value.clone();
        }
        let opened = plugin(env.connector.open(action, &params.to_string()).await);
        let Err(error) = opened else { panic!("opened {params}") };
        assert!(
            matches!(error.kind, ErrorKind::InvalidParams | ErrorKind::ActionFailed),
            "{error:?}"
        );
    }
    let many = json!({ "ids": [WINDOWS], "comment": "c", "path": "x" });
    let Err(error) = plugin(env.connector.open("getFile", &many.to_string()).await) else {
        panic!("opened")
    };
    is(&error, ErrorKind::InvalidParams);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_started_for_a_file_is_not_started_again_for_it() {
    let env = TestEnv::with(quick()).await;
    let params =
        json!({ "id": WINDOWS, "parameters": { "scriptName": "triage.ps1" }, "wait": wait() });
    for fault in [
        FaultKind::Html { status: 503 },
        FaultKind::Html { status: 404 },
        FaultKind::Truncate { bytes: 20 },
    ] {
        // Reads are retried, so all attempts fail.
        env.service().add_fault(defender_stub::Fault::new(RESULT, fault.clone()).times(5));
        let error = match fetch(&env.connector, "runScript", params.clone()).await {
            Err(CallError::Plugin(error)) => error,
            other => panic!("{fault:?}: {other:?}"),
        };
        assert_eq!(error.retry, host_harness::Retry::Unknown, "{fault:?}: {error:?}");
        assert!(
            error.message.contains("succeeded") && error.message.contains("getActionResults"),
            "{error:?}"
        );
        let id = details(&error)["machineAction"]["id"].clone();
        env.service().clear_faults();
        fetch(&env.connector, "getActionResults", json!({ "id": id })).await.unwrap();
    }
    // A result that is too large for a response is not too large for a file.
    let big = LibraryFile {
        file_name: "big.sh".into(),
        raw_result: Some("0123456789".repeat(1000)),
        ..LibraryFile::default()
    };
    let settings = json!({ "limits": { "maxResponseBytes": 5000 } });
    let env = TestEnv::configured(Scenario { library: vec![big], ..quick() }, settings).await;
    let params = json!({ "id": WINDOWS, "parameters": { "scriptName": "big.sh" }, "wait": wait() });
    assert_eq!(fetch(&env.connector, "runScript", params).await.unwrap().1.len(), 10_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_investigation_package_is_collected_and_streamed() {
    // The limit is two links per minute, and this needs more.
    let env = TestEnv::configured(quick(), json!({ "limits": { "budgetPercent": 0 } })).await;
    let params = json!({ "id": WINDOWS, "comment": "c", "wait": wait() });
    let (_, zip, _) = fetch(&env.connector, "collectInvestigationPackage", params).await.unwrap();
    assert!(zip.starts_with(b"PK\x03\x04"), "a zip archive");
    let actions = env.service().machine_actions();
    let id = &actions[0]["id"];
    let (_, again, _) = fetch(&env.connector, "getPackageLink", json!({ "id": id })).await.unwrap();
    assert_eq!(again, zip);
    let link =
        env.data("getPackageLink", json!({ "id": id })).await["value"].as_str().unwrap().to_owned();
    assert!(link.starts_with("https://") && link.contains("sig="), "no quotes around it: {link}");
    let isolation = env.isolate().await.unwrap().job.unwrap().id;
    is(&env.error("getPackageLink", json!({ "id": isolation })).await, ErrorKind::NotFound);
}

/// The result of a script with this output.
async fn left(bytes: Vec<u8>, settings: Value) -> (TestEnv, Value) {
    let env = TestEnv::configured(quick(), settings).await;
    let params = json!({ "id": WINDOWS, "parameters": { "scriptName": "triage.ps1" } });
    let id = env.execute("runScript", params).await.unwrap().job.unwrap().id;
    env.fault(RESULT, FaultKind::Bytes { bytes });
    (env, json!({ "id": id }))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn gzip_is_unwrapped_whatever_its_form_and_a_broken_one_is_no_file() {
    let text: Vec<u8> = (0..200_000_u32).flat_map(|n| n.to_string().into_bytes()).collect();
    let whole = gzip(&text);
    let two: Vec<u8> = [gzip(&text[..1000]), gzip(&text[1000..])].concat();
    for bytes in [whole.clone(), two] {
        let (env, params) = left(bytes, json!({})).await;
        assert_eq!(fetch(&env.connector, "getActionResults", params).await.unwrap().1, text);
    }
    let mut flipped = whole.clone();
    let at = flipped.len() - 6;
    flipped[at] ^= 1;
    for (broken, what) in [
        (whole[..whole.len() / 2].to_vec(), "half of it"),
        (whole[..whole.len() - 1].to_vec(), "all but the last byte"),
        (whole[..12].to_vec(), "the header"),
        (flipped, "another checksum"),
        ([&whole[..20], &[0xff; 40]].concat(), "no deflate"),
    ] {
        let (env, params) = left(broken, json!({})).await;
        let error = match fetch(&env.connector, "getActionResults", params).await {
            Err(CallError::Plugin(error)) => error,
            other => panic!("{what}: {other:?}"),
        };
        assert!(
            matches!(error.kind, ErrorKind::Unreachable | ErrorKind::MalformedResponse),
            "{what}: {error:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bomb_is_defused() {
    let bomb = gzip(&vec![0; 30_000_000]);
    assert!(bomb.len() < 100_000);
    let limits =
        json!({ "limits": { "maxResponseBytes": 1_000_000, "maxDownloadBytes": 5_000_000 } });
    let (env, params) = left(bomb.clone(), limits.clone()).await;
    let error = env.error("getActionResults", params).await;
    is(&error, ErrorKind::MalformedResponse);
    assert!(
        error.message.contains("maxResponseBytes") && error.message.contains("downloads"),
        "{error:?}"
    );
    let (env, params) = left(bomb, limits).await;
    let Err(CallError::Plugin(error)) = fetch(&env.connector, "getActionResults", params).await
    else {
        panic!("it went off")
    };
    is(&error, ErrorKind::MalformedResponse);
    assert!(error.message.contains("maxDownloadBytes"), "{error:?}");
}
