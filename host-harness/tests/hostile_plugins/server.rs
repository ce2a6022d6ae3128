//! A loopback server with one fixed behaviour, which records what it receives.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use host_harness::egress::{Egress, EgressBuilder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How much received data is kept per connection: some uploads never end.
const KEPT: usize = 64 << 10;

/// How a server responds.
#[derive(Clone, Debug)]
pub(crate) enum Manner {
    /// Sends these bytes.
    Says(Vec<u8>),
    /// Never responds, but reads everything.
    Listens,
    /// Sends 200 and a body that never ends: this many bytes, a pause, and again.
    Goes(usize, Duration),
    /// Sends the first of these, and then the second again and again with a pause after each.
    Repeats(Vec<u8>, Vec<u8>, Duration),
}

pub(crate) struct Server {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Server {
    pub(crate) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::<Mutex<Vec<Vec<u8>>>>::default();
        let log = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let connection = {
                    let mut log = log.lock().unwrap();
                    log.push(Vec::new());
                    log.len() - 1
                };
                tokio::spawn(serve(stream, manner.clone(), Arc::clone(&log), connection));
            }
        });
        Self { address, heard }
    }

    /// Starts a server that answers everything with 200 and an empty body.
    pub(crate) async fn polite() -> Self {
        Self::start(Manner::Says(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec())).await
    }

    /// Starts a server that answers with a head, given line by line.
    pub(crate) async fn with_head(lines: &[&str]) -> Self {
        Self::start(Manner::Says(format!("{}\r\n\r\n", lines.join("\r\n")).into_bytes())).await
    }

    /// Returns its URL under an allowed name.
    pub(crate) fn url(&self) -> String {
        format!("http://service.example:{}/", self.address.port())
    }

    /// Returns the address that it listens on.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns an egress builder that allows only this server, with short timeouts.
    pub(crate) fn way(&self) -> EgressBuilder {
        Egress::builder()
            .allow(format!("http://service.example:{}", self.address.port()))
            .route("service.example", self.address)
            .response_timeout(Duration::from_secs(1))
    }

    /// Returns what was received, per connection.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard
            .lock()
            .unwrap()
            .iter()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
            .collect()
    }
}

async fn serve(
    mut stream: TcpStream,
    manner: Manner,
    log: Arc<Mutex<Vec<Vec<u8>>>>,
    connection: usize,
) {
    let mut piece = vec![0; 4096];
    let mut answered = 0;
    while let Ok(read @ 1..) = stream.read(&mut piece).await {
        let heads = {
            let mut log = log.lock().unwrap();
            let heard = &mut log[connection];
            let room = KEPT.saturating_sub(heard.len());
            heard.extend_from_slice(&piece[..read.min(room)]);
            heard.windows(4).filter(|window| window == b"\r\n\r\n").count()
        };
        while answered < heads {
            answered += 1;
            if answer(&mut stream, &manner).await.is_err() {
                return;
            }
        }
    }
}

async fn answer(stream: &mut TcpStream, manner: &Manner) -> std::io::Result<()> {
    match manner {
        Manner::Says(bytes) => stream.write_all(bytes).await,
        Manner::Listens => Ok(()),
        Manner::Goes(size, pause) => {
            let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
            let chunk = [format!("{size:x}\r\n").as_bytes(), &vec![b'x'; *size], b"\r\n"].concat();
            repeat(stream, head, &chunk, *pause).await
        }
        Manner::Repeats(first, again, pause) => repeat(stream, first, again, *pause).await,
    }
}

async fn repeat(
    stream: &mut TcpStream,
    first: &[u8],
    again: &[u8],
    pause: Duration,
) -> std::io::Result<()> {
    stream.write_all(first).await?;
    loop {
        stream.write_all(again).await?;
        tokio::time::sleep(pause).await;
    }
}
