//! Builds an [`Egress`].

mod proxy;
mod tls;

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
use super::proxy::{Proxies, ProxySettings};
use super::target::Scheme;
use super::tls::Tls;
use super::trust::TrustSettings;
use crate::InvalidSetting;

/// Builds an [`Egress`]. Settings are only checked in [`EgressBuilder::build`], which reports the
/// first invalid one.
#[derive(Clone, Debug)]
pub struct EgressBuilder {
    allow: Vec<String>,
    networks: Vec<IpNet>,
    routes: Vec<(String, SocketAddr)>,
    pub(super) trust: TrustSettings,
    proxies: ProxySettings,
    connect_timeout: Duration,
    response_timeout: Duration,
    max_response_bytes: u64,
}

impl Default for EgressBuilder {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            networks: Vec::new(),
            routes: Vec::new(),
            trust: TrustSettings::default(),
            proxies: ProxySettings::default(),
            connect_timeout: Duration::from_secs(10),
            response_timeout: Duration::from_secs(240),
            max_response_bytes: 4 << 30,
        }
    }
}

impl EgressBuilder {
    /// Allows `[scheme://]host[:port]`. The defaults are https and the scheme's port; a host is a
    /// name, an address, `*.` and a name (one or more labels in front), or `*`.
    ///
    /// An entry with a wildcard covers no names that lead inside: `localhost` and other single
    /// labels, zones such as `.internal` and `.local`, and names that contain an address, as those
    /// of `nip.io`.
    pub fn allow(mut self, entry: impl Into<String>) -> Self {
        self.allow.push(entry.into());
        self
    }

    /// Opens a network to every allowed host: needed when names resolve to the operator's own
    /// network. Without it, names lead to public addresses only, `localhost` to loopback. An
    /// address that is on the allow-list itself needs no network. The address of a metadata service
    /// is opened by a network of that address alone.
    pub fn permit_network(mut self, network: IpNet) -> Self {
        self.networks.push(network);
        self
    }

    /// Sends requests for a host (a name, or `*.` and a name) to this address and port, bypassing
    /// DNS. It does not add the host to the allow-list, and TLS still verifies the host's name.
    pub fn route(mut self, host: impl Into<String>, address: SocketAddr) -> Self {
        self.routes.push((host.into(), address));
        self
    }

    /// Sets the connection timeout, which covers name resolution, proxy and TLS. 10 s by default. A
    /// component may request less.
    pub fn connect_timeout(mut self, time: Duration) -> Self {
        self.connect_timeout = time;
        self
    }

    /// Sets the timeout for the response head once connected, and for each pause in the body. 240 s
    /// by default: a hunting query may take three minutes. A component may request less.
    pub fn response_timeout(mut self, time: Duration) -> Self {
        self.response_timeout = time;
        self
    }

    /// Sets the maximum size of a response body, as transferred. 4 GiB by default: live response
    /// collects files of up to 3 GB, which a component forwards in chunks.
    pub fn max_response_bytes(mut self, bytes: u64) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Validates the settings. The system's certificate authorities are loaded later, by the first
    /// connection that needs them.
    ///
    /// # Errors
    ///
    /// `InvalidSetting`, naming the builder method.
    pub fn build(self) -> Result<Egress, InvalidSetting> {
        let policy = Policy {
            allowed: each("allow", &self.allow, Pattern::parse)?,
            networks: self.networks.clone(),
            routes: self
                .routes
                .iter()
                .map(|(host, address)| Ok((one("route", host, HostPattern::parse)?, *address)))
                .collect::<Result<_, InvalidSetting>>()?,
        };
        let uses = |scheme| policy.allowed.iter().any(|entry| entry.scheme == scheme);
        let proxies = self.proxies.parse(uses)?;
        let secure = proxies.any_https() || uses(Scheme::Https);
        let tls = if secure { Some(Tls::new(&self.trust)?) } else { None };
        Ok(self.finish(policy, tls, proxies))
    }

    /// Builds an egress without an allow-list, which cannot fail.
    pub(super) fn closed(self) -> Egress {
        self.finish(Policy::default(), None, Proxies::default())
    }

    fn finish(self, policy: Policy, tls: Option<Tls>, proxies: Proxies) -> Egress {
        let connect_timeout = self.connect_timeout;
        let terms =
            Arc::new(Terms { policy, tls, proxies, connect_timeout, lookup: Lookup::system() });
        let sender = Sender {
            client: client::client(Dialer { terms: Arc::clone(&terms) }),
            connect_timeout,
            response_timeout: self.response_timeout,
            max_response_bytes: self.max_response_bytes,
        };
        Egress { settings: Arc::new(self), terms, sender, observers: Observers::default() }
    }
}

pub(super) fn one<T>(
    setting: &'static str,
    text: &str,
    parse: impl Fn(&str) -> Result<T, &'static str>,
) -> Result<T, InvalidSetting> {
    parse(text).map_err(|problem| InvalidSetting {
        setting,
        value: pattern::shown(text),
        problem: problem.to_owned(),
    })
}

pub(super) fn each<T>(
    setting: &'static str,
    texts: &[String],
    parse: impl Fn(&str) -> Result<T, &'static str>,
) -> Result<Vec<T>, InvalidSetting> {
    texts.iter().map(|text| one(setting, text, &parse)).collect()
}
