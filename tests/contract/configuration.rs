//! `configure`: strict, reports every problem, sends nothing.

use defender_stub::{Scenario, Stub};
use host_harness::{ErrorKind, PluginError};
use serde_json::{Value, json};

use crate::world::{HOST, TestEnv, connector, is, plugin, pointers};

const VALID: &str =
    r#"{"clientId":"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0","tenantId":"contoso.example"}"#;

async fn refused(config: &str, secrets: &str) -> PluginError {
    let error = plugin(HOST.connector("c").configure(config, secrets).await).unwrap_err();
    is(&error, ErrorKind::InvalidConfig);
    *error
}

#[tokio::test(flavor = "multi_thread")]
async fn the_least_settings_give_the_production_origins() {
    let configured =
        HOST.connector("c").configure(VALID, r#"{"clientSecret":"a-secret"}"#).await.unwrap();
    assert_eq!(configured.name, "Microsoft Defender for Endpoint");
    let expected = [
        "https://login.microsoftonline.com",
        "https://api.security.microsoft.com",
        "https://graph.microsoft.com",
        "https://*.blob.core.windows.net",
        "https://*.securitycenter.windows.com",
    ];
    let patterns: Vec<&str> =
        configured.origins.iter().map(|origin| origin.pattern.as_str()).collect();
    assert_eq!(patterns, expected);
    let required: Vec<&str> = configured
        .origins
        .iter()
        .filter(|origin| origin.required)
        .map(|origin| origin.purpose.as_str())
        .collect();
    assert_eq!(required, ["sign-in", "API of Defender for Endpoint"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_empty_unknown_and_mistyped_members_are_all_named_at_once() {
    let config =
        json!({ "clientId": "", "apiUrl": 7, "oAuthServerUrl": "http://login.example", "x": 1 });
    let error = refused(&config.to_string(), "{}").await;
    let expected = [
        "/config/apiUrl",
        "/config/clientId",
        "/config/tenantId",
        "/config/x",
        "/secrets",
        "/config/oAuthServerUrl",
    ];
    assert_eq!(pointers(&error), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_required_member_is_required_and_not_empty() {
    for name in ["clientId", "tenantId"] {
        let mut config: Value = serde_json::from_str(VALID).unwrap();
        config[name] = json!("");
        assert_eq!(
            pointers(&refused(&config.to_string(), r#"{"clientSecret":"a-secret"}"#).await),
            [format!("/config/{name}")]
        );
        config.as_object_mut().unwrap().remove(name);
        assert_eq!(
            pointers(&refused(&config.to_string(), r#"{"clientSecret":"a-secret"}"#).await),
            [format!("/config/{name}")]
        );
    }
    assert_eq!(pointers(&refused(VALID, "{}").await), ["/secrets"]);
    assert_eq!(
        pointers(&refused(VALID, r#"{"clientSecret":""}"#).await),
        ["/secrets/clientSecret"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_end_in_what_paths_begin_with_are_refused() {
    for (api, graph) in [
        ("/api", "/v1.0"),
        ("/api/", "/beta/"),
        ("/API/V1.0", "/V1.0"),
        ("//x//Api/v1.0/", "/x/v1.0/"),
    ] {
        let at = |path: &str| format!("https://api.security.microsoft.com{path}");
        let config = json!({
            "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "tenantId": "t.example",
            "apiUrl": at(api), "graphUrl": at(graph)
        });
        let error = refused(&config.to_string(), r#"{"clientSecret":"a-secret"}"#).await;
        assert_eq!(pointers(&error), ["/config/apiUrl", "/config/graphUrl"], "{api}");
        assert!(error.message.contains("remove it"), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_could_leak_are_refused() {
    for url in [
        "http://api.example",
        "https://user@api.example",
        "https://user:pw@api.example",
        "https://api.example/?q=1",
        "https://api.example/#f",
        "ftp://api.example",
        "//api.example",
        "api.example",
        "https://",
    ] {
        let config = json!({
            "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "tenantId": "t.example",
            "apiUrl": url, "oAuthServerUrl": url, "graphUrl": url
        });
        let mut found =
            pointers(&refused(&config.to_string(), r#"{"clientSecret":"a-secret"}"#).await);
        found.sort();
        assert_eq!(
            found,
            ["/config/apiUrl", "/config/graphUrl", "/config/oAuthServerUrl"],
            "{url}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_that_is_no_object_is_refused_without_showing_it() {
    for text in ["hunter2", "[\"hunter2\"]", "{\"hunter2\": ", "\"hunter2\""] {
        let error = refused(text, text).await;
        assert_eq!(pointers(&error), ["/config", "/secrets"], "{text}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_in_force_stays_so_when_new_settings_are_refused() {
    let env = TestEnv::start().await;
    let refused = plugin(env.connector.configure("{}", "{}").await).unwrap_err();
    is(&refused, ErrorKind::InvalidConfig);
    env.details().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn new_settings_forget_the_token_of_the_old_ones() {
    let env = TestEnv::start().await;
    env.details().await.unwrap();
    let (config, secrets) = (env.stub.config().to_string(), env.stub.secrets().to_string());
    env.connector.configure(&config, &secrets).await.unwrap();
    env.details().await.unwrap();
    assert_eq!(env.service().sent("POST /{tenant}/oauth2/v2.0/token"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let connector = connector(&stub);
    connector.configure(&stub.config().to_string(), &stub.secrets().to_string()).await.unwrap();
    assert_eq!((stub.connections(), stub.service().ledger().len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn slashes_at_the_end_of_an_address_and_doubled_ones_do_not_matter() {
    let settings = json!({
        "apiUrl": "https://api.security.microsoft.com//",
        "oAuthServerUrl": "https://login.microsoftonline.com/"
    });
    let env = TestEnv::configured(Scenario::default(), settings).await;
    env.details().await.unwrap();
    let paths: Vec<String> =
        env.service().ledger().iter().map(|entry| entry.path.clone()).collect();
    assert!(paths.iter().all(|path| !path.contains("//")), "{paths:?}");
}
