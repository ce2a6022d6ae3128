//! Whose a machine action is: what its comment, its requestor and its time must show.

use super::*;

#[test]
fn a_comment_that_cannot_be_read_is_not_ours() {
    let others = isolation(json!({
        "requestorComment": format!("another caller's {CUT}"), "creationDateTimeUtc": BEFORE
    }));
    is_unknown(answered(201, &DATE, &with_half_a_pair(&others)), "half a surrogate pair");
    is_unknown(answered(200, &[], &with_half_a_pair(&others)), "half a surrogate pair, no date");
    let list = isolation(json!({ "requestorComment": ["c"], "creationDateTimeUtc": BEFORE }));
    is_unknown(answered(201, &DATE, &list.to_string()), "a list");
}

/// Isolates with a comment that the service keeps as another one.
fn kept_as(
    comment: &str,
    kept: &str,
    status: u16,
    headers: &[(&str, &str)],
) -> Result<(Outcome, Usage), Error> {
    let mut bench = bench().signed_in();
    let record = isolation(json!({ "requestorComment": kept }));
    bench.network.answer_with(status, headers, &record.to_string());
    bench.call(
        "isolateHost",
        json!({ "id": "d1000000000000000000000000000000", "comment": comment }),
    )
}

#[test]
fn a_rewritten_comment_of_our_own_action_is_no_conflict() {
    let long = "case 1042 ".repeat(40);
    for (comment, kept) in [
        ("a\r\nb", "a\nb".to_owned()),
        ("a < b & \"c\"", "a &lt; b &amp; &quot;c&quot;".to_owned()),
        ("a   b", "a b".to_owned()),
        ("cafe\u{301}", "caf\u{e9}".to_owned()),
        ("stop 🚨 now", "stop ?? now".to_owned()),
        ("a\u{7}b", "ab".to_owned()),
        (&long, long[..100].to_owned()),
        (&long, format!("{}...", &long[..253])),
        ("case", "case (by API)".to_owned()),
        ("case", "***".to_owned()),
        ("case", String::new()),
        ("Case \u{201c}7\u{201d} of <b>web</b>", "CASE \"7\" OF &lt;b&gt;web&lt;/b&gt;".to_owned()),
    ] {
        let (outcome, _) =
            kept_as(comment, &kept, 201, &DATE).unwrap_or_else(|error| panic!("{kept}: {error:?}"));
        assert!(!outcome.job.unwrap().adopted, "{kept}");
    }
    for headers in [&DATE[..], &[]] {
        assert_eq!(kept_as("case 1", "case 2", 200, headers).unwrap_err().kind(), Kind::Conflict);
    }
}

#[test]
fn a_rewritten_comment_is_found_after_a_lost_answer() {
    for (comment, kept) in [
        ("a & b", "a &amp; b"),
        ("stop 🚨 now", "stop ?? now"),
        ("case 1042", "case 1042 (by API)"),
    ] {
        let mut bench = bench().signed_in();
        bench.network.fail(TransportError::maybe_sent(Cause::Broken));
        let record = isolation(json!({ "requestorComment": kept, "id": "a7" }));
        bench.network.answer_with(200, &DATE, &json!({ "value": [record] }).to_string());
        let (outcome, _) = bench
            .call(
                "isolateHost",
                json!({ "id": "d1000000000000000000000000000000", "comment": comment }),
            )
            .unwrap();
        assert_eq!(outcome.job.unwrap().id, "a7");
    }
}

#[test]
fn an_action_of_another_requestor_is_not_ours() {
    let others = [
        json!({ "requestSource": "Portal" }),
        json!({ "requestor": "analyst@contoso.example" }),
        json!({ "requestor": "11111111-2222-3333-4444-555555555555" }),
    ];
    for other in others {
        let record = isolation(other);
        is_unknown(answered(201, &DATE, &record.to_string()), "answered");
        let mut bench = bench().signed_in();
        bench.network.fail(TransportError::maybe_sent(Cause::Broken));
        for _ in 0..4 {
            bench.network.answer_with(200, &DATE, &json!({ "value": [record] }).to_string());
        }
        is_unknown(bench.isolate(), "found");
    }
    for ours in [
        json!({ "requestor": "app", "requestSource": "PublicApi" }),
        json!({ "requestor": "SIEM connector" }),
    ] {
        answered(201, &DATE, &isolation(ours).to_string()).unwrap();
    }
}

#[test]
fn of_two_actions_that_fit_neither_is_ours() {
    let mut bench = bench().signed_in();
    bench.network.fail(TransportError::maybe_sent(Cause::Broken));
    let both =
        json!({ "value": [isolation(json!({ "id": "a7" })), isolation(json!({ "id": "a8" }))] });
    for _ in 0..4 {
        bench.network.answer_with(200, &DATE, &both.to_string());
    }
    is_unknown(bench.isolate(), "two");
}

#[test]
fn a_script_without_a_comment_is_reported_from_another_ones() {
    let script = json!({
        "id": "d1000000000000000000000000000000", "parameters": { "scriptName": "a.ps1" }
    });
    let mut comments = Vec::new();
    for _ in 0..2 {
        let mut bench = bench().signed_in();
        bench.clock.0.set(Duration::from_secs(comments.len() as u64));
        bench.network.answer(500, "");
        bench.network.answer(200, NOTHING);
        bench.call("runScript", script.clone()).unwrap_err();
        let log = bench.network.log();
        let sent = log.iter().find(|sent| sent.line.contains("/runliveresponse")).unwrap();
        let body: Value = serde_json::from_str(&sent.body).unwrap();
        comments.push(body["Comment"].as_str().unwrap().to_owned());
    }
    assert!(
        comments[0] != comments[1] && comments[0].starts_with("Run script by the Microsoft"),
        "{comments:?}"
    );
}

#[test]
fn a_conflict_with_our_own_action_is_our_own_action() {
    const CONFLICT: &str =
        r#"{"error":{"code":"ActiveRequestAlreadyExists","message":"m","target":"t"}}"#;
    for (record, is_ours) in [
        (isolation(json!({ "id": "a7" })), true),
        (isolation(json!({ "id": "a7", "status": "Succeeded" })), true),
        (isolation(json!({ "id": "a7", "creationDateTimeUtc": BEFORE })), false),
        (isolation(json!({ "id": "a7", "requestorComment": "another" })), false),
        (isolation(json!({ "id": "a7", "requestSource": "Portal" })), false),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer_with(400, &DATE, CONFLICT);
        bench.network.answer_with(200, &DATE, NOTHING);
        bench.network.answer_with(200, &DATE, &json!({ "value": [record] }).to_string());
        match (bench.isolate(), is_ours) {
            (Ok((outcome, _)), true) => assert_eq!(outcome.job.unwrap().id, "a7"),
            (Err(error), false) => {
                assert_eq!((error.kind(), error.retry()), (Kind::Conflict, Retry::Unknown));
                assert_eq!(error.details().unwrap()["machineAction"]["id"], "a7");
            }
            (answer, _) => panic!("{record}: {answer:?}"),
        }
        assert_eq!(bench.posts(), 1);
    }
}
