//! Signed links to results, in the shape of an Azure shared access signature.

use time::{Duration, OffsetDateTime};
use url::form_urlencoded;

use crate::clock::link_timestamp;
use crate::state::ServiceState;

/// The target of a link, and its lifetime.
pub(crate) struct Target<'a> {
    /// The production name of the storage.
    pub(crate) host: &'a str,
    /// The path there.
    pub(crate) path: String,
    /// The link's lifetime.
    pub(crate) seconds: u64,
}

/// A link that is valid for a limited time, without other credentials.
pub(crate) fn signed(
    state: &ServiceState,
    api_host: &str,
    target: &Target<'_>,
    now: OffsetDateTime,
) -> String {
    let path = &target.path;
    let lifetime = i64::try_from(target.seconds).unwrap_or(i64::MAX);
    let expiry = link_timestamp(now.saturating_add(Duration::seconds(lifetime)));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("sv", "2024-11-04");
    query.append_pair("se", &expiry);
    query.append_pair("sr", "b");
    query.append_pair("sp", "r");
    query.append_pair("sig", &state.tokens.seal(&format!("{path}\n{expiry}")));
    format!("{}{path}?{}", state.origins.storage(target.host, api_host), query.finish())
}

/// Why a link is invalid.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BadLink {
    Signature,
    Expired,
}

/// Checks a link's signature and expiry. Expiry times have a fixed format, so comparing their text
/// compares the times.
pub(crate) fn check(
    state: &ServiceState,
    path: &str,
    query: &str,
    now: OffsetDateTime,
) -> Result<(), BadLink> {
    let part = |name: &str| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    let expiry = part("se");
    if part("sig") != state.tokens.seal(&format!("{path}\n{expiry}")) {
        return Err(BadLink::Signature);
    }
    if expiry <= link_timestamp(now) { Err(BadLink::Expired) } else { Ok(()) }
}
