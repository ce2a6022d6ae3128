//! Submits a machine action: the steps common to all action types.

use super::call::Call;
use crate::action::plan::Plan;
use crate::action::{Action, By, Order};
use crate::comment;
use crate::machine::Machine;
use crate::refusal::ApiError;
use crate::reply::Reply;
use crate::scenario::Duplicate;

/// Starts the action on the device in the path, unless an action of the same type is pending there.
pub(crate) fn submit(call: &mut Call<'_>, mut order: Order) -> Result<Reply, ApiError> {
    let machine = call.machine()?;
    let is_same = |action: &&Action| {
        action.kind == order.kind && action.machine_id == machine.id && action.file == order.file
    };
    let active =
        call.state.actions.iter().rev().filter(is_same).find(|action| !action.is_final(call.now));
    let last = call.state.actions.iter().rev().find(is_same);
    if let Some(last) =
        last.filter(|_| call.state.scenario.duplicate_isolate == Duplicate::ReturnEnded)
    {
        return Ok(call.entity(200, "MachineActions", last.entity(call.now)));
    }
    if let Some(active) = active {
        // A second live response is always refused. For other types the service has been observed
        // to do both.
        let returned = call.state.scenario.duplicate_isolate == Duplicate::ReturnPending
            && order.kind != "LiveResponse";
        if returned {
            return Ok(call.entity(200, "MachineActions", active.entity(call.now)));
        }
        return Err(ApiError::active_request());
    }
    let plan = Plan::of((&call.state.scenario, &call.state.actions), machine, &order, call.now);
    let scenario = &call.state.scenario;
    order.comment = comment::rewritten(order.comment, &scenario.comment_rewrites);
    let name = scenario.requestor_name.as_ref().unwrap_or(&call.claims.appid);
    let by = call.state.acting.clone().unwrap_or_else(|| By::caller(name));
    let mut action = Action::new(order, machine, by, call.now, plan);
    action.ends_as =
        scenario.ends_as.iter().find(|ends| ends.fits(action.kind, &action.machine_id)).cloned();
    let reply = call.entity(201, "MachineActions", action.entity(call.now));
    call.state.actions.push(action);
    Ok(reply)
}

/// The error for a device whose sensor does not report to the tenant (undocumented).
pub(crate) fn not_onboarded(machine: &Machine) -> ApiError {
    let message = format!("Machine {} is not onboarded", machine.id);
    ApiError::new(400, "ClientVersionNotSupported", message)
}
