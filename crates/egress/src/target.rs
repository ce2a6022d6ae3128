//! The destination of a request: a validated scheme, host and port.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The supported schemes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "http" => Some(Self::Http),
            "https" => Some(Self::Https),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    pub(crate) fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// A host: a name in lower case, or an address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Host {
    Name(String),
    Address(IpAddr),
}

impl Host {
    /// Parses the host of a URI; an IPv6 address is in brackets.
    ///
    /// It accepts less than a resolver does: no trailing dot, no zone, and no name that ends in a
    /// number, which resolvers would read as an address in unusual notation (`0x7f.1`,
    /// `2130706433`).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return inner.parse::<Ipv6Addr>().ok().map(|address| Self::Address(address.into()));
        }
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Some(Self::Address(address.into()));
        }
        let name = text.to_ascii_lowercase();
        let last = name.rsplit('.').next()?;
        let numeric = last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x");
        let sound = name.len() <= 253 && name.split('.').all(is_label) && !numeric;
        sound.then_some(Self::Name(name))
    }

    /// Whether this name or address always refers to this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        match self {
            Self::Name(name) => name == "localhost" || name.ends_with(".localhost"),
            Self::Address(address) => address.to_canonical().is_loopback(),
        }
    }
}

impl std::fmt::Display for Host {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => formatter.write_str(name),
            Self::Address(IpAddr::V4(address)) => write!(formatter, "{address}"),
            Self::Address(IpAddr::V6(address)) => write!(formatter, "[{address}]"),
        }
    }
}

fn is_label(label: &str) -> bool {
    let body = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !label.is_empty() && label.len() <= 63 && label.bytes().all(body)
}

/// The destination of a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Target {
    pub(crate) scheme: Scheme,
    pub(crate) host: Host,
    pub(crate) port: u16,
}

impl Target {
    /// Parses the destination of an absolute URI. `None` if it has user information or is otherwise
    /// not understood.
    pub(crate) fn of(uri: &http::Uri) -> Option<Self> {
        let scheme = Scheme::parse(uri.scheme_str()?)?;
        let authority = uri.authority()?;
        if authority.as_str().contains('@') {
            return None;
        }
        let host = Host::parse(authority.host())?;
        let port = match &authority.as_str()[authority.host().len()..] {
            "" => scheme.default_port(),
            // One spelling of a port: no leading zeros, no sign.
            text => {
                text.strip_prefix(":").filter(|port| !port.starts_with(['0', '+']))?.parse().ok()?
            }
        };
        Some(Self { scheme, host, port })
    }

    /// Returns the URI in its one spelling, with the path and query of `uri`: what was checked is
    /// what is dialled, pooled and sent.
    pub(crate) fn uri(&self, uri: &http::Uri) -> Result<http::Uri, http::Error> {
        let Self { scheme, host, port } = self;
        let authority = if *port == scheme.default_port() {
            host.to_string()
        } else {
            format!("{host}:{port}")
        };
        let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        http::Uri::builder().scheme(scheme.name()).authority(authority).path_and_query(path).build()
    }

    /// Formats the origin (RFC 6454 §6.2), omitting the scheme's default port.
    pub(crate) fn origin(&self) -> String {
        let Self { scheme, host, port } = self;
        if *port == scheme.default_port() {
            format!("{}://{host}", scheme.name())
        } else {
            self.to_string()
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}://{}:{}", self.scheme.name(), self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(uri: &str) -> Option<String> {
        Target::of(&uri.parse().ok()?).map(|target| target.to_string())
    }

    #[test]
    fn a_target_is_read_from_a_uri() {
        let table = [
            ("https://API.example/x?y", Some("https://api.example:443")),
            ("http://127.0.0.1:8080/", Some("http://127.0.0.1:8080")),
            ("https://[::1]/", Some("https://[::1]:443")),
            ("https://[::1]:8443/", Some("https://[::1]:8443")),
            ("https://user@api.example/", None),
            ("https://user:word@api.example/", None),
            ("ftp://api.example/", None),
            ("https://api.example./", None),
            ("https://api..example/", None),
            ("https://2130706433/", None),
            ("https://0x7f.1/", None),
            ("https://127.1/", None),
            ("https://api.example:0/", None),
            ("https://api.example:0443/", None),
            ("https://api.example:+443/", None),
            ("https://[::1]evil.example/", None),
            ("https://api.example:99999/", None),
            ("https://%31%32%37.0.0.1/", None),
            ("https://api%2eexample/", None),
            ("https://api.example%00/", None),
            ("https://api\u{3002}example/", None),
            ("https://\u{ff41}pi.example/", None),
            ("https://.example/", None),
            ("https://*.example/", None),
            ("https://api.example\\@evil.example/", None),
            ("https://api.example:443:80/", None),
            ("https://[fe80::1%25lo]/", None),
            ("https:///", None),
            ("/only/a/path", None),
        ];
        for (uri, expected) in table {
            assert_eq!(target(uri).as_deref(), expected, "{uri}");
        }
    }

    #[test]
    fn what_is_sent_has_one_spelling_of_its_origin() {
        let table = [
            ("https://API.Example:443/A?b=C", "https://api.example/A?b=C"),
            ("https://api.example", "https://api.example/"),
            ("http://api.example:443/?x", "http://api.example:443/?x"),
            ("http://127.0.0.1:80/", "http://127.0.0.1/"),
            ("https://[2001:DB8::0:1]:8443/", "https://[2001:db8::1]:8443/"),
        ];
        for (uri, expected) in table {
            let uri: http::Uri = uri.parse().unwrap();
            assert_eq!(Target::of(&uri).unwrap().uri(&uri).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn an_origin_has_its_port_only_if_it_is_another_than_the_scheme_s() {
        let origin = |uri: &str| Target::of(&uri.parse().unwrap()).unwrap().origin();
        assert_eq!(origin("https://API.example:443/x?y"), "https://api.example");
        assert_eq!(origin("http://127.0.0.1:8080/"), "http://127.0.0.1:8080");
        assert_eq!(origin("http://[::1]:443/"), "http://[::1]:443");
    }

    #[test]
    fn loopback_is_reported_by_name_and_by_address() {
        for host in ["localhost", "x.localhost", "127.9.9.9", "[::1]", "[::ffff:127.0.0.1]"] {
            assert!(Host::parse(host).unwrap().is_loopback(), "{host}");
        }
        for host in ["localhost.example", "10.0.0.1", "[::2]"] {
            assert!(!Host::parse(host).unwrap().is_loopback(), "{host}");
        }
    }
}
