//! Makes stand-ins: of the credential's own form and length, and worth nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::crypto::{GetRandomFailed, ring};
use zeroize::Zeroizing;

/// Letters and digits that are replaced one by one, so that a component still notices a blank or a
/// line break. With fewer of them, everything is replaced.
const ENOUGH: usize = 16;

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Makes a stand-in of the same length. That of a JWT (RFC 7519) keeps the header and the claims,
/// which a component may read, under a random signature.
pub(super) fn make(credential: &str) -> Result<Zeroizing<String>, GetRandomFailed> {
    let (kept, secret) = credential.split_at(signature_begins(credential).unwrap_or(0));
    let mut random = Zeroizing::new(vec![0; secret.len()]);
    ring::default_provider().secure_random.fill(&mut random)?;
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric();
    let keeps_others = secret.chars().filter(is_plain).count() >= ENOUGH;
    let replace = |(letter, byte): (char, &u8)| {
        let random = char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]);
        if keeps_others && !is_plain(&letter) { letter } else { random }
    };
    let mut stand_in = Zeroizing::new(String::with_capacity(credential.len()));
    stand_in.push_str(kept);
    stand_in.extend(secret.chars().zip(random.iter()).map(replace));
    Ok(stand_in)
}

/// Where the signature of a JWT begins; `None` if this is no JWT.
pub(super) fn signature_begins(credential: &str) -> Option<usize> {
    let [header, claims, signature] = credential.split('.').collect::<Vec<_>>()[..] else {
        return None;
    };
    let is_object = |part: &str| {
        let decoded = URL_SAFE_NO_PAD.decode(part.trim_end_matches('='));
        decoded.is_ok_and(|json| json.starts_with(b"{"))
    };
    let is_signed = is_object(header) && is_object(claims) && !signature.is_empty();
    is_signed.then_some(header.len() + claims.len() + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_has_the_form_of_its_credential_and_nothing_of_its_secret() {
        let secret = "x8Q~abcdefghijklmnopqrstuvwxyz01 23456789\n";
        let (first, second) = (make(secret).unwrap(), make(secret).unwrap());
        assert_eq!(first.len(), secret.len());
        assert_eq!((&first[3..4], &first[32..33], &first[41..]), ("~", " ", "\n"));
        assert!(*first != *second && !first.contains("x8Q") && !first.contains("abc"));
    }

    #[test]
    fn a_secret_of_few_letters_is_replaced_as_a_whole() {
        let stand_in = make("~~~~!!!!----a1 \u{e9}").unwrap();
        assert!(stand_in.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{}", *stand_in);
    }

    #[test]
    fn a_jwt_keeps_its_claims_and_loses_its_signature() {
        let claims = URL_SAFE_NO_PAD.encode(r#"{"roles":["Machine.Isolate"]}"#);
        let token = format!("e30.{claims}.{}", "s".repeat(342));
        let stand_in = make(&token).unwrap();
        assert!(stand_in.starts_with(&format!("e30.{claims}.")) && !stand_in.contains("ssss"));
        assert_eq!(stand_in.len(), token.len());
    }

    #[test]
    fn what_only_looks_like_a_jwt_is_replaced_as_a_whole() {
        for text in ["hunter2.hunter2.hunter2", "e30.e30.", "e30.hunter2x.s", "e30.e30.s.s"] {
            let stand_in = make(text).unwrap();
            assert!(!stand_in.starts_with("e30.") && !stand_in.contains("hunter2"), "{text}");
        }
    }
}
