//! Hosts that are reached without a proxy, in the format of the variable `NO_PROXY`.
//!
//! There is no standard. This reads what curl reads, and the ports that Go reads:
//!
//! ```text
//! list  = entry *( ( "," / " " ) entry )
//! entry = "*"                                    ; any host
//!       / [ "." / "*." ] name [ ":" port ]       ; the name and all names under it
//!       / address [ ":" port ] / address "/" length    ; with a port, IPv6 is in brackets
//! ```
//!
//! <https://curl.se/libcurl/c/CURLOPT_NOPROXY.html>

use std::net::IpAddr;

use ipnet::IpNet;

use crate::target::{Host, Target};

/// The entries of a list.
#[derive(Clone, Debug, Default)]
pub(super) struct NoProxy(Vec<Entry>);

#[derive(Clone, Debug)]
struct Entry {
    hosts: Hosts,
    port: Option<u16>,
}

#[derive(Clone, Debug)]
enum Hosts {
    Any,
    Domain(String),
    Network(IpNet),
}

impl NoProxy {
    /// Adds the entries of a list, and returns those that can't be read.
    pub(super) fn add<'a>(&mut self, list: &'a str) -> Vec<&'a str> {
        let entries = list
            .split(|c: char| c == ',' || c.is_ascii_whitespace())
            .filter(|entry| !entry.is_empty());
        let mut unread = Vec::new();
        for text in entries {
            match Entry::parse(text) {
                Some(entry) => self.0.push(entry),
                None => unread.push(text),
            }
        }
        unread
    }

    pub(super) fn matches(&self, target: &Target) -> bool {
        self.0.iter().any(|entry| entry.matches(target))
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self { hosts: Hosts::Any, port: None });
        }
        if let Some(network) = network(text) {
            return Some(Self { hosts: Hosts::Network(network), port: None });
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => {
                (host, Some(port.parse().ok().filter(|port| *port != 0)?))
            }
            _ => (text, None),
        };
        let name = host.strip_prefix("*.").or_else(|| host.strip_prefix('.')).unwrap_or(host);
        let hosts = match Host::parse(name.strip_suffix('.').unwrap_or(name))? {
            Host::Name(name) => Hosts::Domain(name),
            Host::Address(_) if name != host => return None,
            Host::Address(address) => Hosts::Network(address.into()),
        };
        Some(Self { hosts, port })
    }

    fn matches(&self, target: &Target) -> bool {
        let is_host = match (&self.hosts, &target.host) {
            (Hosts::Any, _) => true,
            (Hosts::Domain(domain), Host::Name(name)) => name
                .strip_suffix(domain.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
            (Hosts::Network(network), Host::Address(address)) => {
                network.contains(address) || network.contains(&address.to_canonical())
            }
            _ => false,
        };
        is_host && self.port.is_none_or(|port| port == target.port)
    }
}

/// A bare address or a network. An IPv6 address is its own with and without brackets.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(list: &str, uri: &str) -> bool {
        let mut no_proxy = NoProxy::default();
        assert!(no_proxy.add(list).is_empty(), "{list}");
        no_proxy.matches(&Target::of(&uri.parse().unwrap()).unwrap())
    }

    #[test]
    fn each_form_of_entry_matches_what_curl_says() {
        let table = [
            ("*", "https://any.example/", true),
            ("api.example", "https://api.example/", true),
            ("API.Example.", "https://api.example/", true),
            ("api.example", "https://one.api.example/", true),
            ("api.example", "https://notapi.example/", false),
            ("api.example", "https://api.example.evil.test/", false),
            (".example", "https://api.example/", true),
            (".api.example", "https://api.example/", true),
            ("*.example", "https://api.example/", true),
            ("api.example:8443", "https://api.example:8443/", true),
            ("api.example:8443", "https://api.example/", false),
            ("api.example:443", "https://one.api.example/", true),
            ("10.1.2.3", "https://10.1.2.3/", true),
            ("10.1.2.3:8443", "https://10.1.2.3/", false),
            ("10.0.0.0/8", "https://10.1.2.3/", true),
            ("10.0.0.0/8", "https://[::ffff:10.1.2.3]/", true),
            ("10.0.0.0/8", "https://11.1.2.3/", false),
            ("2001:db8::1", "https://[2001:db8::1]/", true),
            ("[2001:db8::1]", "https://[2001:db8::1]/", true),
            ("[2001:db8::1]:443", "https://[2001:db8::1]:8443/", false),
            ("2001:db8::/32", "https://[2001:db8:1::1]/", true),
            ("10.0.0.0/8", "https://ten.example/", false),
            ("a.example, b.example c.example,", "https://c.example/", true),
            ("a.example\nb.example\r\n", "https://b.example/", true),
            ("", "https://api.example/", false),
        ];
        for (list, uri, expected) in table {
            assert_eq!(matches(list, uri), expected, "{list} {uri}");
        }
    }

    #[test]
    fn what_is_no_entry_is_named() {
        let mut no_proxy = NoProxy::default();
        let unread = no_proxy.add("<local>,169.254/16,a.example,b.example:port,*.10.0.0.1");
        assert_eq!(unread, ["<local>", "169.254/16", "b.example:port", "*.10.0.0.1"]);
        assert_eq!(no_proxy.0.len(), 1);
    }
}
