//! Addresses that are the tenant's own: to block one cuts off its machines, and no attacker.

use std::net::IpAddr;

use serde_json::Value;
use url::{Host, Url};

/// What should be noticed of an indicator: that it blocks a loopback or private address.
pub(super) fn warning(indicator: &Value) -> Option<String> {
    if indicator["action"] == "Allowed" {
        return None;
    }
    let value = indicator["indicatorValue"].as_str()?.trim();
    let address = address(value)?;
    Some(match address {
        _ if address.is_loopback() || address.is_unspecified() => format!(
            "{address} is every machine's own address: its programs may no longer reach each other"
        ),
        IpAddr::V4(v4) if v4.is_private() || v4.is_link_local() => own(address),
        IpAddr::V6(v6) if v6.is_unique_local() || v6.is_unicast_link_local() => own(address),
        _ => return None,
    })
}

fn own(address: IpAddr) -> String {
    format!("{address} is a private address: it is inside your own network")
}

/// The address that a value is, or that its URL has for a host.
fn address(value: &str) -> Option<IpAddr> {
    let address = value.parse().ok().or_else(|| match Url::parse(value).ok()?.host()? {
        Host::Ipv4(address) => Some(IpAddr::V4(address)),
        Host::Ipv6(address) => Some(IpAddr::V6(address)),
        Host::Domain(_) => None,
    });
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_own_address_is_warned_of_and_one_of_the_internet_is_not() {
        let warned = |value: &str, action: &str| {
            warning(&json!({ "indicatorValue": value, "action": action }))
        };
        for own in [
            "127.0.0.1",
            "::1",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.9",
            "192.168.1.1",
            "169.254.0.1",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
            "https://127.0.0.1/a",
        ] {
            assert!(warned(own, "Block").is_some(), "{own}");
        }
        assert_eq!(warned("10.1.2.3", "Allowed"), None);
        for other in ["203.0.113.9", "2001:db8::1", "evil.example", "https://evil.example/", ""] {
            assert_eq!(warned(other, "Block"), None, "{other}");
        }
    }
}
