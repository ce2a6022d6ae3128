//! Rules that hold for each step of an operation.

use std::time::Duration;

use defender_connector::operation::{Next, Progress, TargetState};
use serde_json::Value;

use super::traffic::{API, judge as judge_traffic, may_change};
use super::{CALL_TIMEOUT, SLACK, ensure, ensure_eq};
use crate::network::Network;
use crate::schedule::Step;
use defender_stub::Entry;

/// The purpose of a call of the connector.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Did {
    Plan,
    Send,
    Look,
    Recover,
}

/// The maximum length of the checkpoint of an operation on one machine, in bytes.
const MAX_CHECKPOINT: usize = 2048;

/// Checks the requests and the duration of a step.
pub(crate) fn call(
    did: Did,
    sent: &[Entry],
    took: Duration,
    slept: Duration,
    may_be_refused: bool,
) -> Result<(), String> {
    ensure!(took <= CALL_TIMEOUT + SLACK, "{did:?} took {took:?}");
    judge_traffic(sent, may_be_refused)?;
    let changes: Vec<&Entry> =
        sent.iter().filter(|entry| entry.method != "GET" && entry.host == API).collect();
    ensure!(did == Did::Send || changes.is_empty(), "{did:?} sent {:?}", changes);
    let possible = changes.iter().filter(|entry| may_change(entry)).count();
    ensure!(possible <= 1, "a step with {possible} changes: {:?}", changes);
    // A read may wait once it has read something; the other steps return how long to wait.
    ensure!(did != Did::Send || slept.is_zero(), "{did:?} slept {slept:?}");
    Ok(())
}

/// Checks the progress that a step returned.
pub(crate) fn progress(progress: &Progress, step: &Step, network: &Network) -> Result<(), String> {
    let Progress { checkpoint, next, targets, outcome, .. } = progress;
    ensure_eq!(
        outcome.is_some(),
        *next == Next::None,
        "an end without an outcome, or the other way round"
    );
    let is = |state: TargetState| targets.iter().any(|target| target.state == state);
    ensure!(
        *next != Next::Send || is(TargetState::Unsent),
        "nothing is left to send: {:?}",
        targets
    );
    ensure!(
        *next != Next::None || !(is(TargetState::Unsent) || is(TargetState::InDoubt)),
        "no end: {:?}",
        targets
    );
    let secret = network.service.with_scenario(|scenario| scenario.client_secret.clone());
    for text in [secret.as_str(), "eyJ", "Bearer ", "sig=", "script_output"] {
        ensure!(!checkpoint.contains(text), "a checkpoint holds {text:?}: {checkpoint}");
    }
    let is_needed = is(TargetState::Unsent) || is(TargetState::InDoubt);
    ensure!(
        is_needed || !checkpoint.contains("-Fast"),
        "a checkpoint still holds arguments: {checkpoint}"
    );
    let is_small =
        step.action != "isolateHost" || targets.len() > 1 || checkpoint.len() <= MAX_CHECKPOINT;
    ensure!(is_small, "a checkpoint of {} bytes: {checkpoint}", checkpoint.len());
    Ok(())
}

/// What the marks begin with that the requests of an operation put before their comments.
pub(crate) fn mark_of(checkpoint: &str) -> String {
    let state = checkpoint.splitn(4, '.').nth(3).unwrap_or_default();
    let state: Value = serde_json::from_str(state).unwrap_or_default();
    format!("[op:{}", state["id"].as_str().unwrap_or_default())
}
