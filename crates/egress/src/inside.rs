//! Names that lead into a network by their form: an entry with a wildcard does not cover them.
//!
//! Addresses are checked after resolution, but a proxy resolves names itself. An entry such as `*`
//! must not have it call a metadata service or its own neighbours.

use std::net::{IpAddr, Ipv4Addr};

use super::address::{Reach, reach};

/// Zones of private networks: reserved (RFC 2606, 6761, 6762, 8375), never delegated by ICANN, of
/// `/etc/hosts` files, or of Kubernetes and Consul.
const ZONES: [&str; 16] = [
    "arpa",
    "consul",
    "corp",
    "home",
    "internal",
    "intranet",
    "lan",
    "local",
    "localdomain",
    "localdomain4",
    "localdomain6",
    "localhost",
    "mail",
    "private",
    "svc",
    "test",
];

/// Public zones whose names resolve to an address in the name, to this machine, to a metadata
/// service, or to alternating addresses.
const EMBEDDING: [&str; 18] = [
    "1u.ms",
    "api.metadata.cloud.ibm.com",
    "lacolhost.com",
    "local.gd",
    "localho.st",
    "localtest.me",
    "lvh.me",
    "metadata.goog",
    "metadata.packet.net",
    "metadata.platformequinix.com",
    "metadata.tencentyun.com",
    "nip.io",
    "rbndr.us",
    "smackaho.st",
    "sslip.io",
    "traefik.me",
    "vcap.me",
    "xip.io",
];

/// Whether `*.suffix` is too wide to be an entry: its names say nothing about whose network they
/// are in.
pub(crate) fn is_open_zone(suffix: &str) -> bool {
    ZONES.contains(&suffix) || EMBEDDING.iter().any(|zone| is_in(suffix, zone))
}

/// Whether a name leads inside. `suffix` is that of the entry that matches it: one that names a
/// network's own zone, such as `corp.internal`, covers the names in it.
pub(crate) fn leads_inside(name: &str, suffix: Option<&str>) -> bool {
    if suffix.is_some_and(|suffix| ZONES.iter().any(|zone| is_in(suffix, zone))) {
        return false;
    }
    let is_under = |zones: &[&str]| zones.iter().any(|zone| is_in(name, zone));
    !name.contains('.') || is_under(&ZONES) || is_under(&EMBEDDING) || embeds_address(name)
}

fn is_in(name: &str, zone: &str) -> bool {
    name.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether a name contains an IPv4 address that is not public, with dots or hyphens.
fn embeds_address(name: &str) -> bool {
    let parts: Vec<Option<u8>> = name.split(['.', '-']).map(|part| part.parse().ok()).collect();
    parts.windows(4).any(|window| match window {
        [Some(a), Some(b), Some(c), Some(d)] => {
            reach(IpAddr::V4(Ipv4Addr::new(*a, *b, *c, *d))) != Reach::Public
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_inside_are_recognised() {
        for name in [
            "localhost",
            "metadata",
            "instance-data",
            "api.localhost",
            "metadata.google.internal",
            "printer.local",
            "localhost4.localdomain4",
            "localhost6.localdomain6",
            "vault.service.consul",
            "relay.mail",
            "api.test",
            "metadata.tencentyun.com",
            "metadata.goog",
            "router.home.arpa",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
            "10.in-addr.arpa",
            "localtest.me",
            "api.localtest.me",
            "7f000001.nip.io",
            "169.254.169.254.nip.io",
            "app-10-0-0-1.example.com",
            "127.0.0.1.example.com",
        ] {
            assert!(leads_inside(name, None), "{name}");
        }
        for name in [
            "api.security.microsoft.com",
            "notlocaltest.me",
            "internal.example.com",
            "local.example",
            "mail.example.com",
            "cos.tencentyun.com",
            "ec2-52-95-36-77.compute.example.com",
            "v1-2-3.example.com",
            "300-0-0-1.example.com",
        ] {
            assert!(!leads_inside(name, None), "{name}");
        }
    }

    #[test]
    fn an_entry_that_names_a_network_s_own_zone_covers_it() {
        assert!(!leads_inside("files.corp.internal", Some("corp.internal")));
        assert!(leads_inside("files.corp.internal", Some("example")));
        assert!(leads_inside("10.0.0.1.nip.io", Some("nip.io")));
        for suffix in ["internal", "local", "svc", "nip.io", "app.nip.io"] {
            assert!(is_open_zone(suffix), "{suffix}");
        }
        for suffix in ["corp.internal", "svc.cluster.local", "blob.core.windows.net"] {
            assert!(!is_open_zone(suffix), "{suffix}");
        }
    }
}
