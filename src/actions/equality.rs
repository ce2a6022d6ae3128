//! Compares texts the way the service does.

use std::net::Ipv6Addr;

/// Whether two texts are the same, ignoring case, blanks, line breaks and control characters, which
/// the service may rewrite.
pub(super) fn is_same_text(left: &str, right: &str) -> bool {
    visible_bytes(left).eq(visible_bytes(right))
}

/// The visible bytes of a text, with ASCII letters in lower case.
pub(super) fn visible_bytes(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(|b| *b > b' ' && *b != 0x7f).map(|b| b.to_ascii_lowercase())
}

pub(crate) fn is_same_value(left: &str, right: &str) -> bool {
    comparison_key(left) == comparison_key(right)
}

/// Normalises the value of an indicator: case, blanks, a trailing `/` of an address, a trailing dot
/// of a domain and the zeros of IPv6.
pub(crate) fn comparison_key(value: &str) -> Vec<u8> {
    let mut comparison_key: Vec<u8> = visible_bytes(value).collect();
    let is_ipv6 = comparison_key.contains(&b':') && !comparison_key.contains(&b'/');
    match is_ipv6.then(|| value.trim().parse::<Ipv6Addr>()) {
        Some(Ok(address)) => address.octets().to_vec(),
        _ => {
            while matches!(comparison_key.last(), Some(b'/' | b'.')) {
                comparison_key.pop();
            }
            comparison_key
        }
    }
}
