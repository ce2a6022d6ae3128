//! Machine actions in answers: is it the one that was asked for, and how far is it?
//!
//! The service may answer a second request with the action of the first, with somebody else's comment or script in it. Taking that
//! for ours would report as done what nobody did.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Members, Sanitizer};
use crate::error::{Error, Kind, Retry};
use crate::outcome::{MachineAction, Outcome, State};
use crate::shape::Input;

/// What the answer to a request must be about.
#[derive(Debug)]
pub struct Expected<'a> {
    /// The action of ours.
    pub action: &'a str,
    /// The service's name for this type of action.
    pub kind: &'a str,
    /// The parameters that the request was made of.
    pub params: &'a Input,
}

/// The machine action that a request started, as it came.
///
/// # Errors
///
/// `conflict` if it is another one than was asked for; `action-failed` if it has ended badly. `None` if it is no machine action.
pub fn started(body: Vec<u8>, expected: &Expected<'_>, clean: &Sanitizer) -> Result<Option<Outcome>, Error> {
    let Some(action) = read(&body) else { return Ok(None) };
    if let Some(difference) = difference(&body, expected) {
        let message = format!(
            "`{}` was answered with another machine action ({difference}): look at `getActions`: it may or may not have been carried out.",
            expected.action
        );
        return Err(conflict(message, &body, clean));
    }
    match action.state {
        // A state that is not known is passed on as such: it claims nothing.
        State::Pending | State::InProgress | State::Succeeded | State::Unknown => Ok(outcome(body, action)),
        State::Failed | State::TimedOut | State::Cancelled => {
            let status = status(&body);
            let message =
                format!("`{}` ended at once with status {status:?}: see `details.machineAction`.", expected.action);
            Err(Error::new(Kind::ActionFailed, message).with_detail("machineAction", shown(&body, clean)))
        }
    }
}

/// The machine action that a request cancelled, as it came.
///
/// # Errors
///
/// `conflict` if it is another one, or has ended in another way than by being cancelled. `None` if it is no machine action.
pub fn cancelled(body: Vec<u8>, id: &str, clean: &Sanitizer) -> Result<Option<Outcome>, Error> {
    let Some(action) = read(&body) else { return Ok(None) };
    if !action.id.eq_ignore_ascii_case(id) {
        let message =
            "`cancelAction` was answered with another machine action: look at `getActions` before you repeat it.";
        return Err(conflict(message.to_owned(), &body, clean));
    }
    match action.state {
        State::Succeeded | State::Failed | State::TimedOut => {
            let status = status(&body);
            let message = format!("`cancelAction` came too late: the machine action had ended with status {status:?}.");
            Err(conflict(message, &body, clean).with_retry(Retry::Never))
        }
        State::Pending | State::InProgress | State::Cancelled | State::Unknown => Ok(outcome(body, action)),
    }
}

/// The machine action in a list that is in the way of another one: of that type rather than of any. Not its whole record.
pub fn in_the_way(body: &[u8], kind: &str, clean: &Sanitizer) -> Option<Value> {
    let list = Members::parse(body)?;
    let actions: Vec<&RawValue> = list.get("value")?;
    let is_kind = |raw: &&&RawValue| {
        let members = Members::parse_text(raw.get());
        members.and_then(|members| members.text("type")).is_some_and(|found| found.eq_ignore_ascii_case(kind))
    };
    let found = actions.iter().find(is_kind).or(actions.first())?;
    Some(shown(found.get().as_bytes(), clean))
}

fn conflict(message: String, body: &[u8], clean: &Sanitizer) -> Error {
    Error::new(Kind::Conflict, message).with_retry(Retry::Unknown).with_detail("machineAction", shown(body, clean))
}

fn outcome(body: Vec<u8>, action: MachineAction) -> Option<Outcome> {
    Some(Outcome { data: String::from_utf8(body).ok()?, machine_action: Some(action) })
}

fn read(body: &[u8]) -> Option<MachineAction> {
    let members = Members::parse(body)?;
    let (id, status) = (members.text("id")?, members.text("status")?);
    Some(MachineAction { id, state: State::from_status(&status), adopted: false })
}

/// What tells an answer's machine action from the one that was asked for. What the answer does not say tells nothing.
fn difference(body: &[u8], expected: &Expected<'_>) -> Option<&'static str> {
    let members = Members::parse(body)?;
    let other = |name: &str, wanted: &str| members.text(name).is_some_and(|found| !found.eq_ignore_ascii_case(wanted));
    let params = expected.params;
    if other("type", expected.kind) {
        return Some("another type of action");
    }
    if let Some(id) = params.text("id").filter(|id| other("machineId", id))
        && !members.text("computerDnsName").is_some_and(|name| is_name(&name, id))
    {
        return Some("another machine");
    }
    let comment = params.text("comment").unwrap_or_default();
    if members.text("requestorComment").is_some_and(|found| !is_comment(&found, comment)) {
        return Some("another comment");
    }
    let script = params.object("parameters")?;
    let commands: Vec<Value> = members.get("commands").unwrap_or_default();
    let Some(first) = commands.first() else {
        // Without a command only the comment can tell whose it is.
        return members.text("requestorComment").is_none().then_some("no script");
    };
    let name = script.text("scriptName");
    let given = |key: &str| {
        let mut list = first["command"]["params"].as_array()?.iter();
        list.find(|pair| pair["key"].as_str().is_some_and(|found| found.eq_ignore_ascii_case(key)))?["value"].as_str()
    };
    if commands.len() > 1 || given("ScriptName").is_some_and(|found| Some(found) != name) {
        return Some("another script");
    }
    (given("Args").unwrap_or_default() != script.text("args").unwrap_or_default()).then_some("other arguments")
}

/// Whether a machine of this full name is meant by a name that may be the host part of it.
fn is_name(full: &str, given: &str) -> bool {
    let host = full.split('.').next().unwrap_or_default();
    full.eq_ignore_ascii_case(given) || host.eq_ignore_ascii_case(given)
}

/// Whether a comment is ours, perhaps trimmed or cut short by the service.
fn is_comment(found: &str, ours: &str) -> bool {
    let (found, ours) = (found.trim(), ours.trim());
    found == ours || (found.len() > 20 && ours.starts_with(found))
}

fn status(body: &[u8]) -> String {
    let status = Members::parse(body).and_then(|members| members.text("status")).unwrap_or_default();
    status.chars().take(40).collect()
}

/// What of a machine action goes into an error's details: identifiers and state, nothing that could be long or secret.
fn shown(body: &[u8], clean: &Sanitizer) -> Value {
    let Some(members) = Members::parse(body) else { return Value::Null };
    let mut object = Map::new();
    for name in SHOWN {
        let text = members.text(name).map(|text| clean.text(&text));
        object.insert((*name).to_owned(), text.map_or(Value::Null, Value::String));
    }
    Value::Object(object)
}

/// Members of a machine action that go into an error's details.
const SHOWN: &[&str] =
    &["id", "type", "status", "machineId", "computerDnsName", "requestor", "requestorComment", "creationDateTimeUtc"];
