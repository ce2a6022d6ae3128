//! The egress policy: which hosts may be called, and at which addresses.

use std::net::{IpAddr, SocketAddr};

use http::Method;
use ipnet::IpNet;

use super::access::Reason;
use super::address::{Reach, is_metadata, reach};
use super::path::Path;
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

/// An entry of the allow-list.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) pattern: Pattern,
    /// The methods that it allows; any if `None`.
    pub(crate) methods: Option<Vec<Method>>,
    /// What the paths that it allows begin with; any if `None`.
    pub(crate) paths: Option<Vec<Path>>,
}

impl Rule {
    fn has_method(&self, method: &Method) -> bool {
        self.methods.as_ref().is_none_or(|methods| methods.contains(method))
    }

    fn has_path(&self, path: &str) -> bool {
        self.paths.as_ref().is_none_or(|starts| {
            Path::parse(path).is_some_and(|path| starts.iter().any(|start| path.starts_with(start)))
        })
    }
}

/// The allow-list, and the exceptions to the address rules.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policy {
    pub(crate) allowed: Vec<Rule>,
    pub(crate) networks: Vec<IpNet>,
    pub(crate) routes: Vec<(HostPattern, SocketAddr)>,
}

impl Policy {
    /// Returns how a destination is allowed, or `None` if it is not.
    pub(crate) fn grant(&self, target: &Target) -> Option<Grant> {
        let exact = |rule: &Rule| matches!(rule.pattern.host, HostPattern::Exactly(_));
        let mut found = self.rules(target).peekable();
        found.peek()?;
        Some(if found.any(exact) { Grant::Exact } else { Grant::Wildcard })
    }

    /// Whether one entry allows a request as a whole. If none does, the reason is the last one that
    /// is in the way.
    pub(crate) fn admit(&self, target: &Target, method: &Method, path: &str) -> Result<(), Reason> {
        let mut reason = Reason::Origin;
        for rule in self.rules(target) {
            match rule.has_method(method) {
                true if rule.has_path(path) => return Ok(()),
                true => reason = Reason::Path,
                false if reason == Reason::Origin => reason = Reason::Method,
                false => {}
            }
        }
        Err(reason)
    }

    fn rules(&self, target: &Target) -> impl Iterator<Item = &Rule> {
        self.allowed.iter().filter(|rule| rule.pattern.allows(target))
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

    fn rule(entry: &str, methods: Option<&[&str]>, paths: Option<&[&str]>) -> Rule {
        let method = |text: &&str| Method::from_bytes(text.as_bytes()).unwrap();
        let path = |text: &&str| Path::parse(text).unwrap();
        Rule {
            pattern: Pattern::parse(entry).unwrap(),
            methods: methods.map(|methods| methods.iter().map(method).collect()),
            paths: paths.map(|paths| paths.iter().map(path).collect()),
        }
    }

    fn policy(allowed: &[&str]) -> Policy {
        Policy {
            allowed: allowed.iter().map(|entry| rule(entry, None, None)).collect(),
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
    fn one_entry_must_have_origin_method_and_path() {
        let policy = Policy {
            allowed: vec![
                rule("login.example", Some(&["POST"]), Some(&["/t/token"])),
                rule("*.example", Some(&["GET", "HEAD"]), None),
                rule("api.example", None, Some(&["/api/machines"])),
            ],
            ..policy(&[])
        };
        let table = [
            ("POST", "https://login.example/t/token", None),
            ("POST", "https://login.example/t/token?x", None),
            ("POST", "https://login.example/t/tokens", Some(Reason::Path)),
            ("POST", "https://login.example/x/../t/token", Some(Reason::Path)),
            ("GET", "https://login.example/other", None),
            ("DELETE", "https://login.example/t/token", Some(Reason::Method)),
            ("post", "https://login.example/t/token", Some(Reason::Method)),
            ("DELETE", "https://api.example/api/machines/m1", None),
            ("DELETE", "https://api.example/api%2Fmachines/m1", Some(Reason::Path)),
            ("DELETE", "https://api.example/api//machines/m1", Some(Reason::Path)),
            ("DELETE", "https://api.example/api/machines/../files", Some(Reason::Path)),
            ("DELETE", "https://api.example/api/machines/%2e%2e/files", Some(Reason::Path)),
            ("GET", "https://api.example/api/files", None),
            ("PUT", "https://files.example/a", Some(Reason::Method)),
            ("GET", "https://elsewhere.test/a", Some(Reason::Origin)),
        ];
        for (method, uri, expected) in table {
            let path = uri.parse::<http::Uri>().unwrap().path().to_owned();
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let admitted = policy.admit(&target(uri), &method, &path);
            assert_eq!(admitted.err(), expected, "{method} {uri}");
        }
        let none = Policy { allowed: vec![rule("a.example", Some(&[]), None)], ..policy };
        assert!(none.admit(&target("https://a.example/"), &Method::GET, "/").is_err());
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
            ("169.254.0.0/16", "169.254.170.2", false),
            ("169.254.170.0/24", "169.254.170.23", false),
            ("169.254.170.23/32", "169.254.170.23", true),
            ("169.254.42.42/31", "169.254.42.42", false),
            ("0.0.0.0/0", "169.254.0.23", false),
            ("fc00::/7", "fd00:42::42", false),
            ("fc00::/7", "fd00:c1::a9fe:a9fe", false),
            ("fe80::/10", "fe80::a9fe:a9fe", false),
            ("fe80::a9fe:a9fe/128", "fe80::a9fe:a9fe", true),
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
