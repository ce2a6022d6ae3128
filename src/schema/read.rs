//! Reads a JSON document by its schema and reports every problem, not only the first.

use serde_json::{Map, Value};

use super::check::{check, describe, type_name};
use super::suggest::closest_match;
use super::unique::{self, escape};
use super::{ObjectSchema, Presence};
use crate::text::join;

/// What is wrong with one member.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// JSON Pointer (RFC 6901) to the member.
    pub pointer: String,
    /// What is wrong and what is allowed. Never contains a secret.
    pub problem: String,
}

impl Problem {
    /// A problem with the member at `pointer`.
    pub fn new(pointer: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), problem: problem.into() }
    }
}

/// An object that conforms to its schema: defaults filled in, numbers parsed.
#[derive(Clone, Debug, Default)]
pub struct Params(Map<String, Value>);

impl Params {
    /// The value of a member, if given.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The text of a member, if given.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// The integer in a member, if given.
    pub fn integer(&self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64()
    }

    /// The object in a member, if given; it conforms to its own schema.
    pub fn object(&self, name: &str) -> Option<Params> {
        Some(Params(self.0.get(name)?.as_object()?.clone()))
    }

    /// Whether a member is given and true.
    pub fn is(&self, name: &str) -> bool {
        self.value(name) == Some(&Value::Bool(true))
    }

    /// Returns a copy with one member replaced.
    pub fn with(&self, name: &str, value: impl Into<Value>) -> Params {
        let mut members = self.0.clone();
        members.insert(name.to_owned(), value.into());
        Params(members)
    }

    /// Returns a copy whose filters write GUIDs without quotes.
    pub fn with_bare_guids(&self) -> Params {
        self.with(BARE_GUIDS, true)
    }

    /// Whether filters write GUIDs without quotes.
    pub fn has_bare_guids(&self) -> bool {
        self.is(BARE_GUIDS)
    }

    /// All members as a value.
    pub fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }

    /// All members.
    pub(super) fn into_members(self) -> Map<String, Value> {
        self.0
    }

    /// Removes a member and returns it.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        // Rebuilds the map: `Map::remove` would add 4 KB, and nothing else here needs it.
        let mut taken = None;
        for (key, value) in std::mem::take(&mut self.0) {
            if key == name {
                taken = Some(value);
            } else {
                self.0.insert(key, value);
            }
        }
        taken
    }
}

/// Internal member that no schema has.
const BARE_GUIDS: &str = "(bare GUIDs)";

/// How many unknown members are named in the problems.
const MAX_UNKNOWN: usize = 20;

/// Parses JSON text of at most `max` bytes as an object. Empty text and `null` give an empty
/// object.
///
/// # Errors
///
/// The text is not JSON or not an object. The problem gives the position, never the content.
pub fn object_from_text(
    text: &str,
    pointer: &str,
    max: usize,
) -> Result<Map<String, Value>, Problem> {
    // Editors put a byte order mark in front of UTF-8.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    if text.len() > max {
        let found = text.len();
        return Err(Problem::new(pointer, format!("has {found} bytes; the maximum is {max}")));
    }
    match unique::parse(text) {
        Ok((_, Some(duplicate))) => {
            Err(Problem::new(format!("{pointer}{duplicate}"), "is duplicated"))
        }
        Ok((Value::Object(object), None)) => Ok(object),
        Ok((Value::Null, None)) => Ok(Map::new()),
        Ok((other, None)) => {
            let found = type_name(&other);
            Err(Problem::new(pointer, format!("is {found}; must be a JSON object")))
        }
        Err(error) => {
            // serde_json's own message may quote the content, which may be a secret; give position
            // and category only.
            let (line, column) = (error.line(), error.column());
            let problem =
                format!("is not JSON (line {line}, column {column}); must be a JSON object");
            Err(Problem::new(pointer, problem))
        }
    }
}

/// Reads an object by its schema and adds every problem to `problems`.
///
/// The result is complete only if no problem was added.
pub fn read(
    schema: &'static ObjectSchema,
    mut object: Map<String, Value>,
    pointer: &str,
    problems: &mut Vec<Problem>,
) -> Params {
    let mut members = Map::new();
    let given_as = take_alias(schema, &mut object, pointer, problems);
    let given = schema.one_of.iter().filter(|name| object.contains_key(**name)).count();
    if !schema.one_of.is_empty() && given != 1 {
        let (found, names) =
            (if given == 0 { "none" } else { "several" }, join(schema.one_of, ", "));
        problems.push(Problem::new(
            pointer,
            format!("has {found} of {names}; exactly one is required"),
        ));
    }
    for field in schema.fields() {
        // Leaves `null` behind instead of removing the member: see `Params::take`.
        let given = object.get_mut(field.name).map(Value::take);
        let at = format!(
            "{pointer}/{}",
            given_as.filter(|(_, name)| *name == field.name).map_or(field.name, |(alias, _)| alias)
        );
        match (given, &field.presence) {
            (Some(value), _) => {
                let value = check(field.kind, value, &at, problems);
                members.insert(field.name.to_owned(), value);
            }
            (None, Presence::Required) => {
                let expected = describe(field.kind);
                problems.push(Problem::new(at, format!("is missing; must be {expected}")));
            }
            (None, Presence::Optional) => {}
            (None, Presence::DefaultText(text)) => {
                members.insert(field.name.to_owned(), Value::from(**text));
            }
            (None, Presence::DefaultNumber(number)) => {
                members.insert(field.name.to_owned(), Value::from(**number));
            }
        }
    }
    let is_known = |name: &str| {
        schema.field(name).is_some() || schema.alias.is_some_and(|(alias, _)| alias == name)
    };
    for name in object.keys().filter(|name| !is_known(name)).take(MAX_UNKNOWN) {
        let known: Vec<&str> = schema.fields().map(|field| field.name).collect();
        let allowed = if known.is_empty() {
            "no members are allowed".to_owned()
        } else {
            format!("use {}", join(&known, ", "))
        };
        let at = format!("{pointer}/{}", escape(name));
        let meant = closest_match(name, &known)
            .map(|meant| format!(" (did you mean `{meant}`?)"))
            .unwrap_or_default();
        problems.push(Problem::new(at, format!("is unknown{meant}; {allowed}")));
    }
    Params(members)
}

/// Moves the value of an alias to the member's own name. Returns the alias and the name.
fn take_alias(
    schema: &ObjectSchema,
    object: &mut Map<String, Value>,
    pointer: &str,
    problems: &mut Vec<Problem>,
) -> Option<(&'static str, &'static str)> {
    let (alias, name) = schema.alias?;
    let value = object.get_mut(alias)?.take();
    match object.get(name) {
        Some(other) if *other != value => {
            let problem =
                format!("differs from `{name}`, which means the same; give only one of them");
            problems.push(Problem::new(format!("{pointer}/{alias}"), problem));
            None
        }
        Some(_) => None,
        None => {
            object.insert(name.to_owned(), value);
            Some((alias, name))
        }
    }
}
