//! Servers that send without end what is no content: interim responses, empty frames, framing.

use std::time::{Duration, Instant};

use host_harness::HostError;

use crate::http2::{Answer, DATA, EARLY_HINTS, END_HEADERS, END_STREAM, HEADERS, Http2Server};
use crate::http2::{OK, PING, frame};
use crate::server::{Manner, Server};
use crate::world::World;

/// Longer than any of these takes.
const LONG: Duration = Duration::from_secs(60);

fn interim(stream: u32) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, stream, EARLY_HINTS)
}

fn ok(stream: u32) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, stream, OK)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_interim_responses_over_http_2_are_passed_over() {
    let server = Http2Server::start(|stream| Answer {
        first: [interim(stream).repeat(16), ok(stream), frame(DATA, END_STREAM, stream, b"ok")]
            .concat(),
        again: Vec::new(),
    })
    .await;
    let world = World::with(server.way().build().unwrap());
    let said = world.said("get-each", &[Http2Server::URL; 5].join(" ")).await;
    assert_eq!(said, r#"{"200": 5}"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn interim_responses_without_end_over_http_2_end_their_connection() {
    let server = Http2Server::start(|stream| Answer {
        first: interim(stream),
        again: interim(stream).repeat(500),
    })
    .await;
    let world = World::with(server.way().response_timeout(LONG).build().unwrap());
    let began = Instant::now();
    assert_eq!(world.said("get", Http2Server::URL).await, "ConnectionTerminated");
    assert!(began.elapsed() < LONG / 4, "{:?}", began.elapsed());
    // What the sockets hold is written, and no more.
    assert!(server.written() < 16 << 20, "{} bytes", server.written());
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_frames_without_end_end_their_connection() {
    let server = Http2Server::start(|stream| Answer {
        first: ok(stream),
        again: frame(DATA, 0, stream, b"").repeat(500),
    })
    .await;
    let world = World::with(server.way().response_timeout(LONG).build().unwrap());
    assert_eq!(world.said("read-for-ever", Http2Server::URL).await, "ConnectionTerminated");
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_of_a_byte_that_nobody_reads_end_their_connection_at_its_window() {
    let server = Http2Server::start(|stream| Answer {
        first: ok(stream),
        again: frame(DATA, 0, stream, b"x").repeat(500),
    })
    .await;
    let world = World::with(server.way().response_timeout(LONG).build().unwrap());
    let said = world.said("hold-unread-for-long", Http2Server::URL).await;
    assert_eq!(said, "ConnectionTerminated");
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_without_end_are_no_response() {
    let server = Http2Server::start(|_| {
        let ping = frame(PING, 0, 0, &[0; 8]);
        Answer { first: ping.clone(), again: ping.repeat(100) }
    })
    .await;
    let way = server.way().response_timeout(Duration::from_secs(1));
    let world = World::with(way.build().unwrap());
    assert_eq!(world.said("get", Http2Server::URL).await, "HttpResponseTimeout");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_never_ends_is_not_waited_for() {
    let line = b"x-slow: y\r\n".to_vec();
    let head = b"HTTP/1.1 200 OK\r\n".to_vec();
    let server = Server::start(Manner::Repeats(head, line, Duration::from_millis(100))).await;
    let world = World::with(server.way().build().unwrap());
    assert_eq!(world.said("get", &server.url()).await, "HttpResponseTimeout");
}

#[tokio::test(flavor = "multi_thread")]
async fn framing_without_end_is_no_content() {
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let extension = format!("1;{}\r\nx\r\n", "e".repeat(15_000));
    let trailer = format!("x-t: {}\r\n", "y".repeat(60));
    for (start, again) in [("", extension), ("0\r\n", trailer)] {
        let head = [&chunked[..], start.as_bytes()].concat();
        let server = Server::start(Manner::Repeats(head, again.into(), Duration::ZERO)).await;
        let world = World::with(server.way().response_timeout(LONG).build().unwrap());
        let said = world.said("read-for-ever", &server.url()).await;
        assert_eq!(said, "ConnectionTerminated", "{start:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_of_a_byte_without_end_are_ended_for_the_time_of_the_call() {
    let server = Server::start(Manner::Goes(1, Duration::ZERO)).await;
    let world = World::brief(server.way().response_timeout(LONG).build().unwrap());
    let error = world.ended("read-for-ever", &server.url()).await;
    assert!(matches!(error, HostError::OutOfTime { .. }), "{error:?}");
}
