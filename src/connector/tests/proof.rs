//! Proof: what an answer or a record must show before anything is called done, and whose it must be.

use super::*;

/// The service's time when the request goes out, as `Date` and as a record has it.
const DATE: [(&str, &str); 1] = [("date", "Tue, 24 Nov 2026 12:00:00 GMT")];
const NOW: &str = "2026-11-24T12:00:00.1234567Z";
const BEFORE: &str = "2026-11-22T12:00:00Z";

/// The isolation that `Bench::isolate` asks for, made now, with other members; `null` takes one away.
fn isolation(members: Value) -> Value {
    let mut action: Value = serde_json::from_str(ISOLATING).unwrap();
    action["creationDateTimeUtc"] = NOW.into();
    merged(action, members)
}

fn merged(mut record: Value, members: Value) -> Value {
    for (name, value) in members.as_object().unwrap() {
        match value {
            Value::Null => drop(record.as_object_mut().unwrap().remove(name)),
            value => record[name] = value.clone(),
        }
    }
    record
}

/// A text that ends in the first half of a surrogate pair, as JSON has it once it is put in for this word.
const CUT: &str = "CUT";

fn with_half_a_pair(json: &Value) -> String {
    json.to_string().replace(CUT, r"\ud83d")
}

/// What becomes of an isolation that is answered with a record.
fn answered(status: u16, headers: &[(&str, &str)], body: &str) -> Result<(Outcome, Usage), Error> {
    let mut bench = bench().signed_in();
    bench.network.answer_with(status, headers, body);
    for _ in 0..4 {
        bench.network.answer_with(200, headers, NOTHING);
    }
    let answer = bench.isolate();
    assert_eq!(bench.posts(), 1);
    answer
}

fn is_unknown(answer: Result<(Outcome, Usage), Error>, what: &str) {
    let error = answer.expect_err(what);
    assert_eq!(error.retry, Retry::Unknown, "{what}: {error:?}");
}

#[test]
fn an_answer_that_is_no_machine_action_proves_nothing() {
    for body in [
        json!({ "id": "t", "status": "Succeeded" }),
        json!({ "id": "trace-1", "status": "Error", "error": { "code": "X" } }),
        isolation(json!({ "type": null })),
        isolation(json!({ "machineId": null })),
        isolation(json!({ "type": "" })),
        isolation(json!({ "status": ["Succeeded"] })),
    ] {
        is_unknown(answered(201, &DATE, &body.to_string()), &body.to_string());
    }
    let twice = isolation(json!({})).to_string();
    for (member, other) in [
        (r#""status":"Pending""#, r#""status":"Succeeded""#),
        (r#""id":"a1""#, r#""id":"a2""#),
        (r#""machineId":"d1000000000000000000000000000000""#, r#""MachineId":"d2000000000000000000000000000000""#),
    ] {
        let body = twice.replace(member, &format!("{member},{other}"));
        assert_ne!(body, twice);
        is_unknown(answered(201, &DATE, &body), &body);
    }
}

#[test]
fn what_is_final_at_once_must_be_new() {
    let old = isolation(json!({ "status": "Succeeded", "creationDateTimeUtc": BEFORE }));
    let new = isolation(json!({ "status": "Succeeded" }));
    let undated = isolation(json!({ "status": "Succeeded", "creationDateTimeUtc": null }));
    is_unknown(answered(201, &DATE, &old.to_string()), "old");
    is_unknown(answered(201, &[], &old.to_string()), "old, and the answer has no date");
    is_unknown(answered(200, &DATE, &undated.to_string()), "undated");
    is_unknown(answered(201, &[("date", "yesterday")], &new.to_string()), "an unreadable date");
    let (outcome, _) = answered(201, &DATE, &new.to_string()).unwrap();
    let action = outcome.job.unwrap();
    assert_eq!((action.state, action.adopted), (State::Succeeded, false));
}

#[test]
fn a_comment_that_cannot_be_read_is_not_ours() {
    let others =
        isolation(json!({ "requestorComment": format!("somebody else's {CUT}"), "creationDateTimeUtc": BEFORE }));
    is_unknown(answered(201, &DATE, &with_half_a_pair(&others)), "half a surrogate pair");
    is_unknown(answered(200, &[], &with_half_a_pair(&others)), "half a surrogate pair, no date");
    let list = isolation(json!({ "requestorComment": ["c"], "creationDateTimeUtc": BEFORE }));
    is_unknown(answered(201, &DATE, &list.to_string()), "a list");
}

/// Isolates with a comment that the service keeps as another one.
fn kept_as(comment: &str, kept: &str, status: u16, headers: &[(&str, &str)]) -> Result<(Outcome, Usage), Error> {
    let mut bench = bench().signed_in();
    let record = isolation(json!({ "requestorComment": kept }));
    bench.network.answer_with(status, headers, &record.to_string());
    bench.call("isolateHost", json!({ "id": "d1000000000000000000000000000000", "comment": comment }))
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
        let (outcome, _) = kept_as(comment, &kept, 201, &DATE).unwrap_or_else(|error| panic!("{kept}: {error:?}"));
        assert!(!outcome.job.unwrap().adopted, "{kept}");
    }
    for (status, headers) in [(200, &DATE[..]), (201, &DATE), (201, &[])] {
        assert_eq!(kept_as("case 1", "case 2", status, headers).unwrap_err().kind, Kind::Conflict);
    }
}

#[test]
fn a_rewritten_comment_is_found_after_a_lost_answer() {
    for (comment, kept) in [("a & b", "a &amp; b"), ("stop 🚨 now", "stop ?? now"), ("case 1042", "case 1042 (by API)")]
    {
        let mut bench = bench().signed_in();
        bench.network.fail(TransportError::maybe_sent(Cause::Broken));
        let record = isolation(json!({ "requestorComment": kept, "id": "a7" }));
        bench.network.answer_with(200, &DATE, &json!({ "value": [record] }).to_string());
        let (outcome, _) =
            bench.call("isolateHost", json!({ "id": "d1000000000000000000000000000000", "comment": comment })).unwrap();
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
    for ours in [json!({ "requestor": "app", "requestSource": "PublicApi" }), json!({ "requestor": "SIEM connector" })]
    {
        answered(201, &DATE, &isolation(ours).to_string()).unwrap();
    }
}

#[test]
fn of_two_actions_that_fit_neither_is_ours() {
    let mut bench = bench().signed_in();
    bench.network.fail(TransportError::maybe_sent(Cause::Broken));
    let both = json!({ "value": [isolation(json!({ "id": "a7" })), isolation(json!({ "id": "a8" }))] });
    for _ in 0..4 {
        bench.network.answer_with(200, &DATE, &both.to_string());
    }
    is_unknown(bench.isolate(), "two");
}

#[test]
fn a_script_without_a_comment_is_told_from_another_ones() {
    let script = json!({ "id": "d1000000000000000000000000000000", "parameters": { "scriptName": "a.ps1" } });
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
    assert!(comments[0] != comments[1] && comments[0].starts_with("Run script by the Microsoft"), "{comments:?}");
}

#[test]
fn a_conflict_with_our_own_action_is_our_own_action() {
    const CONFLICT: &str = r#"{"error":{"code":"ActiveRequestAlreadyExists","message":"m","target":"t"}}"#;
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
                assert_eq!((error.kind, error.retry), (Kind::Conflict, Retry::Unknown));
                assert_eq!(error.details.clone().unwrap()["machineAction"]["id"], "a7");
            }
            (answer, _) => panic!("{record}: {answer:?}"),
        }
        assert_eq!(bench.posts(), 1);
    }
}

/// A live response session of these commands that has succeeded.
fn session(commands: Value) -> Value {
    json!({
        "id": "a1", "type": "LiveResponse", "status": "Succeeded", "machineId": "d1000000000000000000000000000000", "requestorComment": "c",
        "creationDateTimeUtc": NOW, "commands": commands,
    })
}

fn command(kind: &str, key: &str, value: &str, members: Value) -> Value {
    let command = json!({ "type": kind, "params": [{ "key": key, "value": value }] });
    merged(json!({ "index": 0, "commandStatus": "Completed", "errors": [], "command": command }), members)
}

/// What becomes of a file that is put and waited for, if the followed record is this.
fn followed(params: &Value, action: &str, pending: &Value, record: &str) -> Result<(Outcome, Usage), Error> {
    let mut bench = bench().signed_in();
    bench.network.answer_with(201, &DATE, &pending.to_string());
    bench.network.answer_with(200, &DATE, &format!(r#"{{"value":[{record}]}}"#));
    bench.call(action, params.clone())
}

#[test]
fn a_session_is_complete_only_if_its_record_says_so() {
    let put = |members: Value| command("PutFile", "FileName", "tool.exe", members);
    let params =
        json!({ "id": "d1000000000000000000000000000000", "comment": "c", "fileName": "tool.exe", "wait": {} });
    let pending = merged(session(json!([put(json!({ "commandStatus": "Created" }))])), json!({ "status": "Pending" }));
    let check = |record: &str| followed(&params, "putFile", &pending, record);
    let failed = json!({ "commandStatus": "Failed", "errors": [format!("no such file {CUT}")] });
    let record = session(json!([put(failed)]));
    let nested = format!("{}{}", "[".repeat(200), "]".repeat(200));
    check(&session(json!([put(json!({}))])).to_string()).unwrap();
    for record in [with_half_a_pair(&record), record.to_string().replace(r#""errors""#, r#""x":1e400,"errors""#)] {
        let error = check(&record).unwrap_err();
        assert_eq!(error.kind, Kind::ActionFailed, "{record}");
        assert!(error.message.contains("no such file"), "{}", error.message);
    }
    for record in [
        record.to_string().replace(r#""errors""#, &format!(r#""x":{nested},"errors""#)),
        record
            .to_string()
            .replace(r#""commandStatus":"Failed""#, r#""commandStatus":"Completed","commandStatus":"Failed""#),
        session(json!([])).to_string(),
        session(json!("none")).to_string(),
        session(json!({})).to_string(),
        merged(session(json!([])), json!({ "commands": null })).to_string(),
        session(json!([put(json!({})), put(json!({}))])).to_string(),
        session(json!([command("PutFile", "FileName", "other.exe", json!({}))])).to_string(),
        session(json!([command("RunScript", "ScriptName", "tool.exe", json!({}))])).to_string(),
        merged(session(json!([put(json!({}))])), json!({ "type": "Unisolate" })).to_string(),
        merged(session(json!([put(json!({}))])), json!({ "machineId": "d2000000000000000000000000000000" }))
            .to_string(),
    ] {
        is_unknown(check(&record), &record);
    }
}

#[test]
fn every_command_that_was_sent_must_be_there() {
    let put = command("PutFile", "FileName", "tool.exe", json!({}));
    let run = command("RunScript", "ScriptName", "a.ps1", json!({ "index": 1, "commandStatus": "Completed" }));
    let params = json!({
        "id": "d1000000000000000000000000000000", "comment": "c", "commands": [{ "putFile": "tool.exe" }, { "runScript": "a.ps1" }], "wait": {},
    });
    let pending = merged(session(json!([put, run])), json!({ "status": "Pending" }));
    for commands in [json!([put]), json!([run]), json!([])] {
        let mut bench = bench().signed_in();
        bench.network.answer_with(201, &DATE, &pending.to_string());
        let listed = json!({ "value": [session(commands)] }).to_string();
        for _ in 0..3 {
            bench.network.answer_with(200, &DATE, &listed);
        }
        is_unknown(bench.call("runLiveResponse", params.clone()), &listed);
    }
}

#[test]
fn results_of_commands_that_cannot_be_read_are_no_empty_list() {
    let run = |errors: Value| {
        command("RunScript", "ScriptName", "a.ps1", json!({ "commandStatus": "Created", "errors": errors }))
    };
    for (record, rows) in [
        (with_half_a_pair(&session(json!([run(json!([CUT]))]))), Some(1)),
        (session(json!([])).to_string(), None),
        (session(json!("?")).to_string(), None),
        (session(json!([run(json!([]))])).to_string().replace(r#""index":0"#, r#""index":0,"index":1"#), None),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer(200, &format!(r#"{{"value":[{record}]}}"#));
        let answer = bench.call("getActionResults", json!({ "id": "a1", "index": "all" }));
        let found = answer.ok().map(|(outcome, _)| {
            let data: Value = serde_json::from_str(&outcome.data).unwrap();
            data["commands"].as_array().unwrap().len()
        });
        assert_eq!(found, rows, "{record}");
    }
}

#[test]
fn a_transcript_with_half_a_surrogate_pair_keeps_its_output() {
    use crate::response::script_result;
    let result =
        script_result(br#"{"script_name":"a.ps1","exit_code":1e400,"script_output":"done \ud83d","script_errors":""}"#);
    assert_eq!((&result["script_output"], &result["exit_code"]), (&json!("done \u{fffd}"), &json!("1e400")));
    // Of two outputs nobody knows which is the script's: the text is given as it came.
    let twice = r#"{"script_name":"a.ps1","script_output":"one","script_output":"two"}"#;
    assert_eq!(script_result(twice.as_bytes()), json!({ "text": twice }));
}

#[test]
fn results_of_many_are_a_list_whatever_is_in_them() {
    let ids = ["a".repeat(40), "b".repeat(40)];
    let first = isolation(json!({ "machineId": ids[0], "troubleshootInfo": CUT }));
    let mut bench = bench().signed_in();
    bench.network.answer_with(201, &DATE, &with_half_a_pair(&first));
    bench.network.answer_with(400, &DATE, r#"{"error":{"code":"BadRequest","message":"no","target":"t"}}"#);
    let error = bench.call("isolateHost", json!({ "ids": ids, "comment": "c" })).unwrap_err();
    let results = error.details.clone().unwrap()["results"].clone();
    assert_eq!((&results[0]["status"], &results[1]["status"]), (&json!("ok"), &json!("error")), "{results}");
}

#[test]
fn an_action_that_reads_do_not_show_yet_is_not_missing() {
    let mut bench = bench().signed_in();
    for _ in 0..3 {
        bench.network.answer(200, NOTHING);
    }
    let params = json!({ "id": "a9", "wait": { "timeoutSeconds": 2, "pollSeconds": 1 } });
    let error = bench.call("waitForAction", params).unwrap_err();
    assert_eq!((error.kind, error.retry), (Kind::Unfinished, Retry::Unknown));
    assert_eq!(error.details.clone().unwrap()["machineAction"]["id"], "a9");
    // Once it must have shown there is none.
    let mut bench = super::bench().signed_in();
    for _ in 0..20 {
        bench.network.answer(200, NOTHING);
    }
    let params = json!({ "id": "a9", "wait": { "timeoutSeconds": 200, "pollSeconds": 30 } });
    let error = bench.call("waitForAction", params).unwrap_err();
    assert_eq!((error.kind, error.retry), (Kind::NotFound, Retry::Never));
}

#[test]
fn a_member_that_is_given_twice_is_refused() {
    for (params, pointer) in [
        (r#"{"dryRun":true,"id":"d1000000000000000000000000000000","comment":"c","dryRun":false}"#, "/dryRun"),
        (r#"{"id":"d1000000000000000000000000000000","comment":"c","id":"d2000000000000000000000000000000"}"#, "/id"),
        (
            r#"{"id":"d1000000000000000000000000000000","comment":"c","wait":{"pollSeconds":1,"pollSeconds":2}}"#,
            "/wait/pollSeconds",
        ),
    ] {
        let mut bench = bench();
        let error = bench.connector.execute("isolateHost", params, &bench.network, &bench.clock).unwrap_err();
        assert_eq!((error.kind, bench.sent().len()), (Kind::InvalidParams, 0), "{params}");
        assert_eq!(error.details.clone().unwrap()[0]["pointer"], pointer);
    }
    let mut connector = Connector::default();
    let config = r#"{"clientId":"a","tenantId":"t.example","clientId":"b"}"#;
    let error = connector.configure(config, r#"{"clientSecret":"hunter2-hunter2"}"#).unwrap_err();
    assert_eq!(error.details.clone().unwrap()[0]["pointer"], "/config/clientId");
}

#[test]
fn ensure_does_not_rest_on_what_it_cannot_read() {
    let isolated = isolation(json!({ "status": "Succeeded", "scope": "Full", "creationDateTimeUtc": BEFORE }));
    let release = json!({ "id": "a2", "type": "Unisolate", "status": "Pending", "machineId": ["d1000000000000000000000000000000"] });
    let mut bench = bench().signed_in();
    bench.network.answer_with(200, &DATE, &json!({ "value": [release, isolated] }).to_string());
    bench.network.answer_with(201, &DATE, &isolation(json!({ "id": "a3" })).to_string());
    let (outcome, _) = bench
        .call("isolateHost", json!({ "id": "d1000000000000000000000000000000", "comment": "c", "ensure": true }))
        .unwrap();
    assert_eq!((outcome.job.unwrap().id.as_str(), bench.posts()), ("a3", 1));
}
