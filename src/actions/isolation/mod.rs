//! Which machines are isolated: by the last isolation or release of each that succeeded, as
//! `ensure` decides it.

mod machines;
mod state;
mod tenant;

use serde_json::Value;

use crate::catalogue::Action;
use crate::client::Client;
use crate::error::Error;
use crate::json::{object, to_text};
use crate::outcome::Outcome;
use crate::schema::{Params, Problem};

/// The isolation of the machines that are named, or of the tenant's.
pub(super) fn isolation_state(
    client: &mut Client<'_>,
    action: &'static Action,
    params: &Params,
) -> Result<Outcome, Error> {
    let given = ["id", "ids", "host", "hosts"].map(|name| params.value(name));
    if given.iter().flatten().count() > 1 {
        let problem = "takes one of `id`, `ids`, `host` and `hosts`, or none for every machine";
        return Err(Error::invalid_params(action.name, &[Problem::new("", problem)]));
    }
    let [id, ids, host, hosts] = given;
    let many = |one: Option<&Value>, many: Option<&Value>| -> Vec<Value> {
        let many = many.and_then(Value::as_array).into_iter().flatten();
        one.into_iter().chain(many).cloned().collect()
    };
    let (device_ids, names) = (many(id, ids), many(host, hosts));
    if device_ids.is_empty() && names.is_empty() {
        return tenant::of_tenant(client, params);
    }
    machines::of_machines(client, &device_ids, &names, ids.or(hosts).is_none())
}

fn outcome(value: Vec<Value>, is_complete: bool) -> Outcome {
    let total = Value::from(value.len());
    let mut members =
        [("value", Value::from(value)), ("total", total), ("complete", Value::from(is_complete))];
    Outcome::new(to_text(&object(&mut members)))
}
