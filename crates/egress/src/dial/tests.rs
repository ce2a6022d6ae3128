//! What is dialled after a name was looked up.

use std::collections::VecDeque;
use std::sync::Mutex;

use tokio::net::TcpListener;

use super::*;
use crate::pattern::Pattern;
use crate::policy::Rule;

/// A name whose addresses change with each lookup, and settings that permit one address of this
/// machine.
struct Rebound {
    listener: TcpListener,
    uri: Uri,
    answers: Arc<Mutex<VecDeque<Vec<SocketAddr>>>>,
    terms: Terms,
}

impl Rebound {
    async fn new(answers: &[&[&str]]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let at_port = |address: &&str| SocketAddr::new(address.parse().unwrap(), port);
        let answers: VecDeque<Vec<SocketAddr>> =
            answers.iter().map(|answer| answer.iter().map(at_port).collect()).collect();
        let answers = Arc::new(Mutex::new(answers));
        let script = Arc::clone(&answers);
        let policy = Policy {
            allowed: vec![Rule {
                pattern: Pattern::parse(&format!("http://*.example:{port}")).unwrap(),
                methods: None,
                paths: None,
            }],
            networks: vec!["127.0.0.1/32".parse().unwrap()],
            ..Policy::default()
        };
        let lookup = Lookup::by(move |_, _| {
            let answer = script.lock().unwrap().pop_front();
            async move { answer.ok_or_else(|| io::ErrorKind::NotFound.into()) }
        });
        let terms = Terms {
            policy,
            tls: None,
            proxies: Proxies::default(),
            connect_timeout: Duration::from_secs(2),
            keep: Keep::default(),
            lookup,
        };
        let uri = format!("http://rebound.example:{port}/").parse().unwrap();
        Self { listener, uri, answers, terms }
    }
}

#[tokio::test]
async fn a_name_is_looked_up_once_and_what_was_checked_is_what_is_called() {
    let name = Rebound::new(&[&["127.0.0.1"], &["169.254.169.254"]]).await;
    name.terms.dial(&name.uri).await.unwrap();
    name.listener.accept().await.unwrap();
    assert_eq!(name.answers.lock().unwrap().len(), 1, "the second answer was not asked for");
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_the_next_time_is_checked_again() {
    let inside = ["169.254.169.254", "127.0.0.2", "10.0.0.1", "::1"];
    let name = Rebound::new(&[&["127.0.0.1"], &inside]).await;
    name.terms.dial(&name.uri).await.unwrap();
    assert!(matches!(name.terms.dial(&name.uri).await, Err(DialError::Prohibited)));
}

#[tokio::test]
async fn a_name_that_is_allowed_exactly_opens_no_private_network() {
    let inside = ["10.0.0.1", "127.0.0.1", "fd00::1", "169.254.169.254"];
    for network in [None, Some("10.0.0.0/8")] {
        let mut name = Rebound::new(&[&inside]).await;
        let exactly = name.uri.to_string();
        let pattern = Pattern::parse(&exactly).unwrap();
        name.terms.policy.allowed = vec![Rule { pattern, methods: None, paths: None }];
        name.terms.policy.networks =
            network.into_iter().map(|network| network.parse().unwrap()).collect();
        let permitted = name.terms.permitted(&Target::of(&name.uri).unwrap()).await;
        match network {
            None => assert!(matches!(permitted, Err(DialError::Prohibited))),
            Some(_) => {
                let found = permitted.unwrap();
                assert!(matches!(&found[..], [one] if one.ip().to_string() == "10.0.0.1"));
            }
        }
    }
}

#[tokio::test]
async fn of_several_addresses_only_the_permitted_ones_are_called() {
    let name = Rebound::new(&[&["169.254.169.254", "127.0.0.1", "127.0.0.2"]]).await;
    let target = Target::of(&name.uri).unwrap();
    let permitted = name.terms.permitted(&target).await.unwrap();
    let addresses: Vec<String> = permitted.iter().map(|address| address.ip().to_string()).collect();
    assert_eq!(addresses, ["127.0.0.1"]);
}
