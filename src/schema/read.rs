//! Reading a JSON document by its shape: every problem is found, not the first one only.

use serde_json::{Map, Value};

use super::check::{check, describe, name_of};
use super::suggest::near;
use super::unique::{self, escape};
use super::{Need, Shape};
use crate::text::join;

/// What is wrong with one member.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// Where: a JSON Pointer (RFC 6901).
    pub pointer: String,
    /// What, and what is allowed. Never a secret's value.
    pub problem: String,
}

impl Problem {
    /// A problem at a pointer.
    pub fn new(pointer: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), problem: problem.into() }
    }
}

/// An object that conforms to its shape: defaults filled in, counts turned into numbers.
#[derive(Clone, Debug, Default)]
pub struct Input(Map<String, Value>);

impl Input {
    /// The value of a member, if it was given.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The text of a member; `None` if it was not given.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// The whole number in a member; `None` if it was not given.
    pub fn integer(&self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64()
    }

    /// The object in a member, which conforms to its own shape.
    pub fn object(&self, name: &str) -> Option<Input> {
        Some(Input(self.0.get(name)?.as_object()?.clone()))
    }

    /// Whether a member is given and true.
    pub fn is(&self, name: &str) -> bool {
        self.value(name) == Some(&Value::Bool(true))
    }

    /// The same input with another value for one member.
    pub fn with(&self, name: &str, value: impl Into<Value>) -> Input {
        let mut members = self.0.clone();
        members.insert(name.to_owned(), value.into());
        Input(members)
    }

    /// The same input, whose GUIDs stand bare in a filter.
    pub fn with_bare_guids(&self) -> Input {
        self.with(BARE_GUIDS, true)
    }

    /// Whether GUIDs stand bare in a filter.
    pub fn has_bare_guids(&self) -> bool {
        self.is(BARE_GUIDS)
    }

    /// All members, as a value.
    pub fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }

    /// All members.
    pub(super) fn into_members(self) -> Map<String, Value> {
        self.0
    }

    /// Takes a member out.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        // Rebuilt: nothing else here needs a map that members are removed from, which is 4 KB of
        // code.
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

/// A member of an input that no shape has.
const BARE_GUIDS: &str = "(bare GUIDs)";

/// Most unknown members that are named one by one.
const MAX_UNKNOWN: usize = 20;

/// JSON text of at most `most` bytes as an object. Empty text and `null` are an empty object.
///
/// # Errors
///
/// The text is not JSON or not an object. The problem tells the place in the text, never its
/// content.
pub fn object_from_text(
    text: &str,
    pointer: &str,
    most: usize,
) -> Result<Map<String, Value>, Problem> {
    // Editors put a mark in front of what they save as UTF-8.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    if text.len() > most {
        let found = text.len();
        return Err(Problem::new(pointer, format!("has {found} bytes, and {most} are the most")));
    }
    match unique::parse(text) {
        Ok((_, Some(twice))) => {
            Err(Problem::new(format!("{pointer}{twice}"), "is there twice; must be there once"))
        }
        Ok((Value::Object(object), None)) => Ok(object),
        Ok((Value::Null, None)) => Ok(Map::new()),
        Ok((other, None)) => {
            let found = name_of(&other);
            Err(Problem::new(pointer, format!("is {found}; must be a JSON object")))
        }
        Err(error) => {
            // serde_json's own text may quote the content, which may be a secret: place and
            // category only.
            let (line, column) = (error.line(), error.column());
            let problem =
                format!("is not JSON (line {line}, column {column}); must be a JSON object");
            Err(Problem::new(pointer, problem))
        }
    }
}

/// Reads an object by its shape and adds every problem found to `problems`.
///
/// The result is complete only if no problem was added.
pub fn read(
    shape: &'static Shape,
    mut object: Map<String, Value>,
    pointer: &str,
    problems: &mut Vec<Problem>,
) -> Input {
    let mut members = Map::new();
    let given_as = take_alias(shape, &mut object, pointer, problems);
    let given = shape.one_of.iter().filter(|name| object.contains_key(**name)).count();
    if !shape.one_of.is_empty() && given != 1 {
        let (found, names) =
            (if given == 0 { "none" } else { "several" }, join(shape.one_of, ", "));
        problems.push(Problem::new(
            pointer,
            format!("has {found} of {names}; must have exactly one of them"),
        ));
    }
    for field in shape.fields() {
        // Left where it was, as nothing: see `Input::take`.
        let given = object.get_mut(field.name).map(Value::take);
        let at = format!(
            "{pointer}/{}",
            given_as.filter(|(_, name)| *name == field.name).map_or(field.name, |(alias, _)| alias)
        );
        match (given, &field.need) {
            (Some(value), _) => {
                let value = check(field.kind, value, &at, problems);
                members.insert(field.name.to_owned(), value);
            }
            (None, Need::Required) => {
                let words = describe(field.kind);
                problems.push(Problem::new(at, format!("is missing; must be {words}")));
            }
            (None, Need::Optional) => {}
            (None, Need::Text(text)) => {
                members.insert(field.name.to_owned(), Value::from(**text));
            }
            (None, Need::Number(number)) => {
                members.insert(field.name.to_owned(), Value::from(**number));
            }
        }
    }
    let is_known = |name: &str| {
        shape.field(name).is_some() || shape.alias.is_some_and(|(alias, _)| alias == name)
    };
    for name in object.keys().filter(|name| !is_known(name)).take(MAX_UNKNOWN) {
        let known: Vec<&str> = shape.fields().map(|field| field.name).collect();
        let allowed = if known.is_empty() {
            "no members are allowed here".to_owned()
        } else {
            format!("allowed are {}", join(&known, ", "))
        };
        let at = format!("{pointer}/{}", escape(name));
        let meant = near(name, &known)
            .map(|meant| format!(" (did you mean `{meant}`?)"))
            .unwrap_or_default();
        problems.push(Problem::new(at, format!("is not known{meant}; {allowed}")));
    }
    Input(members)
}

/// Puts what is given under another name under the member's own; says which name that was.
fn take_alias(
    shape: &Shape,
    object: &mut Map<String, Value>,
    pointer: &str,
    problems: &mut Vec<Problem>,
) -> Option<(&'static str, &'static str)> {
    let (alias, name) = shape.alias?;
    let value = object.get_mut(alias)?.take();
    match object.get(name) {
        Some(other) if *other != value => {
            let problem = format!(
                "is another than `{name}`, and both are names of one thing; give one of them"
            );
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
