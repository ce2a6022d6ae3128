//! What the end of a machine action means: Succeeded is success, and nothing else is.

use serde_json::Value;

use super::Task;
use super::hresult::in_words;
use crate::actions::{self, Finish};
use crate::client::Client;
use crate::error::{Error, Kind, Retry};
use crate::json::{object, to_text};
use crate::outcome::State;
use crate::response::{Member, Record, Sanitizer};
use crate::text::join;

/// Puts what a machine action has come to into its task. One that goes on has come to nothing yet,
/// and claims nothing.
///
/// # Errors
///
/// What the machine action left could not be read now, and nothing was concluded: it is to be tried
/// again, unless this is the last time (`is_last`).
pub(super) fn end(
    client: &mut Client<'_>,
    task: &mut Task,
    finish: Option<Finish>,
    is_last: bool,
) -> Result<(), Error> {
    match made(client, task, finish) {
        Some(Err(error)) if matches!(error.retry(), Retry::After(_)) && !is_last => Err(error),
        made => {
            conclude(client, task, made);
            Ok(())
        }
    }
}

/// What the machine action left, if it has ended and is to be brought back.
fn made(
    client: &mut Client<'_>,
    task: &Task,
    finish: Option<Finish>,
) -> Option<Result<Value, Error>> {
    let record = task.record.as_ref().filter(|record| record.state.is_final())?;
    finish
        .filter(|_| task.error.is_none() && task.data.is_none())
        .map(|form| actions::finish(client, form, record))
}

fn conclude(client: &Client<'_>, task: &mut Task, made: Option<Result<Value, Error>>) {
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
        // A script that failed has mostly left the reason.
        task.error = Some(match made {
            Some(Ok(result)) => error.with_detail("result", result),
            Some(Err(cause)) => error.with_detail("cause", cause.to_json()),
            None => error,
        });
        return;
    }
    match made {
        Some(Ok(result)) => task.data = Some(to_text(&result)),
        Some(Err(error)) => {
            let message = format!(
                "The machine action succeeded; what it left could not be read, `getActionResults` does so again. {}",
                error.message()
            );
            let shown = record.shown(&client.sanitizer());
            let error = error
                .with_message(message)
                .with_retry(Retry::Unknown)
                .with_detail("machineAction", shown);
            task.error = Some(error);
        }
        None => {}
    }
}

/// What the record of a machine action shows of its live response commands.
enum Proof {
    /// All of them were completed, or it has no commands.
    Complete,
    /// One of them was not.
    Failed,
    /// Unknown: they are missing, or unreadable.
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
        // A session has at least one command.
        Member::Absent | Member::Value(Value::Array(_))
            if !record.may_be("type", "LiveResponse") =>
        {
            Proof::Complete
        }
        _ => Proof::Missing,
    }
}

/// The error for a success that the record does not prove.
fn unproven(client: &Client<'_>, record: &Record) -> Error {
    let clean = client.sanitizer();
    let message = format!(
        "{} ended with status Succeeded, but its record does not show what became of its commands: look at it with `getAction`.",
        clean.text(&record.text("type"))
    );
    Error::new(Kind::MalformedResponse, message)
        .with_retry(Retry::Unknown)
        .with_detail("machineAction", record.shown(&clean))
}

/// The error that a bad end comes down to.
fn failed(client: &Client<'_>, record: &Record) -> Error {
    let clean = client.sanitizer();
    let (kind, status) = (clean.text(&record.text("type")), clean.text(&record.text("status")));
    // A number, or the text of one.
    let code = record.text("errorHResult").parse::<i64>().ok();
    let meaning = code.and_then(in_words);
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
        message += ", and not all of its commands were completed";
    }
    for reason in meaning.iter().chain(errors.first()) {
        message += &format!(": {reason}");
    }
    let ran = ran(commands, &clean);
    if !ran.is_empty() {
        message += &format!("; did run on the machine: {}", join(&ran, ", "));
    }
    message += ".";
    // After the service stopped waiting, the machine may still do it; what has run would run again.
    let is_done =
        record.state != State::TimedOut && ran.is_empty() && commands.iter().all(is_readable);
    Error::new(Kind::ActionFailed, message)
        .with_retry(if is_done { Retry::Never } else { Retry::Unknown })
        .with_detail("machineAction", record.shown(&clean))
        .with_detail("errorHResult", code.into())
        .with_detail("meaning", meaning.map_or(Value::Null, Value::from))
        .with_detail("commandErrors", Value::from(errors))
        .with_detail(
            "commands",
            commands
                .iter()
                .take(SHOWN)
                .enumerate()
                .map(|(n, command)| shown(n, command, &clean))
                .collect(),
        )
}

/// Most commands that are shown: as many as one session takes.
const SHOWN: usize = 100;

/// The commands that were carried out, as `RunScript (command 0)`: an action fails as well where
/// only what they left could not be handed in.
fn ran(commands: &[Value], clean: &Sanitizer) -> Vec<String> {
    let ran = commands.iter().enumerate().filter(|(_, command)| is_completed(command));
    ran.take(SHOWN)
        .map(|(n, command)| {
            format!("{} (command {})", text(&command["command"]["type"], clean), index(n, command))
        })
        .collect()
}

fn shown(n: usize, command: &Value, clean: &Sanitizer) -> Value {
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

/// Whether the record shows what became of a command: a status in which a character could not be
/// read may be any.
fn is_readable(command: &Value) -> bool {
    command["commandStatus"]
        .as_str()
        .is_some_and(|status| !status.is_empty() && !status.contains('\u{fffd}'))
}

fn is_completed(command: &Value) -> bool {
    command["commandStatus"].as_str().is_some_and(|status| status.eq_ignore_ascii_case("Completed"))
}

/// The values of a list; none of anything else.
fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
