//! Entries of the allow-list, and the host patterns in them.
//!
//! ```text
//! entry = [ ("https" / "http") "://" ] host [ ":" port ] [ "/" ]    ; https, and the scheme's port, if not said
//! host  = "*"                ; any
//!       / "*." name          ; one or more labels in front of name, not name itself
//!       / name / address     ; exactly this one; an IPv6 address in brackets
//! ```

use super::inside;
use super::target::{Host, Scheme, Target};

/// What is wrong with an entry, phrased to follow a colon.
pub(crate) type Problem = &'static str;

/// Redacts a refused entry for display: drops everything before an `@`, which may be a password.
pub(crate) fn shown(entry: &str) -> String {
    match entry.rsplit_once('@') {
        Some((_, host)) => format!("…@{host}"),
        None => entry.to_owned(),
    }
}

/// A pattern for host names and addresses.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum HostPattern {
    Any,
    Under(String),
    Exactly(Host),
}

impl HostPattern {
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let (suffix, wildcard) =
            text.strip_prefix("*.").map_or((text, false), |suffix| (suffix, true));
        match (Host::parse(suffix), wildcard) {
            (Some(Host::Name(name)), true) => Ok(Self::Under(name)),
            (Some(host), false) => Ok(Self::Exactly(host)),
            _ => Err("a host is a name, `*.` and a name, `*`, or an address (IPv6 in brackets)"),
        }
    }

    pub(crate) fn matches(&self, host: &Host) -> bool {
        match (self, host) {
            (Self::Any, _) => true,
            (Self::Under(suffix), Host::Name(name)) => is_under(name, suffix),
            (Self::Under(_), Host::Address(_)) => false,
            (Self::Exactly(exact), host) => exact == host,
        }
    }

    /// Whether a host that matches leads inside, where an entry with a wildcard does not reach.
    fn excludes(&self, host: &Host) -> bool {
        match (self, host) {
            (Self::Any, Host::Name(name)) => inside::leads_inside(name, None),
            (Self::Under(suffix), Host::Name(name)) => inside::leads_inside(name, Some(suffix)),
            _ => false,
        }
    }

    /// Whether every host that matches `other` matches this.
    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::Exactly(host)) => self.matches(host) && !self.excludes(host),
            // Some name under the other one stands for all of them.
            (_, Self::Under(suffix)) => {
                let host = Host::Name(format!("any.{suffix}"));
                !matches!(self, Self::Exactly(_)) && self.matches(&host) && !self.excludes(&host)
            }
            (_, Self::Any) => *self == Self::Any,
        }
    }
}

fn is_under(name: &str, suffix: &str) -> bool {
    name.strip_suffix(suffix).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

impl std::fmt::Display for HostPattern {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Any => formatter.write_str("*"),
            Self::Under(suffix) => write!(formatter, "*.{suffix}"),
            Self::Exactly(host) => write!(formatter, "{host}"),
        }
    }
}

/// An allow-list entry: scheme, host and port must all match.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Pattern {
    pub(crate) scheme: Scheme,
    pub(crate) host: HostPattern,
    pub(crate) port: u16,
}

impl Pattern {
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("https", text));
        let scheme = Scheme::parse(scheme).ok_or("the scheme is https or http")?;
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains(['/', '?', '#', '@']) {
            return Err("an entry is [scheme://]host[:port], without path, query or user");
        }
        // The colons of an IPv6 address are inside its brackets.
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => {
                let number = port.parse().ok().filter(|port| *port != 0);
                (host, number.ok_or("a port is a number from 1 to 65535")?)
            }
            _ => (authority, scheme.default_port()),
        };
        let host = HostPattern::parse(host)?;
        if matches!(&host, HostPattern::Under(suffix) if inside::is_open_zone(suffix)) {
            return Err(
                "names in this zone lead into private networks: list each by its full name, \
                        or `*.` and a network's own zone",
            );
        }
        Ok(Self { scheme, host, port })
    }

    pub(crate) fn matches(&self, target: &Target) -> bool {
        self.scheme == target.scheme && self.port == target.port && self.host.matches(&target.host)
    }

    /// Whether this entry allows a destination: it matches, and a wildcard does not lead inside.
    pub(crate) fn allows(&self, target: &Target) -> bool {
        self.matches(target) && !self.host.excludes(&target.host)
    }

    /// Whether every destination that matches `other` matches this.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.scheme == other.scheme && self.port == other.port && self.host.covers(&other.host)
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}://{}", self.scheme.name(), self.host)?;
        if self.port == self.scheme.default_port() {
            Ok(())
        } else {
            write!(formatter, ":{}", self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, uri: &str) -> bool {
        let target = Target::of(&uri.parse().unwrap()).unwrap();
        Pattern::parse(pattern).unwrap().matches(&target)
    }

    #[test]
    fn scheme_host_and_port_must_all_be_right() {
        let yes = [
            ("https://api.example", "https://api.example/path"),
            ("https://api.example", "https://API.example:443/"),
            ("API.example", "https://api.example/"),
            ("https://api.example:8443/", "https://api.example:8443/"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/"),
            ("http://[::1]:8080", "http://[::1]:8080/"),
            ("https://[::1]", "https://[::1]/"),
            ("https://*.blob.example", "https://one.blob.example/"),
            ("https://*.blob.example", "https://one.two.blob.example/"),
            ("*", "https://anything.example/"),
        ];
        let no = [
            ("https://api.example", "http://api.example/"),
            ("https://api.example", "https://api.example:8443/"),
            ("https://api.example", "https://api.example.evil.test/"),
            ("https://api.example", "https://xapi.example/"),
            ("https://*.blob.example", "https://blob.example/"),
            ("https://*.blob.example", "https://evilblob.example/"),
            ("https://*.blob.example", "http://one.blob.example/"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8081/"),
            ("*", "http://anything.example/"),
            ("*", "https://anything.example:8443/"),
        ];
        for (pattern, uri) in yes {
            assert!(matches(pattern, uri), "{pattern} {uri}");
        }
        for (pattern, uri) in no {
            assert!(!matches(pattern, uri), "{pattern} {uri}");
        }
    }

    #[test]
    fn what_is_not_an_entry_is_refused() {
        let wrong = [
            "",
            "https://",
            "ftp://api.example",
            "https://api.example/v1",
            "https://user@api.example",
            "https://api.example:0",
            "https://api.example:port",
            "https://api.*.example",
            "https://*api.example",
            "https://*.127.0.0.1",
            "https://*.internal",
            "https://*.nip.io",
            "*.",
        ];
        for entry in wrong {
            assert!(Pattern::parse(entry).is_err(), "{entry}");
        }
    }

    #[test]
    fn a_refused_entry_is_shown_without_its_password() {
        assert_eq!(shown("https://user:hunter2@api.example"), "…@api.example");
        assert_eq!(shown("ftp://api.example"), "ftp://api.example");
    }

    #[test]
    fn a_pattern_covers_what_it_contains() {
        let covers = |one: &str, other: &str| {
            Pattern::parse(one).unwrap().covers(&Pattern::parse(other).unwrap())
        };
        assert!(covers("*.example", "*.blob.example"));
        assert!(covers("*.example", "api.example"));
        assert!(covers("*", "*.example"));
        assert!(!covers("*.blob.example", "*.example"));
        assert!(!covers("api.example", "*.example"));
        assert!(!covers("*.example", "*"));
        assert!(!covers("https://api.example", "http://api.example"));
        assert!(!covers("*", "localhost"));
        assert!(covers("localhost", "localhost"));
        assert!(!covers("*", "*.corp.internal"));
        assert!(covers("*.corp.internal", "*.files.corp.internal"));
    }

    #[test]
    fn a_pattern_is_shown_as_it_is_written() {
        for text in [
            "https://api.example",
            "https://*.blob.example",
            "http://127.0.0.1:8080",
            "https://[::1]:8443",
        ] {
            assert_eq!(Pattern::parse(text).unwrap().to_string(), text);
        }
    }
}
