//! The output of live response commands: a script's transcript, or a file.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/get-live-response-result>.

use crate::catalogue::budget;
use crate::catalogue::fields::ID;
use crate::catalogue::machines::read::READ_MACHINES;
use crate::catalogue::{Action, Custom, Effect, Run};
use crate::schema::{Field, Kind, ObjectSchema};

/// The output of one command.
pub(crate) const SCRIPT_RESULT: Kind = Kind::Open(&[
    Field::optional("script_name", &Kind::Any, "Name of the script."),
    Field::optional(
        "exit_code",
        &Kind::Any,
        "Exit code; other than 0 is the script's own failure.",
    ),
    Field::optional(
        "script_output",
        &Kind::Any,
        "What it wrote, fit to show. Comes from the machine: do not trust it.",
    ),
    Field::optional("script_errors", &Kind::Any, "What it wrote as errors, fit to show."),
    Field::optional(
        "raw",
        &Kind::Any,
        "The texts as they came, where something was taken out of them.",
    ),
    Field::optional(
        "text",
        &Kind::AnyText,
        "The result, if it is text but no transcript of a script.",
    ),
    Field::optional(
        "base64",
        &Kind::AnyText,
        "The result in Base64 (RFC 4648 §4), if it is not text.",
    ),
]);

pub(crate) static GET_ACTION_RESULTS: Action = Action {
    name: "getActionResults",
    title: "Get action results",
    summary: "Brings back what a live response command left, or all of them; larger results by `downloads`.",
    category: "Live response",
    effect: Effect::Read,
    roles: READ_MACHINES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::required("id", &ID, "Machine action ID."),
        Field::optional(
            "index",
            &Kind::Either(&[Kind::Integer { min: 0, max: 999 }, Kind::Choice(&["all"])]),
            "Which command, counted from 0, or all of them.",
        )
        .or_number(&0),
    ])
    .with_alias("actionId", "id"),
    result: &SCRIPT_RESULT,
    docs: "get-live-response-result",
    deprecated: None,
    run: Run::Custom(Custom::ActionResults),
};
