//! Random identifiers: UUIDs version 4 (RFC 9562 §5.4).

use crate::hex::hex;

/// Creates a new UUID.
pub(crate) fn uuid() -> [u8; 16] {
    let mut bytes = [0; 16];
    for (n, byte) in platform::random().into_iter().flat_map(u64::to_be_bytes).enumerate() {
        bytes[n] = match n {
            6 => byte & 0x0f | 0x40,
            8 => byte & 0x3f | 0x80,
            _ => byte,
        };
    }
    bytes
}

/// Formats a UUID: 32 hexadecimal digits in five groups.
pub(crate) fn uuid_text(uuid: &[u8; 16]) -> String {
    let mut text = hex(uuid);
    [20, 16, 12, 8].into_iter().for_each(|at| text.insert(at, '-'));
    text
}

/// Parses 32 hexadecimal digits as a UUID.
pub(crate) fn uuid_from_digits(digits: &str) -> Option<[u8; 16]> {
    let half = |digits: &str| u64::from_str_radix(digits, 16).ok().map(u64::to_be_bytes);
    let (first, last) = (half(digits.get(..16)?)?, half(digits.get(16..)?)?);
    let mut uuid = [0; 16];
    uuid[..8].copy_from_slice(&first);
    uuid[8..].copy_from_slice(&last);
    Some(uuid)
}

#[cfg(target_family = "wasm")]
mod platform {
    use waki::bindings::wasi::random::random::get_random_u64;

    pub(super) fn random() -> [u64; 2] {
        [get_random_u64(), get_random_u64()]
    }
}

/// Only tests use this version; the standard library's hash seeds are random enough for them.
#[cfg(not(target_family = "wasm"))]
mod platform {
    use std::hash::{BuildHasher, Hasher, RandomState};

    pub(super) fn random() -> [u64; 2] {
        [(); 2].map(|()| RandomState::new().build_hasher().finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_its_version_and_variant_and_is_another_each_time() {
        let (one, other) = (uuid_text(&uuid()), uuid_text(&uuid()));
        assert_ne!(one, other);
        for (at, c) in one.char_indices() {
            match at {
                8 | 13 | 18 | 23 => assert_eq!(c, '-', "{one}"),
                14 => assert_eq!(c, '4', "{one}"),
                19 => assert!("89ab".contains(c), "{one}"),
                _ => assert!(c.is_ascii_digit() || ('a'..='f').contains(&c), "{one}"),
            }
        }
        assert_eq!(one.len(), 36);
    }
}
