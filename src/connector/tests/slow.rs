//! Hunting queries: they may take minutes, and each try costs the tenant's quota.

use super::*;

const QUERY: &str = "runHuntingQuery";

fn query(bench: &mut Bench, action: &str) -> Result<(Outcome, Usage), Error> {
    bench.call(action, json!({ "query": "DeviceInfo | count" }))
}

#[test]
fn a_query_is_waited_for_longer_than_anything_else() {
    for (limits, queries, others) in [
        (json!({}), 240, 60),
        (json!({ "responseTimeoutSeconds": 5 }), 240, 5),
        (json!({ "queryTimeoutSeconds": 200 }), 200, 60),
        // Not beyond the call's own end.
        (json!({ "callTimeoutSeconds": 100 }), 100, 60),
    ] {
        for action in [QUERY, "runAdvancedQuery"] {
            let mut bench =
                bench_with(limits.clone(), json!({ "clientSecret": SECRET })).signed_in();
            bench.network.answer(200, r#"{"schema":[],"results":[]}"#);
            query(&mut bench, action).unwrap();
            // Graph's token is another one.
            if action == QUERY {
                bench.token(json!(3600));
            }
            bench.network.answer(200, MACHINE);
            bench.details().unwrap();
            let log = bench.network.log();
            let of = |part: &str| {
                log.iter().find(|sent| sent.line.contains(part)).unwrap().first_byte.as_secs()
            };
            assert_eq!(of("uer"), queries, "{action} {limits}");
            assert_eq!(
                (of("/api/machines/"), of("/oauth2/")),
                (others, others),
                "{action} {limits}"
            );
        }
    }
}

#[test]
fn a_query_that_may_have_run_is_repeated_once() {
    let graph = r#"{"error":{"code":"UnknownError","message":"","innerError":{"date":"2026-01-20T11:29:01","request-id":"5c0e1b7a-2222-4a44-8c10-49180d42a001"}}}"#;
    type Trouble = fn(&Scripted, &str);
    let troubles: [Trouble; 4] = [
        |network, body| network.answer(504, body),
        |network, body| network.answer(503, body),
        |network, _| network.fail(TransportError::maybe_sent(Cause::ResponseTimeout)),
        |network, _| network.cut(200, "{"),
    ];
    for (n, first) in troubles.iter().enumerate() {
        for (m, second) in troubles.iter().enumerate() {
            let mut bench = bench().signed_in();
            first(&bench.network, graph);
            second(&bench.network, graph);
            let error = query(&mut bench, QUERY).unwrap_err();
            assert_eq!(bench.sent().len(), 2, "{n} {m}");
            assert!(matches!(error.retry(), Retry::After(_)), "{n} {m}: {error:?}");
            if m < 2 {
                assert_eq!(error.request_id(), Some("5c0e1b7a-2222-4a44-8c10-49180d42a001"));
                assert!(error.message().contains("narrow"), "{}", error.message());
            }
            // Another read is repeated as before.
            let mut bench = self::bench().signed_in();
            first(&bench.network, graph);
            second(&bench.network, graph);
            bench.network.answer(200, MACHINE);
            bench.details().unwrap();
        }
    }
}

#[test]
fn a_query_that_has_not_run_is_repeated_as_any_other() {
    let mut bench = bench().signed_in();
    for _ in 0..2 {
        bench.network.answer_with(429, &[("retry-after", "5")], &refusal("TooManyRequests"));
        bench.network.fail(TransportError::not_sent(Cause::Connect));
    }
    bench.network.answer(200, r#"{"schema":[],"results":[]}"#);
    assert_eq!(query(&mut bench, QUERY).unwrap().1.retries, 4);
}

#[test]
fn a_quota_of_an_hour_is_an_hour_s_pause_said_at_once() {
    let quota = |span: &str| {
        let message = format!("API calls quota exceeded! maximum allowed 1500 per {span}");
        json!({
            "error": {
                "code": "429", "message": message, "target": "|dda96034-4495868f9e453baf."
            }
        })
        .to_string()
    };
    type Call = fn(&mut Bench) -> Result<(Outcome, Usage), Error>;
    let calls: [Call; 3] = [
        |bench| query(bench, "runAdvancedQuery"),
        |bench| bench.call("getAgentList", json!({})),
        |bench| bench.isolate(),
    ];
    for call in calls {
        let mut bench = bench().signed_in();
        bench.network.answer(429, &quota("01:00:00"));
        let error = call(&mut bench).unwrap_err();
        assert_eq!((error.kind(), error.retry()), (Kind::Throttled, Retry::After(3_600_000)));
        assert_eq!(
            (error.code(), bench.sent().len(), bench.clock.elapsed()),
            (Some("429"), 1, Duration::ZERO)
        );
        // The header knows better.
        bench.network.answer_with(429, &[("retry-after", "1200")], &quota("01:00:00"));
        assert_eq!(call(&mut bench).unwrap_err().retry(), Retry::After(1_200_000));
        // A minute is waited for.
        let mut bench = self::bench().signed_in();
        bench.network.answer(429, &quota("00:01:00"));
        bench.network.answer(400, &refusal("BadRequest"));
        assert_eq!(call(&mut bench).unwrap_err().kind(), Kind::Rejected);
        assert_eq!(bench.clock.elapsed(), Duration::from_secs(60));
    }
}
