//! A look at the way to an origin, stage by stage: where does it end, and why?
//!
//! It goes the way of a request, by the same allow-list, addresses, proxy and trust, and at its end sends `HEAD /` without any
//! credentials. What is not on the allow-list is not looked up, let alone called.

mod certificate;
mod recorder;
mod way;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use http::Uri;

pub use certificate::CertificateProblem;
pub(crate) use recorder::Recorder;

use super::Egress;
use super::failure::DialError;
use super::target::Target;
use way::Way;

/// A stage of the way, in the order in which they come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stage {
    /// Whether the allow-list has the origin.
    Policy,
    /// The addresses behind the name: the proxy's name if a proxy is in between, which looks the origin's name up itself.
    Name,
    /// The connection to one of the addresses.
    Connection,
    /// The proxy's tunnel to the origin. Only if a proxy is in between.
    Proxy,
    /// TLS with the origin. Only if it is https.
    Tls,
    /// The answer to `HEAD /`.
    Answer,
}

/// A stage that was gone through, or at which the way ended.
#[derive(Clone, Debug)]
pub struct Hop {
    /// Which.
    pub stage: Stage,
    /// How long it took.
    pub took: Duration,
    /// What was found there.
    pub found: Result<Found, Obstacle>,
}

/// What is found at a stage.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Found {
    /// The allow-list has the origin.
    Allowed,
    /// These addresses may be called.
    Addresses(Vec<IpAddr>),
    /// The other end of the connection.
    Connected(SocketAddr),
    /// The proxy, as `scheme://host:port`, has opened a tunnel.
    Tunnel(String),
    /// A session of TLS.
    Session {
        /// Its version, such as `TLSv1_3`.
        version: String,
        /// The server's certificates in DER, its own first.
        certificates: Vec<Vec<u8>>,
    },
    /// An answer, whatever its status.
    Answer {
        /// Its status.
        status: u16,
        /// Its header `Date`.
        date: Option<String>,
    },
}

/// Why a way ends.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Obstacle {
    /// The origin is not on the allow-list, or is none.
    #[error("the allow-list does not have it")]
    NotAllowed,
    /// The allow-list does not let the name lead to any of its addresses.
    #[error("its name leads to no address that may be called")]
    AddressNotAllowed,
    /// The name is not known, or the name server not to be had.
    #[error("the name cannot be resolved: {0}")]
    UnknownName(String),
    /// Nothing takes the connection.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// The stage was not over in the time for connections.
    #[error("no answer in time")]
    TimedOut,
    /// The proxy refuses with this status.
    #[error("the proxy refuses with status {0}")]
    ProxyRefused(u16),
    /// What the proxy says is no answer.
    #[error("the proxy gives no answer: {0}")]
    ProxySilent(String),
    /// The certificate is not trusted.
    #[error("the certificate is not trusted: {detail}")]
    Certificate {
        /// Why not.
        problem: CertificateProblem,
        /// The same in words, with what was expected and what was shown. Do not match on it.
        detail: String,
        /// What was shown, in DER, the server's own first; empty if it is the proxy's.
        certificates: Vec<Vec<u8>>,
    },
    /// TLS fails for another reason.
    #[error("TLS fails: {0}")]
    Tls(String),
    /// Connected, and no answer that could be understood.
    #[error("no answer: {0}")]
    NoAnswer(String),
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
            DialError::Unreachable(error) if error.kind() == std::io::ErrorKind::TimedOut => Self::TimedOut,
            DialError::Unreachable(error) => Self::Unreachable(error.to_string()),
            DialError::TimedOut => Self::TimedOut,
            DialError::Proxy(error) => Self::ProxySilent(error.to_string()),
            DialError::Refused(status) => Self::ProxyRefused(status.as_u16()),
            DialError::Tls(rustls::Error::InvalidCertificate(error)) => {
                let (problem, detail) = (CertificateProblem::of(&error), error.to_string());
                Self::Certificate { problem, detail, certificates: certificates() }
            }
            DialError::Tls(error) => Self::Tls(error.to_string()),
            DialError::Handshake(error) => Self::Tls(error.to_string()),
        }
    }
}

impl Egress {
    /// Goes the way to an origin, `http[s]://host[:port]`, once. The last stage is where it ended: at [`Stage::Answer`] without
    /// an obstacle if nothing is in the way. Each stage may take as long as a connection.
    pub async fn probe(&self, origin: &str) -> Vec<Hop> {
        let mut way = Way::new(self.terms.connect_timeout);
        let target = origin.parse::<Uri>().ok().and_then(|uri| Target::of(&uri));
        // Where it ended is in the list of stages.
        let _ = match target {
            Some(target) => way.go(&self.terms, &target).await,
            None => way.end(Stage::Policy, Obstacle::NotAllowed),
        };
        way.hops
    }

    /// The proxy, as `scheme://host:port`, by which an origin is reached; none if it is reached without.
    pub fn proxy_of(&self, origin: &str) -> Option<String> {
        let target = Target::of(&origin.parse().ok()?)?;
        Some(self.terms.proxy_for(&target)?.target.to_string())
    }
}

#[cfg(test)]
mod tests;
