//! Concludes machine actions that have ended: only Succeeded is success.

use serde_json::Value;

use super::Task;
use super::hresult::describe_hresult;
use crate::actions::{self, ResultFetcher};
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::json::{object, to_text};
use crate::outcome::State;
use crate::response::{Member, Record, Sanitizer};
use crate::text::join;

/// Stores the result of a machine action in its task. One that is still running has no result yet.
///
/// # Errors
///
/// The output could not be read now, and nothing was stored: the caller tries again, unless this is
/// the last time (`is_last`).
pub(super) fn conclude(
    client: &mut Client<'_>,
    task: &mut Task,
    finish: Option<ResultFetcher>,
    is_last: bool,
) -> Result<(), Error> {
    match fetch_result(client, task, finish) {
        Some(Err(error)) if matches!(error.retry(), Retry::After(_)) && !is_last => Err(error),
        fetched => {
            apply(client, task, fetched);
            Ok(())
        }
    }
}

/// Fetches the output of a machine action that has ended, if it is requested.
fn fetch_result(
    client: &mut Client<'_>,
    task: &Task,
    finish: Option<ResultFetcher>,
) -> Option<Result<Value, Error>> {
    let record = task.record.as_ref().filter(|record| record.state.is_final())?;
    finish
        .filter(|_| task.error.is_none() && task.data.is_none())
        .map(|form| actions::fetch_results(client, form, record))
}

fn apply(client: &Client<'_>, task: &mut Task, fetched: Option<Result<Value, Error>>) {
    let Some(record) = task.record.as_ref().filter(|_| task.error.is_none() && task.data.is_none())
    else {
        return;
    };
    if !record.state.is_final() {
        return;
    }
    let failure = match (record.state, proof(record)) {
        (State::Succeeded, Proof::Complete) => None,
        (State::Succeeded, Proof::Missing) => Some(unproven(client, record)),
        _ => Some(failed(client, record)),
    };
    if let Some(error) = failure {
        // The output of a failed script usually gives the reason.
        task.error = Some(match fetched {
            Some(Ok(result)) => error.with_detail("result", result),
            Some(Err(cause)) => error.with_detail("cause", cause.to_json()),
            None => error,
        });
        return;
    }
    match fetched {
        Some(Ok(result)) => task.data = Some(to_text(&result)),
        Some(Err(error)) => {
            let message = format!(
                "The machine action succeeded, but its output could not be read: try `getActionResults`. {}",
                error.message()
            );
            let summary = record.summary_json(&client.sanitizer());
            let error = error
                .with_message(message)
                .with_retry(Retry::Unknown)
                .with_detail("machineAction", summary);
            task.error = Some(error);
        }
        None => {}
    }
}

/// What a record shows about its live response commands.
enum Proof {
    /// All completed, or there are none.
    Complete,
    /// At least one did not complete.
    Failed,
    /// Unknown: they are missing or unreadable.
    Missing,
}

fn proof(record: &Record) -> Proof {
    match record.read_value("commands") {
        Member::Value(Value::Array(commands)) if !commands.is_empty() => {
            let has_errors = |command: &Value| !list(&command["errors"]).is_empty();
            let is_failed = |command: &Value| {
                !is_completed(command) && (is_readable(command) || has_errors(command))
            };
            match commands.iter().all(is_completed) {
                true => Proof::Complete,
                false if commands.iter().any(is_failed) => Proof::Failed,
                false => Proof::Missing,
            }
        }
        // A live response session has at least one command.
        Member::Absent | Member::Value(Value::Array(_))
            if !record.may_be("type", "LiveResponse") =>
        {
            Proof::Complete
        }
        _ => Proof::Missing,
    }
}

/// Error for a success that the record does not prove.
fn unproven(client: &Client<'_>, record: &Record) -> Error {
    let clean = client.sanitizer();
    let message = format!(
        "{} ended with status Succeeded, but its record does not show whether its commands completed: check with `getAction`.",
        clean.text(&record.text("type"))
    );
    Error::new(Kind::MalformedResponse, message)
        .with_retry(Retry::Unknown)
        .with_detail("machineAction", record.summary_json(&clean))
}

/// Error for a machine action that ended badly.
fn failed(client: &Client<'_>, record: &Record) -> Error {
    let clean = client.sanitizer();
    let (kind, status) = (clean.text(&record.text("type")), clean.text(&record.text("status")));
    // A number, possibly as text.
    let code = record.text("errorHResult").parse::<i64>().ok();
    let meaning = code.and_then(describe_hresult);
    let commands = record.value("commands");
    let commands = list(&commands);
    let mut errors: Vec<String> = Vec::new();
    for command in commands {
        for error in list(&command["errors"]) {
            if let (Value::String(text), ..20) = (error, errors.len()) {
                errors.push(clean.text(text));
            }
        }
    }
    let mut message = format!("{kind} ended with status {status:?}");
    if record.state == State::Succeeded {
        message += ", but not all of its commands completed";
    }
    for reason in meaning.iter().chain(errors.first()) {
        message += &format!(": {reason}");
    }
    let completed_commands = completed_commands(commands, &clean);
    if !completed_commands.is_empty() {
        message += &format!("; completed on the machine: {}", join(&completed_commands, ", "));
    }
    message += ".";
    // After a timeout the machine may still carry it out; and a retry would repeat commands that
    // completed.
    let is_certain = record.state != State::TimedOut
        && completed_commands.is_empty()
        && commands.iter().all(is_readable);
    Error::new(Kind::ActionFailed, message)
        .with_retry(if is_certain { Retry::Never } else { Retry::Unknown })
        .with_detail("machineAction", record.summary_json(&clean))
        .with_detail("errorHResult", code.into())
        .with_detail("meaning", meaning.map_or(Value::Null, Value::from))
        .with_detail("commandErrors", Value::from(errors))
        .with_detail(
            "commands",
            commands
                .iter()
                .take(MAX_COMMANDS)
                .enumerate()
                .map(|(n, command)| summary(n, command, &clean))
                .collect(),
        )
}

/// Maximum number of commands to show: a session has no more.
const MAX_COMMANDS: usize = 100;

/// Lists the completed commands, as `RunScript (command 0)`: an action may also fail because only
/// the output could not be delivered.
fn completed_commands(commands: &[Value], clean: &Sanitizer) -> Vec<String> {
    let completed_commands =
        commands.iter().enumerate().filter(|(_, command)| is_completed(command));
    completed_commands
        .take(MAX_COMMANDS)
        .map(|(n, command)| {
            format!("{} (command {})", text(&command["command"]["type"], clean), index(n, command))
        })
        .collect()
}

fn summary(n: usize, command: &Value, clean: &Sanitizer) -> Value {
    object(&mut [
        ("index", Value::from(index(n, command))),
        ("type", Value::from(text(&command["command"]["type"], clean))),
        ("status", Value::from(text(&command["commandStatus"], clean))),
    ])
}

fn index(n: usize, command: &Value) -> u64 {
    command["index"].as_u64().unwrap_or(n as u64)
}

fn text(value: &Value, clean: &Sanitizer) -> String {
    clean.text(value.as_str().unwrap_or_default())
}

/// Whether the record shows a command's status: one with an unreadable character may be any.
fn is_readable(command: &Value) -> bool {
    command["commandStatus"]
        .as_str()
        .is_some_and(|status| !status.is_empty() && !status.contains('\u{fffd}'))
}

fn is_completed(command: &Value) -> bool {
    command["commandStatus"].as_str().is_some_and(|status| status.eq_ignore_ascii_case("Completed"))
}

/// The values of a list; empty for anything else.
fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
