//! Doubt: a request may have been sent. The service's own records decide; nothing is ever sent again from here.

use super::look::told;
use super::{Operation, Work};
use crate::actions::{self, Answer, Route, Started};
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::operation::look::look;
use crate::operation::look_up;
use crate::operation::reconcile::{SKEW, filter, may_be};
use crate::operation::reference::is_marked_by;
use crate::outcome::{Outcome, State};
use crate::request;
use crate::response::{Record, Wanted};
use crate::shape::Input;

/// Most records of one look: twenty actions at a time, and the newest come first.
const RECORDS: usize = 50;

/// How long new records may be missing from reads, in seconds.
const GRACE: u64 = 120;

/// A request that may have been sent.
#[derive(Clone, Debug)]
pub(crate) struct Doubt {
    /// Since when it is searched for: Unix time in seconds.
    pub(super) since: u64,
    /// What the target fails with if nothing is found.
    pub(super) error: Error,
}

impl Doubt {
    /// A request whose response was lost, or says nothing for sure.
    pub(super) fn new(since: u64, error: Error) -> Self {
        Self { since, error }
    }

    /// A request of which it is not known whether it was sent at all.
    pub(super) fn interrupted(since: u64, action: &str) -> Self {
        let message = format!(
            "The host was interrupted while `{action}` was being sent, and the service's records do not show it: it may or may not have been carried out."
        );
        Self::new(since, Error::new(Kind::Unreachable, message).with_retry(Retry::Unknown))
    }

    /// How long to wait before the next look, in seconds.
    pub(super) fn wait(&self, now: u64) -> u64 {
        now.saturating_sub(self.since).clamp(1, 10)
    }

    fn is_over(&self, now: u64) -> bool {
        now.saturating_sub(self.since) >= GRACE
    }
}

/// What a look showed.
enum Found {
    /// The job, known by the operation's mark.
    Job(Record),
    /// One that fits in all but the mark.
    Unmarked(Record),
    /// The record as it was to become.
    Changed(Outcome),
    /// Nothing. Whether a later look may show more.
    Nothing { yet: bool },
}

/// Looks once for what each target in doubt may have started.
pub(super) fn look_for_doubted(client: &mut Client<'_>, operation: &mut Operation) {
    for n in 0..operation.tasks.len() {
        let Some(doubt) = operation.tasks[n].doubt.clone() else { continue };
        let found = match operation.work() {
            Work::Jobs(route, started) => look_for_job(client, operation, n, route, started),
            Work::Cancellation(_) => look_for_cancellation(client, operation.tasks[n].machine()),
            _ => read_back(client, operation, n),
        };
        let is_over = doubt.is_over(client.now().as_secs());
        let clean = client.sanitizer();
        let task = &mut operation.tasks[n];
        operation.has_looked |= found.is_ok();
        let error = match found {
            Ok(Found::Job(record)) => {
                client.remember(&record.id);
                task.adopt(record);
                task.doubt = None;
                continue;
            }
            Ok(Found::Changed(outcome)) => {
                task.take(outcome);
                task.doubt = None;
                continue;
            }
            Ok(Found::Nothing { yet: true } | Found::Unmarked(_)) if !is_over => continue,
            Err(error) if !is_over => {
                operation.pause = operation.pause.max(told(&error));
                operation.trouble = Some(error);
                continue;
            }
            Ok(Found::Unmarked(record)) => doubt.error.with_detail("machineAction", record.shown(&clean)),
            Ok(Found::Nothing { .. }) => doubt.error,
            Err(cause) => doubt.error.with_detail("cause", cause.to_json()),
        };
        task.error = Some(error);
        task.doubt = None;
    }
}

fn look_for_job(
    client: &mut Client<'_>,
    operation: &Operation,
    n: usize,
    route: &Route,
    started: &Started,
) -> Result<Found, Error> {
    let task = &operation.tasks[n];
    let request = request::build(operation.action, route, &task.params)?;
    let wanted = Wanted { kind: started.kind, machine: task.machine(), body: &request.json };
    let records = look(client, &filter(&wanted), RECORDS)?;
    let since = operation.service_time.map(|time| time.saturating_sub(SKEW));
    let caller = client.caller();
    // A job is one target's: the service may show it as another machine's later on.
    let is_taken = |record: &Record| {
        operation
            .tasks
            .iter()
            .filter_map(|task| task.record.as_ref())
            .any(|job| job.id.eq_ignore_ascii_case(&record.id))
    };
    let fits = |record: &Record| !is_taken(record) && may_be(record, &wanted, &caller);
    let mut found = Found::Nothing { yet: true };
    for record in records {
        let is_newer = record.created().zip(since).map(|(created, since)| created >= since);
        match is_marked_by(&record.text("requestorComment"), &operation.id) {
            true if is_newer != Some(false) && fits(&record) => return Ok(Found::Job(record)),
            false if is_newer == Some(true) && fits(&record) => found = Found::Unmarked(record),
            _ => {}
        }
    }
    Ok(found)
}

fn look_for_cancellation(client: &mut Client<'_>, id: &str) -> Result<Found, Error> {
    Ok(match look_up(client, id)? {
        Some(record) if record.state == State::Cancelled => Found::Job(record),
        // What has ended otherwise stays so.
        Some(record) => Found::Nothing { yet: !record.state.is_final() },
        None => Found::Nothing { yet: true },
    })
}

/// Reads the changed record back, where one action does. One that does not show the change proves nothing.
fn read_back(client: &mut Client<'_>, operation: &Operation, n: usize) -> Result<Found, Error> {
    let nothing = Ok(Found::Nothing { yet: false });
    let task = &operation.tasks[n];
    let Some(Answer::Changed(change)) = operation.action.route().map(|route| &route.answer) else { return nothing };
    let read = actions::find(change.read)?;
    let back = read.route().filter(|route| matches!(route.answer, Answer::Record) && route.path.contains("{id}"));
    let (Some(back), Some(id)) = (back, task.params.value("id").cloned()) else { return nothing };
    let record = match actions::perform(client, read, back, &Input::default().with("id", id)) {
        // That it was refused will not change.
        Err(error) if !matches!(error.retry(), Retry::After(_)) => return nothing,
        record => record?,
    };
    let shown = actions::prove(client, operation.action.name, change, &task.params, record.data.into_bytes());
    Ok(match shown.filter(|outcome| outcome.warnings.is_empty()) {
        Some(outcome) => Found::Changed(outcome),
        None => Found::Nothing { yet: false },
    })
}
