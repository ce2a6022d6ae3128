//! JSON Schema 2020-12 out of a shape, written straight into text: members stay in the order of the rows.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Digits, Field, Kind, Need, Shape};
use crate::json::to_text;

/// The schema of an object with these members, as JSON text.
pub fn schema_text(kind: &Kind) -> String {
    to_text(&Root(kind))
}

struct Root<'a>(&'a Kind);

impl Serialize for Root<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("$schema", "https://json-schema.org/draft/2020-12/schema")?;
        members(self.0, &mut map)?;
        map.end()
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        members(self, &mut map)?;
        map.end()
    }
}

fn members<M: SerializeMap>(kind: &Kind, map: &mut M) -> Result<(), M::Error> {
    match kind {
        Kind::Text(rule) => {
            map.serialize_entry("type", "string")?;
            map.serialize_entry("minLength", &1)?;
            map.serialize_entry("maxLength", &rule.max)?;
            map.serialize_entry("pattern", rule.pattern)?;
            if rule.secret {
                map.serialize_entry("writeOnly", &true)?;
            }
            Ok(())
        }
        Kind::AnyText => map.serialize_entry("type", "string"),
        Kind::Choice(choices) => {
            map.serialize_entry("type", "string")?;
            map.serialize_entry("enum", choices)
        }
        Kind::Boolean => map.serialize_entry("type", "boolean"),
        Kind::Integer { min, max } => {
            map.serialize_entry("type", "integer")?;
            map.serialize_entry("minimum", min)?;
            map.serialize_entry("maximum", max)
        }
        Kind::Count(Digits { min, max, pattern }) => {
            map.serialize_entry("type", &["integer", "string"])?;
            map.serialize_entry("minimum", min)?;
            map.serialize_entry("maximum", max)?;
            map.serialize_entry("pattern", pattern)
        }
        Kind::Number => map.serialize_entry("type", "number"),
        Kind::List { of, min, max } => {
            map.serialize_entry("type", "array")?;
            map.serialize_entry("minItems", min)?;
            if *max != usize::MAX {
                map.serialize_entry("maxItems", max)?;
            }
            map.serialize_entry("items", of)
        }
        Kind::Object(shape) => object(shape, false, map),
        Kind::Open(fields) => object(&Shape::of(fields), true, map),
        Kind::Groups(groups) => object(&Shape::of(&[]).and(groups), true, map),
        Kind::Either(kinds) => map.serialize_entry("anyOf", kinds),
        Kind::Nullable(kind) => map.serialize_entry("anyOf", &(kind, Null)),
        Kind::Any => Ok(()),
    }
}

fn object<M: SerializeMap>(shape: &Shape, open: bool, map: &mut M) -> Result<(), M::Error> {
    map.serialize_entry("type", "object")?;
    map.serialize_entry("properties", &Properties(shape))?;
    let required: Vec<&str> =
        shape.fields().filter(|field| matches!(field.need, Need::Required)).map(|field| field.name).collect();
    if !required.is_empty() {
        map.serialize_entry("required", &required)?;
    }
    if !shape.one_of.is_empty() {
        let one_of: Vec<OneOf> = shape.one_of.iter().map(|name| OneOf { required: [name] }).collect();
        map.serialize_entry("oneOf", &one_of)?;
    }
    if !open {
        map.serialize_entry("additionalProperties", &false)?;
    }
    Ok(())
}

/// The member of that name must be there.
struct OneOf {
    required: [&'static str; 1],
}

impl Serialize for OneOf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("required", self.required)])
    }
}

struct Properties<'a>(&'a Shape);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.fields().map(|field| (field.name, Property(field))))
    }
}

struct Property<'a>(&'a Field);

impl Serialize for Property<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        members(self.0.kind, &mut map)?;
        if !self.0.doc.is_empty() {
            map.serialize_entry("description", self.0.doc)?;
        }
        match self.0.need {
            Need::Text(text) => map.serialize_entry("default", *text)?,
            Need::Number(number) => map.serialize_entry("default", number)?,
            Need::Required | Need::Optional => {}
        }
        map.end()
    }
}

struct Null;

impl Serialize for Null {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("type", "null")])
    }
}
