//! Where a request goes.

use std::fmt;

use url::{Position, Url};

use crate::text::join;

/// The absolute URL of a request, http or https, without user info and fragment.
///
/// Its server is that of a URL that was read and checked; what is put behind it cannot lead
/// elsewhere, for a host program is given server and path each by itself.
#[derive(Clone, Debug)]
pub struct Address {
    text: String,
    /// Where in the text the host begins and ends, and where the port ends, after which the path
    /// begins.
    host: usize,
    host_end: usize,
    path: usize,
}

impl Address {
    /// The whole of a URL but its fragment.
    pub fn of(url: &Url) -> Self {
        Self::below(url, &url[Position::BeforePath..Position::AfterQuery])
    }

    /// A path (and query) on the server of a URL. It starts with a slash and is encoded already.
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

    /// Whether it is https, not http.
    pub fn is_https(&self) -> bool {
        self.text.starts_with("https:")
    }

    /// Host name or address.
    pub fn host(&self) -> &str {
        &self.text[self.host..self.host_end]
    }

    /// Host and port, this one if it is not the scheme's own.
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
