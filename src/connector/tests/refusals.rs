//! Who refused, and why: the login server's own codes, and permissions of another API.

use super::*;

const TRACE: &str = "7765f5e1-0000-46c7-b110-9543a3d25101";

/// A refusal as Entra writes it: with line breaks or with blanks, with and without `error_uri`.
fn entra(number: u32, error: &str, words: &str, separator: &str) -> String {
    let description = [
        format!("AADSTS{number}: {words}"),
        format!("Trace ID: {TRACE}"),
        "Correlation ID: 0dc2cbfd-0000-4cef-9dc4-51e8126ebb59".to_owned(),
        "Timestamp: 2026-04-08 14:09:13Z".to_owned(),
    ];
    json!({
        "error": error, "error_description": description.join(separator), "error_codes": [number],
        "trace_id": TRACE,
        "timestamp": "2026-04-08 14:09:13Z",
        "correlation_id": "0dc2cbfd-0000-4cef-9dc4-51e8126ebb59",
    })
    .to_string()
}

#[test]
fn each_refusal_of_the_login_server_has_its_own_advice() {
    for (number, error, right, wrong) in [
        (900_382, "invalid_request", "set `cloud`", "secret"),
        (90_038, "invalid_request", "set `cloud`", "secret"),
        (900_384, "invalid_request", "set `cloud`", "secret"),
        (50_059, "invalid_request", "`tenantId`", "secret"),
        (700_025, "invalid_client", "public client", "secret"),
        (9_002_313, "invalid_request", "proxy", "secret"),
        (70_002, "invalid_client", "`clientId`", "value, not its ID"),
        (7_000_229, "unauthorized_client", "consent", "secret"),
        (500_014, "invalid_resource", "disabled", "secret"),
        (65_001, "invalid_grant", "consent", "secret"),
        (50_034, "invalid_grant", "`tenantId`", "secret"),
        (900_144, "invalid_request", "proxy or the host", "secret"),
        (7_000_216, "invalid_client", "proxy or the host", "the secret is wrong"),
        (90_002, "invalid_request", "`tenantId`", "secret"),
        (700_016, "unauthorized_client", "`clientId`", "secret"),
        (7_000_222, "invalid_client", "expired", "not its ID"),
        (700_027, "invalid_client", "certificate", "secret"),
        (700_024, "invalid_client", "clock", "secret"),
        (700_213, "invalid_client", "subject", "secret"),
        // Numbers that are not known, by OAuth's own names.
        (999_999, "invalid_client", "the secret or the assertion", "`oAuthScope`"),
        (999_999, "invalid_scope", "`oAuthScope`", "secret"),
        (999_999, "unauthorized_client", "the application in Entra", "secret"),
        (999_999, "invalid_request", "`tenantId`", "secret"),
        (999_999, "interaction_required", "`cloud`", "secret"),
    ] {
        for (separator, status) in [("\r\n", 400), (" ", 401)] {
            let mut bench = bench();
            bench.network.answer(
                status,
                &entra(number, error, "What is wrong.\r\nAnd more of it.", separator),
            );
            let error = bench.details().unwrap_err();
            assert_eq!(
                (error.kind(), error.retry(), error.status()),
                (Kind::Unauthenticated, Retry::Never, Some(status))
            );
            assert_eq!(error.code(), Some(format!("AADSTS{number}").as_str()));
            assert_eq!(error.request_id(), Some(TRACE));
            assert!(error.message().contains(right), "{number}: {}", error.message());
            assert!(!error.message().contains(wrong), "{number}: {}", error.message());
            let said = error.details().unwrap();
            assert_eq!(
                said["serviceMessage"],
                format!("AADSTS{number}: What is wrong. And more of it.")
            );
            assert_eq!(bench.network.lines().len(), 1, "it is not repeated");
        }
    }
}

#[test]
fn a_trace_in_the_words_alone_is_the_request_id() {
    let body =
        entra(7_000_215, "invalid_client", "Wrong.", " ").replace("\"trace_id\"", "\"other\"");
    let mut bench = bench();
    bench.network.answer(401, &body);
    assert_eq!(bench.details().unwrap_err().request_id(), Some(TRACE));
}

/// A token for another API, or with another's permissions.
fn token_for(aud: &str, roles: &[&str]) -> String {
    let claims = json!({ "aud": aud, "roles": roles, "exp": NOON.as_secs() + 1_000_000 });
    let token = format!("eyJhbGciOiJub25lIn0.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
    json!({ "token_type": "Bearer", "access_token": token, "expires_in": 3600 }).to_string()
}

#[test]
fn permissions_of_another_api_are_no_matter_of_consent_alone() {
    let missing = "Missing application roles. API required roles: AdvancedQuery.Read.All, application roles: AdvancedHunting.Read.All.";
    let body = json!({ "error": { "code": "Forbidden", "message": missing, "target": "|t-1." } })
        .to_string();
    let xdr = "https://api.security.microsoft.com";
    let own = "https://api.securitycenter.microsoft.com";
    for (aud, roles, other) in [
        (xdr, "AdvancedHunting.Read.All", true),
        ("8ee8fdad-f234-4243-8f3b-15c294843740", "AdvancedQuery.Read.All", true),
        (own, "AdvancedHunting.Read.All", true),
        ("https://graph.microsoft.com", "ThreatHunting.Read.All", true),
        (own, "Machine.Read.All", false),
        ("fc780465-2017-40d4-a0c5-307022471b92", "Machine.Read.All", false),
    ] {
        let mut bench = bench();
        bench.network.answer(200, &token_for(aud, &[roles]));
        bench.network.answer(403, &body);
        let error = bench.call("runAdvancedQuery", json!({ "query": "DeviceInfo" })).unwrap_err();
        assert_eq!((error.kind(), error.code()), (Kind::Forbidden, Some("Forbidden")));
        assert_eq!(
            error.message().contains("`oAuthScope`") && error.message().contains(aud),
            other,
            "{}",
            error.message()
        );
        assert!(error.message().contains("permission that it lacks"), "{}", error.message());
    }
    // Before anything is sent, too.
    let mut bench = bench();
    bench.network.answer(200, &token_for(xdr, &["Incident.Read.All"]));
    let error = bench
        .call(
            "isolateHost",
            json!({ "id": "d1000000000000000000000000000000", "comment": "c", "dryRun": true }),
        )
        .unwrap_err();
    assert!(
        error.message().contains("XDR") && error.message().contains("`oAuthScope`"),
        "{}",
        error.message()
    );
    assert!(bench.sent().is_empty());
}

const ALERT: &str = r#"{"machineId":"d1000000000000000000000000000000","eventTime":"2026-10-01T09:15:33Z","reportId":"7","title":"t",
    "description":"d","severity":"High","category":"Malware","recommendedAction":"r"}"#;
const INDICATOR: &str = r#"{"indicatorValue":"evil.example","indicatorType":"DomainName","action":"Block","title":"t","description":"d"}"#;
const CAPACITY: &str = "Max capacity of indicators per tenant reached";

/// A refusal in the service's own words.
fn refused(code: &str, message: &str, more: Value) -> String {
    let mut error = json!({ "code": code, "message": message });
    error.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "error": error }).to_string()
}

#[test]
fn a_refusal_keeps_its_code_and_text_and_no_request_id_is_invented() {
    const ID: &str = "5006fc66-0000-46ee-be0c-4c544fc5d2a1";
    let missing = "recommendedAction argument is missing";
    for (action, params, body, code, message, id) in [
        (
            "createAlert",
            ALERT,
            refused("BadRequest", missing, json!({})),
            "BadRequest",
            missing,
            None,
        ),
        (
            "createAlert",
            ALERT,
            refused(
                "InvalidRequestBody",
                "Request body is incorrect",
                json!({ "target": "Comment" }),
            ),
            "InvalidRequestBody",
            "Request body is incorrect",
            None,
        ),
        (
            "submitIndicator",
            INDICATOR,
            refused("InvalidRequestBody", "Request body is incorrect", json!({ "target": ID })),
            "InvalidRequestBody",
            "Request body is incorrect",
            Some(ID),
        ),
        (
            "submitIndicator",
            INDICATOR,
            refused("BadRequest", CAPACITY, json!({})),
            "BadRequest",
            CAPACITY,
            None,
        ),
        (
            "submitIndicator",
            INDICATOR,
            refused("BadRequest", CAPACITY, json!({ "target": ID })),
            "BadRequest",
            CAPACITY,
            Some(ID),
        ),
    ] {
        let mut bench = bench().signed_in();
        bench.network.answer(400, &body);
        let error = bench.call(action, serde_json::from_str(params).unwrap()).unwrap_err();
        assert_eq!(
            (error.kind(), error.status(), error.retry()),
            (Kind::Rejected, Some(400), Retry::Never),
            "{body}"
        );
        assert_eq!((error.code(), error.request_id()), (Some(code), id), "{body}");
        assert_eq!(error.details().unwrap()["serviceMessage"], message);
        assert_eq!((bench.sent().len(), bench.posts()), (1, 1), "it is not repeated");
    }
}
