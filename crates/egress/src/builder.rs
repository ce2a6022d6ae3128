//! Builds an [`Egress`].

mod proxy;
mod tls;

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;

use super::Egress;
use super::client::{Keep, Sender};
use super::dial::Terms;
use super::lookup::Lookup;
use super::observe::Observers;
use super::parsed::{Allowed, one, rule};
use super::pattern::HostPattern;
use super::policy::Policy;
use super::pool::{Connections, Most};
use super::proxy::{Proxies, ProxySettings};
use super::target::Scheme;
use super::tls::Tls;
use super::trust::TrustSettings;
use crate::InvalidSetting;

/// The bytes of a response that may be buffered unread: what HTTP/2 begins with, up to what a
/// connection full of such responses can announce.
const STREAM_WINDOWS: RangeInclusive<u32> = 64 << 10..=2 << 20;

/// Builds an [`Egress`]. Settings are only checked in [`EgressBuilder::build`], which reports the
/// first invalid one.
#[derive(Clone, Debug)]
pub struct EgressBuilder {
    allow: Vec<Allowed>,
    networks: Vec<IpNet>,
    routes: Vec<(String, SocketAddr)>,
    pub(super) trust: TrustSettings,
    proxies: ProxySettings,
    connect_timeout: Duration,
    response_timeout: Duration,
    unread_timeout: Duration,
    max_response_bytes: u64,
    connections: Most,
    keep: Keep,
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
            unread_timeout: Duration::from_secs(240),
            max_response_bytes: 4 << 30,
            connections: Most { of_one: 64, of_all: 512 },
            keep: Keep::default(),
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
    pub fn allow(self, entry: impl Into<String>) -> Self {
        self.allow_only(entry, None, None)
    }

    /// Allows the same for some methods and paths only. `None` allows all of them, an empty list
    /// none.
    ///
    /// A method is written in capitals; `GET` does not include `HEAD`. A path matches whole
    /// segments at the start of a request's path: `/api/machines` matches `/api/machines/m1` and
    /// not `/api/machines2`. Letter case counts, the query does not, and `%6d` is `m`.
    ///
    /// Where an entry has paths, it allows no path that servers may read differently: one with an
    /// empty segment (`//`), with a segment `.` or `..`, or with `\`, `;` or, decoded, `/`, `\`,
    /// `;`, `?`, `#`, `%` or a control character.
    pub fn allow_only(
        mut self,
        entry: impl Into<String>,
        methods: Option<Vec<String>>,
        paths: Option<Vec<String>>,
    ) -> Self {
        self.allow.push(Allowed { entry: entry.into(), methods, paths });
        self
    }

    /// Opens a network to every allowed host: needed when names resolve to the operator's own
    /// network. Without it, names lead to public addresses only, `localhost` to loopback. An
    /// address that is on the allow-list itself needs no network. A link-local address, or that of
    /// a metadata service, is opened by a network of that address alone.
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

    /// Sets how long a response body may go unread before it is dropped and its connection is free;
    /// what is read afterwards fails. 240 s by default: a person may pause a download.
    pub fn unread_timeout(mut self, time: Duration) -> Self {
        self.unread_timeout = time;
        self
    }

    /// Sets how many connections one connector may have open, idle ones included. 64 by default. An
    /// idle connection is closed where another is needed, and a request that still gets none fails
    /// with `connection-limit-reached`.
    pub fn connections(mut self, most: usize) -> Self {
        self.connections.of_one = most;
        self
    }

    /// Sets how many connections all connectors together may have open, including those of an
    /// egress derived from this one. 512 by default, half of the open files that a process commonly
    /// has. Set it higher, with the process's own limit, for hundreds of connectors.
    pub fn all_connections(mut self, most: usize) -> Self {
        self.connections.of_all = most;
        self
    }

    /// Sets how long an idle connection is kept. 20 s by default: firewalls and load balancers
    /// silently drop idle connections after a minute or more, and a request on one of those may
    /// have been carried out.
    pub fn idle_timeout(mut self, time: Duration) -> Self {
        self.keep.idle_timeout = time;
        self
    }

    /// Sets how many bytes of one HTTP/2 response body are buffered while nobody reads it: 64 KiB
    /// to 2 MiB, 256 KiB by default. A distant server sends at most this much in each round trip.
    pub fn stream_window(mut self, bytes: u32) -> Self {
        self.keep.stream_window = bytes;
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
        self.build_within(None)
    }

    /// Builds an egress whose connections count as these do.
    pub(super) fn build_within(
        self,
        connections: Option<Arc<Connections>>,
    ) -> Result<Egress, InvalidSetting> {
        let policy = Policy {
            allowed: self.allow.iter().map(rule).collect::<Result<_, _>>()?,
            networks: self.networks.clone(),
            routes: self
                .routes
                .iter()
                .map(|(host, address)| Ok((one("route", host, HostPattern::parse)?, *address)))
                .collect::<Result<_, InvalidSetting>>()?,
        };
        if !STREAM_WINDOWS.contains(&self.keep.stream_window) {
            return Err(InvalidSetting {
                setting: "stream_window",
                value: self.keep.stream_window.to_string(),
                problem: "use 65536 (64 KiB) to 2097152 (2 MiB)".to_owned(),
            });
        }
        let uses = |scheme| policy.allowed.iter().any(|rule| rule.pattern.scheme == scheme);
        let proxies = self.proxies.parse(uses)?;
        let secure = proxies.any_https() || uses(Scheme::Https);
        let tls = if secure { Some(Tls::new(&self.trust)?) } else { None };
        Ok(self.finish(policy, tls, proxies, connections))
    }

    /// Builds an egress without an allow-list, which cannot fail.
    pub(super) fn closed(self) -> Egress {
        self.finish(Policy::default(), None, Proxies::default(), None)
    }

    fn finish(
        self,
        policy: Policy,
        tls: Option<Tls>,
        proxies: Proxies,
        connections: Option<Arc<Connections>>,
    ) -> Egress {
        let connect_timeout = self.connect_timeout;
        let terms = Arc::new(Terms {
            policy,
            tls,
            proxies,
            connect_timeout,
            keep: self.keep,
            lookup: Lookup::system(),
        });
        let connections = connections.unwrap_or_else(|| Connections::new(self.connections));
        let sender = Sender {
            pool: connections.pool(&terms),
            connect_timeout,
            response_timeout: self.response_timeout,
            unread_timeout: self.unread_timeout,
            max_response_bytes: self.max_response_bytes,
        };
        Egress { settings: Arc::new(self), terms, sender, observers: Observers::default() }
    }
}
