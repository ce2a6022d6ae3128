//! Connections: how many a connector may have, and what is done with them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use host_harness::egress::Egress;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::server::{Manner, Server};
use crate::world::{PATIENT, World};

#[tokio::test(flavor = "multi_thread")]
async fn one_origin_has_one_set_of_connections_however_it_is_written() {
    let server = Server::polite().await;
    let world = World::with(server.way().build().unwrap());
    let port = server.address().port();
    let urls = ["service.example", "SERVICE.example", "Service.Example"]
        .map(|name| format!("http://{name}:{port}/"));
    assert_eq!(world.said("get-each", &urls.join(" ")).await, r#"{"200": 3}"#);
    assert_eq!(server.heard().len(), 1, "{:?}", server.heard());
    let zeros = format!("http://service.example:0{port}/");
    assert_eq!(world.said("get", &zeros).await, "HttpRequestUriInvalid");
}

/// A server that counts its open connections.
struct Counter {
    address: SocketAddr,
    most: Arc<AtomicUsize>,
}

impl Counter {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (open, most) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let highest = Arc::clone(&most);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                highest.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let open = Arc::clone(&open);
                tokio::spawn(async move {
                    let mut piece = [0; 4096];
                    while let Ok(1..) = stream.read(&mut piece).await {
                        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                        if stream.write_all(answer).await.is_err() {
                            break;
                        }
                    }
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, most }
    }

    fn way(&self) -> host_harness::egress::EgressBuilder {
        let port = self.address.port();
        Egress::builder().allow(format!("http://*.example:{port}")).route("*.example", self.address)
    }

    fn url(&self, number: usize) -> String {
        format!("http://n{number}.example:{}/", self.address.port())
    }

    /// The server notices the end of a connection later than the host.
    fn had_at_most(&self, limit: usize) -> bool {
        self.most.load(Ordering::SeqCst) <= limit + 2
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_of_a_connector_make_room_at_its_limit() {
    let server = Counter::start().await;
    let world = World::with(server.way().connections(4).build().unwrap());
    let urls: Vec<String> = (0..60).map(|number| server.url(number)).collect();
    assert_eq!(world.said("get-each", &urls.join(" ")).await, r#"{"200": 60}"#);
    assert!(server.had_at_most(4), "{:?}", server.most);
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_of_all_make_room_at_the_limit_of_all() {
    let server = Counter::start().await;
    let host = PATIENT.with_egress(server.way().all_connections(4).build().unwrap());
    let connectors: Vec<_> = (0..30).map(|number| host.connector(number.to_string())).collect();
    for connector in &connectors {
        let said = connector.execute("get", &server.url(0)).await.unwrap().data;
        assert_eq!(said, "200");
    }
    assert!(server.had_at_most(4), "{:?}", server.most);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_past_the_limit_that_are_in_use_are_refused() {
    let silent = Server::start(Manner::Listens).await;
    let egress = silent.way().connections(8).connect_timeout(Duration::from_secs(2));
    // Longer than a request waits for a connection.
    let world = World::with(egress.response_timeout(Duration::from_secs(4)).build().unwrap());
    assert_eq!(
        world.said("crowd", &silent.url()).await,
        r#"{"ConnectionLimitReached": 492, "HttpResponseTimeout": 8}"#
    );
    assert!(silent.heard().len() <= 8, "{} connections", silent.heard().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_that_nobody_asked_for_ends_its_connection() {
    let twice =
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1 418 No\r\ncontent-length: 0\r\n\r\n";
    let server = Server::start(Manner::Says(twice.into())).await;
    let world = World::with(server.way().build().unwrap());
    let urls = vec![server.url(); 20].join(" ");
    assert_eq!(world.said("get-each", &urls).await, r#"{"200": 20}"#);
    assert_eq!(server.heard().len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_a_response_is_no_other_s_however_its_end_is_written() {
    let responses = [
        ("GET", "204 No", "content-length: 40\r\n\r\n"),
        ("GET", "304 No", "content-length: 40\r\n\r\n"),
        ("HEAD", "200 OK", "content-length: 3\r\n\r\n"),
        ("GET", "200 OK", "content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("GET", "101 Other", "upgrade: x\r\nconnection: upgrade\r\n\r\n"),
        ("GET", "200 OK", "content-length: 2\n\nok"),
        ("GET", "200 OK", "content-length: 2, 2\r\n\r\nok"),
    ];
    for (method, status, rest) in responses {
        let poison = "HTTP/1.1 418 Poison\r\ncontent-length: 0\r\n\r\n";
        let answer = format!("HTTP/1.1 {status}\r\n{rest}{poison}");
        let server = Server::start(Manner::Says(answer.into())).await;
        let world = World::with(server.way().build().unwrap());
        let params = format!(r#"{{"url": "{}", "method": "{method}"}}"#, server.url());
        for _ in 0..5 {
            let said = world.said("read", &params).await;
            assert!(status.starts_with(&said), "{method} {status} {rest:?}: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_nobody_reads_is_dropped_and_its_connection_closed() {
    let server = Server::start(Manner::Goes(64 << 10, Duration::ZERO)).await;
    let egress = server.way().unread_timeout(Duration::from_millis(400)).build().unwrap();
    let world = World::with(egress);
    assert_eq!(world.said("hold-unread-for-long", &server.url()).await, "ConnectionReadTimeout");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_read_slowly_is_not_one_that_nobody_reads() {
    let server = Server::start(Manner::Goes(1, Duration::from_millis(700))).await;
    let way = server.way().unread_timeout(Duration::from_millis(300)).max_response_bytes(3);
    let world = World::with(way.build().unwrap());
    assert_eq!(world.said("read-for-ever", &server.url()).await, "HttpResponseBodySize");
}

#[tokio::test(flavor = "multi_thread")]
async fn interim_responses_are_passed_over_up_to_a_number() {
    let interim = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n";
    let last = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    for (count, expected) in [(2, "200"), (16, "200"), (1000, "HttpProtocolError")] {
        let answer = format!("{}{}", interim.repeat(count), if count < 100 { last } else { "" });
        let server = Server::start(Manner::Says(answer.into())).await;
        let world = World::with(server.way().build().unwrap());
        assert_eq!(world.said("get", &server.url()).await, expected, "{count}");
    }
}
