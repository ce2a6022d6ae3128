//! One action in full, from its descriptor.

use host_harness::{Action, Effect};
use serde_json::Value;

use super::members::{Member, Required, alternatives, members};
use crate::commands::verbs;
use crate::json;
use crate::style::clean;
use crate::table::table;
use crate::wrap::{hanging, stdout_width};

/// The width of the names on the left.
const NAMES: usize = 13;

/// What an action is, needs and takes, and a command to copy.
pub(super) fn in_full(action: &Action) -> String {
    let schema: Value = serde_json::from_str(&action.params_schema).unwrap_or_default();
    let line = |name: &str, value: &str| {
        format!("{name:<NAMES$}{}", hanging(&clean(value), NAMES, NAMES, stdout_width()))
    };
    let effect = match action.effect {
        Effect::Read => "only reads",
        Effect::Change => "changes records; interrupts no user's work",
        Effect::Policy => "changes what happens on every machine of the tenant; asks first",
        Effect::Disrupt => "affects a machine or its user; asks first",
    };
    let mut lines = vec![
        clean(&format!("{}: {}", action.name, action.title)),
        hanging(&clean(&action.summary), 0, 0, stdout_width()),
        String::new(),
    ];
    lines.extend(action.deprecated.as_ref().map(|reason| line("deprecated", reason)));
    lines.push(line("category", &action.category));
    lines.push(line("effect", &format!("{}: {effect}", json::effect(action.effect))));
    lines.push(line("permissions", &permissions(&action.roles)));
    if let Some(file) = &action.file_action {
        lines.push(line("file", &format!("defenderctl run {} --to FILE fetches it", clean(file))));
    }
    lines.push(line("docs", &action.docs));
    let all = sorted(members(&schema));
    lines.push(String::new());
    lines.push(clean(&format!("  {}", example(action, &schema, &all))));
    if let Some(verb) = verbs::known().find(|verb| verb.action == action.name) {
        lines.push(format!("  defenderctl {} --help", verb.name));
    }
    if all.is_empty() {
        lines.push("\nIt takes no parameters.".to_owned());
        return lines.join("\n");
    }
    let rows = all.into_iter().map(|member| {
        let required = match member.required {
            Required::No => "",
            Required::Yes => "yes",
            Required::OneOf => "one of",
        };
        [member.name, member.takes, required.to_owned(), member.description]
    });
    let table = table(["PARAMETER", "TAKES", "REQUIRED", "WHAT IT IS"], rows);
    lines.push(format!("\n{table}"));
    let one_of = alternatives(&schema);
    if !one_of.is_empty() {
        lines.push(clean(&format!("\nExactly one of {} is required.", one_of.join(", "))));
    }
    lines.join("\n")
}

/// `A, and B or C`: of each group any one is enough, and every group is needed.
fn permissions(groups: &[Vec<String>]) -> String {
    if groups.is_empty() {
        return "none".to_owned();
    }
    let groups: Vec<String> = groups.iter().map(|group| group.join(" or ")).collect();
    format!("{} (of the application; docs has those of a user)", groups.join(", and "))
}

/// What is required comes first, each with its own members behind it.
fn sorted(members: Vec<Member>) -> Vec<Member> {
    let root = |member: &Member| member.name.split('.').next().unwrap_or_default().to_owned();
    let rank = |name: &str| {
        let required = members.iter().find(|member| member.name == name);
        match required.map(|member| member.required) {
            Some(Required::Yes) => 0,
            Some(Required::OneOf) => 1,
            _ => 2,
        }
    };
    let ranks: Vec<u8> = members.iter().map(|member| rank(&root(member))).collect();
    let mut ranked: Vec<(u8, Member)> = ranks.into_iter().zip(members).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, member)| member).collect()
}

/// A command with everything that is required.
fn example(action: &Action, schema: &Value, members: &[Member]) -> String {
    let mut line = format!("defenderctl run {}", action.name);
    // A name is what people have: an ID is to be looked up.
    let one_of = alternatives(schema);
    let chosen = one_of.iter().find(|name| **name == "host").or_else(|| one_of.first());
    for member in members {
        let is_chosen = chosen.is_some_and(|chosen| *chosen == member.name);
        if member.required == Required::Yes && !schema["properties"][&member.name].is_null()
            || is_chosen
        {
            line += &parameter(&member.name, &schema["properties"][&member.name]);
        }
    }
    let leaves_file = action.file_action.as_deref() == Some(action.name.as_str());
    if leaves_file { line + " --to FILE" } else { line }
}

fn parameter(name: &str, schema: &Value) -> String {
    let value = super::members::sample(schema);
    // A list is written as JSON, but for machines, which are written as people write them.
    let is_list = schema["type"] == "array" && !name.starts_with("host");
    let value = if is_list { json_sample(schema).to_string() } else { value };
    let value = shlex::try_quote(&value).map(String::from).unwrap_or_default();
    // Members of an object are parameters of their own.
    if schema["type"] == "object" && name != "host" {
        let required = schema["required"].as_array().into_iter().flatten();
        let inner = required
            .filter_map(Value::as_str)
            .map(|inner| parameter(&format!("{name}.{inner}"), &schema["properties"][inner]));
        return inner.collect();
    }
    format!(" -p {name}={value}")
}

/// A value in JSON, to be replaced by the reader's own: a record with what it must have.
fn json_sample(schema: &Value) -> Value {
    let first = |name: &str| schema[name].as_array().and_then(|choices| choices.first());
    if let Some(choice) =
        first("oneOf").or_else(|| first("anyOf")).filter(|it| it["type"].is_string())
    {
        return json_sample(choice);
    }
    match schema["type"].as_str() {
        Some("array") => Value::Array(vec![json_sample(&schema["items"])]),
        Some("object") => {
            let required = schema["required"].as_array().into_iter().flatten();
            let one_of = alternatives(schema).into_iter().take(1);
            let members = required.filter_map(Value::as_str).chain(one_of);
            members
                .map(|name| (name.to_owned(), json_sample(&schema["properties"][name])))
                .collect()
        }
        _ => match super::members::sample(schema) {
            sample if sample == "true" => Value::Bool(true),
            sample => sample.parse::<i64>().map_or(Value::String(sample), Value::from),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_permissions_read_as_a_sentence() {
        let groups = [
            vec!["Machine.Isolate".to_owned()],
            vec!["Machine.Read.All".into(), "Machine.ReadWrite.All".into()],
        ];
        assert_eq!(
            permissions(&groups),
            "Machine.Isolate, and Machine.Read.All or Machine.ReadWrite.All (of the application; docs has those of a user)"
        );
        assert_eq!(permissions(&[]), "none");
    }
}
