//! Machine actions as the service gives them, and whether one is the one that was asked for.
//!
//! The service may answer a second request with the action of the first, with somebody else's comment or script in it. Taking that
//! for ours would report as done what nobody did.

use serde_json::{Map, Value};

use super::date::timestamp;
use super::{Members, Sanitizer, values};
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
    /// Device ID of the machine, or its name.
    pub machine: &'a str,
    /// The request's body.
    pub body: &'a Value,
}

impl Record {
    /// A machine action; `None` if the text isn't one.
    pub fn of(text: String) -> Option<Self> {
        Self::listed(text).filter(|record| !record.is("status", ""))
    }

    /// A machine action of a list: of a state that isn't known if it has none.
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

    /// A member that is text, or nothing.
    pub fn text(&self, name: &str) -> String {
        self.value(name).as_str().unwrap_or_default().to_owned()
    }

    /// A member, `null` if it is missing.
    pub fn value(&self, name: &str) -> Value {
        Members::parse_text(&self.text).and_then(|members| members.get(name)).unwrap_or_default()
    }

    /// Whether a member is this text, letter case aside.
    pub fn is(&self, name: &str, text: &str) -> bool {
        self.text(name).eq_ignore_ascii_case(text)
    }

    /// When it was asked for: Unix time in seconds.
    pub fn created(&self) -> Option<u64> {
        timestamp(&self.text("creationDateTimeUtc"))
    }

    /// When it last changed: Unix time in seconds. The service's pages spell the member in two ways.
    pub fn changed(&self) -> Option<u64> {
        let last = timestamp(&self.text("lastUpdateDateTimeUtc"));
        last.or_else(|| timestamp(&self.text("lastUpdateTimeUtc"))).or(self.created())
    }

    /// What tells it from the one that was asked for, whoever asked. What the answer to our own request does not say tells
    /// nothing; a record that was there before must say it (`strict`).
    pub fn difference(&self, wanted: &Wanted<'_>, strict: bool) -> Option<&'static str> {
        let differs = |found: &str, wanted: &str| match found.is_empty() {
            true => strict,
            false => !found.eq_ignore_ascii_case(wanted),
        };
        let other = |name: &str, wanted: &str| differs(&self.text(name), wanted);
        if other("type", wanted.kind) {
            return Some("another type of action");
        }
        if other("machineId", wanted.machine) && !is_name(&self.text("computerDnsName"), wanted.machine) {
            return Some("another machine");
        }
        let asked = |name: &str| wanted.body[name].as_str();
        if asked("IsolationType").or(asked("ScanType")).is_some_and(|scope| other("scope", scope)) {
            return Some("another scope");
        }
        let file = &self.value("relatedFileInfo")["fileIdentifier"];
        if asked("Sha1").is_some_and(|wanted| differs(file.as_str().unwrap_or_default(), wanted)) {
            return Some("another file");
        }
        self.other_commands(wanted, strict)
    }

    /// Whether it carries the comment of the request, perhaps trimmed or cut short by the service; nothing if it carries none.
    pub fn is_commented(&self, wanted: &Wanted<'_>) -> Option<bool> {
        let (found, ours) = (self.text("requestorComment"), wanted.body["Comment"].as_str().unwrap_or_default());
        let (found, ours) = (found.trim(), ours.trim());
        (!found.is_empty()).then(|| found == ours || (found.len() >= CUT && ours.starts_with(found)))
    }

    fn other_commands(&self, wanted: &Wanted<'_>, strict: bool) -> Option<&'static str> {
        let asked = wanted.body["Commands"].as_array()?;
        let commands = self.value("commands");
        let commands = commands.as_array().map(Vec::as_slice).unwrap_or_default();
        if commands.is_empty() {
            // Without a command only the comment can tell whose it is.
            return (self.is_commented(wanted) != Some(true)).then_some("no script");
        }
        let same = commands.len() == asked.len()
            && commands.iter().zip(asked).all(|(found, asked)| is_same(&found["command"], asked, strict));
        (!same).then_some("another script, file or arguments")
    }

    /// What of it goes into an error's details: identifiers and state, nothing that could be long or secret.
    pub fn shown(&self, clean: &Sanitizer) -> Value {
        let mut object = Map::new();
        for name in SHOWN {
            let text = clean.text(&self.text(name));
            object.insert((*name).to_owned(), if text.is_empty() { Value::Null } else { Value::from(text) });
        }
        Value::Object(object)
    }
}

/// Whether two commands have the same type, and no parameter of another value.
fn is_same(found: &Value, wanted: &Value, strict: bool) -> bool {
    let value = |command: &Value, key: &str| {
        let mut list = command["params"].as_array()?.iter();
        let pair = list.find(|pair| pair["key"].as_str().is_some_and(|found| found.eq_ignore_ascii_case(key)))?;
        Some(pair["value"].as_str()?.to_owned())
    };
    let differs = |key: &&str| match value(found, key) {
        Some(text) => value(wanted, key) != Some(text),
        None => strict && value(wanted, key).is_some(),
    };
    found["type"].as_str().map_or(!strict, |kind| Some(kind) == wanted["type"].as_str())
        && !["ScriptName", "FileName", "Path"].iter().any(differs)
        && value(found, "Args").unwrap_or_default() == value(wanted, "Args").unwrap_or_default()
}

/// Whether a machine of this full name is meant by a name that may be the host part of it.
pub fn is_name(full: &str, given: &str) -> bool {
    let host = full.split('.').next().unwrap_or_default();
    full.eq_ignore_ascii_case(given) || host.eq_ignore_ascii_case(given)
}

/// A comment of so many bytes may be one that the service has cut short; a shorter one is another one.
const CUT: usize = 200;

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
