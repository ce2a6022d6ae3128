//! At most once: what is sent again, what never is, and who owns the action in a response.

mod ownership;

use super::*;

#[test]
fn what_may_have_been_carried_out_is_sent_once() {
    let failures = [Cause::Broken, Cause::ResponseTimeout, Cause::Protocol];
    for cause in failures {
        let mut bench = bench().signed_in();
        bench.network.fail(TransportError::maybe_sent(cause));
        bench.network.answer(200, NOTHING);
        let error = bench.isolate().unwrap_err();
        assert_eq!((error.retry(), bench.posts()), (Retry::Unknown, 1), "{cause:?}");
        assert!(error.message().contains("may have been carried out"), "{}", error.message());
    }
    for (status, body) in [
        (500, ""),
        (502, "<html>"),
        (503, "{}"),
        (504, ""),
        (200, ""),
        (201, "{}"),
        (201, "[]"),
        (204, ""),
        (302, ""),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer_with(status, &[("request-id", "r-1")], body);
        bench.network.answer(200, NOTHING);
        let error = bench.isolate().unwrap_err();
        assert_eq!(
            (error.retry(), error.status(), bench.posts()),
            (Retry::Unknown, Some(status), 1)
        );
        assert_eq!(error.request_id(), Some("r-1"));
    }
    let mut bench = bench().signed_in();
    bench.network.cut(201, &ISOLATING[..20]);
    bench.network.answer(200, NOTHING);
    let error = bench.isolate().unwrap_err();
    assert_eq!(
        (error.kind(), error.retry(), error.status()),
        (Kind::Unreachable, Retry::Unknown, Some(201))
    );
}

/// A record of the isolation that `Bench::isolate` asks for, made at a time of day, with another
/// member in it.
fn isolation(at: &str, name: &str, value: &str) -> String {
    let mut action: Value = serde_json::from_str(ISOLATING).unwrap();
    action["creationDateTimeUtc"] = format!("2026-11-24T{at}.1234567Z").into();
    action[name] = value.into();
    json!({ "value": [action] }).to_string()
}

#[test]
fn what_was_carried_out_and_not_answered_is_found_and_taken_over() {
    let date = [("date", "Tue, 24 Nov 2026 12:00:10 GMT")];
    // The look comes a second after the request by our clock: by the service's that was at
    // 12:00:09.
    for (listed, found) in [
        (isolation("12:00:09", "id", "a7"), true),
        (isolation("12:00:08", "id", "a7"), true),
        (isolation("12:00:06", "id", "a7"), false),
        // It is yet to come: `Date` is not the clock by which the records are written.
        (isolation("12:00:14", "id", "a7"), false),
        (isolation("12:00:09", "requestorComment", "another's"), false),
        (isolation("12:00:09", "machineId", "m2"), false),
        (isolation("12:00:09", "type", "Unisolate"), false),
    ] {
        let mut bench =
            bench_with(json!({ "callTimeoutSeconds": 2 }), json!({ "clientSecret": SECRET }))
                .signed_in();
        bench.network.answer(503, "<html>");
        bench.network.answer_with(200, &date, &listed);
        let outcome = bench.isolate();
        assert_eq!(bench.posts(), 1);
        match (outcome, found) {
            (Ok((outcome, _)), true) => {
                let action = outcome.job.unwrap();
                assert_eq!(
                    (action.id.as_str(), action.adopted, action.state),
                    ("a7", true, State::Pending)
                );
            }
            (Err(error), false) => {
                assert_eq!((error.retry(), error.status()), (Retry::Unknown, Some(503)), "{listed}")
            }
            (outcome, _) => panic!("{listed}: {outcome:?}"),
        }
    }
    // Nothing is concluded from a `Date` that is far from the host's clock.
    let mut bench =
        bench_with(json!({ "callTimeoutSeconds": 2 }), json!({ "clientSecret": SECRET }))
            .signed_in();
    bench.network.answer(503, "<html>");
    bench.network.answer_with(
        200,
        &[("date", "Tue, 24 Nov 2026 11:50:01 GMT")],
        &isolation("11:50:00", "id", "a7"),
    );
    assert_eq!(bench.isolate().unwrap_err().retry(), Retry::Unknown);
    // One that has ended badly is found all the same, and is no success.
    let mut bench = super::bench().signed_in();
    bench.network.fail(TransportError::maybe_sent(Cause::ResponseTimeout));
    bench.network.answer_with(200, &date, &isolation("12:00:09", "status", "Failed"));
    assert_eq!(bench.isolate().unwrap_err().kind(), Kind::ActionFailed);
}

#[test]
fn a_record_that_comes_late_is_waited_for() {
    let mut bench = bench().signed_in();
    bench.network.answer(502, "");
    bench.network.answer_with(200, &[("date", "Tue, 24 Nov 2026 12:00:01 GMT")], NOTHING);
    bench.network.answer_with(
        200,
        &[("date", "Tue, 24 Nov 2026 12:00:04 GMT")],
        &isolation("12:00:00", "id", "a7"),
    );
    let (outcome, usage) = bench.isolate().unwrap();
    // The last request is the look for what will undo it.
    assert_eq!((outcome.job.unwrap().id.as_str(), usage.requests, bench.posts()), ("a7", 5, 1));
}

#[test]
fn what_was_not_carried_out_is_sent_again() {
    let mut bench = bench().signed_in();
    bench.network.fail(TransportError::not_sent(Cause::Connect));
    bench.network.answer_with(
        429,
        &[("retry-after", "7")],
        r#"{"error":{"code":"429","message":"quota"}}"#,
    );
    bench.network.answer(201, ISOLATING);
    let (outcome, usage) = bench.isolate().unwrap();
    assert_eq!(outcome.job.unwrap().state, State::Pending);
    assert_eq!((usage.requests, usage.retries, bench.posts()), (5, 2, 3));
    assert!((8_000..9_000).contains(&usage.waited_ms), "{}", usage.waited_ms);
}

#[test]
fn a_wait_that_would_pass_the_deadline_is_reported_at_once() {
    let mut bench =
        bench_with(json!({ "callTimeoutSeconds": 30 }), json!({ "clientSecret": SECRET }))
            .signed_in();
    bench.network.answer_with(429, &[("retry-after", "40")], &refusal("TooManyRequests"));
    let error = bench.isolate().unwrap_err();
    assert_eq!(
        (error.kind(), error.retry(), error.status()),
        (Kind::Throttled, Retry::After(40_000), Some(429))
    );
    assert_eq!(bench.clock.elapsed(), Duration::ZERO);
}

#[test]
fn reads_are_repeated_within_their_number() {
    let mut bench =
        bench_with(json!({ "maxRetries": 2 }), json!({ "clientSecret": SECRET })).signed_in();
    bench.network.answer(503, "");
    bench.network.fail(TransportError::maybe_sent(Cause::Broken));
    bench.network.answer(200, MACHINE);
    bench.details().unwrap();
    for _ in 0..3 {
        bench.network.answer(503, "");
    }
    let error = bench.details().unwrap_err();
    assert_eq!((error.kind(), error.status()), (Kind::Unavailable, Some(503)));
    assert_eq!(bench.sent().len(), 6);
}

#[test]
fn a_pause_is_obeyed_however_it_is_written() {
    for header in ["Fri, 31 Dec 2027 23:59:59 GMT", "99999999999999999999"] {
        let mut bench = bench().signed_in();
        bench.network.answer_with(429, &[("retry-after", header)], &refusal("TooManyRequests"));
        let error = bench.isolate().unwrap_err();
        assert_eq!(
            (error.kind(), error.retry()),
            (Kind::Throttled, Retry::After(86_400_000)),
            "{header}"
        );
        assert_eq!(bench.sent().len(), 1);
    }
    // By our clock it is noon; what is over is no pause, and what cannot be read leaves it at the
    // usual one.
    for (header, date, pause) in [
        ("Tue, 24 Nov 2026 12:00:02 GMT", "", 2_000..2_001),
        ("Tuesday, 24-Nov-26 12:00:02 GMT", "", 2_000..2_001),
        ("Tue, 24 Nov 2026 12:00:02 GMT", "Tue, 24 Nov 2026 11:59:52 GMT", 10_000..10_001),
        ("Tue, 24 Nov 2026 11:00:02 GMT", "", 0..1),
        ("1.5", "", 1_500..1_501),
        ("-1", "", 0..1),
        ("soon", "", 4_000..5_001),
    ] {
        let mut bench = bench().signed_in();
        let headers = [("retry-after", header), ("date", date)];
        bench.network.answer_with(429, &headers, &refusal("TooManyRequests"));
        bench.network.answer(201, ISOLATING);
        let (_, usage) = bench.isolate().unwrap();
        assert!(pause.contains(&usage.waited_ms), "{header}: {}", usage.waited_ms);
    }
}

#[test]
fn a_request_that_must_not_be_repeated_is_not_sent_in_the_last_moment() {
    let mut bench =
        bench_with(json!({ "callTimeoutSeconds": 20 }), json!({ "clientSecret": SECRET }))
            .signed_in();
    bench.network.answer_with(429, &[("retry-after", "15")], &refusal("TooManyRequests"));
    let error = bench.isolate().unwrap_err();
    assert_eq!((error.kind(), bench.sent().len()), (Kind::Throttled, 1));
}

#[test]
fn a_command_that_was_not_completed_is_no_success() {
    for (status, succeeds) in [
        (json!("Completed"), true),
        (json!("Failed"), false),
        (json!("Created"), false),
        (Value::Null, false),
    ] {
        let mut bench = bench().signed_in();
        let command = json!({
            "index": 0, "commandStatus": status, "errors": ["no such file"],
            "command": { "type": "PutFile" }
        });
        let record = json!({
            "id": "a1", "type": "LiveResponse", "status": "Succeeded", "machineId": "m",
            "commands": [command]
        });
        bench.network.answer(200, &json!({ "value": [record] }).to_string());
        let outcome = bench.call("waitForAction", json!({ "id": "a1" }));
        assert_eq!(outcome.is_ok(), succeeds, "{status}");
        if let Err(error) = outcome {
            assert_eq!(error.kind(), Kind::ActionFailed);
            assert!(error.message().contains("no such file"), "{}", error.message());
        }
    }
}
