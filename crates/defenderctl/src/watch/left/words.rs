//! What a call leaves behind, as text for users.

use host_harness::operation::TargetState;

use super::super::rows::{Row, counts, name};
use super::super::view::whose;
use super::Left;
use crate::explain;
use crate::json;

/// Machines that have a line of their own; more are named in groups.
const MACHINES: usize = 20;

/// Commands that are printed one by one; more are in the document of `--json`.
const COMMANDS: usize = 5;

impl Left<'_> {
    /// Where each target is, what scripts have printed, and what can be done. The unsent are all
    /// named: nothing protects them yet.
    pub(crate) fn words(&self) -> String {
        let (unsent, sent): (Vec<&Row>, Vec<&Row>) =
            self.rows.iter().partition(|row| row.state == TargetState::Unsent);
        let mut lines = if sent.len() > MACHINES {
            groups(&sent)
        } else {
            sent.iter().map(|row| line(row)).collect()
        };
        lines.extend(sent.iter().flat_map(|row| printed(row)));
        let labels: Vec<&str> =
            unsent.iter().map(|row| row.label.as_str()).filter(|label| !label.is_empty()).collect();
        if !labels.is_empty() && self.plan.changes {
            lines.push(format!("not sent yet ({}): {}", labels.len(), labels.join(", ")));
        }
        lines.extend(self.advice());
        lines.join("\n")
    }

    /// How many of many targets succeeded, and what became of the others.
    pub(crate) fn summary(&self) -> String {
        let end = |row: &Row| match &row.target.error {
            Some(error) => json::error_kind(error.kind),
            None => name(row.state),
        };
        let (good, bad): (Vec<&Row>, Vec<&Row>) =
            self.rows.iter().partition(|row| row.state == TargetState::Succeeded);
        let (action, all) = (&self.plan.action, self.rows.len());
        let bad = counts(bad, end).replace('-', " ");
        format!("{action}: {} of {all} succeeded; {bad}", good.len())
    }

    /// What can be done, with the commands.
    pub(crate) fn advice(&self) -> Vec<String> {
        let next = self.next();
        let sections = [
            ("to go on:", &next.resume),
            ("to go on waiting:", &next.wait),
            ("to look whether it was carried out:", &next.look),
            ("to cancel:", &next.cancel),
        ];
        let mut lines = Vec::new();
        for (title, commands) in sections.into_iter().filter(|(_, commands)| !commands.is_empty()) {
            lines.push(title.to_owned());
            if commands.len() > COMMANDS {
                lines.push(format!("  {}", commands[0]));
                let more = commands.len() - 1;
                lines.push(format!("  (and the same for {more} more: `--json` has them all)"));
            } else {
                lines.extend(commands.iter().map(|command| format!("  {command}")));
            }
        }
        lines
    }
}

/// A line for each state, with the names of those that are in it.
fn groups(rows: &[&Row]) -> Vec<String> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for row in rows {
        let state = name(row.state);
        match groups.iter_mut().find(|(known, _)| *known == state) {
            Some((_, labels)) => labels.push(&row.label),
            None => groups.push((state, vec![&row.label])),
        }
    }
    let line = |(state, labels): &(&str, Vec<&str>)| {
        format!("{state} ({}): {}", labels.len(), labels.join(", "))
    };
    groups.iter().map(line).collect()
}

/// What a script has printed on a target.
fn printed(row: &Row) -> Vec<String> {
    let script = row.target.data.as_deref().map(explain::script).unwrap_or_default();
    if script.is_empty() {
        return script;
    }
    let lines = script.into_iter().map(|line| format!("  {line}"));
    std::iter::once(format!("{} printed:", row.label)).chain(lines).collect()
}

/// A target in a line.
pub(crate) fn line(row: &Row) -> String {
    let subject = if row.label.is_empty() { "the change" } else { &row.label };
    let job = row
        .target
        .job
        .as_ref()
        .map(|job| format!(", job {} is {}{}", job.id, json::job_state(job.state), whose(row)));
    let why = row
        .target
        .error
        .as_ref()
        .map(|error| format!(": {}", explain::message(error)))
        .unwrap_or_default();
    let state = match row.state {
        TargetState::InDoubt => "in doubt: it may have been carried out",
        state => name(state),
    };
    format!("{subject}: {state}{}{why}", job.unwrap_or_default())
}
