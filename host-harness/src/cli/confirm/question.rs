//! What will happen, shown on stderr; and the question, which only yes answers with yes.

use std::io::{self, BufRead, IsTerminal, Write};

use host_harness::Action;
use serde_json::{Map, Value};

use super::facts::Subject;
use crate::cli::failure::Failure;
use crate::cli::harmless::harmless;
use crate::cli::output::Output;
use crate::cli::style::{CARE, clean_line, clean_short, has_colour, paint};

/// The parameters that name what the call is about: what they were found to mean is shown instead, if anything was.
const NAMES: [&str; 5] = ["id", "ids", "host", "hosts", "actionId"];

/// Whether somebody is there to be asked: what is asked is shown on stderr and answered on stdin. Where a program reads the result,
/// by `--json` or because stdout is no terminal, it would wait for an answer that never comes.
pub(crate) fn can_ask(output: &Output) -> bool {
    let terminals = io::stdin().is_terminal() && io::stdout().is_terminal() && io::stderr().is_terminal();
    terminals && !output.is_json() && is_in_foreground()
}

/// Whether the terminal is this process's to read from: a job in the background that tries is stopped.
#[cfg(unix)]
fn is_in_foreground() -> bool {
    // A terminal that controls nobody's jobs is everybody's.
    rustix::termios::tcgetpgrp(io::stdin()).map_or(true, |group| group == rustix::process::getpgrp())
}

#[cfg(not(unix))]
fn is_in_foreground() -> bool {
    true
}

/// Shows what will happen to what.
pub(super) fn show(action: &Action, params: &Map<String, Value>, subjects: &[Subject], output: &Output) {
    for line in lines(action, params, subjects) {
        output.note(&line);
    }
}

fn lines(action: &Action, params: &Map<String, Value>, subjects: &[Subject]) -> Vec<String> {
    let mut lines = vec![clean_short(&format!("{}: {}", action.name, action.summary))];
    let params: Vec<(String, String)> = harmless(params)
        .into_iter()
        .filter(|(name, _)| subjects.is_empty() || !NAMES.contains(&name.as_str()))
        .map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect();
    let names = params.iter().map(|(name, _)| name.as_str());
    let width = names.chain(subjects.iter().flat_map(|it| it.facts.iter().map(|(name, _)| *name))).map(str::len).max();
    let width = width.unwrap_or_default();
    // Line by line: a machine chooses its own name, and must not write lines of its own.
    let mut push = |name: &str, value: &str| {
        lines.push(format!("  {:<width$}  {}", clean_line(name), clean_line(value)));
    };
    for (name, value) in &params {
        push(name, value);
    }
    for subject in subjects {
        lines.push(String::new());
        lines.push(clean_short(&subject.title));
        for (name, value) in &subject.facts {
            lines.push(format!("  {name:<width$}  {}", clean_short(value)));
        }
    }
    lines.push(String::new());
    lines
}

/// The question: `Isolate 2 machines?`, `Run script on 1 machine?`, `Cancel machine action?`.
pub(super) fn words(action: &Action, subjects: &[Subject]) -> String {
    let machines = match subjects.iter().filter(|subject| subject.device.is_some()).count() {
        0 => return format!("{}?", clean_short(&action.title)),
        1 => "1 machine".to_owned(),
        count => format!("{count} machines"),
    };
    match action.title.strip_suffix(" host") {
        Some(verb) => format!("{} {machines}?", clean_short(verb)),
        None => format!("{} on {machines}?", clean_short(&action.title)),
    }
}

/// Asks, and reads one line. Anything but yes is no, the end of the input too.
///
/// # Errors
///
/// Nobody can be asked: stdin or stderr is broken.
pub(super) fn ask(question: &str) -> Result<bool, Failure> {
    forget_input();
    let broken = |error: io::Error| {
        Failure::declined(format!("cannot ask for a confirmation ({error}): nothing was sent to any machine"))
    };
    let mut stderr = io::stderr();
    let question = paint(question, CARE, has_colour(&stderr));
    write!(stderr, "{question} [y/N] ").and_then(|()| stderr.flush()).map_err(broken)?;
    let mut answer = String::new();
    if io::stdin().lock().read_line(&mut answer).map_err(broken)? == 0 {
        // The cursor still stands behind the question.
        let _ = writeln!(stderr);
    }
    Ok(is_yes(&answer))
}

/// What was typed before the question was there is no answer to it.
#[cfg(unix)]
fn forget_input() {
    // Where it cannot be done there is no terminal that could hold any.
    let _ = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
}

#[cfg(not(unix))]
fn forget_input() {}

fn is_yes(answer: &str) -> bool {
    ["y", "yes"].iter().any(|yes| answer.trim().eq_ignore_ascii_case(yes))
}

#[cfg(test)]
mod tests {
    use host_harness::Effect;
    use serde_json::json;

    use super::*;

    fn action(title: &str) -> Action {
        Action {
            name: "doIt".into(),
            title: title.into(),
            summary: "Does it.".into(),
            effect: Effect::Disrupt,
            roles: Vec::new(),
            params_schema: "{}".into(),
            result_schema: "{}".into(),
            deprecated: None,
            docs: String::new(),
        }
    }

    fn machine(title: &str) -> Subject {
        Subject { device: Some("a".into()), title: title.into(), facts: vec![("id", "a".into())] }
    }

    #[test]
    fn only_yes_is_yes() {
        for yes in ["y\n", "Y", " yes \r\n", "YES"] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "\n", "n", "no", "yess", "ja", "y y", "j"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }

    #[test]
    fn the_question_counts_the_machines() {
        let two = [machine("x"), machine("y")];
        assert_eq!(words(&action("Isolate host"), &two), "Isolate 2 machines?");
        assert_eq!(words(&action("Run script"), &two[..1]), "Run script on 1 machine?");
        assert_eq!(words(&action("Cancel machine action"), &[]), "Cancel machine action?");
    }

    #[test]
    fn where_nothing_could_be_looked_up_the_names_are_shown_as_they_were_given() {
        let params = json!({ "id": "a" });
        let lines = lines(&action("Run"), params.as_object().expect("an object"), &[]);
        assert_eq!(lines, ["doIt: Does it.", "  id  a", ""]);
    }

    #[test]
    fn a_machine_s_name_cannot_push_the_others_off_the_screen() {
        let (long, none) = ("x".repeat(100_000), Map::new());
        let subject = Subject { facts: vec![("last user", long.clone())], ..machine(&long) };
        let lines = lines(&action("Run"), &none, &[subject]);
        assert!(lines.iter().all(|line| line.chars().count() < 300) && lines[2].ends_with("x…"), "{lines:?}");
    }

    #[test]
    fn a_machine_s_name_cannot_write_lines_and_arguments_are_not_shown() {
        let params = json!({ "comment": "c", "host": {}, "parameters": { "args": "hunter2" } });
        let lines = lines(&action("Run"), params.as_object().expect("an object"), &[machine("x\n  id  b\u{1b}[1A")]);
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
