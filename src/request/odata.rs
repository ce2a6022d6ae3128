//! List queries (OData 4.01, URL Conventions §5): `$filter`, `$orderby`, `$skip`, `$top`, `$count`.
//!
//! Text is quoted with quotes doubled, times and numbers are bare, so no value can escape from its
//! literal.

use serde_json::Value;

use super::path::encode_query;
use crate::json::to_text;
use crate::schema::{Field, Literal, ObjectSchema, ParamLocation, Params};
use crate::text::{is_guid, is_hex, join};

/// Internal parameter: how many records to skip, regardless of the page.
pub const SKIP: &str = "$skip";

/// Properties that hold the ID of a machine or of a job.
const IDS: [&str; 2] = ["id", "machineId"];

/// Builds the query of a list, including the question mark.
pub(super) fn list_query(schema: &ObjectSchema, params: &Params) -> String {
    let mut query = "?$count=true".to_owned();
    let size = params.integer("pageSize");
    if let Some(size) = size {
        query += &format!("&$top={size}");
    }
    let page = params.integer("page").unwrap_or(1);
    let skip = params.integer(SKIP).unwrap_or_else(|| (page - 1) * size.unwrap_or_default());
    if skip > 0 {
        query += &format!("&$skip={skip}");
    }
    if let Some(property) = params.text("sortField") {
        let direction = params.text("sortDirection").unwrap_or("desc");
        query += &format!("&$orderby={}", encode_query(&format!("{property} {direction}")));
    }
    let clauses: Vec<String> =
        schema.fields().filter_map(|field| filter_clause(field, params)).collect();
    if !clauses.is_empty() {
        query += &format!("&$filter={}", encode_query(&join(&clauses, " and ")));
    }
    query
}

fn filter_clause(field: &Field, params: &Params) -> Option<String> {
    let ParamLocation::Filter(literal) = field.location else { return None };
    let property = field.wire_name;
    let write = |value: &Value| match (value, literal) {
        (Value::String(text), Literal::Guid) if params.has_bare_guids() && is_guid(text) => {
            text.clone()
        }
        (Value::String(text), Literal::Plain) if IDS.contains(&property) => quoted_id(text),
        (Value::String(text), Literal::Plain | Literal::Element | Literal::Guid) => quoted(text),
        (Value::String(text), Literal::Time) => text.clone(),
        (other, _) => to_text(other),
    };
    match params.value(field.name)? {
        Value::Array(values) if literal == Literal::Element => {
            let any: Vec<String> =
                values.iter().map(|value| format!("tag eq {}", write(value))).collect();
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
        value if literal == Literal::Element => {
            Some(format!("{property}/any(tag: tag eq {})", write(value)))
        }
        value => Some(format!("{property} eq {}", write(value))),
    }
}

/// Whether a GUID filter of this list has a GUID for its value.
pub fn has_guid(schema: &ObjectSchema, params: &Params) -> bool {
    let mut given =
        schema.fields().filter(|field| field.location == ParamLocation::Filter(Literal::Guid));
    given.any(|field| match params.value(field.name) {
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).any(is_guid),
        value => value.and_then(Value::as_str).is_some_and(is_guid),
    })
}

/// Quotes a text as an OData string literal.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Quotes the ID of a machine or of a job. The service has both in lower case, and may compare
/// case-sensitively: an ID in capitals would find nothing.
pub fn quoted_id(id: &str) -> String {
    match is_guid(id) || (32..=64).contains(&id.len()) && is_hex(id) {
        true => quoted(&id.to_ascii_lowercase()),
        false => quoted(id),
    }
}

/// Quotes such IDs as an OData list.
pub fn quoted_ids<'v>(ids: impl Iterator<Item = &'v str>) -> String {
    let quoted: Vec<String> = ids.map(quoted_id).collect();
    join(&quoted, ",")
}

/// Quotes values as an OData list.
pub fn quoted_list<'v>(values: impl Iterator<Item = &'v str>) -> String {
    let quoted: Vec<String> = values.map(quoted).collect();
    join(&quoted, ",")
}
