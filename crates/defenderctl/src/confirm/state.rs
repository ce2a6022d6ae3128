//! What a responder should notice of a machine before acting on it.

use host_harness::{Action, Effect};
use serde_json::Value;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::known_actions::{self, Isolation};

/// A machine that has been silent for longer may never get the request.
const SILENT: Duration = Duration::days(60);

/// The warnings about a machine that an action is about to touch: `record` is its own, `isolation`
/// what is known of its isolation.
pub(super) fn warnings(
    action: &str,
    record: &Value,
    isolation: &Value,
    now: OffsetDateTime,
) -> Vec<String> {
    let mut warnings = Vec::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let noticed = known_actions::row(action).map_or(Isolation::Is, |row| row.isolation);
    if noticed == Isolation::IsNot && isolation["isolated"] == "no" {
        warnings.push("is not isolated: there is nothing to release".into());
    }
    if noticed == Isolation::Is && isolation["isolated"] == "yes" {
        let by = text(&isolation["job"]["requestor"]);
        let by = if by.is_empty() { by } else { format!(" by {by}") };
        warnings.push(format!("is isolated already, since {}{by}", text(&isolation["since"])));
    }
    if isolation["pending"].as_array().is_some_and(|pending| !pending.is_empty()) {
        warnings.push("an isolation or a release of it has not ended yet".into());
    }
    let seen = OffsetDateTime::parse(record["lastSeen"].as_str().unwrap_or_default(), &Rfc3339);
    if let Some(silent) = seen.ok().map(|seen| now - seen).filter(|silent| *silent > SILENT) {
        let days = silent.whole_days();
        warnings.push(format!("has been silent for {days} days and may not get the request"));
    }
    let has = |name: &str, word: &str| text(&record[name]).to_ascii_lowercase().contains(word);
    if has("osPlatform", "server") {
        warnings.push(format!("is a server ({})", text(&record["osPlatform"])));
    }
    if record["deviceValue"] == "High" {
        warnings.push("has a high value".into());
    }
    warnings
}

/// Whether an action touches machines, so that their isolation matters.
pub(super) fn matters(action: &Action) -> bool {
    action.effect == Effect::Disrupt
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_stands_out_is_a_warning_and_what_is_unknown_is_none() {
        let now = OffsetDateTime::from_unix_timestamp(1_800_000_000).expect("a time");
        let record = json!({
            "lastSeen": "2026-01-01T00:00:00Z", "osPlatform": "WindowsServer2022",
            "deviceValue": "High"
        });
        let isolation = json!({
            "isolated": "yes", "since": "2026-12-01T00:00:00Z", "job": { "requestor": "jdoe" },
            "pending": [{}]
        });
        assert_eq!(
            warnings("isolateHost", &record, &isolation, now),
            [
                "is isolated already, since 2026-12-01T00:00:00Z by jdoe",
                "an isolation or a release of it has not ended yet",
                "has been silent for 379 days and may not get the request",
                "is a server (WindowsServer2022)",
                "has a high value",
            ]
        );
        let plain = json!({ "lastSeen": "2027-01-01T00:00:00Z", "osPlatform": "Windows11" });
        for isolation in [Value::Null, json!({ "isolated": "unknown", "pending": [] })] {
            assert!(warnings("isolateHost", &plain, &isolation, now).is_empty());
        }
        let free = json!({ "isolated": "no" });
        let released = |isolation| warnings("releaseHost", &Value::Null, isolation, now);
        assert_eq!(released(&free), ["is not isolated: there is nothing to release"]);
        assert!(released(&json!({ "isolated": "yes", "since": "x" })).is_empty());
        assert!(warnings("isolateHost", &free, &free, now).is_empty());
        assert!(warnings("isolateHost", &Value::Null, &Value::Null, now).is_empty());
    }
}
