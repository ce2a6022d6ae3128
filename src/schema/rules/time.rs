//! The rule for a date and time.

use super::TextRule;
use crate::described::described;
use crate::text::is_decimal;

/// A date and time (RFC 3339 §5.6), as OData writes `Edm.DateTimeOffset`. Upper-case `T` and `Z`
/// only.
pub const TIMESTAMP: TextRule = TextRule {
    check: is_timestamp,
    pattern: described(
        r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]{1,9})?(Z|[+\-]([01][0-9]|2[0-3]):[0-5][0-9])$",
    ),
    sentence: "a date and time such as 2026-03-01T08:44:05Z",
    max: 40,
    secret: false,
};

fn is_timestamp(text: &str) -> bool {
    parse_timestamp(text).is_some()
}

fn parse_timestamp(text: &str) -> Option<()> {
    let (date, time) = text.split_once('T')?;
    let [year, month, day] = parts(date, '-')?;
    digits(year, 4, 0..=9999)?;
    digits(month, 2, 1..=12)?;
    digits(day, 2, 1..=31)?;
    let zone_at = time.find(['Z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone_at);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let [hour, minute, second] = parts(clock, ':')?;
    digits(hour, 2, 0..=23)?;
    digits(minute, 2, 0..=59)?;
    digits(second, 2, 0..=60)?;
    (fraction.len() <= 9).then_some(())?;
    digits(fraction, fraction.len().max(1), 0..=999_999_999)?;
    if zone == "Z" {
        return Some(());
    }
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    digits(hours, 2, 0..=23)?;
    digits(minutes, 2, 0..=59)
}

fn parts(text: &str, separator: char) -> Option<[&str; 3]> {
    let mut parts = text.split(separator);
    let found = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(found)
}

fn digits(text: &str, length: usize, range: std::ops::RangeInclusive<u32>) -> Option<()> {
    let plain = text.len() == length && is_decimal(text);
    (plain && range.contains(&text.parse().ok()?)).then_some(())
}
