//! The members of a JSON object in their order, values as the text they were: what is not understood passes through untouched.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::json::to_text;

/// Most members that an object may have. The service's own have a few dozen; a hostile machine's could fill the memory.
const MAX_MEMBERS: usize = 10_000;

/// The members of a JSON object.
#[derive(Debug)]
pub struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    /// Reads the body of an answer; `None` if it isn't a JSON object.
    pub fn parse(body: &'a [u8]) -> Option<Self> {
        Self::parse_text(std::str::from_utf8(body).ok()?)
    }

    /// Reads a JSON object; `None` if it isn't one.
    pub fn parse_text(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The JSON text of a member.
    pub fn raw(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.get())
    }

    /// The JSON text of a member, as often as it is there.
    pub fn every(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.get())
    }

    /// The JSON text of a member that is there once: of two, readers take one or the other.
    pub fn once(&self, name: &str) -> Option<&'a str> {
        let mut every = self.every(name);
        every.next().filter(|_| every.next().is_none())
    }

    /// A member of any type that serde knows; `None` if it is missing or of another type.
    pub fn get<T: serde::Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    /// The members that are neither lists nor objects.
    pub fn plain(&self) -> Map<String, Value> {
        let mut plain = Map::new();
        for (name, value) in self.0.iter().filter(|(_, value)| !value.get().starts_with(['[', '{'])) {
            if let Ok(value) = serde_json::from_str(value.get()) {
                plain.insert(name.to_string(), value);
            }
        }
        plain
    }

    /// The whole number in a member; `None` if it is missing or something else.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.raw(name)?.parse().ok()
    }

    /// The texts in a list; none if it is missing or something else.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let values: Vec<Value> = self.get(name).unwrap_or_default();
        let text = |value: Value| match value {
            Value::String(text) => Some(text),
            _ => None,
        };
        values.into_iter().filter_map(text).collect()
    }

    /// The text of a member; `None` if it is missing, no string, or empty.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get::<String>(name).filter(|text| !text.is_empty())
    }

    /// Whether a member is this text, letter case aside.
    pub fn is(&self, name: &str, text: &str) -> bool {
        self.text(name).is_some_and(|found| found.eq_ignore_ascii_case(text))
    }

    /// The same members, without those of these names and with these values at the end, as JSON text.
    pub fn with<T: Serialize>(&self, values: &[(&str, T)]) -> String {
        to_text(&Extended { members: self, values })
    }
}

struct Extended<'a, T> {
    members: &'a Members<'a>,
    values: &'a [(&'a str, T)],
}

impl<T: Serialize> Serialize for Extended<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.members.0 {
            if !self.values.iter().any(|(taken, _)| taken == name) {
                map.serialize_entry(name, value)?;
            }
        }
        for (name, value) in self.values {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
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

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(NameVisitor)
    }
}
