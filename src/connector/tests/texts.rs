//! Texts beyond ASCII, and marks in them: what is sent arrives to the letter, what comes is read.

use super::*;

#[test]
fn a_json_body_says_that_it_is_utf_8() {
    for (action, params, answer) in [
        (
            "isolateHost",
            json!({ "id": "d1000000000000000000000000000000", "comment": "Fall Müller" }),
            ISOLATING,
        ),
        (
            "runHuntingQuery",
            json!({ "query": "IdentityInfo | where AccountDisplayName has 'Müller'" }),
            "{}",
        ),
        ("addTag", json!({ "id": "d1000000000000000000000000000000", "tag": "Büro" }), "{}"),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer(200, answer);
        // Whether it is a right one does not matter here.
        let _ = bench.call(action, params);
        let log = bench.network.log();
        let sent = log.iter().rfind(|sent| !sent.line.contains("/oauth2/")).unwrap();
        assert_eq!(
            sent.header("content-type"),
            Some("application/json; charset=utf-8"),
            "{action}"
        );
        assert!(sent.body.contains('ü'), "{action}: {}", sent.body);
    }
}

#[test]
fn a_query_arrives_to_the_letter() {
    let query = "print s = 'a||b'\r\n| where s has '\\\\srv' and t == @'C:\\\"x\"' // Größe\t{}";
    for (given, action) in [
        (query.to_owned(), "runHuntingQuery"),
        (format!("\u{feff}{query}"), "runHuntingQuery"),
        (format!("\u{feff}{query}"), "runAdvancedQuery"),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer(200, r#"{"schema":[],"results":[]}"#);
        bench.call(action, json!({ "query": given })).unwrap();
        let body: Value = serde_json::from_str(&bench.network.log().last().unwrap().body).unwrap();
        assert_eq!(body, json!({ "Query": query }));
    }
}

#[test]
fn parameters_may_have_a_mark_in_front() {
    let mut bench = bench().signed_in();
    bench.network.answer(200, MACHINE);
    let params = "\u{feff}{\"id\":\"d1000000000000000000000000000000\"}";
    bench.connector.execute("getAgentDetails", params, &bench.network, &bench.clock).unwrap();
}

#[test]
fn an_answer_may_have_a_mark_in_front() {
    let marked = |text: &str| format!("\u{feff}{text}");
    let mut bench = bench();
    let token = json!({ "token_type": "Bearer", "access_token": token(&[]), "expires_in": 3600 });
    bench.network.answer(200, &marked(&token.to_string()));
    bench.network.answer(200, &marked(MACHINE));
    assert_eq!(bench.details().unwrap()["computerDnsName"], "ws");
    for (action, params, answer) in [
        ("getAgentList", json!({}), format!(r#"{{"value":[{MACHINE}]}}"#)),
        (
            "getAgentList",
            json!({ "all": true }),
            format!(r#"{{"@odata.count":1,"value":[{MACHINE}]}}"#),
        ),
        ("getAlertDomains", json!({ "id": "a" }), r#"{"value":[]}"#.to_owned()),
        ("getFileStatistics", json!({ "hash": "a".repeat(40) }), r#"{"sha1":"a"}"#.to_owned()),
        ("getActions", json!({}), format!(r#"{{"value":[{ISOLATING}]}}"#)),
    ] {
        bench.network.answer(200, &marked(&answer));
        let (outcome, _) =
            bench.call(action, params).unwrap_or_else(|error| panic!("{action}: {error:?}"));
        serde_json::from_str::<Value>(&outcome.data).unwrap();
    }
    bench.network.answer(201, &marked(ISOLATING));
    assert_eq!(bench.isolate().unwrap().0.job.unwrap().id, "a1");
}

#[test]
fn a_time_with_an_offset_keeps_its_plus_in_a_filter() {
    // The moment is 2026-06-01T00:00:00Z; a bare plus would arrive as a blank.
    for (action, params, member) in [
        (
            "getAgentList",
            json!({ "lastSeen": { "ge": "2026-06-01T02:00:00+02:00" } }),
            "lastSeen ge ",
        ),
        (
            "getAlerts",
            json!({ "lastUpdateTime": { "gt": "2026-06-01T02:00:00.5+02:00" } }),
            "lastUpdateTime gt ",
        ),
        (
            "getActions",
            json!({ "creationDateTimeUtc": { "le": "2026-06-01T05:30:00+05:30" } }),
            "creationDateTimeUtc le ",
        ),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer(200, NOTHING);
        bench.call(action, params.clone()).unwrap();
        let sent = bench.sent().remove(0);
        let url = url::Url::parse(sent.split_once(' ').unwrap().1).unwrap();
        assert!(sent.contains("%2B0") && !sent.contains("+0"), "{sent}");
        // As the service decodes it: with the offset that was given.
        let (_, filter) = url.query_pairs().find(|(name, _)| name == "$filter").unwrap();
        let time = params
            .as_object()
            .unwrap()
            .values()
            .next()
            .unwrap()
            .as_object()
            .unwrap()
            .values()
            .next()
            .unwrap();
        assert_eq!(filter, format!("{member}{}", time.as_str().unwrap()));
    }
    let mut bench = bench().signed_in();
    bench.network.answer(200, NOTHING);
    bench
        .call("exportVulnerabilityChanges", json!({ "sinceTime": "2026-06-01T02:00:00+02:00" }))
        .unwrap();
    assert!(
        bench.sent()[0].contains("sinceTime=2026-06-01T02:00:00%2B02:00"),
        "{:?}",
        bench.sent()
    );
}
