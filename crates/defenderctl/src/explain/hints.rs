//! What to do next about an error.

use host_harness::{ErrorKind, Refusal, RefusalReason, Retry};
use time::{Duration, OffsetDateTime};

use crate::failure::{DEFECT, Failure};
use crate::style::clean_short;

/// What to do next, if the error says it.
pub(super) fn hints(failure: &Failure, now: OffsetDateTime) -> Vec<String> {
    let error = failure.error();
    let mut hints = Vec::new();
    if let Retry::After(wait) = error.retry {
        hints.push(match Duration::try_from(wait).ok().filter(|wait| wait.whole_seconds() > 0) {
            Some(wait) => format!("try again in {}", span(wait, now)),
            None => "try again".to_owned(),
        });
    }
    // What the command line refuses, its own message says.
    if failure.is_connector_s() {
        hints.extend(by_kind(failure));
    }
    // What the connector makes of a refusal comes first; a request that is sent again is one.
    hints.extend(error.refused.iter().filter_map(refused));
    hints
}

/// The command for what the connector reports; nothing where its message, or the commands below it,
/// say what to do.
fn by_kind(failure: &Failure) -> Option<String> {
    let error = failure.error();
    let hint = match error.kind {
        ErrorKind::InvalidParams | ErrorKind::Rejected => {
            return failure
                .subject()
                .map(|action| format!("`defenderctl actions show {action}` lists what it takes"));
        }
        ErrorKind::InvalidConfig => "`defenderctl doctor` checks the settings",
        ErrorKind::UnknownAction => "`defenderctl actions` lists the actions",
        ErrorKind::Unauthenticated => "`defenderctl config test` shows where to correct it",
        ErrorKind::Forbidden => "`defenderctl config test` shows what is permitted",
        ErrorKind::Unreachable => "`defenderctl doctor` checks each step of the connection",
        ErrorKind::MalformedResponse => "`defenderctl doctor` checks what answers there",
        ErrorKind::Denied if error.refused.is_empty() => {
            "`defenderctl doctor` checks what the settings allow"
        }
        ErrorKind::TimedOut => "`config.limits.callTimeoutSeconds` gives a call more time",
        ErrorKind::Unfinished if failure.aside().is_none() => {
            "`defenderctl jobs` shows how far it is"
        }
        ErrorKind::Throttled if !matches!(error.retry, Retry::After(_)) => "try again in a minute",
        ErrorKind::NotConfigured | ErrorKind::Internal => DEFECT,
        _ => return None,
    };
    Some(hint.to_owned())
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
        // The connector's own message says what to do.
        RefusalReason::Address | RefusalReason::Uri | RefusalReason::Limit => return None,
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
