//! What the service's records show of a request that may have been sent.

use super::doubt::Doubt;
use super::{Operation, Work};
use crate::actions::{self, Answer, Route, Started};
use crate::client::Client;
use crate::error::{Error, Retry};
use crate::operation::ensure::is_countermanded;
use crate::operation::look::look;
use crate::operation::reference::is_marked_by;
use crate::operation::undone::Undoing;
use crate::operation::whose::{SKEW, may_be, ours};
use crate::operation::{cancel, look_up};
use crate::outcome::{Outcome, State};
use crate::request::{self, quoted};
use crate::response::{Record, Wanted};
use crate::shape::Input;

/// Most records of one look: twenty actions at a time, and the newest come first.
const RECORDS: usize = 50;

/// What a look showed.
pub(super) enum Found {
    /// The job.
    Job(Record),
    /// One that fits in all but the mark.
    Unmarked(Record),
    /// The record as it was to become.
    Changed(Outcome),
    /// That later looks will show no more: the target fails.
    Not(Error),
    /// Nothing yet.
    Nothing,
}

/// Looks once for what a target in doubt may have started.
pub(super) fn search(
    client: &mut Client<'_>,
    operation: &mut Operation,
    n: usize,
    doubt: &Doubt,
) -> Result<Found, Error> {
    match operation.work() {
        Work::Jobs(route, started) => look_for_job(client, operation, n, doubt, (route, started)),
        Work::Cancellation(_) => look_for_cancellation(client, operation, n, doubt),
        _ => read_back(client, operation, n, doubt),
    }
}

fn look_for_job(
    client: &mut Client<'_>,
    operation: &mut Operation,
    n: usize,
    doubt: &Doubt,
    (route, started): (&Route, &Started),
) -> Result<Found, Error> {
    let request = request::build(operation.action, route, &operation.tasks[n].params)?;
    let machine = operation.tasks[n].machine().to_owned();
    let wanted = Wanted { kind: started.kind, machine: &machine, body: &request.json };
    let mut filter = format!("machineId eq {}", quoted(&machine));
    if !doubt.is_refused() {
        filter += &format!(" and type eq {}", quoted(started.kind));
    }
    let records = look(client, &filter, RECORDS)?;
    let sent = sent(client, operation, doubt);
    let found = match operation.is_in_one_call() {
        true => ours(client, &records, &wanted, sent).map_or(Found::Nothing, Found::Job),
        false => marked(client, operation, &records, &wanted, sent),
    };
    if matches!(found, Found::Job(_)) {
        return Ok(found);
    }
    if let Some(record) = in_the_way(&records, started.kind).filter(|_| doubt.is_refused()) {
        let fits = operation.params.is("ensure") && record.difference(&wanted, true).is_none();
        if fits && !is_countermanded(client, &machine, started.undo) {
            operation.tasks[n].undoing = Undoing::None;
            return Ok(Found::Job(record.clone()));
        }
        let may_be_ours = sent.is_none() && may_be(record, &wanted, &client.caller());
        let error = match may_be_ours {
            true => doubt.error.clone().with_message(format!(
                "`{}` was refused: one like it is under way on the machine. It may be this call's: the service's clock is not known, or differs from the host's by more than five minutes. Look at that machine action before you repeat it.",
                operation.action.name
            )),
            false => doubt.error.clone(),
        };
        return Ok(Found::Not(
            error.with_detail("machineAction", record.shown(&client.sanitizer())),
        ));
    }
    // Without a mark and the service's time a later look will not show more.
    match operation.is_in_one_call() && sent.is_none() {
        true => Ok(Found::Not(doubt.error.clone())),
        false => Ok(found),
    }
}

/// What the service's clock showed, at the latest, when the request went out, or before that;
/// `None` if it is not known.
fn sent(client: &Client<'_>, operation: &Operation, doubt: &Doubt) -> Option<u64> {
    doubt.sent.and_then(|sent| client.latest_service_time(sent)).or(operation.service_time)
}

/// The job that carries the operation's mark, or else one that fits and does not.
fn marked(
    client: &Client<'_>,
    operation: &Operation,
    records: &[Record],
    wanted: &Wanted<'_>,
    sent: Option<u64>,
) -> Found {
    let since = sent.map(|sent| sent.saturating_sub(SKEW));
    let caller = client.caller();
    // A job is one target's: the service may show it as another machine's later on.
    let is_taken = |record: &Record| {
        let mut jobs = operation.tasks.iter().filter_map(|task| task.record.as_ref());
        jobs.any(|job| job.id.eq_ignore_ascii_case(&record.id))
    };
    let fits = |record: &Record| !is_taken(record) && may_be(record, wanted, &caller);
    let mut found = Found::Nothing;
    for record in records {
        let is_newer = record.created().zip(since).map(|(created, since)| created >= since);
        match is_marked_by(&record.text("requestorComment"), &operation.id) {
            true if is_newer != Some(false) && fits(record) => return Found::Job(record.clone()),
            false if is_newer == Some(true) && fits(record) => {
                found = Found::Unmarked(record.clone())
            }
            _ => {}
        }
    }
    found
}

/// The machine action for which the service refuses a request: one of that type, else any that is
/// under way.
fn in_the_way<'r>(records: &'r [Record], kind: &str) -> Option<&'r Record> {
    let mut under_way = records.iter().filter(|record| !record.state.is_final());
    under_way.clone().find(|record| record.is("type", kind)).or_else(|| under_way.next())
}

fn look_for_cancellation(
    client: &mut Client<'_>,
    operation: &Operation,
    n: usize,
    doubt: &Doubt,
) -> Result<Found, Error> {
    let task = &operation.tasks[n];
    let Some(record) = look_up(client, task.machine())? else { return Ok(Found::Nothing) };
    let (is_cancelled, is_refused) = (record.state == State::Cancelled, doubt.is_refused());
    let comment = task.params.text("comment").unwrap_or_default();
    if is_cancelled
        && is_refused
        && !cancel::is_ours(client, &record, comment, sent(client, operation, doubt))
    {
        let shown = record.shown(&client.sanitizer());
        return Ok(Found::Not(
            doubt.error.clone().with_retry(Retry::Unknown).with_detail("machineAction", shown),
        ));
    }
    Ok(match record.state.is_final() || is_refused {
        _ if is_cancelled => Found::Job(record),
        // What has ended otherwise stays so, and what was refused was not cancelled.
        true => Found::Not(doubt.error.clone()),
        false => Found::Nothing,
    })
}

/// Reads the changed record back, where one action does. One that does not show the change proves
/// nothing.
fn read_back(
    client: &mut Client<'_>,
    operation: &Operation,
    n: usize,
    doubt: &Doubt,
) -> Result<Found, Error> {
    let task = &operation.tasks[n];
    let nothing = Ok(Found::Not(doubt.error.clone()));
    let Some(Answer::Changed(change)) = operation.action.route().map(|route| &route.answer) else {
        return nothing;
    };
    let read = actions::find(change.read)?;
    let back = read
        .route()
        .filter(|route| matches!(route.answer, Answer::Record) && route.path.contains("{id}"));
    let (Some(back), Some(id)) = (back, task.params.value("id").cloned()) else { return nothing };
    let record = match actions::perform(client, read, back, &Input::default().with("id", id)) {
        // That it was refused will not change.
        Err(error) if !matches!(error.retry(), Retry::After(_)) => return nothing,
        record => record?,
    };
    let shown = actions::prove(
        client,
        operation.action.name,
        change,
        &task.params,
        record.data.into_bytes(),
    );
    shown
        .filter(|outcome| outcome.warnings.is_empty())
        .map_or(nothing, |outcome| Ok(Found::Changed(outcome)))
}
