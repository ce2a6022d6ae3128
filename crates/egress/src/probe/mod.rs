//! Probes the network path to an origin stage by stage, to find out where and why it fails.
//!
//! A probe uses the same allow-list, addresses, proxy and trust as a request, and finally sends
//! `HEAD /` without any credentials. Origins that are not on the allow-list are neither resolved
//! nor called.

mod certificate;
mod way;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use http::Uri;
use rustls::pki_types::CertificateDer;

pub use certificate::CertificateProblem;

use super::Egress;
use super::failure::DialError;
use super::listed::Lists;
use super::target::Target;
use super::verdict::{is_of_the_client, is_of_the_version};
use way::Way;

/// A stage of a probe, in order.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stage {
    /// Checks whether the allow-list includes the origin.
    Policy,
    /// Resolves the name to addresses: the proxy's name if there is a proxy, which resolves the
    /// origin's name itself.
    Name,
    /// Connects to one of the addresses.
    Connection,
    /// Opens the proxy's tunnel to the origin. Only with a proxy.
    Proxy,
    /// Negotiates TLS with the origin. Only for https.
    Tls,
    /// Waits for the response to `HEAD /`.
    Answer,
}

/// The result of one stage.
#[derive(Clone, Debug)]
pub struct Hop {
    /// The stage.
    pub stage: Stage,
    /// How long it took.
    pub took: Duration,
    /// The result, or why the probe ended here.
    pub found: Result<Found, Obstacle>,
}

/// What a successful stage found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Found {
    /// The allow-list includes the origin.
    Allowed,
    /// These addresses may be called.
    Addresses(Vec<IpAddr>),
    /// The remote address of the connection.
    Connected(SocketAddr),
    /// The proxy, as `scheme://host:port`, opened a tunnel.
    Tunnel(String),
    /// A TLS session was established.
    Session {
        /// The TLS version, such as `TLSv1_3`.
        version: String,
        /// The server's certificates in DER, its own first.
        certificates: Vec<Vec<u8>>,
    },
    /// A response arrived, with any status.
    Answer {
        /// Its status.
        status: u16,
        /// Its `Date` header.
        date: Option<String>,
    },
}

/// Why a probe ended.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Obstacle {
    /// The origin is not on the allow-list, or is not a valid origin.
    #[error("the allow-list does not have it")]
    NotAllowed,
    /// The policy permits none of the name's addresses.
    #[error("its name leads to no address that may be called")]
    AddressNotAllowed,
    /// The name does not exist, or the name server cannot be reached.
    #[error("the name cannot be resolved: {0}")]
    UnknownName(String),
    /// Nothing accepts the connection.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// The stage exceeded the connection timeout.
    #[error("no answer in time")]
    TimedOut,
    /// The proxy refused with this status.
    #[error("the proxy refuses with status {0}")]
    ProxyRefused(u16),
    /// The proxy did not send a valid response.
    #[error("the proxy gives no answer: {0}")]
    ProxySilent(String),
    /// The certificate is not trusted.
    #[error("the certificate is not trusted: {detail}")]
    Certificate {
        /// Why it is not trusted.
        problem: CertificateProblem,
        /// A description, with what was expected and what was presented. Do not match on it.
        detail: String,
        /// The presented certificates in DER, the server's own first; empty if the proxy's
        /// certificate was rejected.
        certificates: Vec<Vec<u8>>,
    },
    /// There is no certificate authority to trust.
    #[error("no certificate authority is trusted: {reason}")]
    NoAuthorities {
        /// The environment variable that is to blame, if one is.
        variable: Option<&'static str>,
        /// A description. Do not match on it.
        reason: String,
    },
    /// The server speaks no version of TLS that is allowed.
    #[error("the server speaks no version of TLS that is allowed: {0}")]
    TlsVersion(String),
    /// The server wants a certificate of its client, or does not accept the one that it was shown.
    #[error("the server wants another client certificate than it was shown, if any: {0}")]
    ClientCertificate(String),
    /// TLS failed for another reason.
    #[error("TLS fails: {0}")]
    Tls(String),
    /// Connected, but there was no valid response.
    #[error("no answer: {0}")]
    NoAnswer(String),
}

/// The proxy that an origin is reached through.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UsedProxy {
    /// The proxy, as `scheme://host:port`.
    pub url: String,
    /// The environment variable that names it; `None` if it was set by the builder.
    pub variable: Option<&'static str>,
}

impl Obstacle {
    fn of(error: DialError, certificates: impl FnOnce() -> Vec<Vec<u8>>) -> Self {
        match error {
            DialError::Denied => Self::NotAllowed,
            DialError::Prohibited => Self::AddressNotAllowed,
            DialError::Unresolved(error) if cfg!(unix) && error.raw_os_error().is_some() => {
                Self::Unreachable(error.to_string())
            }
            DialError::Unresolved(error) => Self::UnknownName(error.to_string()),
            DialError::Unreachable(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                Self::TimedOut
            }
            DialError::Unreachable(error) => Self::Unreachable(error.to_string()),
            DialError::Full => Self::Unreachable(error.to_string()),
            DialError::TimedOut => Self::TimedOut,
            DialError::Proxy(error) => Self::ProxySilent(error.to_string()),
            DialError::Refused(status) => Self::ProxyRefused(status.as_u16()),
            DialError::NoAuthorities { variable, reason } => {
                Self::NoAuthorities { variable, reason }
            }
            DialError::Tls(error) => Self::of_tls(&error, certificates),
            DialError::Handshake(error) => Self::Tls(error.to_string()),
        }
    }
}

impl Obstacle {
    fn of_tls(error: &rustls::Error, certificates: impl FnOnce() -> Vec<Vec<u8>>) -> Self {
        match error {
            rustls::Error::InvalidCertificate(error) => Self::Certificate {
                problem: CertificateProblem::of(error),
                detail: certificate::described(error),
                certificates: certificates(),
            },
            rustls::Error::InvalidCertRevocationList(error) => Self::Certificate {
                problem: CertificateProblem::ListRefused,
                detail: format!("the revocation list of its issuer cannot be used: {error:?}"),
                certificates: certificates(),
            },
            rustls::Error::AlertReceived(alert) if is_of_the_client(*alert) => {
                Self::ClientCertificate(error.to_string())
            }
            error if is_of_the_version(error) => Self::TlsVersion(error.to_string()),
            error => Self::Tls(error.to_string()),
        }
    }
}

impl Egress {
    /// Probes an origin, `http[s]://host[:port]`, once. The last stage is where the probe ended:
    /// [`Stage::Answer`] without an obstacle if the origin responds. Each stage may take as long as
    /// a connection.
    pub async fn probe(&self, origin: &str) -> Vec<Hop> {
        let mut way = Way::new(self.terms.connect_timeout);
        let target = origin.parse::<Uri>().ok().and_then(|uri| Target::of(&uri));
        // The list of stages records where it ended.
        let _ = match target {
            Some(target) => way.go(&self.terms, &target).await,
            None => way.end(Stage::Policy, Obstacle::NotAllowed),
        };
        way.hops
    }

    /// Returns the proxy that an origin is reached through; `None` for a direct connection.
    pub fn proxy_of(&self, origin: &str) -> Option<UsedProxy> {
        let target = Target::of(&origin.parse().ok()?)?;
        let proxy = self.terms.proxy_for(&target)?;
        Some(UsedProxy { url: proxy.target.to_string(), variable: proxy.variable })
    }

    /// Returns the issuers of the revocation lists that hold for none of these certificates, which
    /// are in DER; `None` if there are no lists.
    pub fn idle_revocation_lists(&self, certificates: &[Vec<u8>]) -> Option<Vec<String>> {
        let lists = Lists::of(&self.settings.trust.common().ok()?.crls);
        let certificates: Vec<CertificateDer<'_>> =
            certificates.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
        (!lists.is_empty()).then(|| lists.issuers_without(&certificates))
    }

    /// Returns the environment variables that are in use, each with its value without credentials.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let mut variables = self.terms.proxies.variables().to_vec();
        let trust = &self.settings.trust;
        if self.terms.tls.is_some() && trust.platform_roots {
            variables.extend(trust.system.variables());
        }
        variables
    }
}

#[cfg(test)]
mod tests;
