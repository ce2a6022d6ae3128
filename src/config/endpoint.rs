//! Addresses: the servers that the connector calls, and the hosts that a download link may point
//! to.

use std::net::IpAddr;

use url::{Host, Position, Url};

use crate::catalogue::Server;
use crate::text::join;
use crate::transport::Address;

/// The checked address of a server: https, or plain http on loopback; only scheme, host, port and
/// path.
#[derive(Clone, Debug)]
pub struct Endpoint(Url);

impl Endpoint {
    /// Parses an address and normalises it: no trailing slash, no double slashes.
    ///
    /// # Errors
    ///
    /// A phrase that follows the setting's name. It never repeats user info.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text)
            .map_err(|error| format!("is not a valid URL ({error}); its host must be ASCII"))?;
        let host = url.host_str().unwrap_or_default();
        if !url.username().is_empty() || url.password().is_some() {
            return Err("has user info; must be scheme, host, port and path only".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(
                "has a query or fragment; must be scheme, host, port and path only".to_owned()
            );
        }
        if url.scheme() != "https" && !is_loopback(&url) {
            return Err(format!(
                "uses plain http to {host}; must be https (plain http is for loopback hosts only)"
            ));
        }
        let mut url = url;
        let segments: Vec<&str> =
            url.path().split('/').filter(|segment| !segment.is_empty()).collect();
        let path = format!("/{}", join(&segments, "/"));
        url.set_path(&path);
        Ok(Self(url))
    }

    /// Rejects an address that ends in the prefix that the API's paths already have: the samples in
    /// its documentation show it that way.
    ///
    /// # Errors
    ///
    /// A phrase that follows the setting's name.
    pub fn without_api_path(self, server: Server) -> Result<Self, String> {
        let path = self.0.path().to_ascii_lowercase();
        let segments: Vec<&str> = path.split('/').collect();
        let twice = match (server, segments.as_slice()) {
            (Server::Defender, [.., "api"]) => true,
            (Server::Defender, [.., "api", last]) | (Server::Graph, [.., last]) => is_version(last),
            _ => false,
        };
        match twice {
            false => Ok(self),
            true => Err(format!(
                "ends in {}, which the connector adds to every path; remove it",
                self.0.path()
            )),
        }
    }

    /// `scheme://host[:port]`.
    pub fn origin(&self) -> String {
        self.0[..Position::BeforePath].to_owned()
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Host name or address.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Appends a path (and query), which starts with a slash and is already encoded.
    pub fn join(&self, path_and_query: &str) -> Address {
        match self.0.path() {
            "/" => Address::below(&self.0, path_and_query),
            base => Address::below(&self.0, &join(&[base, path_and_query], "")),
        }
    }
}

/// Hosts that a download link may point to: `host`, `host:port`, `*.suffix`, `*.suffix:port`.
/// Without a port, the scheme's default.
#[derive(Clone, Debug)]
pub struct HostPattern {
    suffix: Option<String>,
    host: String,
    port: Option<u16>,
}

impl HostPattern {
    /// Parses a pattern that conforms to [`crate::schema::HOST_PATTERN`].
    ///
    /// # Errors
    ///
    /// The port is out of range; the phrase follows the setting's name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (host, port) = match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        };
        let port = port
            .map(|text| {
                let port = text.parse::<u64>().ok().and_then(|port| u16::try_from(port).ok());
                port.ok_or_else(|| format!("has the port {text}; must be 1 to 65535"))
            })
            .transpose()?;
        let host = host.to_ascii_lowercase();
        let suffix = host.strip_prefix('*').map(str::to_owned);
        Ok(Self { suffix, host, port })
    }

    /// Whether a link may be followed: https, or plain http to a loopback host that is listed by
    /// name.
    pub fn allows(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let scheme = match url.scheme() {
            "https" => true,
            "http" => self.suffix.is_none() && is_loopback(url),
            _ => false,
        };
        let default_port = if url.scheme() == "http" { 80 } else { 443 };
        let named = match &self.suffix {
            Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix.as_str()),
            None => host == self.host,
        };
        let no_user_info = url.username().is_empty() && url.password().is_none();
        scheme
            && named
            && no_user_info
            && url.port_or_known_default() == Some(self.port.unwrap_or(default_port))
    }

    /// The pattern as an origin for a host's allow-list.
    pub fn origin(&self) -> String {
        let loopback =
            Url::parse(&format!("http://{}", self.host)).is_ok_and(|url| is_loopback(&url));
        let scheme = if self.suffix.is_none() && loopback { "http" } else { "https" };
        match self.port {
            Some(port) => format!("{scheme}://{}:{port}", self.host),
            None => format!("{scheme}://{}", self.host),
        }
    }
}

/// Whether a path segment is a version: `v1.0`, `beta`.
fn is_version(segment: &str) -> bool {
    let number = segment.strip_prefix('v').unwrap_or_default();
    segment == "beta"
        || (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

/// Whether a URL points to the local machine: a loopback address (RFC 1122 §3.2.1.3, RFC 4291
/// §2.5.3) or `localhost` (RFC 6761 §6.3).
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).to_canonical().is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str) -> Result<String, String> {
        Endpoint::parse(text).map(|endpoint| endpoint.join("/api/machines").to_string())
    }

    #[test]
    fn slashes_at_the_end_and_doubled_ones_go() {
        assert_eq!(normal("https://a.example").unwrap(), "https://a.example/api/machines");
        assert_eq!(normal("https://a.example/").unwrap(), "https://a.example/api/machines");
        assert_eq!(
            normal("https://a.example:8443//x///y//").unwrap(),
            "https://a.example:8443/x/y/api/machines"
        );
    }

    #[test]
    fn what_could_leak_or_mislead_is_refused() {
        for (text, words) in [
            ("http://a.example", "plain http to a.example"),
            ("http://127.0.0.1.example", "plain http"),
            ("http://localhost.example", "plain http"),
            ("https://user:hunter2@a.example", "user info"),
            ("https://user@a.example", "user info"),
            ("https://a.example?x=1", "query"),
            ("https://a.example/#x", "fragment"),
            ("https://", "not a valid URL"),
            ("https://bücher.example", "ASCII"),
        ] {
            let problem = normal(text).unwrap_err();
            assert!(problem.contains(words), "{text}: {problem}");
            assert!(!problem.contains("hunter2"), "{problem}");
        }
        for loopback in ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:1"] {
            normal(loopback).unwrap();
        }
    }

    #[test]
    fn what_paths_begin_with_is_no_end_of_an_address() {
        let refused =
            |text: &str, server| Endpoint::parse(text).unwrap().without_api_path(server).is_err();
        for path in ["api", "api/", "API", "//Api//", "api/v1.0", "api/V1/", "x/api", "x/api/beta"]
        {
            assert!(refused(&format!("https://a.example/{path}"), Server::Defender), "{path}");
        }
        for path in ["v1.0", "beta/", "x/V1.0"] {
            assert!(refused(&format!("https://a.example/{path}"), Server::Graph), "{path}");
        }
        for path in ["", "/", "api/x", "apis", "my-api", "v1.0", "api/v", "api/version"] {
            assert!(!refused(&format!("https://a.example/{path}"), Server::Defender), "{path}");
        }
        assert!(
            !refused("https://a.example/api", Server::Graph)
                && !refused("https://a.example", Server::Graph)
        );
    }

    #[test]
    fn links_are_held_against_patterns() {
        let allows = |pattern: &str, url: &str| {
            HostPattern::parse(pattern).unwrap().allows(&Url::parse(url).unwrap())
        };
        assert!(allows("*.blob.example", "https://a.blob.example/x?sig=1"));
        assert!(allows("*.Blob.example", "https://a.b.BLOB.example/"));
        assert!(allows("files.example:8443", "https://files.example:8443/"));
        assert!(allows("127.0.0.1:9000", "http://127.0.0.1:9000/x"));
        for (pattern, url) in [
            ("*.blob.example", "https://blob.example/"),
            ("*.blob.example", "https://evilblob.example/"),
            ("*.blob.example", "https://a.blob.example.evil/"),
            ("*.blob.example", "http://a.blob.example/"),
            ("*.blob.example", "https://a.blob.example:8443/"),
            ("*.blob.example", "https://evil@a.blob.example/"),
            ("127.0.0.1", "http://127.0.0.1:9000/"),
            ("files.example", "http://files.example/"),
            ("files.example", "ftp://files.example/"),
        ] {
            assert!(!allows(pattern, url), "{pattern} must not allow {url}");
        }
    }
}
