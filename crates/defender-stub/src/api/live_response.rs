//! Live response: `POST /machines/{id}/runliveresponse`, and the links to the commands' results.

use serde::Deserialize;
use serde_json::json;

use super::body::required;
use super::call::Call;
use super::roles::{LIVE_RESPONSE, MACHINE_READ};
use super::route::{Route, get, post};
use super::{machine_actions, submit};
use crate::action::command::Command;
use crate::action::results;
use crate::action::{Action, Order};
use crate::hosts::STORAGE_HOST;
use crate::refusal::ApiError;
use crate::reply::Reply;
use crate::signed_link::{self, Target};

pub(super) const ROUTES: &[Route] = &[
    post("/api/machines/{id}/runliveresponse", LIVE_RESPONSE, run).rate(10, 1500),
    get(
        "/api/machineactions/{id}/GetLiveResponseResultDownloadLink(index={index})",
        MACHINE_READ,
        result_link,
    ),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Body {
    comment: Option<String>,
    commands: Option<Vec<CommandBody>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CommandBody {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    params: Vec<Param>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Param {
    key: String,
    value: String,
}

/// A command type: its name and its keys, each required or optional. Commands in a request must
/// follow the order of this list.
const KINDS: [(&str, &[(&str, bool)]); 3] = [
    ("PutFile", &[("FileName", true)]),
    ("RunScript", &[("ScriptName", true), ("Args", false)]),
    ("GetFile", &[("Path", true)]),
];

/// `POST /api/machines/{id}/runliveresponse`.
fn run(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let machine = call.machine()?;
    let body: Body = call.body()?;
    let comment = required("Comment", body.comment)?;
    let bodies = body
        .commands
        .filter(|commands| !commands.is_empty())
        .ok_or_else(|| ApiError::missing("Commands"))?;
    let mut reached = 0;
    for command in &bodies {
        let rank = checked(command)?;
        if rank < reached {
            return Err(ApiError::body(
                "Commands must come in this order: PutFile, RunScript, GetFile",
            ));
        }
        reached = rank;
    }
    if !machine.is_onboarded() {
        return Err(submit::not_onboarded(machine));
    }
    let open = |action: &&Action| action.kind == "LiveResponse" && !action.is_final(call.now);
    let sessions = call.state.scenario.live_response_sessions;
    if call.state.actions.iter().filter(open).count() >= sessions {
        let message =
            format!("{sessions} live response sessions are open or queued; no more are allowed");
        return Err(ApiError::new(429, "TooManyRequests", message).with("retry-after", "30"));
    }
    let commands =
        bodies.into_iter().map(|command| prepared(command, call)).collect::<Result<_, _>>()?;
    submit::submit(call, Order { kind: "LiveResponse", comment, commands, ..Order::default() })
}

/// `GET /api/machineactions/{id}/GetLiveResponseResultDownloadLink(index=N)`. An unfinished command
/// gives 404 like the package link (undocumented).
fn result_link(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let action = machine_actions::visible(call)?;
    let text = call.segment(1);
    let index: usize =
        text.parse().map_err(|_| ApiError::input(format!("index '{text}' is not a number")))?;
    let progress = action.progress(call.now);
    let command = action
        .commands
        .get(index)
        .filter(|command| command.is_over(progress) && command.artifact.is_some());
    if command.is_none() {
        return Err(ApiError::not_found(format!(
            "No result was found for command {index} of action {}",
            action.id
        )));
    }
    let path = format!("/results/{}/{index}", action.id);
    let target =
        Target { host: STORAGE_HOST, path, seconds: call.state.scenario.result_link_seconds };
    let link = signed_link::signed(call.state, call.request.host_name(), &target, call.now);
    Ok(Reply::json(200, &json!({ "@odata.context": call.context("Edm.String"), "value": link })))
}

/// Checks a command's type and keys, and returns its position in the order of commands.
fn checked(command: &CommandBody) -> Result<usize, ApiError> {
    let Some(rank) = KINDS.iter().position(|(name, _)| *name == command.kind) else {
        return Err(ApiError::body(format!("Command type '{}' is not valid", command.kind)));
    };
    let keys = KINDS[rank].1;
    for param in &command.params {
        if !keys.iter().any(|(key, _)| *key == param.key) {
            return Err(ApiError::body(format!(
                "{} has no parameter '{}'",
                command.kind, param.key
            )));
        }
    }
    for (key, is_required) in keys {
        let found = command
            .params
            .iter()
            .filter(|param| param.key == *key && !param.value.is_empty())
            .count();
        if found > 1 || (found == 0 && *is_required) {
            return Err(ApiError::missing(key));
        }
    }
    Ok(rank)
}

/// The command with the result it will have on this device.
fn prepared(command: CommandBody, call: &Call<'_>) -> Result<Command, ApiError> {
    let params: Vec<(String, String)> =
        command.params.into_iter().map(|param| (param.key, param.value)).collect();
    let (error, artifact) =
        results::of(&command.kind, &params, call.machine()?, &call.state.scenario);
    Ok(Command { kind: command.kind, params, error, artifact, starts: None, ends: None })
}
