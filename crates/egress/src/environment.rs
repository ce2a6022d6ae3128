//! What a process's environment says about the network.

use std::ffi::OsString;
use std::path::PathBuf;

use super::roots::SystemRoots;
use super::target::Scheme;

/// The variables that are read. In lower case first, as curl does.
const HTTPS: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
const HTTP: [&str; 4] = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];
const CERT_FILE: &str = "SSL_CERT_FILE";
const CERT_DIR: &str = "SSL_CERT_DIR";
const NO_PROXY: [&str; 2] = ["no_proxy", "NO_PROXY"];

/// What an environment names: the proxies `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`,
/// in lower or upper case; and the certificate authorities: a file `SSL_CERT_FILE`, and folders
/// `SSL_CERT_DIR`. An empty variable counts as absent.
///
/// A CGI server passes the header `Proxy` of a request as `HTTP_PROXY`: where `REQUEST_METHOD` is
/// set, only `http_proxy` is read.
#[derive(Clone, Default)]
pub struct Environment(Vec<(&'static str, OsString)>);

impl Environment {
    /// The names that an [`InvalidSetting`](crate::InvalidSetting) of a variable may have.
    pub const VARIABLES: [&str; 10] = [
        "https_proxy",
        "HTTPS_PROXY",
        "http_proxy",
        "HTTP_PROXY",
        "all_proxy",
        "ALL_PROXY",
        "no_proxy",
        "NO_PROXY",
        CERT_FILE,
        CERT_DIR,
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

    pub(crate) fn roots(&self) -> SystemRoots {
        let value = |name| self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
        let folders = value(CERT_DIR).map(|folders| std::env::split_paths(folders).collect());
        let folders: Vec<PathBuf> = folders.unwrap_or_default();
        let named = folders.into_iter().filter(|folder| !folder.as_os_str().is_empty()).collect();
        SystemRoots::of(value(CERT_FILE).map(PathBuf::from), named)
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
