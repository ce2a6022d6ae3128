//! Live response: putting files on machines, running scripts there, bringing files back.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/run-live-response>.

use serde_json::Value;

use super::budget;
use super::fields::{COMMENT, WORDS};
use super::machine_response::STARTED;
use super::options::{OPTIONS, TARGET_NAMES, TARGETS};
use super::results::{SCRIPT_RESULT, command_results, first_result};
use super::row::{Action, Answer, Body, Effect, Finish, Roles, Route, Run, Started};
use crate::error::Error;
use crate::json::object;
use crate::shape::{Field, Input, Kind, PRIVATE_TEXT, Problem, Shape};

const LIVE_RESPONSE: Roles = &[&["Machine.LiveResponse"]];

/// The request for these commands.
const fn route(body: fn(&Input) -> Value, started: &'static Started) -> Route {
    Route::post("/api/machines/{id}/runliveresponse", Body::Made(body), Answer::Started(started))
}

const fn started(finish: Finish) -> Started {
    Started { kind: "LiveResponse", undo: "", finish: Some(finish) }
}

static ONE_SCRIPT: Started = started(first_result);
static MANY_COMMANDS: Started = started(command_results);

/// Passwords are among them.
const ARGUMENTS: Kind = Kind::Label(&PRIVATE_TEXT);

const PARAMETERS: Kind = Kind::Object(&Shape::of(&[
    Field::required("scriptName", &WORDS, "Name of the script in the library."),
    Field::optional("args", &ARGUMENTS, "Arguments, as one text."),
]));

pub(super) static RUN_SCRIPT: Action = Action {
    name: "runScript",
    title: "Run script",
    summary: "Runs a script of the live response library; with `wait` it brings back exit code and output.",
    category: "Live response",
    effect: Effect::Disrupt,
    roles: LIVE_RESPONSE,
    budget: &budget::LIVE_RESPONSE,
    params: &Shape::of(&[
        // The service demands a comment, Kibana's parameters do not.
        Field::optional(
            "comment",
            &WORDS,
            "Why; shown in Defender's action center and audit log. Without one it names this connector and the call.",
        ),
        Field::required("parameters", &PARAMETERS, "Which script, and its arguments."),
    ])
    .and(&[TARGETS, OPTIONS])
    .exactly_one_of(TARGET_NAMES),
    result: &Kind::Either(&[STARTED, SCRIPT_RESULT]),
    docs: "run-live-response",
    deprecated: None,
    run: Run::Operation(route(run_script, &ONE_SCRIPT)),
};

pub(super) static PUT_FILE: Action = Action {
    name: "putFile",
    title: "Put file",
    summary: "Puts a file of the live response library on a machine, into its working folder.",
    category: "Live response",
    effect: Effect::Disrupt,
    roles: LIVE_RESPONSE,
    budget: &budget::LIVE_RESPONSE,
    params: &Shape::of(&[COMMENT, Field::required("fileName", &WORDS, "Name of the file in the library.")])
        .and(&[TARGETS, OPTIONS])
        .exactly_one_of(TARGET_NAMES),
    result: &STARTED,
    docs: "run-live-response",
    deprecated: None,
    run: Run::Operation(route(put_file, &MANY_COMMANDS)),
};

pub(super) static GET_FILE: Action = Action {
    name: "getFile",
    title: "Get file",
    summary: "Fetches a file of a machine; `downloads` streams it as soon as it is there.",
    category: "Live response",
    effect: Effect::Disrupt,
    roles: LIVE_RESPONSE,
    budget: &budget::LIVE_RESPONSE,
    params: &Shape::of(&[COMMENT, Field::required("path", &WORDS, "Full path of the file on the machine.")])
        .and(&[TARGETS, OPTIONS])
        .exactly_one_of(TARGET_NAMES),
    result: &STARTED,
    docs: "run-live-response",
    deprecated: None,
    run: Run::Operation(route(get_file, &MANY_COMMANDS)),
};

const COMMAND: Kind = Kind::Object(
    &Shape::of(&[
        Field::optional("putFile", &WORDS, "Name of a library file to put on the machine."),
        Field::optional("runScript", &WORDS, "Name of a library script to run."),
        Field::optional("getFile", &WORDS, "Full path of a file to bring back."),
        Field::optional("args", &ARGUMENTS, "Arguments of the script, as one text."),
    ])
    .exactly_one_of(ORDER),
);

/// The kinds of commands, in the order that the service wants.
const ORDER: &[&str] = &["putFile", "runScript", "getFile"];

pub(super) static RUN_LIVE_RESPONSE: Action = Action {
    name: "runLiveResponse",
    title: "Run live response",
    summary: "Puts files, runs scripts and fetches files, in that order, in one session; with `wait` it gives a record per command.",
    category: "Live response",
    effect: Effect::Disrupt,
    roles: LIVE_RESPONSE,
    budget: &budget::LIVE_RESPONSE,
    params: &Shape::of(&[
        COMMENT,
        Field::required("commands", &Kind::List { of: &COMMAND, min: 1, max: 100 }, "Commands."),
    ])
    .and(&[TARGETS, OPTIONS])
    .exactly_one_of(TARGET_NAMES),
    result: &STARTED,
    docs: "run-live-response",
    deprecated: None,
    run: Run::Operation(route(all_commands, &MANY_COMMANDS)),
};

/// Checks the order of commands.
///
/// # Errors
///
/// `invalid-params`.
pub(super) fn check(action: &Action, params: &Input) -> Result<(), Error> {
    let mut reached = 0;
    for (n, command) in list(params).iter().enumerate() {
        let rank = ORDER.iter().position(|kind| command.get(kind).is_some()).unwrap_or_default();
        let problem = match () {
            () if rank < reached => "comes too late; the service takes putFile, then runScript, then getFile",
            () if rank != 1 && command.get("args").is_some() => "has `args`; only `runScript` takes any",
            () => "",
        };
        if !problem.is_empty() {
            return Err(Error::invalid_params(action.name, &[Problem::new(format!("/commands/{n}"), problem)]));
        }
        reached = rank;
    }
    Ok(())
}

fn list(params: &Input) -> &[Value] {
    params.value("commands").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn run_script(params: &Input) -> Value {
    let script = params.value("parameters").unwrap_or(&Value::Null);
    body(params, vec![command("RunScript", "ScriptName", &script["scriptName"], &script["args"])])
}

fn put_file(params: &Input) -> Value {
    let name = params.value("fileName").unwrap_or(&Value::Null);
    body(params, vec![command("PutFile", "FileName", name, &Value::Null)])
}

fn get_file(params: &Input) -> Value {
    let path = params.value("path").unwrap_or(&Value::Null);
    body(params, vec![command("GetFile", "Path", path, &Value::Null)])
}

fn all_commands(params: &Input) -> Value {
    let one = |given: &Value| match () {
        () if given["putFile"].is_string() => command("PutFile", "FileName", &given["putFile"], &Value::Null),
        () if given["getFile"].is_string() => command("GetFile", "Path", &given["getFile"], &Value::Null),
        () => command("RunScript", "ScriptName", &given["runScript"], &given["args"]),
    };
    body(params, list(params).iter().map(one).collect())
}

fn command(kind: &str, key: &str, value: &Value, args: &Value) -> Value {
    let pair = |key: &str, value: &Value| object(&mut [("key", Value::from(key)), ("value", value.clone())]);
    let mut params = vec![pair(key, value)];
    if !args.is_null() {
        params.push(pair("Args", args));
    }
    object(&mut [("type", Value::from(kind)), ("params", Value::from(params))])
}

fn body(params: &Input, commands: Vec<Value>) -> Value {
    let comment = params.text("comment").unwrap_or_default();
    object(&mut [("Commands", Value::from(commands)), ("Comment", Value::from(comment))])
}
