//! What a host's observer sees of its connectors' traffic, and what it never sees.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use defender_stub::{Fault, FaultKind, Scenario, Stub};
use host_harness::egress::{Egress, EgressBuilder, Ended, Event, Exchange, Observer};
use host_harness::{Connector, ErrorKind};
use serde_json::json;

use crate::world::{HOST, MACHINE, egress, is, plugin};

const ISOLATE: &str = "POST /api/machines/{id}/isolate";
const API: &str = "https://api.security.microsoft.com";

/// Every event that an observer received, as text.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Observer for Notes {
    fn observe(&self, exchange: &Exchange, event: &Event) {
        let what = match event {
            Event::Allowed => "allowed".to_owned(),
            Event::Refused { rule } => format!("refused: {}", rule.name()),
            Event::Ended(Ended { status: Some(status), .. }) => format!("ended with {status}"),
            Event::Ended(Ended { maybe_sent, .. }) => format!("no answer, sent: {maybe_sent}"),
            other => unreachable!("{other:?}"),
        };
        let Exchange { method, origin, path, is_sign_in, .. } = exchange;
        let sign_in = if *is_sign_in { "(sign-in) " } else { "" };
        self.0.lock().unwrap().push(format!("{method} {origin}{path} {sign_in}{what}"));
    }
}

impl Notes {
    fn events(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    /// The events of everything but sign-ins.
    fn service(&self) -> Vec<String> {
        let mut events = self.events();
        events.retain(|event| !event.contains("(sign-in)"));
        events
    }
}

async fn observed(stub: &Stub) -> (Connector, Arc<Notes>) {
    let notes = Arc::new(Notes::default());
    let egress = egress(stub).observed_by(Arc::clone(&notes) as Arc<dyn Observer>);
    let connector = HOST.with_egress(egress).connector("observed");
    let mut config = stub.config();
    config["limits"] = json!({ "maxRetries": 0, "callTimeoutSeconds": 30 });
    connector.configure(&config.to_string(), &stub.secrets().to_string()).await.unwrap();
    (connector, notes)
}

fn isolation() -> String {
    json!({ "id": MACHINE, "comment": "case 1042" }).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_is_reported_when_it_begins_and_when_it_ends() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let (connector, notes) = observed(&stub).await;
    connector.execute("isolateHost", &isolation()).await.unwrap();
    let url = format!("POST {API}/api/machines/{MACHINE}/isolate");
    let sign_in = format!(
        "POST https://login.microsoftonline.com/{}/oauth2/v2.0/token (sign-in)",
        stub.config()["tenantId"].as_str().unwrap()
    );
    let events = [
        format!("{sign_in} allowed"),
        format!("{sign_in} ended with 200"),
        format!("{url} allowed"),
        format!("{url} ended with 201"),
    ];
    // It is followed by the check for a pending action that would undo it.
    assert_eq!(notes.events()[..4], events);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_query_is_reported() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let (connector, notes) = observed(&stub).await;
    connector
        .execute("getAgentList", r#"{"computerDnsName": "ws-ops-014.example.test"}"#)
        .await
        .unwrap();
    let url = format!("GET {API}/api/machines");
    assert_eq!(notes.service(), [format!("{url} allowed"), format!("{url} ended with 200")]);
    assert!(stub.service().ledger().iter().any(|entry| entry.query.contains("ws-ops-014")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_link_has_no_query_here() {
    let stub =
        Stub::start(Scenario { pending_seconds: 0.0, running_seconds: 0.0, ..Scenario::default() })
            .unwrap();
    let (connector, notes) = observed(&stub).await;
    let script = json!({
        "id": MACHINE, "parameters": { "scriptName": "triage.ps1" },
        "wait": { "pollSeconds": 1 }
    });
    connector.execute("runScript", &script.to_string()).await.unwrap();
    let events = notes.service().join("\n");
    assert!(events.contains("blob.core.windows.net/") && !events.contains("sig"), "{events}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_response_the_observer_learns_whether_the_request_may_have_been_sent() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let (connector, notes) = observed(&stub).await;
    stub.service().add_fault(Fault::new(ISOLATE, FaultKind::ResetAfter));
    connector.execute("isolateHost", &isolation()).await.unwrap();
    let events = notes.service();
    assert!(events[1].ends_with("isolate no answer, sent: true"), "{events:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_finds_no_server_was_certainly_not_sent() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let notes = Arc::new(Notes::default());
    let egress = login_only(&stub).allow(format!("http://{nobody}")).build().unwrap();
    let connector = HOST
        .with_egress(egress.observed_by(Arc::clone(&notes) as Arc<dyn Observer>))
        .connector("nobody");
    let mut config = stub.config();
    config["apiUrl"] = json!(format!("http://{nobody}"));
    config["limits"] = json!({ "maxRetries": 0 });
    connector.configure(&config.to_string(), &stub.secrets().to_string()).await.unwrap();
    is(
        &plugin(connector.execute("isolateHost", &isolation()).await).unwrap_err(),
        ErrorKind::Unreachable,
    );
    let url = format!("POST http://{nobody}/api/machines/{MACHINE}/isolate");
    assert_eq!(
        notes.service(),
        [format!("{url} allowed"), format!("{url} no answer, sent: false")]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_dropped_tells_what_it_had_sent() {
    let stub = Stub::start(Scenario::default()).unwrap();
    stub.service().add_fault(Fault::new(ISOLATE, FaultKind::Delay { ms: 60_000 }));
    let (connector, notes) = observed(&stub).await;
    let call =
        tokio::spawn(async move { connector.execute("isolateHost", &isolation()).await.map(drop) });
    until(|| stub.service().sent(ISOLATE) == 1).await;
    call.abort();
    until(|| notes.service().len() == 2).await;
    assert!(notes.service()[1].ends_with("no answer, sent: true"), "{:?}", notes.service());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_dropped_while_it_connects_has_sent_nothing() {
    let stub = Stub::start(Scenario::default()).unwrap();
    // It accepts connections and never sends a TLS message.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = format!("https://{}", silent.local_addr().unwrap());
    let notes = Arc::new(Notes::default());
    let egress = login_only(&stub)
        .allow(&api)
        .build()
        .unwrap()
        .observed_by(Arc::clone(&notes) as Arc<dyn Observer>);
    let connector = HOST.with_egress(egress).connector("silent");
    let mut config = stub.config();
    config["apiUrl"] = json!(api);
    connector.configure(&config.to_string(), &stub.secrets().to_string()).await.unwrap();
    let call =
        tokio::spawn(async move { connector.execute("isolateHost", &isolation()).await.map(drop) });
    let _connection = silent.accept().await.unwrap();
    call.abort();
    until(|| notes.service().len() == 2).await;
    assert!(notes.service()[1].ends_with("no answer, sent: false"), "{:?}", notes.service());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_policy_refuses_is_reported_with_the_rule() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let notes = Arc::new(Notes::default());
    let egress =
        login_only(&stub).build().unwrap().observed_by(Arc::clone(&notes) as Arc<dyn Observer>);
    let connector = HOST.with_egress(egress).connector("denied");
    connector.configure(&stub.config().to_string(), &stub.secrets().to_string()).await.unwrap();
    is(
        &plugin(connector.execute("isolateHost", &isolation()).await).unwrap_err(),
        ErrorKind::Denied,
    );
    let url = format!("POST {API}/api/machines/{MACHINE}/isolate");
    assert_eq!(notes.service(), [format!("{url} refused: origin")]);
}

/// An egress that reaches only the stub's login server.
fn login_only(stub: &Stub) -> EgressBuilder {
    let login = "login.microsoftonline.com";
    let builder = Egress::builder().platform_roots(false).ca_pem(stub.ca_pem().unwrap());
    builder.allow(format!("https://{login}")).route(login, stub.addr())
}

async fn until(mut condition: impl FnMut() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait).await.expect("in time");
}
