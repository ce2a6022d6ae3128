//! Watching over a call: taking its steps, showing how far it is, and, when it is interrupted,
//! saying what it leaves behind.

mod closing;
mod command_line;
mod drive;
mod driven;
mod in_the_way;
mod left;
mod left_of;
mod results;
mod rows;
mod screen;
#[cfg(all(test, feature = "demo"))]
mod tests;
mod view;

use std::cell::Cell;
use std::pin::pin;

use clap::Args;
use host_harness::operation::OperationError;
use host_harness::{CallError, ErrorKind, HostError, Operation, Retry};

use super::calls::{Keep, Plan};
use super::failure::Failure;
use super::interrupt;
use super::machines::Names;
use super::output::Output;
use super::session::Session;
use left::Left;
use screen::Screen;

pub(crate) use command_line::CommandLine;
pub(crate) use driven::Driven;
pub(crate) use left_of::LeftOf;
pub(crate) use rows::found;

/// What to say while an action is carried out.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct WatchArgs {
    /// Say nothing on stderr while the action is carried out
    #[arg(short, long)]
    quiet: bool,
}

impl WatchArgs {
    /// The same as it was asked for by another process.
    pub(crate) fn of(quiet: bool) -> Self {
        Self { quiet }
    }

    /// Whether nothing is to be said.
    pub(crate) fn is_quiet(self) -> bool {
        self.quiet
    }
}

/// Watches over one call of a session.
pub(crate) struct Watch<'a> {
    pub(crate) session: &'a Session,
    pub(crate) output: &'a Output,
    pub(crate) plan: Plan,
    pub(crate) command_line: CommandLine,
    pub(crate) watch: WatchArgs,
    /// The call's identifier, if it can be gone on with.
    pub(crate) call: Option<String>,
    /// Targets that had a job before anything was sent, by their places.
    pub(crate) found: Vec<usize>,
    pub(crate) names: Names,
    /// How many machines were named and left out.
    pub(crate) left_out: usize,
    /// Whether what a script printed on one of many machines is printed once that machine has
    /// ended.
    pub(crate) prints_output: bool,
}

/// What a call came to that was to be planned.
pub(crate) enum Planned {
    /// It may be begun.
    Ready(Box<Operation<Keep>>),
    /// It has no steps, or the component does not offer operations.
    NotOffered,
    /// It is over, and nothing was sent.
    Over(Driven),
}

impl Watch<'_> {
    /// Plans a call: nothing that changes anything is sent. What comes after Ctrl-C is to be
    /// preceded by [`interrupt::end_on_next`].
    pub(crate) async fn planned(&self, action: &str, params: &str, journal: Keep) -> Planned {
        let interrupt = interrupt::listen().await;
        let mut screen = Screen::of(self, false);
        let connector = self.session.connector.clone();
        let start = pin!(Operation::start(connector, action, params, journal));
        let started = tokio::select! {
            biased;
            started = screen.during(start) => started,
            () = interrupt => {
                let failure = self.left(&LeftOf::default()).failure();
                return Planned::Over(Driven::unplanned(failure));
            }
        };
        match started {
            Ok(operation) => Planned::Ready(Box::new(operation)),
            Err(OperationError::Host(HostError::NotExported { .. })) => Planned::NotOffered,
            Err(error) => Planned::Over(Driven::unplanned(self.failure_of(error))),
        }
    }

    /// Carries out a call whose component says nothing before its end.
    pub(crate) async fn whole<T>(
        &self,
        call: impl Future<Output = Result<T, CallError>>,
    ) -> Driven<T> {
        let mut screen = Screen::of(self, false);
        let may_be_carried_out = Cell::new(false);
        let ended = async {
            let ended = screen.during(call).await;
            may_be_carried_out.set(self.plan.changes && matches!(&ended, Err(CallError::Host(_))));
            ended.map_err(|error| self.failure(error))
        };
        let driven = self.until_interrupted(ended).await;
        let may_be_carried_out = driven.may_be_carried_out || may_be_carried_out.get();
        Driven { may_be_carried_out, ..driven }
    }

    /// Waits for something that says nothing before its end, or for Ctrl-C.
    pub(crate) async fn until_interrupted<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Driven<T> {
        let interrupt = interrupt::listen().await;
        tokio::select! {
            biased;
            ended = work => Driven::whole(ended, false),
            () = interrupt => Driven::whole(Err(self.unseen()), self.plan.changes),
        }
    }

    /// What an operation has come to so far, as if it had been interrupted: for what follows it.
    pub(crate) fn left_of(&self, operation: &Operation<Keep>) -> LeftOf {
        let given = (self.found.as_slice(), &self.names);
        LeftOf::new(operation.progress(), operation.is_interrupted(), given)
    }

    fn failure_of(&self, error: OperationError) -> Failure {
        match error {
            OperationError::Plugin(error) => self.failure(CallError::Plugin(error)),
            OperationError::Host(error) => self.failure(CallError::Host(error)),
            error => Failure::local(error.to_string()),
        }
    }

    /// The failure of a call. A conflict names the job that is in the way.
    pub(crate) fn failure(&self, error: CallError) -> Failure {
        let in_the_way = match &error {
            CallError::Plugin(error) => in_the_way::words(error, &self.plan, &self.command_line),
            _ => None,
        };
        let failure = self.session.failure(error).about(&self.plan.action);
        match in_the_way {
            Some(words) => failure.with_aside(words),
            None => failure,
        }
    }

    /// The failure of a call that was interrupted and says nothing of what it has done.
    fn unseen(&self) -> Failure {
        if !self.plan.changes {
            return self.left(&LeftOf::default()).failure();
        }
        let message =
            format!("`{}` was interrupted: it may have been carried out", self.plan.action);
        Failure::interrupted(ErrorKind::Unfinished, Retry::Unknown, message)
    }

    fn left<'r>(&'r self, left: &'r LeftOf) -> Left<'r> {
        Left {
            plan: &self.plan,
            rows: &left.rows,
            is_sent: left.is_sent,
            call: self.call.as_deref(),
            command_line: &self.command_line,
        }
    }
}
