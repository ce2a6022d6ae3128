//! Where each target of an operation is, as it is shown.

use host_harness::Retry;
use host_harness::operation::{Progress, Target, TargetState};

use crate::json;
use crate::machines::Names;

/// A target, and where it is.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// What people call it.
    pub(super) label: String,
    pub(super) target: Target,
    /// As the target says, but for a request that may be under way: that one is in doubt.
    pub(super) state: TargetState,
    /// Whether its job was there before anything was sent.
    pub(super) is_found: bool,
}

/// The targets of an operation. `is_sending`: it is not known whether the next request was sent.
pub(super) fn rows(
    progress: &Progress,
    is_sending: bool,
    found: &[usize],
    names: &Names,
) -> Vec<Row> {
    let mut in_flight = is_sending;
    let row = |(place, target): (usize, &Target)| {
        let is_sent = target.state == TargetState::Unsent && std::mem::take(&mut in_flight);
        let state = if is_sent { TargetState::InDoubt } else { target.state };
        Row {
            label: names.of(target),
            target: target.clone(),
            state,
            is_found: found.contains(&place),
        }
    };
    progress.targets.iter().enumerate().map(row).collect()
}

/// The places of targets that have a job before anything was sent.
pub(crate) fn found(progress: &Progress) -> Vec<usize> {
    let targets = progress.targets.iter().enumerate();
    targets.filter(|(_, target)| target.job.is_some()).map(|(place, _)| place).collect()
}

impl Row {
    /// Whether nothing more will become of it.
    pub(super) fn has_ended(&self) -> bool {
        matches!(self.state, TargetState::Succeeded | TargetState::Failed)
    }

    /// Whether a request for it may have been carried out.
    pub(super) fn may_be_carried_out(&self) -> bool {
        match self.state {
            _ if self.is_found => false,
            TargetState::Unsent => false,
            TargetState::InDoubt | TargetState::Running | TargetState::Succeeded => true,
            TargetState::Failed => {
                let error = self.target.error.as_ref();
                self.target.job.is_some()
                    || error.is_some_and(|error| error.retry == Retry::Unknown)
            }
        }
    }

    /// Its state in a word: of a job under way the job's.
    pub(super) fn word(&self) -> &'static str {
        match (&self.target.job, self.state) {
            (Some(job), TargetState::Running) => json::job_state(job.state),
            (_, state) => name(state),
        }
    }
}

/// The contract's name of a state.
pub(super) fn name(state: TargetState) -> &'static str {
    match state {
        TargetState::Unsent => "unsent",
        TargetState::InDoubt => "in-doubt",
        TargetState::Running => "running",
        TargetState::Succeeded => "succeeded",
        TargetState::Failed => "failed",
    }
}

/// How many are in which state, in the order in which the states first show.
pub(super) fn counts<'r>(
    rows: impl IntoIterator<Item = &'r Row>,
    word: impl Fn(&'r Row) -> &'static str,
) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for state in rows.into_iter().map(word) {
        match counts.iter_mut().find(|(name, _)| *name == state) {
            Some((_, count)) => *count += 1,
            None => counts.push((state, 1)),
        }
    }
    counts.iter().map(|(state, count)| format!("{count} {state}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    /// Targets with these names and states; one that runs has a job in this state.
    pub(crate) fn some(targets: &[(&str, &str)]) -> Vec<Row> {
        let progress = progress(targets);
        rows(&progress, false, &[], &Names::default())
    }

    pub(crate) fn progress(targets: &[(&str, &str)]) -> Progress {
        let targets = targets.iter().map(|(name, state)| {
            let job = |state: &str| {
                let state = if state == "InProgress" {
                    "in-progress".to_owned()
                } else {
                    state.to_lowercase()
                };
                json!({ "id": format!("job-{name}"), "state": state, "adopted": false })
            };
            let (state, job) = match *state {
                "Unsent" | "InDoubt" => (*state, json!(null)),
                "Succeeded" => (*state, job("Succeeded")),
                "Failed" => (*state, job("Failed")),
                other => ("Running", job(other)),
            };
            let state =
                if state == "InDoubt" { "in-doubt".to_owned() } else { state.to_lowercase() };
            let name = json!({ "id": format!("id-{name}"), "computerDnsName": name });
            json!({ "name": name, "state": state, "job": job, "data": null, "error": null })
        });
        let usage = json!({
            "callId": "c", "requests": 0, "retries": 0, "requestBytes": 0, "responseBytes": 0,
            "waitedMs": 0
        });
        let progress = json!({
            "checkpoint": "", "next": "look", "waitMs": 0, "targets": targets.collect::<Vec<_>>(),
            "trouble": null, "outcome": null, "usage": usage,
        });
        serde_json::from_value(progress).expect("progress")
    }

    #[test]
    fn the_first_of_those_that_are_unsent_is_in_doubt_while_a_request_may_be_under_way() {
        let progress = progress(&[("a", "Pending"), ("b", "Unsent"), ("c", "Unsent")]);
        let states = |is_sending| {
            rows(&progress, is_sending, &[], &Names::default())
                .iter()
                .map(|row| row.state)
                .collect::<Vec<_>>()
        };
        assert_eq!(states(false), [TargetState::Running, TargetState::Unsent, TargetState::Unsent]);
        assert_eq!(states(true), [TargetState::Running, TargetState::InDoubt, TargetState::Unsent]);
    }

    #[test]
    fn what_was_there_before_was_not_carried_out_by_this_call() {
        let progress =
            progress(&[("a", "Pending"), ("b", "Pending"), ("c", "Unsent"), ("d", "InDoubt")]);
        let rows = rows(&progress, false, &found(&progress)[..1], &Names::default());
        assert_eq!(
            rows.iter().map(Row::may_be_carried_out).collect::<Vec<_>>(),
            [false, true, false, true]
        );
    }
}
