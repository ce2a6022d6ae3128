//! An action's parameters, put together from the command line.

mod hosts;
mod source;
mod times;
mod value;

use std::fs;
use std::io::{self, Read};

use serde_json::{Map, Value};

use super::args::CallArgs;
use super::failure::Failure;
use super::file::without_mark;
use super::unique;
use value::single;

/// Parameters as JSON text: what `--params` gives, and the single ones. `schema` is the
/// action's own, as JSON text: by it a single value is read as JSON or left as the string it is.
pub(crate) fn params(call: &CallArgs, schema: &str) -> Result<String, Failure> {
    let mut params = match &call.params {
        Some(text) => whole(text)?,
        None => Map::new(),
    };
    let schema: Value = serde_json::from_str(schema).unwrap_or_default();
    for (key, text) in &call.param {
        let (outer, name) = place(&mut params, key)?;
        let property = key.split('.').try_fold(&schema, member).unwrap_or(&Value::Null);
        let text = source::text(key, text, property)?;
        let text = times::text(key, text, property)?;
        if hosts::is_list(property) && !text.trim_start().starts_with(['[', '{']) {
            let list = outer.entry(name).or_insert_with(|| Value::Array(Vec::new()));
            hosts::add(list, key, &text)?;
            continue;
        }
        let value = match hosts::one(key, &text, property)? {
            Some(host) => host,
            None => single(key, &text, property)?,
        };
        if outer.insert(name.to_owned(), value).is_some() {
            return Err(Failure::params(format!(
                "parameter `{key}` is given more than once; several values are a JSON list: -p '{key}=[\"a\", \"b\"]'"
            )));
        }
    }
    if let Some(seconds) = call.wait {
        wait(&mut params, &call.action, &schema, seconds)?;
    }
    under_own_names(&mut params, &schema);
    Ok(Value::Object(params).to_string())
}

/// The schema of an object's member; the object may be one of several forms.
fn member<'s>(schema: &'s Value, name: &str) -> Option<&'s Value> {
    schema["properties"].get(name).or_else(|| {
        let forms = ["anyOf", "oneOf"].into_iter().filter_map(|form| schema[form].as_array());
        forms.flatten().find_map(|form| member(form, name))
    })
}

/// Puts what is given under another name of a member under its own, by which the command line knows
/// what it is about. Where both are given the plugin says what it makes of them.
fn under_own_names(params: &mut Map<String, Value>, schema: &Value) {
    for (alias, property) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(name) =
            property["x-aliasOf"].as_str().filter(|name| !params.contains_key(*name))
            && let Some(value) = params.remove(alias)
        {
            params.insert(name.to_owned(), value);
        }
    }
}

/// `--wait`: the action's own waiting, in addition to what the parameters say of it.
fn wait(
    params: &mut Map<String, Value>,
    action: &str,
    schema: &Value,
    seconds: Option<u64>,
) -> Result<(), Failure> {
    if schema.pointer("/properties/wait").is_none() {
        return Err(Failure::params(format!(
            "--wait: `{action}` starts nothing that could be waited for; leave it out"
        )));
    }
    let (wait, name) = place(params, "wait.timeoutSeconds")?;
    match seconds.map(|seconds| wait.insert(name.to_owned(), seconds.into())) {
        Some(Some(_)) => Err(Failure::params(
            "the time to wait is given twice: by --wait and by `wait.timeoutSeconds`",
        )),
        _ => Ok(()),
    }
}

/// Where a parameter goes: `wait.pollSeconds` is `pollSeconds` of the object `wait`, which is
/// created if it is missing.
fn place<'p, 'k>(
    params: &'p mut Map<String, Value>,
    key: &'k str,
) -> Result<(&'p mut Map<String, Value>, &'k str), Failure> {
    let Some((outer, name)) = key.split_once('.') else { return Ok((params, key)) };
    match params.entry(outer).or_insert_with(|| Value::Object(Map::new())) {
        Value::Object(inner) => place(inner, name),
        _ => Err(Failure::params(format!(
            "`{outer}` has no members here, so `{key}` cannot be set: give `{outer}` as an object, or only its members"
        ))),
    }
}

fn whole(text: &str) -> Result<Map<String, Value>, Failure> {
    let read = |name: &str, result: io::Result<String>| {
        result.map_err(|error| Failure::params(format!("--params: {name} cannot be read: {error}")))
    };
    let text = if text == "-" {
        let mut piped = String::new();
        read("stdin", io::stdin().read_to_string(&mut piped).map(|_| piped))?
    } else if let Some(path) = text.strip_prefix('@') {
        read(path, fs::read_to_string(path))?
    } else {
        text.to_owned()
    };
    match unique::parse(without_mark(&text)) {
        Ok((_, Some(twice))) => {
            Err(Failure::params(format!("--params: {twice} is there twice; write it once")))
        }
        Ok((Value::Object(params), None)) => Ok(params),
        Ok(_) => Err(Failure::params(format!("--params is JSON, but not an object: {HOW}"))),
        Err(error) => Err(Failure::params(format!("--params is not JSON ({error}): {HOW}"))),
    }
}

const HOW: &str = "it takes a JSON object, @FILE with one, or - for stdin";

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r#"{"properties": {
        "id": {"type": "string"},
        "actionId": {"type": "string", "x-aliasOf": "id"},
        "tag": {"anyOf": [{"type": ["string", "integer"]}, {"type": "array"}]},
        "page": {"type": "integer"},
        "pageSize": {"type": ["integer", "string"]},
        "ensure": {"type": "boolean"},
        "machineTags": {"anyOf": [{"type": "string"}, {"type": "array"}]},
        "parameters": {"type": "object"},
        "wait": {"type": "object", "properties": {"pollSeconds": {"type": "integer"}}}
    }}"#;

    fn call(param: &[(&str, &str)], params: Option<&str>) -> CallArgs {
        CallArgs {
            action: "getActions".into(),
            param: param.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect(),
            params: params.map(str::to_owned),
            wait: None,
        }
    }

    fn one(key: &str, value: &str) -> Option<Value> {
        let text = params(&call(&[(key, value)], None), SCHEMA).ok()?;
        Some(serde_json::from_str::<Value>(&text).expect("JSON")[key].clone())
    }

    #[test]
    fn the_schema_decides_between_string_and_json() {
        let trials = [
            ("id", "42", Value::from("42")),
            ("id", "[1]", Value::from("[1]")),
            ("tag", "007", Value::from("007")),
            ("tag", "7", Value::from("7")),
            ("tag", "[7]", Value::from([7].to_vec())),
            ("page", "2", Value::from(2)),
            ("pageSize", "5", Value::from(5)),
            ("pageSize", "five", Value::from("five")),
            ("ensure", "true", Value::from(true)),
            ("machineTags", "red", Value::from("red")),
            ("machineTags", r#"["red","blue"]"#, Value::from(["red", "blue"].to_vec())),
            ("machineTags", "[red", Value::from("[red")),
            ("unknown", "7", Value::from("7")),
        ];
        for (key, value, want) in trials {
            assert_eq!(one(key, value), Some(want), "{key}={value}");
        }
        for (key, value) in [
            ("page", "two"),
            ("page", "1.5"),
            ("ensure", "yes"),
            ("parameters", "x"),
            ("parameters", "1"),
        ] {
            assert_eq!(one(key, value), None, "{key}={value}");
        }
    }

    #[test]
    fn single_parameters_join_the_whole_and_never_replace() {
        let text =
            params(&call(&[("page", "2")], Some(r#"{"id":"a"}"#)), SCHEMA).expect("parameters");
        assert_eq!(text, r#"{"id":"a","page":2}"#);
        assert!(params(&call(&[("id", "b")], Some(r#"{"id":"a"}"#)), SCHEMA).is_err());
        assert!(params(&call(&[("id", "a"), ("id", "b")], None), SCHEMA).is_err());
        assert_eq!(params(&call(&[], None), "not JSON").expect("parameters"), "{}");
        assert!(
            params(&call(&[], Some(r#"{"id":"a","dryRun":true,"dryRun":false}"#)), SCHEMA).is_err()
        );
        assert!(
            params(&call(&[("wait", r#"{"pollSeconds":1,"pollSeconds":2}"#)], None), SCHEMA)
                .is_err()
        );
        assert_eq!(one("id", r#"{"a":1,"a":2}"#), Some(Value::from(r#"{"a":1,"a":2}"#)));
    }

    #[test]
    fn another_name_of_a_member_gives_way_to_its_own() {
        assert_eq!(
            params(&call(&[("actionId", "a")], None), SCHEMA).expect("parameters"),
            r#"{"id":"a"}"#
        );
        assert_eq!(
            params(&call(&[], Some(r#"{"actionId":7}"#)), SCHEMA).expect("parameters"),
            r#"{"id":7}"#
        );
        let both =
            params(&call(&[("actionId", "a"), ("id", "b")], None), SCHEMA).expect("parameters");
        assert_eq!(both, r#"{"actionId":"a","id":"b"}"#);
    }

    #[test]
    fn a_dot_leads_into_an_object() {
        let nested = [("wait.pollSeconds", "2"), ("wait.other", "x"), ("id", "a")];
        let text = params(&call(&nested, None), SCHEMA).expect("parameters");
        assert_eq!(text, r#"{"id":"a","wait":{"other":"x","pollSeconds":2}}"#);
        assert!(params(&call(&[("wait.pollSeconds", "soon")], None), SCHEMA).is_err());
        assert!(params(&call(&[("id", "a"), ("id.x", "b")], None), SCHEMA).is_err());
    }

    #[test]
    fn waiting_is_asked_for_by_a_flag_or_by_its_parameter_and_its_time_once() {
        let with = |given: &[(&str, &str)], wait, schema| {
            params(&CallArgs { wait, ..call(given, None) }, schema)
        };
        assert_eq!(with(&[], Some(None), SCHEMA).expect("parameters"), r#"{"wait":{}}"#);
        let both = with(&[("wait.pollSeconds", "2")], Some(Some(60)), SCHEMA).expect("parameters");
        assert_eq!(both, r#"{"wait":{"pollSeconds":2,"timeoutSeconds":60}}"#);
        assert!(with(&[("wait.timeoutSeconds", "5")], Some(None), SCHEMA).is_ok());
        assert!(with(&[("wait.timeoutSeconds", "5")], Some(Some(60)), SCHEMA).is_err());
        let error = with(&[], Some(None), "{}").expect_err("nothing to wait for");
        assert!(
            error.error().message.contains("`getActions` starts nothing"),
            "{}",
            error.error().message
        );
    }

    #[test]
    fn an_object_given_as_text_is_answered_with_its_members() {
        let error = params(&call(&[("wait", "yes")], None), SCHEMA).expect_err("no object");
        let reported = error.error().message.clone();
        assert!(
            reported.ends_with("-p wait.pollSeconds=VALUE; its members are pollSeconds"),
            "{reported}"
        );
    }

    #[test]
    fn a_file_is_read_without_the_mark_in_front_of_it() {
        let file = std::env::temp_dir().join(format!("marked-{}.json", std::process::id()));
        let query = r#"print s = 'a||b'\r\n| where s has '\\srv' and t has 'Müller'"#;
        let escaped = query.replace('\\', r"\\").replace('\u{d}', r"\r");
        fs::write(&file, format!("\u{feff}{{\"id\": \"{escaped}\"}}\r\n")).expect("a file");
        let text = params(&call(&[], Some(&format!("@{}", file.display()))), SCHEMA);
        fs::remove_file(&file).expect("gone");
        let text: Value = serde_json::from_str(&text.expect("parameters")).expect("JSON");
        assert_eq!(text["id"], query);
        assert_eq!(one("id", query), Some(Value::from(query)));
    }

    #[test]
    fn the_whole_is_an_object() {
        assert!(params(&call(&[], Some("[]")), SCHEMA).is_err());
        assert!(params(&call(&[], Some("{")), SCHEMA).is_err());
        assert!(params(&call(&[], Some("@/nowhere/at/all")), SCHEMA).is_err());
    }
}
