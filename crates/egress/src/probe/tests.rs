use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::net::TcpListener;

use super::*;
use crate::EgressBuilder;
use crate::client::Keep;
use crate::dial::Terms;
use crate::lookup::Lookup;
use crate::proxy::Proxies;
use defender_stub::{Scenario, Stub};

fn stages(hops: &[Hop]) -> Vec<Stage> {
    hops.iter().map(|hop| hop.stage).collect()
}

fn end(hops: &[Hop]) -> &Result<Found, Obstacle> {
    &hops.last().expect("a stage").found
}

#[tokio::test]
async fn what_is_not_allowed_is_not_even_looked_up() {
    let asked = Arc::new(AtomicBool::new(false));
    let witness = Arc::clone(&asked);
    let mut egress = EgressBuilder::default().allow("https://api.example").build().unwrap();
    let terms = Terms {
        policy: egress.terms.policy.clone(),
        tls: None,
        proxies: Proxies::default(),
        connect_timeout: Duration::from_secs(1),
        keep: Keep::default(),
        lookup: Lookup::by(move |_, _| {
            witness.store(true, Ordering::SeqCst);
            async { Ok(Vec::new()) }
        }),
    };
    egress.terms = Arc::new(terms);
    for origin in
        ["https://login.example", "http://api.example", "https://user@api.example", "api.example"]
    {
        let hops = egress.probe(origin).await;
        assert_eq!(stages(&hops), [Stage::Policy], "{origin}");
        assert!(matches!(end(&hops), Err(Obstacle::NotAllowed)), "{origin}");
    }
    assert!(!asked.load(Ordering::SeqCst));
    let hops = egress.probe("https://api.example").await;
    assert_eq!(stages(&hops), [Stage::Policy, Stage::Name]);
    assert!(asked.load(Ordering::SeqCst));
}

#[tokio::test]
async fn the_whole_way_is_reported_with_the_certificates_and_the_server_s_date() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let origin = format!("https://localhost:{}", stub.addr().port());
    let egress = EgressBuilder::default()
        .allow(&origin)
        .platform_roots(false)
        .ca_pem(stub.ca_pem().unwrap());
    let hops = egress.build().unwrap().probe(&origin).await;
    assert_eq!(
        stages(&hops),
        [Stage::Policy, Stage::Name, Stage::Connection, Stage::Tls, Stage::Answer]
    );
    let Ok(Found::Session { version, certificates }) = &hops[3].found else { panic!("{hops:?}") };
    assert_eq!((version.as_str(), certificates.len()), ("TLSv1_3", 1));
    assert!(matches!(end(&hops), Ok(Found::Answer { date: Some(_), .. })), "{hops:?}");
}

#[tokio::test]
async fn a_certificate_that_is_refused_is_shown() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let other = Stub::start(Scenario::default()).unwrap();
    let origin = format!("https://localhost:{}", stub.addr().port());
    let egress = EgressBuilder::default()
        .allow(&origin)
        .platform_roots(false)
        .ca_pem(other.ca_pem().unwrap());
    let hops = egress.build().unwrap().probe(&origin).await;
    let Err(Obstacle::Certificate { problem, certificates, .. }) = end(&hops) else {
        panic!("{hops:?}")
    };
    assert_eq!((*problem, certificates.len()), (CertificateProblem::UnknownIssuer, 1));
    assert!(stub.service().ledger().is_empty());
}

#[tokio::test]
async fn a_closed_port_and_a_server_without_an_answer_are_distinguished() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let egress = EgressBuilder::default()
        .allow(&origin)
        .connect_timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    let hops = egress.probe(&origin).await;
    assert!(
        matches!(end(&hops), Err(Obstacle::TimedOut)) && stages(&hops).ends_with(&[Stage::Answer]),
        "{hops:?}"
    );
    drop(listener);
    let hops = egress.probe(&origin).await;
    assert!(matches!(end(&hops), Err(Obstacle::Unreachable(_))), "{hops:?}");
    assert!(stages(&hops).ends_with(&[Stage::Connection]));
}
