//! Files, addresses, domains and users, with the alerts and machines related to each.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::call::{self, Call};
use super::listing;
use super::roles::{ALERT_READ, FILE_READ, IP_READ, MACHINE_READ, MACHINE_WRITE, URL_READ};
use super::route::{Route, get};
use crate::odata::schema::{ALERT, DOMAIN, FILE, IP, MACHINE, Schema, USER};
use crate::records::{Linked, Records};
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    get("/api/files/{id}", FILE_READ, file),
    get("/api/files/{sha1}/alerts", ALERT_READ, |call| alerts(call, &FILES, sha1)),
    get("/api/files/{sha1}/machines", MACHINE_READ, |call| machines(call, &FILES, sha1)),
    get("/api/files/{id}/stats", FILE_READ, |call| stats(call, &FILES, hash)),
    get("/api/ips/{ip}/alerts", ALERT_READ, |call| alerts(call, &IPS, address)),
    get("/api/ips/{ip}/stats", IP_READ, |call| stats(call, &IPS, address)),
    get("/api/domains/{domain}/alerts", ALERT_READ, |call| alerts(call, &DOMAINS, domain)),
    get("/api/domains/{domain}/machines", MACHINE_READ, |call| machines(call, &DOMAINS, domain)),
    get("/api/domains/{domain}/stats", URL_READ, |call| stats(call, &DOMAINS, domain)),
    get("/api/users/{name}/alerts", ALERT_READ, |call| alerts(call, &USERS, any)),
    // The newest documents name only this role, although the route only reads.
    get("/api/users/{name}/machines", MACHINE_WRITE, |call| machines(call, &USERS, any)),
];

/// The maximum period of statistics, in hours: thirty days.
const MAX_LOOK_BACK: u32 = 720;

/// A type of observable.
pub(super) struct Kind {
    pub(super) set: &'static str,
    pub(super) schema: &'static Schema,
    pub(super) records: fn(&Records) -> &[Linked],
    /// The properties that identify an observable in a path. Statistics use the first.
    keys: &'static [&'static str],
    /// The name of the first property in statistics.
    stats_key: &'static str,
}

pub(super) const FILES: Kind = Kind {
    set: "Files",
    schema: &FILE,
    records: |records| &records.files,
    keys: &["sha1", "sha256"],
    stats_key: "sha1",
};

pub(super) const IPS: Kind = Kind {
    set: "Ips",
    schema: &IP,
    records: |records| &records.ips,
    keys: &["id"],
    stats_key: "ipAddress",
};

pub(super) const DOMAINS: Kind = Kind {
    set: "Domains",
    schema: &DOMAIN,
    records: |records| &records.domains,
    keys: &["host"],
    stats_key: "host",
};

/// By account name, not by user principal name.
const USERS: Kind = Kind {
    set: "Users",
    schema: &USER,
    records: |records| &records.users,
    keys: &["accountName"],
    stats_key: "accountName",
};

/// Refuses a path segment that cannot name an observable of this type.
type Check = fn(&str) -> Result<(), ApiError>;

fn file(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    hash(call.segment(0))?;
    let file = find(call, &FILES).ok_or_else(|| unknown_file(call))?;
    Ok(call.entity(200, FILES.set, &file.entity))
}

/// An unknown observable has no alerts.
fn alerts(call: &Call<'_>, kind: &Kind, check: Check) -> Result<Reply, ApiError> {
    check(call.segment(0))?;
    let is_related = |alert: &&Value| {
        let id = alert["id"].as_str().unwrap_or_default();
        find(call, kind).is_some_and(|record| record.is_in(id))
    };
    let found = call.state.scenario.records.alerts.iter().filter(is_related).cloned().collect();
    listing::reply(call, "Alerts", &ALERT, found)
}

/// An unknown observable was on no machine.
fn machines(call: &Call<'_>, kind: &Kind, check: Check) -> Result<Reply, ApiError> {
    check(call.segment(0))?;
    let record = find(call, kind);
    let all = call.state.scenario.machines.iter();
    let found = all
        .filter(|machine| record.is_some_and(|record| record.is_on(&machine.id)))
        .map(call::value)
        .collect();
    listing::reply(call, "Machines", &MACHINE, found)
}

/// Statistics of an unknown observable are empty, except that an unknown file is not found
/// (undocumented).
fn stats(call: &Call<'_>, kind: &Kind, check: Check) -> Result<Reply, ApiError> {
    check(call.segment(0))?;
    if let Some(hours) = call.parameter("lookBackHours")
        && !hours.parse().is_ok_and(|hours| (1..=MAX_LOOK_BACK).contains(&hours))
    {
        return Err(ApiError::input(format!(
            "lookBackHours is '{hours}'; it is 1 to {MAX_LOOK_BACK}"
        )));
    }
    let mut body = match find(call, kind) {
        Some(record) => record.stats.clone(),
        None if kind.set == FILES.set => return Err(unknown_file(call)),
        None => json!({ "organizationPrevalence": "0", "orgFirstSeen": null, "orgLastSeen": null }),
    };
    if body[kind.stats_key].is_null() {
        body[kind.stats_key] = json!(call.segment(0));
    }
    body["@odata.context"] =
        json!(call.context(&format!("microsoft.windowsDefenderATP.api.InOrg{}Stats", kind.set)));
    Ok(Reply::json(200, &body))
}

fn find<'a>(call: &'a Call<'_>, kind: &Kind) -> Option<&'a Linked> {
    let name = call.segment(0);
    let mut records = (kind.records)(&call.state.scenario.records).iter();
    records.find(|record| kind.keys.iter().any(|key| record.is(key, name)))
}

fn unknown_file(call: &Call<'_>) -> ApiError {
    ApiError::not_found(format!("File {} was not found", call.segment(0)))
}

fn any(_name: &str) -> Result<(), ApiError> {
    Ok(())
}

fn sha1(text: &str) -> Result<(), ApiError> {
    if is_hex(text, 40) { Ok(()) } else { Err(ApiError::hash(text)) }
}

fn hash(text: &str) -> Result<(), ApiError> {
    if is_hex(text, 64) { Ok(()) } else { sha1(text) }
}

fn address(text: &str) -> Result<(), ApiError> {
    let is_address = text.parse::<IpAddr>().is_ok();
    if is_address {
        Ok(())
    } else {
        Err(ApiError::new(400, "InvalidIpAddress", format!("'{text}' is not an address")))
    }
}

fn domain(text: &str) -> Result<(), ApiError> {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let is_domain = text.contains('.') && text.split('.').all(is_label);
    if is_domain {
        Ok(())
    } else {
        Err(ApiError::new(400, "InvalidDomainName", format!("'{text}' is not a domain")))
    }
}

/// Whether the text is a hash with this number of hexadecimal digits.
pub(super) fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
