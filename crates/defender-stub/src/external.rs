//! Actions that users take in the portal while programs use the API: same state, different
//! requestor.

use super::action::plan::Plan;
use super::action::{Action, By, Order};
use super::state::ServiceState;

/// The requestor of the portal's actions.
pub(super) const REQUESTOR: &str = "analyst@contoso.example";

/// Starts an action on a device as a user does. Does nothing where the portal would disable the
/// button.
pub(super) fn start(state: &mut ServiceState, kind: &'static str, machine_id: &str) {
    let now = state.clock.now();
    let busy = |action: &Action| {
        action.machine_id == machine_id && action.kind == kind && !action.is_final(now)
    };
    if state.actions.iter().any(busy) {
        return;
    }
    let order = Order { kind, comment: "from the portal".to_owned(), ..Order::default() };
    let Some(machine) = state.machine(machine_id) else { return };
    let plan = Plan::of((&state.scenario, &state.actions), machine, &order, now);
    let action = Action::new(order, machine, By::another(REQUESTOR, "Portal"), now, plan);
    state.actions.push(action);
}

/// Cancels all actions in progress on a machine.
pub(super) fn cancel(state: &mut ServiceState, machine_id: &str) {
    let now = state.clock.now();
    let open = |action: &&mut Action| action.machine_id == machine_id && !action.is_final(now);
    for action in state.actions.iter_mut().filter(open) {
        action.cancel(now, REQUESTOR.to_owned(), "from the portal".to_owned());
    }
}
