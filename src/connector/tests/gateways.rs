//! Refusals of something on the way to the service: they prove nothing of a request that is no
//! read.

use super::*;

/// What gateways, proxies and API management write.
const PAGES: &[(&[(&str, &str)], &str)] = &[
    (&[], ""),
    (&[], "<html><body>Too many requests</body></html>"),
    (&[], r#"{"error":"rate limited"}"#),
    (
        &[("retry-after", "1")],
        r#"{"statusCode":429,"message":"Rate limit is exceeded. Try again in 1 seconds."}"#,
    ),
    (&[], r#"{"message":"API rate limit exceeded"}"#),
    (&[], r#"{"error":{"code":429,"message":"quota","status":"RESOURCE_EXHAUSTED"}}"#),
    (&[], r#"{"error":{"code":"rate_limited","message":"slow down"}}"#),
    (&[("x-request-id", "313a644b-0000-48a9-9a37-2ea95245afb4")], "{}"),
    (&[("www-authenticate", "Basic realm=\"proxy\"")], ""),
];

#[test]
fn what_a_gateway_refuses_may_have_been_carried_out() {
    for status in [400, 401, 403, 404, 405, 409, 410, 413, 421, 425, 429, 499] {
        for (headers, body) in PAGES {
            let mut bench = bench().signed_in();
            bench.network.answer_with(status, headers, body);
            for _ in 0..4 {
                bench.network.answer(200, NOTHING);
            }
            let error = bench.isolate().unwrap_err();
            assert_eq!(
                (error.retry(), error.status()),
                (Retry::Unknown, Some(status)),
                "{status} {body}"
            );
            assert!(error.message().contains("may have been carried out"), "{}", error.message());
            // One request, no new token for it, and a look.
            let lines = bench.network.lines();
            let shown = format!("{status} {body}: {lines:?}");
            assert_eq!((bench.posts(), bench.sent().len(), lines.len()), (1, 2, 3), "{shown}");

            let mut bench = self::bench().signed_in();
            bench.network.answer_with(status, headers, body);
            let error = bench
                .call("addTag", json!({ "id": "d1000000000000000000000000000000", "tag": "t" }))
                .unwrap_err();
            assert_eq!(
                (error.retry(), bench.network.lines().len()),
                (Retry::Unknown, 2),
                "{status} {body}"
            );
        }
    }
}

#[test]
fn what_was_carried_out_behind_a_gateway_is_found() {
    for status in [401, 403, 409, 429] {
        let mut bench = bench().signed_in();
        bench.network.answer(status, "<html>");
        let record = json!({ "value": [{ "id": "a7", "type": "Isolate", "status": "Pending", "machineId": "d1000000000000000000000000000000",
            "requestorComment": "c", "creationDateTimeUtc": "2026-11-24T12:00:00.5Z" }] });
        let date = [("date", "Tue, 24 Nov 2026 12:00:01 GMT")];
        bench.network.answer_with(200, &date, &record.to_string());
        let action = bench.isolate().unwrap().0.job.unwrap();
        assert_eq!(
            (action.id.as_str(), action.adopted, bench.posts()),
            ("a7", true, 1),
            "{status}"
        );
    }
}

#[test]
fn what_the_service_refuses_was_not_carried_out() {
    const ID: &str = "313a644b-0000-48a9-9a37-2ea95245afb4";
    for (headers, body) in [
        (&[][..], refusal("TooManyRequests")),
        (&[], r#"{"error":{"code":"429","message":"API calls quota exceeded!"}}"#.to_owned()),
        (&[], format!("\u{feff}{}", refusal("TooManyRequests"))),
        (&[("request-id", ID)], String::new()),
        (&[("x-ms-request-id", ID)], "<html>".to_owned()),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer_with(429, headers, &body);
        bench.network.answer(201, ISOLATING);
        bench.isolate().unwrap();
        assert_eq!(bench.posts(), 2, "{headers:?} {body}");
    }
}

#[test]
fn after_a_gateway_s_429_nothing_more_is_sent_and_nothing_unsent_is_in_doubt() {
    let ids = ["a".repeat(40), "b".repeat(40), "c".repeat(40)];
    let mut bench = bench().signed_in();
    bench.network.answer_with(429, &[("retry-after", "30")], "<html>");
    for _ in 0..4 {
        bench.network.answer(200, NOTHING);
    }
    let error = bench
        .call("isolateHost", json!({ "ids": ids, "comment": "c", "maxTargets": 3 }))
        .unwrap_err();
    assert_eq!(bench.posts(), 1);
    let results = error.details().unwrap()["results"].clone();
    let retries: Vec<&Value> = (0..3).map(|n| &results[n]["error"]["retry"]).collect();
    let later = json!({ "afterMilliseconds": 30_000 });
    assert_eq!(retries, [&json!("unknown"), &later, &later], "{results}");
    assert!(
        results[1]["error"]["message"].as_str().unwrap().starts_with("Nothing was sent"),
        "{results}"
    );
}

#[test]
fn reads_are_repeated_no_matter_who_refuses_them() {
    for (headers, body) in PAGES {
        let mut bench = bench().signed_in();
        bench.network.answer_with(429, headers, body);
        bench.network.answer(200, MACHINE);
        bench.details().unwrap();
        let mut bench = self::bench().signed_in();
        bench.network.answer_with(401, headers, body);
        bench.token(json!(3600));
        bench.network.answer(200, MACHINE);
        bench.details().unwrap();
    }
}

#[test]
fn a_conflict_is_a_conflict_however_its_body_came() {
    let body = r#"{"error":{"code":"ActiveRequestAlreadyExists","message":"Action \ud83d is in progress"}}"#;
    let other_case =
        body.replace("error", "Error").replace("code", "Code").replace("message", "Message");
    for body in [body.to_owned(), format!("\u{feff}{body}"), other_case, body[..80].to_owned()] {
        let mut bench = bench().signed_in();
        bench.network.answer_with(400, &[], &body);
        bench.network.answer(200, NOTHING);
        let error = bench.isolate().unwrap_err();
        assert_eq!((error.kind(), error.retry()), (Kind::Conflict, Retry::Unknown), "{body}");
        assert_eq!(error.code(), Some("ActiveRequestAlreadyExists"), "{body}");
    }
}
