//! The isolation of the tenant's machines.

use serde_json::{Map, Value};

use super::outcome;
use super::state::Isolation;
use crate::actions::pages::{self, CUT_OFF};
use crate::catalogue::{GET_ACTIONS, ISOLATION_TYPES};
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::outcome::{Outcome, Warning};
use crate::response::{Members, Record};
use crate::schema::Params;

/// Every machine of the tenant that is isolated, or may be, or is about to be or not to be.
pub(super) fn of_tenant(client: &mut Client<'_>, params: &Params) -> Result<Outcome, Error> {
    let route = GET_ACTIONS.route().ok_or_else(|| Error::internal("a list has no route"))?;
    let filter = Params::default()
        .with("type", ISOLATION_TYPES.to_vec())
        .with("sortField", "creationDateTimeUtc")
        .with("sortDirection", "desc")
        .with("maxItems", params.integer("maxItems").unwrap_or(1));
    let whole = pages::fetch_all(client, &GET_ACTIONS, route, &filter)?.data;
    let members = Members::parse_text(&whole);
    let is_whole = members.and_then(|members| members.get("complete")) == Some(true);
    let records = Record::list(whole.as_bytes()).ok_or_else(|| {
        let message = "A machine action in the service's list has no ID that can be read.";
        Error::new(Kind::MalformedResponse, message)
    })?;
    drop(whole);
    // In the order of their newest action.
    let mut machines: Vec<(String, Vec<&Record>)> = Vec::new();
    let mut places: Map<String, Value> = Map::new();
    // One whose machine cannot be read may be about any.
    let mut stray: Vec<&Record> = Vec::new();
    for record in &records {
        let id = record.text("machineId");
        if id.is_empty() {
            stray.push(record);
            continue;
        }
        let key = id.to_ascii_lowercase();
        match places.get(&key).and_then(Value::as_u64) {
            Some(place) => machines[place as usize].1.push(record),
            None => {
                places.insert(key, Value::from(machines.len()));
                machines.push((id, vec![record]));
            }
        }
    }
    let clean = client.sanitizer();
    let mut value = Vec::new();
    for (machine, mut own) in machines {
        own.extend(&stray);
        let isolation = Isolation::of(&machine, &own, !is_whole);
        if isolation.state != "no" || !isolation.pending.is_empty() {
            value.push(isolation.row(&machine, "", &clean));
        }
    }
    let is_placed = stray.is_empty();
    let mut outcome = outcome(value, is_whole && is_placed);
    if !is_whole {
        let message = format!(
            "The list of isolations and releases was cut off after the newest {}: there may be more isolated machines, and whether these are is unknown. Name the machines to be sure.",
            records.len()
        );
        outcome = outcome.with_warning(Warning::new(CUT_OFF, message));
    }
    if !is_placed {
        let message = format!(
            "{} isolations or releases do not say which machine they are about: there may be more isolated machines.",
            stray.len()
        );
        outcome = outcome.with_warning(Warning::new("not-checked", message));
    }
    Ok(outcome)
}
