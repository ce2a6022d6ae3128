//! Generates parameters that match an action's schema, with a given text in every place that
//! accepts it.

use defender_connector::actions::Action;
use defender_connector::schema::{Kind, ObjectSchema, Presence, TextRule};
use serde_json::{Map, Value};

/// A device ID.
pub(super) const DEVICE: &str = "1111111111111111111111111111111111111111";

/// Fallback values: one of these fits wherever the text does not.
const HARMLESS: &[&str] = &[
    "x",
    DEVICE,
    "2026-11-20T08:00:00Z",
    "10.0.0.1",
    "2222222222222222222222222222222222222222222222222222222222222222",
    "eA==",
    "https://a.example/",
    "a.example",
    "P7D",
];

/// A source of choices, read from bytes; zeros after their end.
pub(super) struct Choices<'a>(pub(super) &'a [u8]);

impl Choices<'_> {
    fn of(&mut self, count: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first) % count.max(1)
    }
}

/// Generates parameters with this text in as many places as there are choices for.
pub(super) fn fill(action: &Action, text: &str, choices: &mut Choices<'_>) -> Value {
    members(action.params, text, choices)
}

fn members(schema: &ObjectSchema, text: &str, choices: &mut Choices<'_>) -> Value {
    let one = (!schema.one_of.is_empty()).then(|| schema.one_of[choices.of(schema.one_of.len())]);
    let mut object = Map::new();
    for field in schema.fields() {
        let is_wanted = match one {
            Some(one) if schema.one_of.contains(&field.name) => field.name == one,
            _ => matches!(field.presence, Presence::Required) || choices.of(2) == 1,
        };
        if is_wanted {
            object.insert(field.name.to_owned(), value(field.kind, text, choices));
        }
    }
    Value::Object(object)
}

fn value(kind: &Kind, text: &str, choices: &mut Choices<'_>) -> Value {
    match kind {
        Kind::Text(rule) | Kind::Label(rule) => {
            let mut texts = std::iter::once(text).chain(HARMLESS.iter().copied());
            Value::from(texts.find(|text| fits(rule, text)).unwrap_or_default())
        }
        Kind::Choice(names) | Kind::Known(names) => Value::from(names[choices.of(names.len())]),
        Kind::Boolean => Value::from(choices.of(2) == 1),
        Kind::Integer { min, max } => Value::from((min + 9).min(*max)),
        Kind::Number => Value::from(7.5),
        Kind::List { of, min, .. } => {
            let count = (*min).max(1) + choices.of(2);
            (0..count).map(|_| value(of, text, choices)).collect()
        }
        Kind::Object(schema) => members(schema, text, choices),
        Kind::Open(_) | Kind::Groups(_) => Value::Object(Map::new()),
        Kind::Either(kinds) => value(&kinds[choices.of(kinds.len())], text, choices),
        Kind::Nullable(kind) => value(kind, text, choices),
        Kind::AnyText | Kind::Any => Value::from(text),
    }
}

fn fits(rule: &TextRule, text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= rule.max && (rule.check)(text)
}
