//! When two texts are the same to the service.

use url::Host;

/// The same text: letter case, blanks, line breaks and control characters aside, which the service
/// may write in its own way.
pub(super) fn is_same_text(one: &str, other: &str) -> bool {
    seen(one).eq(seen(other))
}

/// The bytes of a text that are seen, in lower case as far as they are ASCII.
pub(super) fn seen(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(|b| *b > b' ' && *b != 0x7f).map(|b| b.to_ascii_lowercase())
}

pub(crate) fn is_same_value(one: &str, other: &str) -> bool {
    key(one) == key(other)
}

/// What two spellings of an indicator's value have in common: letter case, blanks, a final `/` of
/// an address, a final dot of a domain and the zeros of IPv6 aside.
pub(crate) fn key(value: &str) -> Vec<u8> {
    let mut key: Vec<u8> = seen(value).collect();
    let is_ipv6 = key.contains(&b':') && !key.contains(&b'/');
    match is_ipv6.then(|| Host::parse(&format!("[{}]", value.trim()))) {
        Some(Ok(Host::Ipv6(address))) => address.octets().to_vec(),
        _ => {
            while matches!(key.last(), Some(b'/' | b'.')) {
                key.pop();
            }
            key
        }
    }
}
