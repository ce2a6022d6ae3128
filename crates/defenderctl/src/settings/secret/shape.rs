//! The shape of a secret, by which it is recognised where none belongs.

/// No word or identifier is that long; tokens and signatures are.
const LONG: usize = 64;

/// Identifiers of that length (GUIDs, digests) are of one case; what mixes cases and digits is
/// likely random.
const RANDOM: usize = 20;

/// Whether it looks like a token, or a part of one.
pub(super) fn is_secret(part: &str) -> bool {
    let has = |class: fn(&u8) -> bool| part.bytes().any(|byte| class(&byte));
    let mixed =
        has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
    part.starts_with("eyJ") || part.len() >= LONG || (part.len() >= RANDOM && mixed)
}
