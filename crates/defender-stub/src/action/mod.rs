//! A machine action: its record, and its state at a given time.

pub(crate) mod command;
pub(crate) mod package;
pub(crate) mod plan;
pub(crate) mod results;

use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use self::command::Command;
use self::plan::Plan;
use crate::clock::api_timestamp;
use crate::machine::Machine;
use crate::scenario::{Ending, EndsAs};

/// The action that a request asks for.
#[derive(Debug, Default)]
pub(crate) struct Order {
    /// The action's type, such as `Isolate`.
    pub(crate) kind: &'static str,
    pub(crate) comment: String,
    /// The scope of an isolation or a scan.
    pub(crate) scope: Option<String>,
    /// The SHA-1 of the file it acts on, if any.
    pub(crate) file: Option<String>,
    /// The commands of a live response; otherwise empty.
    pub(crate) commands: Vec<Command>,
}

/// The requestor of an action.
#[derive(Clone, Debug)]
pub(crate) struct By {
    /// An application's ID or name, or a user's address.
    requestor: String,
    /// `PublicApi` or `Portal`.
    source: String,
    /// Whether this is the application that sent the request.
    pub(crate) is_caller: bool,
}

impl By {
    /// The application that sent the request.
    pub(crate) fn caller(requestor: &str) -> Self {
        Self { is_caller: true, ..Self::another(requestor, "PublicApi") }
    }

    /// Another application or user.
    pub(crate) fn another(requestor: &str, source: &str) -> Self {
        Self { requestor: requestor.to_owned(), source: source.to_owned(), is_caller: false }
    }
}

/// A machine action.
#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) machine_id: String,
    pub(crate) created: OffsetDateTime,
    pub(crate) commands: Vec<Command>,
    pub(crate) file: Option<String>,
    computer_dns_name: String,
    pub(crate) by: By,
    /// What its final record shows.
    pub(crate) ends_as: Option<EndsAs>,
    comment: String,
    scope: Option<String>,
    plan: Plan,
    cancelled: Option<Cancellation>,
}

#[derive(Debug)]
struct Cancellation {
    at: OffsetDateTime,
    requestor: String,
    comment: String,
}

impl Action {
    pub(crate) fn new(
        order: Order,
        machine: &Machine,
        by: By,
        now: OffsetDateTime,
        mut plan: Plan,
    ) -> Self {
        let mut commands = order.commands;
        Command::schedule(&mut commands, &mut plan);
        Self {
            id: Uuid::new_v4().to_string(),
            kind: order.kind,
            machine_id: machine.id.clone(),
            created: now,
            commands,
            file: order.file,
            computer_dns_name: machine.computer_dns_name.clone(),
            by,
            ends_as: None,
            comment: order.comment,
            scope: order.scope,
            plan,
            cancelled: None,
        }
    }

    /// Ends the action here.
    pub(crate) fn cancel(&mut self, at: OffsetDateTime, requestor: String, comment: String) {
        self.cancelled = Some(Cancellation { at, requestor, comment });
    }

    pub(crate) fn status(&self, now: OffsetDateTime) -> &'static str {
        let reached = |at: Option<OffsetDateTime>| at.is_some_and(|at| at <= now);
        if self.cancelled.is_some() {
            "Cancelled"
        } else if reached(self.plan.ends) {
            match self.plan.ending {
                Ending::Succeeded => "Succeeded",
                Ending::Failed => "Failed",
                Ending::TimeOut => "TimeOut",
            }
        } else if reached(self.plan.starts) {
            "InProgress"
        } else {
            "Pending"
        }
    }

    pub(crate) fn is_final(&self, now: OffsetDateTime) -> bool {
        !matches!(self.status(now), "Pending" | "InProgress")
    }

    /// When the status last changed.
    pub(crate) fn updated(&self, now: OffsetDateTime) -> OffsetDateTime {
        let planned =
            [self.plan.ends, self.plan.starts].into_iter().flatten().find(|at| *at <= now);
        self.cancelled.as_ref().map(|cancelled| cancelled.at).or(planned).unwrap_or(self.created)
    }

    /// When the device last worked on it.
    pub(crate) fn progress(&self, now: OffsetDateTime) -> OffsetDateTime {
        self.cancelled.as_ref().map_or(now, |cancelled| cancelled.at.min(now))
    }

    /// The action as the API writes it.
    pub(crate) fn entity(&self, now: OffsetDateTime) -> Value {
        let status = self.status(now);
        let failed = matches!(status, "Failed" | "TimeOut");
        let cancelled = self.cancelled.as_ref();
        let progress = self.progress(now);
        let mut entity = json!({
            "id": self.id,
            "type": self.kind,
            "title": null,
            "scope": self.scope,
            "requestor": self.by.requestor,
            "requestorComment": self.comment,
            "requestSource": self.by.source,
            "externalId": null,
            "status": status,
            "machineId": self.machine_id,
            "computerDnsName": self.computer_dns_name,
            "creationDateTimeUtc": api_timestamp(self.created),
            "lastUpdateDateTimeUtc": api_timestamp(self.updated(now)),
            "cancellationRequestor": cancelled.map(|cancelled| &cancelled.requestor),
            "cancellationComment": cancelled.map(|cancelled| &cancelled.comment),
            "cancellationDateTimeUtc": cancelled.map(|cancelled| api_timestamp(cancelled.at)),
            "errorHResult": if failed { self.plan.error_h_result } else { 0 },
            "relatedFileInfo": self.file.as_ref().map(
                |sha1| json!({ "fileIdentifier": sha1, "fileIdentifierType": "Sha1" })
            ),
            "commands": Command::entities(&self.commands, progress),
            "troubleshootInfo": null,
        });
        if let Some(ends_as) = self.ends_as.as_ref().filter(|_| self.is_final(now)) {
            ends_as.apply(&mut entity);
        }
        entity
    }
}
