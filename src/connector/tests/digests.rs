//! A SHA-256 where the service takes a SHA-1: it is asked for the SHA-1 first.

use super::*;

const ID: &str = "d1000000000000000000000000000000";
const SHA1: &str = "5d5baf7b8e4f0c1a2b3c4d5e6f708192a3b4c5d6";

fn sha256() -> String {
    "E3".repeat(32)
}

/// Signed in with all that is needed to stop a file.
fn permitted(roles: &[&str]) -> Bench {
    let bench = bench();
    let answer =
        json!({ "token_type": "Bearer", "access_token": token(roles), "expires_in": 3600 });
    bench.network.answer(200, &answer.to_string());
    bench
}

fn stop(bench: &mut Bench) -> Result<(Outcome, Usage), Error> {
    bench.call("stopAndQuarantineFile", json!({ "id": ID, "comment": "c", "sha1": sha256() }))
}

const ROLES: [&str; 3] = ["Machine.StopAndQuarantine", "File.Read.All", "Machine.Read.All"];

#[test]
fn the_sha1_of_the_same_file_is_sent() {
    let file = json!({ "sha1": SHA1, "sha256": sha256().to_ascii_lowercase() }).to_string();
    let mut bench = permitted(&ROLES);
    bench.network.answer(200, &file);
    let started = json!({
        "id": "a1", "type": "StopAndQuarantineFile", "status": "Pending", "machineId": ID,
        "requestorComment": "c"
    });
    bench.network.answer(201, &started.to_string());
    stop(&mut bench).unwrap();
    let log = bench.network.log();
    let sent = log.iter().find(|request| request.line.starts_with("POST https://api")).unwrap();
    assert!(sent.body.contains(&format!(r#""Sha1":"{SHA1}""#)), "{}", sent.body);
    // So with lists, and in steps.
    let mut bench = permitted(&ROLES);
    bench.network.answer(200, &file);
    bench.network.answer(200, NOTHING);
    bench.call("getFileMachines", json!({ "sha1": sha256() })).unwrap();
    assert!(bench.sent()[1].ends_with(&format!("/api/files/{SHA1}/machines")));
    // A SHA-1 is not asked for.
    let mut bench = permitted(&ROLES);
    bench.network.answer(200, NOTHING);
    bench.call("getFileMachines", json!({ "sha1": SHA1 })).unwrap();
    assert_eq!(bench.sent().len(), 1);
}

#[test]
fn what_does_not_prove_to_be_the_same_file_is_not_acted_on() {
    for (status, body, kind) in [
        (404, refusal("ResourceNotFound"), Kind::NotFound),
        (
            200,
            json!({ "sha1": SHA1, "sha256": "ab".repeat(32) }).to_string(),
            Kind::MalformedResponse,
        ),
        (200, json!({ "sha1": SHA1 }).to_string(), Kind::MalformedResponse),
        (200, json!({ "sha1": null, "sha256": sha256() }).to_string(), Kind::NotFound),
        (200, json!({ "sha1": "x/..", "sha256": sha256() }).to_string(), Kind::NotFound),
        (200, "<html>".to_owned(), Kind::MalformedResponse),
    ] {
        let mut bench = permitted(&ROLES);
        bench.network.answer(status, &body);
        let error = stop(&mut bench).unwrap_err();
        assert_eq!((error.kind(), bench.posts()), (kind, 0), "{body}");
        assert_eq!(bench.sent().len(), 1, "{body}");
    }
}

#[test]
fn without_the_permission_to_read_files_nothing_is_sent() {
    let mut bench = permitted(&["Machine.StopAndQuarantine"]);
    let again = json!({
        "token_type": "Bearer", "access_token": token(&["Machine.StopAndQuarantine"]),
        "expires_in": 3600
    });
    bench.network.answer(200, &again.to_string());
    let error = stop(&mut bench).unwrap_err();
    assert_eq!((error.kind(), bench.sent().len()), (Kind::Forbidden, 0));
    assert!(error.message().contains("`getFileInfo`"), "{}", error.message());
    assert_eq!(error.details().unwrap()["required"], json!([["File.Read.All"]]));
}
