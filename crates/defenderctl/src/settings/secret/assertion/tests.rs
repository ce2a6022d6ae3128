use host_harness::Host;

use super::*;

/// Entra's token endpoints:
/// <https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud>.
const CLOUDS: [(&str, &str); 11] = [
    ("commercial", "login.microsoftonline.com"),
    ("us", "login.microsoftonline.com"),
    ("eu", "login.microsoftonline.com"),
    ("uk", "login.microsoftonline.com"),
    ("au", "login.microsoftonline.com"),
    ("swa", "login.microsoftonline.com"),
    ("ina", "login.microsoftonline.com"),
    ("aea", "login.microsoftonline.com"),
    ("gcc", "login.microsoftonline.com"),
    ("gccHigh", "login.microsoftonline.us"),
    ("dod", "login.microsoftonline.us"),
];

async fn endpoint(host: &Host, changes: Value) -> String {
    let mut config = json!({
        "tenantId": "contoso.example", "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
    });
    config.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    let secrets = json!({ "clientAssertion": super::super::SPECIMEN }).to_string();
    let configured =
        host.connector("c").configure(&config.to_string(), &secrets).await.expect("settings");
    let believed = token_endpoint(&config, &configured.origins).expect("an endpoint");
    if !config["oAuthServerUrl"].is_null() {
        assert_eq!(
            token_endpoint(&config, &[]).expect("an endpoint"),
            believed,
            "with any component"
        );
    }
    believed
}

#[tokio::test]
async fn the_audience_is_the_token_endpoint_that_the_connector_calls() {
    let host = Host::builder(defender_component::COMPONENT).trusted().build().expect("a component");
    for (cloud, login) in CLOUDS {
        let expected = format!("https://{login}/contoso.example/oauth2/v2.0/token");
        assert_eq!(endpoint(&host, json!({ "cloud": cloud })).await, expected, "{cloud}");
    }
    for (url, base) in [
        ("https://Login.example:443/", "https://login.example"),
        ("https://login.example:8443//a//b/", "https://login.example:8443/a/b"),
        ("http://127.0.0.1:9/x", "http://127.0.0.1:9/x"),
        ("http://[::1]:9", "http://[::1]:9"),
    ] {
        let expected = format!("{base}/contoso.example/oauth2/v2.0/token");
        assert_eq!(endpoint(&host, json!({ "oAuthServerUrl": url })).await, expected, "{url}");
    }
}

fn sign_in_at(pattern: &str) -> Origin {
    Origin { pattern: pattern.into(), purpose: "sign-in".into(), required: true }
}

#[test]
fn nothing_is_signed_for_a_server_that_is_in_doubt() {
    let config =
        json!({ "tenantId": "t", "clientId": "c", "oAuthServerUrl": "https://login.example" });
    for (config, origins, pointer) in [
        (json!({ "tenantId": "t" }), vec![], "/config/oAuthServerUrl"),
        (json!({ "tenantId": "t", "oAuthServerUrl": "x" }), vec![], "/config/oAuthServerUrl"),
        (config, vec![sign_in_at("https://elsewhere.example")], "/config/oAuthServerUrl"),
        (json!({}), vec![sign_in_at("https://login.example")], "/config/tenantId"),
    ] {
        assert_eq!(token_endpoint(&config, &origins).expect_err("a problem").pointer, pointer);
    }
}
