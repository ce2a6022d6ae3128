//! JSON Schema 2020-12 out of a shape, written straight into text: members stay in the order of the
//! rows.

use serde_json::Value;

use super::integers::pattern;
use super::{Field, Kind, Need, Shape};
use crate::json::{object, to_text};

/// The schema of an object with these members, as JSON text.
pub fn schema_text(kind: &Kind) -> String {
    let mut schema = Schema("{".to_owned());
    schema.member("$schema", "https://json-schema.org/draft/2020-12/schema".into());
    schema.members(kind);
    schema.0 + "}"
}

/// A schema being written: text that ends within an object. Serde's way would bring code of its own
/// for every type of member.
struct Schema(String);

impl Schema {
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
            Kind::Choice(choices) => self.words(choices, any_case(choices)),
            Kind::Known(choices) => self.words(choices, "^[A-Za-z][A-Za-z0-9]{0,63}$".to_owned()),
            Kind::Boolean => self.member("type", "boolean".into()),
            Kind::Integer { min, max } => {
                self.member("type", list(&["integer", "string"]));
                self.member("minimum", (*min).into());
                self.member("maximum", (*max).into());
                self.member("pattern", pattern(*min, *max).into());
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
            Kind::Object(shape) => self.object(shape, false),
            Kind::Open(fields) => self.object(&Shape::of(fields), true),
            Kind::Groups(groups) => self.object(&Shape::of(&[]).and(groups), true),
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

    /// The values of a list, or a string of this form.
    fn words(&mut self, listed: &[&str], pattern: String) {
        self.member("type", "string".into());
        let either =
            vec![object(&mut [("enum", list(listed))]), object(&mut [("pattern", pattern.into())])];
        self.member("anyOf", Value::Array(either));
    }

    fn object(&mut self, shape: &Shape, open: bool) {
        self.member("type", "object".into());
        self.name("properties");
        self.0.push('{');
        for field in shape.fields() {
            self.property(field);
        }
        if let Some((alias, name)) = shape.alias
            && let Some(field) = shape.field(name)
        {
            self.alias(alias, field);
        }
        self.0.push('}');
        let alias = |name: &str| shape.alias.filter(|(_, of)| *of == name).map(|(alias, _)| alias);
        let required = shape
            .fields()
            .filter(|field| matches!(field.need, Need::Required))
            .map(|field| field.name);
        let (either, required): (Vec<&str>, Vec<&str>) =
            required.partition(|name| alias(name).is_some());
        if !required.is_empty() {
            self.member("required", list(&required));
        }
        if let [name] = &*either {
            self.member(
                "anyOf",
                [Some(*name), alias(name)].into_iter().flatten().map(needed).collect(),
            );
        }
        if !shape.one_of.is_empty() {
            let one_of = shape.one_of.iter().map(|name| match alias(name) {
                Some(alias) => {
                    object(&mut [("anyOf", Value::Array(vec![needed(name), needed(alias)]))])
                }
                None => needed(name),
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
        match field.need {
            Need::Text(text) => self.member("default", (*text).into()),
            Need::Number(number) => self.member("default", (*number).into()),
            Need::Required | Need::Optional => {}
        }
        self.0.push('}');
    }

    /// A member under its other name.
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

/// The member of that name must be there.
fn needed(name: &str) -> Value {
    object(&mut [("required", list(&[name]))])
}

/// Any of these words, whatever the case of their letters, as a regular expression (ECMA-262 has no
/// flags inside).
fn any_case(choices: &[&str]) -> String {
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
