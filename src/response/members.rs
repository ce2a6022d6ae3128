//! The members of a JSON object in their order, with values as raw text: whatever is not understood
//! passes through unchanged.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::lenient;
use crate::json::to_text;

/// Maximum number of members of an object. The service's own have a few dozen; a hostile machine's
/// could exhaust memory.
const MAX_MEMBERS: usize = 10_000;

/// The members of a JSON object.
#[derive(Debug)]
pub struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// The value of a member.
///
/// For decisions, an unreadable member is not treated as missing: a missing list of failures and an
/// unreadable one mean opposite things.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Member<T> {
    /// It is missing, or `null`.
    Absent,
    /// It has a readable value.
    Value(T),
    /// It exists but cannot be read: it is duplicated, of another type, or nested too deep.
    Unreadable,
}

impl<T> Member<T> {
    /// The value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Unreadable => None,
        }
    }
}

impl<'a> Members<'a> {
    /// Parses the body of a response; `None` if it is not a JSON object.
    pub fn parse(body: &'a [u8]) -> Option<Self> {
        Self::parse_text(std::str::from_utf8(body).ok()?)
    }

    /// Parses a JSON object; `None` if the text is not one.
    pub fn parse_text(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The JSON text of a member, including `null`; `None` if it is missing or duplicated.
    pub fn raw(&self, name: &str) -> Option<&'a str> {
        self.sole(name).value()
    }

    /// The JSON text of a member.
    pub fn member(&self, name: &str) -> Member<&'a str> {
        match self.sole(name) {
            Member::Value("null") => Member::Absent,
            member => member,
        }
    }

    /// A string member. An unpaired surrogate becomes U+FFFD; a number counts as text.
    pub fn read_text(&self, name: &str) -> Member<String> {
        match self.member(name) {
            Member::Absent => Member::Absent,
            Member::Value(raw) => lenient::text(raw).map_or(Member::Unreadable, Member::Value),
            Member::Unreadable => Member::Unreadable,
        }
    }

    /// A member of any type, as lenient as [`read_text`](Self::read_text).
    pub fn read_value(&self, name: &str) -> Member<Value> {
        match self.member(name) {
            Member::Absent => Member::Absent,
            Member::Value(raw) => lenient::value(raw).map_or(Member::Unreadable, Member::Value),
            Member::Unreadable => Member::Unreadable,
        }
    }

    /// A member of a type that serde can parse; `None` if it is missing or of another type.
    pub fn get<T: serde::Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    /// The members that are neither lists nor objects; `None` if one of them is duplicated.
    pub fn plain(&self) -> Option<Map<String, Value>> {
        let mut plain = Map::new();
        for (name, value) in self.0.iter().filter(|(_, value)| !value.get().starts_with(['[', '{']))
        {
            if plain.insert(name.to_string(), lenient::value(value.get())?).is_some() {
                return None;
            }
        }
        Some(plain)
    }

    /// A non-negative integer; `None` if it is missing or something else.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.raw(name)?.parse().ok()
    }

    /// The strings in a list; empty if it is missing or something else.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let Member::Value(Value::Array(values)) = self.read_value(name) else { return Vec::new() };
        let text = |value: Value| match value {
            Value::String(text) => Some(text),
            _ => None,
        };
        values.into_iter().filter_map(text).collect()
    }

    /// A string member; `None` if it is missing, unreadable, or empty.
    pub fn text(&self, name: &str) -> Option<String> {
        self.read_text(name).value().filter(|text| !text.is_empty())
    }

    /// Whether a member equals this text, ignoring case.
    pub fn is(&self, name: &str, text: &str) -> bool {
        self.text(name).is_some_and(|found| found.eq_ignore_ascii_case(text))
    }

    /// Names and JSON texts of all members, in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.0.iter().map(|(name, value)| (&**name, value.get()))
    }

    /// The JSON texts of all members of this name. Parsers differ in whether names are
    /// case-sensitive, so case is ignored here.
    pub fn every(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, raw)| raw)
    }

    fn sole(&self, name: &str) -> Member<&'a str> {
        let mut named = self.every(name);
        match (named.next(), named.next()) {
            (None, _) => Member::Absent,
            (Some(raw), None) => Member::Value(raw),
            (Some(_), Some(_)) => Member::Unreadable,
        }
    }

    /// Returns the object as JSON text, with these members replaced or appended at the end.
    pub fn with(&self, values: &[(&str, Value)]) -> String {
        let mut text = String::new();
        for (name, raw) in
            self.iter().filter(|(name, _)| !values.iter().any(|(taken, _)| taken == name))
        {
            append(&mut text, name, raw);
        }
        for (name, value) in values {
            append(&mut text, name, &to_text(value));
        }
        format!("{{{text}}}")
    }
}

fn append(members: &mut String, name: &str, raw: &str) {
    if !members.is_empty() {
        members.push(',');
    }
    *members += &to_text(&Value::from(name));
    members.push(':');
    *members += raw;
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(entry) = map.next_entry::<Name<'de>, &'de RawValue>()? {
            if members.len() == MAX_MEMBERS {
                return Err(A::Error::custom("too many members"));
            }
            members.push((entry.0.0, entry.1));
        }
        Ok(Members(members))
    }
}

/// A member's name, borrowed if it contains no escapes.
pub(super) struct Name<'a>(pub(super) Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_bytes<E>(self, name: &'de [u8]) -> Result<Self::Value, E> {
                Ok(Name(String::from_utf8_lossy(name)))
            }

            fn visit_bytes<E>(self, name: &[u8]) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(lenient::from_bytes(name))))
            }
        }
        // As bytes: a name may contain an unpaired surrogate, which a `str` cannot.
        deserializer.deserialize_bytes(NameVisitor)
    }
}
