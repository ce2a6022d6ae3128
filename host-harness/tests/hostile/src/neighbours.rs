//! A connector and its hostile neighbour, which call the same server.

use std::io;
use std::time::{Duration, Instant};

use host_harness::Connector;
use host_harness::egress::{Egress, EgressBuilder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a hostile connector does again and again: an action, and its parameters with `{}` in place
/// of the server.
pub const BEHAVIOURS: [(&str, &str); 13] = [
    // Not hostile: what the others are compared with.
    ("get-whole", "{}/small"),
    ("get", "{}/interim"),
    ("get-whole", "{}/poison"),
    ("get-whole", "{}/poison-later"),
    ("hold-unread", "{}/big {}/small"),
    ("crowd", "{}/silent"),
    ("crowd", "{}/interim"),
    ("abandon", "{}/big"),
    ("upload-for-ever", "{}/silent"),
    ("read-for-ever", "{}/big"),
    ("promise-more", "{}/silent"),
    ("loop", ""),
    ("hoard-memory", ""),
];

/// The response to a well-behaved call.
pub const SMALL: &str = "ok";

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// One call of a well-behaved connector.
#[derive(Clone, Debug)]
pub struct Call {
    /// How long it took.
    pub time: Duration,
    /// The response, [`SMALL`] unless something went wrong.
    pub end: String,
}

/// Calls the server with a connector, one call after the other.
pub async fn call(connector: &Connector, url: &str, number: usize) -> Vec<Call> {
    let mut calls = Vec::with_capacity(number);
    for _ in 0..number {
        let began = Instant::now();
        let called = connector.execute("get-whole", url).await;
        let time = began.elapsed();
        let end = called.map_or_else(|error| format!("{error:?}"), |outcome| outcome.data);
        calls.push(Call { time, end });
    }
    calls
}

/// Does some work while a hostile connector goes on with its behaviour.
pub async fn beside<T>(
    hostile: &Connector,
    (action, params): (&str, &str),
    origin: &str,
    work: impl Future<Output = T>,
) -> T {
    let params = params.replace("{}", origin);
    let misbehave = async {
        loop {
            drop(hostile.execute(action, &params).await);
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        done = work => done,
        () = misbehave => unreachable!("it goes on for ever"),
    }
}

/// Starts a server that answers by the path of a request. Returns its origin and an egress builder
/// that allows nothing else.
///
/// # Errors
///
/// There is no port to listen on.
pub async fn server() -> io::Result<(String, EgressBuilder)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move { drop(serve(stream).await) });
        }
    });
    let origin = format!("http://service.example:{}", address.port());
    let way = Egress::builder().allow(&origin).route("service.example", address);
    Ok((origin, way.response_timeout(Duration::from_secs(2))))
}

async fn serve(mut stream: TcpStream) -> io::Result<()> {
    let (mut heard, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut piece).await?;
        if read == 0 {
            return Ok(());
        }
        heard.extend_from_slice(&piece[..read]);
        while let Some(end) = heard.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&heard[..end]).into_owned();
            heard.drain(..end + 4);
            answer(&mut stream, head.split(' ').nth(1).unwrap_or_default()).await?;
        }
        heard.truncate(4096);
    }
}

async fn answer(stream: &mut TcpStream, path: &str) -> io::Result<()> {
    let poison = b"HTTP/1.1 418 Poison\r\ncontent-length: 6\r\n\r\npoison";
    match path {
        "/silent" => Ok(()),
        "/interim" => loop {
            stream.write_all(&b"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(500)).await?;
        },
        "/big" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\n").await?;
            stream.write_all(&[b'x'; 9_999_999]).await
        }
        "/poison" => stream.write_all(&[OK, poison].concat()).await,
        "/poison-later" => {
            stream.write_all(OK).await?;
            tokio::time::sleep(Duration::from_millis(5)).await;
            stream.write_all(poison).await
        }
        _ => stream.write_all(OK).await,
    }
}
