//! The text of the question, and of what will happen.

use host_harness::{Action, Effect};
use serde_json::{Map, Value};

use super::subject::Subject;
use crate::job_actions::JOB_ID;
use crate::known_actions;
use crate::redact::redacted;
use crate::style::{clean_line, clean_short};

/// The parameters that name what the call is about: what they were found to mean is shown instead,
/// if anything was.
const NAMES: [&str; 5] = ["id", "ids", "host", "hosts", JOB_ID];

/// The same of changes for the whole tenant.
const TENANT_WIDE_NAMES: [&str; 9] = [
    "id",
    "ids",
    "action",
    "expirationTime",
    "indicators",
    "indicatorType",
    "indicatorValue",
    "content",
    "contentBase64",
];

/// A line that is shown.
#[derive(Debug)]
pub(super) enum Line {
    /// As it is.
    Plain(String),
    /// In colour.
    Warning(String),
}

/// What will happen to what, a line each.
pub(super) fn lines(
    action: &Action,
    params: &Map<String, Value>,
    subjects: &[Subject],
) -> Vec<Line> {
    let mut lines = vec![Line::Plain(clean_short(&format!("{}: {}", action.name, action.summary)))];
    let names = match action.effect {
        Effect::Policy => TENANT_WIDE_NAMES.as_slice(),
        _ => NAMES.as_slice(),
    };
    let params: Vec<(String, String)> = redacted(params, &action.params_schema)
        .into_iter()
        .filter(|(name, _)| subjects.is_empty() || !names.contains(&name.as_str()))
        // Options with nothing but defaults in them.
        .filter(|(_, value)| value.as_object().is_none_or(|members| !members.is_empty()))
        .map(|(name, value)| {
            (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        })
        .collect();
    let names = params.iter().map(|(name, _)| name.as_str());
    let width = names
        .chain(subjects.iter().flat_map(|it| it.facts.iter().map(|(name, _)| *name)))
        .map(str::len)
        .max();
    let width = width.unwrap_or_default();
    // Line by line: a machine chooses its own name, and must not write lines of its own.
    let mut push = |name: &str, value: &str| {
        lines.push(Line::Plain(format!("  {:<width$}  {}", clean_line(name), clean_line(value))));
    };
    for (name, value) in &params {
        push(name, value);
    }
    for subject in subjects {
        lines.push(Line::Plain(String::new()));
        lines.push(Line::Plain(clean_short(&subject.title)));
        for (name, value) in &subject.facts {
            lines.push(Line::Plain(format!("  {name:<width$}  {}", clean_short(value))));
        }
        for warning in &subject.warnings {
            lines.push(Line::Warning(format!("  {}", clean_short(warning))));
        }
    }
    lines.push(Line::Plain(String::new()));
    lines
}

/// The question: `Isolate 2 machines?`, `Run script on 1 machine?`, `Cancel machine action?`,
/// `Submit indicator for the whole tenant?`; `Isolate the 2 that were found?` if some are missing.
pub(super) fn words(action: &Action, subjects: &[Subject], some_missing: bool) -> String {
    let machines = match subjects.iter().filter(|subject| subject.device.is_some()).count() {
        0 if action.effect == Effect::Policy => {
            return format!("{} for the whole tenant?", clean_short(&action.title));
        }
        0 if subjects.len() > 1 => {
            return format!("{}: {} of them?", clean_short(&action.title), subjects.len());
        }
        0 => return format!("{}?", clean_short(&action.title)),
        1 if !some_missing => "1 machine".to_owned(),
        count if some_missing => {
            format!("the {count} that {} found", if count == 1 { "was" } else { "were" })
        }
        count => format!("{count} machines"),
    };
    match known_actions::row(&action.name).and_then(|row| row.question) {
        Some(verb) => format!("{verb} {machines}?"),
        None => format!("{} on {machines}?", clean_short(&action.title)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::test_action;

    const SCHEMA: &str = r#"{"properties": {
        "id": {}, "comment": {}, "host": {},
        "parameters": {"properties": {"args": {"writeOnly": true}}}
    }}"#;

    fn action(title: &str) -> Action {
        let action = test_action::action("doIt", Effect::Disrupt);
        Action {
            title: title.into(),
            summary: "Does it.".into(),
            params_schema: SCHEMA.into(),
            ..action
        }
    }

    fn machine(title: &str) -> Subject {
        Subject {
            device: Some("a".into()),
            title: title.into(),
            facts: vec![("id", "a".into())],
            ..Subject::default()
        }
    }

    fn texts(lines: Vec<Line>) -> Vec<String> {
        let text = |line| match line {
            Line::Plain(text) | Line::Warning(text) => text,
        };
        lines.into_iter().map(text).collect()
    }

    #[test]
    fn the_question_counts_the_machines() {
        let two = [machine("x"), machine("y")];
        let isolate = Action { name: "isolateHost".into(), ..action("Isolate host") };
        assert_eq!(words(&isolate, &two, false), "Isolate 2 machines?");
        assert_eq!(words(&isolate, &two, true), "Isolate the 2 that were found?");
        assert_eq!(words(&isolate, &two[..1], true), "Isolate the 1 that was found?");
        assert_eq!(
            words(&action("Forget host"), &two, false),
            "Forget host on 2 machines?",
            "a title is not taken apart"
        );
        assert_eq!(words(&action("Run script"), &two[..1], false), "Run script on 1 machine?");
        assert_eq!(words(&action("Cancel machine action"), &[], false), "Cancel machine action?");
        let indicator = Action {
            name: "submitIndicator".into(),
            effect: Effect::Policy,
            ..action("Submit indicator")
        };
        assert_eq!(words(&indicator, &[], false), "Submit indicator for the whole tenant?");
    }

    #[test]
    fn where_nothing_could_be_looked_up_the_names_are_shown_as_they_were_given() {
        let params = json!({ "id": "a" });
        let lines = texts(lines(&action("Run"), params.as_object().expect("an object"), &[]));
        assert_eq!(lines, ["doIt: Does it.", "  id  a", ""]);
    }

    #[test]
    fn a_machine_s_name_cannot_push_the_others_off_the_screen() {
        let (long, none) = ("x".repeat(100_000), Map::new());
        let subject = Subject { facts: vec![("last user", long.clone())], ..machine(&long) };
        let lines = texts(lines(&action("Run"), &none, &[subject]));
        assert!(
            lines.iter().all(|line| line.chars().count() < 300) && lines[2].ends_with("x…"),
            "{lines:?}"
        );
    }

    #[test]
    fn a_machine_s_name_cannot_write_lines_and_arguments_are_not_shown() {
        let params = json!({ "comment": "c", "host": {}, "parameters": { "args": "hunter2" } });
        let lines = texts(lines(
            &action("Run"),
            params.as_object().expect("an object"),
            &[machine("x\n  id  b\u{1b}[1A")],
        ));
        assert_eq!(
            lines,
            [
                "doIt: Does it.",
                "  comment     c",
                r#"  parameters  {"args":"(left out)"}"#,
                "",
                "x\u{fffd}  id  b\u{fffd}[1A",
                "  id          a",
                "",
            ]
        );
    }
}
