//! The answer to a request was lost: was it carried out? The service's own record decides.
//!
//! A record counts as ours only if it is what was asked for in every respect, comment included, and was made after the request
//! went out, by the service's own clock. Nothing is ever sent again from here: that no record is there (yet) proves nothing,
//! because new records take up to two minutes to show.

use std::time::Duration;

use super::follow::is_lasting;
use super::look::look;
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::request::quoted;
use crate::response::{Record, Wanted};

/// Pauses before each look. A record that is not there after this may come yet; the caller is told so.
const PAUSES: [u64; 4] = [1, 3, 6, 10];

/// How far the clocks of two of the service's servers may differ, in seconds.
pub(super) const SKEW: u64 = 2;

/// The machine action that a request started whose answer was lost at `error`; `sent` is when it went out.
pub(super) fn reconcile(client: &mut Client<'_>, error: &Error, wanted: &Wanted<'_>, sent: Duration) -> Option<Record> {
    if error.retry != Retry::Unknown || error.kind == Kind::Conflict {
        return None;
    }
    let filter = format!("machineId eq {} and type eq {}", quoted(wanted.machine), quoted(wanted.kind));
    for pause in PAUSES.map(Duration::from_secs) {
        if client.elapsed() + pause >= client.deadline() {
            return None;
        }
        client.pause(pause);
        let records = match look(client, &filter, 20) {
            Ok(records) => records,
            Err(error) if is_lasting(&error) => return None,
            // The next look may be luckier.
            Err(_) => continue,
        };
        // At the latest: what is taken for older than the request surely is.
        let since = client.latest_service_time(sent)?.saturating_sub(SKEW);
        let ours = |record: &Record| {
            record.difference(wanted, false).is_none()
                && record.is_commented(wanted) == Some(true)
                && record.created().is_some_and(|created| created >= since)
        };
        if let Some(record) = records.into_iter().find(ours) {
            return Some(record);
        }
    }
    None
}
