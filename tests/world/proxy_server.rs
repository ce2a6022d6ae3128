//! A proxy on loopback that supports `CONNECT`, records its traffic, and can misbehave.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How a proxy treats its clients.
#[derive(Clone, Debug)]
pub(crate) enum Conduct {
    /// Every client gets a tunnel.
    Open,
    /// Clients with this `Proxy-Authorization` get a tunnel; others get 407.
    Demand(&'static str),
    /// Every client gets this status.
    Refuse(u16),
    /// Every client gets a tunnel, but the tunnel with this index closes at once.
    Drop(usize),
}

/// A running proxy. All its tunnels lead to one address, whatever the client requests.
pub(crate) struct ProxyServer {
    pub(crate) addr: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    cuts: watch::Sender<u32>,
    task: JoinHandle<()>,
}

/// The traffic that a proxy recorded.
#[derive(Default)]
struct Seen {
    heads: Vec<String>,
    bytes: Vec<u8>,
}

impl ProxyServer {
    pub(crate) async fn start(conduct: Conduct, upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let (seen, cuts) = (Arc::<Mutex<Seen>>::default(), watch::Sender::new(0));
        let (shared, ends) = (Arc::clone(&seen), cuts.clone());
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(
                    client,
                    conduct.clone(),
                    upstream,
                    Arc::clone(&shared),
                    ends.subscribe(),
                ));
            }
        });
        Self { addr, seen, cuts, task }
    }

    /// The request lines: method, destination, version.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.heads().iter().map(|head| head.lines().next().unwrap_or_default().to_owned()).collect()
    }

    /// The complete request heads.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.seen.lock().unwrap().heads.clone()
    }

    /// All text that went through its tunnels in either direction.
    pub(crate) fn carried(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().unwrap().bytes).into_owned()
    }

    /// Cuts all open tunnels.
    pub(crate) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

impl Drop for ProxyServer {
    fn drop(&mut self) {
        self.cut();
        self.task.abort();
    }
}

async fn serve(
    mut client: TcpStream,
    conduct: Conduct,
    upstream: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    mut cuts: watch::Receiver<u32>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = client.read_u8().await else { return };
        head.push(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let before = {
        let mut seen = seen.lock().unwrap();
        seen.heads.push(head.clone());
        seen.heads.len() - 1
    };
    let brings = |value: &str| {
        head.lines().any(|line| line.eq_ignore_ascii_case(&format!("proxy-authorization: {value}")))
    };
    let status = match conduct {
        // Requests in absolute form would be readable here: there must be none.
        _ if !head.starts_with("CONNECT ") => 501,
        Conduct::Demand(value) if !brings(value) => 407,
        Conduct::Refuse(status) => status,
        _ => 200,
    };
    let answer = match status {
        200 => "HTTP/1.1 200 Connection established\r\n\r\n".to_owned(),
        407 => "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 2\r\n\r\nno".to_owned(),
        _ => format!("HTTP/1.1 {status} No\r\nContent-Length: 2\r\n\r\nno"),
    };
    if client.write_all(answer.as_bytes()).await.is_err() || status != 200 {
        return;
    }
    if matches!(conduct, Conduct::Drop(dropped) if before == dropped) {
        return;
    }
    let Ok(server) = TcpStream::connect(upstream).await else { return };
    let ((from_client, to_client), (from_server, to_server)) =
        (client.into_split(), server.into_split());
    tokio::select! {
        () = carry(from_client, to_server, &seen) => {}
        () = carry(from_server, to_client, &seen) => {}
        _ = cuts.changed() => {}
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, seen: &Mutex<Seen>) {
    let mut piece = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        seen.lock().unwrap().bytes.extend_from_slice(&piece[..length]);
        if to.write_all(&piece[..length]).await.is_err() {
            return;
        }
    }
}
