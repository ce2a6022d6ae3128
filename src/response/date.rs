//! Moments in answers, as Unix time in seconds: enough to tell what is older, without a calendar.

/// A `Date` header (RFC 9110 §5.6.7, the preferred form): `Tue, 24 Nov 2026 12:48:28 GMT`.
pub fn http_date(text: &str) -> Option<u64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let mut words = text.split(' ').skip(1);
    let (day, month, year, time) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let month = MONTHS.find(month).filter(|at| at % 3 == 0 && month.len() == 3)? as u64 / 3 + 1;
    unix(year.parse().ok()?, month, day.parse().ok()?, time)
}

/// A timestamp of the API, in UTC; fractions of a second are cut off: `2026-10-01T09:15:33.1180245Z`.
pub(super) fn timestamp(text: &str) -> Option<u64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse().ok();
    text.strip_suffix('Z')?;
    unix(number(0, 4)?, number(5, 7)?, number(8, 10)?, text.get(11..19)?)
}

fn unix(year: u64, month: u64, day: u64, time: &str) -> Option<u64> {
    let number = |from: usize| time.get(from..from + 2)?.parse::<u64>().ok();
    let (hour, minute, second) = (number(0)?, number(3)?, number(6)?);
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years that begin in March have their leap day at the end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    // 719,468 days lie between 1 March of year 0 and 1970.
    Some((days - 719_468) * 86_400 + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_unix_times() {
        for (text, expected) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Tue, 24 Nov 2026 12:48:28 GMT", Some(1_795_524_508)),
            ("Tue, 29 Feb 2028 23:59:59 GMT", Some(1_835_481_599)),
            ("Tue, 24 nov 2026 12:48:28 GMT", None),
            ("Tue, 24 anF 2026 12:48:28 GMT", None),
            ("Tue, 24 Nov 2026 12:48 GMT", None),
            ("", None),
        ] {
            assert_eq!(http_date(text), expected, "{text}");
        }
        for (text, expected) in [
            ("2026-11-24T12:48:28Z", Some(1_795_524_508)),
            ("2026-11-24T12:48:28.9999999Z", Some(1_795_524_508)),
            ("2000-03-01T00:00:00Z", Some(951_868_800)),
            ("2026-11-24T12:48:28+01:00", None),
            ("2026-13-24T12:48:28Z", None),
            ("yesterday", None),
        ] {
            assert_eq!(timestamp(text), expected, "{text}");
        }
    }
}
