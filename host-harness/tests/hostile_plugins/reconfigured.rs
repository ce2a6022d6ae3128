//! A plugin that is configured once more: what it was given before ends, and it does not get more
//! origins.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use host_harness::{Clock, Connector, Host, HostError, Injection, Limits, Secrets};
use serde_json::{Value, json};

use crate::tls::TlsServer;
use crate::world::{PATIENT, host, host_with};

const FIRST: &str = "FIRST~wX7.abcdefghijklmnop0123456789";
const OTHER: &str = "OTHER~wX7.abcdefghijklmnop0123456789";
/// `{}`, `{}`, and a signature.
const TOKEN: &str = "e30.e30.REALSIGNATURE0123456789abcdefghij";
const DECLARED: &str = "origins https://login.example=sign-in https://api.example=API";

/// The time of a call: what is in progress may use earlier credentials as long.
const CALL: Duration = Duration::from_secs(3);

fn answer(request: &str) -> String {
    let body = match request.contains(" /token ") {
        true => json!({ "access_token": TOKEN, "expires_in": 3599 }).to_string(),
        false => "{}".to_owned(),
    };
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn secrets(secret: &str) -> String {
    json!({ "clientSecret": secret }).to_string()
}

fn brief() -> Host {
    let mut limits = Limits::default();
    limits.call_time = CALL;
    host_with(limits).with_injection(Some(Injection::AsDeclared))
}

/// What the plugin has in place of its secret.
async fn stand_in(connector: &Connector) -> String {
    let given = connector.execute("given", "").await.unwrap().data;
    let secrets: Value = serde_json::from_str(given.lines().nth(1).unwrap()).unwrap();
    secrets["clientSecret"].as_str().unwrap().to_owned()
}

/// Has the plugin sign in with a stand-in; returns what it got, and what the server did.
async fn sign_in(connector: &Connector, server: &TlsServer, stand_in: &str) -> (String, String) {
    let form = "content-type: application/x-www-form-urlencoded";
    let request = format!(
        "POST https://login.example/token\n{form}\n\ngrant_type=client_credentials&client_secret={stand_in}"
    );
    server.heard();
    let received = connector.execute("send", &request).await.unwrap().data;
    let body: Value = serde_json::from_str(received.split_once("\n\n").unwrap().1).unwrap();
    (body["access_token"].as_str().unwrap().to_owned(), server.heard().join("\n"))
}

/// Whether the real token reaches the API in place of this one.
async fn is_put_in(connector: &Connector, server: &TlsServer, token: &str) -> bool {
    let request = format!("GET https://api.example/x\nauthorization: Bearer {token}");
    server.heard();
    connector.execute("send", &request).await.unwrap();
    server.heard().join("\n").contains(TOKEN)
}

#[tokio::test(flavor = "multi_thread")]
async fn stand_ins_of_earlier_secrets_end_after_the_time_of_a_call() {
    let server = TlsServer::start(answer).await;
    let connector = brief().with_egress(server.way().build().unwrap()).connector("hostile");
    connector.configure(DECLARED, &secrets(FIRST)).await.unwrap();
    let first = stand_in(&connector).await;
    connector.configure(DECLARED, &secrets(FIRST)).await.unwrap();
    assert_eq!(stand_in(&connector).await, first, "the same settings change nothing");
    let (token, _) = sign_in(&connector, &server, &first).await;
    connector.configure(DECLARED, &secrets(OTHER)).await.unwrap();
    let other = stand_in(&connector).await;
    assert_ne!(first, other);
    // A call in progress may still use them.
    assert!(sign_in(&connector, &server, &first).await.1.contains("client_secret=FIRST"));
    assert!(is_put_in(&connector, &server, &token).await);
    tokio::time::sleep(CALL + Duration::from_millis(100)).await;
    assert!(!is_put_in(&connector, &server, &token).await);
    assert!(!sign_in(&connector, &server, &first).await.1.contains("FIRST"));
    assert!(sign_in(&connector, &server, &other).await.1.contains("client_secret=OTHER"));
}

/// A clock that a test moves.
struct Moved(Arc<AtomicU64>);

impl Clock for Moved {
    fn unix_time(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::Relaxed))
    }

    fn monotonic(&self) -> Duration {
        self.unix_time()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_outlives_the_renewal_of_its_secret() {
    let server = TlsServer::start(answer).await;
    let now = Arc::new(AtomicU64::new(0));
    let host = brief().with_clock(Moved(Arc::clone(&now)));
    let connector = host.with_egress(server.way().build().unwrap()).connector("hostile");
    let asked = AtomicU64::new(0);
    let source = move || {
        let number = asked.fetch_add(1, Ordering::Relaxed);
        let (secret, end) = if number == 0 { (FIRST, 100) } else { (OTHER, 100_000) };
        let end = SystemTime::UNIX_EPOCH + Duration::from_secs(end);
        async move { Ok::<_, io::Error>(Secrets::new(secrets(secret)).expires_at(end)) }
    };
    connector.configure_with(DECLARED, source).await.unwrap();
    let first = stand_in(&connector).await;
    let (token, _) = sign_in(&connector, &server, &first).await;
    now.store(90, Ordering::Relaxed);
    assert_ne!(stand_in(&connector).await, first, "it was renewed");
    tokio::time::sleep(CALL + Duration::from_millis(100)).await;
    assert!(is_put_in(&connector, &server, &token).await, "the token is valid as before");
    assert!(!sign_in(&connector, &server, &first).await.1.contains("FIRST"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_plugin_asks_for_no_other_origins_later() {
    let server = TlsServer::start(answer).await;
    let injecting = PATIENT.with_injection(Some(Injection::AsDeclared));
    let connector = injecting.with_egress(server.way().build().unwrap()).connector("hostile");
    connector.configure(DECLARED, &secrets(FIRST)).await.unwrap();
    let first = stand_in(&connector).await;
    for more in ["https://other.example=sign-in", "https://login.example=API", "https://*=files"] {
        let refused = connector.configure(&format!("{DECLARED} {more}"), &secrets(OTHER)).await;
        let HostError::OtherOrigins { origins } = host(refused) else { panic!("{more}") };
        assert_eq!(origins.split(' ').next(), more.split('=').next());
    }
    assert_eq!(stand_in(&connector).await, first, "the settings of before hold");
    assert!(sign_in(&connector, &server, &first).await.1.contains("client_secret=FIRST"));
    connector.configure(DECLARED, &secrets(OTHER)).await.unwrap();
    assert_ne!(stand_in(&connector).await, first);
}
