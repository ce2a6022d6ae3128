use serde_json::json;

use super::{Credential, Settings};
use crate::error::{Error, Kind};

const CLIENT: &str = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
const TENANT: &str = "11111111-2222-3333-4444-555555555555";

fn parse(config: serde_json::Value, secrets: serde_json::Value) -> Result<Settings, Error> {
    Settings::parse(&config.to_string(), &secrets.to_string())
}

fn refused(config: serde_json::Value, secrets: serde_json::Value) -> Vec<String> {
    let error = parse(config, secrets).unwrap_err();
    assert_eq!(error.kind(), Kind::InvalidConfig);
    let details = error.details().unwrap();
    details
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["pointer"].as_str().unwrap().to_owned())
        .collect()
}

fn patterns(settings: &Settings) -> Vec<String> {
    settings.origins().into_iter().map(|origin| origin.pattern).collect()
}

#[test]
fn the_least_is_enough_and_the_cloud_does_the_rest() {
    let secret = json!({ "clientSecret": "s3cret-s3cret" });
    let settings = parse(
        json!({ "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "tenantId": TENANT }),
        secret.clone(),
    )
    .unwrap();
    assert_eq!(settings.name, "Microsoft Defender for Endpoint");
    assert_eq!(
        patterns(&settings),
        [
            "https://login.microsoftonline.com",
            "https://api.security.microsoft.com",
            "https://graph.microsoft.com",
            "https://*.blob.core.windows.net",
            "https://*.securitycenter.windows.com",
        ]
    );
    assert_eq!(settings.scope, "https://api.securitycenter.microsoft.com/.default");
    assert_eq!(settings.limits.response_timeout.as_secs(), 60);
    assert_eq!(settings.limits.max_response_bytes, 50 * 1024 * 1024);
    assert_eq!(settings.limits.query_timeout.as_secs(), 240);

    let settings = parse(
        json!({
            "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "tenantId": "contoso.example",
            "cloud": "dod"
        }),
        secret,
    )
    .unwrap();
    assert_eq!(
        patterns(&settings)[..3],
        [
            "https://login.microsoftonline.us",
            "https://api-gov.securitycenter.microsoft.us",
            "https://dod-graph.microsoft.us"
        ]
    );
}

#[test]
fn an_origin_says_what_it_is_for_and_one_server_may_do_it_all() {
    let own = json!({
        "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "tenantId": TENANT,
        "oAuthServerUrl": "https://own.example/login", "apiUrl": "https://own.example/defender",
        "resultHosts": ["files.example", "files.example"],
    });
    for (secrets, signs_in) in [
        (json!({ "clientSecret": "s3cret-s3cret" }), true),
        (json!({ "accessToken": "opaque-token" }), false),
    ] {
        let settings = parse(own.clone(), secrets).unwrap();
        let origins = settings.origins();
        let rows: Vec<_> = origins
            .iter()
            .map(|origin| (origin.pattern.as_str(), origin.purpose, origin.required))
            .collect();
        assert_eq!(
            rows,
            [
                ("https://own.example", "sign-in", signs_in),
                ("https://own.example", "API of Defender for Endpoint", true),
                (
                    "https://graph.microsoft.com",
                    "API of Microsoft Graph, for hunting and incidents",
                    false
                ),
                (
                    "https://files.example",
                    "result storage: script output, collected files, packages",
                    false
                ),
            ]
        );
    }
}

#[test]
fn every_cloud_is_usable() {
    for cloud in super::cloud::NAMES {
        let config = json!({
            "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "tenantId": TENANT,
            "cloud": cloud
        });
        parse(config, json!({ "clientSecret": "a-secret" }))
            .unwrap_or_else(|error| panic!("{cloud}: {error:?}"));
    }
}

#[test]
fn all_problems_are_reported_at_once() {
    let config = json!({
        "clientId": "", "apiUrl": "http://a.example", "oAuthServerUrl": "https://u:p@a.example",
        "graphUrl": 7,
        "cloud": "mars", "resultHosts": ["*", "a.example:99999"],
        "limits": { "maxRetries": 11, "x": 1 }, "unknown": true,
    });
    let pointers = refused(config, json!({ "clientSecret": "a b", "accessToken": "" }));
    let expected = [
        "/config/cloud",
        "/config/clientId",
        "/config/tenantId",
        "/config/graphUrl",
        "/config/resultHosts/0",
        "/config/limits/maxRetries",
        "/config/limits/x",
        "/config/unknown",
        "/secrets",
        "/secrets/clientSecret",
        "/secrets/accessToken",
        "/config/apiUrl",
        "/config/oAuthServerUrl",
        "/config/resultHosts/1",
    ];
    assert_eq!(pointers, expected);
}

#[test]
fn exactly_one_secret() {
    let config = json!({ "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "tenantId": TENANT });
    assert_eq!(refused(config.clone(), json!({})), ["/secrets"]);
    assert_eq!(
        refused(config.clone(), json!({ "clientSecret": "a-secret", "accessToken": "a-token-" })),
        ["/secrets"]
    );
    let kind = |secrets| parse(config.clone(), secrets).unwrap().credential;
    assert!(matches!(kind(json!({ "clientSecret": "a-secret" })), Credential::ClientSecret(_)));
    assert!(matches!(
        kind(json!({ "clientAssertion": "aaa.bb.cc" })),
        Credential::ClientAssertion(_)
    ));
    assert!(matches!(kind(json!({ "accessToken": "a-token-" })), Credential::AccessToken(_)));
    // What is too short to be kept out of messages is not taken, and not shown.
    for (name, value) in
        [("clientSecret", "hunter2"), ("accessToken", "hunter2"), ("clientAssertion", "h.u.n2")]
    {
        let error = parse(config.clone(), json!({ name: value })).unwrap_err();
        let problem = error.details().unwrap()[0].clone();
        assert_eq!(problem["pointer"], format!("/secrets/{name}"));
        assert!(
            problem["problem"].as_str().unwrap().contains('8') && !error.message().contains(value),
            "{}",
            error.message()
        );
    }
}

#[test]
fn a_document_that_is_no_object_is_one_problem() {
    let error = Settings::parse("[", "hunter2").unwrap_err();
    assert!(!format!("{error:?}").contains("hunter2"));
    let pointers: Vec<_> = error
        .details()
        .unwrap()
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["pointer"].clone())
        .collect();
    assert_eq!(pointers, ["/config", "/secrets"]);
}

#[test]
fn nothing_shows_a_secret() {
    let config = json!({ "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "tenantId": TENANT });
    let settings = parse(config.clone(), json!({ "clientSecret": "hunter2-hunter2" })).unwrap();
    assert!(!format!("{settings:?}").contains("hunter2"));
    for secrets in [
        json!({ "clientSecret": "hunter2 hunter2" }),
        json!({ "clientAssertion": "hunter2" }),
        json!({ "clientSecret": ["hunter2"] }),
    ] {
        let error = parse(config.clone(), secrets).unwrap_err();
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}

#[test]
fn a_secret_in_the_wrong_field_is_not_repeated() {
    let secret = "8Q8~aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5";
    for field in ["tenantId", "clientId", "cloud"] {
        let mut config =
            json!({ "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "tenantId": TENANT });
        config[field] = json!(secret);
        let error = parse(config, json!({ "clientSecret": "a-secret" })).unwrap_err();
        let report = format!("{error:?}");
        assert!(report.contains(field) && !report.contains("8Q8~"), "{report}");
    }
}

#[test]
fn a_tenant_is_one_and_an_application_has_a_guid() {
    let secret = json!({ "clientSecret": "a-secret" });
    for tenant in ["common", "organizations", "Consumers", "9188040D-6c67-4c5b-b112-36a304b66dad"] {
        let config = json!({ "clientId": CLIENT, "tenantId": tenant });
        let error = parse(config, secret.clone()).unwrap_err();
        let problem = error.details().unwrap()[0].clone();
        assert_eq!(
            (error.kind(), &problem["pointer"]),
            (Kind::InvalidConfig, &json!("/config/tenantId"))
        );
        assert!(problem["problem"].as_str().unwrap().contains("is not a tenant"), "{problem}");
    }
    for client in [
        "my app",
        "app",
        "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "{0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0}",
        "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1fg",
    ] {
        assert_eq!(
            refused(json!({ "clientId": client, "tenantId": TENANT }), secret.clone()),
            ["/config/clientId"]
        );
    }
    for client in [CLIENT.to_owned(), CLIENT.to_uppercase()] {
        parse(json!({ "clientId": client, "tenantId": TENANT }), secret.clone()).unwrap();
    }
}
