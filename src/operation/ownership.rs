//! Decides whether a machine action in a response or a list was started by this request.

use std::time::Duration;

use crate::client::Client;
use crate::outcome::Warning;
use crate::response::{Caller, Head, Likeness, Record, RequestedJob, Sanitizer};

/// How far the clocks of two of the service's servers may differ, in seconds.
pub(super) const SKEW: u64 = 2;

/// Who started a machine action.
pub(super) enum Ownership {
    /// This call, or an earlier one with the same request (`adopted`). Without `by_comment`, the
    /// comment does not confirm it, which is worth a warning.
    Ours { adopted: bool, by_comment: bool },
    /// Someone else, for this reason.
    Others(&'static str),
}

/// Minimum number of characters that a truncated or extended comment must share with ours, if
/// nothing shows that the machine action is new.
const MIN_SHARED_CHARS: usize = 50;

/// How many seconds the host's clock may be ahead of the service's, where only it can tell what is
/// old.
const MAX_HOST_AHEAD: u64 = 300;

/// Decides who started the machine action in the response to a request sent at `sent`.
pub(super) fn determine_ownership(
    client: &Client<'_>,
    record: &Record,
    head: &Head,
    wanted: &RequestedJob<'_>,
    sent: Duration,
) -> Ownership {
    if let Some(mismatch) = record.mismatch(wanted, false) {
        return Ownership::Others(mismatch);
    }
    if client.caller().is_by_other(record) {
        return Ownership::Others("one by another requestor");
    }
    let is_new = is_since(client, record.created(), client.earliest_service_time(sent));
    // An earlier call was given it.
    let is_new = if client.knows(&record.id) { Some(false) } else { is_new };
    // A running machine action serves as well. One that has ended only counts if it is certainly
    // new, however long the response took.
    let is_surely_new =
        is_since(client, record.created(), client.latest_service_time(sent)) == Some(true);
    match is_new {
        Some(false) if record.state.is_final() => {
            return Ownership::Others("one that had ended before");
        }
        _ if record.state.is_final() && !is_surely_new => {
            return Ownership::Others("one that has ended and is not certainly new");
        }
        _ => {}
    }
    // 201 means created, 200 means that it existed.
    let may_be_created = head.status == 201 && is_new != Some(false);
    let (is_ours, by_comment) = match record.likeness(wanted) {
        Some(Likeness::Same) => (true, true),
        None => (is_new != Some(false), true),
        Some(Likeness::Part(shared)) => (shared >= MIN_SHARED_CHARS || may_be_created, true),
        // The service may rewrite a comment, but a machine action that runs for another reason has
        // another comment too.
        Some(Likeness::Other) => (may_be_created && !is_old(client, record, sent), false),
    };
    match is_ours {
        // A machine action of our earlier call is adopted, not started.
        true => Ownership::Ours { adopted: is_new == Some(false), by_comment },
        false => Ownership::Others("another comment"),
    }
}

/// Whether a clock shows that it existed before the request: the service's if known, else the
/// host's. However long the response took, a machine action created in that time is not older.
fn is_old(client: &Client<'_>, record: &Record, sent: Duration) -> bool {
    let by_host = || {
        (client.now() + sent)
            .saturating_sub(client.elapsed())
            .as_secs()
            .saturating_sub(MAX_HOST_AHEAD)
    };
    let since =
        client.earliest_service_time(sent).map_or_else(by_host, |sent| sent.saturating_sub(SKEW));
    // A change before the request means that it existed before.
    record.created().or(record.changed()).is_some_and(|made| made < since)
}

/// The warning that our machine action has another comment.
pub(super) fn comment_differs(record: &Record, clean: &Sanitizer) -> Warning {
    let message = format!(
        "The service's record of this machine action has another comment than the one that was sent: identify it by its ID, {}.",
        clean.text(&record.id)
    );
    Warning::new("comment-differs", message)
        .with_detail("machineAction", record.summary_json(clean))
}

/// Finds the machine action that a request sent at `sent` (by the service's clock) started. `None`
/// unless it is certain: without that time nothing is, and if two match, one belongs to someone
/// else.
pub(super) fn find_ours(
    client: &Client<'_>,
    records: &[Record],
    wanted: &RequestedJob<'_>,
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

/// Whether the service created something after its clock showed `sent`. `None` if unknown: a
/// creation time in the future shows that the `Date` in responses is not the clock of the records.
pub(super) fn is_since(client: &Client<'_>, made: Option<u64>, sent: Option<u64>) -> Option<bool> {
    let now = client.latest_service_time(client.elapsed())?.saturating_add(SKEW);
    let made = made.filter(|made| *made <= now)?;
    Some(made >= sent?.saturating_sub(SKEW))
}

/// Whether a machine action matches the request, apart from comment and time, and does not
/// certainly belong to another requestor.
pub(super) fn may_be(record: &Record, wanted: &RequestedJob<'_>, caller: &Caller) -> bool {
    record.has_status()
        && record.is("type", wanted.kind)
        && record.is("machineId", wanted.machine)
        && record.mismatch(wanted, false).is_none()
        && !caller.is_by_other(record)
}
