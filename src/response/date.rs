//! Parses times in responses as Unix time in seconds: enough for comparing, without a calendar.

/// Parses a `Date` header in any of the three forms of RFC 9110 §5.6.7: `Tue, 24 Nov 2026 12:48:28
/// GMT`, `Tuesday, 24-Nov-26 12:48:28 GMT`, `Tue Nov 24 12:48:28 2026`.
pub fn http_date(text: &str) -> Option<u64> {
    let mut fields = text.split([' ', '-']).filter(|word| !word.is_empty());
    let weekday = fields.next()?;
    let mut next = || fields.next();
    let (day, month, year, time) = if weekday.ends_with(',') {
        (next()?, next()?, next()?, next()?)
    } else {
        let (month, day, time) = (next()?, next()?, next()?);
        (day, month, next()?, time)
    };
    let year = match (year.len(), year.parse().ok()?) {
        // RFC 9110: a two-digit year is at most 50 years in the future.
        (2, year) if year < 70 => 2000 + year,
        (2, year) => 1900 + year,
        (_, year) => year,
    };
    unix(year, month_of(month)?, day.parse().ok()?, time)
}

fn month_of(name: &str) -> Option<u64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    Some(MONTHS.find(name).filter(|at| at % 3 == 0 && name.len() == 3)? as u64 / 3 + 1)
}

/// Parses a timestamp of the API and drops fractions of a second: `2026-10-01T09:15:33.1180245Z`,
/// with `+00:00` instead of `Z`, or without either, which means UTC too.
pub fn timestamp(text: &str) -> Option<u64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse().ok();
    let rest = text.get(19..)?.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let offset = match rest.as_bytes() {
        [] | [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let part = |from: usize| rest.get(from..from + 2)?.parse::<u64>().ok();
            let seconds = (part(1)? * 3600 + part(4)? * 60) as i64;
            if *sign == b'+' { seconds } else { -seconds }
        }
        _ => return None,
    };
    unix(number(0, 4)?, number(5, 7)?, number(8, 10)?, text.get(11..19)?)?
        .checked_add_signed(-offset)
}

/// A moment as the API writes it: `2026-10-01T09:15:33Z`.
pub fn written(unix: u64) -> String {
    let (days, second) = (unix / 86_400 + 719_468, unix % 86_400);
    // As in `unix`: years begin in March. 146,097 days are 400 years.
    let (era, day) = (days / 146_097, days % 146_097);
    let of_era = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (of_era * 365 + of_era / 4 - of_era / 100);
    let month = (day * 5 + 2) / 153;
    let day = day - (month * 153 + 2) / 5 + 1;
    let (year, month) = (era * 400 + of_era + month / 10, (month + 2) % 12 + 1);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The same with the fraction of the second, in units of 100 nanoseconds as the API writes it.
pub(super) fn instant(text: &str) -> Option<(u64, u32)> {
    let fraction = text.get(19..)?.strip_prefix('.').unwrap_or_default();
    let digits = fraction.bytes().take_while(u8::is_ascii_digit).chain([b'0'; 7]).take(7);
    let fraction = digits.fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    Some((timestamp(text)?, fraction))
}

fn unix(year: u64, month: u64, day: u64, time: &str) -> Option<u64> {
    let number = |from: usize| time.get(from..from + 2)?.parse::<u64>().ok();
    let (hour, minute, second) = (number(0)?, number(3)?, number(6)?);
    if time.len() != 8 || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // In a year that begins in March, the leap day is the last day.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    // 719,468 days from 1 March of year 0 to 1970.
    Some((days - 719_468) * 86_400 + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_of_a_second_are_ordered() {
        let times =
            ["09:15:33Z", "09:15:33.1Z", "09:15:33.1180245Z", "09:15:33.12+00:00", "09:15:34"];
        let instants = times.map(|time| instant(&format!("2026-10-01T{time}")).unwrap());
        assert!(instants.is_sorted() && instants[0].1 == 0, "{instants:?}");
        assert_eq!((instants[1].1, instants[2].1), (1_000_000, 1_180_245));
        assert_eq!((instant(""), instant("2026-10-01")), (None, None));
    }

    #[test]
    fn what_is_written_is_read_as_the_same_moment() {
        assert_eq!(written(0), "1970-01-01T00:00:00Z");
        assert_eq!(written(1_795_521_600), "2026-11-24T12:00:00Z");
        // Every day of 160 years, each at another time of the day.
        for day in 0..58_440 {
            let moment = day * 86_400 + day * 7_919 % 86_400;
            assert_eq!(timestamp(&written(moment)), Some(moment), "{}", written(moment));
        }
    }

    #[test]
    fn moments_are_unix_times() {
        for (text, expected) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Tue, 24 Nov 2026 12:48:28 GMT", Some(1_795_524_508)),
            ("Tue, 29 Feb 2028 23:59:59 GMT", Some(1_835_481_599)),
            ("Tuesday, 24-Nov-26 12:48:28 GMT", Some(1_795_524_508)),
            ("Tue Nov 24 12:48:28 2026", Some(1_795_524_508)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777)),
            ("Sun Nov  6 08:49:37 1994", Some(784_111_777)),
            ("Tue, 24 Nov 2026 25:48:28 GMT", None),
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
            ("2026-11-24T12:48:28+00:00", Some(1_795_524_508)),
            ("2026-11-24T12:48:28.1234567+00:00", Some(1_795_524_508)),
            ("2026-11-24T13:48:28+01:00", Some(1_795_524_508)),
            ("2026-11-24T07:18:28.5-05:30", Some(1_795_524_508)),
            ("2026-11-24T12:48:28.5", Some(1_795_524_508)),
            ("2026-11-24T12:48:28 GMT", None),
            ("2026-11-24T12:48:28+1:00", None),
            ("2026-11-24T12:48", None),
            ("2026-13-24T12:48:28Z", None),
            ("yesterday", None),
        ] {
            assert_eq!(timestamp(text), expected, "{text}");
        }
    }
}
