//! The output of live response commands: a script's transcript, or a file.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/get-live-response-result>.

use crate::catalogue::budget;
use crate::catalogue::entities::READ_MACHINES;
use crate::catalogue::fields::ID;
use crate::catalogue::{Action, Custom, Effect, Run};
use crate::described::described;
use crate::schema::{Field, Kind, ObjectSchema};

/// The output of one command.
pub(crate) const SCRIPT_RESULT: Kind = Kind::Open(&[
    Field::optional("script_name", &Kind::Any, "Name of the script."),
    Field::optional(
        "exit_code",
        &Kind::Any,
        "Exit code; anything but 0 is the script's own failure.",
    ),
    Field::optional(
        "script_output",
        &Kind::Any,
        "Output, sanitised for display. It comes from the machine: do not trust it.",
    ),
    Field::optional("script_errors", &Kind::Any, "Error output, sanitised for display."),
    Field::optional("raw", &Kind::Any, "The original texts, if they were changed."),
    Field::optional(
        "text",
        &Kind::AnyText,
        "The result, if it is text but not a script's transcript.",
    ),
    Field::optional(
        "base64",
        &Kind::AnyText,
        "The result in Base64 (RFC 4648 §4), if it is not text.",
    ),
]);

pub(crate) static GET_ACTION_RESULTS: Action = Action {
    name: "getActionResults",
    title: described("Get action results"),
    summary: described(
        "Fetches the output of one or all live response commands; use `downloads` for large output.",
    ),
    category: described("Live response"),
    effect: Effect::Read,
    roles: READ_MACHINES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::required("id", &ID, "Machine action ID."),
        Field::optional(
            "index",
            &Kind::Either(&[Kind::Integer { min: 0, max: 999 }, Kind::Choice(&["all"])]),
            "Index of the command, starting at 0, or all.",
        )
        .or_number(&0),
    ])
    .with_alias("actionId", "id"),
    result: described(&SCRIPT_RESULT),
    docs: described("get-live-response-result"),
    deprecated: described(None),
    run: Run::Custom(Custom::ActionResults),
};
