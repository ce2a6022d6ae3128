//! What a process's environment says about the network.

use std::ffi::OsString;

use super::target::Scheme;

/// The variables that are read. In lower case first, as curl does.
const HTTPS: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
const HTTP: [&str; 4] = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];
const NO_PROXY: [&str; 2] = ["no_proxy", "NO_PROXY"];

/// The proxies that an environment names: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`,
/// in lower or upper case. An empty variable counts as absent.
///
/// A CGI server passes the header `Proxy` of a request as `HTTP_PROXY`: where `REQUEST_METHOD` is
/// set, only `http_proxy` is read.
#[derive(Clone, Default)]
pub struct Environment(Vec<(&'static str, OsString)>);

impl Environment {
    /// The names that an [`InvalidSetting`](crate::InvalidSetting) of a variable may have.
    pub const VARIABLES: [&str; 8] = [
        "https_proxy",
        "HTTPS_PROXY",
        "http_proxy",
        "HTTP_PROXY",
        "all_proxy",
        "ALL_PROXY",
        "no_proxy",
        "NO_PROXY",
    ];

    /// Reads the environment of this process.
    pub fn read() -> Self {
        Self::of(|name| std::env::var_os(name))
    }

    /// Reads an environment variable by variable.
    pub fn of(find: impl Fn(&str) -> Option<OsString>) -> Self {
        let find = |name| find(name).filter(|value| !value.is_empty());
        let is_cgi = find("REQUEST_METHOD").is_some();
        // On Windows, names are the same in upper and lower case.
        let is_request_s =
            |name: &str| is_cgi && (name == "HTTP_PROXY" || cfg!(windows) && name == "http_proxy");
        let names = Self::VARIABLES.into_iter().filter(|name| !is_request_s(name));
        Self(names.filter_map(|name| Some((name, find(name)?))).collect())
    }

    pub(crate) fn proxy(&self, scheme: Scheme) -> Option<(&'static str, String)> {
        self.first(match scheme {
            Scheme::Http => &HTTP,
            Scheme::Https => &HTTPS,
        })
    }

    pub(crate) fn no_proxy(&self) -> Option<(&'static str, String)> {
        self.first(&NO_PROXY)
    }

    fn first(&self, names: &[&str]) -> Option<(&'static str, String)> {
        let find = |name: &&str| self.0.iter().find(|(known, _)| known == name);
        let (name, value) = names.iter().find_map(find)?;
        Some((name, value.to_string_lossy().into_owned()))
    }
}

/// Names only: a value may hold a password.
impl std::fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}
