//! Times as people write them: `24h`, `30d`, a date, or RFC 3339.

use time::format_description::well_known::Rfc3339;
use time::{Date, Duration, OffsetDateTime, Time};

const HOW: &str = "write 24h, 30d, a date like 2026-03-01, or a time like 2026-03-01T08:00:00Z";

/// The time so long ago, or the one that is written.
///
/// # Errors
///
/// The text is no time.
pub(crate) fn since(text: &str, now: OffsetDateTime) -> Result<String, String> {
    moment(text, |span| now.checked_sub(span))
}

/// The time in so long, or the one that is written, which is to come.
///
/// # Errors
///
/// The text is no time, or one that is past.
pub(crate) fn until(text: &str, now: OffsetDateTime) -> Result<String, String> {
    let until = moment(text, |span| now.checked_add(span))?;
    match OffsetDateTime::parse(&until, &Rfc3339) {
        Ok(until) if until > now => {}
        _ => return Err(format!("{until} is past")),
    }
    Ok(until)
}

/// Whether a text is a span or a date, and no time in full.
pub(crate) fn is_short(text: &str) -> bool {
    let text = text.trim();
    let unit = text.strip_suffix(['m', 'h', 'd', 'w']);
    let is_span =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    unit.is_some_and(is_span) || date(text).is_some()
}

fn moment(text: &str, at: impl Fn(Duration) -> Option<OffsetDateTime>) -> Result<String, String> {
    let text = text.trim();
    let moment = match span(text) {
        Some(span) => at(span),
        None => OffsetDateTime::parse(text, &Rfc3339)
            .ok()
            .or_else(|| Some(date(text)?.with_time(Time::MIDNIGHT).assume_utc())),
    };
    let written = moment.and_then(|moment| {
        moment.to_offset(time::UtcOffset::UTC).replace_nanosecond(0).ok()?.format(&Rfc3339).ok()
    });
    written.ok_or_else(|| format!("`{text}` is no time: {HOW}"))
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

fn date(text: &str) -> Option<Date> {
    if text.len() != "2026-03-01".len() {
        return None;
    }
    let mut parts = text.splitn(3, '-').map(|part| part.parse::<u16>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_spans_dates_and_moments() {
        let now = OffsetDateTime::parse("2026-03-02T12:00:00Z", &Rfc3339).expect("a time");
        let trials = [
            ("24h", "2026-03-01T12:00:00Z"),
            ("30m", "2026-03-02T11:30:00Z"),
            ("2w", "2026-02-16T12:00:00Z"),
            ("2026-03-01", "2026-03-01T00:00:00Z"),
            ("2026-03-01T10:00:00+02:00", "2026-03-01T08:00:00Z"),
        ];
        for (text, want) in trials {
            assert_eq!(since(text, now), Ok(want.into()), "{text}");
        }
        assert_eq!(until("30d", now), Ok("2026-04-01T12:00:00Z".into()));
        for wrong in
            ["", "d", "0d", "-1d", "24", "1y", "2026-13-01", "1-2-3", "yesterday", "999999999999w"]
        {
            assert!(since(wrong, now).is_err(), "{wrong}");
        }
        assert!(until("2026-03-01", now).is_err());
    }
}
