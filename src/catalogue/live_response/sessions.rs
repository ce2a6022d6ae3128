//! Live response sessions: putting files on machines, running scripts, getting files.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/run-live-response>.

use crate::catalogue::budget;
use crate::catalogue::fields::{COMMENT, NON_BLANK};
use crate::catalogue::live_response::results::SCRIPT_RESULT;
use crate::catalogue::machines::response::STARTED;
use crate::catalogue::options::{OPTIONS, TARGET_NAMES, TARGETS};
use crate::catalogue::{
    Action, Body, CustomBody, Effect, JobType, ResponseBody, ResultFetcher, Roles, Route, Run,
};
use crate::described::described;
use crate::schema::{Field, Kind, ObjectSchema, PRIVATE_TEXT};

const LIVE_RESPONSE: Roles = &[&["Machine.LiveResponse"]];

/// The route for these commands.
const fn route(body: CustomBody, started: &'static JobType) -> Route {
    Route::post(
        "/api/machines/{id}/runliveresponse",
        Body::Custom(body),
        ResponseBody::Job(started),
    )
}

const fn started(finish: ResultFetcher) -> JobType {
    JobType { kind: "LiveResponse", inverse: "", finish: Some(finish) }
}

static ONE_SCRIPT: JobType = started(ResultFetcher::FirstCommand);
static MANY_COMMANDS: JobType = started(ResultFetcher::AllCommands);

/// Arguments may contain passwords.
const ARGUMENTS: Kind = Kind::Label(&PRIVATE_TEXT);

const PARAMETERS: Kind = Kind::Object(&ObjectSchema::new(&[
    Field::required("scriptName", &NON_BLANK, "Name of the script in the library."),
    Field::optional("args", &ARGUMENTS, "Arguments, as one text."),
]));

pub(crate) static RUN_SCRIPT: Action = Action {
    name: "runScript",
    title: described("Run script"),
    summary: described("Runs a script from the live response library; with `wait` it returns exit code and output."),
    category: described("Live response"),
    effect: Effect::Disrupt,
    roles: LIVE_RESPONSE,
    budget: &budget::LIVE_RESPONSE,
    params: &ObjectSchema::new(&[
        // The service requires a comment, Kibana's parameters do not.
        Field::optional(
            "comment",
            &NON_BLANK,
            "Reason; shown in Defender's action center and audit log. Default: names this connector and the call.",
        ),
        Field::required("parameters", &PARAMETERS, "Which script, and its arguments."),
    ])
    .and(&[TARGETS, OPTIONS])
    .exactly_one_of(TARGET_NAMES),
    result: described(&Kind::Either(&[STARTED, SCRIPT_RESULT])),
    docs: described("run-live-response"),
    deprecated: described(None),
    run: Run::Operation(route(CustomBody::RunScript, &ONE_SCRIPT)),
};

pub(crate) static PUT_FILE: Action = Action {
    name: "putFile",
    title: described("Put file"),
    summary: described(
        "Puts a file from the live response library into the working folder on a machine.",
    ),
    category: described("Live response"),
    effect: Effect::Disrupt,
    roles: LIVE_RESPONSE,
    budget: &budget::LIVE_RESPONSE,
    params: &ObjectSchema::new(&[
        COMMENT,
        Field::required("fileName", &NON_BLANK, "Name of the file in the library."),
    ])
    .and(&[TARGETS, OPTIONS])
    .exactly_one_of(TARGET_NAMES),
    result: described(&STARTED),
    docs: described("run-live-response"),
    deprecated: described(None),
    run: Run::Operation(route(CustomBody::PutFile, &MANY_COMMANDS)),
};

pub(crate) static GET_FILE: Action = Action {
    name: "getFile",
    title: described("Get file"),
    summary: described(
        "Fetches a file from a machine; `downloads` streams it as soon as it is available.",
    ),
    category: described("Live response"),
    effect: Effect::Disrupt,
    roles: LIVE_RESPONSE,
    budget: &budget::LIVE_RESPONSE,
    params: &ObjectSchema::new(&[
        COMMENT,
        Field::required("path", &NON_BLANK, "Full path of the file on the machine."),
    ])
    .and(&[TARGETS, OPTIONS])
    .exactly_one_of(TARGET_NAMES),
    result: described(&STARTED),
    docs: described("run-live-response"),
    deprecated: described(None),
    run: Run::Operation(route(CustomBody::GetFile, &MANY_COMMANDS)),
};

const COMMAND: Kind = Kind::Object(
    &ObjectSchema::new(&[
        Field::optional("putFile", &NON_BLANK, "Name of a library file to put on the machine."),
        Field::optional("runScript", &NON_BLANK, "Name of a library script to run."),
        Field::optional("getFile", &NON_BLANK, "Full path of a file to fetch."),
        Field::optional("args", &ARGUMENTS, "Arguments of the script, as one text."),
    ])
    .exactly_one_of(COMMAND_ORDER),
);

/// The command types, in the order that the service requires.
pub(crate) const COMMAND_ORDER: &[&str] = &["putFile", "runScript", "getFile"];

pub(crate) static RUN_LIVE_RESPONSE: Action = Action {
    name: "runLiveResponse",
    title: described("Run live response"),
    summary: described(
        "Puts files, runs scripts and gets files, in that order, in one session; with `wait` it returns a record per command.",
    ),
    category: described("Live response"),
    effect: Effect::Disrupt,
    roles: LIVE_RESPONSE,
    budget: &budget::LIVE_RESPONSE,
    params: &ObjectSchema::new(&[
        COMMENT,
        Field::required("commands", &Kind::List { of: &COMMAND, min: 1, max: 100 }, "Commands."),
    ])
    .and(&[TARGETS, OPTIONS])
    .exactly_one_of(TARGET_NAMES),
    result: described(&STARTED),
    docs: described("run-live-response"),
    deprecated: described(None),
    run: Run::Operation(route(CustomBody::Commands, &MANY_COMMANDS)),
};
