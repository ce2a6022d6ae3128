//! The proxy between here and most hosts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use percent_encoding::percent_decode_str;
use url::Url;

use super::pattern::HostPattern;
use super::target::{Host, Scheme, Target};
use crate::HostError;

/// A proxy and whom it is for.
///
/// Everything goes through it by `CONNECT`, plain http too: what is asked and answered stays between the two ends. This machine
/// is always reached directly.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    pub(crate) target: Target,
    pub(crate) authorization: Option<HeaderValue>,
    pub(crate) bypass: Vec<HostPattern>,
    pub(crate) only: Option<Vec<HostPattern>>,
}

impl Proxy {
    /// Reads `http[s]://[user[:password]@]host[:port]`.
    pub(crate) fn parse(text: &str) -> Result<Self, HostError> {
        // The value may hold a password: only what is known to be none is shown.
        let invalid = |shown: &str| HostError::InvalidSetting {
            setting: "proxy",
            value: shown.to_owned(),
            problem: "a proxy is http[s]://[user[:password]@]host[:port]".to_owned(),
        };
        let url = Url::parse(text).map_err(|_| invalid("(not a URL)"))?;
        let scheme = Scheme::parse(url.scheme()).ok_or_else(|| invalid("(another scheme)"))?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("(a URL with a path, query or fragment)"));
        }
        let host = url.host_str().and_then(Host::parse).ok_or_else(|| invalid("(a URL without a usable host)"))?;
        let port = url.port().unwrap_or(scheme.default_port());
        let authorization = basic(url.username(), url.password().unwrap_or_default());
        Ok(Self { target: Target { scheme, host, port }, authorization, bypass: Vec::new(), only: None })
    }

    /// Whether requests to a host go through it.
    pub(crate) fn is_for(&self, host: &Host) -> bool {
        let any = |patterns: &[HostPattern]| patterns.iter().any(|pattern| pattern.matches(host));
        let wanted = self.only.as_deref().is_none_or(any);
        wanted && !any(&self.bypass) && !host.is_loopback()
    }
}

fn basic(user: &str, password: &str) -> Option<HeaderValue> {
    if user.is_empty() && password.is_empty() {
        return None;
    }
    let decoded = |text: &str| percent_decode_str(text).collect::<Vec<u8>>();
    let credentials = [decoded(user), decoded(password)].join(&b':');
    let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(credentials))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Host {
        Host::parse(text).unwrap()
    }

    #[test]
    fn a_proxy_is_read_with_its_credentials() {
        let proxy = Proxy::parse("http://user:p%40ss@proxy.example:3128").unwrap();
        assert_eq!(proxy.target.to_string(), "http://proxy.example:3128");
        assert_eq!(proxy.authorization.unwrap(), "Basic dXNlcjpwQHNz");
        assert!(Proxy::parse("https://proxy.example").unwrap().authorization.is_none());
    }

    #[test]
    fn an_error_shows_no_password() {
        for text in ["ftp://user:hunter2@proxy.example", "http://user:hunter2@proxy.example/path", "hunter2"] {
            let error = Proxy::parse(text).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }

    #[test]
    fn only_and_bypass_say_whom_it_is_for() {
        let mut proxy = Proxy::parse("http://proxy.example:3128").unwrap();
        assert!(proxy.is_for(&host("api.example")));
        assert!(!proxy.is_for(&host("localhost")));
        assert!(!proxy.is_for(&host("127.0.0.1")));
        proxy.bypass = vec![HostPattern::parse("*.inside.example").unwrap()];
        assert!(!proxy.is_for(&host("api.inside.example")));
        proxy.only = Some(vec![HostPattern::parse("api.example").unwrap()]);
        assert!(proxy.is_for(&host("api.example")));
        assert!(!proxy.is_for(&host("other.example")));
    }
}
