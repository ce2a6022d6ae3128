//! Reading a JSON document by its shape: every problem is found, not the first one only.

use serde_json::{Map, Value};

use super::{Kind, Need, Shape, TextRule};
use crate::json::to_text;

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

    /// Takes a member out.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }
}

/// Longest document. Settings and parameters are a few kilobytes.
const MAX_DOCUMENT: usize = 1024 * 1024;

/// Most unknown members that are named one by one.
const MAX_UNKNOWN: usize = 20;

const RESERVED: &str = "$serde_json::private::RawValue";

/// JSON text as an object. Empty text and `null` are an empty object.
///
/// # Errors
///
/// The text is not JSON or not an object. The problem tells the place in the text, never its content.
pub fn object_from_text(text: &str, pointer: &str) -> Result<Map<String, Value>, Problem> {
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    if text.len() > MAX_DOCUMENT {
        let found = text.len();
        return Err(Problem::new(pointer, format!("has {found} bytes, and {MAX_DOCUMENT} are the most")));
    }
    // To the parser this name means "parse the value once more", so that what is checked would not be what was given.
    if text.contains(RESERVED) {
        return Err(Problem::new(pointer, format!("holds the name {RESERVED}, which is reserved")));
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(Value::Null) => Ok(Map::new()),
        Ok(other) => {
            let found = name_of(&other);
            Err(Problem::new(pointer, format!("is {found}; must be a JSON object")))
        }
        Err(error) => {
            // serde_json's own text may quote the content, which may be a secret: place and category only.
            let (line, column) = (error.line(), error.column());
            let problem = format!("is not JSON (line {line}, column {column}); must be a JSON object");
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
    let given = shape.one_of.iter().filter(|name| object.contains_key(**name)).count();
    if !shape.one_of.is_empty() && given != 1 {
        let (found, names) = (if given == 0 { "none" } else { "several" }, shape.one_of.join(", "));
        problems.push(Problem::new(pointer, format!("has {found} of {names}; must have exactly one of them")));
    }
    for field in shape.fields() {
        let given = object.remove(field.name);
        let at = format!("{pointer}/{}", field.name);
        match (given, &field.need) {
            (Some(value), _) => {
                let value = check(&field.kind, value, &at, problems);
                members.insert(field.name.to_owned(), value);
            }
            (None, Need::Required) => {
                let words = describe(&field.kind);
                problems.push(Problem::new(at, format!("is missing; must be {words}")));
            }
            (None, Need::Optional) => {}
            (None, Need::DefaultText(text)) => {
                members.insert(field.name.to_owned(), Value::from(*text));
            }
            (None, Need::DefaultInteger(number)) => {
                members.insert(field.name.to_owned(), Value::from(*number));
            }
        }
    }
    for name in object.keys().take(MAX_UNKNOWN) {
        let known: Vec<&str> = shape.fields().map(|field| field.name).collect();
        let allowed = if known.is_empty() {
            "no members are allowed here".to_owned()
        } else {
            format!("allowed are {}", known.join(", "))
        };
        let at = format!("{pointer}/{}", escape(name));
        problems.push(Problem::new(at, format!("is not known; {allowed}")));
    }
    Input(members)
}

/// Checks one value and gives it back in normal form.
fn check(kind: &'static Kind, value: Value, at: &str, problems: &mut Vec<Problem>) -> Value {
    let mut refuse = |found: &str| {
        let words = describe(kind);
        problems.push(Problem::new(at, format!("is {found}; must be {words}")));
    };
    match (kind, &value) {
        (Kind::Text(rule), Value::String(text)) => {
            if let Some(found) = breach(rule, text) {
                refuse(&found);
            }
        }
        (Kind::Choice(choices), Value::String(text)) => {
            if !choices.contains(&text.as_str()) {
                refuse(&quoted(text));
            }
        }
        (Kind::Boolean, Value::Bool(_))
        | (Kind::Any, _)
        | (Kind::AnyText, Value::String(_))
        | (Kind::Number, Value::Number(_)) => {}
        (Kind::Nullable(_), Value::Null) => {}
        (Kind::Nullable(kind), _) => return check(kind, value, at, problems),
        (Kind::Integer { min, max } | Kind::Count { min, max, .. }, Value::Number(_)) => {
            match whole(&value).filter(|number| (min..=max).contains(&number)) {
                Some(number) => return Value::from(number),
                None => refuse(&to_text(&value)),
            }
        }
        (Kind::Count { min, max, .. }, Value::String(text)) => {
            let plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
            match text.parse().ok().filter(|number| plain && (min..=max).contains(&number)) {
                Some(number) => return Value::from(number),
                None => refuse(&quoted(text)),
            }
        }
        (Kind::List { of, min, max }, Value::Array(_)) => {
            return list(of, *min..=*max, value, at, problems);
        }
        (Kind::Object(shape), Value::Object(_)) => {
            let Value::Object(object) = value else { return value };
            return Value::Object(read(shape, object, at, problems).0);
        }
        (Kind::Open(_), Value::Object(_)) => {}
        (Kind::Either(kinds), _) => {
            // The alternative that has the value's JSON type tells best what is wrong with it.
            match kinds.iter().find(|kind| fits(kind, &value)) {
                Some(kind) => return check(kind, value, at, problems),
                None => refuse(name_of(&value)),
            }
        }
        _ => refuse(name_of(&value)),
    }
    value
}

fn list(
    of: &'static Kind,
    length: std::ops::RangeInclusive<usize>,
    value: Value,
    at: &str,
    problems: &mut Vec<Problem>,
) -> Value {
    let Value::Array(values) = value else { return value };
    if !length.contains(&values.len()) {
        let (found, min, max) = (values.len(), length.start(), length.end());
        problems.push(Problem::new(at, format!("has {found} values; must have {min} to {max}")));
    }
    if values.len() > *length.end() {
        return Value::Array(values);
    }
    let values = values.into_iter().enumerate();
    values.map(|(n, value)| check(of, value, &format!("{at}/{n}"), problems)).collect()
}

/// A whole number, also when written as `5.0`: JSON Schema counts it as an integer, and so do we.
fn whole(value: &Value) -> Option<u64> {
    // 2^53: beyond it a float no longer tells neighbouring integers apart.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    value.as_u64().or_else(|| {
        let number = value.as_f64()?;
        // In range and without fraction, so the conversion is exact.
        (number.fract() == 0.0 && (0.0..=EXACT).contains(&number)).then_some(number as u64)
    })
}

/// Whether a value has the JSON type of a kind.
fn fits(kind: &Kind, value: &Value) -> bool {
    match kind {
        Kind::Text(_) | Kind::AnyText | Kind::Choice(_) => value.is_string(),
        Kind::Boolean => value.is_boolean(),
        Kind::Integer { .. } | Kind::Number => value.is_number(),
        Kind::Count { .. } => value.is_number() || value.is_string(),
        Kind::List { .. } => value.is_array(),
        Kind::Object(_) | Kind::Open(_) => value.is_object(),
        Kind::Either(kinds) => kinds.iter().any(|kind| fits(kind, value)),
        Kind::Nullable(kind) => value.is_null() || fits(kind, value),
        Kind::Any => true,
    }
}

/// How a text breaks a rule, if it does.
fn breach(rule: &TextRule, text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("empty".to_owned());
    }
    let length = text.chars().count();
    if length > rule.max {
        let max = rule.max;
        return Some(format!("{length} characters long, and {max} are the most"));
    }
    if (rule.check)(text) {
        return None;
    }
    // What stands before an @ in a URL may be a password.
    Some(if rule.secret || text.contains('@') { "not of that form".to_owned() } else { quoted(text) })
}

/// A value in quotes, escaped and short enough for a message.
fn quoted(text: &str) -> String {
    const SHOWN: usize = 60;
    let short: String = text.chars().take(SHOWN).collect();
    let more = if text.chars().nth(SHOWN).is_some() { "…" } else { "" };
    format!("{short:?}{more}")
}

fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// What a kind allows, as words that complete "must be …".
fn describe(kind: &Kind) -> String {
    match kind {
        Kind::Text(rule) => rule.sentence.to_owned(),
        Kind::AnyText => "a string".to_owned(),
        Kind::Choice(choices) => format!("one of {}", choices.join(", ")),
        Kind::Boolean => "true or false".to_owned(),
        Kind::Integer { min, max } | Kind::Count { min, max, .. } => {
            format!("a whole number from {min} to {max}")
        }
        Kind::Number => "a number".to_owned(),
        Kind::List { of, min, max } => format!("a list of {min} to {max} values, each {}", describe(of)),
        Kind::Object(_) | Kind::Open(_) => "an object".to_owned(),
        Kind::Either(kinds) => {
            let words: Vec<String> = kinds.iter().map(describe).collect();
            words.join(", or ")
        }
        Kind::Nullable(kind) => format!("{}, or null", describe(kind)),
        Kind::Any => "any value".to_owned(),
    }
}

/// A member's name as a reference token of a JSON Pointer (RFC 6901 §3), short enough for a message.
fn escape(name: &str) -> String {
    let short: String = name.chars().take(100).collect();
    short.replace('~', "~0").replace('/', "~1")
}
