//! The egress policy: which hosts may be called, and at which addresses.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

use super::address::{Reach, is_metadata, reach};
use super::pattern::{HostPattern, Pattern};
use super::target::{Host, Target};

/// How the allow-list matched a destination.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Grant {
    /// By its exact name: the operator knows this host.
    Exact,
    /// By a pattern: someone else chooses the host.
    Wildcard,
}

/// The allow-list, and the exceptions to the address rules.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policy {
    pub(crate) allowed: Vec<Pattern>,
    pub(crate) networks: Vec<IpNet>,
    pub(crate) routes: Vec<(HostPattern, SocketAddr)>,
}

impl Policy {
    /// Returns how a destination is allowed, or `None` if it is not.
    pub(crate) fn grant(&self, target: &Target) -> Option<Grant> {
        let exact = |pattern: &Pattern| matches!(pattern.host, HostPattern::Exactly(_));
        let mut found = self.allowed.iter().filter(|pattern| pattern.allows(target)).peekable();
        found.peek()?;
        Some(if found.any(exact) { Grant::Exact } else { Grant::Wildcard })
    }

    /// Whether an allowed destination may be reached at an address.
    ///
    /// An address that the allow-list has itself is permitted. `localhost` leads to loopback and
    /// nowhere else. Any other name, however exact, leads to public addresses and to the networks
    /// that the builder opened; to a metadata service only if its address was opened by itself.
    pub(crate) fn permits(&self, grant: Grant, host: &Host, address: IpAddr) -> bool {
        if grant == Grant::Exact && matches!(host, Host::Address(_)) {
            return true;
        }
        let reach = reach(address);
        if host.is_loopback() {
            return grant == Grant::Exact && reach == Reach::Loopback;
        }
        let by_itself = is_metadata(address);
        let opens = |network: &IpNet| {
            network.contains(&address.to_canonical())
                && (!by_itself || network.prefix_len() == network.max_prefix_len())
        };
        reach == Reach::Public || self.networks.iter().any(opens)
    }

    /// Returns the address that the operator routed a host to.
    pub(crate) fn route(&self, host: &Host) -> Option<SocketAddr> {
        self.routes.iter().find(|(pattern, _)| pattern.matches(host)).map(|(_, address)| *address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(allowed: &[&str]) -> Policy {
        Policy {
            allowed: allowed.iter().map(|entry| Pattern::parse(entry).unwrap()).collect(),
            ..Policy::default()
        }
    }

    fn target(uri: &str) -> Target {
        Target::of(&uri.parse().unwrap()).unwrap()
    }

    #[test]
    fn an_empty_list_allows_nothing() {
        assert_eq!(policy(&[]).grant(&target("https://api.example/")), None);
    }

    #[test]
    fn an_exact_entry_counts_wherever_it_stands() {
        let policy = policy(&["*.example", "api.example"]);
        assert_eq!(policy.grant(&target("https://api.example/")), Some(Grant::Exact));
        assert_eq!(policy.grant(&target("https://www.example/")), Some(Grant::Wildcard));
    }

    #[test]
    fn addresses_are_permitted_by_how_the_host_is_named() {
        let policy = policy(&[]);
        let table = [
            // host, address, exact, wildcard
            ("api.example", "8.8.8.8", true, true),
            ("api.example", "10.0.0.1", false, false),
            ("api.example", "127.0.0.1", false, false),
            ("api.example", "169.254.169.254", false, false),
            ("api.example", "::ffff:169.254.169.254", false, false),
            ("localhost", "127.0.0.1", true, false),
            ("localhost", "::1", true, false),
            ("localhost", "8.8.8.8", false, false),
            ("localhost", "10.0.0.1", false, false),
            ("localhost", "169.254.169.254", false, false),
            ("10.0.0.1", "10.0.0.1", true, false),
            ("127.0.0.1", "127.0.0.1", true, false),
            ("169.254.169.254", "169.254.169.254", true, false),
        ];
        for (host, address, exact, wildcard) in table {
            let host = Host::parse(host).unwrap();
            let address = address.parse().unwrap();
            assert_eq!(
                policy.permits(Grant::Exact, &host, address),
                exact,
                "{host} {address} exact"
            );
            assert_eq!(
                policy.permits(Grant::Wildcard, &host, address),
                wildcard,
                "{host} {address} wildcard"
            );
        }
    }

    #[test]
    fn no_wildcard_leads_inside_by_name() {
        let policy = policy(&["https://*", "https://*.corp.internal", "https://printer.local"]);
        let grant = |host| policy.grant(&target(&format!("https://{host}/")));
        for host in ["metadata.google.internal", "localhost", "intranet", "10.0.0.1.nip.io"] {
            assert_eq!(grant(host), None, "{host}");
        }
        assert_eq!(grant("files.corp.internal"), Some(Grant::Wildcard));
        assert_eq!(grant("printer.local"), Some(Grant::Exact));
        assert_eq!(grant("api.example"), Some(Grant::Wildcard));
    }

    #[test]
    fn an_opened_network_is_open() {
        let policy = Policy { networks: vec!["10.1.0.0/16".parse().unwrap()], ..policy(&[]) };
        let host = Host::parse("one.blob.example").unwrap();
        assert!(policy.permits(Grant::Exact, &host, "10.1.2.3".parse().unwrap()));
        assert!(policy.permits(Grant::Wildcard, &host, "10.1.2.3".parse().unwrap()));
        assert!(policy.permits(Grant::Wildcard, &host, "::ffff:10.1.2.3".parse().unwrap()));
        assert!(!policy.permits(Grant::Wildcard, &host, "10.2.2.3".parse().unwrap()));
    }

    #[test]
    fn a_metadata_service_is_opened_only_by_its_own_address() {
        let host = Host::parse("one.blob.example").unwrap();
        let table = [
            ("100.64.0.0/10", "100.100.100.200", false),
            ("100.100.100.200/32", "100.100.100.200", true),
            ("100.64.0.0/10", "100.100.100.201", true),
            ("169.254.0.0/16", "169.254.169.254", false),
            ("fc00::/7", "fd00:ec2::254", false),
            ("fc00::/7", "fd00:ec2::23", false),
            ("fd00:ec2::254/128", "fd00:ec2::254", true),
        ];
        for (network, address, expected) in table {
            let policy = Policy { networks: vec![network.parse().unwrap()], ..policy(&[]) };
            let permitted = policy.permits(Grant::Wildcard, &host, address.parse().unwrap());
            assert_eq!(permitted, expected, "{network} {address}");
        }
    }

    #[test]
    fn the_first_route_that_matches_is_taken() {
        let address: SocketAddr = "127.0.0.1:8443".parse().unwrap();
        let policy = Policy {
            routes: vec![(HostPattern::parse("*.blob.example").unwrap(), address)],
            ..policy(&[])
        };
        assert_eq!(policy.route(&Host::parse("one.blob.example").unwrap()), Some(address));
        assert_eq!(policy.route(&Host::parse("api.example").unwrap()), None);
    }
}
