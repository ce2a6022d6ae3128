//! Request heads that smuggle a second request, and unreadable response heads.

use host_harness::HostError;

use crate::server::Server;
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_would_change_the_meaning_of_a_request_are_refused() {
    let world = World::closed();
    assert_eq!(world.said("refused-headers", "").await, "[] taken");
    assert_eq!(world.said("odd-destinations", "").await, "[] taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_smuggled_into_a_request() {
    let server = Server::polite().await;
    let world = World::with(server.way().build().unwrap());
    world.said("smuggle", &server.url()).await;
    let heard = server.heard().concat();
    assert!(
        !heard.contains("smuggle") && !heard.contains("c211") && !heard.contains("+5"),
        "{heard}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_tunnel_is_opened_for_a_plugin() {
    let server = Server::polite().await;
    let world = World::with(server.way().build().unwrap());
    let params = format!(r#"{{"url": "{}", "method": "CONNECT"}}"#, server.url());
    assert_eq!(world.said("change", &params).await, "HttpRequestMethodInvalid");
    assert!(server.heard().is_empty(), "{:?}", server.heard());
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_without_end_end_the_plugin() {
    let error = World::closed().ended("oversized-headers", "").await;
    let HostError::Trapped { operation: "execute", reason } = error else {
        unreachable!("{error:?}")
    };
    assert!(reason.contains("size"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_whose_head_is_too_big_is_reported_as_such() {
    let big = format!("x-big: {}", "x".repeat(1 << 20));
    let many: Vec<String> = (0..1000).map(|count| format!("x-{count}: 1")).collect();
    for fields in [&[big][..], &many[..]] {
        let server = Server::with_head(&["HTTP/1.1 200 OK", &fields.join("\r\n")]).await;
        let world = World::with(server.way().build().unwrap());
        assert_eq!(world.said("get", &server.url()).await, "HttpResponseHeaderSectionSize");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_no_http_is_reported_as_such() {
    for lines in [
        &["SSH-2.0-OpenSSH_9.9"][..],
        &["HTTP/1.1 200 OK", "no field"],
        &["HTTP/1.1 200 OK", "x-control: \u{1}"],
        &["HTTP/1.1 200 OK", "content-length: 5", "content-length: 6"],
        &["HTTP/1.1 200 OK", "content-length: five"],
    ] {
        let server = Server::with_head(lines).await;
        let world = World::with(server.way().build().unwrap());
        assert_eq!(world.said("get", &server.url()).await, "HttpProtocolError", "{lines:?}");
    }
}
