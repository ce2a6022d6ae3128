//! Live response: running scripts of the library on a machine.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/run-live-response>.

use serde_json::Value;

use super::fields::{MACHINE_ID, WORDS};
use super::machine_actions::MACHINE_ACTION;
use super::row::{Action, Answer, Body, Effect, Route, Run};
use crate::json::object;
use crate::shape::{Field, Input, Kind, Need, Shape};

const PARAMETERS: Kind = Kind::Object(&Shape::of(&[
    Field::required("scriptName", WORDS, "Name of the script in the library."),
    Field::optional("args", WORDS, "Arguments, as one text."),
]));

pub(super) static RUN_SCRIPT: Action = Action {
    name: "runScript",
    title: "Run script",
    summary: "Runs a script of the live response library on a machine; `getActionResults` brings back its output.",
    effect: Effect::Disrupt,
    roles: &[&["Machine.LiveResponse"]],
    params: &Shape::of(&[
        MACHINE_ID,
        // The service demands a comment, the parameters of old do not.
        Field::optional("comment", WORDS, "Why; shown in Defender's action center and audit log.")
            .or(Need::DefaultText("Script run by the Microsoft Defender for Endpoint connector")),
        Field::required("parameters", PARAMETERS, "Which script, and its arguments."),
    ]),
    result: &MACHINE_ACTION,
    docs: "run-live-response",
    deprecated: None,
    run: Run::Route(Route::post(
        "/api/machines/{id}/runliveresponse",
        Body::Made(run_script),
        Answer::Started { kind: "LiveResponse" },
    )),
};

fn run_script(params: &Input) -> Value {
    let script = params.object("parameters").unwrap_or_default();
    let pair = |key: &str, value: &str| object(&mut [("key", Value::from(key)), ("value", Value::from(value))]);
    let mut arguments = vec![pair("ScriptName", script.text("scriptName").unwrap_or_default())];
    if let Some(args) = script.text("args") {
        arguments.push(pair("Args", args));
    }
    let command = object(&mut [("type", Value::from("RunScript")), ("params", Value::from(arguments))]);
    let comment = params.text("comment").unwrap_or_default();
    object(&mut [("Commands", Value::from(vec![command])), ("Comment", Value::from(comment))])
}
