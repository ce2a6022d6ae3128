//! The answer to a request was lost: was it carried out? The service's own record decides.
//!
//! A record counts as ours only if it is what was asked for in every respect, comment included, was made after the request went out,
//! by the service's own clock, and is not known to be of another requestor. Nothing is ever sent again from here: that no record is there (yet) proves nothing,
//! because new records take up to two minutes to show.

use std::time::Duration;

use super::follow::is_lasting;
use super::look::look;
use super::reference::is_of_the_same_operation;
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::request::quoted;
use crate::response::{Caller, Likeness, Record, Wanted};

/// Pauses before each look. A record that is not there after this may come yet; the caller is told so.
pub(super) const PAUSES: [u64; 4] = [1, 3, 6, 10];

/// How far the clocks of two of the service's servers may differ, in seconds.
pub(super) const SKEW: u64 = 2;

/// The machine action that a request started whose answer was lost at `error`; `sent` is when it went out.
pub(super) fn reconcile(client: &mut Client<'_>, error: &Error, wanted: &Wanted<'_>, sent: Duration) -> Option<Record> {
    // In a step the search is one of the next ones.
    if error.retry() != Retry::Unknown || error.kind() == Kind::Conflict || client.is_stepwise() {
        return None;
    }
    let filter = filter(wanted);
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
        if let Some(record) = ours(client, &records, wanted, sent) {
            return Some(record);
        }
        // Without the service's time a later look will not show more.
        client.latest_service_time(sent)?;
    }
    None
}

/// The one of these machine actions that the request started which went out at `sent`. `None` if none did for sure: without the
/// service's time nothing is but what carries the operation's ID, and of two that fit one is another's.
pub(super) fn ours(client: &Client<'_>, records: &[Record], wanted: &Wanted<'_>, sent: Duration) -> Option<Record> {
    // At the latest: what is taken for older than the request surely is.
    let sent = client.latest_service_time(sent);
    // What carries this operation's ID needs no clock.
    let is_new = |record: &Record| {
        is_of_the_same_operation(&record.text("requestorComment"), wanted.comment())
            || is_since(client, record.created(), sent) == Some(true)
    };
    let caller = client.caller();
    let fits = |record: &&Record| {
        may_be(record, wanted, &caller)
            && record.likeness(wanted).is_some_and(|likeness| likeness != Likeness::Other)
            && !client.knows(&record.id)
            && is_new(record)
    };
    let same = |record: &&Record| record.likeness(wanted) == Some(Likeness::Same);
    let found: Vec<&Record> = records.iter().filter(fits).collect();
    let whole: Vec<&Record> = found.iter().copied().filter(same).collect();
    match (&whole[..], &found[..]) {
        ([one], _) | ([], [one]) => Some((*one).clone()),
        _ => None,
    }
}

/// Whether the service made something, by its own clock, after that clock showed `sent`. `None` if that is not known: times that are yet
/// to come show that what the answers give as `Date` is not the clock by which the service writes its records.
pub(super) fn is_since(client: &Client<'_>, made: Option<u64>, sent: Option<u64>) -> Option<bool> {
    let now = client.latest_service_time(client.elapsed())?.saturating_add(SKEW);
    let made = made.filter(|made| *made <= now)?;
    Some(made >= sent?.saturating_sub(SKEW))
}

/// The filter for the machine actions of that type on that machine.
pub(super) fn filter(wanted: &Wanted<'_>) -> String {
    format!("machineId eq {} and type eq {}", quoted(wanted.machine), quoted(wanted.kind))
}

/// Whether a machine action is what was asked for, comment and time aside, and not known to be of another requestor.
pub(super) fn may_be(record: &Record, wanted: &Wanted<'_>, caller: &Caller) -> bool {
    record.has_status()
        && record.is("type", wanted.kind)
        && record.is("machineId", wanted.machine)
        && record.difference(wanted, false).is_none()
        && !caller.is_other(record)
}
