//! The stub over real sockets: with and without TLS, both protocol versions, and every corruption
//! of a reply.

use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use sha2::{Digest, Sha256};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::super::{Fault, FaultKind, Stub};
use super::*;

type Sent = hyper::Response<Incoming>;
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Sends one request on a new connection, with TLS if there is an authority.
async fn send(
    stub: &Stub,
    to: SocketAddr,
    request: &Request,
    protocol: &str,
) -> Result<Sent, Failure> {
    let stream = TcpStream::connect(to).await?;
    let origin = if stub.ca_pem().is_some() { "https" } else { "http" };
    let mut wire = hyper::Request::builder()
        .method(request.method.as_str())
        .uri(format!("{origin}://{}{}?{}", request.host, request.path, request.query));
    for (name, value) in &request.headers {
        wire = wire.header(name, value);
    }
    let wire =
        wire.header("host", &request.host).body(Full::new(Bytes::from(request.body.clone())))?;
    let Some(pem) = stub.ca_pem() else {
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        return Ok(sender.send_request(wire).await?);
    };
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem.as_bytes())?)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let name = ServerName::try_from(request.host.clone())?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(protocol.as_bytes()));
    let stream = TokioIo::new(stream);
    if protocol == "h2" {
        let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream).await?;
        tokio::spawn(connection);
        Ok(sender.send_request(wire).await?)
    } else {
        let (mut sender, connection) = http1::handshake(stream).await?;
        tokio::spawn(connection);
        Ok(sender.send_request(wire).await?)
    }
}

async fn whole(sent: Sent) -> Result<Vec<u8>, Failure> {
    Ok(sent.into_body().collect().await?.to_bytes().to_vec())
}

async fn token(stub: &Stub, login: Request, protocol: &str) -> String {
    let sent = send(stub, stub.addr(), &login, protocol).await.unwrap();
    assert_eq!(sent.status(), 200);
    let body: Value = serde_json::from_slice(&whole(sent).await.unwrap()).unwrap();
    body["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn tls_serves_every_name_by_both_protocols() {
    let stub = Stub::start(Scenario::default()).unwrap();
    assert_eq!(
        stub.config(),
        json!({ "name": "Stub", "tenantId": demo::TENANT_ID, "clientId": demo::CLIENT_ID })
    );
    for protocol in ["h2", "http/1.1"] {
        let token = token(&stub, sign_in(SCOPE, demo::CLIENT_SECRET), protocol).await;
        for host in stub.names() {
            let request = Request::new("GET", &format!("https://{host}/api/machines?$top=1"));
            let request = request.header("authorization", format!("Bearer {token}"));
            let sent = send(&stub, stub.addr(), &request, protocol).await.unwrap();
            let is_ours = host.ends_with("security.microsoft.com");
            assert_eq!(
                sent.status() == 200,
                is_ours || host.starts_with("api.securitycenter"),
                "{host}"
            );
            assert_ne!(sent.status(), 421, "{host}");
        }
    }
    assert_eq!(stub.connections(), 2 * (1 + stub.names().len()));
}

#[tokio::test]
async fn plain_tells_services_apart_by_path_and_port() {
    let scenario = Scenario { pending_seconds: 0.0, running_seconds: 0.0, ..Scenario::default() };
    let stub = Stub::start_plain(scenario, ([127, 0, 0, 1], 0).into()).unwrap();
    let config = stub.config();
    let origin = config["apiUrl"].as_str().unwrap().to_owned();
    let login = Request { host: stub.addr().to_string(), ..sign_in(SCOPE, demo::CLIENT_SECRET) };
    let token = token(&stub, login, "http/1.1").await;
    let bearer = |request: Request| request.header("authorization", format!("Bearer {token}"));
    let run = Request::new(
        "POST", &format!("{origin}/api/machines/{}/runliveresponse", demo::LINUX)
    )
        .header("content-type", "application/json; charset=utf-8")
        .body(
            r#"{"Comment":"x","Commands":[{"type":"RunScript","params":[{"key":"ScriptName","value":"warn.sh"}]}]}"#
        );
    let sent = send(&stub, stub.addr(), &bearer(run), "").await.unwrap();
    let action: Value = serde_json::from_slice(&whole(sent).await.unwrap()).unwrap();
    let path = format!(
        "/api/machineactions/{}/GetLiveResponseResultDownloadLink(index=0)",
        action["id"].as_str().unwrap()
    );
    let sent =
        send(&stub, stub.addr(), &bearer(Request::new("GET", &format!("{origin}{path}"))), "")
            .await
            .unwrap();
    let link: Value = serde_json::from_slice(&whole(sent).await.unwrap()).unwrap();
    let link = Request::new("GET", link["value"].as_str().unwrap());
    assert_eq!(json!([link.host]), config["resultHosts"]);
    let sent = send(&stub, stub.storage_addr(), &link, "").await.unwrap();
    let result: Value = serde_json::from_slice(&whole(sent).await.unwrap()).unwrap();
    assert_eq!(result["exit_code"], 2);
}

#[tokio::test]
async fn uploads_arrive_whole_by_both_protocols() {
    let stub = Stub::start(Scenario::default()).unwrap();
    // Larger than any buffer or window in between.
    let content: Vec<u8> = (0..3_000_000_u32).map(|index| index.to_le_bytes()[1]).collect();
    for (protocol, name) in [("h2", "two.bin"), ("http/1.1", "one.bin")] {
        let token = token(&stub, sign_in(SCOPE, demo::CLIENT_SECRET), protocol).await;
        let upload = super::library::form(
            &format!("{API}/api/libraryfiles"),
            &[("File", Some(name), &content)],
        );
        let upload = upload.header("authorization", format!("Bearer {token}"));
        let sent = send(&stub, stub.addr(), &upload, protocol).await.unwrap();
        assert_eq!(sent.status(), 200);
        let made: Value = serde_json::from_slice(&whole(sent).await.unwrap()).unwrap();
        assert_eq!(
            (&made["fileName"], &made["sha256"]),
            (&json!(name), &json!(format!("{:x}", Sha256::digest(&content))))
        );
    }
}

#[tokio::test]
async fn broken_replies_break_the_connection() {
    let plain = Stub::start_plain(Scenario::default(), ([127, 0, 0, 1], 0).into()).unwrap();
    let tls = Stub::start(Scenario::default()).unwrap();
    for (stub, protocol) in [(&plain, "http/1.1"), (&tls, "http/1.1"), (&tls, "h2")] {
        let host = if stub.ca_pem().is_some() {
            "login.microsoftonline.com".to_owned()
        } else {
            stub.addr().to_string()
        };
        let request = Request { host, ..sign_in(SCOPE, demo::CLIENT_SECRET) };
        let fault = |kind| stub.service().add_fault(Fault::new("*", kind));

        for kind in [FaultKind::ResetBefore, FaultKind::ResetAfter] {
            fault(kind);
            assert!(send(stub, stub.addr(), &request, protocol).await.is_err(), "{protocol}");
        }
        fault(FaultKind::Truncate { bytes: 20 });
        let mut sent = send(stub, stub.addr(), &request, protocol).await.unwrap();
        let first = sent.body_mut().frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!((first.len(), sent.status().as_u16()), (20, 200));
        assert!(whole(sent).await.is_err(), "{protocol}");

        fault(FaultKind::Endless);
        let mut sent = send(stub, stub.addr(), &request, protocol).await.unwrap();
        let mut received = 0;
        while received < 4 * 1024 * 1024 {
            received += sent.body_mut().frame().await.unwrap().unwrap().into_data().unwrap().len();
        }
        drop(sent);

        fault(FaultKind::Oversize { bytes: 3_000_000 });
        let sent = send(stub, stub.addr(), &request, protocol).await.unwrap();
        assert_eq!(whole(sent).await.unwrap().len(), 3_000_000);

        fault(FaultKind::Delay { ms: 80 });
        let started = std::time::Instant::now();
        send(stub, stub.addr(), &request, protocol).await.unwrap();
        assert!(started.elapsed().as_millis() >= 80);
    }
}

#[test]
fn a_stub_starts_and_stops_anywhere() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let addr = stub.addr();
    drop(stub);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        drop(Stub::start(Scenario::default()).unwrap());
        for _ in 0..100 {
            if TcpStream::connect(addr).await.is_err() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the port still answers");
    });
}
