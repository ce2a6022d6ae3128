//! Sign-in, and the permissions of a token.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::super::{ExpiresIn, FederatedCredential, TokenRules};
use super::*;

fn refused_with(reply: &Reply) -> (u16, u64, String) {
    let body = body(reply);
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    assert!(
        text("error_description").starts_with(&format!("AADSTS{}", body["error_codes"][0])),
        "{body}"
    );
    assert!(!text("trace_id").is_empty() && !text("correlation_id").is_empty(), "{body}");
    (reply.status, body["error_codes"][0].as_u64().unwrap_or(0), text("error"))
}

#[test]
fn each_mistake_has_its_code() {
    let good = format!("grant_type=client_credentials&client_id={}&scope={SCOPE}", demo::CLIENT_ID);
    let secret = demo::CLIENT_SECRET;
    let trials = [
        (format!("client_id=x&scope={SCOPE}"), (400, 900_144, "invalid_request")),
        ("grant_type=password".to_owned(), (400, 70_003, "unsupported_grant_type")),
        (
            "grant_type=client_credentials&client_id=x".to_owned(),
            (400, 700_016, "unauthorized_client"),
        ),
        (good.clone(), (401, 7_000_216, "invalid_client")),
        (format!("{good}&client_secret=wrong"), (401, 7_000_215, "invalid_client")),
        (format!("{good}x&client_secret={secret}"), (400, 1_002_012, "invalid_scope")),
        (
            good.replace("securitycenter", "elsewhere") + "&client_secret=" + secret,
            (400, 500_011, "invalid_resource"),
        ),
        (
            good.clone() + "+https%3A%2F%2Fgraph.microsoft.com%2F.default&client_secret=" + secret,
            (400, 70_011, "invalid_scope"),
        ),
    ];
    let service = Service::new(Scenario::default());
    for (form, (status, code, error)) in trials {
        let reply = service.answer(&token_request(&form));
        assert_eq!(refused_with(&reply), (status, code, error.to_owned()), "{form}");
    }
    let form = sign_in(SCOPE, secret);
    let get = Request { method: "GET".to_owned(), ..form.clone() };
    assert_eq!(refused_with(&service.answer(&get)).1, 900_561);
    let untyped = Request { headers: Vec::new(), ..form.clone() };
    assert_eq!(refused_with(&service.answer(&untyped)).1, 900_144);
    let other =
        |tenant: &str| Request { path: format!("/{tenant}/oauth2/v2.0/token"), ..form.clone() };
    assert_eq!(refused_with(&service.answer(&other("nowhere.example"))).1, 90_002);
    assert_eq!(refused_with(&service.answer(&other("not a tenant"))).1, 900_023);
    assert_eq!(service.answer(&other(demo::TENANT_DOMAIN)).status, 200);
}

#[test]
fn an_expired_secret_is_distinguished_from_a_wrong_one() {
    let service = Service::new(Scenario { secret_expired: true, ..Scenario::default() });
    assert_eq!(refused_with(&service.answer(&sign_in(SCOPE, demo::CLIENT_SECRET))).1, 7_000_222);
}

#[test]
fn the_ledger_keeps_the_form_and_no_secret() {
    let client = Client::new(Scenario::default());
    client.get("/api/machines?$top=1");
    let ledger = client.service.ledger();
    assert!(ledger[0].body.contains("client_secret=%5Bredacted%5D"), "{}", ledger[0].body);
    assert!(!format!("{ledger:?}").contains("never-in-a-log"));
    assert!(!format!("{ledger:?}").contains(&client.token));
    assert!(ledger[1].has_bearer && ledger[1].bearer_valid);
    assert_eq!(client.service.sent("POST /{tenant}/oauth2/v2.0/token"), 1);
}

#[test]
fn expiry_is_written_in_every_way_seen() {
    for (expires_in, expected) in [
        (ExpiresIn::Number, json!(10)),
        (ExpiresIn::String, json!("10")),
        (ExpiresIn::Absent, Value::Null),
    ] {
        let token = TokenRules { lifetime_seconds: 10, expires_in, ..TokenRules::default() };
        let service = Service::new(Scenario { token, ..Scenario::default() });
        let reply = service.answer(&sign_in(SCOPE, demo::CLIENT_SECRET));
        assert_eq!(body(&reply)["expires_in"], expected);
    }
}

#[test]
fn tokens_expire_and_are_revoked() {
    let mut client = Client::new(Scenario::default());
    assert_eq!(client.get("/api/machines?$top=1").status, 200);
    client.service.revoke_tokens();
    assert_eq!(refusal(&client.get("/api/machines?$top=1")), refused(401, "Unauthorized"));
    client.sign_in();
    client.service.advance(Duration::from_secs(3598));
    assert_eq!(client.get("/api/machines?$top=1").status, 200);
    client.service.advance(Duration::from_secs(2));
    assert_eq!(client.get("/api/machines?$top=1").status, 401);
    assert!(!client.service.ledger().last().unwrap().bearer_valid);
}

#[test]
fn a_token_is_good_for_its_own_audience_and_cloud() {
    let mut client = Client::new(Scenario::default());
    for (scope, host, status) in [
        (
            "https://securitycenter.onmicrosoft.com/windowsatpservice",
            "eu.api.security.microsoft.com",
            200,
        ),
        ("https://api.securitycenter.microsoft.com", "api.securitycenter.microsoft.com", 200),
        ("https://api.securitycenter.microsoft.com", "api-gcc.securitycenter.microsoft.us", 403),
        ("https://api-gcc.securitycenter.microsoft.us", "api-gcc.securitycenter.microsoft.us", 200),
        ("https://api.security.microsoft.com", "api.security.microsoft.com", 403),
        ("https://graph.microsoft.com", "api.security.microsoft.com", 403),
    ] {
        let reply =
            client.service.answer(&sign_in(&format!("{scope}/.default"), demo::CLIENT_SECRET));
        client.token = body(&reply)["access_token"].as_str().unwrap().to_owned();
        let request = Request::new("GET", &format!("https://{host}/api/machines?$top=1"));
        assert_eq!(
            client.service.answer(&client.with_token(request)).status,
            status,
            "{scope} at {host}"
        );
    }
    let government =
        sign_in("https://api-gov.securitycenter.microsoft.us/.default", demo::CLIENT_SECRET);
    assert_eq!(refused_with(&client.service.answer(&government)).1, 500_011);
    let there = Request { host: "login.microsoftonline.us".to_owned(), ..government };
    assert_eq!(client.service.answer(&there).status, 200);
}

#[test]
fn assertions_are_checked_but_for_their_signature() {
    let federated = FederatedCredential {
        issuer: "https://issuer.example".to_owned(),
        subject: "system:serviceaccount:soc:connector".to_owned(),
        audience: "api://AzureADTokenExchange".to_owned(),
    };
    let service =
        Service::new(Scenario { federated_credentials: vec![federated], ..Scenario::default() });
    let endpoint = format!("{LOGIN}/{}/oauth2/v2.0/token", demo::TENANT_ID);
    let id = demo::CLIENT_ID;
    let exp = time::OffsetDateTime::now_utc().unix_timestamp() + 300;
    let own = json!({ "aud": endpoint, "iss": id, "sub": id, "jti": "1", "exp": exp });
    let other = json!({ "aud": "api://AzureADTokenExchange", "iss": "https://issuer.example",
        "sub": "system:serviceaccount:soc:connector", "exp": exp });
    let trials = [
        ("PS256", own.clone(), 0),
        ("RS256", other, 0),
        ("HS256", own, 700_027),
        ("RS256", json!({ "aud": endpoint, "iss": id, "sub": id, "jti": "1", "exp": 1 }), 700_024),
        (
            "RS256",
            json!({ "aud": "elsewhere", "iss": id, "sub": id, "jti": "1", "exp": exp }),
            700_027,
        ),
        ("RS256", json!({ "aud": endpoint, "iss": "x", "sub": "y", "exp": exp }), 700_213),
    ];
    for (algorithm, claims, code) in trials {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let jwt =
            format!("{}.{}.c2ln", part(&json!({ "alg": algorithm, "typ": "JWT" })), part(&claims));
        let form = format!(
            "grant_type=client_credentials&client_id={id}&scope={SCOPE}&client_assertion={jwt}&client_assertion_type=\
             urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        );
        let reply = service.answer(&token_request(&form));
        let found = body(&reply)["error_codes"][0].as_u64().unwrap_or(0);
        assert_eq!(found, code, "{algorithm} {claims}");
    }
}
