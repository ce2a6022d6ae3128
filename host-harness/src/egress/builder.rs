//! Making an [`Egress`].

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;

use super::Egress;
use super::client::{self, Sender};
use super::dial::{Dialer, Terms};
use super::lookup::Lookup;
use super::observe::Observers;
use super::pattern::{self, HostPattern, Pattern};
use super::policy::Policy;
use super::proxy::Proxy;
use super::target::Scheme;
use super::tls::Tls;
use super::trust::{HostTrust, TrustSettings, Verification};
use crate::HostError;

/// Builds an [`Egress`]. Nothing is looked at before [`EgressBuilder::build`], which names the first setting that is wrong.
#[derive(Clone, Debug)]
pub struct EgressBuilder {
    allow: Vec<String>,
    networks: Vec<IpNet>,
    routes: Vec<(String, SocketAddr)>,
    trust: TrustSettings,
    proxy: Option<Hidden>,
    proxy_bypass: Vec<String>,
    proxy_only: Option<Vec<String>>,
    connect_timeout: Duration,
    response_timeout: Duration,
    max_response_bytes: u64,
}

/// A text that may hold a password.
#[derive(Clone)]
struct Hidden(String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl Default for EgressBuilder {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            networks: Vec::new(),
            routes: Vec::new(),
            trust: TrustSettings::default(),
            proxy: None,
            proxy_bypass: Vec::new(),
            proxy_only: None,
            connect_timeout: Duration::from_secs(10),
            response_timeout: Duration::from_secs(240),
            max_response_bytes: 4 << 30,
        }
    }
}

impl EgressBuilder {
    /// Allows `[scheme://]host[:port]`: https and the scheme's port if not said; a host is a name, an address, `*.` and a name
    /// (any number of labels in front, at least one), or `*`.
    pub fn allow(mut self, entry: impl Into<String>) -> Self {
        self.allow.push(entry.into());
        self
    }

    /// Opens a network to every host that is allowed: for names that lead into a network of the operator's own and are allowed
    /// by a pattern. Names that are allowed exactly may lead to private addresses in any case.
    pub fn permit_network(mut self, network: IpNet) -> Self {
        self.networks.push(network);
        self
    }

    /// Sends what goes to a host (a name, or `*.` and a name) to this address and port instead of where its name leads. Allows
    /// nothing by itself; TLS is still with the host of that name.
    pub fn route(mut self, host: impl Into<String>, address: SocketAddr) -> Self {
        self.routes.push((host.into(), address));
        self
    }

    /// Whether to trust the authorities that this machine trusts. Yes by default.
    pub fn platform_roots(mut self, trusted: bool) -> Self {
        self.trust.platform_roots = trusted;
        self
    }

    /// Trusts the authorities in a PEM text besides.
    pub fn ca_pem(mut self, pem: impl Into<String>) -> Self {
        self.trust.authorities.push(pem.into());
        self
    }

    /// How far certificates are verified; fully by default.
    pub fn verification(mut self, verification: Verification) -> Self {
        self.trust.verification = verification;
        self
    }

    /// Trusts the authorities in a PEM text for one host, `[scheme://]host[:port]`, besides those trusted for all.
    pub fn host_ca_pem(mut self, host: impl Into<String>, pem: impl Into<String>) -> Self {
        self.trust.hosts.push((host.into(), HostTrust::Authorities(pem.into())));
        self
    }

    /// How far the certificate of one host, `[scheme://]host[:port]`, is verified.
    pub fn host_verification(mut self, host: impl Into<String>, verification: Verification) -> Self {
        self.trust.hosts.push((host.into(), HostTrust::Verification(verification)));
        self
    }

    /// Goes through a proxy, `http[s]://[user[:password]@]host[:port]`, by `CONNECT`. This machine is always reached directly.
    /// The proxy looks names up itself, so addresses behind names are not checked.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(Hidden(url.into()));
        self
    }

    /// Hosts (as in [`EgressBuilder::route`]) that are reached without the proxy.
    pub fn proxy_bypass(mut self, host: impl Into<String>) -> Self {
        self.proxy_bypass.push(host.into());
        self
    }

    /// Hosts (as in [`EgressBuilder::route`]) that are reached through the proxy. If there is one, all others are reached
    /// without it.
    pub fn proxy_only(mut self, host: impl Into<String>) -> Self {
        self.proxy_only.get_or_insert_default().push(host.into());
        self
    }

    /// How long a connection may take, name, proxy and TLS included. 10 s by default. A component may ask for less.
    pub fn connect_timeout(mut self, time: Duration) -> Self {
        self.connect_timeout = time;
        self
    }

    /// How long the head of an answer may take once connected, and each pause in its body. 240 s by default: a hunting query
    /// may take three minutes. A component may ask for less.
    pub fn response_timeout(mut self, time: Duration) -> Self {
        self.response_timeout = time;
        self
    }

    /// How long the body of an answer may be, as it comes over the wire. 4 GiB by default: live response collects files of up to
    /// 3 GB, which a component passes on in pieces.
    pub fn max_response_bytes(mut self, bytes: u64) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Checks the settings and reads the authorities to trust, if any entry is https.
    ///
    /// # Errors
    ///
    /// `InvalidSetting`, with the method's name.
    pub fn build(self) -> Result<Egress, HostError> {
        let policy = Policy {
            allowed: each("allow", &self.allow, Pattern::parse)?,
            networks: self.networks.clone(),
            routes: self
                .routes
                .iter()
                .map(|(host, address)| Ok((one("route", host, HostPattern::parse)?, *address)))
                .collect::<Result<_, HostError>>()?,
        };
        let proxy = match &self.proxy {
            None => None,
            Some(Hidden(url)) => Some(Proxy {
                bypass: each("proxy_bypass", &self.proxy_bypass, HostPattern::parse)?,
                only: self
                    .proxy_only
                    .as_deref()
                    .map(|hosts| each("proxy_only", hosts, HostPattern::parse))
                    .transpose()?,
                ..Proxy::parse(url)?
            }),
        };
        let by_proxy = proxy.as_ref().is_some_and(|proxy| proxy.target.scheme == Scheme::Https);
        let secure = by_proxy || policy.allowed.iter().any(|entry| entry.scheme == Scheme::Https);
        let tls = if secure { Some(Tls::new(&self.trust)?) } else { None };
        Ok(self.finish(policy, tls, proxy))
    }

    /// Without an allow-list there is nothing that could be wrong.
    pub(super) fn closed(self) -> Egress {
        self.finish(Policy::default(), None, None)
    }

    fn finish(self, policy: Policy, tls: Option<Tls>, proxy: Option<Proxy>) -> Egress {
        let connect_timeout = self.connect_timeout;
        let terms = Arc::new(Terms { policy, tls, proxy, connect_timeout, lookup: Lookup::system() });
        let sender = Sender {
            client: client::client(Dialer { terms: Arc::clone(&terms) }),
            connect_timeout,
            response_timeout: self.response_timeout,
            max_response_bytes: self.max_response_bytes,
        };
        Egress { settings: Arc::new(self), terms, sender, observers: Observers::default() }
    }
}

fn one<T>(setting: &'static str, text: &str, parse: impl Fn(&str) -> Result<T, &'static str>) -> Result<T, HostError> {
    parse(text).map_err(|problem| HostError::InvalidSetting {
        setting,
        value: pattern::shown(text),
        problem: problem.to_owned(),
    })
}

fn each<T>(
    setting: &'static str,
    texts: &[String],
    parse: impl Fn(&str) -> Result<T, &'static str>,
) -> Result<Vec<T>, HostError> {
    texts.iter().map(|text| one(setting, text, &parse)).collect()
}
