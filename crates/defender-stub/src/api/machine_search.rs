//! Devices by address and by tag: `GET /machines/findbyip(…)` and `GET /machines/findbytag`.

use std::net::IpAddr;

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::call::{self, Call};
use super::listing;
use super::roles::MACHINE_READ;
use super::route::{Route, get};
use crate::machine::Machine;
use crate::odata::schema::MACHINE;
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    get("/api/machines/findbyip({arguments})", MACHINE_READ, by_ip),
    get("/api/machines/findbytag", MACHINE_READ, by_tag),
];

/// The tolerance around the requested time within which a device must have had the address.
const WINDOW: Duration = Duration::minutes(15);

/// The maximum age of the requested time.
const HISTORY: Duration = Duration::days(30);

/// `GET /api/machines/findbyip(ip='…',timestamp=…)`.
///
/// A device has its address from when it was first seen until now if it is active, otherwise until
/// it was last seen.
fn by_ip(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (ip, at) = arguments(call.segment(0))?;
    if at < call.now - HISTORY {
        return Err(ApiError::input("The timestamp must be within the past 30 days"));
    }
    let found: Vec<_> = call
        .state
        .scenario
        .machines
        .iter()
        .filter(|machine| has_address(machine, ip) && was_there(machine, at, call.now))
        .map(call::value)
        .collect();
    listing::reply(call, "Machines", &MACHINE, found)
}

/// `GET /api/machines/findbytag?tag=…&useStartsWithFilter=…`.
fn by_tag(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let wanted = call
        .parameter("tag")
        .filter(|tag| !tag.is_empty())
        .ok_or_else(|| ApiError::missing("tag"))?;
    let is_prefix = match call.parameter("useStartsWithFilter").as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => {
            return Err(ApiError::input(format!(
                "useStartsWithFilter '{other}' is neither true nor false"
            )));
        }
    };
    let fits = |tag: &String| if is_prefix { tag.starts_with(&wanted) } else { *tag == wanted };
    let machines = call.state.scenario.machines.iter();
    let found =
        machines.filter(|machine| machine.machine_tags.iter().any(fits)).map(call::value).collect();
    listing::reply(call, "Machines", &MACHINE, found)
}

/// The address, which is quoted, and the time, which is not.
fn arguments(text: &str) -> Result<(IpAddr, OffsetDateTime), ApiError> {
    let (mut ip, mut timestamp) = (None, None);
    for argument in text.split(',') {
        match argument.trim().split_once('=') {
            Some(("ip", value)) if ip.is_none() => ip = Some(value),
            Some(("timestamp", value)) if timestamp.is_none() => timestamp = Some(value),
            _ => return Err(ApiError::odata(format!("'{argument}' is no argument of findbyip"))),
        }
    }
    let ip = ip.ok_or_else(|| ApiError::missing("ip"))?;
    let timestamp = timestamp.ok_or_else(|| ApiError::missing("timestamp"))?;
    let address = ip
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''))
        .and_then(|ip| ip.parse().ok());
    let address = address
        .ok_or_else(|| ApiError::new(400, "InvalidIpAddress", format!("{ip} is not an address")))?;
    let at = OffsetDateTime::parse(timestamp, &Rfc3339)
        .map_err(|_| ApiError::input(format!("timestamp {timestamp} is not a time")))?;
    Ok((address, at))
}

fn has_address(machine: &Machine, ip: IpAddr) -> bool {
    let is = |text: &String| text.parse().is_ok_and(|address: IpAddr| address == ip);
    machine.last_ip_address.as_ref().is_some_and(is)
        || machine.ip_addresses.iter().any(|found| is(&found.ip_address))
}

fn was_there(machine: &Machine, at: OffsetDateTime, now: OffsetDateTime) -> bool {
    let time = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    let (Some(first), Some(last)) = (time(&machine.first_seen), time(&machine.last_seen)) else {
        return false;
    };
    let last = if machine.health_status == "Active" { now } else { last };
    at + WINDOW >= first && at - WINDOW <= last
}
