//! A plugin that looks for credentials which its host keeps, and sends its stand-ins everywhere.

use host_harness::egress::InjectionPoints;
use host_harness::{CallError, Connector, HostError, Injection};
use serde_json::{Value, json};

use crate::tls::TlsServer;
use crate::world::{PATIENT, host};

const SECRET: &str = "REAL~SECRET~wX7.abcdefghijklmnop0123456789";
/// `{}`, `{"roles":["Machine.Isolate"]}`, and a signature.
const TOKEN: &str = "e30.eyJyb2xlcyI6WyJNYWNoaW5lLklzb2xhdGUiXX0.REALSIGNATURE0123456789abcdefghij";
const SIGNATURE: &str = "REALSIGNATURE0123456789abcdefghij";
const CLAIMS: &str = "e30.eyJyb2xlcyI6WyJNYWNoaW5lLklzb2xhdGUiXX0.";

const DECLARED: &str =
    "origins https://login.example=sign-in https://api.example=API https://other.example=files";
const FORM: &str = "content-type: application/x-www-form-urlencoded";

/// Repeats everything that it gets, in a header and in the body, and issues the token.
fn answer(request: &str) -> String {
    let path = request.split(' ').nth(1).unwrap_or_default();
    let (status, more, body) = match path {
        "/token" => {
            let echo = request.rsplit("\r\n\r\n").next().unwrap_or_default();
            let body = json!({ "access_token": TOKEN, "expires_in": 3599, "secret": SECRET, "form": echo });
            ("200 OK", format!("x-secret: {SECRET}\r\n"), body.to_string())
        }
        "/page" => ("200 OK", String::new(), format!("<p>{TOKEN} {SECRET}</p>")),
        "/refuse" => ("401 Unauthorized", String::new(), format!("wrong: {SECRET}")),
        "/gzip" => ("200 OK", "content-encoding: gzip\r\n".to_owned(), TOKEN.to_owned()),
        "/long" => (
            "200 OK",
            String::new(),
            format!("{{\"access_token\":\"{TOKEN}\"}}{}", " ".repeat(65536)),
        ),
        "/away" => (
            "307 Temporary Redirect",
            "location: https://other.example/\r\n".to_owned(),
            String::new(),
        ),
        _ => ("200 OK", format!("x-token: {TOKEN}\r\n"), request.to_owned()),
    };
    format!("HTTP/1.1 {status}\r\n{more}content-length: {}\r\n\r\n{body}", body.len())
}

struct Field {
    server: TlsServer,
    connector: Connector,
    /// What the plugin was given in place of the secret.
    stand_in: String,
}

impl Field {
    async fn start() -> Self {
        let server = TlsServer::start(answer).await;
        let host = PATIENT.with_egress(server.way().build().unwrap());
        let connector = host.with_injection(Some(Injection::AsDeclared)).connector("hostile");
        let secrets = json!({ "clientSecret": SECRET }).to_string();
        connector.configure(DECLARED, &secrets).await.unwrap();
        let given = connector.execute("given", "").await.unwrap().data;
        let secrets: Value = serde_json::from_str(given.lines().nth(1).unwrap()).unwrap();
        let stand_in = secrets["clientSecret"].as_str().unwrap().to_owned();
        assert_eq!(stand_in.len(), SECRET.len());
        Self { server, connector, stand_in }
    }

    /// Has the plugin send something, and returns what it received and what the server did.
    async fn send(&self, request: &str) -> (String, String) {
        self.server.heard();
        let received = self.connector.execute("send", request).await.unwrap().data;
        shows_nothing(&received);
        (received, self.server.heard().join("\n"))
    }

    /// Signs in, and returns the token as the plugin gets it.
    async fn sign_in(&self) -> String {
        let (received, sent) = self.send(&self.form("https://login.example/token")).await;
        assert!(sent.contains("client_secret=REAL%7ESECRET%7EwX7."), "{sent}");
        let body: Value = serde_json::from_str(received.split_once("\n\n").unwrap().1).unwrap();
        body["access_token"].as_str().unwrap().to_owned()
    }

    fn form(&self, url: &str) -> String {
        format!(
            "POST {url}\n{FORM}\n\ngrant_type=client_credentials&client_secret={}",
            self.stand_in
        )
    }
}

#[track_caller]
fn shows_nothing(text: &str) {
    for real in [SECRET, "REAL%7ESECRET", SIGNATURE] {
        assert!(!text.contains(real), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_finds_no_credential_wherever_it_looks() {
    let field = Field::start().await;
    let token = field.sign_in().await;
    assert!(token.starts_with(CLAIMS) && token.len() == TOKEN.len(), "{token}");
    let api = format!("GET https://api.example/\nauthorization: Bearer {token}");
    let (received, sent) = field.send(&api).await;
    assert!(sent.contains(&format!("authorization: Bearer {TOKEN}\r\n")), "{sent}");
    assert!(received.contains(&format!("Bearer {CLAIMS}****")), "the echo is masked: {received}");
    shows_nothing(&field.connector.execute("given", "").await.unwrap().data);
    let memory = field.connector.execute("memory", "").await.unwrap().data;
    assert!(memory.contains(&field.stand_in) && memory.contains(&token), "it does look there");
    shows_nothing(&memory);
    shows_nothing(&format!("{:?} {}", field.connector, field.connector.stderr()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stand_in_is_worth_nothing_anywhere_else() {
    let field = Field::start().await;
    let token = field.sign_in().await;
    let secret = &field.stand_in;
    for request in [
        field.form("https://other.example/token"),
        field.form("https://api.example/token"),
        field.form("https://login.example:8443/token"),
        field.form("https://LOGIN.example/token"),
        field.form("https://login.example./token"),
        field.form("http://login.example/token"),
        field.form("https://login.example/token").replace("POST", "PUT"),
        field.form("https://login.example/token").replace(FORM, "content-type: text/plain"),
        field
            .form("https://login.example/token")
            .replace(FORM, &format!("{FORM}\ncontent-encoding: gzip")),
        field.form("https://login.example/token").replace("client_secret=", "client_id="),
        field.form("https://login.example/token").replace("client_secret=", "client_secret=x"),
        format!("POST https://login.example/token?client_secret={secret}\n{FORM}"),
        format!("GET https://login.example/\nauthorization: Basic {secret}\nx-secret: {secret}"),
        format!("GET https://login.example/\nauthorization: Bearer {token}"),
        format!("GET https://api.example/\nauthorization: Bearer {secret}"),
        format!("GET https://api.example/?{token}\nx-token: {token}"),
        format!("GET https://api.example/\nauthorization: Bearer {token}x"),
        format!("GET https://api.example/\nauthorization: Basic {token}"),
        format!(
            "GET https://api.example/\nauthorization: Bearer {token}\nauthorization: Bearer {token}"
        ),
        format!("GET https://api.example:8443/\nauthorization: Bearer {token}"),
        format!("GET https://API.example/\nauthorization: Bearer {token}"),
        format!("GET https://other.example/\nauthorization: Bearer {token}"),
        format!("TRACE https://api.example/\nauthorization: Bearer {token}"),
    ] {
        field.server.heard();
        // The server shows its own token there, so what it says is not looked at.
        let _ = field.connector.execute("send", &request).await.unwrap();
        shows_nothing(&field.server.heard().join("\n"));
    }
    let away = field.form("https://login.example/away");
    let (received, sent) = field.send(&away).await;
    assert!(received.starts_with("307") && sent.matches("HTTP/1.1").count() == 1, "{sent}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_that_cannot_be_searched_is_not_shown() {
    let field = Field::start().await;
    let said =
        async |path: &str| field.send(&field.form(&format!("https://login.example{path}"))).await.0;
    assert!(said("/gzip").await.contains("HttpResponseContentCoding"));
    assert!(said("/long").await.contains("HttpResponseBodySize"));
    let page = said("/page").await;
    assert!(page.starts_with("200") && page.ends_with("\n\n"), "{page}");
    assert!(said("/refuse").await.contains("wrong: ***"));
    let long = field.form("https://login.example/token") + "&x=" + &"x".repeat(65536);
    let (received, sent) = field.send(&long).await;
    assert!(received.contains("HttpRequestBodySize") && sent.is_empty(), "{received}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_host_was_given_is_put_in_and_not_shown() {
    let server = TlsServer::start(answer).await;
    let host = PATIENT.with_egress(server.way().build().unwrap());
    let points = InjectionPoints::default().api("https://api.example").unwrap();
    let connector = host.with_injection(Some(Injection::At(points))).connector("hostile");
    let secrets = json!({ "accessToken": TOKEN }).to_string();
    // What the plugin declares makes no difference.
    connector.configure("origins https://other.example=API", &secrets).await.unwrap();
    let given = connector.execute("given", "").await.unwrap().data;
    shows_nothing(&given);
    let given: Value = serde_json::from_str(given.lines().nth(1).unwrap()).unwrap();
    let token = given["accessToken"].as_str().unwrap();
    assert!(token.starts_with(CLAIMS), "{token}");
    for (name, is_put_in) in [("api", true), ("other", false)] {
        let request = format!("GET https://{name}.example/x\nauthorization: Bearer {token}");
        let _ = connector.execute("send", &request).await.unwrap();
        assert_eq!(server.heard().join("").contains(TOKEN), is_put_in, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_does_not_choose_a_host_of_its_own_for_its_secrets() {
    let secrets = json!({ "clientSecret": SECRET }).to_string();
    let server = TlsServer::start(answer).await;
    for (allowed, declared) in [
        ("https://*.example", DECLARED),
        ("https://other.example", "origins https://other.example=sign-in"),
        ("http://other.example", "origins http://other.example=sign-in http://other.example=API"),
    ] {
        let egress = host_harness::egress::Egress::builder().allow(allowed).build().unwrap();
        let host = PATIENT.with_egress(egress).with_injection(Some(Injection::AsDeclared));
        let refused = host.connector("hostile").configure(declared, &secrets).await;
        assert!(matches!(self::host(refused), HostError::Credentials { .. }), "{declared}");
    }
    assert!(server.heard().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_key_is_withheld_with_the_reason() {
    let host = PATIENT.with_injection(Some(Injection::AsDeclared));
    let key = json!({ "key": "-----BEGIN PRIVATE KEY-----\nREAL\n-----END PRIVATE KEY-----" });
    let connector = host.connector("hostile");
    let refused = connector.configure(DECLARED, &key.to_string()).await.unwrap_err();
    assert!(matches!(&refused, CallError::Host(HostError::Credentials { .. })), "{refused}");
    let shown = format!("{refused} {refused:?}");
    assert!(shown.contains("`key` is a private key") && !shown.contains("REAL"), "{shown}");
    assert!(!connector.execute("memory", "").await.unwrap().data.contains("BEGIN PRIVATE"));
}
