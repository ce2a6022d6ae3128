//! How responses are decoded, and what never gets out or in.

use super::*;

#[test]
fn a_403_names_what_is_required_and_what_is_granted() {
    let mut bench = bench().signed_in();
    bench.network.answer(403, &refusal("Forbidden"));
    let error = bench.isolate().unwrap_err();
    assert_eq!((error.kind(), error.status()), (Kind::Forbidden, Some(403)));
    assert_eq!(
        error.details().unwrap(),
        &json!({
            "required": [["Machine.Isolate"]], "granted": ["Machine.Read.All"],
            "serviceMessage": "m"
        })
    );
}

#[test]
fn lists_that_the_service_calls_not_found_are_empty_and_other_404s_are_not() {
    let mut bench = bench().signed_in();
    bench.network.answer(404, r#"{"error":{"code":"ResourceNotFound","message":"none"}}"#);
    let (outcome, _) = bench.call("getAgentList", json!({ "pageSize": 5 })).unwrap();
    assert_eq!(outcome.data, r#"{"value":[],"page":1,"pageSize":5,"total":0}"#);
    bench.network.answer(404, "<html>");
    assert_eq!(bench.call("getAgentList", json!({})).unwrap_err().kind(), Kind::MalformedResponse);
    bench
        .network
        .answer(200, r#"{"@odata.context":"x","page":9,"value":[{"z":1}],"@odata.nextLink":"n"}"#);
    let (outcome, _) = bench.call("getAgentList", json!({})).unwrap();
    assert_eq!(
        outcome.data,
        r#"{"@odata.context":"x","value":[{"z":1}],"@odata.nextLink":"n","page":1,"pageSize":20,"total":-1}"#
    );
    assert_eq!(
        outcome.warnings[0].code, "cut-off",
        "shorter than asked for, and there is a next page"
    );
}

#[test]
fn links_to_other_hosts_are_not_followed_and_no_credentials_go_to_storage() {
    let link = "https://x.blob.core.windows.net/r/a%20b.json?sig=SIGNATURE";
    let mut bench = bench().signed_in();
    bench.network.answer(200, &json!({ "value": link }).to_string());
    bench.network.answer(
        200,
        r#"{"script_name":"a.ps1","exit_code":0,"script_output":"ok","script_errors":""}"#,
    );
    let (outcome, _) = bench.call("getActionResults", json!({ "id": "a1" })).unwrap();
    assert!(outcome.data.contains(r#""script_output":"ok""#));
    let log = bench.network.log();
    assert!(
        log[1].line.ends_with("/api/machineactions/a1/GetLiveResponseResultDownloadLink(index=0)"),
        "{}",
        log[1].line
    );
    assert_eq!(
        (log[2].line.as_str(), log[2].header("authorization")),
        (format!("GET {link}").as_str(), None)
    );

    for (link, kind) in [
        ("https://evil.example/?sig=SIGNATURE", Kind::Denied),
        ("http://x.blob.core.windows.net/", Kind::Denied),
        ("https://169.254.169.254/", Kind::Denied),
        ("https://a:pw-SIGNATURE@x.blob.core.windows.net/", Kind::MalformedResponse),
        ("ftp://x.blob.core.windows.net/?sig=SIGNATURE", Kind::MalformedResponse),
        ("https://x.blob.core.windows.net\\@evil.example/", Kind::MalformedResponse),
        ("https://bücher.blob.core.windows.net/", Kind::MalformedResponse),
    ] {
        bench.network.answer(200, &json!({ "value": link }).to_string());
        let error = bench.call("getActionResults", json!({ "id": "a1" })).unwrap_err();
        assert_eq!(error.kind(), kind, "{link}");
        assert!(!format!("{error:?}").contains("SIGNATURE"), "{error:?}");
    }
    for value in [Value::Null, json!(""), json!("\"\"")] {
        bench.network.answer(200, &json!({ "value": value }).to_string());
        let error = bench.call("getActionResults", json!({ "id": "a1" })).unwrap_err();
        assert_eq!(error.kind(), Kind::NotFound);
        assert!(error.message().contains("\"a1\""), "{}", error.message());
    }
}

#[test]
fn answers_are_bounded() {
    let mut bench =
        bench_with(json!({ "maxResponseBytes": 1024 }), json!({ "clientSecret": SECRET }))
            .signed_in();
    bench.network.answer(200, &" ".repeat(1025));
    let error = bench.details().unwrap_err();
    assert_eq!(error.kind(), Kind::MalformedResponse);
    assert!(
        error.message().contains("1024") && error.message().contains("maxResponseBytes"),
        "{}",
        error.message()
    );
}

#[test]
fn nothing_is_sent_for_parameters_that_do_not_conform() {
    let mut bench = bench();
    for params in
        [r#"{"id":".."}"#, r#"{"id":"a/b"}"#, r#"{"id":""}"#, r#"{"ID":"x"}"#, "[]", "{", "7"]
    {
        let error = bench
            .connector
            .execute("getAgentDetails", params, &bench.network, &bench.clock)
            .unwrap_err();
        assert_eq!(error.kind(), Kind::InvalidParams, "{params}");
    }
    let error = bench.call("isolatehost", json!({})).unwrap_err();
    assert_eq!(error.kind(), Kind::UnknownAction);
    assert!(error.message().contains("`isolateHost`"), "{}", error.message());
    assert!(bench.network.lines().is_empty());
}

#[test]
fn the_status_counts_when_the_body_cannot_be_read() {
    const ID: &str = "313a644b-0000-48a9-9a37-2ea95245afb4";
    let coded = [("content-encoding", "gzip"), ("retry-after", "900"), ("request-id", ID)];
    for (status, kind, retry) in [
        // It may say that another action is under way: this very request, sent before.
        (400, Kind::Rejected, Retry::Unknown),
        (403, Kind::Forbidden, Retry::Never),
        (404, Kind::NotFound, Retry::Never),
        (408, Kind::Unavailable, Retry::Unknown),
        (409, Kind::Conflict, Retry::Unknown),
        (429, Kind::Throttled, Retry::After(900_000)),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer_with(status, &coded, "\u{1f}\u{8b}");
        if matches!(status, 400 | 408 | 409) {
            bench.network.answer(200, r#"{"value":[]}"#);
        }
        let error = bench.isolate().unwrap_err();
        assert_eq!((error.kind(), error.retry(), error.status()), (kind, retry, Some(status)));
        assert_eq!(error.request_id(), Some(ID), "{status}");
    }
    let mut bench = bench().signed_in();
    bench.network.cut(401, "{\"error");
    bench.token(json!(3600));
    bench.network.answer(200, MACHINE);
    bench.details().unwrap();
}

#[test]
fn what_storage_says_is_kept() {
    for (status, kind) in [(403, Kind::NotFound), (404, Kind::NotFound), (400, Kind::Rejected)] {
        let mut bench = bench().signed_in();
        // A link that has expired is asked for once more.
        for _ in 0..if status == 403 { 2 } else { 1 } {
            bench.network.answer(200, r#"{"value":"https://x.blob.core.windows.net/r?sig=s"}"#);
            bench.network.answer_with(
                status,
                &[("x-ms-error-code", "AuthenticationFailed"), ("x-ms-request-id", "r")],
                "<xml>",
            );
        }
        let error = bench.call("getActionResults", json!({ "id": "a" })).unwrap_err();
        assert_eq!(
            (error.kind(), error.status(), error.code()),
            (kind, Some(status), Some("AuthenticationFailed"))
        );
        assert_eq!(error.request_id(), Some("r"));
    }
}

#[test]
fn passwords_in_urls_and_reserved_names_do_not_get_through() {
    let mut connector = Connector::default();
    for url in [
        "htps://user:hunter2@a.example",
        "https://user:hunter 2@a.example",
        "https://user:hunter2@a.example",
    ] {
        let config = json!({
            "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "tenantId": "t.example",
            "apiUrl": url
        })
        .to_string();
        let error = connector.configure(&config, r#"{"clientSecret":"a-secret"}"#).unwrap_err();
        assert!(!format!("{error:?}").contains("hunter"), "{error:?}");
    }
    let mut bench = bench();
    let params =
        r#"{"$serde_json::private::RawValue":"{\"id\":\"d1000000000000000000000000000000\"}"}"#;
    let error = bench
        .connector
        .execute("getAgentDetails", params, &bench.network, &bench.clock)
        .unwrap_err();
    assert_eq!(error.kind(), Kind::InvalidParams);
}

#[test]
fn a_platform_that_does_not_do_it_is_named() {
    const REFUSED: &str = r#"{"error":{"code":"OsPlatformNotSupported","message":"Action is not supported","target":"t"}}"#;
    for (status, body, shown) in [
        (200, r#"{"id":"D1000000000000000000000000000000","osPlatform":"macOS"}"#, json!("macOS")),
        (
            200,
            r#"{"id":"d1000000000000000000000000000000","OSPLATFORM":"Ubuntu"}"#,
            json!("Ubuntu"),
        ),
        (200, r#"{"id":"d1000000000000000000000000000000","osPlatform":null}"#, Value::Null),
        (200, r#"{"id":"d2","osPlatform":"macOS"}"#, Value::Null),
        (404, r#"{"error":{"code":"ResourceNotFound","message":"m","target":"t"}}"#, Value::Null),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer(400, REFUSED);
        bench.network.answer(status, body);
        let error = bench.isolate().unwrap_err();
        assert_eq!(
            (error.kind(), error.status(), error.code()),
            (Kind::Rejected, Some(400), Some("OsPlatformNotSupported"))
        );
        assert_eq!((&error.details().unwrap()["osPlatform"], bench.posts()), (&shown, 1));
        assert!(
            error.message().contains(shown.as_str().unwrap_or("platform, unknown")),
            "{}",
            error.message()
        );
    }
}

#[test]
fn a_link_to_a_host_of_another_form_is_refused_by_its_name() {
    for (action, params) in
        [("getActionResults", json!({ "id": "a1" })), ("getPackageLink", json!({ "id": "a1" }))]
    {
        for host in [
            "core.windows.net",
            "blob.core.windows.net",
            "xblob.core.windows.net",
            "securitycenter.windows.com.evil.example",
        ] {
            let link =
                format!("https://{host}/investigation-actions-data/ID?se=2026&sig=SIGNATURE");
            let mut bench = bench().signed_in();
            bench.network.answer(200, &json!({ "value": link }).to_string());
            let error = bench.call(action, params.clone()).unwrap_err();
            assert_eq!((error.kind(), bench.sent().len()), (Kind::Denied, 1), "{link}");
            assert!(error.message().contains(host), "{}", error.message());
            assert!(!format!("{error:?}").contains("SIGNATURE"), "{error:?}");
        }
    }
}

#[test]
fn the_query_of_a_package_link_is_in_no_message() {
    let link = "https://userrequests-us.securitycenter.windows.com:443/safedownload/WDATP_Investigation_Package.zip?token=SIGNATURE";
    let answer = json!({ "value": link }).to_string();
    let params = json!({ "id": "a1" });
    let mut bench = bench().signed_in();
    bench.network.answer(200, &answer);
    let (outcome, _) = bench.call("getPackageLink", params.clone()).unwrap();
    let data: Value = serde_json::from_str(&outcome.data).unwrap();
    assert_eq!(data["value"], link.replace(":443", ""), "{outcome:?}");
    assert!(outcome.warnings.is_empty());
    for status in [400, 404, 500] {
        let mut bench =
            super::bench_with(json!({ "maxRetries": 0 }), json!({ "clientSecret": SECRET }))
                .signed_in();
        bench.network.answer(200, &answer);
        bench
            .network
            .answer(status, &format!("<Error>cannot read {link}, token=SIGNATURE</Error>"));
        let error = bench
            .connector
            .open("getPackageLink", &params.to_string(), &bench.network, &bench.clock)
            .err()
            .unwrap();
        assert_eq!(error.status(), Some(status));
        assert!(!format!("{error:?}").contains("SIGNATURE"), "{error:?}");
        assert_eq!(bench.network.log().last().unwrap().header("authorization"), None);
    }
}
