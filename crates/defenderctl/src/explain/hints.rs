//! What to do next about an error.

use host_harness::{ErrorKind, PluginError, Refusal, RefusalReason, Retry};
use time::{Duration, OffsetDateTime};

use crate::style::clean_short;

/// What to do next, if the error says it.
pub(crate) fn hints(error: &PluginError, now: OffsetDateTime) -> Vec<String> {
    let mut hints = Vec::new();
    if let Retry::After(wait) = error.retry {
        hints.push(match Duration::try_from(wait).ok().filter(|wait| wait.whole_seconds() > 0) {
            Some(wait) => format!("try again in {}", span(wait, now)),
            None => "try again".to_owned(),
        });
    }
    match error.kind {
        ErrorKind::Forbidden => {
            hints.push("`defenderctl config test` shows what is permitted".into())
        }
        // Not the allow-list refused it, but another setting of the network.
        ErrorKind::Denied if error.refused.is_empty() => {
            hints.push("`defenderctl doctor` says which setting".into());
        }
        ErrorKind::Unreachable => {
            hints.push("`defenderctl doctor` looks for what is in between".into());
        }
        _ => {}
    }
    // What the connector makes of a refusal comes first; a request that is sent again is one.
    hints.extend(error.refused.iter().filter_map(refused));
    hints
}

/// What the host refused, and which setting says so.
fn refused(refusal: &Refusal) -> Option<String> {
    let Refusal { method, origin, path, reason, .. } = refusal;
    let why = match reason {
        RefusalReason::ReadsOnly => format!(
            "this call may only read. If this request only reads, add its path to `host.readPosts`: \"{path}\""
        ),
        RefusalReason::Origin => format!("`host.allowedHosts` does not have {origin}"),
        RefusalReason::Method => {
            format!("`host.allowedHosts` does not have the method {method} for {origin}")
        }
        RefusalReason::Path => {
            format!("`host.allowedHosts` does not have this path for {origin}")
        }
        RefusalReason::Uri | RefusalReason::Limit => return None,
    };
    let short = clean_short(&format!("{method} {origin}{path}"));
    Some(format!("{short} was not sent: {}", clean_short(&why)))
}

/// A wait, and the time at which it ends.
fn span(wait: Duration, now: OffsetDateTime) -> String {
    let seconds = wait.whole_seconds();
    let text = match seconds {
        ..60 => return format!("{seconds} s"),
        60..7200 => format!("{} min", (seconds + 59) / 60),
        _ => format!("{} h", (seconds + 3599) / 3600),
    };
    let end = now.saturating_add(wait);
    format!("{text} ({:02}:{:02} UTC)", end.hour(), end.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_said_with_its_end() {
        let now = OffsetDateTime::UNIX_EPOCH;
        assert_eq!(span(Duration::seconds(41), now), "41 s");
        assert!(span(Duration::seconds(600), now).ends_with("10 min (00:10 UTC)"));
        assert_eq!(span(Duration::seconds(541), now), "10 min (00:09 UTC)");
        assert!(span(Duration::seconds(7200), now).ends_with("2 h (02:00 UTC)"));
    }
}
