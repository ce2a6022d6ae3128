//! Runs a whole operation within one call: plans it, and then takes step after step. The call waits
//! between the steps, within its time limit.

use std::time::Duration;

use super::{Next, Operation, plan, poll, send, settle};
use crate::actions::Action;
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::outcome::Outcome;
use crate::schema::Params;

/// How long before the call's deadline the last poll is made.
const FINAL_POLL_MARGIN: Duration = Duration::from_secs(1);

/// Runs an action on the machines or machine actions in its parameters. `finishes` says whether to
/// fetch the output of jobs.
///
/// # Errors
///
/// For one target, its error; for several, `action-failed` with a record for each if any failed.
pub(crate) fn execute(
    client: &mut Client<'_>,
    action: &'static Action,
    params: &Params,
    finishes: bool,
) -> Result<Outcome, Error> {
    let mut operation = Operation::new(client, action, params);
    operation.finishes = finishes;
    plan::prepare(client, &mut operation)?;
    loop {
        match operation.next() {
            Next::None => return operation.conclude(),
            Next::Send => send::send(client, &mut operation),
            Next::Look => wait_and_poll(client, &mut operation),
        }
    }
}

fn wait_and_poll(client: &mut Client<'_>, operation: &mut Operation) {
    let end = client.deadline().saturating_sub(FINAL_POLL_MARGIN);
    let remaining = end.saturating_sub(client.elapsed());
    if remaining.is_zero() || operation.is_hopeless(client, remaining) {
        return give_up(client, operation);
    }
    let wait = Duration::from_millis(operation.wait_ms(client.now().as_secs()));
    client.pause(wait.min(remaining));
    poll::poll(client, &mut [operation]);
}

/// Ends everything that has not ended.
fn give_up(client: &mut Client<'_>, operation: &mut Operation) {
    for n in 0..operation.tasks.len() {
        if let Some(doubt) = operation.tasks[n].doubt.take() {
            send::fail(client, operation, n, doubt.error.with_retry(Retry::Unknown));
        }
    }
    settle::settle(client, operation, true);
}

impl Operation {
    /// Whether polling again cannot help, or is not allowed before the time is over.
    fn is_hopeless(&self, client: &Client<'_>, remaining: Duration) -> bool {
        let remaining =
            remaining.min(Duration::from_secs(self.remaining_seconds(client.now().as_secs())));
        self.trouble.as_ref().is_some_and(|trouble| match trouble.kind() {
            Kind::Throttled => Duration::from_millis(self.pause) > remaining,
            Kind::Unavailable | Kind::Unreachable | Kind::TimedOut => false,
            Kind::NotFound | Kind::MalformedResponse => false,
            _ => true,
        })
    }
}
