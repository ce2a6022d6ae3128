//! What is shown while a call is under way: a line that changes on a terminal, a line for each
//! change elsewhere.

use std::collections::HashMap;
use std::fmt::Write;
use std::time::{Duration, Instant};

use host_harness::operation::TargetState;

use super::rows::{Row, counts};
use crate::calls::Plan;
use crate::json;

/// How many names of machines are said on one line.
const NAMES: usize = 3;

/// More changes than this at a time are said as a count.
const CHANGES: usize = 10;

/// The line for a terminal, as things are now.
pub(super) fn line(
    plan: &Plan,
    rows: &[Row],
    (began, next_look): (Instant, Option<Instant>),
    now: Instant,
) -> String {
    let mut text = plan.action.clone();
    match rows {
        [] => {}
        [one] if one.label.is_empty() => {}
        [one] => text = format!("{} {}: {}", text, one.label, one.word()),
        many => {
            let _ = write!(text, ": {}", counts(many, Row::word));
        }
    }
    let _ = write!(text, ", {}", span(now.duration_since(began)));
    if let Some(left) = next_look.and_then(|next| next.checked_duration_since(now)) {
        // Rounded up, so that it ends with one second and not with none.
        let _ = write!(text, ", next look in {}", span(left + Duration::from_millis(999)));
    }
    // Last: it is what a narrow terminal cuts off.
    let open: Vec<&str> =
        rows.iter().filter(|row| !row.has_ended()).map(|row| row.label.as_str()).collect();
    if rows.len() > 1 && !open.is_empty() {
        let _ = write!(text, "; going on: {}", open[..open.len().min(NAMES)].join(", "));
        if open.len() > NAMES {
            let _ = write!(text, " and {} more", open.len() - NAMES);
        }
    }
    text
}

/// How many of the targets are sent and when the next is; nothing if all are.
pub(super) fn held_back(rows: &[Row], wait: Duration) -> Option<String> {
    let unsent = rows.iter().filter(|row| row.state == TargetState::Unsent).count();
    let (sent, all) = (rows.len() - unsent, rows.len());
    let wait = span(wait + Duration::from_millis(999));
    (unsent > 0).then(|| format!("{sent} of {all} sent, next in {wait} (the service limits calls)"))
}

/// The lines on what has changed since they were asked for last.
#[derive(Default)]
pub(super) struct Lines {
    /// The state that was said last, by place.
    said: HashMap<usize, &'static str>,
}

impl Lines {
    /// A line for each change of state.
    pub(super) fn changes(&mut self, plan: &Plan, rows: &[Row]) -> Vec<String> {
        let mut news = Vec::new();
        for (place, row) in
            rows.iter().enumerate().filter(|(_, row)| row.state != TargetState::Unsent)
        {
            let word = row.word();
            let before = self.said.insert(place, word);
            if before == Some(word) {
                continue;
            }
            let subject = format!("{} {}", plan.action, row.label);
            let subject = subject.trim_end();
            news.push(match (before, &row.target.job) {
                (Some(before), _) => format!("{subject}: {before} → {word}"),
                (None, Some(job)) => {
                    format!("{subject}: {word}, job {}{}", job.id, whose(row))
                }
                (None, None) => format!("{subject}: {word}"),
            });
        }
        if news.len() > CHANGES {
            news = vec![format!("{}: {}", plan.action, counts(rows, Row::word))];
        }
        news
    }

    /// A line for each target that has ended: its name, how, and after how long.
    pub(super) fn ends(&mut self, rows: &[Row], after: Duration) -> Vec<String> {
        let mut news = Vec::new();
        for (place, row) in
            rows.iter().enumerate().filter(|(_, row)| row.has_ended() && !row.label.is_empty())
        {
            if self.said.insert(place, row.word()).is_none() {
                let why = row
                    .target
                    .error
                    .as_ref()
                    .map(|error| format!(" ({})", json::error_kind(error.kind)));
                news.push(format!(
                    "{}: {}{}, {}",
                    row.label,
                    row.word(),
                    why.unwrap_or_default(),
                    span(after)
                ));
            }
        }
        news
    }
}

/// What to add if a job may be another user's.
pub(super) fn whose(row: &Row) -> &'static str {
    if row.is_found { ", which was running before: it may be another user's" } else { "" }
}

pub(super) fn span(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::super::command_line::tests::plan;
    use super::super::rows::tests::some;
    use super::*;

    #[test]
    fn the_line_has_state_time_and_next_look() {
        let (plan, began) = (plan("isolateHost"), Instant::now());
        let at = |seconds: u64| began + Duration::from_secs(seconds);
        assert_eq!(line(&plan, &[], (began, None), at(2)), "isolateHost, 2 s");
        let rows = some(&[("ws-014", "Pending")]);
        assert_eq!(
            line(&plan, &rows, (began, Some(at(65))), at(62)),
            "isolateHost ws-014: pending, 1 min 2 s, next look in 3 s"
        );
        assert_eq!(
            line(&plan, &rows, (began, Some(at(65))), at(66)),
            "isolateHost ws-014: pending, 1 min 6 s",
            "it is looking"
        );
        let rows = some(&[("ws-014", "Succeeded")]);
        assert_eq!(
            line(&plan, &rows, (began, None), at(62)),
            "isolateHost ws-014: succeeded, 1 min 2 s"
        );
    }

    #[test]
    fn many_are_counted_and_those_that_go_on_are_named() {
        let (plan, began) = (plan("isolateHost"), Instant::now());
        let states = [
            ("a", "Pending"),
            ("b", "Succeeded"),
            ("c", "Pending"),
            ("d", "InProgress"),
            ("e", "Unsent"),
        ];
        let text = line(&plan, &some(&states), (began, None), began);
        assert_eq!(
            text,
            "isolateHost: 2 pending, 1 succeeded, 1 in-progress, 1 unsent, 0 s; going on: a, c, d and 1 more"
        );
    }

    #[test]
    fn what_is_unsent_is_said_with_the_time_of_the_next() {
        let rows = some(&[("a", "Pending"), ("b", "Unsent"), ("c", "Unsent")]);
        let want = "1 of 3 sent, next in 41 s (the service limits calls)";
        assert_eq!(held_back(&rows, Duration::from_millis(40_500)).as_deref(), Some(want));
        assert_eq!(held_back(&rows[..1], Duration::ZERO), None);
    }

    #[test]
    fn a_change_is_said_once() {
        let (plan, mut lines) = (plan("isolateHost"), Lines::default());
        assert!(lines.changes(&plan, &some(&[("a", "Unsent")])).is_empty());
        let first = ["isolateHost a: pending, job job-a"];
        assert_eq!(lines.changes(&plan, &some(&[("a", "Pending")])), first);
        assert!(lines.changes(&plan, &some(&[("a", "Pending")])).is_empty());
        assert_eq!(
            lines.changes(&plan, &some(&[("a", "InProgress")])),
            ["isolateHost a: pending → in-progress"]
        );
        let mut lines = Lines::default();
        let after = Duration::from_secs(61);
        assert!(lines.ends(&some(&[("a", "Pending")]), after).is_empty());
        assert_eq!(lines.ends(&some(&[("a", "Succeeded")]), after), ["a: succeeded, 1 min 1 s"]);
        assert!(lines.ends(&some(&[("a", "Succeeded")]), after).is_empty());
    }

    #[test]
    fn many_changes_at_a_time_are_counted() {
        let names: Vec<String> = (0..11).map(|n| format!("m{n}")).collect();
        let states: Vec<(&str, &str)> =
            names.iter().map(|name| (name.as_str(), "Pending")).collect();
        assert_eq!(
            Lines::default().changes(&plan("isolateHost"), &some(&states)),
            ["isolateHost: 11 pending"]
        );
        assert_eq!(Lines::default().changes(&plan("isolateHost"), &some(&states[..10])).len(), 10);
    }
}
