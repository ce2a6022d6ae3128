//! Settings of TLS, each over real connections: least version, pins, client certificates,
//! revocation lists, and where the authorities come from.

use host_harness::egress::{Egress, EgressBuilder, Environment, TlsVersion, Verification};
use host_harness::{ErrorKind, ErrorSource};
use rcgen::SerialNumber;
use rustls::version::{TLS12, TLS13};

use super::certificates::{API, Field, LOGIN, TOKEN, trusting};
use crate::world::authority::{Authority, Chain, Leaf};
use crate::world::is;

fn good(authority: &Authority) -> Leaf {
    authority.leaf(&[LOGIN, API], |_| {})
}

/// The same setting for both hosts.
fn both(
    egress: EgressBuilder,
    set: impl Fn(EgressBuilder, String) -> EgressBuilder,
) -> EgressBuilder {
    [LOGIN, API].into_iter().fold(egress, |egress, name| set(egress, format!("https://{name}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_below_the_least_version_is_sent_nothing() {
    let authority = Authority::new();
    let egress = || trusting().ca_pem(authority.pem());
    let old = || Field::behind(authority.server_of(&good(&authority), &[&TLS12]));
    old().await.isolate(egress()).await.unwrap();
    let field = old().await;
    let strict = egress().min_tls_version(TlsVersion::V1_3);
    field.was_sent_nothing(field.isolate(strict.clone()).await, "TLS 1.2");
    let new = Field::behind(authority.server_of(&good(&authority), &[&TLS13])).await;
    new.isolate(strict).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_must_have_a_pinned_key_and_a_certificate_that_is_trusted() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let (leaf, other) = (good(&authority), good(&authority));
    let pinned = |egress: EgressBuilder, pins: &[String]| {
        pins.iter()
            .fold(egress, |egress, pin| both(egress, |egress, host| egress.host_pin(host, pin)))
    };
    let (own, wrong) = (leaf.pin(), other.pin());
    let egress = || trusting().ca_pem(authority.pem());
    let field = || Field::behind(authority.server(&leaf, Chain::InOrder));
    for pins in [&[own.clone()][..], &[wrong.clone(), own.clone()]] {
        field().await.isolate(pinned(egress(), pins)).await.unwrap();
    }
    // A pin holds at every verification mode.
    let modes = [Verification::Full, Verification::Certificate, Verification::None];
    for mode in modes {
        let field = field().await;
        let egress = pinned(egress().verification(mode), std::slice::from_ref(&wrong));
        field.was_sent_nothing(field.isolate(egress).await, &format!("another key, {mode:?}"));
    }
    let field = field().await;
    let untrusted = pinned(trusting().ca_pem(stranger.pem()), &[own]);
    field.was_sent_nothing(field.isolate(untrusted).await, "a stranger's certificate, pinned");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_certificate_is_shown_to_its_host_alone() {
    let authority = Authority::new();
    let (chain, key) = authority.client();
    let egress = || trusting().ca_pem(authority.pem());
    let with = |egress: EgressBuilder, host| egress.host_client_certificate(host, &chain, &key);
    let field = || Field::behind(authority.server_for_known_clients(&good(&authority)));

    let without = field().await;
    without.isolate(egress()).await.unwrap_err();
    assert_eq!(without.stub.service().ledger().len(), 0);

    let login_only = field().await;
    let one = with(egress(), format!("https://{LOGIN}"));
    login_only.isolate(one).await.unwrap_err();
    let service = login_only.stub.service();
    assert_eq!((service.sent(TOKEN), service.ledger().len()), (1, 1));

    field().await.isolate(both(egress(), with)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_certificate_is_refused_and_no_list_is_fetched() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let leaf = authority.leaf(&[LOGIN, API], |params| {
        params.serial_number = Some(SerialNumber::from(42));
    });
    let field = || Field::behind(authority.server(&leaf, Chain::InOrder));
    let listed = |list: String| trusting().ca_pem(authority.pem()).crl(list);
    for (what, list) in [
        ("revoked", authority.revokes(&[41, 42], 4000)),
        ("an expired list", authority.revokes(&[41], 2021)),
        ("a list that another signed in its issuer's name", stranger.revokes(&[41], 4000)),
    ] {
        let field = field().await;
        field.was_sent_nothing(field.isolate(listed(list)).await, what);
    }
    for list in [authority.revokes(&[41], 4000), authority.root_revokes(&[42])] {
        field().await.isolate(listed(list)).await.unwrap();
    }
    let field = field().await;
    let named = listed(authority.revokes(&[42], 4000)).verification(Verification::Certificate);
    field.was_sent_nothing(field.isolate(named).await, "revoked, any name");
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
