//! What is shown while a call is under way: a line that changes on a terminal, a line for each change elsewhere.

use std::collections::HashMap;
use std::fmt::Write;
use std::time::{Duration, Instant};

use super::plan::Plan;
use super::seen::{Followed, Known, Seen};

/// How many names of machines are told on one line.
const NAMES: usize = 3;

/// More changes than this at a time are told as a count.
const CHANGES: usize = 10;

/// The line for a terminal, as things are now.
pub(super) fn line(plan: &Plan, seen: &Seen, began: Instant, now: Instant) -> String {
    let mut text = plan.action.clone();
    match seen.actions.as_slice() {
        [] => {}
        [one] => {
            text = format!("{} {}: {}", what(plan, one), machine(one), status(one));
        }
        many => {
            let _ = write!(text, ": {}", counts(many));
        }
    }
    let _ = write!(text, ", {}", span(now.duration_since(began)));
    if let Some(left) = next_look(plan, seen, now) {
        let _ = write!(text, ", next look in {}", span(left));
    }
    // Last: it is what a narrow terminal cuts off.
    let open: Vec<&str> = seen.actions.iter().filter(|one| !one.record.has_ended()).map(machine).collect();
    if seen.actions.len() > 1 && !open.is_empty() {
        let _ = write!(text, "; going on: {}", open[..open.len().min(NAMES)].join(", "));
        if open.len() > NAMES {
            let _ = write!(text, " and {} more", open.len() - NAMES);
        }
    }
    text
}

/// The time to the next look, if there will be one and it is not being taken.
fn next_look(plan: &Plan, seen: &Seen, now: Instant) -> Option<Duration> {
    let goes_on = plan.waits && seen.actions.iter().any(|followed| !followed.record.has_ended());
    let next = seen.looked.filter(|_| goes_on)? + plan.poll;
    // Rounded up, so that it ends with one second and not with none.
    next.checked_duration_since(now).map(|left| left + Duration::from_millis(999))
}

/// The lines that tell what has changed since they were asked for last.
#[derive(Default)]
pub(super) struct Lines {
    /// The state that was told last, by machine action.
    told: HashMap<String, String>,
}

impl Lines {
    pub(super) fn news(&mut self, plan: &Plan, seen: &Seen) -> Vec<String> {
        let mut news = Vec::new();
        for followed in seen.actions.iter().filter(|followed| !followed.record.status.is_empty()) {
            let record = &followed.record;
            let before = self.told.insert(record.id.clone(), record.status.clone());
            if before.as_ref() == Some(&record.status) {
                continue;
            }
            let subject = format!("{} {}", what(plan, followed), machine(followed));
            news.push(match before {
                Some(before) => format!("{subject}: {before} → {}", record.status),
                None => format!("{subject}: {}, machine action {}", record.status, record.id),
            });
        }
        if news.len() > CHANGES {
            news = vec![format!("{}: {}", plan.action, counts(&seen.actions))];
        }
        news
    }
}

/// What is done: the action that was called, or what was found to be under way.
fn what<'a>(plan: &'a Plan, followed: &'a Followed) -> &'a str {
    if followed.known == Known::Found { &followed.record.kind } else { &plan.action }
}

fn machine(followed: &Followed) -> &str {
    followed.record.machine().unwrap_or(&followed.record.id)
}

fn status(followed: &Followed) -> &str {
    if followed.record.status.is_empty() { "no state known yet" } else { &followed.record.status }
}

/// How many are in which state, in the order in which the states first show.
fn counts(actions: &[Followed]) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for state in actions.iter().map(status) {
        match counts.iter_mut().find(|(name, _)| *name == state) {
            Some((_, count)) => *count += 1,
            None => counts.push((state, 1)),
        }
    }
    counts.iter().map(|(state, count)| format!("{count} {state}")).collect::<Vec<_>>().join(", ")
}

fn span(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::command_line::tests::plan;
    use super::super::record::{Record, records};
    use super::*;

    fn seen(actions: &[(&str, &str)]) -> Seen {
        let list = actions.iter().map(|(name, status)| {
            json!({ "id": format!("id-{name}"), "type": "Isolate", "status": status, "computerDnsName": name })
        });
        let list = json!({ "value": list.collect::<Vec<_>>() }).to_string();
        let followed = |record: Record| Followed { record, known: Known::Answered };
        Seen { actions: records(list.as_bytes()).into_iter().map(followed).collect(), ..Seen::default() }
    }

    #[test]
    fn the_line_tells_state_time_and_next_look() {
        let (plan, began) = (plan("isolateHost"), Instant::now());
        let at = |seconds: u64| began + Duration::from_secs(seconds);
        assert_eq!(line(&plan, &Seen::default(), began, at(2)), "isolateHost, 2 s");
        let seen = Seen { looked: Some(at(60)), ..seen(&[("ws-014", "Pending")]) };
        assert_eq!(line(&plan, &seen, began, at(62)), "isolateHost ws-014: Pending, 1 min 2 s, next look in 3 s");
        assert_eq!(line(&plan, &seen, began, at(66)), "isolateHost ws-014: Pending, 1 min 6 s", "it is looking");
        let seen = Seen { looked: Some(at(60)), ..self::seen(&[("ws-014", "Succeeded")]) };
        assert_eq!(line(&plan, &seen, began, at(62)), "isolateHost ws-014: Succeeded, 1 min 2 s");
    }

    #[test]
    fn many_are_counted_and_those_that_go_on_are_named() {
        let (plan, began) = (plan("isolateHost"), Instant::now());
        let states = [("a", "Pending"), ("b", "Succeeded"), ("c", "Pending"), ("d", "InProgress"), ("e", "Pending")];
        let text = line(&plan, &seen(&states), began, began);
        assert_eq!(text, "isolateHost: 3 Pending, 1 Succeeded, 1 InProgress, 0 s; going on: a, c, d and 1 more");
        assert_eq!(
            line(&plan, &seen(&states[1..3]), began, began),
            "isolateHost: 1 Succeeded, 1 Pending, 0 s; going on: c"
        );
    }

    #[test]
    fn a_change_is_told_once() {
        let (plan, mut lines) = (plan("isolateHost"), Lines::default());
        let first = ["isolateHost a: Pending, machine action id-a"];
        assert_eq!(lines.news(&plan, &seen(&[("a", "Pending")])), first);
        assert!(lines.news(&plan, &seen(&[("a", "Pending")])).is_empty());
        assert_eq!(lines.news(&plan, &seen(&[("a", "InProgress")])), ["isolateHost a: Pending → InProgress"]);
    }

    #[test]
    fn many_changes_at_a_time_are_counted() {
        let names: Vec<String> = (0..11).map(|n| format!("m{n}")).collect();
        let states: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "Pending")).collect();
        assert_eq!(Lines::default().news(&plan("isolateHost"), &seen(&states)), ["isolateHost: 11 Pending"]);
        assert_eq!(Lines::default().news(&plan("isolateHost"), &seen(&states[..10])).len(), 10);
    }
}
