//! Where the authorities come from, and which certificates are some.

use std::path::Path;

use host_harness::egress::{Egress, EgressBuilder, Environment};
use host_harness::{ErrorKind, ErrorSource};

use super::certificates::{API, Field, LOGIN};
use crate::world::authority::{Authority, Chain, Leaf};
use crate::world::is;

fn good(authority: &Authority) -> Leaf {
    authority.leaf(&[LOGIN, API], |_| {})
}

/// The authorities that an environment names.
fn named(file: Option<&Path>, folder: Option<&Path>) -> EgressBuilder {
    Egress::builder().environment(Environment::of(|name| match name {
        "SSL_CERT_FILE" => file.map(Into::into),
        "SSL_CERT_DIR" => folder.map(Into::into),
        _ => None,
    }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_in_the_system_s_folders_is_an_authority_only_if_it_says_so() {
    let (authority, server) = (Authority::new(), Authority::under_a_server());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("both.pem");
    std::fs::write(&file, server.pem() + &authority.pem()).unwrap();
    for egress in [named(Some(&file), None), named(None, Some(folder.path()))] {
        let field = Field::behind(server.server(&good(&server), Chain::InOrder)).await;
        field.was_sent_nothing(field.isolate(egress.clone()).await, "issued by a server");
        let field = Field::behind(authority.server(&good(&authority), Chain::InOrder)).await;
        field.isolate(egress).await.unwrap();
    }
    // What an operator names as an own authority is taken for one.
    let own = Egress::builder().platform_roots(false).ca_pem(server.pem());
    Field::behind(server.server(&good(&server), Chain::InOrder)).await.isolate(own).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_file_without_authorities_ends_it_whatever_the_named_folder_has() {
    let (authority, server) = (Authority::new(), Authority::under_a_server());
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ca.pem"), authority.pem()).unwrap();
    let other = tempfile::tempdir().unwrap();
    let (empty, of_a_server) = (other.path().join("empty.pem"), other.path().join("server.pem"));
    std::fs::write(&empty, "").unwrap();
    std::fs::write(&of_a_server, server.pem()).unwrap();
    for file in [&other.path().join("missing.pem"), &empty, &of_a_server] {
        let field = Field::behind(authority.server(&good(&authority), Chain::InOrder)).await;
        let error = field.isolate(named(Some(file), Some(folder.path()))).await.unwrap_err();
        is(&error, ErrorKind::Denied);
        assert_eq!(field.stub.connections(), 0, "{file:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_names_the_authorities_and_only_if_it_was_asked_for() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, authority.pem()).unwrap();
    let field = || Field::behind(authority.server(&good(&authority), Chain::InOrder));
    for (variable, value) in [("SSL_CERT_FILE", &file), ("SSL_CERT_DIR", &folder.path().into())] {
        let environment = Environment::of(|name| (name == variable).then(|| value.into()));
        let egress = Egress::builder().environment(environment);
        let shown = egress.clone().allow(format!("https://{LOGIN}")).build().unwrap();
        assert_eq!(shown.environment(), [(variable, value.display().to_string())]);
        field().await.isolate(egress).await.unwrap();
    }
    let field = field().await;
    let system = field.isolate(Egress::builder()).await.unwrap_err();
    assert_eq!(field.stub.service().ledger().len(), 0, "{system:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_authority_nothing_is_called() {
    let authority = Authority::new();
    let missing = Environment::of(|name| (name == "SSL_CERT_FILE").then(|| "no/such.pem".into()));
    let field = Field::behind(authority.server(&good(&authority), Chain::InOrder)).await;
    let error = field.isolate(Egress::builder().environment(missing.clone())).await.unwrap_err();
    is(&error, ErrorKind::Denied);
    assert_eq!(error.source, ErrorSource::Host);
    assert_eq!(field.stub.connections(), 0);
    // The operator's own authority is enough.
    let own = Egress::builder().environment(missing).ca_pem(authority.pem());
    field.isolate(own).await.unwrap();
}
