//! The proxies, and which destinations are reached through which of them.
//!
//! All traffic is tunnelled with `CONNECT`, including plain http, so a proxy sees no requests or
//! responses as such. Loopback is always reached directly.

mod no_proxy;
mod settings;
mod url;

use no_proxy::NoProxy;
pub(crate) use settings::ProxySettings;
pub(crate) use url::Proxy;

use super::pattern::HostPattern;
use super::target::{Scheme, Target};

/// The proxy of each scheme, and the destinations that they are used for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    bypass: Vec<HostPattern>,
    no_proxy: NoProxy,
    only: Option<Vec<HostPattern>>,
    /// The environment variables that are in use, each with its value for display.
    variables: Vec<(&'static str, String)>,
}

impl Proxies {
    /// Returns the proxy for a destination, `None` for a direct connection.
    pub(crate) fn proxy(&self, target: &Target) -> Option<&Proxy> {
        let proxy = match target.scheme {
            Scheme::Http => self.http.as_ref(),
            Scheme::Https => self.https.as_ref(),
        }?;
        let any = |patterns: &[HostPattern]| patterns.iter().any(|one| one.matches(&target.host));
        let is_direct =
            any(&self.bypass) || self.no_proxy.matches(target) || target.host.is_loopback();
        (self.only.as_deref().is_none_or(any) && !is_direct).then_some(proxy)
    }

    /// Whether the connection to a proxy itself needs TLS.
    pub(crate) fn any_https(&self) -> bool {
        [&self.http, &self.https]
            .into_iter()
            .flatten()
            .any(|proxy| proxy.target.scheme == Scheme::Https)
    }

    pub(crate) fn variables(&self) -> &[(&'static str, String)] {
        &self.variables
    }
}

#[cfg(test)]
mod tests;
