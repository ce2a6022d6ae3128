//! A whole operation in one call: planned, and then one step after the other. What a host would
//! wait between them is waited here, within the call's time.

use std::time::Duration;

use super::{Next, Operation, plan, poll, send, settle};
use crate::actions::Action;
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::outcome::Outcome;
use crate::schema::Input;

/// How long before the call's deadline the last look is made.
const REST: Duration = Duration::from_secs(1);

/// Carries out an action on the machines, or the machine actions, that its parameters name.
/// `finishes` says whether what a job left is brought back.
///
/// # Errors
///
/// Of one target, what went wrong; of many, `action-failed` with a record for each if any failed.
pub(crate) fn execute(
    client: &mut Client<'_>,
    action: &'static Action,
    params: &Input,
    finishes: bool,
) -> Result<Outcome, Error> {
    let mut operation = Operation::new(client, action, params);
    operation.finishes = finishes;
    plan::prepare(client, &mut operation)?;
    loop {
        match operation.next() {
            Next::None => return operation.conclude(),
            Next::Send => send::send(client, &mut operation),
            Next::Look => wait_and_look(client, &mut operation),
        }
    }
}

fn wait_and_look(client: &mut Client<'_>, operation: &mut Operation) {
    let end = client.deadline().saturating_sub(REST);
    let left = end.saturating_sub(client.elapsed());
    if left.is_zero() || operation.is_hopeless(client, left) {
        return give_up(client, operation);
    }
    let wait = Duration::from_millis(operation.wait_ms(client.now().as_secs()));
    client.pause(wait.min(left));
    poll::look(client, &mut [operation]);
}

/// Ends what has not ended.
fn give_up(client: &mut Client<'_>, operation: &mut Operation) {
    for n in 0..operation.tasks.len() {
        if let Some(doubt) = operation.tasks[n].doubt.take() {
            send::fail(client, operation, n, doubt.error.with_retry(Retry::Unknown));
        }
    }
    settle::settle(client, operation, true);
}

impl Operation {
    /// Whether looking again will not help, or may not be done before the time is over.
    fn is_hopeless(&self, client: &Client<'_>, left: Duration) -> bool {
        let left = left.min(Duration::from_secs(self.time_left(client.now().as_secs())));
        self.trouble.as_ref().is_some_and(|trouble| match trouble.kind() {
            Kind::Throttled => Duration::from_millis(self.pause) > left,
            Kind::Unavailable | Kind::Unreachable | Kind::TimedOut => false,
            Kind::NotFound | Kind::MalformedResponse => false,
            _ => true,
        })
    }
}
