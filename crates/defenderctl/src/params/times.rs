//! Times as people write them, where a parameter wants RFC 3339.

use std::borrow::Cow;

use serde_json::Value;
use time::OffsetDateTime;

use crate::failure::Failure;
use crate::times;

/// How the pattern of a time begins: year and month.
const PATTERN: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-";

/// The text as RFC 3339 where the schema wants a time: `24h` or `30d` from now, or a date or time
/// of the user's own time zone.
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
    if !times::is_short(&text) {
        return Ok(text);
    }
    // What ends does so in the future; all else has been.
    let is_end = key.rsplit('.').next().is_some_and(|name| name.starts_with("expir"));
    let now = OffsetDateTime::now_utc();
    let time = if is_end { times::until(&text, now) } else { times::since(&text, now) };
    let time = time.map_err(|problem| Failure::params(format!("parameter `{key}`: {problem}")))?;
    times::echo(key, &text, &time);
    Ok(time.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::format_description::well_known::Rfc3339;

    use super::*;

    #[test]
    fn spans_lead_back_and_ends_lie_ahead() {
        let schema = json!({ "pattern": format!("{PATTERN}…") });
        let is_past = |key: &str, given: &str| {
            let time = text(key, given.into(), &schema).expect("a time");
            let time = OffsetDateTime::parse(&time, &Rfc3339).expect("RFC 3339");
            time < OffsetDateTime::now_utc()
        };
        assert!(is_past("sinceTime", "24h") && is_past("alertCreationTime.ge", "30m"));
        assert!(is_past("sinceTime", "2026-01-31") && !is_past("expirationTime", "30d"));
        for wrong in [("sinceTime", "9999999999999w"), ("expirationTime", "2020-01-01")] {
            assert!(text(wrong.0, wrong.1.into(), &schema).is_err(), "{wrong:?}");
        }
        for other in ["2026-01-31T00:00:00Z", "soon", "d", "1.5h", ""] {
            assert_eq!(text("sinceTime", other.into(), &schema).expect("as it is"), other);
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
