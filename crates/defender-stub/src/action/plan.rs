//! The plan of an action: made when the action is created; the clock then determines its state.

use time::OffsetDateTime;

use super::{Action, Order};
use crate::clock::seconds;
use crate::machine::Machine;
use crate::scenario::{Ending, IsolateAgain, Outcome, Scenario};

/// When an action starts and ends, and how.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// When it becomes `InProgress`; never on a device that is offline.
    pub(crate) starts: Option<OffsetDateTime>,
    /// When it becomes final; never if it hangs.
    pub(crate) ends: Option<OffsetDateTime>,
    pub(crate) ending: Ending,
    pub(crate) error_h_result: i64,
    /// The command that fails, by index.
    pub(crate) failing_command: Option<usize>,
    /// Whether the commands' results are lost.
    pub(crate) result_is_lost: bool,
}

impl Plan {
    /// Plans an order for a device, placed at `now`.
    pub(crate) fn of(
        (scenario, actions): (&Scenario, &[Action]),
        machine: &Machine,
        order: &Order,
        now: OffsetDateTime,
    ) -> Self {
        if order.kind == "Isolate"
            && scenario.isolate_again == IsolateAgain::Hang
            && is_isolated(actions, &machine.id, now)
        {
            return Self { starts: None, ends: None, ..Self::ending(Ending::Succeeded) };
        }
        if !machine.online {
            let live = order.kind == "LiveResponse";
            let queue = if live {
                scenario.live_response_queue_seconds
            } else {
                scenario.offline_queue_seconds
            };
            return Self { ends: Some(now + seconds(queue)), ..Self::ending(Ending::TimeOut) };
        }
        let starts = now + seconds(scenario.pending_seconds);
        let ends = starts + seconds(scenario.running_seconds);
        let base =
            Self { starts: Some(starts), ends: Some(ends), ..Self::ending(Ending::Succeeded) };
        if let Some(outcome) =
            scenario.outcomes.iter().find(|outcome| fits(outcome, machine, order))
        {
            return base.decided_by(outcome);
        }
        match order.commands.iter().position(|command| command.error.is_some()) {
            // E_FAIL, the generic Windows error.
            Some(index) => Self {
                ending: Ending::Failed,
                error_h_result: -2_147_467_259,
                failing_command: Some(index),
                ..base
            },
            None => base,
        }
    }

    fn ending(ending: Ending) -> Self {
        Self {
            starts: None,
            ends: None,
            ending,
            error_h_result: 0,
            failing_command: None,
            result_is_lost: false,
        }
    }

    fn decided_by(self, outcome: &Outcome) -> Self {
        Self {
            ending: outcome.status,
            error_h_result: outcome.error_h_result,
            failing_command: (outcome.status == Ending::Failed && !outcome.result_is_lost)
                .then_some(outcome.command),
            result_is_lost: outcome.result_is_lost,
            ..self
        }
    }
}

fn fits(outcome: &Outcome, machine: &Machine, order: &Order) -> bool {
    outcome.kind.as_ref().is_none_or(|kind| kind == order.kind)
        && outcome.machine_id.as_ref().is_none_or(|id| *id == machine.id)
}

/// Whether the last isolation or release that succeeded was an isolation.
fn is_isolated(actions: &[Action], machine_id: &str, now: OffsetDateTime) -> bool {
    actions
        .iter()
        .filter(|action| {
            action.machine_id == machine_id && matches!(action.kind, "Isolate" | "Unisolate")
        })
        .filter(|action| action.status(now) == "Succeeded")
        .max_by_key(|action| action.updated(now))
        .is_some_and(|action| action.kind == "Isolate")
}
