//! What an interrupted call leaves behind: what is known, what is not, and how to go on. Nothing is claimed that was not seen.

use host_harness::{ErrorKind, Retry};

use super::again::Again;
use super::plan::Plan;
use super::record::Record;
use super::seen::{Fate, Followed, Known, Order, Seen};
use crate::cli::failure::Failure;
use crate::cli::json::{self, Document};

/// What is left of a call.
pub(super) struct Left<'a> {
    plan: &'a Plan,
    again: &'a Again,
    actions: Vec<&'a Followed>,
    /// Requests that may have been carried out, and those that were without a machine action to show for it.
    orders: Vec<&'a Order>,
    /// Whether a request that may change something was refused by the service.
    refused: bool,
}

impl<'a> Left<'a> {
    pub(super) fn of(seen: &'a Seen, plan: &'a Plan, again: &'a Again) -> Self {
        let of_interest = |order: &&Order| matches!(order.fate, Fate::Open | Fate::Accepted(_) | Fate::Doubtful(_));
        let orders = seen.orders().filter(|_| plan.changes).filter(of_interest).collect();
        let refused = seen.orders().any(|order| matches!(order.fate, Fate::Refused(_)));
        let actions = seen.actions.iter().filter(|_| plan.follows()).collect();
        Self { plan, again, actions, orders, refused }
    }

    /// As an error of the contract. Its `retry` is never a date: who interrupts a command wants no program to repeat it.
    pub(super) fn failure(&self) -> Failure {
        let something = !self.actions.is_empty() || !self.orders.is_empty();
        // Without an answer in the caller's own time, and nothing that goes on.
        let (kind, retry) =
            if something { (ErrorKind::Unfinished, Retry::Unknown) } else { (ErrorKind::TimedOut, Retry::Never) };
        let failure = Failure::interrupted(kind, retry, self.message());
        if something { failure.details(self.details()).told_in_words(self.words()) } else { failure }
    }

    fn message(&self) -> String {
        let open: Vec<&&Followed> = self.actions.iter().filter(|followed| !followed.record.has_ended()).collect();
        let doubted = self.orders.iter().filter(|order| !matches!(order.fate, Fate::Accepted(_))).count();
        let mut facts = Vec::new();
        match open.as_slice() {
            [] if !self.actions.is_empty() => facts.push("the machine actions that were seen have ended".to_owned()),
            [] => {}
            [one] => facts.push(format!("machine action {} was left as it is", one.record.id)),
            many => facts.push(format!("{} machine actions were left as they are", many.len())),
        }
        match doubted {
            0 => {}
            1 => facts.push("1 request may have been carried out".to_owned()),
            many => facts.push(format!("{many} requests may have been carried out")),
        }
        match self.orders.len() - doubted {
            0 => {}
            1 => facts.push("1 request was accepted".to_owned()),
            many => facts.push(format!("{many} requests were accepted")),
        }
        if facts.is_empty() {
            facts.push(self.nothing().to_owned());
        } else if !open.is_empty() && !self.plan.cancels() {
            facts.push("nothing was cancelled".to_owned());
        }
        if self.plan.file.is_some() {
            facts.push("no file was kept".to_owned());
        }
        format!("`{}` was interrupted: {}", self.plan.action, facts.join("; "))
    }

    /// Why nothing is left behind.
    fn nothing(&self) -> &'static str {
        match () {
            () if !self.plan.changes => "a read changes nothing",
            () if self.refused => "nothing was changed, the service had refused what was sent",
            () => "nothing that changes anything was sent",
        }
    }

    fn details(&self) -> String {
        let records = self.actions.iter().map(|followed| document(&followed.record));
        let requests = self.orders.iter().map(|order| {
            let (answer, state) = match order.fate {
                Fate::Accepted(status) => (Some(status), "accepted"),
                Fate::Doubtful(status) => (status, "unknown"),
                _ => (None, "unknown"),
            };
            Document::new()
                .member("method", &order.method)
                .member("path", &order.path)
                .member("status", answer)
                .member("state", state)
                .finish()
        });
        let commands: Vec<String> = self.sections().into_iter().flat_map(|(_, commands)| commands).collect();
        let one = match self.actions.as_slice() {
            [one] => Some(document(&one.record)),
            _ => None,
        };
        Document::new()
            .raw_or_null("machineAction", one.as_deref())
            .raw("machineActions", &json::list(records))
            .raw("requests", &json::list(requests))
            .member("commands", commands)
            .finish()
    }

    fn words(&self) -> String {
        let mut lines: Vec<String> = self.actions.iter().map(|followed| state(followed)).collect();
        lines.extend(self.orders.iter().map(|order| doubt(order)));
        for (title, commands) in self.sections() {
            lines.push(title.to_owned());
            lines.extend(commands.into_iter().map(|command| format!("  {command}")));
        }
        lines.join("\n")
    }

    /// What can be done next, and the commands for it.
    fn sections(&self) -> Vec<(&'static str, Vec<String>)> {
        let open = || self.actions.iter().map(|followed| &followed.record).filter(|record| !record.has_ended());
        let named = |record: &Record| self.plan.named.iter().any(|named| named.id.eq_ignore_ascii_case(&record.id));
        let is_cancelling = |record: &Record| self.plan.cancels() && named(record);
        let ids: Vec<&str> = open().filter(|record| !is_cancelling(record)).map(|record| record.id.as_str()).collect();
        let cancel = ids.iter().filter_map(|id| self.again.cancel(id, self.plan)).collect();
        let fetch = self.actions.iter().filter_map(|followed| self.again.fetch(&followed.record, self.plan)).collect();
        let mut look: Vec<String> =
            open().filter(|record| is_cancelling(record)).filter_map(|record| self.again.look(&record.id)).collect();
        for order in &self.orders {
            let command = match segments(order).as_slice() {
                ["api", "machines", machine, _] => self.again.look_at_machine(machine),
                ["api", "machineactions", id, _] => self.again.look(id),
                _ => None,
            };
            look.extend(command.filter(|command| !look.contains(command)));
        }
        [
            ("to look before anything is repeated:", look),
            ("to go on waiting:", self.again.wait(&ids, self.plan).into_iter().collect()),
            ("to cancel:", cancel),
            ("to fetch what was left, after success:", fetch),
        ]
        .into_iter()
        .filter(|(_, commands)| !commands.is_empty())
        .collect()
    }
}

/// A machine action as `machineAction` in errors of the plugin: null where something is not known.
fn document(record: &Record) -> String {
    let known = |text: &String| (!text.is_empty()).then(|| text.clone());
    Document::new()
        .member("id", &record.id)
        .member("type", known(&record.kind))
        .member("status", known(&record.status))
        .member("machineId", known(&record.machine_id))
        .member("computerDnsName", known(&record.machine_name))
        .finish()
}

fn state(followed: &Followed) -> String {
    let record = &followed.record;
    if record.status.is_empty() {
        return format!("machine action {}: not looked at yet", record.id);
    }
    let machine = match (record.machine(), record.machine_id.as_str()) {
        (None, _) => "a machine".to_owned(),
        (Some(name), id) if name == id || id.is_empty() => name.to_owned(),
        (Some(name), id) => format!("{name} ({id})"),
    };
    let found =
        if followed.known == Known::Found { ", found at the service: it may be this call's or another's" } else { "" };
    format!("{} of {machine}: last seen {}, machine action {}{found}", record.kind, record.status, record.id)
}

fn doubt(order: &Order) -> String {
    let Order { method, path, fate } = order;
    match fate {
        Fate::Accepted(status) => format!("{method} {path}: answered with status {status}; it was accepted"),
        Fate::Doubtful(Some(status)) => {
            format!("{method} {path}: answered with status {status}; it may have been carried out")
        }
        _ => format!("{method} {path}: sent, and no answer came; it may have been carried out"),
    }
}

fn segments(order: &Order) -> Vec<&str> {
    order.path.trim_start_matches('/').split('/').collect()
}
