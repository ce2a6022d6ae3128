//! The `host` table: what Kibana calls `xpack.actions.*`, under the same names, and the sandbox's
//! limits.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use host_harness::egress::{IpNet, Verification};

use super::Problem;
use super::inject::InjectCredentials;
use super::limits::HostLimits;
use super::section::Section;
use super::tls::{self, CustomHost, TlsSettings};
use super::units::{duration, size};

const HOST: [&str; 14] = [
    "allowedHosts",
    "customHostSettings",
    "egressLog",
    "injectCredentials",
    "limits",
    "maxResponseContentLength",
    "permitNetworks",
    "proxyBypassHosts",
    "proxyOnlyHosts",
    "proxyUrl",
    "readPosts",
    "responseTimeout",
    "ssl",
    "useEnvironment",
];

/// The sandbox's settings. What is absent keeps the library's default.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct HostSettings {
    /// Hosts that may be called; absent means exactly the origins of the connector's settings,
    /// empty means none.
    pub(crate) allowed_hosts: Option<Vec<AllowedHost>>,
    /// Paths of POST requests of a foreign component that only read.
    pub(crate) read_posts: Vec<String>,
    /// Networks that names may lead to, though they are not public.
    pub(crate) networks: Vec<IpNet>,
    /// How long a reply may take to begin.
    pub(crate) response_timeout: Option<Duration>,
    /// How many bytes a reply may have.
    pub(crate) max_response_bytes: Option<u64>,
    /// The way out.
    pub(crate) proxy: Option<Proxy>,
    /// Whether `HTTPS_PROXY` and the like have no effect.
    pub(crate) ignore_environment: bool,
    /// How certificates are checked where nothing else is said.
    pub(crate) tls: TlsSettings,
    /// Exceptions for single hosts.
    pub(crate) custom_hosts: Vec<CustomHost>,
    /// The log of what is allowed and refused.
    pub(crate) egress_log: Option<PathBuf>,
    /// Whether the component gets stand-ins in place of its credentials.
    pub(crate) inject_credentials: Option<InjectCredentials>,
    /// What an instance, its connections and its files may use.
    pub(crate) limits: HostLimits,
}

/// A host that may be called, and what may be sent there.
#[derive(Debug, PartialEq)]
pub(crate) struct AllowedHost {
    /// A pattern, with scheme and port.
    pub(crate) origin: String,
    /// The methods; any if absent.
    pub(crate) methods: Option<Vec<String>>,
    /// What the paths begin with; any if absent.
    pub(crate) paths: Option<Vec<String>>,
}

impl From<&str> for AllowedHost {
    fn from(origin: &str) -> Self {
        Self { origin: origin.to_owned(), methods: None, paths: None }
    }
}

/// A proxy for outgoing requests. It has no `Debug`-printable URL: that may hold a password.
#[derive(PartialEq)]
pub(crate) struct Proxy {
    /// Its URL, as it is written: the library reads it.
    pub(crate) url: String,
    /// Hosts that are called directly.
    pub(crate) bypass: Vec<String>,
    /// If not empty, the only hosts that are called through it.
    pub(crate) only: Vec<String>,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proxy")
            .field("bypass", &self.bypass)
            .field("only", &self.only)
            .finish_non_exhaustive()
    }
}

impl HostSettings {
    /// Whose certificates are not verified.
    pub(crate) fn unverified(&self) -> Vec<String> {
        let everybody =
            (self.tls.verification == Some(Verification::None)).then(|| "every host".to_owned());
        let custom = self
            .custom_hosts
            .iter()
            .filter(|custom| custom.verification == Some(Verification::None));
        everybody
            .into_iter()
            .chain(custom.map(|custom| custom.url.origin().ascii_serialization()))
            .collect()
    }

    /// Reads the `host` table of the settings. Paths start from the settings file's folder.
    pub(super) fn read(settings: &Section<'_>, folder: &Path, problems: &mut Vec<Problem>) -> Self {
        let Some(host) = settings.section("host", &HOST, problems) else { return Self::default() };
        Self {
            allowed_hosts: allowed_hosts(&host, problems),
            read_posts: host.texts("readPosts", problems).unwrap_or_default(),
            networks: networks(&host, problems),
            response_timeout: host.parsed("responseTimeout", duration, problems),
            max_response_bytes: host.parsed("maxResponseContentLength", size, problems),
            proxy: proxy(&host, problems),
            ignore_environment: host.flag("useEnvironment", problems) == Some(false),
            tls: TlsSettings::read(&host, folder, problems),
            custom_hosts: tls::custom_hosts(&host, folder, problems),
            egress_log: host.text("egressLog", problems).map(|path| folder.join(path)),
            inject_credentials: InjectCredentials::read(&host, problems),
            limits: HostLimits::read(&host, problems),
        }
    }
}

fn allowed_hosts(host: &Section<'_>, problems: &mut Vec<Problem>) -> Option<Vec<AllowedHost>> {
    const KNOWN: [&str; 3] = ["origin", "methods", "paths"];
    let entries = host.list("allowedHosts", problems)?;
    let mut allowed = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        if let Some(origin) = entry.as_str() {
            allowed.push(origin.into());
            continue;
        }
        let pointer = host.pointer(&format!("allowedHosts/{index}"));
        if !entry.is_object() {
            problems.push(Problem::new(pointer, "is neither a string nor a table with `origin`"));
            continue;
        }
        let Some(entry) = Section::open(&pointer, entry, &KNOWN, problems) else { continue };
        if entry.value("origin").is_none() {
            problems.push(Problem::new(entry.pointer("origin"), "is missing"));
        }
        let methods = entry.texts("methods", problems);
        let paths = entry.texts("paths", problems);
        let origin = entry.text("origin", problems).map(str::to_owned);
        allowed.extend(origin.map(|origin| AllowedHost { origin, methods, paths }));
    }
    Some(allowed)
}

fn networks(host: &Section<'_>, problems: &mut Vec<Problem>) -> Vec<IpNet> {
    let texts = host.texts("permitNetworks", problems).unwrap_or_default();
    let mut networks = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let address = || text.parse::<IpAddr>().map(IpNet::from);
        match text.parse().or_else(|_| address()) {
            Ok(network) => networks.push(network),
            Err(_) => problems.push(Problem::new(
                host.pointer(&format!("permitNetworks/{index}")),
                "is not a network: write it as 10.1.0.0/16, fd12:3456::/32, or an address",
            )),
        }
    }
    networks
}

fn proxy(host: &Section<'_>, problems: &mut Vec<Problem>) -> Option<Proxy> {
    let bypass = host.texts("proxyBypassHosts", problems).unwrap_or_default();
    let only = host.texts("proxyOnlyHosts", problems);
    if only.as_ref().is_some_and(Vec::is_empty) {
        problems.push(Problem::new(
            host.pointer("proxyOnlyHosts"),
            "is empty: name the hosts, or leave it out",
        ));
    }
    let only = only.unwrap_or_default();
    if !bypass.is_empty() && !only.is_empty() {
        problems.push(Problem::new(
            host.pointer("proxyOnlyHosts"),
            "cannot stand beside proxyBypassHosts: keep one of them",
        ));
    }
    let lists = !bypass.is_empty() || !only.is_empty();
    if lists && host.value("proxyUrl").is_none() {
        problems.push(Problem::new(
            host.pointer("proxyUrl"),
            "is missing: proxyBypassHosts and proxyOnlyHosts need it",
        ));
    }
    host.text("proxyUrl", problems).map(|url| Proxy { url: url.to_owned(), bypass, only })
}
