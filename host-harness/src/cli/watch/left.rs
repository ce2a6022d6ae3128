//! What an interrupted call leaves behind: what is known, what is not, and how to go on. Nothing is claimed that was not seen.

use std::collections::BTreeSet;

use host_harness::{ErrorKind, Retry};

use super::change_request::{ChangeRequest, Fate};
use super::command_line::CommandLine;
use super::next::Next;
use super::plan::Plan;
use super::seen::{Followed, Seen};
use super::told;
use crate::cli::failure::Failure;

/// What is left of a call.
pub(super) struct Left<'a> {
    pub(super) plan: &'a Plan,
    /// The machine actions that it was about.
    pub(super) actions: Vec<&'a Followed>,
    /// Requests that no machine action stands for: accepted, refused, or nobody knows.
    pub(super) requests: Vec<&'a ChangeRequest>,
    /// Machines that the parameters name and that no request was about, though there was one about others.
    pub(super) unsent: Vec<&'a str>,
    /// How many machines requests were about, if the parameters name more, and by names.
    pub(super) reached: Option<usize>,
    /// How many requests were answered with a machine action.
    recorded: usize,
}

impl<'a> Left<'a> {
    pub(super) fn of(seen: &'a Seen, plan: &'a Plan) -> Self {
        if !plan.follows() {
            let (actions, requests, unsent) = Default::default();
            return Self { plan, actions, requests, unsent, reached: None, recorded: 0 };
        }
        let sent: Vec<&ChangeRequest> =
            seen.requests().filter(|request| plan.changes && request.fate != Fate::NotSent).collect();
        let counts = |(n, request): &(usize, &&ChangeRequest)| match request.fate {
            Fate::Recorded | Fate::NotSent => false,
            // For a repeated request the last response counts: only refused ones are repeated.
            Fate::Refused(_) | Fate::Doubtful(Some(400..=499)) => {
                !sent[n + 1..].iter().any(|later| later.path == request.path)
            }
            Fate::Open | Fate::Accepted(_) | Fate::Doubtful(_) => true,
        };
        // Nothing is said of machines if a request was about something else.
        let machines: Option<BTreeSet<String>> =
            sent.iter().map(|request| request.machine().map(str::to_ascii_lowercase)).collect();
        let machines = machines.unwrap_or_default();
        let is_unsent = |id: &&str| !machines.is_empty() && !machines.contains(&id.to_ascii_lowercase());
        Self {
            plan,
            actions: seen.actions.iter().collect(),
            requests: sent.iter().enumerate().filter(counts).map(|(_, request)| *request).collect(),
            unsent: plan.machines.iter().map(String::as_str).filter(is_unsent).collect(),
            reached: (!machines.is_empty() && machines.len() < plan.names).then_some(machines.len()),
            recorded: sent.iter().filter(|request| request.fate == Fate::Recorded).count(),
        }
    }

    /// As an error of the contract. Its `retry` is never a date: who interrupts a command wants no program to repeat it.
    pub(super) fn failure(&self, command_line: &CommandLine) -> Failure {
        // What is going on without this call's doing is no work of it that is unfinished.
        let goes_on = if self.plan.changes { self.may_be_carried_out() } else { !self.actions.is_empty() };
        // What goes on nowhere had no answer in the time that its caller gave it.
        let (kind, retry) =
            if goes_on { (ErrorKind::Unfinished, Retry::Unknown) } else { (ErrorKind::TimedOut, Retry::Never) };
        let failure = Failure::interrupted(kind, retry, self.message());
        match self.words(command_line) {
            Some(words) => failure.details(self.document(command_line)).told_in_words(words),
            None => failure,
        }
    }

    /// What is left of a call that failed, added to its failure; nothing if nothing is of interest.
    pub(super) fn added_to(&self, failure: Failure, command_line: &CommandLine) -> Failure {
        if !self.plan.follows() {
            return failure;
        }
        let failure = failure.more_details(&self.document(command_line));
        match self.words(command_line) {
            Some(words) => failure.with_aside(words),
            None => failure,
        }
    }

    /// For programs.
    pub(super) fn document(&self, command_line: &CommandLine) -> String {
        told::document(self, &Next::after(self, command_line))
    }

    /// Whether anything that was sent may have been carried out, as far as its answers tell.
    pub(super) fn may_be_carried_out(&self) -> bool {
        self.recorded > 0 || self.requests.iter().any(|request| !request.is_refused())
    }

    /// In words and commands; nothing if nothing is left.
    pub(super) fn words(&self, command_line: &CommandLine) -> Option<String> {
        let nothing = self.actions.is_empty() && self.requests.is_empty();
        (!nothing).then(|| told::words(self, &Next::after(self, command_line)))
    }

    /// The machine actions that may go on.
    pub(super) fn open(&self) -> impl Iterator<Item = &&'a Followed> {
        self.actions.iter().filter(|followed| !followed.record.has_ended())
    }

    fn message(&self) -> String {
        let mut facts = Vec::new();
        let open: Vec<&&Followed> = self.open().collect();
        match open.as_slice() {
            [] if self.actions.is_empty() => {}
            [] => facts.push("the machine actions that were seen have ended".to_owned()),
            [one] => facts.push(format!("machine action {} was left as it is", one.record.id)),
            many => facts.push(format!("{} machine actions were left as they are", many.len())),
        }
        let mut count =
            |what: &str, is: fn(Fate) -> bool| match self.requests.iter().filter(|request| is(request.fate)).count() {
                0 => {}
                1 => facts.push(format!("1 request {what}")),
                many => facts.push(format!("{many} requests {what}")),
            };
        count("may have been carried out", |fate| matches!(fate, Fate::Open | Fate::Doubtful(_)));
        count("got accepted", |fate| matches!(fate, Fate::Accepted(_)));
        count("got refused", |fate| matches!(fate, Fate::Refused(_)));
        match () {
            () if !self.plan.changes => facts.push("it only reads, so nothing was changed".to_owned()),
            () if self.requests.is_empty() && self.recorded == 0 => {
                facts.push("nothing that changes anything was sent".to_owned());
            }
            () if self.plan.cancels() && self.recorded > 0 => facts.push("the cancellation was accepted".to_owned()),
            () if self.plan.cancels() || open.is_empty() => {}
            () => facts.push("nothing was cancelled".to_owned()),
        }
        if self.plan.file.is_some() {
            facts.push("no file was kept".to_owned());
        }
        format!("`{}` was interrupted: {}", self.plan.action, facts.join("; "))
    }
}

#[cfg(test)]
mod tests;
