//! Sign-in: when a token is asked for, renewed, kept, and refused.

use super::*;

#[test]
fn a_token_is_asked_for_once_and_members_pass_through_untouched() {
    let mut bench = bench().signed_in();
    bench.network.answer(200, MACHINE);
    bench.network.answer(200, MACHINE);
    let (outcome, usage) =
        bench.call("getAgentDetails", json!({ "id": "d1000000000000000000000000000000" })).unwrap();
    assert_eq!(outcome.data, MACHINE);
    assert_eq!((usage.requests, usage.retries, usage.response_bytes > 0), (2, 0, true));
    bench.details().unwrap();
    let log = bench.network.log();
    assert_eq!(
        bench.network.lines(),
        [
            "POST https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token",
            "GET https://api.security.microsoft.com/api/machines/d1000000000000000000000000000000",
            "GET https://api.security.microsoft.com/api/machines/d1000000000000000000000000000000",
        ]
    );
    let form: Vec<(String, String)> =
        form_urlencoded::parse(log[0].body.as_bytes()).into_owned().collect();
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"),
        ("scope", "https://api.securitycenter.microsoft.com/.default"),
        ("client_secret", SECRET),
    ];
    assert_eq!(form, pairs.map(|(k, v)| (k.to_owned(), v.to_owned())));
    assert_eq!(log[0].header("authorization"), None);
    assert_eq!(
        log[1].header("authorization"),
        Some(format!("Bearer {}", token(&["Machine.Read.All"])).as_str())
    );
    assert_eq!((log[1].body.as_str(), log[1].header("content-type")), ("", None));
}

#[test]
fn tokens_are_renewed_before_they_end_however_their_life_is_written() {
    for (expires_in, fresh, stale) in [
        (json!(3600), 3299, 3300),
        (json!("3600"), 3299, 3300),
        (json!(3599.7), 3298, 3299),
        (Value::Null, 3299, 3300),
        // A short life is not eaten up by the margin.
        (json!(100), 74, 75),
    ] {
        for (wait, tokens) in [(fresh, 1), (stale, 2)] {
            let mut bench = bench();
            bench.token(expires_in.clone());
            bench.network.answer(200, MACHINE);
            bench.details().unwrap();
            bench.clock.sleep(Duration::from_secs(wait));
            if tokens == 2 {
                bench.token(json!(3600));
            }
            bench.network.answer(200, MACHINE);
            bench.details().unwrap();
            let asked = bench.network.lines().len() - bench.sent().len();
            assert_eq!(asked, tokens, "{expires_in} after {wait} s");
        }
    }
}

#[test]
fn a_401_costs_one_new_token_and_no_more() {
    for body in
        ["", "<html>", r#"{"error":{"code":"Unauthorized","message":"m","target":"|t-1."}}"#]
    {
        let mut bench = bench().signed_in();
        bench.network.answer(401, body);
        bench.token(json!(3600));
        bench.network.answer(200, MACHINE);
        bench.details().unwrap();
    }
    let mut bench = self::bench().signed_in();
    bench.network.answer(401, &refusal("Unauthorized"));
    bench.token(json!(3600));
    bench.network.answer_with(401, &[("www-authenticate", "Bearer")], "");
    let error = bench.isolate().unwrap_err();
    assert_eq!(
        (error.kind(), error.status(), error.retry()),
        (Kind::Unauthenticated, Some(401), Retry::Never)
    );
    assert_eq!(bench.sent().len(), 2);
}

#[test]
fn a_token_of_the_host_is_used_as_it_is_and_cannot_be_renewed() {
    let mut bench = bench_with(json!({}), json!({ "accessToken": token(&[]) }));
    bench.network.answer(401, "");
    assert_eq!(bench.details().unwrap_err().kind(), Kind::Unauthenticated);
    assert_eq!(bench.network.lines().len(), 1);
    // What was asked is worth keeping, the host's own token is not the connector's to keep.
    let snapshot = bench.connector.save().unwrap();
    assert!(
        snapshot.contains(r#""defender":null"#) && !snapshot.contains(&token(&[])),
        "{snapshot}"
    );
}

#[test]
fn the_login_server_s_refusals_say_what_to_do() {
    let body = json!({ "error": "invalid_client", "error_codes": [7_000_215], "trace_id": "trace",
        "error_description": format!(
            "AADSTS7000215: Invalid client secret {SECRET} provided.\r\nTrace ID: x"
        ) });
    // A mark before it, or half of a character in its words, hides nothing.
    let marked = format!("\u{feff}{body}");
    let broken = body.to_string().replace("provided", "\\ud83d");
    for body in [body.to_string(), marked, broken] {
        let mut bench = bench();
        bench.network.answer(401, &body);
        let error = bench.isolate().unwrap_err();
        assert_eq!(
            (error.kind(), error.status(), error.retry()),
            (Kind::Unauthenticated, Some(401), Retry::Never)
        );
        assert_eq!((error.code(), error.request_id()), (Some("AADSTS7000215"), Some("trace")));
        assert!(error.message().contains("value, not its ID"), "{}", error.message());
        assert!(!format!("{error:?}").contains(SECRET), "{error:?}");
        assert_eq!(bench.network.lines().len(), 1, "a refused sign-in is not repeated");
    }
}

#[test]
fn sign_ins_that_make_no_sense_are_no_tokens() {
    for body in [
        "",
        "{}",
        "<html>",
        r#"{"access_token":""}"#,
        r#"{"access_token":"a b"}"#,
        r#"{"access_token":"a","token_type":"mac"}"#,
        r#"{"access_token":"a","expires_in":"soon"}"#,
    ] {
        let mut bench = bench();
        bench.network.answer(200, body);
        let error = bench.isolate().unwrap_err();
        assert_eq!((error.kind(), error.status()), (Kind::MalformedResponse, Some(200)), "{body}");
        assert!(bench.sent().is_empty());
    }
}

#[test]
fn a_session_goes_to_an_instance_with_the_same_settings_only() {
    let mut first = bench().signed_in();
    first.network.answer(200, MACHINE);
    first.details().unwrap();
    let snapshot = first.connector.save().unwrap();

    let mut second = bench();
    second.connector.restore(&snapshot).unwrap();
    second.network.answer(200, MACHINE);
    second.details().unwrap();
    assert_eq!(second.network.lines().len(), 1, "no sign-in");

    let mut other = Connector::default();
    assert_eq!(other.restore(&snapshot).unwrap_err().kind(), Kind::NotConfigured);
    let config = json!({
        "clientId": "00000000-1111-2222-3333-444444444444", "tenantId": "contoso.example"
    })
    .to_string();
    other.configure(&config, &json!({ "clientSecret": SECRET }).to_string()).unwrap();
    for text in [snapshot.as_str(), "", "{}", "nonsense"] {
        let error = other.restore(text).unwrap_err();
        assert_eq!(error.kind(), Kind::InvalidParams);
        assert!(!error.message().contains("eyJ"), "{}", error.message());
    }
}

#[test]
fn tokens_that_no_header_holds_are_refused() {
    let mut bench = bench();
    bench.network.answer(200, &json!({ "access_token": "a".repeat(16_385) }).to_string());
    assert_eq!(bench.details().unwrap_err().kind(), Kind::MalformedResponse);
}
