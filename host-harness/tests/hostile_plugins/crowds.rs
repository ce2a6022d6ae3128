//! Very many requests.

use std::time::Duration;

use defender_stub::{Scenario, Stub};
use host_harness::egress::Egress;

use crate::server::{Manner, Server};
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn of_a_crowd_of_requests_some_are_sent_the_others_refused_and_a_neighbour_s_is_none_of_them()
{
    let silent = Server::start(Manner::Listens).await;
    let polite = Server::polite().await;
    let port = polite.address().port();
    let egress = silent
        .way()
        .allow(format!("http://polite.example:{port}"))
        .route("polite.example", polite.address());
    // Longer than it takes to send them all.
    let world = World::with(egress.response_timeout(Duration::from_secs(3)).build().unwrap());
    let neighbour = async {
        while silent.heard().len() < 32 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        world
            .neighbour
            .execute("get", &format!("http://polite.example:{port}/"))
            .await
            .unwrap()
            .data
    };
    let url = silent.url();
    let (said, status) = tokio::join!(world.said("crowd", &url), neighbour);
    assert_eq!(said, r#"{"ConnectionLimitReached": 436, "HttpResponseTimeout": 64}"#);
    assert_eq!(status, "200");
    assert!(silent.heard().len() <= 64, "{} connections", silent.heard().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_nobody_looks_at_is_connected_and_answered_all_the_same() {
    // A TLS handshake takes more than one step.
    let stub = Stub::start(Scenario::default()).unwrap();
    let name = "api.security.microsoft.com";
    let way = Egress::builder().platform_roots(false).ca_pem(stub.ca_pem().unwrap());
    let world =
        World::with(way.allow(format!("https://{name}")).route(name, stub.addr()).build().unwrap());
    assert_eq!(world.said("look-away", &format!("https://{name}/api/machines")).await, "401");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_goes_on_beside_others_and_one_that_cannot_be_sent() {
    let server = Server::polite().await;
    let world = World::with(server.way().build().unwrap());
    assert_eq!(
        world.said("nonsense-in-between", &server.url()).await,
        "200 HttpRequestBodySize 200"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_whose_answers_nobody_waits_for_are_given_up() {
    let server = Server::polite().await;
    let world = World::with(server.way().build().unwrap());
    assert_eq!(world.said("abandon", &server.url()).await, "left");
    // Aborting five thousand requests takes the runtime a moment.
    let room = async { while world.said("get", &server.url()).await != "200" {} };
    tokio::time::timeout(Duration::from_secs(10), room).await.unwrap();
}
