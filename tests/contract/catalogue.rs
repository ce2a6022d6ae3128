//! The golden listing: a change of the contract changes `catalogue.txt` and the table in
//! `docs/actions.md`.
//!
//! `UPDATE_GOLDEN=1 cargo test catalogue` regenerates both.

use std::fmt::Write;
use std::path::Path;

use defender_connector::actions::{Action, CATALOGUE, Effect, file_action};
use defender_connector::schema::{Kind, Presence, schema_text};

use crate::world::golden::golden;

fn effect(action: &Action) -> &'static str {
    match action.effect {
        Effect::Read => "read",
        Effect::Change => "change",
        Effect::Policy => "policy",
        Effect::Disrupt => "disrupt",
    }
}

/// Whether a value or a part of it is marked as a secret.
fn may_hold_secret(kind: &Kind) -> bool {
    schema_text(kind).contains("\"writeOnly\":true")
}

fn listing() -> String {
    let mut text = String::new();
    for action in CATALOGUE {
        writeln!(text, "{} ({}), {}", action.name, effect(action), action.category).unwrap();
        for any in action.roles {
            writeln!(text, "  needs {}", any.join(" or ")).unwrap();
        }
        let budget = action.budget;
        writeln!(text, "  at most {} a minute, {} an hour", budget.per_minute, budget.per_hour)
            .unwrap();
        if let Some(reason) = action.deprecated {
            writeln!(text, "  deprecated: {reason}").unwrap();
        }
        if let Some(file) = file_action(action) {
            writeln!(text, "  leaves a file: {file}").unwrap();
        }
        if let Some(path) = action.read_post() {
            writeln!(text, "  reads by POST {path}").unwrap();
        }
        for field in action.params.fields() {
            let presence = match field.presence {
                Presence::Required => String::new(),
                Presence::Optional => " optional".to_owned(),
                Presence::DefaultText(value) => format!(" default {value:?}"),
                Presence::DefaultNumber(value) => format!(" default {value}"),
            };
            let secrecy = if may_hold_secret(field.kind) { " write-only" } else { "" };
            writeln!(text, "  {}{presence}{secrecy}", field.name).unwrap();
        }
    }
    text
}

fn table() -> String {
    let mut text =
        "| action | does | effect | least application permissions |\n|---|---|---|---|\n"
            .to_owned();
    for action in CATALOGUE {
        let least: Vec<String> = action.roles.iter().map(|any| format!("`{}`", any[0])).collect();
        let least = if least.is_empty() { "none".to_owned() } else { least.join(" and ") };
        writeln!(
            text,
            "| [`{}`]({}) | {} | {} | {least} |",
            action.name,
            action.docs(),
            action.summary,
            effect(action)
        )
        .unwrap();
    }
    text
}

#[test]
fn the_catalogue_is_the_golden_listing() {
    golden("tests/catalogue.txt", None, &listing());
}

#[test]
fn the_table_of_actions_is_the_catalogue() {
    golden("docs/actions.md", Some(("<!-- actions -->\n", "<!-- end of actions -->")), &table());
}

#[test]
fn names_are_unique_camel_case_and_documented() {
    let mut names: Vec<&str> = CATALOGUE.iter().map(|action| action.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CATALOGUE.len());
    for action in CATALOGUE {
        let camel = action.name.starts_with(|c: char| c.is_ascii_lowercase())
            && action.name.chars().all(|c| c.is_ascii_alphanumeric());
        assert!(camel, "{}", action.name);
        assert!(action.summary.ends_with('.') && !action.title.is_empty(), "{}", action.name);
        assert!(
            !action.docs.is_empty() && !schema_text(action.result).is_empty(),
            "{}",
            action.name
        );
        assert_eq!(
            action.roles.is_empty(),
            action.name == "testConnector",
            "{} names its permissions",
            action.name
        );
        for field in action.params.fields() {
            assert!(!field.doc.is_empty(), "{}.{}", action.name, field.name);
        }
    }
}

#[test]
fn the_readme_s_example_is_the_one_that_is_compiled() {
    let read = |path: &str| {
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
    };
    assert!(
        read("README.md").contains(&read("examples/embed.rs")),
        "the README quotes examples/embed.rs"
    );
}
