//! The audit file: a line before each call that changes something and a line after it, in JSON.
//!
//! The first line is on the disk before anything is sent; if it cannot be written, nothing is sent.
//! A call without a second line was killed, and only the service knows its result. `file` writes
//! the lines, `line` and `end` compose them, `who` names the user.

mod end;
mod file;
mod line;
mod who;

use host_harness::Outcome;

pub(crate) use file::AuditFile;
pub(crate) use line::Call;

use super::calls::Record;
use super::failure::Failure;
use super::output::Output;
use super::session::Session;
use who::Who;

/// How a call ended.
#[derive(Clone, Copy)]
pub(crate) enum End<'a> {
    /// It was carried out.
    Done(&'a Outcome),
    /// It was carried out and gave a file; what the call has done on its way there, as JSON text.
    Fetched(&'a str),
    /// It failed, was interrupted, or nobody knows.
    Failed {
        /// What is known of why.
        failure: &'a Failure,
        /// Whether any request of it that changes something may have been carried out, as far as
        /// the answers tell.
        may_be_carried_out: bool,
    },
    /// Nobody saw its end.
    Unseen,
}

impl<'a> End<'a> {
    /// How a call ended that gives an outcome.
    pub(crate) fn of(result: &'a Result<Outcome, Failure>, may_be_carried_out: bool) -> Self {
        match result {
            Ok(outcome) => Self::Done(outcome),
            Err(failure) => Self::Failed { failure, may_be_carried_out },
        }
    }
}

impl AuditFile {
    /// Writes down that a call was forgotten.
    ///
    /// # Errors
    ///
    /// It cannot be written: the call must be kept.
    pub(crate) fn forgotten(
        &self,
        record: &Record,
        targets: &str,
        may_be_carried_out: bool,
    ) -> Result<(), Failure> {
        let who = Who::of_record(record);
        let line = line::forgotten(
            &record.call_id,
            &record.plan.action,
            &who,
            targets,
            may_be_carried_out,
        );
        self.append(&line).map_err(|error| self.unwritable(&error))
    }
}

/// A call that is written down as begun. Dropped without an end, it is written down as interrupted.
pub(crate) struct Entry(Option<Begun>);

struct Begun {
    file: AuditFile,
    action: String,
    /// Joins the two lines.
    call_id: String,
    /// Who goes on with it, if it was begun by another process.
    resumed_by: Option<Who>,
}

impl Entry {
    /// Of a call that is not audited.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    /// Writes down that a call begins.
    ///
    /// # Errors
    ///
    /// It cannot be written, so the call must not be made.
    pub(crate) fn begin(file: &AuditFile, call: &Call, call_id: &str) -> Result<Self, Failure> {
        file.append(&call.before(call_id)).map_err(|error| file.unwritable(&error))?;
        let (action, call_id) = (call.action.clone(), call_id.to_owned());
        Ok(Self(Some(Begun { file: file.clone(), action, call_id, resumed_by: None })))
    }

    /// Of a call that is written down as begun, and gone on with by this process.
    pub(crate) fn resumed(file: AuditFile, session: &Session, action: &str, call_id: &str) -> Self {
        let (action, call_id, resumed_by) =
            (action.to_owned(), call_id.to_owned(), Some(Who::of(session)));
        Self(Some(Begun { file, action, call_id, resumed_by }))
    }

    /// Writes down how the call ended. It has ended so whether that can be written or not: failing
    /// to is a warning.
    pub(crate) fn finish(mut self, end: End<'_>) {
        self.write(end);
    }

    fn write(&mut self, end: End<'_>) {
        let Some(Begun { file, action, call_id, resumed_by }) = self.0.take() else { return };
        let line = match &resumed_by {
            Some(who) => line::resumed(&call_id, &action, who, end),
            None => line::after(&call_id, &action, end),
        };
        if let Err(error) = file.append(&line) {
            Output::new(false).warning(&format!(
                "THE AUDIT FILE LACKS THE END OF THIS CALL: {} cannot be written: {error}. `{action}` itself is not affected; \
                 add by hand how the call {call_id} ended",
                file.path().display()
            ));
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.write(End::Unseen);
    }
}
