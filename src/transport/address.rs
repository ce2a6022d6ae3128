//! The URL of a request.

use std::fmt;
use std::net::Ipv6Addr;

use http::Uri;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::text::{is_decimal, join};

/// What the service may leave unencoded in a link and a request may not.
const UNENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');

/// The absolute URL of a request: http or https, without user info and fragment.
///
/// What is appended cannot change the server, because the host program receives server and path
/// separately.
#[derive(Clone, Debug)]
pub struct Address {
    text: String,
    /// Positions in the text: start and end of the host, and end of the port, where the path
    /// starts.
    host: usize,
    host_end: usize,
    path: usize,
    port: u16,
}

impl Address {
    /// Parses a URL as the host program will parse it, and normalises scheme, host and port. Drops
    /// the fragment.
    ///
    /// # Errors
    ///
    /// A phrase that follows the name of what contains it. It never repeats user info.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const INVALID: &str =
            "is not a valid URL: it needs https, a host in ASCII and a port up to 65535";
        let encoded = utf8_percent_encode(text, UNENCODED).to_string();
        let uri: Uri = encoded.parse().map_err(|_| INVALID)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(INVALID);
        };
        if authority.as_str().contains('@') {
            return Err("has user info; must be without");
        }
        let host = authority.host().to_ascii_lowercase();
        if !is_host(&host) {
            return Err(INVALID);
        }
        let port = &authority.as_str()[host.len()..];
        let default_port = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return Err(INVALID),
        };
        let number = match port.strip_prefix(':') {
            None if port.is_empty() => default_port,
            Some("") => default_port,
            Some(digits) if is_decimal(digits) => {
                digits.parse::<u16>().ok().filter(|number| *number > 0).ok_or(INVALID)?
            }
            _ => return Err(INVALID),
        };
        let port = if number == default_port { String::new() } else { format!(":{number}") };
        let (mark, query) = uri.query().map_or(("", ""), |query| ("?", query));
        let text = join(&[scheme, "://", &host, &port, uri.path(), mark, query], "");
        let host_begins = scheme.len() + 3;
        let host_end = host_begins + host.len();
        Ok(Self { text, host: host_begins, host_end, path: host_end + port.len(), port: number })
    }

    /// Replaces path and query, which start with a slash and are already encoded.
    pub fn with_path(&self, path_and_query: &str) -> Self {
        Self { text: join(&[&self.text[..self.path], path_and_query], ""), ..*self }
    }

    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is https rather than http.
    pub fn is_https(&self) -> bool {
        self.text.starts_with("https:")
    }

    /// `scheme://host[:port]`, with a port that is not the scheme's own.
    pub fn origin(&self) -> &str {
        &self.text[..self.path]
    }

    /// Host name or address.
    pub fn host(&self) -> &str {
        &self.text[self.host..self.host_end]
    }

    /// Port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Host, and port unless it is the scheme's default.
    pub fn authority(&self) -> &str {
        &self.text[self.host..self.path]
    }

    /// Path and query.
    pub fn path_and_query(&self) -> &str {
        &self.text[self.path..]
    }

    /// Path.
    pub fn path(&self) -> &str {
        self.path_and_query().split('?').next().unwrap_or_default()
    }
}

/// Whether a text is a host's name or address. It becomes an entry of the host program's
/// allow-list, where `*` would mean every host.
fn is_host(host: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => {
            let name = host.strip_suffix('.').unwrap_or(host);
            name.split('.').all(|label| !label.is_empty() && label.bytes().all(is_letter))
        }
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
        let address = Address::parse("HTTPS://A.example:8443/x/y?z=1#fragment").unwrap();
        assert_eq!(address.as_str(), "https://a.example:8443/x/y?z=1");
        assert_eq!(address.origin(), "https://a.example:8443");
        assert_eq!((address.host(), address.authority()), ("a.example", "a.example:8443"));
        assert_eq!((address.path(), address.path_and_query()), ("/x/y", "/x/y?z=1"));
        assert_eq!((address.is_https(), address.port()), (true, 8443));
        let address = Address::parse("http://[::1]:80").unwrap();
        assert_eq!(
            (address.host(), address.authority(), address.path_and_query()),
            ("[::1]", "[::1]", "/")
        );
        assert_eq!((address.is_https(), address.port()), (false, 80));
    }

    #[test]
    fn an_address_is_normalised() {
        for (text, normal) in [
            ("https://A.Example:443", "https://a.example/"),
            ("https://a.example:?x=1", "https://a.example/?x=1"),
            ("https://a.example:0443/", "https://a.example/"),
            ("https://a.example/é ü?q=ä<\"", "https://a.example/%C3%A9%20%C3%BC?q=%C3%A4%3C%22"),
            ("https://a.example/%2F/../x?sig=a%2Bb%3D", "https://a.example/%2F/../x?sig=a%2Bb%3D"),
            ("https://a.example/[1]?x=[2]|{3}", "https://a.example/[1]?x=[2]|{3}"),
        ] {
            assert_eq!(Address::parse(text).unwrap().as_str(), normal, "{text}");
        }
    }

    #[test]
    fn invalid_urls_are_rejected() {
        for text in [
            "",
            "/x",
            "a.example",
            "a.example:443",
            "https:",
            "https:a.example",
            "https:///x",
            "https://:443/",
            "https://a.example:65536",
            "https://a.example:x",
            "https://a.example:1:2",
            "https://a b/",
            "https://a\tb/",
            "https://a.example\\x",
            "https://a%2eexample",
            "https://bücher.example",
            "https://аpi.security.microsoft.com",
            "https://user:word@a.example",
            "https://a@a",
            "https://*",
            "https://*.example",
            "https://.",
            "https://a..example",
            "https://[]",
            "https://a[b]c",
            "https://[zz]",
            "https://[::1]18443",
            "https://[::1]x443",
            "https://a.example:+443",
            "https://a.example:0",
            "https://a:1@a",
            "https://@a",
            "ftp://a.example",
            "javascript:x",
            " https://a.example",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn no_path_leads_to_another_server() {
        let server = Address::parse("https://a.example").unwrap();
        for path in [".evil.example/", "@evil.example/", ":1/", "//evil.example/"] {
            let address = server.with_path(path);
            assert_eq!((address.authority(), address.path_and_query()), ("a.example", path));
        }
    }
}
