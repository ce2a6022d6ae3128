//! JSON in which no object has a member twice: readers differ in which of the two counts, and what
//! is checked must be what is meant.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Parses JSON text; gives the value, and the JSON Pointer (RFC 6901) of the first member that is
/// there twice.
///
/// # Errors
///
/// The text is not JSON.
pub(crate) fn parse(text: &str) -> Result<(Value, Option<String>), serde_json::Error> {
    let twice = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Unique { pointer: "", twice: &twice }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok((value, twice.into_inner()))
}

/// A member's name as a reference token of a JSON Pointer (RFC 6901 §3), short enough for a
/// message.
pub(crate) fn escape(name: &str) -> String {
    let short: String = name.chars().take(100).collect();
    short.replace('~', "~0").replace('/', "~1")
}

/// A value, and where it is.
struct Unique<'a> {
    pointer: &'a str,
    twice: &'a RefCell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for Unique<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unique<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        loop {
            let pointer = format!("{}/{}", self.pointer, items.len());
            match seq.next_element_seed(Unique { pointer: &pointer, twice: self.twice })? {
                Some(item) => items.push(item),
                None => return Ok(Value::Array(items)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let pointer = format!("{}/{}", self.pointer, escape(&name));
            let value = map.next_value_seed(Unique { pointer: &pointer, twice: self.twice })?;
            if members.insert(name, value).is_some() {
                self.twice.borrow_mut().get_or_insert(pointer);
            }
        }
        Ok(Value::Object(members))
    }
}
