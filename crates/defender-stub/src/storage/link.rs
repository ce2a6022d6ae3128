//! Signed links to results, in the shape of an Azure shared access signature.

use time::{Duration, OffsetDateTime};
use url::form_urlencoded;

use crate::clock::link_timestamp;
use crate::state::ServiceState;

/// What a link is to lead to, and for how long.
pub(crate) struct Target<'a> {
    /// The production name of the storage.
    pub(crate) host: &'a str,
    /// The path there.
    pub(crate) path: String,
    /// How long the link is good.
    pub(crate) seconds: u64,
}

/// A link that is good for a while, without any other credential.
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

/// Why a link is not good.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BadLink {
    Signature,
    Expired,
}

/// Checks a link's signature and expiry. Both expiries have the same fixed form, so that their text
/// compares as time.
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
