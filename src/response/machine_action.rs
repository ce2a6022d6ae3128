//! Machine actions as the service returns them, and whether one is the one that was requested.
//!
//! The service may answer a second request with the machine action of the first, with someone
//! else's comment or script in it. Mistaking that for ours would report something as done that
//! nobody did.

use serde_json::{Map, Value};

use super::command::is_same_command;
use super::date::{instant, timestamp};
use super::{Likeness, Member, Members, Sanitizer, likeness, values};
use crate::outcome::State;
use crate::schema::SEGMENT;

/// The record of a machine action.
#[derive(Clone, Debug)]
pub struct Record {
    /// The record, unchanged.
    pub text: String,
    /// Its identifier.
    pub id: String,
    /// Its state.
    pub state: State,
}

/// What a machine action must match to be the one that was requested.
#[derive(Debug)]
pub struct RequestedJob<'a> {
    /// The service's name for this type of machine action.
    pub kind: &'static str,
    /// Device ID of the machine.
    pub machine: &'a str,
    /// The request's body.
    pub body: &'a Value,
}

impl RequestedJob<'_> {
    /// The comment in the request.
    pub fn comment(&self) -> &str {
        self.body["Comment"].as_str().unwrap_or_default()
    }
}

impl Record {
    /// Parses the machine action in a response; `None` if the text is not one. It must have a type
    /// and a machine: a trace with an `id` and a `status` looks similar.
    pub fn parse(text: String) -> Option<Self> {
        Self::parse_listed(text).filter(|record| record.is_machine_action() && record.has_status())
    }

    /// Whether it has a status.
    pub fn has_status(&self) -> bool {
        !self.text("status").is_empty()
    }

    /// Whether it has a type and a machine.
    pub fn is_machine_action(&self) -> bool {
        ["type", "machineId"].iter().all(|name| !self.text(name).is_empty())
    }

    /// Reads a machine action from a checkpoint: identifier, type, machine and state.
    pub(crate) fn from_checkpoint(text: String) -> Option<Self> {
        Self::parse_listed(text)
    }

    /// Parses a machine action in a list. Its state is unknown if the status is missing or
    /// unreadable.
    fn parse_listed(text: String) -> Option<Self> {
        let members = Members::parse_text(&text)?;
        // The identifier goes into paths.
        let id = members.text("id").filter(|id| (SEGMENT.check)(id))?;
        let status = members.text("status").unwrap_or_default();
        Some(Self { text, id, state: State::from_status(&status) })
    }

    /// Parses the machine actions in a collection; `None` if the body is not one.
    pub fn list(body: &[u8]) -> Option<Vec<Self>> {
        values(body)?.iter().map(|raw| Self::parse_listed(raw.get().to_owned())).collect()
    }

    /// A string member for display; empty if it is missing or unreadable.
    pub fn text(&self, name: &str) -> String {
        self.read_text(name).value().unwrap_or_default()
    }

    /// A member for display; `null` if it is missing or unreadable.
    pub fn value(&self, name: &str) -> Value {
        self.read_value(name).value().unwrap_or_default()
    }

    /// A string member, for decisions.
    pub fn read_text(&self, name: &str) -> Member<String> {
        self.members().map_or(Member::Unreadable, |members| members.read_text(name))
    }

    /// A member of any type, for decisions.
    pub fn read_value(&self, name: &str) -> Member<Value> {
        self.members().map_or(Member::Unreadable, |members| members.read_value(name))
    }

    fn members(&self) -> Option<Members<'_>> {
        Members::parse_text(&self.text)
    }

    /// Whether a member equals this text, ignoring case.
    pub fn is(&self, name: &str, text: &str) -> bool {
        self.text(name).eq_ignore_ascii_case(text)
    }

    /// Whether a member equals this text or is unreadable, and so may.
    pub fn may_be(&self, name: &str, text: &str) -> bool {
        match self.read_text(name) {
            Member::Value(found) => found.is_empty() || found.eq_ignore_ascii_case(text),
            Member::Absent | Member::Unreadable => true,
        }
    }

    /// When it was requested: Unix time in seconds.
    pub fn created(&self) -> Option<u64> {
        timestamp(&self.text("creationDateTimeUtc"))
    }

    /// When it was cancelled: Unix time in seconds.
    pub fn cancelled(&self) -> Option<u64> {
        timestamp(&self.text("cancellationDateTimeUtc"))
    }

    /// When it last changed: Unix time in seconds. The service's documentation spells the member in
    /// two ways.
    pub fn changed(&self) -> Option<u64> {
        self.last_update().map_or_else(|| self.created(), |text| timestamp(&text))
    }

    /// When it last changed and when it was created, with fractions of a second.
    pub fn instants(&self) -> [Option<(u64, u32)>; 2] {
        let at = |name: &str| instant(&self.text(name));
        let created = at("creationDateTimeUtc");
        [self.last_update().map_or(created, |text| instant(&text)), created]
    }

    /// When it last changed, as the record has it; `None` if it does not say. What cannot be read
    /// is an empty text: no other time may stand for it.
    fn last_update(&self) -> Option<String> {
        ["lastUpdateDateTimeUtc", "lastUpdateTimeUtc"].iter().find_map(|name| {
            match self.read_text(name) {
                Member::Value(text) if text.is_empty() => None,
                Member::Value(text) => Some(text),
                Member::Unreadable => Some(String::new()),
                Member::Absent => None,
            }
        })
    }

    /// Describes how it differs from the request, regardless of who made it. In the response to our
    /// own request, a missing member is not a mismatch; an existing record must have it (`strict`).
    /// An unreadable member is always a mismatch.
    pub fn mismatch(&self, wanted: &RequestedJob<'_>, strict: bool) -> Option<&'static str> {
        let differs = |name: &str, wanted: &str| self.differs(name, wanted, strict);
        if differs("type", wanted.kind) {
            return Some("another type of action");
        }
        if differs("machineId", wanted.machine) {
            return Some("another machine");
        }
        let requested = |name: &str| wanted.body[name].as_str();
        if requested("IsolationType")
            .or(requested("ScanType"))
            .is_some_and(|scope| differs("scope", scope))
        {
            return Some("another scope");
        }
        if requested("Sha1").is_some_and(|wanted| self.is_other_file(wanted, strict)) {
            return Some("another file");
        }
        self.command_mismatch(wanted, strict)
    }

    fn differs(&self, name: &str, wanted: &str, strict: bool) -> bool {
        match self.read_text(name) {
            Member::Value(found) if !found.is_empty() => !found.eq_ignore_ascii_case(wanted),
            Member::Value(_) | Member::Absent => strict,
            Member::Unreadable => true,
        }
    }

    fn is_other_file(&self, wanted: &str, strict: bool) -> bool {
        match self.read_value("relatedFileInfo") {
            Member::Value(file) => match &file["fileIdentifier"] {
                Value::String(found) if !found.is_empty() => !found.eq_ignore_ascii_case(wanted),
                Value::String(_) | Value::Null => strict,
                _ => true,
            },
            Member::Absent => strict,
            Member::Unreadable => true,
        }
    }

    /// How similar its comment is to the request's; `None` if it has no comment, or one without
    /// letters. An unreadable comment counts as different.
    pub fn likeness(&self, wanted: &RequestedJob<'_>) -> Option<Likeness> {
        match self.read_text("requestorComment") {
            Member::Value(found) => {
                let likeness = likeness(&found, wanted.comment());
                let is_mask = found.chars().all(|c| c.is_ascii() && !c.is_ascii_alphanumeric());
                Some(likeness).filter(|likeness| !is_mask || *likeness == Likeness::Same)
            }
            Member::Absent => None,
            Member::Unreadable => Some(Likeness::Other),
        }
    }

    fn command_mismatch(&self, wanted: &RequestedJob<'_>, strict: bool) -> Option<&'static str> {
        let requested = wanted.body["Commands"].as_array()?;
        let commands = match self.read_value("commands") {
            Member::Value(Value::Array(commands)) => commands,
            Member::Absent => Vec::new(),
            Member::Value(_) | Member::Unreadable => return Some("commands that cannot be read"),
        };
        if commands.is_empty() {
            // Without commands, only the comment identifies it.
            let is_like = self.likeness(wanted).is_some_and(|likeness| likeness != Likeness::Other);
            return (!is_like).then_some("no script");
        }
        let same = commands.len() == requested.len()
            && commands
                .iter()
                .zip(requested)
                .all(|(found, requested)| is_same_command(&found["command"], requested, strict));
        (!same).then_some("another script, file or arguments")
    }

    /// Returns the members for an error's details: identifiers and state, nothing long or secret.
    pub fn summary_json(&self, clean: &Sanitizer) -> Value {
        let mut object = Map::new();
        for name in SUMMARY_MEMBERS {
            let text = clean.text(&self.text(name));
            object.insert(
                (*name).to_owned(),
                if text.is_empty() { Value::Null } else { Value::from(text) },
            );
        }
        Value::Object(object)
    }
}

/// The members of a machine action that go into an error's details.
const SUMMARY_MEMBERS: &[&str] = &[
    "id",
    "type",
    "status",
    "machineId",
    "computerDnsName",
    "requestor",
    "requestorComment",
    "creationDateTimeUtc",
    "troubleshootInfo",
];
