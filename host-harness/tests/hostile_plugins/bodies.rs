//! Bodies that are longer or shorter than declared, or that never end.

use std::time::Duration;

use host_harness::{HostError, TimeLimit};

use crate::server::{Manner, Server};
use crate::world::{MEMORY, World};

/// Longer than the time limit of a call in a brief environment, so that no other timeout ends it.
const LONG: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_shorter_than_it_says_is_no_request_and_its_connection_is_not_used_again() {
    let server = Server::start(Manner::Listens).await;
    let world = World::with(server.way().build().unwrap());
    let said = world.said("promise-more", &server.url()).await;
    assert!(said.starts_with("HttpRequestBodySize, "), "{said}");
    world.said("get", &server.url()).await;
    // The server may not even have received the head on the first connection.
    assert!(
        server.heard().iter().all(|heard| heard.matches("HTTP/1.1").count() <= 1),
        "{:?}",
        server.heard()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_a_body_of_the_announced_length_does_not_go_out() {
    let server = Server::start(Manner::Listens).await;
    let world = World::with(server.way().build().unwrap());
    let said = world.said("promise-less", &server.url()).await;
    assert!(said.starts_with("not written, "), "{said}");
    assert!(!server.heard().concat().contains("smuggled"), "{:?}", server.heard());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_on_which_a_body_went_wrong_serves_nobody_else() {
    let server = Server::polite().await;
    let world = World::with(server.way().build().unwrap());
    for action in ["promise-more", "promise-less", "never-finish"] {
        world.said(action, &server.url()).await;
        assert_eq!(
            world
                .neighbour
                .execute("get", &format!("{}neighbour", server.url()))
                .await
                .unwrap()
                .data,
            "200",
            "after {action}"
        );
    }
    for heard in server.heard() {
        assert!(!heard.contains("POST") || !heard.contains("neighbour"), "{heard}");
        // Nothing follows a body that is not whole.
        let unfinished = heard.split("content-length: 100").nth(1).unwrap_or_default();
        assert!(!unfinished.contains("HTTP/1.1"), "{heard}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_never_finished_is_not_waited_for() {
    let server = Server::start(Manner::Listens).await;
    let world = World::with(server.way().build().unwrap());
    assert_eq!(world.said("never-finish", &server.url()).await, "HttpResponseTimeout");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_without_end_is_ended_for_its_time() {
    let server = Server::start(Manner::Listens).await;
    let world = World::brief(server.way().response_timeout(LONG).build().unwrap());
    let error = world.ended("upload-for-ever", &server.url()).await;
    assert!(matches!(error, HostError::OutOfTime { operation: "execute", .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_is_cut_at_its_limit() {
    let server = Server::start(Manner::Goes(64 << 10, Duration::ZERO)).await;
    let world = World::with(server.way().max_response_bytes(1 << 20).build().unwrap());
    assert_eq!(world.said("read-for-ever", &server.url()).await, "HttpResponseBodySize");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_that_drips_is_ended_for_its_time() {
    let server = Server::start(Manner::Goes(1, Duration::from_millis(50))).await;
    let world = World::brief(server.way().response_timeout(LONG).build().unwrap());
    let error = world.ended("read-for-ever", &server.url()).await;
    assert!(matches!(error, HostError::OutOfTime { limit: TimeLimit::Call, .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_kept_whole_uses_the_memory_that_there_is() {
    let server = Server::start(Manner::Goes(64 << 10, Duration::ZERO)).await;
    let world = World::with(server.way().build().unwrap());
    let error = world.ended("keep-all-that-is-read", &server.url()).await;
    assert!(matches!(error, HostError::OutOfMemory { limit_bytes: MEMORY, .. }), "{error:?}");
}
