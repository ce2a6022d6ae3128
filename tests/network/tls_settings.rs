//! Settings of TLS, each over real connections: least version, pins, client certificates,
//! revocation lists.

use host_harness::egress::{EgressBuilder, TlsVersion, Verification};
use rcgen::{CrlDistributionPoint, SerialNumber};
use rustls::version::{TLS12, TLS13};

use super::certificates::{API, Field, LOGIN, TOKEN, trusting};
use crate::world::authority::{Authority, Chain, Leaf};

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
    field.was_refused(field.isolate(strict.clone()).await, "TLS 1.2");
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
        field.was_refused(field.isolate(egress).await, &format!("another key, {mode:?}"));
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
        field.was_refused(field.isolate(listed(list)).await, what);
    }
    for list in [authority.revokes(&[41], 4000), authority.root_revokes(&[42])] {
        field().await.isolate(listed(list)).await.unwrap();
    }
    let field = field().await;
    let named = listed(authority.revokes(&[42], 4000)).verification(Verification::Certificate);
    field.was_refused(field.isolate(named).await, "revoked, any name");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_of_an_issuer_counts_and_two_for_the_same_are_refused() {
    let authority = Authority::new();
    let point = |uri: &str| CrlDistributionPoint { uris: vec![uri.to_owned()] };
    let leaf = authority.leaf(&[LOGIN, API], |params| {
        params.serial_number = Some(SerialNumber::from(42));
        params.crl_distribution_points = vec![point("http://lists.example/1")];
    });
    let listed = |lists: &[String]| {
        let egress = trusting().ca_pem(authority.pem());
        lists.iter().cloned().fold(egress, EgressBuilder::crl)
    };
    let at =
        |serials: &[u64], n| authority.revokes_at(serials, &format!("http://lists.example/{n}"));
    let field = || Field::behind(authority.server(&leaf, Chain::InOrder));
    for (what, lists) in [
        ("another distribution point", vec![at(&[42], 2)]),
        ("the second list", vec![at(&[41], 1), at(&[42], 2)]),
        ("the list of all, after one", vec![at(&[41], 1), authority.revokes(&[42], 4000)]),
    ] {
        let field = field().await;
        field.was_refused(field.isolate(listed(&lists)).await, what);
    }
    field().await.isolate(listed(&[at(&[41], 1), at(&[43], 2)])).await.unwrap();
    // Which of the two is newer is for the operator to say.
    let both = [authority.revokes(&[41], 4000), authority.revokes(&[42], 4000)];
    for lists in [both.to_vec(), vec![both.concat()], vec![at(&[41], 1), at(&[42], 1)]] {
        let refused = listed(&lists).allow(format!("https://{API}")).build().unwrap_err();
        assert_eq!(refused.setting, "crl");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_holds_beside_settings_for_a_pattern_wherever_it_stands() {
    let authority = Authority::new();
    let (leaf, other) = (good(&authority), good(&authority));
    let wide = |egress: EgressBuilder| egress.host_ca_pem("https://*", authority.pem());
    let domain = |egress: EgressBuilder| {
        egress.host_verification("https://*.microsoftonline.com", Verification::None)
    };
    let pinned = |egress: EgressBuilder| {
        let egress = egress.host_ca_pem(format!("https://{LOGIN}"), authority.pem());
        egress.host_pin(format!("https://{LOGIN}"), other.pin())
    };
    let start = || trusting().ca_pem(authority.pem());
    for (what, egress) in [
        ("last", pinned(domain(wide(start())))),
        ("in the middle", domain(pinned(wide(start())))),
        ("first", wide(domain(pinned(start())))),
    ] {
        let field = Field::behind(authority.server(&leaf, Chain::InOrder)).await;
        field.was_refused(field.isolate(egress).await, what);
    }
}
