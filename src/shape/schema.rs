//! JSON Schema 2020-12 out of a shape, written straight into text: members stay in the order of the rows.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::digits::pattern;
use super::{Field, Kind, Need, Shape};
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
        Kind::Text(rule) | Kind::Label(rule) => {
            match kind {
                Kind::Label(_) => {
                    map.serialize_entry("type", &["string", "integer"])?;
                    map.serialize_entry("minimum", &0)?;
                    map.serialize_entry("maximum", &u64::MAX)?;
                }
                _ => map.serialize_entry("type", "string")?,
            }
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
            map.serialize_entry("anyOf", &(Listed { listed: choices }, Matching { pattern: any_case(choices) }))
        }
        Kind::Known(choices) => {
            let pattern = "^[A-Za-z][A-Za-z0-9]{0,63}$".to_owned();
            map.serialize_entry("type", "string")?;
            map.serialize_entry("anyOf", &(Listed { listed: choices }, Matching { pattern }))
        }
        Kind::Boolean => map.serialize_entry("type", "boolean"),
        Kind::Integer { min, max } => {
            map.serialize_entry("type", &["integer", "string"])?;
            map.serialize_entry("minimum", min)?;
            map.serialize_entry("maximum", max)?;
            map.serialize_entry("pattern", &pattern(*min, *max))
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
    let alias = |name: &str| shape.alias.filter(|(_, of)| *of == name).map(|(alias, _)| alias);
    let required = shape.fields().filter(|field| matches!(field.need, Need::Required)).map(|field| field.name);
    let (either, required): (Vec<&str>, Vec<&str>) = required.partition(|name| alias(name).is_some());
    if !required.is_empty() {
        map.serialize_entry("required", &required)?;
    }
    if let [name] = &*either {
        map.serialize_entry("anyOf", &Needed { name, alias: alias(name) }.each())?;
    }
    if !shape.one_of.is_empty() {
        let one_of: Vec<Needed> = shape.one_of.iter().map(|name| Needed { name, alias: alias(name) }).collect();
        map.serialize_entry("oneOf", &one_of)?;
    }
    if !open {
        map.serialize_entry("additionalProperties", &false)?;
    }
    Ok(())
}

/// The values of a closed list.
struct Listed {
    listed: &'static [&'static str],
}

impl Serialize for Listed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("enum", self.listed)])
    }
}

/// A string of this form.
struct Matching {
    pattern: String,
}

impl Serialize for Matching {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("pattern", &self.pattern)])
    }
}

/// Any of these words, whatever the case of their letters, as a regular expression (ECMA-262 has no flags inside).
fn any_case(choices: &[&str]) -> String {
    let mut pattern = "^(".to_owned();
    for (n, choice) in choices.iter().enumerate() {
        if n > 0 {
            pattern.push('|');
        }
        for c in choice.chars() {
            match c.is_ascii_alphabetic() {
                true => pattern += &format!("[{}{}]", c.to_ascii_uppercase(), c.to_ascii_lowercase()),
                false => pattern.push(c),
            }
        }
    }
    pattern + ")$"
}

/// The member of that name must be there, or that of its other name.
struct Needed {
    name: &'static str,
    alias: Option<&'static str>,
}

impl Needed {
    fn each(&self) -> Vec<Needed> {
        let of = |name| Needed { name, alias: None };
        [Some(of(self.name)), self.alias.map(of)].into_iter().flatten().collect()
    }
}

impl Serialize for Needed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.alias {
            Some(_) => serializer.collect_map([("anyOf", self.each())]),
            None => serializer.collect_map([("required", [self.name])]),
        }
    }
}

struct Properties<'a>(&'a Shape);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for field in self.0.fields() {
            map.serialize_entry(field.name, &Property(field))?;
        }
        if let Some((alias, name)) = self.0.alias
            && let Some(field) = self.0.field(name)
        {
            map.serialize_entry(alias, &Alias(field))?;
        }
        map.end()
    }
}

/// A member under its other name.
struct Alias<'a>(&'a Field);

impl Serialize for Alias<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        members(self.0.kind, &mut map)?;
        map.serialize_entry("description", &format!("Other name of `{}`.", self.0.name))?;
        map.serialize_entry("x-aliasOf", self.0.name)?;
        map.end()
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
