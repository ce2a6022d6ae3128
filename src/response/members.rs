//! The members of a JSON object in their order, values as the text they were: what is not
//! understood passes through untouched.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::lenient;
use crate::json::to_text;

/// Most members that an object may have. The service's own have a few dozen; a hostile machine's
/// could fill the memory.
const MAX_MEMBERS: usize = 10_000;

/// The members of a JSON object.
#[derive(Debug)]
pub struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// What a member holds.
///
/// When a decision depends on a member, an unreadable one is not treated as missing: a missing list
/// of failures and an unreadable one are opposites.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Member<T> {
    /// It is missing, or `null`.
    Absent,
    /// It has this value.
    Value(T),
    /// It is there and cannot be read: it is there twice, of another type, or nested too deep.
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
    /// Reads the body of an answer; `None` if it isn't a JSON object.
    pub fn parse(body: &'a [u8]) -> Option<Self> {
        Self::parse_text(std::str::from_utf8(body).ok()?)
    }

    /// Reads a JSON object; `None` if it isn't one.
    pub fn parse_text(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The JSON text of a member, `null` included; `None` if it is missing, or there twice.
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

    /// A member that is a text. Half a surrogate pair in it becomes U+FFFD; a number counts as its
    /// own text.
    pub fn read_text(&self, name: &str) -> Member<String> {
        match self.member(name) {
            Member::Absent => Member::Absent,
            Member::Value(raw) => lenient::text(raw).map_or(Member::Unreadable, Member::Value),
            Member::Unreadable => Member::Unreadable,
        }
    }

    /// A member of any type, read as [`read_text`](Self::read_text) reads texts.
    pub fn read_value(&self, name: &str) -> Member<Value> {
        match self.member(name) {
            Member::Absent => Member::Absent,
            Member::Value(raw) => lenient::value(raw).map_or(Member::Unreadable, Member::Value),
            Member::Unreadable => Member::Unreadable,
        }
    }

    /// A member of any type that serde knows; `None` if it is missing or of another type.
    pub fn get<T: serde::Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    /// The members that are neither lists nor objects; `None` if one of them is there twice.
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

    /// The whole number in a member, 0 or more; `None` if it is missing or something else.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.raw(name)?.parse().ok()
    }

    /// The texts in a list; none if it is missing or something else.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let Member::Value(Value::Array(values)) = self.read_value(name) else { return Vec::new() };
        let text = |value: Value| match value {
            Value::String(text) => Some(text),
            _ => None,
        };
        values.into_iter().filter_map(text).collect()
    }

    /// The text of a member; `None` if it is missing, unreadable, or empty.
    pub fn text(&self, name: &str) -> Option<String> {
        self.read_text(name).value().filter(|text| !text.is_empty())
    }

    /// Whether a member is this text, letter case aside.
    pub fn is(&self, name: &str, text: &str) -> bool {
        self.text(name).is_some_and(|found| found.eq_ignore_ascii_case(text))
    }

    /// Names and JSON texts of all members, in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.0.iter().map(|(name, value)| (&**name, value.get()))
    }

    /// The JSON texts of the members of that name. Readers differ in whether the letter case of a
    /// name counts, so that it is no difference here.
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

    /// The same members, without those of these names and with these values at the end, as JSON
    /// text.
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

/// A member's name, borrowed where it holds no escapes.
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
        // As bytes: a name may hold half a surrogate pair, which a `str` cannot.
        deserializer.deserialize_bytes(NameVisitor)
    }
}
