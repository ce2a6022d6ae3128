//! Live response sessions: complete only if their records say so of each command.

use super::*;

/// A live response session of these commands that has succeeded.
fn session(commands: Value) -> Value {
    json!({
        "id": "a1", "type": "LiveResponse", "status": "Succeeded",
        "machineId": "d1000000000000000000000000000000", "requestorComment": "c",
        "creationDateTimeUtc": NOW, "commands": commands,
    })
}

fn command(kind: &str, key: &str, value: &str, members: Value) -> Value {
    let command = json!({ "type": kind, "params": [{ "key": key, "value": value }] });
    merged(
        json!({ "index": 0, "commandStatus": "Completed", "errors": [], "command": command }),
        members,
    )
}

/// What becomes of a file that is put and waited for, if the followed record is this.
fn followed(
    params: &Value,
    action: &str,
    pending: &Value,
    record: &str,
) -> Result<(Outcome, Usage), Error> {
    let mut bench = bench().signed_in();
    bench.network.answer_with(201, &DATE, &pending.to_string());
    bench.network.answer_with(200, &DATE, &format!(r#"{{"value":[{record}]}}"#));
    bench.call(action, params.clone())
}

#[test]
fn a_session_is_complete_only_if_its_record_says_so() {
    let put = |members: Value| command("PutFile", "FileName", "tool.exe", members);
    let params = json!({
        "id": "d1000000000000000000000000000000", "comment": "c", "fileName": "tool.exe",
        "wait": {}
    });
    let pending = merged(
        session(json!([put(json!({ "commandStatus": "Created" }))])),
        json!({ "status": "Pending" }),
    );
    let check = |record: &str| followed(&params, "putFile", &pending, record);
    let failed = json!({ "commandStatus": "Failed", "errors": [format!("no such file {CUT}")] });
    let record = session(json!([put(failed)]));
    let nested = format!("{}{}", "[".repeat(200), "]".repeat(200));
    check(&session(json!([put(json!({}))])).to_string()).unwrap();
    // What became of the command cannot be read: it may have been completed.
    for status in [json!("\u{fffd}Completed"), json!("Com\u{fffd}"), Value::Null, json!(7)] {
        let error = check(&session(json!([put(json!({ "commandStatus": status }))])).to_string())
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.retry()),
            (Kind::MalformedResponse, Retry::Unknown),
            "{status}"
        );
    }
    for record in [
        with_half_a_pair(&record),
        record.to_string().replace(r#""errors""#, r#""x":1e400,"errors""#),
    ] {
        let error = check(&record).unwrap_err();
        assert_eq!(error.kind(), Kind::ActionFailed, "{record}");
        assert!(error.message().contains("no such file"), "{}", error.message());
    }
    for record in [
        record.to_string().replace(r#""errors""#, &format!(r#""x":{nested},"errors""#)),
        record.to_string().replace(
            r#""commandStatus":"Failed""#,
            r#""commandStatus":"Completed","commandStatus":"Failed""#,
        ),
        session(json!([])).to_string(),
        session(json!("none")).to_string(),
        session(json!({})).to_string(),
        merged(session(json!([])), json!({ "commands": null })).to_string(),
        session(json!([put(json!({})), put(json!({}))])).to_string(),
        session(json!([command("PutFile", "FileName", "other.exe", json!({}))])).to_string(),
        session(json!([command("RunScript", "ScriptName", "tool.exe", json!({}))])).to_string(),
        merged(session(json!([put(json!({}))])), json!({ "type": "Unisolate" })).to_string(),
        merged(
            session(json!([put(json!({}))])),
            json!({ "machineId": "d2000000000000000000000000000000" }),
        )
        .to_string(),
    ] {
        is_unknown(check(&record), &record);
    }
}

#[test]
fn every_command_that_was_sent_must_be_there() {
    let put = command("PutFile", "FileName", "tool.exe", json!({}));
    let run = command(
        "RunScript",
        "ScriptName",
        "a.ps1",
        json!({ "index": 1, "commandStatus": "Completed" }),
    );
    let params = json!({
        "id": "d1000000000000000000000000000000", "comment": "c",
        "commands": [{ "putFile": "tool.exe" }, { "runScript": "a.ps1" }], "wait": {},
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
        command(
            "RunScript",
            "ScriptName",
            "a.ps1",
            json!({ "commandStatus": "Created", "errors": errors }),
        )
    };
    for (record, rows) in [
        (with_half_a_pair(&session(json!([run(json!([CUT]))]))), Some(1)),
        (session(json!([])).to_string(), None),
        (session(json!("?")).to_string(), None),
        (
            session(json!([run(json!([]))]))
                .to_string()
                .replace(r#""index":0"#, r#""index":0,"index":1"#),
            None,
        ),
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
        script_result(
            br#"{"script_name":"a.ps1","exit_code":1e400,"script_output":"done \ud83d","script_errors":""}"#
        );
    assert_eq!(
        (&result["script_output"], &result["exit_code"]),
        (&json!("done \u{fffd}"), &json!("1e400"))
    );
    // Either output may be the script's: the text is given as it came.
    let twice = r#"{"script_name":"a.ps1","script_output":"one","script_output":"two"}"#;
    assert_eq!(script_result(twice.as_bytes()), json!({ "text": twice }));
}
