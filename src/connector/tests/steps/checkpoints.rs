//! Checkpoints: what they hold, and which are refused.

use super::*;

#[test]
fn a_checkpoint_that_cannot_be_used_is_refused_with_the_reason() {
    let mut bench = bench();
    let plan = bench.isolation(true).checkpoint;
    let newer = format!("2{}", &plan[1..]);
    let flipped = plan.replace("\"comment\":\"", "\"comment\":\"x");
    for (text, word) in [
        ("", "not a checkpoint"),
        ("{}", "not a checkpoint"),
        ("1.x", "not a checkpoint"),
        (&plan[..plan.len() - 1], "damaged"),
        (&plan[..40], "not a checkpoint"),
        (&flipped, "damaged"),
        (&newer, "version 2"),
    ] {
        for found in [bench.advance(&[text]).pop().unwrap(), bench.recover(text)] {
            let error = found.unwrap_err();
            assert_eq!(error.kind(), Kind::InvalidParams);
            assert!(error.message().contains(word), "{text}: {}", error.message());
        }
    }
    for (config, word) in [
        (json!({ "tenantId": "other.example" }), "tenant"),
        (json!({ "clientId": "1f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0" }), "application"),
        (json!({ "apiUrl": "https://eu.api.security.microsoft.com" }), "API address"),
    ] {
        let mut settings = json!({
            "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "tenantId": "contoso.example"
        });
        settings.as_object_mut().unwrap().extend(config.as_object().unwrap().clone());
        bench
            .connector
            .configure(&settings.to_string(), r#"{"clientSecret":"hunter2-hunter2"}"#)
            .unwrap();
        let error = bench.advance(&[&plan]).pop().unwrap().unwrap_err();
        assert!(error.message().contains(&format!("another {word}")), "{}", error.message());
    }
    assert_eq!(bench.sent().len(), 0);
}

#[test]
fn a_list_that_mixes_sends_or_repeats_is_refused_as_a_whole() {
    let mut bench = bench();
    let (one, two) = (bench.isolation(true), bench.isolation(true));
    bench.network.answer(201, &job("a1", ONE, "Pending", "").to_string());
    let running = bench.step(&one);
    let before = bench.sent().len();
    assert!(bench.advance(&[]).is_empty());
    for texts in [
        [&running.checkpoint, &two.checkpoint],
        [&two.checkpoint, &running.checkpoint],
        [&running.checkpoint, &running.checkpoint],
        [&one.checkpoint, &two.checkpoint],
    ] {
        let refused = bench.advance(&texts.map(String::as_str));
        assert!(
            refused.iter().all(|found| found.as_ref().unwrap_err().kind() == Kind::InvalidParams)
        );
    }
    assert_eq!(bench.sent().len(), before);
    // One that is damaged does not spoil the other.
    bench.network.answer(200, &list(&[job("a1", ONE, "InProgress", "")]));
    let mixed = bench.advance(&["nonsense", &running.checkpoint]);
    assert!(mixed[0].is_err() && mixed[1].is_ok());
}

#[test]
fn a_checkpoint_holds_no_secret_no_result_and_no_arguments_longer_than_needed() {
    let mut bench = bench();
    bench.token(json!(3600));
    let params = json!({
        "id": ONE, "comment": "c", "wait": {},
        "parameters": { "scriptName": "s.ps1", "args": "-Password Winter2026" }
    });
    let plan = bench.plan("runScript", params).unwrap();
    assert!(plan.checkpoint.contains("Winter2026"));
    let record = |status: &str, args: &str| {
        json!({ "id": "a1", "type": "LiveResponse", "status": status, "machineId": ONE, "requestorComment": "",
            "commands": [{ "index": 0, "commandStatus": "Completed", "command": { "type": "RunScript", "params": [
                { "key": "ScriptName", "value": "s.ps1" }, { "key": "Args", "value": args }] } }] })
    };
    bench.network.answer(201, &record("Pending", "-Password Winter2026").to_string());
    let sent = bench.step(&plan);
    assert!(!sent.checkpoint.contains("Winter2026"), "{}", sent.checkpoint);
    for secret in ["hunter2", "eyJ"] {
        assert!(!plan.checkpoint.contains(secret) && !sent.checkpoint.contains(secret));
    }
    // What ran with other arguments is not what was asked for.
    bench.network.answer(200, &list(&[record("Succeeded", "-Password Summer2026")]));
    let other = bench.step(&sent);
    assert_eq!(
        (error(&other).kind(), error(&other).retry()),
        (Kind::MalformedResponse, Retry::Unknown)
    );
    // The result is read in the step in which the job has ended; what cannot be read now is read by
    // the next one.
    bench.network.answer(200, &list(&[record("Succeeded", "-Password Winter2026")]));
    bench.network.answer_with(429, &[("retry-after", "7")], &refusal("TooManyRequests"));
    let unread = bench.step(&sent);
    assert_eq!((unread.next, unread.wait_ms), (Next::Look, 7000));
    bench.network.answer(200, &list(&[record("Succeeded", "-Password Winter2026")]));
    bench
        .network
        .answer(200, &json!({ "value": "https://x.blob.core.windows.net/r?sig=abc" }).to_string());
    bench
        .network
        .answer(200, r#"{"script_name":"s.ps1","exit_code":0,"script_output":"ran well"}"#);
    let ended = bench.step(&unread);
    assert!(ended.outcome.unwrap().unwrap().data.contains("ran well"));
    assert!(
        !ended.checkpoint.contains("ran well")
            && ended.targets[0].data.as_ref().unwrap().contains("ran well")
    );
}

#[test]
fn the_longest_comment_and_reference_fit_into_a_checkpoint() {
    let mut bench = bench();
    bench.token(json!(3600));
    let comment = "c".repeat(4000);
    let params = json!({ "id": ONE, "comment": comment, "reference": "r".repeat(100) });
    let planned = bench.plan("isolateHost", params).unwrap();
    bench.network.answer(201, &job("a1", ONE, "Pending", "c").to_string());
    bench.step(&planned);
    let sent = bench.comment_of_isolation();
    assert!(sent.starts_with("[op:") && sent.ends_with(&comment), "{sent}");
}
