//! Egress: denied by default. A denial is reported as such, and nothing is sent.

use defender_stub::{Scenario, Stub};
use host_harness::egress::Egress;
use host_harness::{ErrorKind, ErrorSource, Retry};
use serde_json::json;

use crate::world::{HOST, MACHINE, is, plugin};

async fn isolate(
    stub: &Stub,
    egress: Egress,
    config: serde_json::Value,
) -> host_harness::PluginError {
    let connector = HOST.with_egress(egress).connector("e");
    connector.configure(&config.to_string(), &stub.secrets().to_string()).await.unwrap();
    let params = json!({ "id": MACHINE, "comment": "c" }).to_string();
    *plugin(connector.execute("isolateHost", &params).await).unwrap_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_allows_nothing_lets_nothing_out() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let error = isolate(&stub, Egress::closed(), stub.config()).await;
    is(&error, ErrorKind::Denied);
    assert_eq!((error.source, error.retry, error.status), (ErrorSource::Host, Retry::Never, None));
    assert!(error.message.contains("login.microsoftonline.com"), "{error:?}");
    assert_eq!(stub.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_on_another_port_or_scheme_is_another_origin() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let login = "login.microsoftonline.com";
    for allowed in
        [format!("https://{login}:8443"), format!("http://{login}"), format!("https://*.{login}")]
    {
        let egress = Egress::builder()
            .platform_roots(false)
            .ca_pem(stub.ca_pem().unwrap())
            .allow(&allowed)
            .route(login, stub.addr());
        is(&isolate(&stub, egress.build().unwrap(), stub.config()).await, ErrorKind::Denied);
    }
    assert_eq!(stub.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn private_and_metadata_addresses_are_refused_unless_named() {
    let stub = Stub::start(Scenario::default()).unwrap();
    for host in [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "[::1]",
        "[fd00:ec2::254]",
        "[::ffff:169.254.169.254]",
    ] {
        let mut config = stub.config();
        config["oAuthServerUrl"] = json!(format!("https://{host}"));
        let egress = Egress::builder()
            .platform_roots(false)
            .ca_pem(stub.ca_pem().unwrap())
            .allow("https://*")
            .build()
            .unwrap();
        is(&isolate(&stub, egress, config).await, ErrorKind::Denied);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn result_storage_has_to_be_allowed_too() {
    let stub =
        Stub::start(Scenario { pending_seconds: 0.0, running_seconds: 0.0, ..Scenario::default() })
            .unwrap();
    let mut egress = Egress::builder().platform_roots(false).ca_pem(stub.ca_pem().unwrap());
    for name in stub.names() {
        egress = egress.route(*name, stub.addr());
    }
    let egress = egress
        .allow("https://login.microsoftonline.com")
        .allow("https://api.security.microsoft.com");
    let connector = HOST.with_egress(egress.build().unwrap()).connector("e");
    connector.configure(&stub.config().to_string(), &stub.secrets().to_string()).await.unwrap();
    let script = json!({ "id": MACHINE, "parameters": { "scriptName": "triage.ps1" } }).to_string();
    let id = connector.execute("runScript", &script).await.unwrap().job.unwrap().id;
    let error =
        plugin(connector.execute("getActionResults", &json!({ "id": id }).to_string()).await)
            .unwrap_err();
    is(&error, ErrorKind::Denied);
    assert!(
        error.message.contains("blob.core.windows.net") && !error.message.contains("sig="),
        "{error:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_nobody_vouches_for_is_not_trusted() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let other = Stub::start(Scenario::default()).unwrap();
    let login = "login.microsoftonline.com";
    let egress = Egress::builder()
        .platform_roots(false)
        .ca_pem(other.ca_pem().unwrap())
        .allow(format!("https://{login}"))
        .route(login, stub.addr());
    let mut config = stub.config();
    config["limits"] = json!({ "maxRetries": 0 });
    let error = isolate(&stub, egress.build().unwrap(), config).await;
    is(&error, ErrorKind::Unreachable);
    assert!(stub.service().ledger().is_empty(), "no secret went out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_where_nobody_listens_is_unreachable_and_nothing_was_sent() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let login = "login.microsoftonline.com";
    let egress = Egress::builder()
        .platform_roots(false)
        .ca_pem(stub.ca_pem().unwrap())
        .allow(format!("https://{login}"))
        .route(login, nobody);
    let mut config = stub.config();
    config["limits"] = json!({ "maxRetries": 0 });
    let error = isolate(&stub, egress.build().unwrap(), config).await;
    is(&error, ErrorKind::Unreachable);
    assert!(matches!(error.retry, Retry::After(_)), "{error:?}");
}
