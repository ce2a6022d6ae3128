//! Writes and reads an operation's state as text: `version.connector.checksum.JSON`.
//!
//! It contains no secrets of ours and no results; script arguments only until the jobs are known,
//! then their digests. Anyone who can write it can also compute a new checksum, so every value in
//! it is checked like a parameter.
//!
//! One file, because what is written and what is read must match.

use serde_json::{Map, Value};

use super::doubt::Doubt;
use super::{Operation, Work, refuse};
use crate::actions::{self, read_params};
use crate::config::Settings;
use crate::digest::{args_digest, short_sha256};
use crate::error::Error;
use crate::hex::hex;
use crate::json::{object, to_text};
use crate::operation::Task;
use crate::outcome::Warning;
use crate::random::uuid_from_digits;
use crate::response::Record;
use crate::schema::{self, DEVICE_ID, Params, SEGMENT};
use crate::text::is_hex;

/// Characters of a comment at most: 4,000 of the caller's, and its reference.
const MAX_COMMENT: usize = 4200;

/// The version that is written. Newer ones are rejected, every released one can be read.
const VERSION: u32 = 1;

/// Maximum size in bytes.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Length of a checksum in hexadecimal digits.
const CHECKSUM_DIGITS: usize = 16;

/// Eight hexadecimal digits of the digest of each setting that a checkpoint is bound to.
fn fingerprint(settings: &Settings) -> String {
    parts(settings).iter().map(|(_, part)| short_sha256(part, 8)).collect()
}

fn parts(settings: &Settings) -> [(&'static str, &str); 4] {
    [
        ("tenant", &settings.tenant_id),
        ("application", &settings.client_id),
        ("sign-in address", settings.login.as_str()),
        ("API address", settings.api.as_str()),
    ]
}

/// Writes a checkpoint.
pub(super) fn write(settings: &Settings, operation: &Operation) -> String {
    let state = to_text(&state(operation));
    let connector = fingerprint(settings);
    let checksum = short_sha256(&format!("{VERSION}.{connector}.{state}"), CHECKSUM_DIGITS);
    format!("{VERSION}.{connector}.{checksum}.{state}")
}

fn state(operation: &Operation) -> Value {
    let (id, action) = (Value::from(operation.id.as_str()), Value::from(operation.action.name));
    if operation.has_ended {
        return object(&mut [("id", id), ("action", action), ("ended", Value::from(true))]);
    }
    let targets = operation.tasks.iter().map(target).collect();
    // What cannot be sent again need not be kept.
    let is_sent = matches!(operation.work(), Work::Change)
        && operation.tasks.iter().all(|task| !task.is_open())
        && operation.action.route().is_none();
    compact(object(&mut [
        ("id", id),
        ("call", operation.call_id.map_or(Value::Null, |call_id| Value::from(hex(&call_id)))),
        ("action", action),
        ("params", if is_sent { Value::Null } else { operation.params.to_value() }),
        ("many", flag(operation.is_many)),
        ("sentAt", Value::from(operation.sent_at)),
        ("serviceTime", Value::from(operation.service_time)),
        ("lookedAt", Value::from(operation.looked_at)),
        ("pause", Value::from(operation.pause)),
        ("attempts", Value::from(operation.attempts)),
        ("looked", flag(operation.has_looked)),
        ("digested", flag(operation.is_digested)),
        ("targets", targets),
    ]))
}

fn target(task: &Task) -> Value {
    let job = task.record.as_ref().map(|record| {
        // A job that is not settled is polled again.
        let status = if record.state.is_final() && !task.is_settled {
            "InProgress".to_owned()
        } else {
            record.text("status")
        };
        compact(object(&mut [
            ("id", Value::from(record.id.as_str())),
            ("type", Value::from(record.text("type"))),
            ("machineId", Value::from(record.text("machineId"))),
            ("status", Value::from(status)),
        ]))
    });
    let doubt = task.doubt.as_ref().map(|doubt| {
        object(&mut [
            ("since", Value::from(doubt.since)),
            ("error", brief_error(&doubt.error).to_json()),
        ])
    });
    compact(object(&mut [
        ("target", task.target.clone()),
        ("sameAs", Value::from(task.same_as)),
        ("job", job.unwrap_or_default()),
        ("adopted", flag(task.adopted)),
        ("doubt", doubt.unwrap_or_default()),
        ("error", task.error.as_ref().map_or(Value::Null, |error| error.brief().to_json())),
        ("warnings", task.warnings.iter().map(Warning::to_json).collect()),
        ("settled", flag(task.is_settled)),
    ]))
}

/// The error of a target in doubt, and when the targets that it holds back may be sent.
fn brief_error(error: &Error) -> Error {
    let pause = error.details().map(|details| details["retryAfterMilliseconds"].clone());
    match pause.filter(|pause| !pause.is_null()) {
        Some(pause) => error.brief().with_detail("retryAfterMilliseconds", pause),
        None => error.brief(),
    }
}

fn flag(is_set: bool) -> Value {
    if is_set { Value::from(true) } else { Value::Null }
}

/// Removes empty members.
fn compact(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    let is_empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    // One by one: collecting them would add a 6 KB sort that nothing else needs.
    let mut kept = Map::new();
    for (name, value) in members {
        if !is_empty(&value) {
            kept.insert(name, value);
        }
    }
    Value::Object(kept)
}

/// Reads the operation from a checkpoint.
///
/// # Errors
///
/// `invalid-params`: the text is not a checkpoint, or it is damaged, of a newer version, of other
/// settings, or of an operation that has ended.
pub(super) fn read(settings: &Settings, text: &str) -> Result<Operation, Error> {
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

impl Operation {
    /// Replaces script arguments by their digests once nothing is left to send or to search for.
    pub(super) fn digest_args(&mut self) {
        let is_needed = self.tasks.iter().any(|task| task.is_open() || task.doubt.is_some());
        if self.is_digested || is_needed || !matches!(self.work(), Work::Jobs(..)) {
            return;
        }
        let digested = |holder: &Value| {
            let mut holder = holder.clone();
            if let Some(Value::String(args)) = holder.get_mut("args") {
                *args = args_digest(&self.id, args);
            }
            holder
        };
        if let Some(script) = self.params.value("parameters") {
            self.params = self.params.with("parameters", digested(script));
        }
        if let Some(Value::Array(commands)) = self.params.value("commands") {
            self.params =
                self.params.with("commands", commands.iter().map(digested).collect::<Value>());
        }
        for task in &mut self.tasks {
            let id = task.params.value("id").cloned().unwrap_or_default();
            task.params = self.params.with("id", id);
        }
        self.is_digested = true;
    }
}
