//! The builder's methods for proxies and the environment.

use super::EgressBuilder;
use crate::environment::Environment;
use crate::hidden::Hidden;

impl EgressBuilder {
    /// Connects through a proxy, `http[s]://[user[:password]@]host[:port]`, using `CONNECT`.
    /// Loopback is always reached directly. The proxy resolves names itself, so their addresses are
    /// not checked.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxies.all = Some(Hidden::from(url.into()));
        self
    }

    /// Sets the proxy for plain http, instead of the one of [`EgressBuilder::proxy`].
    pub fn http_proxy(mut self, url: impl Into<String>) -> Self {
        self.proxies.http = Some(Hidden::from(url.into()));
        self
    }

    /// Sets the proxy for https, instead of the one of [`EgressBuilder::proxy`].
    pub fn https_proxy(mut self, url: impl Into<String>) -> Self {
        self.proxies.https = Some(Hidden::from(url.into()));
        self
    }

    /// Adds a host (as in [`EgressBuilder::route`]) that is reached without the proxy.
    pub fn proxy_bypass(mut self, host: impl Into<String>) -> Self {
        self.proxies.bypass.push(host.into());
        self
    }

    /// Adds hosts that are reached without the proxy, in the format of the variable `NO_PROXY`:
    /// names (with the names under them), addresses, networks such as `10.0.0.0/8`, each with a
    /// port or without, and `*` for all, separated by commas or spaces.
    pub fn no_proxy(mut self, hosts: impl Into<String>) -> Self {
        self.proxies.no_proxy.push(hosts.into());
        self
    }

    /// Adds a host (as in [`EgressBuilder::route`]) that is reached through the proxy. Once there
    /// is one, all other hosts are reached directly.
    pub fn proxy_only(mut self, host: impl Into<String>) -> Self {
        self.proxies.only.get_or_insert_default().push(host.into());
        self
    }

    /// Uses the proxies that an environment names, if no proxy is set, and its certificate
    /// authorities in place of the system's. Without this call the environment has no effect.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.trust.system = environment.roots();
        self.proxies.environment = environment;
        self
    }
}
