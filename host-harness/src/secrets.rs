//! Secrets that expire, and the source of new ones.

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::Cause;

/// Secrets are replaced this long before they expire, so that a call that begins can also finish;
/// at most a quarter of their remaining lifetime.
const MARGIN: Duration = Duration::from_secs(60);

/// Secrets for [`Connector::configure`](crate::Connector::configure) as JSON, with their expiry.
/// Wiped from memory when dropped.
#[derive(Clone)]
pub struct Secrets {
    json: Zeroizing<String>,
    expires: Option<Duration>,
}

impl Secrets {
    /// Wraps secrets. Their expiry is the earliest one of the members that are JWTs (RFC 7519) with
    /// an expiry time, as assertions and most access tokens are; without any, they never expire.
    pub fn new(json: impl Into<String>) -> Self {
        let json = Zeroizing::new(json.into());
        Self { expires: expiry(&json), json }
    }

    /// Sets the expiry explicitly, overriding any JWT.
    pub fn expires_at(mut self, time: SystemTime) -> Self {
        self.expires = Some(time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default());
        self
    }

    pub(crate) fn json(&self) -> &str {
        &self.json
    }

    /// When to fetch new secrets, by the same clock as `now`.
    pub(crate) fn due(&self, now: Duration) -> Option<Duration> {
        let left = self.expires?.saturating_sub(now);
        Some(now + left - MARGIN.min(left / 4))
    }
}

impl From<String> for Secrets {
    fn from(json: String) -> Self {
        Self::new(json)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Secrets").field("expires", &self.expires).finish_non_exhaustive()
    }
}

/// The earliest expiry of the JWTs among the members, as time since 1970.
fn expiry(json: &str) -> Option<Duration> {
    let members: HashMap<String, &RawValue> = serde_json::from_str(json).ok()?;
    members.values().filter_map(|member| jwt_expiry(serde_json::from_str(member.get()).ok()?)).min()
}

fn jwt_expiry(token: &str) -> Option<Duration> {
    #[derive(Deserialize)]
    struct Claims {
        exp: f64,
    }
    let [_, claims, _] = token.split('.').collect::<Vec<_>>()[..] else { return None };
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let Claims { exp } = serde_json::from_slice(&claims).ok()?;
    Duration::try_from_secs_f64(exp).ok()
}

/// A source of secrets.
pub(crate) struct Source(Box<dyn Fn() -> Asked + Send + Sync>);

type Asked = Pin<Box<dyn Future<Output = Result<Secrets, Cause>> + Send>>;

impl Source {
    pub(crate) fn new<F, A, S, E>(ask: F) -> Self
    where
        F: Fn() -> A + Send + Sync + 'static,
        A: Future<Output = Result<S, E>> + Send + 'static,
        S: Into<Secrets>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self(Box::new(move || {
            let asked = ask();
            Box::pin(async move { asked.await.map(Into::into).map_err(Cause::from) })
        }))
    }

    /// # Errors
    ///
    /// The source's own, or a timeout.
    pub(crate) async fn ask(&self, limit: Duration) -> Result<Secrets, Cause> {
        tokio::time::timeout(limit, (self.0)()).await.map_err(Cause::from)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(claims: &str) -> String {
        format!("e30.{}.e30", URL_SAFE_NO_PAD.encode(claims))
    }

    fn expires(json: &str) -> Option<u64> {
        Secrets::new(json).expires.map(|time| time.as_secs())
    }

    #[test]
    fn secrets_run_out_with_the_first_jwt_in_them() {
        let (soon, late) = (jwt(r#"{"exp":100}"#), jwt(r#"{"exp":200.5,"aud":["x"]}"#));
        assert_eq!(expires(&format!(r#"{{"a":"{late}","b":"{soon}","c":1,"d":"x"}}"#)), Some(100));
        assert_eq!(expires(&format!(r#"{{"a":"{late}"}}"#)), Some(200));
    }

    #[test]
    fn secrets_without_a_time_never_run_out() {
        let odd = [
            jwt("{}"),
            jwt(r#"{"exp":"100"}"#),
            jwt(r#"{"exp":-1}"#),
            jwt("x"),
            "a.b.c".into(),
            "secret".into(),
        ];
        for secret in odd {
            assert_eq!(expires(&format!(r#"{{"clientSecret":"{secret}"}}"#)), None, "{secret}");
        }
        assert_eq!((expires("not JSON"), expires("[]")), (None, None));
        assert_eq!(Secrets::new("{}").due(Duration::ZERO), None);
    }

    #[test]
    fn others_are_asked_for_a_minute_before_the_end_or_in_the_last_quarter() {
        let due = |now, end| {
            let end = SystemTime::UNIX_EPOCH + Duration::from_secs(end);
            Secrets::new("{}").expires_at(end).due(Duration::from_secs(now)).unwrap().as_secs()
        };
        assert_eq!((due(1000, 4600), due(1000, 1040), due(1000, 900)), (4540, 1030, 1000));
    }

    #[test]
    fn debug_shows_no_secret() {
        assert!(!format!("{:?}", Secrets::new(r#"{"a":"marked"}"#)).contains("marked"));
    }
}
