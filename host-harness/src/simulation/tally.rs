//! What the calls of many schedules came to, by action.

use std::collections::BTreeMap;

use defender_connector::error::{Error, Kind, Retry};
use defender_connector::outcome::{Outcome, Usage};

use super::schedule::Step;

/// What the calls of many schedules came to.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// How many schedules.
    pub schedules: u64,
    /// How many of the calls were carried out as operations.
    pub operations: u64,
    /// The steps of these.
    pub steps: u64,
    /// Processes that died.
    pub crashes: u64,
    /// Steps that recovered.
    pub recoveries: u64,
    /// The calls, by action.
    pub rows: BTreeMap<&'static str, Row>,
}

/// What the calls of one action came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Row {
    /// How many calls.
    pub calls: u64,
    /// How many succeeded.
    pub succeeded: u64,
    /// How many of those by a machine action that had been started before, or whose answer was lost.
    pub adopted: u64,
    /// How many failed with nothing done: they may be repeated, or would fail again.
    pub refused: u64,
    /// How many failed without anybody knowing whether something was done, and said so.
    pub unknown: u64,
    /// How many ended badly, or went on.
    pub ended_badly: u64,
    /// Requests, those for tokens and repetitions included.
    pub requests: u64,
    /// Repetitions.
    pub retries: u64,
}

impl Tally {
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
            Err(error) if matches!(error.kind(), Kind::ActionFailed | Kind::Unfinished) => row.ended_badly += 1,
            Err(error) if error.retry() == Retry::Unknown => row.unknown += 1,
            Err(_) => row.refused += 1,
        }
    }

    /// Adds another tally.
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
