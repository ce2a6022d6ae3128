//! Fetches the output of live response commands: a script's transcript, or a file.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/get-live-response-result>.

use serde_json::Value;

use super::links::open;
use super::machine_actions::find_machine_action;
use crate::catalogue::GET_ACTION_RESULTS;
use crate::client::Client;
use crate::error::{self, Error};
use crate::json::{object, to_text};
use crate::outcome::Outcome;
use crate::request::{ApiRequest, encode_segment};
use crate::response::{Member, Record, script_result};
use crate::schema::Params;

pub(super) fn action_results(client: &mut Client<'_>, params: &Params) -> Result<Outcome, Error> {
    let id = params.text("id").unwrap_or_default();
    if let Some(index) = params.integer("index") {
        return Ok(Outcome::new(to_text(&fetch_result(client, id, index)?)));
    }
    let record = find_machine_action(client, id)?;
    let record = record.ok_or_else(|| {
        Error::new(
            error::Kind::NotFound,
            format!("There is no machine action {id:?}: check the ID."),
        )
    })?;
    Ok(Outcome::new(to_text(&fetch_commands(client, &record, true)?)))
}

/// Builds the request for the link to a command's output.
pub(crate) fn result_request(id: &str, index: u64) -> ApiRequest {
    let id = encode_segment(id);
    let path = format!("/api/machineactions/{id}/GetLiveResponseResultDownloadLink(index={index})");
    ApiRequest::get(&GET_ACTION_RESULTS, path)
}

fn fetch_result(client: &mut Client<'_>, id: &str, index: u64) -> Result<Value, Error> {
    let request = result_request(id, index);
    let (_, opened) = open(client, &request, id, client.settings.limits.max_response_bytes)?;
    let body = client.read_result(&request, opened).map_err(|error| match error.kind() {
        error::Kind::MalformedResponse => {
            let message = format!("{} Use `downloads` instead.", error.message());
            error.with_message(message)
        }
        _ => error,
    })?;
    Ok(script_result(&body))
}

/// Fetches the output of the first command, for an action that has only one.
pub(super) fn first_result(client: &mut Client<'_>, record: &Record) -> Result<Value, Error> {
    let mut result = fetch_result(client, &record.id, 0)?;
    if let Value::Object(members) = &mut result {
        members.insert("machineActionId".to_owned(), Value::from(record.id.as_str()));
    }
    Ok(result)
}

/// Returns a record for each command, with the output of scripts.
pub(super) fn command_results(client: &mut Client<'_>, record: &Record) -> Result<Value, Error> {
    fetch_commands(client, record, false)
}

fn fetch_commands(client: &mut Client<'_>, record: &Record, files: bool) -> Result<Value, Error> {
    let mut rows = Vec::new();
    let commands = match record.read_value("commands") {
        Member::Value(Value::Array(commands)) => commands,
        Member::Absent => Vec::new(),
        Member::Value(_) | Member::Unreadable => return Err(unreadable(client, record)),
    };
    if commands.is_empty() && record.is("type", "LiveResponse") {
        return Err(unreadable(client, record));
    }
    for (n, command) in commands.iter().enumerate() {
        let index = command["index"].as_u64().unwrap_or(n as u64);
        let (kind, status) = (&command["command"]["type"], &command["commandStatus"]);
        // A file that was put on the machine has no output, and neither has a command that did not
        // run.
        let is = |value: &Value, name: &str| {
            value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(name))
        };
        let (is_script, is_file) = (is(kind, "RunScript"), is(kind, "GetFile"));
        let has_result =
            (is_script || is_file) && (is(status, "Completed") || is(status, "Failed"));
        // One unreadable output is an error of that command and must not lose the others.
        let (result, error) = match (has_result && (is_script || files))
            .then(|| fetch_result(client, &record.id, index))
        {
            Some(Ok(result)) => (result, Value::Null),
            Some(Err(error)) => (Value::Null, error.to_json()),
            None => (Value::Null, Value::Null),
        };
        let params =
            object(&mut [("id", Value::from(record.id.as_str())), ("index", Value::from(index))]);
        let download =
            object(&mut [("action", Value::from("getActionResults")), ("params", params)]);
        let clean = client.sanitizer();
        // These texts end up in errors too, and may mention a link that could not be followed.
        let text = |value: &Value| {
            value.as_str().map_or(Value::Null, |text| Value::from(clean.text(text)))
        };
        rows.push(object(&mut [
            ("index", Value::from(index)),
            ("type", text(kind)),
            ("status", text(status)),
            ("errors", command["errors"].as_array().into_iter().flatten().map(text).collect()),
            ("result", result),
            ("error", error),
            ("download", if has_result { download } else { Value::Null }),
        ]));
    }
    Ok(object(&mut [
        ("machineActionId", Value::from(record.id.as_str())),
        ("commands", Value::from(rows)),
    ]))
}

fn unreadable(client: &Client<'_>, record: &Record) -> Error {
    let message = format!(
        "The record of machine action {:?} does not show its commands: check with `getAction`, and request single ones by `index`.",
        record.id
    );
    Error::new(error::Kind::MalformedResponse, message)
        .with_detail("machineAction", record.summary_json(&client.sanitizer()))
}
