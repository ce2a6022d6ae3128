//! The isolation of machines that are named.

use serde_json::Value;

use super::outcome;
use super::state::Isolation;
use crate::actions::history::{History, histories};
use crate::actions::pages::CUT_OFF;
use crate::actions::resolve::{Onboarding, known, resolve};
use crate::catalogue::ISOLATION_TYPES;
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::json::object;
use crate::outcome::{Outcome, Warning};
use crate::response::Record;

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

/// Whether each of these machines is isolated, in their order: those of `device_ids` first.
pub(super) fn of_machines(
    client: &mut Client<'_>,
    device_ids: &[Value],
    names: &[Value],
    is_one: bool,
) -> Result<Outcome, Error> {
    let mut asked = identify(client, device_ids, names)?;
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

/// The machines that are meant. One that cannot be identified carries the error.
fn identify(
    client: &mut Client<'_>,
    device_ids: &[Value],
    names: &[Value],
) -> Result<Vec<Asked>, Error> {
    let mut asked: Vec<Asked> = Vec::new();
    for id in device_ids {
        let text = id.as_str().unwrap_or_default().to_owned();
        let target = object(&mut [("id", id.clone())]);
        asked.push(Asked::new(target, text, String::new()));
    }
    if !names.is_empty() {
        for (found, target) in
            resolve(client, names, Onboarding::Preferred)?.into_iter().zip(names.iter().cloned())
        {
            asked.push(match found {
                Ok(found) => Asked::new(target, found.id, found.name),
                Err(error) => {
                    Asked { error: Some(error), ..Asked::new(target, String::new(), String::new()) }
                }
            });
        }
    }
    Ok(asked)
}
