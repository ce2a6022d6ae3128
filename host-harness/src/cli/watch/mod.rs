//! Watching over a call: showing how far it is, and, when it is interrupted, saying what it leaves behind.

mod change_request;
mod command_line;
mod in_the_way;
mod left;
mod next;
mod plan;
mod record;
mod seen;
mod told;
mod traffic;
mod view;

use std::io::{IsTerminal, stderr};
use std::pin::pin;
use std::time::{Duration, Instant};

use clap::Args;
use host_harness::{CallError, ErrorKind};

use super::failure::Failure;
use super::interrupt;
use super::output::Output;
use super::progress::Progress;
use super::session::Session;
use left::Left;
use view::Lines;

pub(crate) use command_line::CommandLine;
pub(crate) use plan::Plan;
pub(crate) use traffic::Traffic;

/// How often the line on a terminal is written anew: it counts seconds.
const REFRESH: Duration = Duration::from_millis(250);

/// What to say while an action is carried out.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct WatchArgs {
    /// Say nothing on stderr while the action is carried out
    #[arg(short, long)]
    quiet: bool,
}

impl WatchArgs {
    /// Whether nothing is to be said.
    pub(crate) fn is_quiet(self) -> bool {
        self.quiet
    }
}

/// Watches over one call of a session.
pub(crate) struct Watch<'a> {
    session: &'a Session,
    output: &'a Output,
    plan: Plan,
    command_line: CommandLine,
    quiet: bool,
}

/// Where and how a call is shown.
enum View {
    Nowhere,
    Terminal { line: Progress, began: Instant },
    Lines(Lines),
}

impl<'a> Watch<'a> {
    pub(crate) fn new(
        session: &'a Session,
        output: &'a Output,
        plan: Plan,
        command_line: CommandLine,
        watch: WatchArgs,
    ) -> Self {
        if plan.follows() {
            session.traffic.follow(&plan);
        }
        Self { session, output, plan, command_line, quiet: watch.quiet }
    }

    /// Shows a call to its end, or to Ctrl-C. The call is dropped then, which ends the plugin and cancels nothing at the service.
    /// What comes after it is to be preceded by [`interrupt::end_on_next`]: the signals end nothing any more.
    pub(crate) async fn over<T>(&self, call: impl Future<Output = Result<T, CallError>>) -> Result<T, Failure> {
        let interrupt = interrupt::listen().await;
        tokio::select! {
            biased;
            ended = self.shown(call) => ended,
            () = interrupt::came(interrupt) => Err(self.left().await),
        }
    }

    /// Shows a call to its end.
    pub(crate) async fn shown<T>(&self, call: impl Future<Output = Result<T, CallError>>) -> Result<T, Failure> {
        let mut view = self.view();
        let mut call = pin!(call);
        loop {
            tokio::select! {
                biased;
                ended = &mut call => {
                    self.refresh(&mut view);
                    return ended.map_err(|error| self.failure(error));
                }
                () = self.due(&view) => self.refresh(&mut view),
            }
        }
    }

    /// What a call that was dropped leaves behind.
    pub(crate) async fn left(&self) -> Failure {
        let seen = self.session.traffic.settled().await;
        Left::of(&seen, &self.plan).failure(&self.command_line)
    }

    /// The failure of a call; one that the host had to end, or that was over before what it waited for, leaves as much behind as
    /// one that was interrupted.
    fn failure(&self, error: CallError) -> Failure {
        let ended = matches!(&error, CallError::Host(error) if error.is_plugin_fault());
        let unfinished = matches!(&error, CallError::Plugin(error) if error.kind == ErrorKind::Unfinished);
        let in_the_way = match &error {
            CallError::Plugin(error) => in_the_way::words(error, &self.plan, &self.command_line),
            _ => None,
        };
        let failure = self.session.failure(error);
        if let Some(words) = in_the_way {
            return failure.with_aside(words);
        }
        if ended {
            return self.with_what_is_left(failure);
        }
        match Left::of(&self.session.traffic.so_far(), &self.plan).words(&self.command_line) {
            Some(words) if unfinished => failure.told_in_words(words),
            _ => failure,
        }
    }

    /// A failure that says nothing of what the call has done, with what it leaves behind.
    pub(crate) fn with_what_is_left(&self, failure: Failure) -> Failure {
        Left::of(&self.session.traffic.so_far(), &self.plan).added_to(failure, &self.command_line)
    }

    /// Whether anything that the call has sent may have been carried out, as far as the answers tell.
    pub(crate) fn may_be_carried_out(&self) -> bool {
        Left::of(&self.session.traffic.so_far(), &self.plan).may_be_carried_out()
    }

    /// What the call has done so far, for programs.
    pub(crate) fn document(&self) -> String {
        Left::of(&self.session.traffic.so_far(), &self.plan).document(&self.command_line)
    }

    fn view(&self) -> View {
        match () {
            () if self.quiet => View::Nowhere,
            () if stderr().is_terminal() => {
                View::Terminal { line: Progress::of_watch(&self.plan.action), began: Instant::now() }
            }
            () if self.plan.waits => View::Lines(Lines::default()),
            () => View::Nowhere,
        }
    }

    async fn due(&self, view: &View) {
        match view {
            View::Nowhere => std::future::pending().await,
            View::Terminal { .. } => tokio::time::sleep(REFRESH).await,
            View::Lines(_) => self.session.traffic.news().await,
        }
    }

    fn refresh(&self, view: &mut View) {
        let seen = self.session.traffic.so_far();
        match view {
            View::Nowhere => {}
            View::Terminal { line, began } => line.say(&view::line(&self.plan, &seen, *began, Instant::now())),
            View::Lines(lines) => lines.news(&self.plan, &seen).iter().for_each(|line| self.output.note(line)),
        }
    }
}
