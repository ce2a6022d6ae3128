//! Domain names in ASCII: what `url` needs of the crate `idna`, without the tables, the sorting and
//! the Punycode of UTS 46.
//!
//! Every host that the connector calls has an ASCII name, and the real crate costs the component 22
//! KB even without its Unicode tables. A name in another script is refused; its ASCII form
//! (`xn--…`, RFC 5890 §2.3.2.1) is taken as it is.

use std::borrow::Cow;
use std::fmt;

/// Which ASCII characters a domain name may not have.
#[derive(Clone, Copy, Debug)]
pub struct AsciiDenyList(());

impl AsciiDenyList {
    /// The forbidden domain code points of the URL standard
    /// (<https://url.spec.whatwg.org/#forbidden-domain-code-point>).
    pub const URL: Self = Self(());

    fn denies(self, byte: u8) -> bool {
        byte <= b' ' || byte == 0x7f || b"#%/:<>?@[\\]^`{|}".contains(&byte)
    }
}

/// A domain name that is not ASCII, or has a character that none may have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Errors(());

impl fmt::Display for Errors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a domain name in ASCII")
    }
}

impl std::error::Error for Errors {}

/// A domain name in lower case.
///
/// # Errors
///
/// It is not ASCII, or has a character of the deny list.
pub fn domain_to_ascii_from_cow(
    domain: Cow<'_, [u8]>,
    denied: AsciiDenyList,
) -> Result<Cow<'_, str>, Errors> {
    if domain.iter().any(|byte| !byte.is_ascii() || denied.denies(*byte)) {
        return Err(Errors(()));
    }
    let mut domain = domain.into_owned();
    domain.make_ascii_lowercase();
    String::from_utf8(domain).map(Cow::Owned).map_err(|_| Errors(()))
}

/// A domain name as people read it: the same.
pub fn domain_to_unicode(domain: &str) -> (String, Result<(), Errors>) {
    (domain.to_owned(), Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ascii_and_in_lower_case() {
        let ascii = |name: &'static str| {
            domain_to_ascii_from_cow(Cow::Borrowed(name.as_bytes()), AsciiDenyList::URL)
        };
        assert_eq!(
            ascii("API.Security.microsoft.com").as_deref(),
            Ok("api.security.microsoft.com")
        );
        assert_eq!(ascii("XN--BCHER-KVA.example").as_deref(), Ok("xn--bcher-kva.example"));
        for name in [
            "bücher.example",
            "a b",
            "a%2e",
            "a/b",
            "a@b",
            "a\0",
            "a\u{7f}",
            "a<b",
            "аpi.security.microsoft.com",
        ] {
            assert_eq!(ascii(name), Err(Errors(())), "{name}");
        }
    }
}
