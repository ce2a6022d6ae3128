//! Live response: putting files on machines, running scripts there, bringing files back.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/run-live-response>.

use crate::catalogue::budget;
use crate::catalogue::fields::{COMMENT, WORDS};
use crate::catalogue::live_response::results::SCRIPT_RESULT;
use crate::catalogue::machines::response::STARTED;
use crate::catalogue::options::{OPTIONS, TARGET_NAMES, TARGETS};
use crate::catalogue::{Action, Answer, Body, Effect, Finish, Made, Roles, Route, Run, Started};
use crate::schema::{Field, Kind, PRIVATE_TEXT, Shape};

const LIVE_RESPONSE: Roles = &[&["Machine.LiveResponse"]];

/// The request for these commands.
const fn route(body: Made, started: &'static Started) -> Route {
    Route::post("/api/machines/{id}/runliveresponse", Body::Made(body), Answer::Started(started))
}

const fn started(finish: Finish) -> Started {
    Started { kind: "LiveResponse", undo: "", finish: Some(finish) }
}

static ONE_SCRIPT: Started = started(Finish::FirstResult);
static MANY_COMMANDS: Started = started(Finish::CommandResults);

/// Passwords are among them.
const ARGUMENTS: Kind = Kind::Label(&PRIVATE_TEXT);

const PARAMETERS: Kind = Kind::Object(&Shape::of(&[
    Field::required("scriptName", &WORDS, "Name of the script in the library."),
    Field::optional("args", &ARGUMENTS, "Arguments, as one text."),
]));

pub(crate) static RUN_SCRIPT: Action = Action {
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
    run: Run::Operation(route(Made::RunScript, &ONE_SCRIPT)),
};

pub(crate) static PUT_FILE: Action = Action {
    name: "putFile",
    title: "Put file",
    summary: "Puts a file of the live response library on a machine, into its working folder.",
    category: "Live response",
    effect: Effect::Disrupt,
    roles: LIVE_RESPONSE,
    budget: &budget::LIVE_RESPONSE,
    params: &Shape::of(&[
        COMMENT,
        Field::required("fileName", &WORDS, "Name of the file in the library."),
    ])
    .and(&[TARGETS, OPTIONS])
    .exactly_one_of(TARGET_NAMES),
    result: &STARTED,
    docs: "run-live-response",
    deprecated: None,
    run: Run::Operation(route(Made::PutFile, &MANY_COMMANDS)),
};

pub(crate) static GET_FILE: Action = Action {
    name: "getFile",
    title: "Get file",
    summary: "Fetches a file of a machine; `downloads` streams it as soon as it is there.",
    category: "Live response",
    effect: Effect::Disrupt,
    roles: LIVE_RESPONSE,
    budget: &budget::LIVE_RESPONSE,
    params: &Shape::of(&[
        COMMENT,
        Field::required("path", &WORDS, "Full path of the file on the machine."),
    ])
    .and(&[TARGETS, OPTIONS])
    .exactly_one_of(TARGET_NAMES),
    result: &STARTED,
    docs: "run-live-response",
    deprecated: None,
    run: Run::Operation(route(Made::GetFile, &MANY_COMMANDS)),
};

const COMMAND: Kind = Kind::Object(
    &Shape::of(&[
        Field::optional("putFile", &WORDS, "Name of a library file to put on the machine."),
        Field::optional("runScript", &WORDS, "Name of a library script to run."),
        Field::optional("getFile", &WORDS, "Full path of a file to bring back."),
        Field::optional("args", &ARGUMENTS, "Arguments of the script, as one text."),
    ])
    .exactly_one_of(COMMAND_ORDER),
);

/// The kinds of commands, in the order that the service wants.
pub(crate) const COMMAND_ORDER: &[&str] = &["putFile", "runScript", "getFile"];

pub(crate) static RUN_LIVE_RESPONSE: Action = Action {
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
    run: Run::Operation(route(Made::Commands, &MANY_COMMANDS)),
};
