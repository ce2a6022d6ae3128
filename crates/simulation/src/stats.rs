//! Counts the results of the calls of many schedules, by action.

use std::collections::BTreeMap;

use defender_connector::error::{Error, Kind, Retry};
use defender_connector::outcome::{Outcome, Usage};

use super::schedule::Step;

/// The results of the calls of many schedules.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// The number of schedules.
    pub schedules: u64,
    /// The number of calls that ran as operations.
    pub operations: u64,
    /// The number of steps of these operations.
    pub steps: u64,
    /// The number of processes that died.
    pub crashes: u64,
    /// The number of steps that recovered an operation.
    pub recoveries: u64,
    /// The calls, by action.
    pub rows: BTreeMap<&'static str, Row>,
}

/// The results of the calls of one action.
#[derive(Clone, Copy, Debug, Default)]
pub struct Row {
    /// The number of calls.
    pub calls: u64,
    /// The number that succeeded.
    pub succeeded: u64,
    /// Successes through a machine action that already existed, or whose response was lost.
    pub adopted: u64,
    /// Failures with nothing done: they can be retried, or would fail again.
    pub refused: u64,
    /// Failures that correctly report it is unknown whether something was done.
    pub unknown: u64,
    /// Calls whose action ended badly, or was still running.
    pub ended_badly: u64,
    /// Requests, including token requests and retries.
    pub requests: u64,
    /// Retries.
    pub retries: u64,
}

impl Stats {
    /// Counts a call.
    pub(super) fn count(&mut self, step: &Step, outcome: Result<&Outcome, &Error>, usage: &Usage) {
        let row = self.rows.entry(step.action).or_default();
        row.calls += 1;
        match outcome {
            Ok(outcome) => {
                row.succeeded += 1;
                row.adopted += u64::from(outcome.job.as_ref().is_some_and(|action| action.adopted));
                row.requests += u64::from(usage.requests);
                row.retries += u64::from(usage.retries);
            }
            Err(error) if matches!(error.kind(), Kind::ActionFailed | Kind::Unfinished) => {
                row.ended_badly += 1
            }
            Err(error) if error.retry() == Retry::Unknown => row.unknown += 1,
            Err(_) => row.refused += 1,
        }
    }

    /// Adds other statistics to these.
    pub fn add(&mut self, other: &Self) {
        self.schedules += other.schedules;
        self.operations += other.operations;
        self.steps += other.steps;
        self.crashes += other.crashes;
        self.recoveries += other.recoveries;
        for (action, more) in &other.rows {
            let row = self.rows.entry(action).or_default();
            row.calls += more.calls;
            row.succeeded += more.succeeded;
            row.adopted += more.adopted;
            row.refused += more.refused;
            row.unknown += more.unknown;
            row.ended_badly += more.ended_badly;
            row.requests += more.requests;
            row.retries += more.retries;
        }
    }
}
