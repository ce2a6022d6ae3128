//! The origins at which credentials are put in.

use http::Uri;

use crate::pattern::{self, HostPattern, Pattern};
use crate::policy::Grant;
use crate::target::{Scheme, Target};
use crate::{Egress, InvalidSetting};

/// The origins at which a host puts credentials in place of their stand-ins: see
/// [`Credentials`](super::Credentials). By default there are none.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct InjectionPoints {
    sign_in: Vec<Pattern>,
    api: Vec<Pattern>,
}

impl InjectionPoints {
    /// Adds an origin, `[scheme://]host[:port]`, whose sign-in forms get secrets.
    ///
    /// # Errors
    ///
    /// `InvalidSetting` if it is a pattern for several hosts, or would send the secret in clear
    /// text to another machine.
    pub fn sign_in(mut self, origin: &str) -> Result<Self, InvalidSetting> {
        add(&mut self.sign_in, exact("sign_in", origin)?);
        Ok(self)
    }

    /// Adds an origin, `[scheme://]host[:port]`, whose `authorization` header gets access tokens.
    ///
    /// # Errors
    ///
    /// Like [`InjectionPoints::sign_in`].
    pub fn api(mut self, origin: &str) -> Result<Self, InvalidSetting> {
        add(&mut self.api, exact("api", origin)?);
        Ok(self)
    }

    /// Returns the origins whose sign-in forms get secrets.
    pub fn sign_in_origins(&self) -> Vec<String> {
        self.sign_in.iter().map(ToString::to_string).collect()
    }

    /// Returns the origins whose `authorization` header gets access tokens.
    pub fn api_origins(&self) -> Vec<String> {
        self.api.iter().map(ToString::to_string).collect()
    }

    pub(super) fn signs_in_at(&self, uri: &Uri) -> bool {
        contains(&self.sign_in, uri)
    }

    pub(super) fn has_api_at(&self, uri: &Uri) -> bool {
        contains(&self.api, uri)
    }
}

impl Egress {
    /// Whether the allow-list names this origin itself, rather than by a pattern for many hosts.
    pub fn names(&self, origin: &str) -> bool {
        let Ok(Pattern { scheme, host: HostPattern::Exactly(host), port }) = Pattern::parse(origin)
        else {
            return false;
        };
        self.terms.policy.grant(&Target { scheme, host, port }) == Some(Grant::Exact)
    }
}

/// One origin may be there for several purposes.
fn add(points: &mut Vec<Pattern>, origin: Pattern) {
    if !points.contains(&origin) {
        points.push(origin);
    }
}

fn exact(setting: &'static str, origin: &str) -> Result<Pattern, InvalidSetting> {
    let parsed = Pattern::parse(origin).and_then(|parsed| match &parsed.host {
        HostPattern::Exactly(host) if parsed.scheme == Scheme::Https || host.is_loopback() => {
            Ok(parsed)
        }
        HostPattern::Exactly(_) => Err("credentials go out over https only"),
        HostPattern::Any | HostPattern::Under(_) => Err("credentials go to hosts by name only"),
    });
    parsed.map_err(|problem| InvalidSetting {
        setting,
        value: pattern::shown(origin),
        problem: problem.to_owned(),
    })
}

/// Whether a request goes to one of these origins, spelled in its normal form: a spelling that
/// a server might read in another way gets no credential.
fn contains(points: &[Pattern], uri: &Uri) -> bool {
    let written = uri.authority().map(|authority| authority.host());
    Target::of(uri).is_some_and(|target| {
        written == Some(target.host.to_string().as_str())
            && points.iter().any(|point| point.matches(&target))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_put_in_at_exact_origins_over_https_only() {
        for origin in ["*", "*.example", "http://api.example", "https://api.example/path", ""] {
            assert!(InjectionPoints::default().sign_in(origin).is_err(), "{origin}");
            assert!(InjectionPoints::default().api(origin).is_err(), "{origin}");
        }
        for origin in ["api.example", "http://127.0.0.1:8765", "https://[::1]:8443"] {
            assert!(InjectionPoints::default().api(origin).is_ok(), "{origin}");
        }
    }

    #[test]
    fn another_spelling_port_or_scheme_is_another_origin() {
        let points = InjectionPoints::default().sign_in("https://login.example").unwrap();
        let is_at = |uri: &str| points.signs_in_at(&uri.parse().unwrap());
        for uri in ["https://login.example/token", "https://login.example:443/?x"] {
            assert!(is_at(uri), "{uri}");
            assert!(!points.has_api_at(&uri.parse().unwrap()), "{uri}");
        }
        for uri in [
            "https://LOGIN.example/token",
            "https://login.example./token",
            "https://login.example:8443/token",
            "http://login.example/token",
            "http://login.example:443/token",
            "https://login.example.evil.test/token",
            "https://xlogin.example/token",
            "https://user@login.example/token",
            "/token",
        ] {
            assert!(!is_at(uri), "{uri}");
        }
    }

    #[test]
    fn a_pattern_of_the_allow_list_names_no_origin() {
        let egress = Egress::builder()
            .allow("http://*.example")
            .allow("http://own.example:8080")
            .build()
            .unwrap();
        assert!(egress.names("http://own.example:8080") && egress.covers("http://a.example"));
        for origin in ["http://a.example", "http://own.example", "http://*.example", ""] {
            assert!(!egress.names(origin), "{origin}");
        }
    }
}
