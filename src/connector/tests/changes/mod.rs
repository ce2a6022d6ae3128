//! Changes of records: what the response must show, what it may leave open with a warning, and
//! which responses are refused.

mod alerts;
mod indicators;
mod machines;

use super::*;

const DELETIONS: [(&str, &str); 4] = [
    ("deleteIndicator", r#"{"id":"7"}"#),
    ("deleteIndicators", r#"{"ids":["7","8"]}"#),
    ("updateAlerts", r#"{"alertIds":["a"],"status":"Resolved"}"#),
    ("deleteLibraryFile", r#"{"fileName":"a.ps1"}"#),
];

/// What comes of an action with these parameters that is answered so: the code of its warning, or
/// nothing.
fn came_of(
    action: &str,
    params: &str,
    status: u16,
    answer: &str,
) -> Result<Option<&'static str>, Error> {
    let mut bench = bench().signed_in();
    bench.network.answer(status, answer);
    let (outcome, _) = bench.call(action, serde_json::from_str(params).unwrap())?;
    // Behind an indicator that was submitted others are looked for.
    assert_eq!(bench.sent().len(), 1 + usize::from(action == "submitIndicator"));
    assert!(outcome.warnings.len() <= 1, "{:?}", outcome.warnings);
    Ok(outcome.warnings.first().map(|warning| warning.code))
}

fn is_malformed(action: &str, params: &str, status: u16, answer: &str) {
    let error = came_of(action, params, status, answer).unwrap_err();
    let found = (error.kind(), error.retry(), error.status());
    assert_eq!(found, (Kind::MalformedResponse, Retry::Unknown, Some(status)), "{action} {answer}");
}

fn is_proven(action: &str, params: &str, answer: &str) {
    assert_eq!(came_of(action, params, 200, answer).unwrap(), None, "{action} {answer}");
}

fn is_not_shown(action: &str, params: &str, answer: &str) {
    assert_eq!(
        came_of(action, params, 200, answer).unwrap(),
        Some("change-not-shown"),
        "{action} {answer}"
    );
}

#[test]
fn what_leaves_no_record_succeeds_by_an_empty_answer_alone() {
    for (action, params) in DELETIONS {
        for (status, answer) in [(204, ""), (200, ""), (200, "\r\n \t")] {
            is_proven(action, params, answer);
            assert_eq!(came_of(action, params, status, answer).unwrap(), None);
        }
        let page = "<html><title>Sign in</title></html>";
        let refusal = r#"{"error":{"code":"BadRequest","message":"no"}}"#;
        for answer in [
            page,
            refusal,
            r#"{"error":"no"}"#,
            "{}",
            "null",
            "[]",
            r#"{"value":[]}"#,
            "\u{feff}",
            "\0",
            "OK",
        ] {
            is_malformed(action, params, 200, answer);
        }
        for status in [201, 202, 203, 205, 206, 207, 226, 299] {
            is_malformed(action, params, status, "");
        }
    }
}

#[test]
fn a_library_file_is_the_one_that_was_sent() {
    let upload = r#"{"fileName":"a.ps1","content":"x"}"#;
    let digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    is_proven(
        "uploadLibraryFile",
        upload,
        &format!(r#"{{"fileName":"A.ps1","sha256":"{digest}"}}"#),
    );
    is_malformed(
        "uploadLibraryFile",
        upload,
        200,
        &format!(r#"{{"fileName":"b.ps1","sha256":"{digest}"}}"#),
    );
}
