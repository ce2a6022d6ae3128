//! Classifies addresses by what they can reach.
//!
//! Based on the IANA special-purpose address registries (RFC 6890 and its successors) and the
//! addresses at which cloud platforms serve credentials to the machines they host. An IPv4 address
//! embedded in an IPv6 one counts as the IPv4 address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// The class of an address, most harmless first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reach {
    /// A public address.
    Public,
    /// An address in the operator's own network.
    Private,
    /// This machine.
    Loopback,
    /// A special-purpose address: metadata service, link-local, multicast, documentation,
    /// unspecified.
    Special,
}

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(head: [u16; 4], last: [u16; 2], length: u8) -> Ipv6Net {
    let ([a, b, c, d], [g, h]) = (head, last);
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, g, h), length)
}

/// Checked first: addresses within networks that are otherwise private or public, and link-local
/// ones, where platforms have more services than can be listed.
const METADATA_V4: [Ipv4Net; 4] = [
    v4(168, 63, 129, 16, 32),   // Azure's platform services
    v4(100, 100, 100, 200, 32), // Alibaba's metadata
    v4(169, 254, 0, 0, 16),     // most clouds' metadata, and credentials of containers
    v4(192, 0, 0, 192, 32),     // Oracle's metadata
];

const SPECIAL_V4: [Ipv4Net; 9] = [
    v4(0, 0, 0, 0, 8),       // this network
    v4(192, 0, 0, 0, 24),    // protocol assignments
    v4(192, 0, 2, 0, 24),    // documentation
    v4(192, 88, 99, 0, 24),  // 6to4 relays
    v4(198, 18, 0, 0, 15),   // benchmarks
    v4(198, 51, 100, 0, 24), // documentation
    v4(203, 0, 113, 0, 24),  // documentation
    v4(224, 0, 0, 0, 4),     // multicast
    v4(240, 0, 0, 0, 4),     // reserved, and broadcast
];

const PRIVATE_V4: [Ipv4Net; 4] = [
    v4(10, 0, 0, 0, 8),
    v4(172, 16, 0, 0, 12),
    v4(192, 168, 0, 0, 16),
    v4(100, 64, 0, 0, 10), // behind a carrier's NAT
];

const METADATA_V6: [Ipv6Net; 6] = [
    v6([0xfd00, 0x0ec2, 0, 0], [0, 0x254], 128),       // AWS
    v6([0xfd00, 0x0ec2, 0, 0], [0, 0x23], 128),        // AWS, the credentials of a pod
    v6([0xfd20, 0x00ce, 0, 0], [0, 0x254], 128),       // Google
    v6([0xfd00, 0x0042, 0, 0], [0, 0x42], 128),        // Scaleway
    v6([0xfd00, 0x00c1, 0, 0], [0xa9fe, 0xa9fe], 128), // Oracle
    v6([0xfe80, 0, 0, 0], [0, 0], 10),                 // link-local
];

const PRIVATE_V6: Ipv6Net = v6([0xfc00, 0, 0, 0], [0, 0], 7);
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0], [0, 0], 3);

/// Special-purpose parts of the global range.
const SPECIAL_V6: [Ipv6Net; 3] = [
    v6([0x2001, 0, 0, 0], [0, 0], 23), // protocol assignments, and Teredo
    v6([0x2001, 0x0db8, 0, 0], [0, 0], 32), // documentation
    v6([0x3fff, 0, 0, 0], [0, 0], 20), // documentation
];

/// Whether a cloud platform may serve credentials at this address.
pub(crate) fn is_metadata(address: IpAddr) -> bool {
    let v4 = |address| METADATA_V4.iter().any(|net| net.contains(&address));
    match address {
        IpAddr::V4(address) => v4(address),
        IpAddr::V6(address) => embedded(address)
            .map_or_else(|| METADATA_V6.iter().any(|net| net.contains(&address)), v4),
    }
}

/// Classifies an address.
pub(crate) fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => embedded(address).map_or_else(|| reach_v6(address), reach_v4),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let within = |nets: &[Ipv4Net]| nets.iter().any(|net| net.contains(&address));
    match () {
        () if within(&METADATA_V4) || within(&SPECIAL_V4) => Reach::Special,
        () if address.is_loopback() => Reach::Loopback,
        () if within(&PRIVATE_V4) => Reach::Private,
        () => Reach::Public,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    let within = |nets: &[Ipv6Net]| nets.iter().any(|net| net.contains(&address));
    match () {
        () if within(&METADATA_V6) || within(&SPECIAL_V6) => Reach::Special,
        () if address.is_loopback() => Reach::Loopback,
        () if PRIVATE_V6.contains(&address) => Reach::Private,
        () if GLOBAL_V6.contains(&address) => Reach::Public,
        () => Reach::Special,
    }
}

/// Returns the IPv4 address that packets to this address are delivered to: mapped, translated
/// (RFC 6052) or tunnelled (RFC 3056).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let join = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match (a, b) {
        (0, 0) if (c, d, e, f) == (0, 0, 0, 0xffff) => Some(join(g, h)),
        (0x0064, 0xff9b) if (c, d, e, f) == (0, 0, 0, 0) => Some(join(g, h)),
        (0x2002, _) => Some(join(b, c)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_sorted() {
        let table = [
            ("8.8.8.8", Reach::Public),
            ("172.32.0.1", Reach::Public),
            ("100.128.0.1", Reach::Public),
            ("10.1.2.3", Reach::Private),
            ("172.31.255.255", Reach::Private),
            ("192.168.0.1", Reach::Private),
            ("100.64.0.1", Reach::Private),
            ("127.0.0.1", Reach::Loopback),
            ("127.255.255.254", Reach::Loopback),
            ("0.0.0.0", Reach::Special),
            ("169.254.169.254", Reach::Special),
            ("168.63.129.16", Reach::Special),
            ("100.100.100.200", Reach::Special),
            ("192.0.0.192", Reach::Special),
            ("198.19.0.1", Reach::Special),
            ("224.0.0.1", Reach::Special),
            ("255.255.255.255", Reach::Special),
            ("2606:4700::1111", Reach::Public),
            ("fd12:3456::1", Reach::Private),
            ("::1", Reach::Loopback),
            ("::", Reach::Special),
            ("::7f00:1", Reach::Special),
            ("fd00:ec2::254", Reach::Special),
            ("fd00:ec2::23", Reach::Special),
            ("fd00:42::42", Reach::Special),
            ("fd00:c1::a9fe:a9fe", Reach::Special),
            ("fd20:ce::254", Reach::Special),
            ("fe80::1", Reach::Special),
            ("fec0::1", Reach::Special),
            ("ff02::1", Reach::Special),
            ("100::1", Reach::Special),
            ("2001:db8::1", Reach::Special),
            ("2001:0:4136:e378:8000:63bf:3fff:fdd2", Reach::Special),
            ("64:ff9b:1::a00:1", Reach::Special),
        ];
        for (address, expected) in table {
            assert_eq!(reach(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn an_address_inside_of_an_address_counts() {
        let table = [
            ("::ffff:8.8.8.8", Reach::Public),
            ("::ffff:127.0.0.1", Reach::Loopback),
            ("::ffff:169.254.169.254", Reach::Special),
            ("64:ff9b::8.8.8.8", Reach::Public),
            ("64:ff9b::10.0.0.1", Reach::Private),
            ("64:ff9b::169.254.169.254", Reach::Special),
            ("2002:7f00:1::", Reach::Loopback),
            ("2002:a9fe:a9fe::1", Reach::Special),
            ("2002:808:808::1", Reach::Public),
        ];
        for (address, expected) in table {
            assert_eq!(reach(address.parse().unwrap()), expected, "{address}");
        }
    }
}
