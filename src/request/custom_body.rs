//! Bodies in a form of their own: hunting queries, and the commands of live response.

use serde_json::Value;

use crate::catalogue::Made;
use crate::json::object;
use crate::schema::Input;

/// The body that is made of the parameters.
// Smaller than inlined into its one caller.
#[inline(never)]
pub(super) fn made(form: Made, params: &Input) -> Value {
    match form {
        Made::Query => query(params),
        Made::RunScript => run_script(params),
        Made::PutFile => put_file(params),
        Made::GetFile => get_file(params),
        Made::Commands => all_commands(params),
    }
}

/// The query to the letter, but for the mark that an editor puts in front of a file.
fn query(params: &Input) -> Value {
    let query = params.text("query").unwrap_or_default();
    let mut body =
        object(&mut [("Query", Value::from(query.strip_prefix('\u{feff}').unwrap_or(query)))]);
    if let Some(timespan) = params.value("timespan") {
        body["Timespan"] = timespan.clone();
    }
    body
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
    body(params, commands.iter().map(one).collect())
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

fn body(params: &Input, commands: Vec<Value>) -> Value {
    let comment = params.text("comment").unwrap_or_default();
    object(&mut [("Commands", Value::from(commands)), ("Comment", Value::from(comment))])
}
