//! Times as people read them: how long ago.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// After this number of days the date says more than the number.
const DAYS: i64 = 60;

/// How long before or after `now` an RFC 3339 time is; the date if that is long. `None` if the text
/// is no such time.
pub(crate) fn relative(text: &str, now: OffsetDateTime) -> Option<String> {
    if text.len() < 20 || text.as_bytes().get(10) != Some(&b'T') {
        return None;
    }
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let seconds = (now - time).whole_seconds();
    let span = match seconds.abs() {
        seconds if seconds >= DAYS * 86_400 => return text.get(..10).map(str::to_owned),
        seconds if seconds >= 86_400 => format!("{} d", seconds / 86_400),
        seconds if seconds >= 3_600 => format!("{} h", seconds / 3_600),
        seconds if seconds >= 60 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    };
    Some(if seconds < 0 { format!("in {span}") } else { format!("{span} ago") })
}

/// An RFC 3339 time in whole seconds, with how long before or after `now` it is. `None` if the text
/// is no such time.
pub(crate) fn with_time(text: &str, now: OffsetDateTime) -> Option<String> {
    let when = relative(text, now)?;
    if text.starts_with(&when) {
        return Some(text.to_owned());
    }
    match text.split_once('.') {
        Some((seconds, _)) if text.ends_with('Z') => Some(format!("{seconds}Z ({when})")),
        _ => Some(format!("{text} ({when})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_how_long_ago_it_was() {
        let now = OffsetDateTime::parse("2026-03-10T12:00:00Z", &Rfc3339).expect("a time");
        let trials = [
            ("2026-03-10T11:59:30.1234567Z", Some("29 s ago")),
            ("2026-03-10T11:01:00Z", Some("59 min ago")),
            ("2026-03-10T12:00:00+02:00", Some("2 h ago")),
            ("2026-03-08T11:00:00Z", Some("2 d ago")),
            ("2026-03-13T12:00:01Z", Some("in 3 d")),
            ("2025-03-10T12:00:00Z", Some("2025-03-10")),
            ("0001-01-01T00:00:00Z", Some("0001-01-01")),
            ("2026-03-10", None),
            ("not a time, but Text", None),
        ];
        for (text, want) in trials {
            assert_eq!(relative(text, now).as_deref(), want, "{text}");
        }
        let trials = [
            ("2026-03-10T11:59:30.1234567Z", Some("2026-03-10T11:59:30Z (29 s ago)")),
            ("2026-03-10T12:00:00+02:00", Some("2026-03-10T12:00:00+02:00 (2 h ago)")),
            ("2025-03-10T12:00:00Z", Some("2025-03-10T12:00:00Z")),
            ("2026-03-10", None),
        ];
        for (text, want) in trials {
            assert_eq!(with_time(text, now).as_deref(), want, "{text}");
        }
    }
}
