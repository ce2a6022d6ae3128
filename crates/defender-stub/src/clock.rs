//! The stub's clock: real time plus an offset that tests move.

use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// The API's timestamps: UTC with seven fractional digits.
const API: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:7]Z");

/// The login endpoint's timestamps.
const LOGIN: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day] [hour]:[minute]:[second]Z");

/// A result link's expiry.
const LINK: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

/// A `Date` header (RFC 9110 §5.6.7).
const HTTP: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
);

/// The two forms of a date that RFC 9110 §5.6.7 calls obsolete.
const RFC850: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday], [day]-[month repr:short]-[year repr:last_two] [hour]:[minute]:[second] GMT"
);
const ASCTIME: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short] [month repr:short] [day padding:space] [hour]:[minute]:[second] [year]"
);

/// The longest time that anything here lasts, in days: a hundred years, well inside what a date can
/// hold.
const FOREVER_DAYS: u64 = 36_500;

/// Real time plus what [`Clock::advance`] added.
#[derive(Debug)]
pub(super) struct Clock {
    started: OffsetDateTime,
    offset: Duration,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self { started: OffsetDateTime::now_utc(), offset: Duration::ZERO }
    }

    pub(super) fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc() + self.offset
    }

    /// Time since the clock was made, by its own count.
    pub(super) fn elapsed(&self) -> Duration {
        Duration::try_from(self.now() - self.started).unwrap_or_default()
    }

    pub(super) fn advance(&mut self, by: Duration) {
        self.offset =
            self.offset.saturating_add(by).min(Duration::from_secs(FOREVER_DAYS * 86_400));
    }
}

/// A scenario's number of seconds; an invalid number lasts forever.
pub(super) fn seconds(seconds: f64) -> time::Duration {
    Duration::try_from_secs_f64(seconds)
        .unwrap_or(Duration::MAX)
        .min(Duration::from_secs(FOREVER_DAYS * 86_400))
        .try_into()
        .unwrap_or(time::Duration::MAX)
}

pub(super) fn api_timestamp(at: OffsetDateTime) -> String {
    written(at, API)
}

pub(super) fn login_timestamp(at: OffsetDateTime) -> String {
    written(at, LOGIN)
}

pub(super) fn http_date(at: OffsetDateTime) -> String {
    written(at, HTTP)
}

pub(super) fn rfc850_date(at: OffsetDateTime) -> String {
    written(at, RFC850)
}

pub(super) fn asctime_date(at: OffsetDateTime) -> String {
    written(at, ASCTIME)
}

pub(super) fn link_timestamp(at: OffsetDateTime) -> String {
    written(at, LINK)
}

fn written(at: OffsetDateTime, format: &[BorrowedFormatItem<'_>]) -> String {
    // The formats ask for nothing that an `OffsetDateTime` lacks, so this cannot fail.
    at.format(format).unwrap_or_default()
}
