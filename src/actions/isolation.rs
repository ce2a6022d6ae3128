//! Which machines are isolated: by the last isolation or release of each that succeeded, as
//! `ensure` decides it.

use serde_json::{Map, Value};

use super::history::{History, Standing, doubt, histories, is_same_state, is_same_type, standing};
use super::pages::{self, CUT_OFF};
use super::resolve::{Onboarding, known, resolve};
use crate::catalogue::{Action, GET_ACTIONS, ISOLATION_TYPES};
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::json::{object, to_text};
use crate::outcome::{Outcome, Warning};
use crate::response::{Members, Record, Sanitizer};
use crate::schema::{Params, Problem};

/// A machine that was asked about.
struct Asked {
    target: Value,
    id: String,
    name: String,
    error: Option<Error>,
    /// Why nothing can be said about it.
    unknown: Option<&'static str>,
    /// Its isolations and releases.
    history: Option<History>,
}

impl Asked {
    fn new(target: Value, id: String, name: String) -> Self {
        Self { target, id, name, error: None, unknown: None, history: None }
    }
}

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
        return of_tenant(client, params);
    }
    let mut asked: Vec<Asked> = Vec::new();
    for id in device_ids {
        let text = id.as_str().unwrap_or_default().to_owned();
        let target = object(&mut [("id", id)]);
        asked.push(Asked::new(target, text, String::new()));
    }
    if !names.is_empty() {
        for (found, target) in
            resolve(client, &names, Onboarding::Preferred)?.into_iter().zip(names)
        {
            asked.push(match found {
                Ok(found) => Asked::new(target, found.id, found.name),
                Err(error) => {
                    Asked { error: Some(error), ..Asked::new(target, String::new(), String::new()) }
                }
            });
        }
    }
    let is_one = ids.or(hosts).is_none();
    of_machines(client, asked, is_one)
}

fn of_machines(
    client: &mut Client<'_>,
    mut asked: Vec<Asked>,
    is_one: bool,
) -> Result<Outcome, Error> {
    let found = |asked: &&mut Asked| asked.error.is_none();
    let ids: Vec<String> = asked.iter_mut().filter(found).map(|asked| asked.id.clone()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let histories = histories(client, &ids, &ISOLATION_TYPES)?;
    for (asked, history) in asked.iter_mut().filter(found).zip(histories) {
        asked.history = Some(history);
    }
    check_that_they_exist(client, &mut asked)?;
    if is_one && let Some(error) = asked.iter().find_map(|asked| asked.error.clone()) {
        return Err(error);
    }
    let clean = client.sanitizer();
    let (mut value, mut failed, mut is_cut, mut is_unsure) = (Vec::new(), 0, false, false);
    for Asked { target, id, name, error, unknown, history } in &asked {
        let mut row = match (error, history) {
            (None, Some(history)) => {
                is_cut |= history.is_cut;
                let records: Vec<&Record> = history.records.iter().collect();
                let isolation = match unknown {
                    Some(reason) => Isolation::unknown(reason),
                    None => Isolation::of(id, &records, history.is_cut),
                };
                is_unsure |= unknown.is_some();
                isolation.row(id, name, &clean)
            }
            _ => {
                failed += 1;
                let is_many = error.as_ref().is_some_and(|error| error.kind() == Kind::Ambiguous);
                let reason = match is_many {
                    true => "several machines have the name",
                    false => "the machine was not found",
                };
                Isolation::unknown(reason).row("", name, &clean)
            }
        };
        row["target"] = target.clone();
        if let Some(error) = error {
            row["error"] = error.to_json();
        }
        value.push(row);
    }
    let mut outcome = outcome(value, failed == 0 && !is_cut && !is_unsure);
    if failed > 0 {
        let message = format!(
            "{failed} of {} machines could not be identified: whether they are isolated is unknown.",
            asked.len()
        );
        outcome = outcome.with_warning(Warning::new("not-found", message));
    }
    if is_cut {
        let message = "The service has more isolations and releases of a machine than it gave: whether that machine is isolated is unknown.";
        outcome = outcome.with_warning(Warning::new(CUT_OFF, message));
    }
    Ok(outcome)
}

/// Looks up the machines that were named by their IDs. One may not exist, or its record may have
/// been merged into another, which has the later actions.
fn check_that_they_exist(client: &mut Client<'_>, asked: &mut [Asked]) -> Result<(), Error> {
    let is_by_id = |asked: &&mut Asked| asked.name.is_empty() && asked.history.is_some();
    let ids: Vec<String> =
        asked.iter_mut().filter(is_by_id).map(|asked| asked.id.to_ascii_lowercase()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let (machines, is_part) = known(client, &ids)?;
    let clean = client.sanitizer();
    for asked in asked.iter_mut().filter(is_by_id) {
        let has_records = asked.history.as_ref().is_some_and(|it| !it.records.is_empty());
        match machines.iter().find(|machine| machine.id.eq_ignore_ascii_case(&asked.id)) {
            Some(machine) => {
                asked.name = machine.name.clone();
                if machine.is_merged() {
                    asked.unknown = Some("its record was merged into another one: ask for that");
                }
            }
            None if has_records => {}
            None if is_part => asked.unknown = Some("the list of machines was cut off"),
            None => {
                let message =
                    format!("There is no machine {}: check the device ID.", clean.text(&asked.id));
                asked.error = Some(Error::new(Kind::NotFound, message));
            }
        }
    }
    Ok(())
}

/// Every machine of the tenant that is isolated, or may be, or is about to be or not to be.
fn of_tenant(client: &mut Client<'_>, params: &Params) -> Result<Outcome, Error> {
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

fn outcome(value: Vec<Value>, is_complete: bool) -> Outcome {
    let total = Value::from(value.len());
    let mut members =
        [("value", Value::from(value)), ("total", total), ("complete", Value::from(is_complete))];
    Outcome::new(to_text(&object(&mut members)))
}

/// Whether a machine is isolated.
struct Isolation<'r> {
    state: &'static str,
    reason: Option<&'static str>,
    /// The isolation or release that made it so.
    job: Option<&'r Record>,
    pending: Vec<&'r Record>,
    /// The machine's name, if a record has it.
    name: String,
    /// Whether the isolation is known to be full or selective.
    is_scope_known: bool,
}

impl<'r> Isolation<'r> {
    fn unknown(reason: &'static str) -> Self {
        Self {
            state: "unknown",
            reason: Some(reason),
            job: None,
            pending: Vec::new(),
            name: String::new(),
            is_scope_known: false,
        }
    }

    /// What a machine's isolations and releases say.
    fn of(machine: &str, records: &[&'r Record], is_cut: bool) -> Self {
        let [isolate, release] = ISOLATION_TYPES;
        // Of another type is what the service's filter should not have let through.
        let records: Vec<&Record> = records
            .iter()
            .copied()
            .filter(|record| record.may_be("type", isolate) || record.may_be("type", release))
            .collect();
        let pending = records.iter().copied().filter(|record| !record.state.is_final()).collect();
        let mut names = records.iter().map(|record| record.text("computerDnsName"));
        let name = names.find(|name| !name.is_empty()).unwrap_or_default();
        let (state, reason, job) = match standing(&records, is_same_type) {
            _ if is_cut => ("unknown", Some("the list of its actions was cut off"), None),
            Standing::Last(last) if !last.is("machineId", machine) => {
                ("unknown", Some("an action does not say which machine it is about"), Some(last))
            }
            Standing::Last(last) if last.is("type", isolate) => ("yes", None, Some(last)),
            Standing::Last(last) if last.is("type", release) => ("no", None, Some(last)),
            Standing::Last(last) => {
                ("unknown", Some("the type of an action can't be read"), Some(last))
            }
            Standing::Unknown(reason, record) => ("unknown", Some(reason), Some(record)),
            Standing::Never => {
                match doubt(&records, None, |record| record.may_be("type", isolate)) {
                    Some((reason, record)) => ("unknown", Some(reason), Some(record)),
                    None => ("no", None, None),
                }
            }
        };
        // Isolated by either, but in which way?
        let is_scope_known = matches!(standing(&records, is_same_state), Standing::Last(_));
        Self { state, reason, job, pending, name, is_scope_known }
    }

    fn row(&self, id: &str, name: &str, clean: &Sanitizer) -> Value {
        let text = |text: &str| match text.is_empty() {
            true => Value::Null,
            false => Value::from(clean.text(text)),
        };
        let of = |name: &str| self.job.map(|job| job.text(name)).unwrap_or_default();
        let is_isolated = self.state == "yes";
        let scope = (is_isolated && !self.is_scope_known)
            .then_some("whether it is full or selective is unknown");
        let ended =
            [of("lastUpdateDateTimeUtc"), of("lastUpdateTimeUtc"), of("creationDateTimeUtc")];
        let since = ended.iter().find(|time| !time.is_empty() && self.reason.is_none());
        let shown = |record: &Record| record.summary_json(clean);
        let name = if name.is_empty() { &self.name } else { name };
        object(&mut [
            ("id", text(id)),
            ("computerDnsName", text(name)),
            ("isolated", Value::from(self.state)),
            (
                "isolationType",
                match is_isolated && self.is_scope_known {
                    true => text(&of("scope")),
                    false => Value::Null,
                },
            ),
            ("since", since.map_or(Value::Null, |since| text(since))),
            ("job", self.job.map_or(Value::Null, shown)),
            ("pending", self.pending.iter().map(|record| shown(record)).collect()),
            ("reason", self.reason.or(scope).map_or(Value::Null, Value::from)),
        ])
    }
}
