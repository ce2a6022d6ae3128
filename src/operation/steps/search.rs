//! Searches the service's records for a request that may have been sent.

use super::{Operation, Work};
use crate::actions::{self, JobType, ResponseBody, Route};
use crate::client::Client;
use crate::error::{Error, Retry};
use crate::operation::doubt::Doubt;
use crate::operation::ensure::is_countermanded;
use crate::operation::machine_actions::list_machine_actions;
use crate::operation::ownership::{SKEW, find_ours, may_be};
use crate::operation::reference::has_operation_mark;
use crate::operation::reversal::Reversal;
use crate::operation::{cancel, find_machine_action};
use crate::outcome::{Outcome, State};
use crate::request::{self, quoted, quoted_id};
use crate::response::{Record, RequestedJob};
use crate::schema::Params;

/// Maximum number of records per request, newest first: twenty machine actions at a time are usual.
const RECORDS: usize = 50;

/// The result of a search.
pub(super) enum SearchResult {
    /// The job was found.
    Job(Record),
    /// A job was found that matches except for the mark.
    Unmarked(Record),
    /// The record shows the change.
    Changed(Outcome),
    /// Later searches cannot show more: the target fails.
    Failed(Error),
    /// Nothing yet.
    Nothing,
}

/// Searches once for what a target in doubt may have started.
pub(super) fn search(
    client: &mut Client<'_>,
    operation: &mut Operation,
    n: usize,
    doubt: &Doubt,
) -> Result<SearchResult, Error> {
    match operation.work() {
        Work::Jobs(route, job_type) => look_for_job(client, operation, n, doubt, (route, job_type)),
        Work::Cancellation(_) => look_for_cancellation(client, operation, n, doubt),
        _ => read_back(client, operation, n, doubt),
    }
}

fn look_for_job(
    client: &mut Client<'_>,
    operation: &mut Operation,
    n: usize,
    doubt: &Doubt,
    (route, job_type): (&Route, &JobType),
) -> Result<SearchResult, Error> {
    let request = request::build(operation.action, route, &operation.tasks[n].params)?;
    let machine = operation.tasks[n].machine().to_owned();
    let wanted = RequestedJob { kind: job_type.kind, machine: &machine, body: &request.json };
    let mut filter = format!("machineId eq {}", quoted_id(&machine));
    if !doubt.is_refused() {
        filter += &format!(" and type eq {}", quoted(job_type.kind));
    }
    let records = list_machine_actions(client, &filter, RECORDS)?;
    let sent = sent_at_service_time(client, operation, doubt);
    let found = match operation.is_in_one_call() {
        true => find_ours(client, &records, &wanted, sent)
            .map_or(SearchResult::Nothing, SearchResult::Job),
        false => find_marked(client, operation, n, &records, &wanted, sent),
    };
    if matches!(found, SearchResult::Job(_)) {
        return Ok(found);
    }
    if let Some(record) = blocking_job(&records, job_type.kind).filter(|_| doubt.is_refused()) {
        let fits = operation.params.is("ensure") && record.mismatch(&wanted, true).is_none();
        if fits && !is_countermanded(client, &machine, job_type.inverse) {
            operation.tasks[n].reversal = Reversal::None;
            return Ok(SearchResult::Job(record.clone()));
        }
        let may_be_ours = sent.is_none() && may_be(record, &wanted, &client.caller());
        let error = match may_be_ours {
            true => doubt.error.clone().with_message(format!(
                "`{}` was rejected: one like it is running on the machine. It may be this call's: the service's clock is unknown, or differs from the host's by more than five minutes. Check that machine action before you try again.",
                operation.action.name
            )),
            false => doubt.error.clone(),
        };
        return Ok(SearchResult::Failed(
            error.with_detail("machineAction", record.summary_json(&client.sanitizer())),
        ));
    }
    // Without a mark and the service's time, a later search cannot show more.
    match operation.is_in_one_call() && sent.is_none() {
        true => Ok(SearchResult::Failed(doubt.error.clone())),
        false => Ok(found),
    }
}

/// The service's clock, at the latest, when the request was sent or before; `None` if unknown.
fn sent_at_service_time(client: &Client<'_>, operation: &Operation, doubt: &Doubt) -> Option<u64> {
    doubt.sent.and_then(|sent| client.latest_service_time(sent)).or(operation.service_time)
}

/// Finds the job that carries the target's mark, or else one that matches without it.
fn find_marked(
    client: &Client<'_>,
    operation: &Operation,
    n: usize,
    records: &[Record],
    wanted: &RequestedJob<'_>,
    sent: Option<u64>,
) -> SearchResult {
    let since = sent.map(|sent| sent.saturating_sub(SKEW));
    let caller = client.caller();
    // A job belongs to one target, even if the service later shows it for another machine.
    let is_taken = |record: &Record| {
        let mut jobs = operation.tasks.iter().filter_map(|task| task.record.as_ref());
        jobs.any(|job| job.id.eq_ignore_ascii_case(&record.id))
    };
    let fits = |record: &Record| !is_taken(record) && may_be(record, wanted, &caller);
    let mut found = SearchResult::Nothing;
    for record in records {
        let is_newer = record.created().zip(since).map(|(created, since)| created >= since);
        match has_operation_mark(&record.text("requestorComment"), &operation.id, n) {
            true if is_newer != Some(false) && fits(record) => {
                return SearchResult::Job(record.clone());
            }
            false if is_newer == Some(true) && fits(record) => {
                found = SearchResult::Unmarked(record.clone())
            }
            _ => {}
        }
    }
    found
}

/// Finds the machine action that made the service reject the request: a running one of that type,
/// or else any.
fn blocking_job<'r>(records: &'r [Record], kind: &str) -> Option<&'r Record> {
    let mut under_way = records.iter().filter(|record| !record.state.is_final());
    under_way.clone().find(|record| record.is("type", kind)).or_else(|| under_way.next())
}

fn look_for_cancellation(
    client: &mut Client<'_>,
    operation: &Operation,
    n: usize,
    doubt: &Doubt,
) -> Result<SearchResult, Error> {
    let task = &operation.tasks[n];
    let Some(record) = find_machine_action(client, task.machine())? else {
        return Ok(SearchResult::Nothing);
    };
    let (is_cancelled, is_refused) = (record.state == State::Cancelled, doubt.is_refused());
    let comment = task.params.text("comment").unwrap_or_default();
    if is_cancelled
        && is_refused
        && !cancel::is_ours(
            client,
            &record,
            comment,
            sent_at_service_time(client, operation, doubt),
        )
    {
        let summary = record.summary_json(&client.sanitizer());
        return Ok(SearchResult::Failed(
            doubt.error.clone().with_retry(Retry::Unknown).with_detail("machineAction", summary),
        ));
    }
    Ok(match record.state.is_final() || is_refused {
        _ if is_cancelled => SearchResult::Job(record),
        // An unreadable status may be any.
        _ if record.state == State::Unknown => SearchResult::Nothing,
        // A job that ended otherwise stays that way, and a rejected request did not cancel it.
        true => SearchResult::Failed(doubt.error.clone()),
        false => SearchResult::Nothing,
    })
}

/// Reads the changed record back, if an action does so. A record that does not show the change
/// proves nothing.
fn read_back(
    client: &mut Client<'_>,
    operation: &Operation,
    n: usize,
    doubt: &Doubt,
) -> Result<SearchResult, Error> {
    let task = &operation.tasks[n];
    let nothing = Ok(SearchResult::Failed(doubt.error.clone()));
    let Some(ResponseBody::Changed(change)) = operation.action.route().map(|route| &route.response)
    else {
        return nothing;
    };
    let read = actions::find(change.read)?;
    let back = read.route().filter(|route| {
        matches!(route.response, ResponseBody::Record) && route.path.contains("{id}")
    });
    let (Some(back), Some(id)) = (back, task.params.value("id").cloned()) else { return nothing };
    let record = match actions::send_route(client, read, back, &Params::default().with("id", id)) {
        // A rejection is final.
        Err(error) if !matches!(error.retry(), Retry::After(_)) => return nothing,
        record => record?,
    };
    let summary = actions::prove(
        client,
        operation.action.name,
        change,
        &task.params,
        record.data.into_bytes(),
    );
    summary
        .filter(|outcome| outcome.warnings.is_empty())
        .map_or(nothing, |outcome| Ok(SearchResult::Changed(outcome)))
}
