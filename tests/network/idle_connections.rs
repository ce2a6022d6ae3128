//! Idle connections that the network drops silently, as NAT does, are not reused.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use defender_stub::{Scenario, Stub};
use host_harness::egress::Egress;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::world::{HOST, MACHINE, plugin};

/// Slightly longer than the host keeps idle connections.
const PAUSE: Duration = Duration::from_secs(21);

/// A device between host and service that can silently drop all connections: they stay open, but
/// carry no data.
struct Nat {
    addr: SocketAddr,
    connections: Arc<AtomicUsize>,
    drops: Arc<std::sync::Mutex<Vec<Arc<AtomicBool>>>>,
}

impl Nat {
    async fn start(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let nat = Self {
            addr: listener.local_addr().unwrap(),
            connections: Arc::default(),
            drops: Arc::default(),
        };
        let (connections, drops) = (Arc::clone(&nat.connections), Arc::clone(&nat.drops));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::Relaxed);
                let is_dropped = Arc::<AtomicBool>::default();
                drops.lock().unwrap().push(Arc::clone(&is_dropped));
                let server = TcpStream::connect(upstream).await.unwrap();
                let ((from_client, to_client), (from_server, to_server)) =
                    (client.into_split(), server.into_split());
                tokio::spawn(carry(from_client, to_server, Arc::clone(&is_dropped)));
                tokio::spawn(carry(from_server, to_client, is_dropped));
            }
        });
        nat
    }

    fn drop_all(&self) {
        self.drops
            .lock()
            .unwrap()
            .iter()
            .for_each(|is_dropped| is_dropped.store(true, Ordering::Relaxed));
    }
}

/// Forwards bytes until the connection is dropped; later bytes are lost.
async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    is_dropped: Arc<AtomicBool>,
) {
    let mut piece = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        if !is_dropped.load(Ordering::Relaxed) && to.write_all(&piece[..length]).await.is_err() {
            return;
        }
    }
    while is_dropped.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// An isolation after a pause in which the network dropped all connections, over HTTP/2 or
/// HTTP/1.1.
async fn after_a_pause(is_http2: bool) {
    let stub = if is_http2 {
        Stub::start(Scenario::default()).unwrap()
    } else {
        Stub::start_plain(Scenario::default(), "127.0.0.1:0".parse().unwrap()).unwrap()
    };
    let nat = Nat::start(stub.addr()).await;
    let mut config = stub.config();
    let egress = match stub.ca_pem() {
        Some(pem) => stub
            .names()
            .iter()
            .fold(Egress::builder().platform_roots(false).ca_pem(pem), |egress, name| {
                egress.allow(format!("https://{name}")).route(*name, nat.addr)
            }),
        None => {
            let origin = format!("http://{}", nat.addr);
            for name in ["apiUrl", "oAuthServerUrl", "graphUrl"] {
                config[name] = json!(origin);
            }
            Egress::builder().allow(origin)
        }
    };
    let connector = HOST.with_egress(egress.build().unwrap()).connector("idle");
    connector.configure(&config.to_string(), &stub.secrets().to_string()).await.unwrap();
    let details = json!({ "id": MACHINE }).to_string();
    plugin(connector.execute("getAgentDetails", &details).await).unwrap();
    plugin(connector.execute("getAgentDetails", &details).await).unwrap();
    let before = nat.connections.load(Ordering::Relaxed);

    nat.drop_all();
    tokio::time::sleep(PAUSE).await;
    let params = json!({ "id": MACHINE, "comment": "case 1042" }).to_string();
    let outcome = plugin(connector.execute("isolateHost", &params).await).unwrap();
    assert!(!outcome.job.unwrap().adopted, "HTTP/2: {is_http2}");
    assert_eq!(
        (outcome.usage.retries, stub.service().sent("POST /api/machines/{id}/isolate")),
        (0, 1)
    );
    assert!(nat.connections.load(Ordering::Relaxed) > before, "a new connection");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_was_idle_for_long_is_not_used_for_a_change() {
    tokio::join!(after_a_pause(true), after_a_pause(false));
}
