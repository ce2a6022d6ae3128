//! The commands that go on with a call, wait for its jobs or cancel them.

use host_harness::operation::TargetState;
use host_harness::{ErrorKind, Retry};

use super::super::command_line::is_identifier;
use super::super::rows::Row;
use super::Left;
use crate::calls::Plan;
use crate::json;
use crate::machines::id_of;

/// Commands for what comes next.
pub(super) struct Next {
    pub(super) resume: Vec<String>,
    pub(super) wait: Vec<String>,
    /// Whether what may have been carried out was.
    pub(super) look: Vec<String>,
    pub(super) cancel: Vec<String>,
}

impl Left<'_> {
    pub(super) fn next(&self) -> Next {
        let resume: Vec<String> =
            self.call.map(|call| self.command_line.resume(call)).into_iter().collect();
        // What is being cancelled is not waited for: its end by being cancelled would count as a
        // failure there.
        let followed: Vec<&Row> = self.running().filter(|_| !self.plan.cancels).collect();
        let ids: Vec<String> = followed.iter().filter_map(|row| job_id(row, self.plan)).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let wait = if resume.is_empty() { self.command_line.wait(&ids, self.plan) } else { None };
        // What was found may be another user's, and so may what a call only waits for.
        let own = followed.iter().filter(|row| self.plan.changes && !row.is_found);
        let cancel = own
            .filter_map(|row| self.command_line.cancel(&job_id(row, self.plan)?, self.plan))
            .collect();
        let mut look = Vec::new();
        for row in self.rows.iter().filter(|row| self.plan.changes && is_in_question(row)) {
            let about = json::parse(&row.target.name).unwrap_or_default();
            let command = self.command_line.look_for(&self.plan.action, id_of(&about));
            look.extend(command.filter(|command| !look.contains(command)));
        }
        Next { resume, wait: wait.into_iter().collect(), look, cancel }
    }

    /// The targets whose jobs go on. One that was not waited for long enough has failed, and its
    /// job goes on.
    pub(super) fn running(&self) -> impl Iterator<Item = &Row> {
        let is_waited_for = |row: &Row| !self.plan.changes && !row.has_ended();
        self.rows.iter().filter(move |row| {
            row.state == TargetState::Running || is_unfinished(row) || is_waited_for(row)
        })
    }
}

/// Whether a target's job goes on that was not waited for long enough.
pub(super) fn is_unfinished(row: &Row) -> bool {
    row.target.error.as_ref().is_some_and(|error| error.kind == ErrorKind::Unfinished)
}

/// Whether nobody knows if a target's request was carried out.
fn is_in_question(row: &Row) -> bool {
    let error = row.target.error.as_ref();
    let is_unknown = error.is_some_and(|error| error.retry == Retry::Unknown);
    row.state == TargetState::InDoubt || is_unknown && row.target.job.is_none()
}

/// The identifier of a target's job, if it can go into a command. What is only waited for is named
/// by it.
fn job_id(row: &Row, plan: &Plan) -> Option<String> {
    let named = || {
        id_of(&json::parse(&row.target.name).unwrap_or_default())
            .filter(|_| !plan.changes)
            .map(str::to_owned)
    };
    row.target.job.as_ref().map(|job| job.id.clone()).or_else(named).filter(|id| is_identifier(id))
}
