//! A filter over an entity's JSON.

use std::cmp::Ordering;

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::filter::{Comparison, Filter, Function, Literal, Quantifier, Term};

impl Filter {
    /// Whether the entity matches.
    pub(crate) fn holds(&self, entity: &Value) -> bool {
        self.holds_with(entity, &Value::Null)
    }

    fn holds_with(&self, entity: &Value, item: &Value) -> bool {
        let value = |term: &Term| value(term, entity, item);
        match self {
            Self::All(filters) => filters.iter().all(|filter| filter.holds_with(entity, item)),
            Self::Any(filters) => filters.iter().any(|filter| filter.holds_with(entity, item)),
            Self::Not(filter) => !filter.holds_with(entity, item),
            Self::Compare(left, comparison, right) => is(&value(left), *comparison, &value(right)),
            Self::In(term, literals) => {
                let found = value(term);
                literals.iter().any(|literal| is(&found, Comparison::Eq, &from_literal(literal)))
            }
            Self::Function(function, text, part) => applies(*function, &value(text), &value(part)),
            Self::Items(property, quantifier, condition) => {
                let items = entity[property.name].as_array().map_or(&[][..], Vec::as_slice);
                let fits = |item: &Value| {
                    condition.as_ref().is_none_or(|filter| filter.holds_with(entity, item))
                };
                match quantifier {
                    Quantifier::Any => items.iter().any(fits),
                    Quantifier::All => items.iter().all(fits),
                }
            }
            Self::Holds(term) => value(term) == Value::Bool(true),
        }
    }
}

fn value(term: &Term, entity: &Value, item: &Value) -> Value {
    match term {
        Term::Property(property) => entity[property.name].clone(),
        Term::Item => item.clone(),
        Term::Literal(literal) => from_literal(literal),
    }
}

fn from_literal(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(value) => Value::from(*value),
        Literal::Number(value) => Value::from(*value),
        Literal::Text(value) | Literal::Guid(value) => Value::from(value.as_str()),
        Literal::Date(value) => Value::from(value.format(&Rfc3339).unwrap_or_default()),
    }
}

/// OData: `null` equals only `null`, and every order comparison with it is false.
fn is(left: &Value, comparison: Comparison, right: &Value) -> bool {
    if left.is_null() || right.is_null() {
        let both = left.is_null() && right.is_null();
        return match comparison {
            Comparison::Eq => both,
            Comparison::Ne => !both,
            _ => false,
        };
    }
    let ordering = compare(left, right);
    match comparison {
        Comparison::Eq => ordering.is_eq(),
        Comparison::Ne => ordering.is_ne(),
        Comparison::Gt => ordering.is_gt(),
        Comparison::Ge => ordering.is_ge(),
        Comparison::Lt => ordering.is_lt(),
        Comparison::Le => ordering.is_le(),
    }
}

/// Orders two values of one property: numbers by value, times by instant, texts by character,
/// `null` first.
pub(crate) fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::String(left), Value::String(right)) => match (time(left), time(right)) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => left.cmp(right),
        },
        _ => match (number(left), number(right)) {
            (Some(left), Some(right)) => left.total_cmp(&right),
            _ => left.to_string().cmp(&right.to_string()),
        },
    }
}

fn time(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok()
}

/// A number, or a text that contains one: the device group's ID occurs in both forms.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn applies(function: Function, text: &Value, part: &Value) -> bool {
    let (Some(text), Some(part)) = (text.as_str(), part.as_str()) else { return false };
    match function {
        Function::StartsWith => text.starts_with(part),
        Function::EndsWith => text.ends_with(part),
        Function::Contains => text.contains(part),
    }
}
