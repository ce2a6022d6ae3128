//! What a call leaves behind that is over before its operation: where each target is, and how to go
//! on. `words` is the text for users, `next` has the commands.

mod next;
mod words;

use host_harness::operation::TargetState;
use host_harness::{ErrorKind, Retry};

use super::command_line::CommandLine;
use super::rows::{Row, counts, name};
use crate::calls::Plan;
use crate::failure::Failure;
use crate::json::{self, Document, list};
pub(super) use words::line;

/// What a call leaves behind.
pub(super) struct Left<'a> {
    pub(super) plan: &'a Plan,
    pub(super) rows: &'a [Row],
    /// Whether the host has sent what may have been carried out, whatever the targets say.
    pub(super) is_sent: bool,
    /// The call's identifier, if it can be gone on with.
    pub(super) call: Option<&'a str>,
    pub(super) command_line: &'a CommandLine,
}

impl Left<'_> {
    /// The failure of a call that was interrupted.
    pub(super) fn failure(&self) -> Failure {
        // What goes on nowhere had no answer in the time that its caller gave it.
        let goes_on = if self.plan.changes {
            self.may_be_carried_out()
        } else {
            self.running().next().is_some()
        };
        let (kind, retry) = if goes_on {
            (ErrorKind::Unfinished, Retry::Unknown)
        } else {
            (ErrorKind::TimedOut, Retry::Never)
        };
        let failure = Failure::interrupted(kind, retry, self.message());
        if self.rows.is_empty() && !self.is_sent {
            return failure;
        }
        failure.details(self.document()).with_hint(self.words())
    }

    /// What is left of a call that failed, added to its failure.
    pub(super) fn added_to(&self, failure: Failure) -> Failure {
        if self.rows.is_empty() {
            return failure;
        }
        failure.more_details(&self.document()).with_aside(self.words())
    }

    /// Whether anything that was sent may have been carried out.
    pub(super) fn may_be_carried_out(&self) -> bool {
        let listed = || self.rows.iter().any(Row::may_be_carried_out);
        self.plan.changes && (self.is_sent || listed())
    }

    /// For programs. `job` is there if there is exactly one that is known to be this call's.
    pub(super) fn document(&self) -> String {
        let own: Vec<&Row> =
            self.rows.iter().filter(|row| row.target.job.is_some() && !row.is_found).collect();
        let one = match own.as_slice() {
            [one] => one.target.job.as_ref().map(json::job),
            _ => None,
        };
        let next = self.next();
        let commands = Document::new()
            .member("resume", &next.resume)
            .member("wait", &next.wait)
            .member("look", &next.look)
            .member("cancel", &next.cancel);
        Document::new()
            .member("call", self.call)
            .raw_or_null("job", one.as_deref())
            .raw("targets", &list(self.rows.iter().map(document)))
            .member("maybeCarriedOut", self.may_be_carried_out())
            .raw("commands", &commands.finish())
            .finish()
    }

    fn message(&self) -> String {
        let mut facts = Vec::new();
        match () {
            () if !self.plan.changes => {
                facts.push("it only reads, so nothing was changed".to_owned())
            }
            () if self.is_sent && !self.rows.iter().any(Row::may_be_carried_out) => {
                facts.push("a request was sent that may have been carried out".to_owned());
            }
            () if self.rows.iter().all(|row| row.state == TargetState::Unsent) => {
                facts.push("nothing that changes anything was sent".to_owned());
            }
            () => {
                facts.push(counts(self.rows, |row| name(row.state)).replace('-', " "));
                if self.running().next().is_some() && !self.plan.cancels {
                    facts.push("nothing was cancelled".to_owned());
                }
            }
        }
        if self.plan.file.is_some() {
            facts.push("no file was kept".to_owned());
        }
        format!("`{}` was interrupted: {}", self.plan.action, facts.join("; "))
    }
}

/// The same for programs.
pub(super) fn document(row: &Row) -> String {
    let job = row.target.job.as_ref().map(json::job);
    let error = row.target.error.as_ref().map(|error| {
        Document::new()
            .member("kind", json::error_kind(error.kind))
            .member("message", &error.message)
            .member("status", error.status)
            .member("code", &error.code)
            .member("requestId", &error.request_id)
            .finish()
    });
    Document::new()
        .raw("target", &row.target.name)
        .member("state", name(row.state))
        .raw_or_null("job", job.as_deref())
        .raw_or_null("error", error.as_deref())
        .finish()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::command_line::tests::{command_line, plan};
    use super::super::rows::tests::{progress, some};
    use super::super::rows::{found, rows};
    use super::*;
    use crate::machines::Names;

    fn failed(plan: &Plan, rows: &[Row], call: Option<&str>) -> (String, String, Value) {
        failed_after(plan, rows, false, call)
    }

    fn failed_after(
        plan: &Plan,
        rows: &[Row],
        is_sent: bool,
        call: Option<&str>,
    ) -> (String, String, Value) {
        let failure = Left { plan, rows, is_sent, call, command_line: &command_line() }.failure();
        let error = failure.error();
        let details =
            serde_json::from_str(error.details.as_deref().unwrap_or("null")).expect("JSON");
        (error.message.clone(), failure.aside().unwrap_or_default().to_owned(), details)
    }

    #[test]
    fn each_target_is_said_and_how_to_go_on() {
        let rows = some(&[
            ("a", "Succeeded"),
            ("b", "Pending"),
            ("c", "InDoubt"),
            ("d", "Unsent"),
            ("e", "Unsent"),
        ]);
        let (message, words, details) = failed(&plan("isolateHost"), &rows, Some("c1"));
        assert_eq!(
            message,
            "`isolateHost` was interrupted: 1 succeeded, 1 running, 1 in doubt, 2 unsent; nothing was cancelled"
        );
        let want = "a: succeeded, job job-a is succeeded\n\
             b: running, job job-b is pending\n\
             c: in doubt: it may have been carried out\n\
             not sent yet (2): d, e\n\
             to go on:\n  defenderctl resume c1\n\
             to look whether it was carried out:\n  defenderctl jobs --machine id-c \
             -c 'my settings.toml'\n\
             to cancel:\n  defenderctl run cancelAction -c 'my settings.toml' -p actionId=job-b \
             -p 'comment=cancelled before isolateHost had ended'";
        assert_eq!(words, want);
        assert_eq!((&details["call"], &details["maybeCarriedOut"]), (&json!("c1"), &json!(true)));
        let states: Vec<&Value> =
            details["targets"].as_array().expect("a list").iter().map(|it| &it["state"]).collect();
        assert_eq!(states, ["succeeded", "running", "in-doubt", "unsent", "unsent"]);
        assert_eq!((&details["commands"]["wait"], &details["job"]), (&json!([]), &Value::Null));
    }

    #[test]
    fn before_anything_was_sent_it_says_so() {
        let (message, words, details) =
            failed(&plan("isolateHost"), &some(&[("a", "Unsent")]), Some("c1"));
        assert_eq!(
            message,
            "`isolateHost` was interrupted: nothing that changes anything was sent"
        );
        assert_eq!(words, "not sent yet (1): a\nto go on:\n  defenderctl resume c1");
        assert_eq!(details["maybeCarriedOut"], false);
    }

    #[test]
    fn what_the_host_has_sent_counts_whatever_the_targets_say() {
        for rows in [some(&[("a", "Unsent")]), Vec::new()] {
            let (message, _, details) = failed_after(&plan("isolateHost"), &rows, true, Some("c1"));
            assert_eq!(
                message,
                "`isolateHost` was interrupted: a request was sent that may have been carried out"
            );
            assert_eq!(details["maybeCarriedOut"], true);
        }
    }

    #[test]
    fn what_was_found_is_not_advised_to_be_cancelled_and_is_not_this_call_s() {
        let progress = progress(&[("a", "Pending")]);
        let rows = rows(&progress, false, &found(&progress), &Names::default());
        let (_, words, details) = failed(&plan("isolateHost"), &rows, Some("c1"));
        assert!(
            words.starts_with("a: running, job job-a is pending, which was running before"),
            "{words}"
        );
        assert_eq!((&details["commands"]["cancel"], &details["job"]), (&json!([]), &Value::Null));
        assert_eq!(details["maybeCarriedOut"], false);
    }

    #[test]
    fn a_wait_is_gone_on_with_by_another() {
        let plan = Plan { changes: false, ..plan("waitForAction") };
        let (message, words, details) = failed(&plan, &some(&[("a", "Pending")]), None);
        assert_eq!(
            message,
            "`waitForAction` was interrupted: it only reads, so nothing was changed"
        );
        assert!(words.contains("to go on waiting:\n") && words.contains("-p id=job-a "), "{words}");
        assert_eq!(details["commands"]["cancel"], json!([]));
    }

    #[test]
    fn an_interrupted_cancellation_claims_neither_way() {
        let plan = Plan { cancels: true, ..plan("cancelAction") };
        let (message, words, _) = failed(&plan, &some(&[("a", "Pending")]), Some("c1"));
        assert_eq!(message, "`cancelAction` was interrupted: 1 running");
        assert!(!words.contains("to cancel") && !words.contains("waitForAction"), "{words}");
    }

    #[test]
    fn many_are_named_in_groups_and_the_commands_stay_few() {
        let names: Vec<String> = (0..150).map(|n| format!("m{n}")).collect();
        let state = |n: usize| if n < 100 { "Pending" } else { "Unsent" };
        let states: Vec<(&str, &str)> =
            names.iter().enumerate().map(|(n, name)| (name.as_str(), state(n))).collect();
        let (_, words, details) = failed(&plan("isolateHost"), &some(&states), Some("c1"));
        assert!(words.lines().count() < 10, "{words}");
        assert!(words.contains("running (100): m0, m1, "), "{words}");
        let unsent = names[100..].join(", ");
        assert!(words.contains(&format!("not sent yet (50): {unsent}\n")), "{words}");
        assert!(words.contains("to go on:\n  defenderctl resume c1"), "{words}");
        assert_eq!(details["commands"]["cancel"].as_array().map(Vec::len), Some(100));
    }

    #[test]
    fn what_scripts_printed_before_the_interruption_is_kept() {
        let mut rows = some(&[("a", "Succeeded"), ("b", "Pending")]);
        rows[0].target.data = Some(r#"{"exit_code":0,"script_output":"hi\nthere"}"#.into());
        let (_, words, details) = failed(&plan("runScript"), &rows, Some("c1"));
        assert!(
            words.contains("\na printed:\n  exit code: 0\n  stdout:\n  | hi\n  | there\n"),
            "{words}"
        );
        let audited = &details["targets"][0];
        assert!(audited.get("data").is_none(), "it may hold arguments: {audited}");
    }
}
