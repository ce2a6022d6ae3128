//! Reads the period of an exhausted quota from the text of a refusal.
//!
//! Defender says "API calls quota exceeded! maximum allowed 1500 per 01:00:00" with code `429`, and
//! often without `Retry-After`. The text is a hint for the pause only, never evidence of what
//! happened.

use super::error_body::ErrorBody;
use crate::text::is_decimal;

/// A day, in seconds: the maximum duration of a call.
const DAY: u64 = 86_400;

/// Milliseconds of the quota period in the body of a 429.
pub fn quota_pause(body: &[u8]) -> Option<u64> {
    parse_quota_pause(&ErrorBody::read(body, 429).message?)
}

/// Milliseconds of the period after "per" in a text, in .NET's format: `[d.]hh:mm:ss`.
pub(super) fn parse_quota_pause(message: &str) -> Option<u64> {
    let mut parts =
        message.split_ascii_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("per"));
    let span = parts.nth(1)?.trim_end_matches(|c: char| !c.is_ascii_digit());
    let mut parts = span.split(':');
    let (first, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    let (days, hours) = first.split_once('.').unwrap_or(("0", first));
    let seconds = seconds.split('.').next()?;
    let number = |text: &str| {
        let is_short = (1..=4).contains(&text.len()) && is_decimal(text);
        is_short.then(|| text.parse::<u64>().ok()).flatten()
    };
    let total =
        ((number(days)? * 24 + number(hours)?) * 60 + number(minutes)?) * 60 + number(seconds)?;
    (parts.next().is_none() && total > 0).then(|| total.min(DAY) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_of_time_is_read_and_nothing_else() {
        for (message, seconds) in [
            ("API calls quota exceeded! maximum allowed 1500 per 01:00:00", Some(3600)),
            ("API calls quota exceeded! maximum allowed 100 per 00:01:00.", Some(60)),
            ("Maximum admitted 45 Per  00:15:00, try later", Some(900)),
            ("maximum allowed 5 per 1.00:00:00", Some(86_400)),
            ("maximum allowed 5 per 9.00:00:00", Some(86_400)),
            ("maximum allowed 5 per 00:00:10.5000000", Some(10)),
            ("100 calls per minute per 00:00:30", None),
            ("maximum allowed 5 per 00:00:00", None),
            ("maximum allowed 5 per 01:00", None),
            ("maximum allowed 5 per 99999:00:00", None),
            ("at 12:00:00", None),
            ("per", None),
            ("", None),
        ] {
            assert_eq!(
                parse_quota_pause(message),
                seconds.map(|seconds| seconds * 1000),
                "{message}"
            );
        }
    }
}
