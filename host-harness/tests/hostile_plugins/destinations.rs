//! Requests to destinations that are not allowed.

use std::time::Duration;

use host_harness::HostError;
use host_harness::egress::Egress;

use crate::server::Server;
use crate::world::{PATIENT, World, host};

const METADATA: &str = "http://169.254.169.254/latest/meta-data/";

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_not_allowed_is_denied() {
    let server = Server::polite().await;
    let world = World::with(server.way().build().unwrap());
    let port = server.address().port();
    for url in [
        "http://other.example/",
        "http://service.example/",
        METADATA,
        &format!("https://service.example:{port}/"),
        &format!("http://service.example.:{port}/"),
        &format!("http://127.0.0.1:{port}/"),
        &format!("http://localhost:{port}/"),
    ] {
        let said = world.said("get", url).await;
        // A trailing dot is an alternative spelling that the egress does not accept.
        let wanted =
            if url.contains("example.:") { "HttpRequestUriInvalid" } else { "HttpRequestDenied" };
        assert_eq!(said, wanted, "{url}");
    }
    assert!(server.heard().is_empty());
    assert_eq!(world.said("get", &server.url()).await, "200");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_of_another_is_not_let_out_by_its_own_word() {
    let refused = PATIENT.connect("hostile", "{}", "{}").await;
    assert!(matches!(host(refused), HostError::NotTrusted));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pattern_for_all_hosts_leads_to_no_metadata_and_not_inside() {
    let server = Server::polite().await;
    let port = server.address().port();
    let egress = Egress::builder().allow("http://*").allow(format!("http://*:{port}"));
    let world = World::with(egress.connect_timeout(Duration::from_secs(2)).build().unwrap());
    for url in [
        METADATA,
        "http://[fd00:ec2::254]/",
        "http://[::ffff:169.254.169.254]/",
        "http://10.0.0.1/",
        &format!("http://127.0.0.1:{port}/"),
        &format!("http://[::1]:{port}/"),
    ] {
        assert_eq!(world.said("get", url).await, "DestinationIpProhibited", "{url}");
    }
    for name in ["localhost", "metadata.google.internal", "127.0.0.1.nip.io", "localtest.me"] {
        let url = format!("http://{name}:{port}/");
        assert_eq!(world.said("get", &url).await, "HttpRequestDenied", "{url}");
    }
    for url in [format!("http://0x7f.1:{port}/"), format!("http://2130706433:{port}/")] {
        assert_eq!(world.said("get", &url).await, "HttpRequestUriInvalid", "{url}");
    }
    assert!(server.heard().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_leads_elsewhere_is_not_followed() {
    let location = format!("location: {METADATA}");
    let server = Server::with_head(&["HTTP/1.1 302 Found", &location, "content-length: 0"]).await;
    let world = World::with(server.way().build().unwrap());
    assert_eq!(world.said("get", &server.url()).await, "302");
}
