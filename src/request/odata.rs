//! The query of a list (OData 4.01, URL Conventions §5): `$filter`, `$orderby`, `$skip`, `$top`, `$count`.
//!
//! Text is quoted with quotes doubled, times and numbers are bare, so that no value can leave its literal.

use serde_json::Value;

use super::path::encode_query;
use crate::json::to_text;
use crate::shape::{Field, Input, Literal, Place, Shape};
use crate::text::join;

/// The query of a list, question mark included.
pub(super) fn query(shape: &Shape, params: &Input) -> String {
    let page = params.integer("page").unwrap_or(1);
    let size = params.integer("pageSize").unwrap_or(20);
    let mut query = format!("?$count=true&$top={size}");
    if page > 1 {
        query += &format!("&$skip={}", (page - 1) * size);
    }
    if let Some(property) = params.text("sortField") {
        let direction = params.text("sortDirection").unwrap_or("desc");
        query += &format!("&$orderby={}", encode_query(&format!("{property} {direction}")));
    }
    let clauses: Vec<String> = shape.fields().filter_map(|field| clause(field, params)).collect();
    if !clauses.is_empty() {
        query += &format!("&$filter={}", encode_query(&join(&clauses, " and ")));
    }
    query
}

fn clause(field: &Field, params: &Input) -> Option<String> {
    let Place::Filter(literal) = field.place else { return None };
    let property = field.spelling;
    let write = |value: &Value| match (value, literal) {
        (Value::String(text), Literal::Plain | Literal::Element) => quoted(text),
        (Value::String(text), Literal::Time) => text.clone(),
        (other, _) => to_text(other),
    };
    match params.value(field.name)? {
        Value::Array(values) if literal == Literal::Element => {
            let any: Vec<String> = values.iter().map(|value| format!("tag eq {}", write(value))).collect();
            Some(format!("{property}/any(tag: {})", join(&any, " or ")))
        }
        Value::Array(values) => {
            let list: Vec<String> = values.iter().map(write).collect();
            Some(format!("{property} in ({})", join(&list, ",")))
        }
        Value::Object(range) => {
            let bound = |(operator, value): (&String, &Value)| match operator.as_str() {
                "startsWith" => format!("startswith({property},{})", write(value)),
                _ => format!("{property} {operator} {}", write(value)),
            };
            let bounds: Vec<String> = range.iter().map(bound).collect();
            // A range without bounds filters nothing.
            (!bounds.is_empty()).then(|| join(&bounds, " and "))
        }
        value if literal == Literal::Element => Some(format!("{property}/any(tag: tag eq {})", write(value))),
        value => Some(format!("{property} eq {}", write(value))),
    }
}

/// A text as an OData string literal.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
