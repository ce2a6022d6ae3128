//! `actions`: the catalogue of actions, or one of them in full.

use clap::{Args, Subcommand};
use host_harness::{Action, Descriptor, Limits};
use serde_json::Value;

use crate::args::PluginArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::json;
use crate::output::Output;
use crate::progress::Progress;
use crate::session::{find, host};
use crate::settings::HostSettings;
use crate::style::clean;
use crate::table::table;

/// Arguments of `actions`.
#[derive(Debug, Args)]
pub(crate) struct Actions {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    plugin: PluginArgs,
}

/// Commands of `actions`.
#[derive(Debug, Subcommand)]
enum Command {
    /// Show an action in full: its parameters, permissions and documentation
    Show {
        /// Name of the action, as `actions` lists it
        action: String,
    },
}

impl Actions {
    /// Runs the command.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        let descriptor = {
            let _progress = Progress::of("loading the component");
            host(&self.plugin, Limits::default(), &HostSettings::default())?
                .connector("actions")
                .describe()
                .await?
        };
        let name = self.command.as_ref().map(|Command::Show { action }| action);
        let action = name.map(|name| find(&descriptor, name)).transpose()?;
        let text = match (action, output.is_json()) {
            (None, true) => json::descriptor_document(&descriptor),
            (None, false) => catalogue(&descriptor),
            (Some(action), true) => json::action_document(action),
            (Some(action), false) => in_full(action),
        };
        output.result(&text)?;
        Ok(Exit::Done)
    }
}

/// The catalogue names this number of alternatives of a role: a reading and a writing one. The
/// action in full names all.
const FEW: usize = 2;

fn catalogue(descriptor: &Descriptor) -> String {
    let rows = descriptor.actions.iter().map(|action| {
        let summary = match &action.deprecated {
            Some(_) => format!("{} (deprecated)", action.summary),
            None => action.summary.clone(),
        };
        [
            action.name.clone(),
            json::effect(action.effect).into(),
            roles(&action.roles, FEW),
            summary,
        ]
    });
    let heading = clean(&format!("{} {} ({})", descriptor.name, descriptor.version, descriptor.id));
    format!("{heading}\n\n{}", table(["ACTION", "EFFECT", "ROLES", "SUMMARY"], rows))
}

/// `A or B, and C`: of each group any one is enough, and every group is needed.
/// Alternatives past the first `most` are counted, not named.
fn roles(groups: &[Vec<String>], most: usize) -> String {
    let alternatives = |group: &Vec<String>| match group.len().saturating_sub(most) {
        0 => group.join(" or "),
        more => format!("{} or {more} more", group[..most].join(" or ")),
    };
    groups.iter().map(alternatives).collect::<Vec<_>>().join(", and ")
}

fn in_full(action: &Action) -> String {
    let mut lines = vec![
        format!("{}: {}", action.name, action.title),
        action.summary.clone(),
        String::new(),
        format!("effect  {}", json::effect(action.effect)),
        format!("roles   {}", roles(&action.roles, usize::MAX)),
        format!("docs    {}", action.docs),
    ];
    lines.extend(action.deprecated.as_ref().map(|reason| format!("deprecated: {reason}")));
    let parameters = parameters(&action.params_schema);
    if parameters.is_empty() {
        lines.push("\nIt takes no parameters.".into());
    } else {
        lines.push(format!(
            "\n{}",
            table(["PARAMETER", "TYPE", "REQUIRED", "WHAT IT IS"], parameters)
        ));
    }
    clean(&lines.join("\n"))
}

/// Name, type, whether it is required, and description of every member of a schema.
fn parameters(schema: &str) -> Vec<[String; 4]> {
    let schema: Value = serde_json::from_str(schema).unwrap_or_default();
    let mut required = schema["required"].as_array().cloned().unwrap_or_default();
    // A member with an alias needs only one of the two names: its own comes first.
    required.extend(schema.pointer("/anyOf/0/required/0").cloned());
    let Some(properties) = schema["properties"].as_object() else { return Vec::new() };
    let row = |(name, property): (&String, &Value)| {
        let needed = if required.iter().any(|entry| entry == name) { "yes" } else { "" };
        let description = property["description"].as_str().unwrap_or_default();
        [name.clone(), type_of(property), needed.into(), description.into()]
    };
    properties.iter().map(row).collect()
}

/// A schema's type in a word or two: `string`, `integer or string`, `one of asc, desc`.
fn type_of(schema: &Value) -> String {
    let texts = |value: &Value, separator| {
        value
            .as_array()
            .map(|names| names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(separator))
    };
    // A list whose words may be in any case is an alternative to a pattern.
    let listed = [&schema["enum"], schema.pointer("/anyOf/0/enum").unwrap_or(&Value::Null)];
    if let Some(choices) = listed.into_iter().find_map(|listed| texts(listed, ", ")) {
        return format!("one of {choices}");
    }
    match (&schema["type"], schema["anyOf"].as_array()) {
        (Value::String(name), _) if name == "array" => {
            format!("list of {}", type_of(&schema["items"]))
        }
        (Value::String(name), _) => name.clone(),
        (names @ Value::Array(_), _) => texts(names, " or ").unwrap_or_default(),
        (_, Some(choices)) => alternatives(choices),
        _ => "any".into(),
    }
}

/// `string or a list of these`: a list of what was named just before is not spelt out again.
fn alternatives(choices: &[Value]) -> String {
    choices.iter().fold(String::new(), |reported, choice| {
        let is_list_of_reported = choice["type"] == "array"
            && !reported.is_empty()
            && type_of(&choice["items"]) == reported;
        let next = if is_list_of_reported { "a list of these".to_owned() } else { type_of(choice) };
        if reported.is_empty() { next } else { format!("{reported} or {next}") }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn groups_of_roles_read_as_a_sentence() {
        let groups = [
            vec!["Machine.Isolate".to_owned()],
            vec!["Machine.Read.All".into(), "Machine.ReadWrite.All".into()],
        ];
        assert_eq!(
            roles(&groups, 2),
            "Machine.Isolate, and Machine.Read.All or Machine.ReadWrite.All"
        );
        assert_eq!(roles(&groups, 1), "Machine.Isolate, and Machine.Read.All or 1 more");
        assert_eq!(roles(&[], 2), "");
    }

    #[test]
    fn types_are_shown_in_words() {
        let trials = [
            (json!({"type": "string"}), "string"),
            (json!({"type": ["integer", "string"]}), "integer or string"),
            (json!({"type": "string", "enum": ["asc", "desc"]}), "one of asc, desc"),
            (
                json!({
                    "type": "string", "anyOf": [{"enum": ["asc"]}, {"pattern": "^[Aa][Ss][Cc]$"}]
                }),
                "one of asc",
            ),
            (
                json!({
                    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
                }),
                "string or a list of these",
            ),
            (json!({}), "any"),
        ];
        for (schema, want) in trials {
            assert_eq!(type_of(&schema), want);
        }
    }

    #[test]
    fn parameters_are_read_from_the_schema() {
        let schema = r#"{"properties": {"id": {"type": "string", "description": "Which."}}, "required": ["id"]}"#;
        assert_eq!(parameters(schema), [["id", "string", "yes", "Which."].map(str::to_owned)]);
        assert!(parameters("{}").is_empty());
        assert!(parameters("oops").is_empty());
    }
}
