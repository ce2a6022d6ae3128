//! The URL of a request.

use std::fmt;

use url::{Position, Url};

use crate::text::join;

/// The absolute URL of a request: http or https, without user info and fragment.
///
/// Its server comes from a parsed and checked URL. What is appended cannot change the server,
/// because the host program receives server and path separately.
#[derive(Clone, Debug)]
pub struct Address {
    text: String,
    /// Positions in the text: start and end of the host, and end of the port, where the path
    /// starts.
    host: usize,
    host_end: usize,
    path: usize,
}

impl Address {
    /// Takes over a URL without its fragment.
    pub fn of(url: &Url) -> Self {
        Self::below(url, &url[Position::BeforePath..Position::AfterQuery])
    }

    /// Combines the server of a URL with a path (and query), which starts with a slash and is
    /// already encoded.
    pub fn below(server: &Url, path_and_query: &str) -> Self {
        let scheme = &server[..Position::AfterScheme];
        let host = &server[Position::BeforeHost..Position::AfterHost];
        let port = &server[Position::AfterHost..Position::AfterPort];
        let text = join(&[scheme, "://", host, port, path_and_query], "");
        let host_begins = scheme.len() + 3;
        let host_end = host_begins + host.len();
        Self { text, host: host_begins, host_end, path: host_end + port.len() }
    }

    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is https rather than http.
    pub fn is_https(&self) -> bool {
        self.text.starts_with("https:")
    }

    /// Host name or address.
    pub fn host(&self) -> &str {
        &self.text[self.host..self.host_end]
    }

    /// Host, and port unless it is the scheme's default.
    pub fn authority(&self) -> &str {
        &self.text[self.host..self.path]
    }

    /// Path and query.
    pub fn path_and_query(&self) -> &str {
        &self.text[self.path..]
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_the_parts_of_its_url() {
        let url = Url::parse("https://user:word@A.example:8443/x/y?z=1#fragment").unwrap();
        let address = Address::of(&url);
        assert_eq!(address.as_str(), "https://a.example:8443/x/y?z=1");
        assert_eq!((address.host(), address.authority()), ("a.example", "a.example:8443"));
        assert_eq!(address.path_and_query(), "/x/y?z=1");
        assert!(address.is_https());
        let address = Address::of(&Url::parse("http://[::1]:80").unwrap());
        assert_eq!(
            (address.host(), address.authority(), address.path_and_query()),
            ("[::1]", "[::1]", "/")
        );
        assert!(!address.is_https());
    }

    #[test]
    fn no_path_leads_to_another_server() {
        let server = Url::parse("https://a.example").unwrap();
        for path in [".evil.example/", "@evil.example/", ":1/", "//evil.example/"] {
            let address = Address::below(&server, path);
            assert_eq!((address.authority(), address.path_and_query()), ("a.example", path));
        }
    }
}
