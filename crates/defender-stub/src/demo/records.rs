//! The demo scenario's records, from the JSON files in this folder. Times are written as `now-20h`
//! or `now+90d`, relative to the start of the service, so that they never become outdated.

use serde::de::DeserializeOwned;
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use crate::clock::api_timestamp;
use crate::records::Records;

/// An open alert on [`WINDOWS`](super::WINDOWS).
pub const ALERT: &str = "da638990001234567890_-1122334455";
/// The incident of [`ALERT`].
pub const INCIDENT: &str = "51207";
/// An incident that was merged into another one.
pub const MERGED_INCIDENT: &str = "51211";
/// An indicator that the application submitted itself.
pub const INDICATOR: &str = "20417";
/// An investigation, started by [`ALERT`].
pub const INVESTIGATION: &str = "71233";
/// A user who logged on to [`WINDOWS`](super::WINDOWS).
pub const USER: &str = "jdoe";
/// A file of [`ALERT`].
pub const FILE_SHA1: &str = "5d5baf7b8e4f0c1a2b3c4d5e6f708192a3b4c5d6";
/// The same file.
pub const FILE_SHA256: &str = "e3f1a2b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70";
/// An address of [`ALERT`].
pub const IP: &str = "203.0.113.77";
/// A domain of [`ALERT`].
pub const DOMAIN: &str = "downloads.example.test";
/// A product on [`WINDOWS`](super::WINDOWS).
pub const SOFTWARE: &str = "contoso-_-reader";
/// A vulnerability of [`SOFTWARE`].
pub const CVE: &str = "CVE-2026-20001";

/// The records.
pub(crate) fn records() -> Records {
    let alerts: Records = read(include_str!("alerts.json"));
    let seen: Records = read(include_str!("observables.json"));
    Records {
        users: seen.users,
        files: seen.files,
        ips: seen.ips,
        domains: seen.domains,
        inventory: read(include_str!("inventory.json")),
        ..alerts
    }
}

/// Parses a file's content. A test checks that every file can be parsed.
fn read<T: DeserializeOwned + Default>(text: &str) -> T {
    let mut value: Value = serde_json::from_str(text).unwrap_or_default();
    date(&mut value, OffsetDateTime::now_utc());
    serde_json::from_value(value).unwrap_or_default()
}

/// Replaces every `now-20h` with a time.
fn date(value: &mut Value, now: OffsetDateTime) {
    match value {
        Value::String(text) => {
            if let Some(at) = text.strip_prefix("now").and_then(offset) {
                *text = api_timestamp(now + at);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| date(item, now)),
        Value::Object(members) => members.values_mut().for_each(|member| date(member, now)),
        _ => {}
    }
}

/// The duration in `-20h` or `+90d`.
fn offset(text: &str) -> Option<Duration> {
    let count = text.get(..text.len().checked_sub(1)?)?.parse().ok()?;
    if text.ends_with('h') {
        Some(Duration::hours(count))
    } else {
        text.ends_with('d').then(|| Duration::days(count))
    }
}
