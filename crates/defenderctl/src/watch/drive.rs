//! Takes an operation to its end, or to Ctrl-C.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use host_harness::operation::{NextStep, OperationError};
use host_harness::{CallError, ErrorKind, Operation, Outcome, PluginError};

use super::left::Left;
use super::screen::Screen;
use super::{Driven, Watch, results, rows};
use crate::calls::Keep;
use crate::failure::Failure;
use crate::interrupt;
use crate::render::script_output;

/// How long the outcome of the step in flight is waited for after Ctrl-C.
const GRACE: Duration = Duration::from_secs(5);

impl Watch<'_> {
    /// Takes every step that is left, until the end or Ctrl-C. The outcome of the step in flight is
    /// waited for then, and nothing is cancelled at the service.
    pub(crate) async fn finish(&mut self, operation: &mut Operation<Keep>) -> Driven {
        let mut yielded = match operation.journal().results() {
            Ok(yielded) => yielded,
            Err(error) => {
                return self.cut_short(operation, &BTreeMap::new(), Err(error.into()));
            }
        };
        let mut interrupted = interrupt::listen().await;
        let mut screen = Screen::of(self, self.plan.waits || self.plan.is_many);
        let (mut is_over, mut is_hurried) = (false, false);
        let mut printed = BTreeSet::new();
        loop {
            for (place, target) in operation.progress().targets.iter().enumerate() {
                if let Some(data) = &target.data {
                    self.names.learn(target);
                    yielded.insert(place, data.clone());
                }
            }
            self.print(operation, &yielded, &mut printed, &screen);
            let next_look = Instant::now() + operation.progress().wait;
            let rows = rows::rows(operation.progress(), false, &self.found, &self.names);
            screen.show(rows, next_look, operation.progress().next == NextStep::Send);
            if operation.progress().next == NextStep::None {
                drop(screen);
                return self.ended(operation, &yielded);
            }
            if is_over {
                return Driven { is_hurried, ..self.cut_short(operation, &yielded, Ok(())) };
            }
            tokio::select! {
                biased;
                () = &mut interrupted => return self.cut_short(operation, &yielded, Ok(())),
                () = screen.during(operation.wait()) => {}
            }
            let mut step = Box::pin(operation.take_step());
            let taken = tokio::select! {
                biased;
                taken = screen.during(&mut step) => taken.map(drop),
                () = &mut interrupted => {
                    let again = interrupt::listen().await;
                    is_over = true;
                    tokio::select! {
                        _ = tokio::time::timeout(GRACE, &mut step) => {}
                        () = again => is_hurried = true,
                    }
                    Ok(())
                }
            };
            drop(step);
            if let Err(error) = taken {
                return self.cut_short(operation, &yielded, Err(error));
            }
        }
    }

    /// Prints what scripts have printed on machines that have ended, each once.
    fn print(
        &self,
        operation: &Operation<Keep>,
        yielded: &BTreeMap<usize, String>,
        printed: &mut BTreeSet<usize>,
        screen: &Screen,
    ) {
        let targets = &operation.progress().targets;
        for (place, data) in yielded.iter().filter(|_| self.prints_output) {
            let machine = targets.get(*place).map(|target| self.names.of(target));
            if printed.insert(*place)
                && let Some(text) = script_output(&machine.unwrap_or_default(), data)
            {
                // A reader that has gone away is noticed with the result.
                let _ = screen.aside(|| self.output.result(&text));
            }
        }
    }

    /// An operation that ends here and not at its end.
    fn cut_short(
        &self,
        operation: &Operation<Keep>,
        yielded: &BTreeMap<usize, String>,
        why: Result<(), OperationError>,
    ) -> Driven {
        let mut left = self.left_of(operation);
        for (place, row) in left.rows.iter_mut().enumerate() {
            row.target.data = yielded.get(&place).filter(|_| !self.prints_output).cloned();
        }
        let left = self.left(&left);
        let may_be_carried_out = left.may_be_carried_out();
        let failure = match why {
            Ok(()) => left.failure(),
            Err(error) => left.added_to(self.failure_of(error)),
        };
        Driven { result: Err(failure), may_be_carried_out, has_ended: false, is_hurried: false }
    }

    fn ended(&self, operation: &Operation<Keep>, yielded: &BTreeMap<usize, String>) -> Driven {
        let left = self.left_of(operation);
        // It has ended, and there is nothing to resume.
        let left = Left { call: None, ..self.left(&left) };
        let may_be_carried_out = left.may_be_carried_out();
        let result = match operation.progress().outcome.clone() {
            Some(Ok(outcome)) => {
                let data = if self.plan.is_many {
                    results::assembled(&outcome.data, yielded)
                } else {
                    outcome.data
                };
                Ok(Outcome { data, usage: operation.usage(), ..outcome })
            }
            Some(Err(error)) => {
                let details =
                    error.details.as_deref().map(|details| results::assembled(details, yielded));
                Err(self.bad_end(
                    PluginError {
                        details,
                        usage: Some(operation.usage()).filter(|usage| usage.requests > 0),
                        ..error
                    },
                    &left,
                ))
            }
            None => Err(Failure::contract("the component's operation ended without an outcome")),
        };
        Driven { result, may_be_carried_out, has_ended: true, is_hurried: false }
    }

    /// The failure of an operation, with the commands for what goes on or may have been carried
    /// out; of many targets with how many succeeded.
    fn bad_end(&self, error: PluginError, left: &Left<'_>) -> Failure {
        let is_unfinished = error.kind == ErrorKind::Unfinished;
        let failure = self.failure(CallError::Plugin(Box::new(error)));
        if is_unfinished {
            return failure.with_hint(left.words());
        }
        let mut lines = left.advice();
        lines.extend(self.plan.is_many.then(|| left.summary()));
        if lines.is_empty() { failure } else { failure.with_aside(lines.join("\n")) }
    }
}
