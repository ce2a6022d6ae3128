//! Times as people write them, where a parameter wants RFC 3339.

use std::borrow::Cow;
use std::io::IsTerminal as _;

use serde_json::Value;
use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Date, Duration, OffsetDateTime};

use crate::failure::Failure;

/// How the pattern of a time begins: year and month.
const PATTERN: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-";

/// The text as RFC 3339 where the schema wants a time: `24h` or `30d` from now, or a day (UTC). At
/// a terminal it is shown what time that is.
///
/// # Errors
///
/// The time is out of range.
pub(super) fn text<'a>(
    key: &str,
    text: Cow<'a, str>,
    schema: &Value,
) -> Result<Cow<'a, str>, Failure> {
    if !schema["pattern"].as_str().is_some_and(|pattern| pattern.starts_with(PATTERN)) {
        return Ok(text);
    }
    let Some(time) = read(key, &text, OffsetDateTime::now_utc()) else { return Ok(text) };
    let time = time
        .and_then(|time| time.format(&Rfc3339).ok())
        .ok_or_else(|| Failure::params(format!("parameter `{key}`: {text} is out of range")))?;
    if std::io::stderr().is_terminal() {
        eprintln!("{key}: {time}");
    }
    Ok(time.into())
}

/// The time that is meant, if it is not written in full; none in it if there is no such time.
fn read(key: &str, text: &str, now: OffsetDateTime) -> Option<Option<OffsetDateTime>> {
    let text = text.trim();
    if let Ok(day) = Date::parse(text, &Iso8601::DATE)
        && text.len() == "2026-01-31".len()
    {
        return Some(Some(day.midnight().assume_utc()));
    }
    let unit = match text.chars().last()? {
        'm' => Duration::MINUTE,
        'h' => Duration::HOUR,
        'd' => Duration::DAY,
        'w' => Duration::WEEK,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let span = digits.parse().ok().and_then(|count: i32| unit.checked_mul(count));
    // What ends does so in the future; all else has been.
    let is_end = key.rsplit('.').next().is_some_and(|name| name.starts_with("expir"));
    Some(span.and_then(|span| if is_end { now.checked_add(span) } else { now.checked_sub(span) }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn spans_lead_back_and_ends_lie_ahead() {
        let now = OffsetDateTime::from_unix_timestamp(1_800_000_000).expect("a time");
        let at = |key: &str, text: &str| {
            read(key, text, now).map(|time| time.map(OffsetDateTime::unix_timestamp))
        };
        assert_eq!(at("sinceTime", "24h"), Some(Some(1_800_000_000 - 86_400)));
        assert_eq!(at("alertCreationTime.ge", "30m"), Some(Some(1_800_000_000 - 1_800)));
        assert_eq!(at("expirationTime", "30d"), Some(Some(1_800_000_000 + 30 * 86_400)));
        assert_eq!(at("sinceTime", "2026-01-31"), Some(Some(1_769_817_600)));
        assert_eq!(at("sinceTime", "999999999w"), Some(None));
        for other in ["2026-01-31T00:00:00Z", "soon", "d", "1.5h", ""] {
            assert_eq!(at("sinceTime", other), None, "{other}");
        }
    }

    #[test]
    fn a_text_that_is_no_time_stays_as_it_is() {
        let schema = json!({ "pattern": "^[a-z]+$" });
        assert_eq!(text("comment", "24h".into(), &schema).expect("text"), "24h");
        let schema = json!({ "pattern": format!("{PATTERN}…") });
        assert!(text("sinceTime", "24h".into(), &schema).expect("a time").ends_with('Z'));
    }
}
