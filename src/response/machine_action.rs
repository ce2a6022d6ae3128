//! Machine actions as the service gives them, and whether one is the one that was asked for.
//!
//! The service may answer a second request with the action of the first, with somebody else's
//! comment or script in it. Taking that for ours would report as done what nobody did.

use serde_json::{Map, Value};

use super::date::{instant, timestamp};
use super::{Likeness, Member, Members, Sanitizer, likeness, values};
use crate::digest::is_digest_of;
use crate::json::to_text;
use crate::outcome::State;
use crate::shape::SEGMENT;

/// A machine action as the service gave it.
#[derive(Clone, Debug)]
pub struct Record {
    /// The record, untouched.
    pub text: String,
    /// Its identifier.
    pub id: String,
    /// Its state.
    pub state: State,
}

/// What a machine action must be to be the one that was asked for.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// The service's name for this type of action.
    pub kind: &'static str,
    /// Device ID of the machine.
    pub machine: &'a str,
    /// The request's body.
    pub body: &'a Value,
}

impl Wanted<'_> {
    /// The comment of the request.
    pub fn comment(&self) -> &str {
        self.body["Comment"].as_str().unwrap_or_default()
    }
}

impl Record {
    /// The machine action that a request is answered with; `None` if the text isn't one. One
    /// without a type and a machine is not: a trace with an `id` and a `status` looks like that.
    pub fn of(text: String) -> Option<Self> {
        Self::listed(text).filter(|record| record.is_machine_action() && record.has_status())
    }

    /// Whether it says how far it is.
    pub fn has_status(&self) -> bool {
        !self.text("status").is_empty()
    }

    /// Whether it says what is done, and to which machine.
    pub fn is_machine_action(&self) -> bool {
        ["type", "machineId"].iter().all(|name| !self.text(name).is_empty())
    }

    /// One that was written down: identifier, type, machine and state.
    pub(crate) fn stored(text: String) -> Option<Self> {
        Self::listed(text)
    }

    /// A machine action of a list: of a state that isn't known if it has none that can be read.
    fn listed(text: String) -> Option<Self> {
        let members = Members::parse_text(&text)?;
        // It goes into paths.
        let id = members.text("id").filter(|id| (SEGMENT.check)(id))?;
        let status = members.text("status").unwrap_or_default();
        Some(Self { text, id, state: State::from_status(&status) })
    }

    /// The machine actions in a collection; `None` if the body isn't one.
    pub fn list(body: &[u8]) -> Option<Vec<Self>> {
        values(body)?.iter().map(|raw| Self::listed(raw.get().to_owned())).collect()
    }

    /// A member that is text, for showing; empty if it is missing or unreadable.
    pub fn text(&self, name: &str) -> String {
        self.read_text(name).value().unwrap_or_default()
    }

    /// A member for showing, `null` if it is missing or unreadable.
    pub fn value(&self, name: &str) -> Value {
        self.read_value(name).value().unwrap_or_default()
    }

    /// A member that is text, for deciding.
    pub fn read_text(&self, name: &str) -> Member<String> {
        self.members().map_or(Member::Unreadable, |members| members.read_text(name))
    }

    /// A member of any type, for deciding.
    pub fn read_value(&self, name: &str) -> Member<Value> {
        self.members().map_or(Member::Unreadable, |members| members.read_value(name))
    }

    fn members(&self) -> Option<Members<'_>> {
        Members::parse_text(&self.text)
    }

    /// Whether a member is this text, letter case aside.
    pub fn is(&self, name: &str, text: &str) -> bool {
        self.text(name).eq_ignore_ascii_case(text)
    }

    /// Whether a member may be this text: it is, or it is unreadable.
    pub fn may_be(&self, name: &str, text: &str) -> bool {
        match self.read_text(name) {
            Member::Value(found) => found.is_empty() || found.eq_ignore_ascii_case(text),
            Member::Absent | Member::Unreadable => true,
        }
    }

    /// When it was asked for: Unix time in seconds.
    pub fn created(&self) -> Option<u64> {
        timestamp(&self.text("creationDateTimeUtc"))
    }

    /// When it was cancelled: Unix time in seconds.
    pub fn cancelled(&self) -> Option<u64> {
        timestamp(&self.text("cancellationDateTimeUtc"))
    }

    /// When it last changed: Unix time in seconds. The service's pages spell the member in two
    /// ways.
    pub fn changed(&self) -> Option<u64> {
        let last = timestamp(&self.text("lastUpdateDateTimeUtc"));
        last.or_else(|| timestamp(&self.text("lastUpdateTimeUtc"))).or(self.created())
    }

    /// When it last changed and when it was asked for, as exactly as the service says it.
    pub fn instants(&self) -> [Option<(u64, u32)>; 2] {
        let at = |name: &str| instant(&self.text(name));
        let created = at("creationDateTimeUtc");
        [at("lastUpdateDateTimeUtc").or_else(|| at("lastUpdateTimeUtc")).or(created), created]
    }

    /// How it differs from the one that was asked for, by any caller. What the answer to our own
    /// request does not say is no difference; a record that was there before must say it
    /// (`strict`). What it says in an unreadable form is a difference.
    pub fn difference(&self, wanted: &Wanted<'_>, strict: bool) -> Option<&'static str> {
        let differs = |name: &str, wanted: &str| self.differs(name, wanted, strict);
        if differs("type", wanted.kind) {
            return Some("another type of action");
        }
        if differs("machineId", wanted.machine) {
            return Some("another machine");
        }
        let asked = |name: &str| wanted.body[name].as_str();
        if asked("IsolationType").or(asked("ScanType")).is_some_and(|scope| differs("scope", scope))
        {
            return Some("another scope");
        }
        if asked("Sha1").is_some_and(|wanted| self.is_other_file(wanted, strict)) {
            return Some("another file");
        }
        self.other_commands(wanted, strict)
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

    /// How far it carries the comment of the request; `None` if it carries none, or a mask without
    /// a letter. An unreadable one is another.
    pub fn likeness(&self, wanted: &Wanted<'_>) -> Option<Likeness> {
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

    fn other_commands(&self, wanted: &Wanted<'_>, strict: bool) -> Option<&'static str> {
        let asked = wanted.body["Commands"].as_array()?;
        let commands = match self.read_value("commands") {
            Member::Value(Value::Array(commands)) => commands,
            Member::Absent => Vec::new(),
            Member::Value(_) | Member::Unreadable => return Some("commands that cannot be read"),
        };
        if commands.is_empty() {
            // Without a command only the comment can tell whose it is.
            let is_like = self.likeness(wanted).is_some_and(|likeness| likeness != Likeness::Other);
            return (!is_like).then_some("no script");
        }
        let same = commands.len() == asked.len()
            && commands
                .iter()
                .zip(asked)
                .all(|(found, asked)| is_same(&found["command"], asked, strict));
        (!same).then_some("another script, file or arguments")
    }

    /// What of it goes into an error's details: identifiers and state, nothing that could be long
    /// or secret.
    pub fn shown(&self, clean: &Sanitizer) -> Value {
        let mut object = Map::new();
        for name in SHOWN {
            let text = clean.text(&self.text(name));
            object.insert(
                (*name).to_owned(),
                if text.is_empty() { Value::Null } else { Value::from(text) },
            );
        }
        Value::Object(object)
    }
}

/// Whether two commands have the same type, and no parameter of another value.
fn is_same(found: &Value, wanted: &Value, strict: bool) -> bool {
    let kind = match &found["type"] {
        Value::Null => !strict,
        kind => as_text(kind).eq_ignore_ascii_case(&as_text(&wanted["type"])),
    };
    let same = |key: &str| {
        let (found, wanted) = (parameters(found, key), parameters(wanted, key));
        // Without its arguments a script does something else.
        let may_lack = !strict && key != "Args";
        let is_digest =
            |(found, wanted): (&String, &String)| found == wanted || is_digest_of(wanted, found);
        let is_equal = found.len() == wanted.len() && found.iter().zip(&wanted).all(is_digest);
        (found.is_empty() && (may_lack || wanted.is_empty())) || (!found.is_empty() && is_equal)
    };
    kind && ["ScriptName", "FileName", "Path", "Args"].into_iter().all(same)
}

/// What a command has for a parameter; several values if it has it several times. An empty one
/// counts as none.
fn parameters(command: &Value, key: &str) -> Vec<String> {
    let mut values = Vec::new();
    let Value::Array(pairs) = &command["params"] else { return values };
    for pair in pairs {
        let text = as_text(&pair["value"]);
        if !text.is_empty()
            && pair["key"].as_str().is_some_and(|found| found.eq_ignore_ascii_case(key))
        {
            values.push(text);
        }
    }
    values
}

/// A text, or what stands for it: numbers are texts that the service has read.
fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => to_text(other),
    }
}

/// Members of a machine action that go into an error's details.
const SHOWN: &[&str] = &[
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
