//! What is read of an operation; each value is checked.

use serde_json::{Map, Value};

use super::{CHECKSUM_DIGITS, VERSION, parts};
use crate::actions::{self, read_params};
use crate::config::Settings;
use crate::digest::short_sha256;
use crate::error::Error;
use crate::json::to_text;
use crate::operation::Task;
use crate::operation::doubt::Doubt;
use crate::operation::steps::{Operation, Work, refuse};
use crate::outcome::Warning;
use crate::random::uuid_from_digits;
use crate::response::Record;
use crate::schema::{self, DEVICE_ID, Params, SEGMENT};
use crate::text::is_hex;

/// Characters of a comment at most: 4,000 of the caller's, and its reference.
const MAX_COMMENT: usize = 4200;

/// Maximum size in bytes.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Reads the operation from a checkpoint.
///
/// # Errors
///
/// `invalid-params`: the text is not a checkpoint, or it is damaged, of a newer version, of other
/// settings, or of an operation that has ended.
pub(in crate::operation::steps) fn read(
    settings: &Settings,
    text: &str,
) -> Result<Operation, Error> {
    let not_one = || refuse("the text is not a checkpoint of this connector, or was cut off");
    if text.len() > MAX_BYTES {
        return Err(refuse(&format!(
            "the checkpoint has {} bytes; the maximum is {MAX_BYTES}",
            text.len()
        )));
    }
    let mut rest = text.splitn(4, '.');
    let first = rest.next().unwrap_or_default();
    // Only as it is written: `+1` and `01` parse as well.
    let version: u32 = first
        .parse()
        .ok()
        .filter(|version: &u32| version.to_string() == first)
        .ok_or_else(not_one)?;
    if version > VERSION {
        let problem = format!(
            "the checkpoint has version {version}, and this connector reads up to {VERSION}; use the connector that wrote it, or a newer one"
        );
        return Err(refuse(&problem));
    }
    let (Some(connector), Some(found), Some(state)) = (rest.next(), rest.next(), rest.next())
    else {
        return Err(not_one());
    };
    if version == 0
        || connector.len() != 32
        || short_sha256(&format!("{version}.{connector}.{state}"), CHECKSUM_DIGITS) != found
    {
        return Err(refuse("the checkpoint is damaged or was cut off; store it unchanged"));
    }
    for (n, (name, part)) in parts(settings).iter().enumerate() {
        if connector.get(n * 8..n * 8 + 8) != Some(&short_sha256(part, 8)) {
            return Err(refuse(&format!(
                "the checkpoint belongs to another {name} than this connector's"
            )));
        }
    }
    let state = schema::object_from_text(state, "", MAX_BYTES).map_err(|_| damaged())?;
    if state.get("ended").is_some() {
        return Err(refuse("the operation has ended; its outcome came with its last step"));
    }
    operation(&state).ok_or_else(damaged)
}

fn damaged() -> Error {
    refuse("the checkpoint contains invalid values")
}

fn operation(state: &Map<String, Value>) -> Option<Operation> {
    let text = |name: &str| state.get(name)?.as_str();
    let number = |name: &str| state.get(name).map_or(Some(0), Value::as_u64);
    let is = |name: &str| state.get(name) == Some(&Value::Bool(true));
    let id = text("id").filter(|id| id.len() == 8 && is_hex(id))?;
    let mut operation = Operation {
        id: id.to_owned(),
        call_id: text("call").and_then(uuid_from_digits),
        action: actions::find(text("action")?).ok()?,
        params: Params::default(),
        tasks: Vec::new(),
        is_many: is("many"),
        sent_at: number("sentAt")?,
        service_time: number("serviceTime").filter(|time| *time > 0),
        looked_at: number("lookedAt").filter(|time| *time > 0),
        pause: number("pause")?,
        attempts: u32::try_from(number("attempts")?).ok()?,
        has_looked: is("looked"),
        trouble: None,
        is_digested: is("digested"),
        finishes: true,
        has_ended: false,
    };
    let targets = state.get("targets")?.as_array().filter(|targets| !targets.is_empty())?;
    let params = match state.get("params") {
        Some(Value::Object(params)) => Some(params),
        None => None,
        Some(_) => return None,
    };
    for (n, row) in targets.iter().enumerate() {
        let mut task = task(row, n)?;
        // Targets differ only in the ID, and a name that failed to resolve has none.
        let id = task.target.get("id").and_then(Value::as_str).unwrap_or_default();
        match (params, operation.work()) {
            (None, _) => {}
            (Some(params), Work::Change | Work::Read) => {
                operation.params = read_params(operation.action, &to_text(params)).ok()?;
                task.params = operation.params.clone();
            }
            (Some(params), work) => {
                let (name, rule) = match work {
                    Work::Cancellation(_) => ("actionId", &SEGMENT),
                    Work::Wait => ("id", &SEGMENT),
                    _ => ("id", &DEVICE_ID),
                };
                let is_failed = task.error.is_some() && id.is_empty();
                if !is_failed && !(rule.check)(id) {
                    return None;
                }
                if n == 0 || operation.params.value(name).is_none() && !is_failed {
                    let checked = if is_failed { "0".repeat(40) } else { id.to_owned() };
                    let mut given = params.clone();
                    given.insert(name.to_owned(), Value::from(checked));
                    let comment = long_comment(&mut given)?;
                    operation.params = read_params(operation.action, &to_text(&given)).ok()?;
                    if let Some(comment) = comment {
                        operation.params = operation.params.with("comment", comment);
                    }
                }
                task.params = match work {
                    Work::Jobs(..) | Work::Records(_) => {
                        operation.for_target(&operation.params, n, id)
                    }
                    _ => operation.params.with(name, id).with("id", id),
                };
            }
        }
        operation.tasks.push(task);
    }
    if !matches!(operation.work(), Work::Change | Work::Read) {
        operation.params.take("id");
        operation.params.take("actionId");
    }
    // Without parameters nothing can be sent.
    (params.is_some() || !operation.tasks.iter().any(Task::is_open)).then_some(operation)
}

/// The comment, which may be longer than a caller's: it has the caller's reference in front.
/// Another one takes its place, to be checked with the other parameters.
fn long_comment(params: &mut Map<String, Value>) -> Option<Option<String>> {
    let Some(comment) = params.get_mut("comment") else { return Some(None) };
    let text = comment.as_str().filter(|text| !text.trim().is_empty())?;
    if text.chars().count() > MAX_COMMENT {
        return None;
    }
    let text = text.to_owned();
    *comment = Value::from("x");
    Some(Some(text))
}

fn task(row: &Value, n: usize) -> Option<Task> {
    let is = |name: &str| row[name] == true;
    let mut task = Task::new(row["target"].clone(), Params::default());
    task.ended_now = false;
    (task.adopted, task.is_settled) = (is("adopted"), is("settled"));
    task.same_as = match &row["sameAs"] {
        Value::Null => None,
        other => Some(usize::try_from(other.as_u64()?).ok().filter(|same| *same < n)?),
    };
    task.record = match &row["job"] {
        Value::Null => None,
        job => Some(Record::from_checkpoint(to_text(job))?),
    };
    task.doubt = match &row["doubt"] {
        Value::Null => None,
        doubt => {
            Some(Doubt::new(doubt["since"].as_u64()?, None, Error::from_json(&doubt["error"])?))
        }
    };
    task.error = match &row["error"] {
        Value::Null => None,
        error => Some(Error::from_json(error)?),
    };
    for warning in row["warnings"].as_array().into_iter().flatten() {
        task.warnings.push(Warning::from_json(warning)?);
    }
    Some(task)
}
