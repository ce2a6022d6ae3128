//! Real-world certificates: which are accepted at which `verificationMode`, and that nothing is
//! sent to the others.

use std::sync::Arc;

use defender_stub::{Scenario, Stub};
use host_harness::egress::{Egress, EgressBuilder, Verification};
use host_harness::{Connector, ErrorKind, Outcome, PluginError, Retry};
use rcgen::date_time_ymd;
use rustls::{HandshakeKind, ServerConfig};
use serde_json::json;

use crate::world::authority::{Authority, Chain, Leaf};
use crate::world::tls_server::TlsServer;
use crate::world::{HOST, MACHINE, is, plugin};

pub(super) const LOGIN: &str = "login.microsoftonline.com";
pub(super) const API: &str = "api.security.microsoft.com";
pub(super) const TOKEN: &str = "POST /{tenant}/oauth2/v2.0/token";

/// The service behind another TLS server, under the names of login and API.
pub(super) struct Field {
    pub(super) stub: Stub,
    server: TlsServer,
}

impl Field {
    async fn with(authority: &Authority, leaf: &Leaf, chain: Chain) -> Self {
        Self::behind(authority.server(leaf, chain)).await
    }

    /// The service behind a server with this configuration.
    pub(super) async fn behind(config: Arc<ServerConfig>) -> Self {
        let stub = Stub::start_plain(Scenario::default(), "127.0.0.1:0".parse().unwrap()).unwrap();
        let server = TlsServer::start(config, stub.addr()).await;
        Self { stub, server }
    }

    pub(super) async fn isolate(&self, egress: EgressBuilder) -> Result<Outcome, Box<PluginError>> {
        let params = json!({ "id": MACHINE, "comment": "case 1042" }).to_string();
        plugin(self.connector(egress).await.execute("isolateHost", &params).await)
    }

    /// A connector that can reach only the service.
    async fn connector(&self, egress: EgressBuilder) -> Connector {
        let route = |egress: EgressBuilder, name| {
            egress.allow(format!("https://{name}")).route(name, self.server.addr)
        };
        let egress = [LOGIN, API].into_iter().fold(egress, route);
        let connector = HOST.with_egress(egress.build().unwrap()).connector("c");
        let known = self.stub.config();
        let limits = json!({ "maxRetries": 0, "callTimeoutSeconds": 5 });
        let config = json!({
            "tenantId": known["tenantId"], "clientId": known["clientId"], "limits": limits
        });
        connector.configure(&config.to_string(), &self.stub.secrets().to_string()).await.unwrap();
        connector
    }

    /// Asserts that the operator's settings refused the server, and that nothing was sent to it.
    #[track_caller]
    pub(super) fn was_refused(&self, answer: Result<Outcome, Box<PluginError>>, what: &str) {
        let error = answer.expect_err(what);
        is(&error, ErrorKind::Denied);
        assert!(error.message.contains("nothing was sent"), "{what}: {error:?}");
        assert!(error.retry == Retry::Never && error.status.is_none(), "{what}: {error:?}");
        assert_eq!((self.stub.connections(), self.stub.service().ledger().len()), (0, 0), "{what}");
    }

    /// Asserts that a certificate was rejected and nothing was sent to the server.
    #[track_caller]
    pub(super) fn was_sent_nothing(&self, answer: Result<Outcome, Box<PluginError>>, what: &str) {
        let error = answer.expect_err(what);
        is(&error, ErrorKind::Unreachable);
        assert!(
            error.message.contains(LOGIN) && error.message.contains("TLS"),
            "{what}: {error:?}"
        );
        assert!(
            matches!(error.retry, Retry::After(_)) && error.status.is_none(),
            "{what}: {error:?}"
        );
        assert_eq!((self.stub.connections(), self.stub.service().ledger().len()), (0, 0), "{what}");
    }
}

/// An egress that trusts no authority yet.
pub(super) fn trusting() -> EgressBuilder {
    Egress::builder().platform_roots(false)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_verification_mode_overlooks_what_it_says_and_nothing_else() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let names = [LOGIN, API];
    let old = |params: &mut rcgen::CertificateParams| params.not_after = date_time_ymd(2020, 1, 1);
    let early =
        |params: &mut rcgen::CertificateParams| params.not_before = date_time_ymd(4000, 1, 1);
    let other = &["other.example"][..];
    let rows = [
        // what, who signed, certificate, chain, taken by (full, certificate, none)
        ("good", &authority, authority.leaf(&names, |_| {}), Chain::InOrder, (true, true, true)),
        (
            "another name",
            &authority,
            authority.leaf(other, |_| {}),
            Chain::InOrder,
            (false, true, true),
        ),
        ("expired", &authority, authority.leaf(&names, old), Chain::InOrder, (false, false, true)),
        (
            "expired, another name",
            &authority,
            authority.leaf(other, old),
            Chain::InOrder,
            (false, false, true),
        ),
        (
            "not valid yet",
            &authority,
            authority.leaf(&names, early),
            Chain::InOrder,
            (false, false, true),
        ),
        (
            "a stranger's",
            &stranger,
            stranger.leaf(&names, |_| {}),
            Chain::InOrder,
            (false, false, true),
        ),
        (
            "intermediate missing",
            &authority,
            authority.leaf(&names, |_| {}),
            Chain::LeafOnly,
            (false, false, true),
        ),
        // In every mode the server must prove that it has the first certificate's key. It does not.
        (
            "leaf last",
            &authority,
            authority.leaf(&names, |_| {}),
            Chain::LeafLast,
            (false, false, false),
        ),
    ];
    for (what, signer, leaf, chain, (full, certificate, none)) in rows {
        let modes = [
            (Verification::Full, full),
            (Verification::Certificate, certificate),
            (Verification::None, none),
        ];
        for (mode, taken) in modes {
            let field = Field::with(signer, &leaf, chain).await;
            let what = format!("{what} at {mode:?}");
            let answer = field.isolate(trusting().ca_pem(authority.pem()).verification(mode)).await;
            if taken {
                answer.expect(&what);
                assert_eq!(field.stub.service().machine_actions().len(), 1, "{what}");
            } else {
                field.was_sent_nothing(answer, &what);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_host_is_granted_holds_for_that_host_alone() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let (login, api) = (format!("https://{LOGIN}"), format!("https://{API}"));
    let leaf = authority.leaf(&[LOGIN, API], |_| {});
    let start = || trusting().ca_pem(stranger.pem());
    let own = |egress: EgressBuilder, host: &str| egress.host_ca_pem(host, authority.pem());
    let lenient =
        |egress: EgressBuilder, host: &str| egress.host_verification(host, Verification::None);

    for one in
        [own(start(), &login), lenient(start(), &login), own(start(), &format!("{LOGIN}:443"))]
    {
        let field = Field::with(&authority, &leaf, Chain::InOrder).await;
        let error = field.isolate(one).await.unwrap_err();
        is(&error, ErrorKind::Unreachable);
        assert!(
            error.message.contains(API) && error.message.contains("nothing was sent"),
            "{error:?}"
        );
        let service = field.stub.service();
        assert_eq!(
            (service.sent(TOKEN), service.ledger().len()),
            (1, 1),
            "signed in, and no token went further"
        );
    }
    for other in
        [own(start(), &api), own(start(), &format!("https://{LOGIN}:8443")), lenient(start(), &api)]
    {
        let field = Field::with(&authority, &leaf, Chain::InOrder).await;
        field.was_sent_nothing(field.isolate(other).await, "another origin's setting");
    }
    let both = own(lenient(start(), &api), &login);
    Field::with(&authority, &leaf, Chain::InOrder).await.isolate(both).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_can_be_held_to_more_than_the_others() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let login = format!("https://{LOGIN}");
    let open = || trusting().verification(Verification::None).ca_pem(authority.pem());
    let strict = |mode| open().host_verification(&login, mode);
    let field = Field::with(&stranger, &stranger.leaf(&[LOGIN, API], |_| {}), Chain::InOrder).await;
    field.was_sent_nothing(field.isolate(strict(Verification::Full)).await, "a stranger's");
    field.was_sent_nothing(field.isolate(strict(Verification::Certificate)).await, "a stranger's");
    field.isolate(open()).await.unwrap();
}

/// The handshakes of a connector whose connections were closed once.
async fn handshakes_of(authority: &Authority, egress: EgressBuilder) -> Vec<HandshakeKind> {
    let leaf = authority.leaf(&[LOGIN, API], |_| {});
    let field = Field::with(authority, &leaf, Chain::InOrder).await;
    let connector = field.connector(egress.ca_pem(authority.pem())).await;
    let read = || async {
        connector.execute("getAgentDetails", &json!({ "id": MACHINE }).to_string()).await
    };
    read().await.unwrap();
    field.server.hang_up();
    // The client may notice in the middle of a request; a read is retried.
    while field.server.handshakes().len() == 2 {
        let _ = read().await;
    }
    read().await.unwrap();
    field.server.handshakes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_was_closed_is_made_again_without_a_whole_handshake() {
    let handshakes = handshakes_of(&Authority::new(), trusting()).await;
    let (first, again) = handshakes.split_at(2);
    assert!(!first.contains(&HandshakeKind::Resumed), "login and API: {first:?}");
    assert_eq!(again, [HandshakeKind::Resumed]);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_revocation_lists_every_connection_is_verified_anew() {
    let authority = Authority::new();
    let listing = trusting().crl(authority.revokes(&[41], 4000));
    let handshakes = handshakes_of(&authority, listing).await;
    assert!(!handshakes.contains(&HandshakeKind::Resumed), "{handshakes:?}");
}
