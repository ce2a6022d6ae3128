//! Generates JSON Schema 2020-12 from a schema. It writes text directly, so members keep the order
//! of the rows.

use serde_json::Value;

use super::integers::range_pattern;
use super::{Field, Kind, ObjectSchema, Presence};
use crate::json::{object, to_text};

/// Returns the JSON Schema of a kind as JSON text.
pub fn schema_text(kind: &Kind) -> String {
    let mut schema = SchemaWriter("{".to_owned());
    schema.member("$schema", "https://json-schema.org/draft/2020-12/schema".into());
    schema.members(kind);
    schema.0 + "}"
}

/// A schema being written: text that ends inside an object. Serde would add code for every type of
/// member.
struct SchemaWriter(String);

impl SchemaWriter {
    fn name(&mut self, name: &str) {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
        self.0 += &to_text(&Value::from(name));
        self.0.push(':');
    }

    fn member(&mut self, name: &str, value: Value) {
        self.name(name);
        self.0 += &to_text(&value);
    }

    fn schema(&mut self, kind: &Kind) {
        self.0.push('{');
        self.members(kind);
        self.0.push('}');
    }

    fn members(&mut self, kind: &Kind) {
        match kind {
            Kind::Text(rule) | Kind::Label(rule) => {
                match kind {
                    Kind::Label(_) => {
                        self.member("type", list(&["string", "integer"]));
                        self.member("minimum", 0.into());
                        self.member("maximum", u64::MAX.into());
                    }
                    _ => self.member("type", "string".into()),
                }
                self.member("minLength", 1.into());
                self.member("maxLength", rule.max.into());
                self.member("pattern", rule.pattern.into());
                if rule.secret {
                    self.member("writeOnly", true.into());
                }
            }
            Kind::AnyText => self.member("type", "string".into()),
            Kind::Choice(choices) => self.listed_or_pattern(choices, any_case_pattern(choices)),
            Kind::Known(choices) => {
                self.listed_or_pattern(choices, "^[A-Za-z][A-Za-z0-9]{0,63}$".to_owned())
            }
            Kind::Boolean => self.member("type", "boolean".into()),
            Kind::Integer { min, max } => {
                self.member("type", list(&["integer", "string"]));
                self.member("minimum", (*min).into());
                self.member("maximum", (*max).into());
                self.member("pattern", range_pattern(*min, *max).into());
            }
            Kind::Number => self.member("type", "number".into()),
            Kind::List { of, min, max } => {
                self.member("type", "array".into());
                self.member("minItems", (*min).into());
                if *max != usize::MAX {
                    self.member("maxItems", (*max).into());
                }
                self.name("items");
                self.schema(of);
            }
            Kind::Object(schema) => self.object(schema, false),
            Kind::Open(fields) => self.object(&ObjectSchema::new(fields), true),
            Kind::Groups(groups) => self.object(&ObjectSchema::new(&[]).and(groups), true),
            Kind::Either(kinds) => {
                self.name("anyOf");
                for (n, kind) in kinds.iter().enumerate() {
                    self.0.push(if n == 0 { '[' } else { ',' });
                    self.schema(kind);
                }
                self.0.push(']');
            }
            Kind::Nullable(kind) => {
                self.name("anyOf");
                self.0.push('[');
                self.schema(kind);
                self.0 += r#",{"type":"null"}]"#;
            }
            Kind::Any => {}
        }
    }

    /// Writes a string type: one of the listed values, or one that matches the pattern.
    fn listed_or_pattern(&mut self, listed: &[&str], pattern: String) {
        self.member("type", "string".into());
        let either =
            vec![object(&mut [("enum", list(listed))]), object(&mut [("pattern", pattern.into())])];
        self.member("anyOf", Value::Array(either));
    }

    fn object(&mut self, schema: &ObjectSchema, open: bool) {
        self.member("type", "object".into());
        self.name("properties");
        self.0.push('{');
        for field in schema.fields() {
            self.property(field);
        }
        if let Some((alias, name)) = schema.alias
            && let Some(field) = schema.field(name)
        {
            self.alias(alias, field);
        }
        self.0.push('}');
        let alias = |name: &str| schema.alias.filter(|(_, of)| *of == name).map(|(alias, _)| alias);
        let required = schema
            .fields()
            .filter(|field| matches!(field.presence, Presence::Required))
            .map(|field| field.name);
        let (either, required): (Vec<&str>, Vec<&str>) =
            required.partition(|name| alias(name).is_some());
        if !required.is_empty() {
            self.member("required", list(&required));
        }
        if let [name] = &*either {
            self.member(
                "anyOf",
                [Some(*name), alias(name)].into_iter().flatten().map(requires).collect(),
            );
        }
        if !schema.one_of.is_empty() {
            let one_of = schema.one_of.iter().map(|name| match alias(name) {
                Some(alias) => {
                    object(&mut [("anyOf", Value::Array(vec![requires(name), requires(alias)]))])
                }
                None => requires(name),
            });
            self.member("oneOf", one_of.collect());
        }
        if !open {
            self.member("additionalProperties", false.into());
        }
    }

    fn property(&mut self, field: &Field) {
        self.name(field.name);
        self.0.push('{');
        self.members(field.kind);
        if !field.doc.is_empty() {
            self.member("description", field.doc.into());
        }
        match field.presence {
            Presence::DefaultText(text) => self.member("default", (*text).into()),
            Presence::DefaultNumber(number) => self.member("default", (*number).into()),
            Presence::Required | Presence::Optional => {}
        }
        self.0.push('}');
    }

    /// Writes the alias of a member.
    fn alias(&mut self, alias: &str, field: &Field) {
        self.name(alias);
        self.0.push('{');
        self.members(field.kind);
        self.member("description", format!("Other name of `{}`.", field.name).into());
        self.member("x-aliasOf", field.name.into());
        self.0.push('}');
    }
}

fn list(texts: &[&str]) -> Value {
    Value::from(texts)
}

/// A schema that requires this member.
fn requires(name: &str) -> Value {
    object(&mut [("required", list(&[name]))])
}

/// Builds a regular expression that matches these words in any case (ECMA-262 has no inline flags).
fn any_case_pattern(choices: &[&str]) -> String {
    let mut pattern = "^(".to_owned();
    for (n, choice) in choices.iter().enumerate() {
        if n > 0 {
            pattern.push('|');
        }
        for c in choice.chars() {
            match c.is_ascii_alphabetic() {
                true => {
                    pattern += &format!("[{}{}]", c.to_ascii_uppercase(), c.to_ascii_lowercase())
                }
                false => pattern.push(c),
            }
        }
    }
    pattern + ")$"
}
