//! Custom request bodies: hunting queries, and live response commands.

use serde_json::Value;

use crate::catalogue::CustomBody;
use crate::json::object;
use crate::schema::Params;

/// Builds the body from the parameters.
// Not inlined: smaller.
#[inline(never)]
pub(super) fn build_custom_body(form: CustomBody, params: &Params) -> Value {
    match form {
        CustomBody::Query => query(params),
        CustomBody::RunScript => run_script(params),
        CustomBody::PutFile => put_file(params),
        CustomBody::GetFile => get_file(params),
        CustomBody::Commands => live_response_commands(params),
    }
}

/// Passes the query through, without the byte order mark that editors put in front of a file.
fn query(params: &Params) -> Value {
    let query = params.text("query").unwrap_or_default();
    let mut commands_body =
        object(&mut [("Query", Value::from(query.strip_prefix('\u{feff}').unwrap_or(query)))]);
    if let Some(timespan) = params.value("timespan") {
        commands_body["Timespan"] = timespan.clone();
    }
    commands_body
}

fn run_script(params: &Params) -> Value {
    let script = params.value("parameters").unwrap_or(&Value::Null);
    commands_body(
        params,
        vec![command("RunScript", "ScriptName", &script["scriptName"], &script["args"])],
    )
}

fn put_file(params: &Params) -> Value {
    let name = params.value("fileName").unwrap_or(&Value::Null);
    commands_body(params, vec![command("PutFile", "FileName", name, &Value::Null)])
}

fn get_file(params: &Params) -> Value {
    let path = params.value("path").unwrap_or(&Value::Null);
    commands_body(params, vec![command("GetFile", "Path", path, &Value::Null)])
}

fn live_response_commands(params: &Params) -> Value {
    let to_command = |given: &Value| match () {
        () if given["putFile"].is_string() => {
            command("PutFile", "FileName", &given["putFile"], &Value::Null)
        }
        () if given["getFile"].is_string() => {
            command("GetFile", "Path", &given["getFile"], &Value::Null)
        }
        () => command("RunScript", "ScriptName", &given["runScript"], &given["args"]),
    };
    let commands =
        params.value("commands").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    commands_body(params, commands.iter().map(to_command).collect())
}

fn command(kind: &str, key: &str, value: &Value, args: &Value) -> Value {
    let pair = |key: &str, value: &Value| {
        object(&mut [("key", Value::from(key)), ("value", value.clone())])
    };
    let mut params = vec![pair(key, value)];
    if !args.is_null() {
        params.push(pair("Args", args));
    }
    object(&mut [("type", Value::from(kind)), ("params", Value::from(params))])
}

fn commands_body(params: &Params, commands: Vec<Value>) -> Value {
    let comment = params.text("comment").unwrap_or_default();
    object(&mut [("Commands", Value::from(commands)), ("Comment", Value::from(comment))])
}
