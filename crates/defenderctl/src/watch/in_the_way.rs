//! An action of another user, or of an earlier call, that a request was refused for: the commands
//! to look at it and to wait for it.
//!
//! None to cancel it: a user checks first whose it is.

use host_harness::{ErrorKind, PluginError};

use super::command_line::{CommandLine, is_identifier};
use crate::calls::Plan;
use crate::json;

/// What can be done, if the error is such a refusal and names the action.
pub(super) fn words(
    error: &PluginError,
    plan: &Plan,
    command_line: &CommandLine,
) -> Option<String> {
    if error.kind != ErrorKind::Conflict {
        return None;
    }
    let details = json::parse(error.details.as_deref()?)?;
    // It goes into a command: only an identifier may.
    let id = details["machineAction"]["id"].as_str().filter(|id| is_identifier(id))?;
    let look = command_line.look(id).map(|command| ("to look at it:", command));
    let wait = command_line.wait(&[id], plan).map(|command| ("to wait for it:", command));
    let lines: Vec<String> = [look, wait]
        .into_iter()
        .flatten()
        .map(|(title, command)| format!("{title}\n  {command}"))
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use host_harness::{ErrorSource, Retry};

    use super::super::command_line::tests::{command_line, plan};
    use super::*;

    fn next_commands(kind: ErrorKind, details: &str) -> Option<String> {
        let error = PluginError {
            kind,
            message: "refused".into(),
            source: ErrorSource::Service,
            retry: Retry::Never,
            status: Some(400),
            code: None,
            request_id: None,
            details: Some(details.into()),
            usage: None,
            refused: Vec::new(),
        };
        words(&error, &plan("isolateHost"), &command_line())
    }

    #[test]
    fn only_a_conflict_that_names_an_action_has_commands_and_none_cancels() {
        let details = r#"{"machineAction":{"id":"a1"}}"#;
        let words = next_commands(ErrorKind::Conflict, details).expect("commands");
        assert!(
            words.contains("run getAction ") && words.contains("run waitForAction "),
            "{words}"
        );
        assert!(!words.contains("cancel"), "{words}");
        assert_eq!(next_commands(ErrorKind::Rejected, details), None);
        assert_eq!(next_commands(ErrorKind::Conflict, "{}"), None);
        assert_eq!(
            next_commands(ErrorKind::Conflict, r#"{"machineAction":{"id":"a1; rm -rf x"}}"#),
            None
        );
    }
}
