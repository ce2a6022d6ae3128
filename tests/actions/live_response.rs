//! Scripts and their results: the link from the API, and the file from result storage without
//! credentials.

use defender_stub::{Fault, FaultKind, LibraryFile, Scenario};
use host_harness::ErrorKind;
use serde_json::{Value, json};

use crate::world::{MACHINE, TestEnv, details, is};

const LINK: &str = "GET /api/machineactions/{id}/GetLiveResponseResultDownloadLink(index={index})";
const RESULT: &str = "GET /results/{action}/{index}";

/// Runs a script to completion and returns the machine action's ID.
async fn run(env: &TestEnv, script: &str) -> String {
    let params = json!({
        "id": MACHINE, "comment": "case 1042",
        "parameters": { "scriptName": script, "args": "-Case 7" }
    });
    let id = env.execute("runScript", params).await.unwrap().job.unwrap().id;
    env.end_of(&id).await;
    id
}

async fn results(env: &TestEnv, id: &str) -> Value {
    env.data("getActionResults", json!({ "id": id })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_s_output_is_brought_back() {
    let env = TestEnv::start().await;
    let id = run(&env, "triage.ps1").await;
    env.service().clear_ledger();
    let result = results(&env, &id).await;
    assert_eq!((&result["script_name"], &result["exit_code"]), (&json!("triage.ps1"), &json!(0)));
    let output = result["script_output"].as_str().unwrap();
    assert!(
        output.contains("triage of ws-ops-014.example.test") && output.contains("-Case 7"),
        "{output}"
    );
    let ledger = env.service().ledger();
    assert_eq!(ledger.len(), 2);
    assert!(
        ledger[0].is(LINK) && ledger[0].path.ends_with("(index=0)") && ledger[0].bearer_valid,
        "{:?}",
        ledger[0]
    );
    assert!(
        ledger[1].is(RESULT)
            && !ledger[1].has_bearer
            && ledger[1].header("authorization").is_none(),
        "{:?}",
        ledger[1]
    );
    assert!(ledger[1].host.ends_with(".blob.core.windows.net"), "{:?}", ledger[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exit_code_is_data_and_a_failed_action_still_has_its_result() {
    let env = TestEnv::start().await;
    for (script, code) in [("warn.sh", 2), ("fail.ps1", 3)] {
        let id = run(&env, script).await;
        assert_eq!(results(&env, &id).await["exit_code"], code, "{script}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn results_that_are_no_transcript_are_text_or_base64() {
    let script = |name: &str, raw: &str| LibraryFile {
        file_name: name.into(),
        raw_result: Some(raw.into()),
        ..LibraryFile::default()
    };
    let library = vec![
        script("text.sh", "plain \u{1b}[0m text"),
        script(
            "raw.sh",
            "{\"script_name\":\"raw.sh\",\"exit_code\":0,\"script_output\":\"a\nb\t\0\",\"script_errors\":\"\"}",
        ),
    ];
    let env = TestEnv::with(Scenario { library, ..Scenario::default() }).await;
    let id = run(&env, "text.sh").await;
    assert_eq!(
        results(&env, &id).await,
        json!({ "text": "plain [0m text", "raw": { "text": "plain \u{1b}[0m text" } })
    );
    let id = run(&env, "raw.sh").await;
    let result = results(&env, &id).await;
    assert_eq!(
        (&result["script_output"], &result["raw"]["script_output"]),
        (&json!("a\nb\t"), &json!("a\nb\t\0"))
    );
    let env = TestEnv::with(Scenario { gzip_results: true, ..Scenario::default() }).await;
    let id = run(&env, "triage.ps1").await;
    assert_eq!(
        results(&env, &id).await["script_output"].as_str().unwrap().lines().last(),
        Some("ok")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_is_not_there_yet_is_not_found() {
    let env = TestEnv::start().await;
    let params = json!({ "id": MACHINE, "parameters": { "scriptName": "triage.ps1" } });
    let id = env.execute("runScript", params).await.unwrap().job.unwrap().id;
    let error = env.error("getActionResults", json!({ "id": id })).await;
    assert!(matches!(error.kind, ErrorKind::NotFound | ErrorKind::Rejected), "{error:?}");
    for body in [r#"{"value":null}"#, r#"{"value":""}"#, "{}"] {
        env.service().add_fault(Fault::new(
            LINK,
            FaultKind::Status { status: 200, headers: vec![], body: body.into() },
        ));
        let error = env.error("getActionResults", json!({ "id": id })).await;
        is(&error, ErrorKind::NotFound);
        assert!(error.message.contains(&id), "{error:?}");
        env.service().clear_faults();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_errors_of_link_and_storage_reach_the_caller() {
    let env = TestEnv::start().await;
    let id = run(&env, "triage.ps1").await;
    let params = json!({ "id": id });
    env.fault(LINK, FaultKind::Html { status: 500 });
    let error = env.error("getActionResults", params.clone()).await;
    assert_eq!((error.kind, error.status), (ErrorKind::Unavailable, Some(500)));
    // An expired link is requested once more.
    env.fault(RESULT, FaultKind::Html { status: 403 });
    results(&env, &id).await;
    env.service().add_fault(Fault::new(RESULT, FaultKind::Html { status: 403 }).times(2));
    let error = env.error("getActionResults", params.clone()).await;
    assert_eq!((error.kind, error.status), (ErrorKind::NotFound, Some(403)));
    for (kind, expected) in [
        (FaultKind::Html { status: 500 }, (ErrorKind::Unavailable, Some(500))),
        (
            FaultKind::Redirect {
                location: "https://api.security.microsoft.com/".into(),
                status: 302,
            },
            (ErrorKind::MalformedResponse, Some(302)),
        ),
        (FaultKind::Truncate { bytes: 10 }, (ErrorKind::Unreachable, Some(200))),
    ] {
        env.fault(RESULT, kind.clone());
        let error = env.error("getActionResults", params.clone()).await;
        assert_eq!((error.kind, error.status), expected, "{kind:?}: {error:?}");
        assert!(!format!("{error:?}").contains("sig="), "{error:?}");
        env.service().clear_faults();
    }
    results(&env, &id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_to_hosts_that_are_not_result_storage_are_not_followed() {
    let env = TestEnv::start().await;
    for link in [
        "https://evil.example/r?sig=SIGNATURE",
        "https://api.security.microsoft.com/api/machines?sig=SIGNATURE",
        "http://stubresults.blob.core.windows.net/r?sig=SIGNATURE",
        "https://stubresults.blob.core.windows.net.evil.example/r?sig=SIGNATURE",
        "https://user:SIGNATURE@stubresults.blob.core.windows.net/r",
        "https://127.0.0.1/r?sig=SIGNATURE",
        "file:///etc/passwd",
    ] {
        env.fault(
            LINK,
            FaultKind::Status {
                status: 200,
                headers: vec![],
                body: json!({ "value": link }).to_string(),
            },
        );
        let error = env.error("getActionResults", json!({ "id": "a" })).await;
        // What is not the URL of a file is not a matter of `resultHosts`.
        let is_url = !link.contains('@') && link.starts_with("http");
        is(&error, if is_url { ErrorKind::Denied } else { ErrorKind::MalformedResponse });
        assert!(!format!("{error:?}").contains("SIGNATURE"), "{error:?}");
    }
    let hosts: Vec<String> =
        env.service().ledger().iter().map(|entry| entry.host.clone()).collect();
    assert!(
        hosts.iter().all(|host| host.starts_with("login.") || host.starts_with("api.")),
        "{hosts:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_script_on_the_same_machine_is_a_conflict() {
    let env = TestEnv::start().await;
    let params = |script: &str| json!({ "id": MACHINE, "parameters": { "scriptName": script } });
    let first = env.execute("runScript", params("triage.ps1")).await.unwrap().job.unwrap().id;
    let error = env.error("runScript", params("warn.sh")).await;
    is(&error, ErrorKind::Conflict);
    assert_eq!(error.code.as_deref(), Some("ActiveRequestAlreadyExists"));
    assert_eq!(details(&error)["machineAction"]["id"], json!(first));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_library_is_listed() {
    let env = TestEnv::start().await;
    let list = env.data("getLibraryFiles", json!({})).await;
    let names: Vec<&str> = list["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["fileName"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"triage.ps1") && names.contains(&"hello copy.sh"), "{names:?}");
    let id = run(&env, "hello copy.sh").await;
    assert_eq!(
        results(&env, &id).await["script_output"].as_str().unwrap().lines().last(),
        Some("hello")
    );
}
