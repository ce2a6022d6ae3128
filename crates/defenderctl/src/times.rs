//! Times as people write them: `24h`, `30d`, a date or a time in their own time zone, or RFC 3339.

use std::io::{self, IsTerminal};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::output::Output;

const HOW: &str = "write 24h, 30d, a date like 2026-03-01, a time like 2026-03-01T08:00 in your \
                   own time zone, or 2026-03-01T08:00:00Z";

/// The time so long ago, or the one that is written.
///
/// # Errors
///
/// The text is no time.
pub(crate) fn since(text: &str, now: OffsetDateTime) -> Result<String, String> {
    moment(text, &TimeZone::system(), |span| now.checked_sub(span))
}

/// The time in so long, or the one that is written, which is to come.
///
/// # Errors
///
/// The text is no time, or one that is past.
pub(crate) fn until(text: &str, now: OffsetDateTime) -> Result<String, String> {
    let until = moment(text, &TimeZone::system(), |span| now.checked_add(span))?;
    match OffsetDateTime::parse(&until, &Rfc3339) {
        Ok(until) if until > now => {}
        _ => return Err(format!("{until} is past")),
    }
    Ok(until)
}

/// Whether a text is a span, or a date or time without a zone.
pub(crate) fn is_short(text: &str) -> bool {
    let text = text.trim();
    let unit = text.strip_suffix(['m', 'h', 'd', 'w']);
    let is_span =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    unit.is_some_and(is_span) || local(text).is_some()
}

/// Says which time a text was taken for: always if that depends on the time zone, else at a
/// terminal.
pub(crate) fn echo(name: &str, text: &str, time: &str) {
    if local(text.trim()).is_some() || io::stderr().is_terminal() && is_short(text) {
        Output::new(false).note(&format!("note: {name} {time}"));
    }
}

fn moment(
    text: &str,
    zone: &TimeZone,
    at: impl Fn(Duration) -> Option<OffsetDateTime>,
) -> Result<String, String> {
    let text = text.trim();
    let seconds = match (span(text), local(text)) {
        (Some(span), _) => at(span).map(OffsetDateTime::unix_timestamp),
        (None, Some(local)) => zone.to_timestamp(local).ok().map(Timestamp::as_second),
        (None, None) => text.parse::<Timestamp>().ok().map(Timestamp::as_second),
    };
    let written = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    written.map(|at| at.to_string()).ok_or_else(|| format!("`{text}` is not a time: {HOW}"))
}

/// A date or a time without a zone: one of the user's own.
fn local(text: &str) -> Option<DateTime> {
    const DATE: usize = "2026-03-01".len();
    let is_date = text.len() >= DATE && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    // A zone that the parser would not heed.
    let has_zone = text.get(DATE..).is_some_and(|time| time.contains(['+', '-', '[']));
    text.parse().ok().filter(|_| is_date && !has_zone)
}

fn span(text: &str) -> Option<Duration> {
    let unit = text.chars().last().filter(char::is_ascii_alphabetic)?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok().filter(|number| *number > 0)?;
    let seconds = match unit {
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    number.checked_mul(seconds).map(Duration::seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_spans_dates_and_moments() {
        let now = OffsetDateTime::parse("2026-03-02T12:00:00Z", &Rfc3339).expect("a time");
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a zone");
        let since = |text: &str| moment(text, &zone, |span| now.checked_sub(span));
        let trials = [
            ("24h", "2026-03-01T12:00:00Z"),
            ("30m", "2026-03-02T11:30:00Z"),
            ("2w", "2026-02-16T12:00:00Z"),
            ("2026-03-01", "2026-02-28T23:00:00Z"),
            ("2026-07-01", "2026-06-30T22:00:00Z"),
            ("2026-03-01T08:00", "2026-03-01T07:00:00Z"),
            ("2026-03-01 08:00:30", "2026-03-01T07:00:30Z"),
            ("2026-03-01T08:00+03:00", "2026-03-01T05:00:00Z"),
            ("2026-03-01T08:00:00Z", "2026-03-01T08:00:00Z"),
            ("2026-03-01T10:00:00+02:00", "2026-03-01T08:00:00Z"),
        ];
        for (text, want) in trials {
            assert_eq!(since(text), Ok(want.into()), "{text}");
        }
        assert_eq!(until("30d", now), Ok("2026-04-01T12:00:00Z".into()));
        for wrong in
            ["", "d", "0d", "-1d", "24", "1y", "2026-13-01", "1-2-3", "yesterday", "999999999999w"]
        {
            assert!(since(wrong).is_err(), "{wrong}");
        }
        assert!(until("2026-03-01", now).is_err());
    }
}
