//! This machine's clock beside those of the servers.

use time::OffsetDateTime;
use time::format_description::FormatItem;
use time::macros::format_description;

use super::check::{Check, Log, Status};
use crate::failure::Failure;

/// Entra tolerates this number of seconds in an assertion's times, as most token checks do.
const TOLERANCE: i64 = 300;

/// RFC 9110 §5.6.7.
const HTTP_DATE: &[FormatItem<'_>] = format_description!(
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
);

/// How far a clock that shows `now` is ahead of a server whose answer, just come, is of this date.
pub(super) fn ahead(now: OffsetDateTime, date: &str) -> Option<i64> {
    let date = time::PrimitiveDateTime::parse(date, HTTP_DATE).ok()?.assume_utc();
    Some(now.unix_timestamp() - date.unix_timestamp())
}

/// Tells of the largest of these differences from servers.
pub(super) fn compare<'a>(
    log: &mut Log<'_>,
    differences: impl Iterator<Item = (i64, &'a str)>,
) -> Result<(), Failure> {
    let Some((ahead, origin)) = differences.max_by_key(|(ahead, _)| ahead.abs()) else {
        return log.skip(&["clock"], "not checked: no server has sent its time");
    };
    let side = if ahead < 0 { "behind" } else { "ahead of" };
    let check = |status| {
        Check::new(
            "clock",
            status,
            format!("this computer's clock is {} s {side} the server's", ahead.abs()),
        )
        .at(origin)
    };
    log.add(if ahead.abs() <= TOLERANCE {
        check(Status::Passed)
    } else {
        check(Status::Failed).remedy(vec![format!(
            "Set this computer's clock by a time server (Linux: `timedatectl set-ntp true`): past {TOLERANCE} s, assertions, \
             tokens and certificates count as expired or not valid yet."
        )])
    })
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_server_s_date_is_compared_with_ours() {
        let now = datetime!(2026-03-04 05:06:10 UTC);
        assert_eq!(ahead(now, "Wed, 04 Mar 2026 05:06:07 GMT"), Some(3));
        assert_eq!(ahead(now, "Wed, 04 Mar 2026 06:06:10 GMT"), Some(-3600));
        assert_eq!(ahead(now, "yesterday"), None);
    }
}
