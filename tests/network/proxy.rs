//! Proxies: exactly the intended traffic goes through them, and they learn only hosts and ports.

use std::time::Duration;

use defender_stub::{Fault, FaultKind, Scenario, Stub};
use host_harness::egress::{Egress, EgressBuilder};
use host_harness::{Connector, ErrorKind, ErrorSource, PluginError, Retry};
use serde_json::{Value, json};

use crate::world::authority::{Authority, Chain};
use crate::world::proxy_server::{Conduct, ProxyServer};
use crate::world::tls_server::TlsServer;
use crate::world::{HOST, MACHINE, is, plugin};

const ISOLATE: &str = "POST /api/machines/{id}/isolate";
const LOGIN: &str = "CONNECT login.microsoftonline.com:443 HTTP/1.1";
const API: &str = "CONNECT api.security.microsoft.com:443 HTTP/1.1";

/// `user:pass` as a `Proxy-Authorization` value.
const CREDENTIALS: &str = "Basic dXNlcjpwYXNz";

/// An egress through a proxy, the only part that can resolve the stub's names.
fn by_proxy(stub: &Stub, url: impl Into<String>) -> EgressBuilder {
    let builder = Egress::builder().platform_roots(false).ca_pem(stub.ca_pem().unwrap()).proxy(url);
    stub.names().iter().fold(builder, |builder, name| builder.allow(format!("https://{name}")))
}

async fn connector(egress: EgressBuilder, config: Value, stub: &Stub) -> Connector {
    let connector = HOST.with_egress(egress.build().unwrap()).connector("p");
    connector.configure(&config.to_string(), &stub.secrets().to_string()).await.unwrap();
    connector
}

async fn isolate(connector: &Connector) -> Result<host_harness::Outcome, Box<PluginError>> {
    let params = json!({ "id": MACHINE, "comment": "case 1042" }).to_string();
    plugin(connector.execute("isolateHost", &params).await)
}

/// A proxy with this behaviour, and a connector that uses it.
async fn through(
    conduct: Conduct,
    user: &str,
    scenario: Scenario,
    limits: Value,
) -> (Stub, ProxyServer, Connector) {
    let stub = Stub::start(scenario).unwrap();
    let proxy = ProxyServer::start(conduct, stub.addr()).await;
    let mut config = stub.config();
    config["limits"] = limits;
    let connector =
        connector(by_proxy(&stub, format!("http://{user}{}", proxy.addr)), config, &stub).await;
    (stub, proxy, connector)
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_goes_through_the_proxy_and_it_can_read_none_of_it() {
    let env = Scenario { pending_seconds: 0.0, running_seconds: 0.0, ..Scenario::default() };
    let (stub, proxy, connector) = through(Conduct::Open, "", env, json!({})).await;
    let script = json!({
        "id": MACHINE, "comment": "c", "parameters": { "scriptName": "triage.ps1" },
        "wait": {}
    })
    .to_string();
    let outcome = plugin(connector.execute("runScript", &script).await).unwrap();
    assert!(outcome.data.contains("triage of"), "{}", outcome.data);

    let mut asked = proxy.asked();
    assert_eq!(stub.connections(), asked.len(), "the stub is reached by the proxy alone");
    asked.sort();
    asked.dedup();
    assert_eq!(asked, [API, LOGIN, "CONNECT stubresults.blob.core.windows.net:443 HTTP/1.1"]);
    let ledger = stub.service().ledger();
    assert!(
        ledger.len() >= 4
            && ledger.iter().all(|entry| entry.header("proxy-authorization").is_none())
    );
    let sight = proxy.heads().concat() + &proxy.carried();
    let secret = stub.secrets()["clientSecret"].as_str().unwrap().to_owned();
    for hidden in
        [secret.as_str(), "client_secret", "Bearer", "bearer", "access_token", "sig=", MACHINE]
    {
        assert!(!sight.contains(hidden), "{hidden}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_asks_for_credentials_gets_them_and_the_service_does_not() {
    let (stub, proxy, connector) =
        through(Conduct::Demand(CREDENTIALS), "user:pass@", Scenario::default(), json!({})).await;
    isolate(&connector).await.unwrap();
    let authorized = |head: &String| head.to_lowercase().contains("\r\nproxy-authorization: ");
    assert!(proxy.heads().iter().all(authorized));
    assert!(
        stub.service().ledger().iter().all(|entry| entry.header("proxy-authorization").is_none())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_login_and_a_user_without_password_reach_the_proxy() {
    for (login, credentials) in [
        // `CORP\svc_soc:S3cret`
        (r"CORP\svc_soc:S3cret@", "Basic Q09SUFxzdmNfc29jOlMzY3JldA=="),
        ("CORP%5Csvc_soc:S3cret@", "Basic Q09SUFxzdmNfc29jOlMzY3JldA=="),
        // `svc_soc:`
        ("svc_soc@", "Basic c3ZjX3NvYzo="),
        // `svc_soc:p@ss%/#?`
        ("svc_soc:p@ss%%2F%23%3F@", "Basic c3ZjX3NvYzpwQHNzJS8jPw=="),
    ] {
        let (stub, proxy, connector) = through(
            Conduct::Demand(credentials),
            login,
            Scenario::default(),
            json!({ "maxRetries": 0 }),
        )
        .await;
        isolate(&connector).await.expect(login);
        assert_eq!(
            (proxy.asked(), stub.service().sent(ISOLATE)),
            (vec![LOGIN.to_owned(), API.to_owned()], 1),
            "{login}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_proxy_credentials_are_reported_as_such_and_not_tried_again() {
    for user in ["", "user:wrong-word@"] {
        let conduct = Conduct::Demand(CREDENTIALS);
        let (stub, proxy, connector) = through(conduct, user, Scenario::default(), json!({})).await;
        let error = isolate(&connector).await.unwrap_err();
        is(&error, ErrorKind::Denied);
        assert_eq!(
            (error.source, error.retry, error.status),
            (ErrorSource::Host, Retry::Never, None),
            "{error:?}"
        );
        assert!(
            error.message.contains("proxy") && error.message.contains("credentials"),
            "{error:?}"
        );
        assert!(!format!("{error:?}").contains("wrong-word"), "{error:?}");
        assert_eq!((proxy.asked(), stub.connections()), (vec![LOGIN.to_owned()], 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_proxy_forbids_is_denied_and_what_it_cannot_is_tried_again() {
    for (status, kind, times) in [(403, ErrorKind::Denied, 1), (503, ErrorKind::Unreachable, 2)] {
        let limits = json!({ "maxRetries": 1 });
        let (stub, proxy, connector) =
            through(Conduct::Refuse(status), "", Scenario::default(), limits).await;
        let error = isolate(&connector).await.unwrap_err();
        is(&error, kind);
        assert_eq!(matches!(error.retry, Retry::After(_)), times > 1, "{error:?}");
        assert_eq!((proxy.asked().len(), stub.connections()), (times, 0), "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tunnel_that_ends_before_anything_was_sent_is_opened_again() {
    for (dropped, asked) in [(0, [LOGIN, LOGIN, API]), (1, [LOGIN, API, API])] {
        let (stub, proxy, connector) =
            through(Conduct::Drop(dropped), "", Scenario::default(), json!({})).await;
        let outcome = isolate(&connector).await.unwrap();
        assert!(!outcome.job.unwrap().adopted);
        assert_eq!((proxy.asked(), outcome.usage.retries), (asked.map(str::to_owned).to_vec(), 1));
        assert_eq!(stub.service().sent(ISOLATE), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tunnel_that_is_cut_after_a_request_was_sent_leaves_a_doubt_that_the_record_settles() {
    for (propagation_seconds, limits) in
        [(0.0, json!({})), (120.0, json!({ "callTimeoutSeconds": 3 }))]
    {
        let shows = propagation_seconds == 0.0;
        let env = Scenario { propagation_seconds, ..Scenario::default() };
        let (stub, proxy, connector) = through(Conduct::Open, "", env, limits).await;
        stub.service().add_fault(Fault::new(ISOLATE, FaultKind::Delay { ms: 60_000 }));
        let cut = async {
            while stub.service().sent(ISOLATE) == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            proxy.cut();
        };
        let (answer, ()) = tokio::join!(isolate(&connector), cut);
        match answer {
            Ok(outcome) => assert!(shows && outcome.job.unwrap().adopted),
            Err(error) => {
                is(&error, ErrorKind::Unreachable);
                assert!(
                    !shows && error.retry == Retry::Unknown && error.status.is_none(),
                    "{error:?}"
                );
            }
        }
        assert_eq!((stub.service().sent(ISOLATE), stub.service().machine_actions().len()), (1, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_is_spoken_to_over_tls_if_its_url_says_so() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let (authority, stranger) = (Authority::new(), Authority::new());
    let proxy = ProxyServer::start(Conduct::Demand(CREDENTIALS), stub.addr()).await;
    let leaf = authority.leaf(&["localhost"], |_| {});
    let front = TlsServer::start(authority.server(&leaf, Chain::InOrder), proxy.addr).await;
    let url = format!("https://user:pass@localhost:{}", front.addr.port());
    let mut config = stub.config();
    config["limits"] = json!({ "maxRetries": 0 });

    let egress = by_proxy(&stub, &url).ca_pem(stranger.pem());
    is(
        &isolate(&connector(egress, config.clone(), &stub).await).await.unwrap_err(),
        ErrorKind::Unreachable,
    );
    assert!(proxy.heads().is_empty(), "a proxy that nobody vouches for gets no credentials");

    let egress = by_proxy(&stub, &url).ca_pem(authority.pem());
    isolate(&connector(egress, config, &stub).await).await.unwrap();
    assert_eq!(proxy.asked(), [LOGIN, API]);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn hosts_are_left_out_or_singled_out() {
    // An address that reaches this machine without being loopback, which bypasses proxies; a name
    // would need a resolver.
    const NEAR: &str = "0.0.0.0";
    type Choice = fn(EgressBuilder) -> EgressBuilder;
    let choices: [(Choice, bool); 4] = [
        (|builder| builder, true),
        (|builder| builder.proxy_bypass(NEAR), false),
        (|builder| builder.proxy_only("api.security.microsoft.com"), false),
        (|builder| builder.proxy_only("api.security.microsoft.com").proxy_only(NEAR), true),
    ];
    for (choice, login_too) in choices {
        let stub = Stub::start_plain(Scenario::default(), "127.0.0.1:0".parse().unwrap()).unwrap();
        let authority = Authority::new();
        let leaf = authority.leaf(&[NEAR, "api.security.microsoft.com"], |_| {});
        let front = TlsServer::start(authority.server(&leaf, Chain::InOrder), stub.addr()).await;
        let proxy = ProxyServer::start(Conduct::Open, front.addr).await;
        let login = format!("https://{NEAR}:{}", front.addr.port());
        let egress = Egress::builder().platform_roots(false).ca_pem(authority.pem());
        let egress = egress.allow(&login).allow("https://api.security.microsoft.com");
        let known = stub.config();
        let config = json!({
            "tenantId": known["tenantId"], "clientId": known["clientId"],
            "oAuthServerUrl": login
        });
        let egress = choice(egress.proxy(format!("http://{}", proxy.addr)));
        isolate(&connector(egress, config, &stub).await).await.unwrap();
        let login = format!("CONNECT {NEAR}:{} HTTP/1.1", front.addr.port());
        assert_eq!(proxy.asked().contains(&login), login_too, "{:?}", proxy.asked());
        assert!(proxy.asked().contains(&API.to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_is_not_asked_for_names_that_lead_inside_by_a_wildcard() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let proxy = ProxyServer::start(Conduct::Open, stub.addr()).await;
    for name in [
        "metadata.google.internal",
        "169.254.169.254.nip.io",
        "localtest.me",
        "kubernetes.default.svc",
        "instance-data",
        "10.0.0.1",
    ] {
        let mut config = stub.config();
        config["oAuthServerUrl"] = json!(format!("https://{name}"));
        let egress = by_proxy(&stub, format!("http://{}", proxy.addr)).allow("https://*");
        is(&isolate(&connector(egress, config, &stub).await).await.unwrap_err(), ErrorKind::Denied);
    }
    assert_eq!(proxy.asked(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn this_machine_is_reached_without_the_proxy() {
    let stub = Stub::start_plain(Scenario::default(), "127.0.0.1:0".parse().unwrap()).unwrap();
    let proxy = ProxyServer::start(Conduct::Open, stub.addr()).await;
    let egress = Egress::builder()
        .proxy(format!("http://{}", proxy.addr))
        .allow(format!("http://{}", stub.addr()));
    isolate(&connector(egress, stub.config(), &stub).await).await.unwrap();
    assert_eq!(proxy.asked(), Vec::<String>::new());
}
