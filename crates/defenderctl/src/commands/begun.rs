//! A call under way: where it is kept, and its lines in the audit file.

use std::path::Path;
use std::process;

use host_harness::Operation;
use uuid::Uuid;

use crate::args::PluginArgs;
use crate::audit::{End, Entry};
use crate::calls::{Call, Calls, Keep, Plan, Record, Shown};
use crate::disruption::Approved;
use crate::failure::Failure;
use crate::interrupt;
use crate::session::Session;
use crate::watch::{Driven, Planned, Watch, found};

/// A call under way.
pub(crate) struct Begun {
    /// If it changes something.
    call: Option<Call>,
    /// Taken when its end is written down.
    entry: Option<Entry>,
}

impl Begun {
    /// A call that is about to be made: its journal is open, and the audit file has its first line.
    ///
    /// # Errors
    ///
    /// Either cannot be written: the call must not be made.
    pub(crate) fn new(
        session: &Session,
        plan: &Plan,
        given: (&PluginArgs, Option<&Path>),
        shown: Shown,
        approved: &Approved,
    ) -> Result<(Self, Keep), Failure> {
        let call_id = Uuid::new_v4().to_string();
        let (call, journal) = if plan.changes {
            let record = Record::new(&call_id, session, plan, given, shown).map_err(|error| {
                Failure::local(format!("the current folder is gone ({error}): change into another one; nothing was sent"))
            })?;
            let (call, journal) = Calls::of_user()?.begin(record)?;
            (Some(call), Keep::Folder(journal))
        } else {
            (None, Keep::nothing())
        };
        match approved.record(&call_id) {
            Ok(entry) => Ok((Self { call, entry: Some(entry) }, journal)),
            Err(failure) => {
                forget(call);
                Err(failure)
            }
        }
    }

    /// A call that another process began.
    pub(crate) fn resumed(call: Call, entry: Option<Entry>) -> Self {
        Self { call: Some(call), entry }
    }

    /// Plans a call, step by step or as a whole, and keeps it if it can be gone on with.
    pub(crate) async fn planned(
        &mut self,
        watch: &mut Watch<'_>,
        (action, params): (&str, &str),
        journal: Keep,
    ) -> Planned {
        let planned = match watch.plan.has_steps() {
            true => watch.planned(action, params, journal).await,
            false => Planned::NotOffered,
        };
        match planned {
            Planned::Ready(operation) => match self.keep(watch, &operation) {
                Ok(()) => Planned::Ready(operation),
                Err(failure) => {
                    forget(self.call.take());
                    Planned::Over(Driven::unplanned(failure))
                }
            },
            over => {
                forget(self.call.take());
                over
            }
        }
    }

    fn keep(&mut self, watch: &mut Watch<'_>, operation: &Operation<Keep>) -> Result<(), Failure> {
        watch.found = found(operation.progress());
        let Some(call) = &mut self.call else { return Ok(()) };
        call.record.found.clone_from(&watch.found);
        call.record.names = watch.names.clone();
        call.save()?;
        watch.call = Some(call.record.call_id.clone());
        Ok(())
    }

    /// Writes down how the call ended, or that it was interrupted. From then on the next signal
    /// ends the program.
    pub(crate) async fn written_down<T>(&mut self, end: End<'_>, driven: &Driven<T>) {
        if let Some(entry) = self.entry.take() {
            entry.finish(end);
        }
        if let Some(call) = self.call.as_mut().filter(|_| driven.has_ended) {
            call.audited();
        }
        if driven.is_hurried {
            process::exit(interrupt::ENDED);
        }
        // Not before: the audit file's line is to be whole.
        interrupt::end_on_next().await;
    }

    /// Notes that the result was shown, if there is one.
    pub(crate) fn ended(mut self, has_ended: bool) {
        if let Some(call) = self.call.as_mut().filter(|_| has_ended) {
            call.ended();
        }
    }
}

/// Removes a call that nothing was sent for, if it is kept at all.
fn forget(call: Option<Call>) {
    if let Some(call) = call {
        call.forget();
    }
}
