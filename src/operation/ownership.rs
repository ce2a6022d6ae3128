//! Whose machine action it is that a response gives or a look shows: the one that the request
//! started, or another one.

use std::time::Duration;

use crate::client::Client;
use crate::outcome::Warning;
use crate::response::{Caller, Head, Likeness, Record, Sanitizer, Wanted};

/// How far the clocks of two of the service's servers may differ, in seconds.
pub(super) const SKEW: u64 = 2;

/// Whose machine action an answer is about.
pub(super) enum Whose {
    /// This call's, or an earlier one's with the same request (`adopted`). That its comment does
    /// not say so (`by_comment`) is to be known.
    Ours { adopted: bool, by_comment: bool },
    /// Another one, for this reason.
    Others(&'static str),
}

/// Characters that a comment must share with ours to be ours, cut or appended to, where nothing
/// shows that the action is new.
const ENOUGH: usize = 50;

/// By how many seconds the host's clock may be ahead of the service's, where it alone can say what
/// is old.
const AHEAD: u64 = 300;

/// Whose the machine action is that the request was answered with which went out at `sent`.
pub(super) fn whose(
    client: &Client<'_>,
    record: &Record,
    head: &Head,
    wanted: &Wanted<'_>,
    sent: Duration,
) -> Whose {
    if let Some(difference) = record.difference(wanted, false) {
        return Whose::Others(difference);
    }
    if client.caller().is_other(record) {
        return Whose::Others("one of another requestor");
    }
    let is_new = is_since(client, record.created(), client.earliest_service_time(sent));
    // An earlier call was given it.
    let is_new = if client.knows(&record.id) { Some(false) } else { is_new };
    // What is under way does as well; what has ended was not asked for now unless it is new for
    // sure, however long the answer took.
    let is_surely_new =
        is_since(client, record.created(), client.latest_service_time(sent)) == Some(true);
    match is_new {
        Some(false) if record.state.is_final() => {
            return Whose::Others("one that had ended before");
        }
        _ if record.state.is_final() && !is_surely_new => {
            return Whose::Others("one that has ended, and nothing shows that it is new");
        }
        _ => {}
    }
    // 201 is for what was created, 200 for what was there.
    let may_be_created = head.status == 201 && is_new != Some(false);
    let (is_ours, by_comment) = match record.likeness(wanted) {
        Some(Likeness::Same) => (true, true),
        None => (is_new != Some(false), true),
        Some(Likeness::Part(shared)) => (shared >= ENOUGH || may_be_created, true),
        // What the service makes of a comment is its own affair, but what is under way for another
        // reason has another one too.
        Some(Likeness::Other) => (may_be_created && !is_old(client, record, sent), false),
    };
    match is_ours {
        // One that an earlier call of ours started is taken over, not started.
        true => Whose::Ours { adopted: is_new == Some(false), by_comment },
        false => Whose::Others("another comment"),
    }
}

/// Whether a clock says that it was there before the request: the service's if it is known, else
/// the host's. However long the response took, what was made while it was awaited is no older.
fn is_old(client: &Client<'_>, record: &Record, sent: Duration) -> bool {
    let by_host =
        || (client.now() + sent).saturating_sub(client.elapsed()).as_secs().saturating_sub(AHEAD);
    let since =
        client.earliest_service_time(sent).map_or_else(by_host, |sent| sent.saturating_sub(SKEW));
    // What was changed before was made before.
    record.created().or(record.changed()).is_some_and(|made| made < since)
}

/// The warning that our machine action has another comment.
pub(super) fn comment_differs(record: &Record, clean: &Sanitizer) -> Warning {
    let message = format!(
        "The service's record of this machine action shows another comment than the one that was sent: know it by its ID, {}.",
        clean.text(&record.id)
    );
    Warning::new("comment-differs", message).with_detail("machineAction", record.shown(clean))
}

/// The one of these machine actions that a request started which went out at `sent`, by the
/// service's clock. `None` if none did for sure: without that time none did, and of two that fit
/// one is another's.
pub(super) fn ours(
    client: &Client<'_>,
    records: &[Record],
    wanted: &Wanted<'_>,
    sent: Option<u64>,
) -> Option<Record> {
    let caller = client.caller();
    let fits = |record: &&Record| {
        may_be(record, wanted, &caller)
            && record.likeness(wanted).is_some_and(|likeness| likeness != Likeness::Other)
            && !client.knows(&record.id)
            && is_since(client, record.created(), sent) == Some(true)
    };
    let same = |record: &&Record| record.likeness(wanted) == Some(Likeness::Same);
    let found: Vec<&Record> = records.iter().filter(fits).collect();
    let whole: Vec<&Record> = found.iter().copied().filter(same).collect();
    match (&whole[..], &found[..]) {
        ([one], _) | ([], [one]) => Some((*one).clone()),
        _ => None,
    }
}

/// Whether the service made something, by its own clock, after that clock showed `sent`. `None` if
/// that is not known: times that are yet to come show that what the answers give as `Date` is not
/// the clock by which the service writes its records.
pub(super) fn is_since(client: &Client<'_>, made: Option<u64>, sent: Option<u64>) -> Option<bool> {
    let now = client.latest_service_time(client.elapsed())?.saturating_add(SKEW);
    let made = made.filter(|made| *made <= now)?;
    Some(made >= sent?.saturating_sub(SKEW))
}

/// Whether a machine action is what was asked for, comment and time aside, and not known to be of
/// another requestor.
pub(super) fn may_be(record: &Record, wanted: &Wanted<'_>, caller: &Caller) -> bool {
    record.has_status()
        && record.is("type", wanted.kind)
        && record.is("machineId", wanted.machine)
        && record.difference(wanted, false).is_none()
        && !caller.is_other(record)
}
