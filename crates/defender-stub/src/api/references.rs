//! Devices as vulnerability management refers to them.

use serde_json::json;

use super::call::Call;
use super::listing;
use crate::odata::schema::MACHINE_REFERENCE;
use crate::refusal::ApiError;
use crate::reply::Reply;

/// References to the devices whose ID matches.
pub(super) fn reply(call: &Call<'_>, fits: impl Fn(&str) -> bool) -> Result<Reply, ApiError> {
    let machines = call.state.scenario.machines.iter().filter(|machine| fits(&machine.id));
    let references = machines.map(|machine| {
        json!({
            "id": machine.id,
            "computerDnsName": machine.computer_dns_name,
            "osPlatform": machine.os_platform,
            "rbacGroupName": machine.rbac_group_name,
        })
    });
    let references = references.collect();
    listing::reply(call, "MachineReferences", &MACHINE_REFERENCE, references)
}
