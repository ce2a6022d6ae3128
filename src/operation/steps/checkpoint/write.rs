//! What is written of an operation.

use serde_json::{Map, Value};

use super::{CHECKSUM_DIGITS, VERSION, fingerprint};
use crate::config::Settings;
use crate::digest::{args_digest, short_sha256};
use crate::error::Error;
use crate::hex::hex;
use crate::json::{object, to_text};
use crate::operation::Task;
use crate::operation::steps::{Operation, Work};
use crate::outcome::Warning;

/// Writes a checkpoint.
pub(in crate::operation::steps) fn write(settings: &Settings, operation: &Operation) -> String {
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

impl Operation {
    /// Replaces script arguments by their digests once nothing is left to send or to search for.
    pub(in crate::operation::steps) fn digest_args(&mut self) {
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
        for n in 0..self.tasks.len() {
            let machine = self.tasks[n].machine().to_owned();
            self.tasks[n].params = self.for_target(&self.params, n, &machine);
        }
        self.is_digested = true;
    }
}
