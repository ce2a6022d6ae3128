//! Which columns a table shows: those that the action's schema names, as far as the screen is wide.

use crate::json::{Members, cell, find};

/// Where a schema names no columns, of the many members of a record so many are shown.
const FEW: usize = 8;

/// Cells longer than this are broken rather than that a column is left out for them.
const LONG: usize = 50;

/// Blanks after a column.
const GAP: usize = 2;

/// The columns for these records, most important first: those of the schema, or else the flat
/// members in the order in which they are first seen.
pub(super) fn columns(schema: &str, records: &[Members<'_>]) -> Vec<String> {
    let in_schema =
        |list| find(schema, &["properties", list, "items", "properties"]).and_then(Members::of);
    let named = ["value", "results"].into_iter().find_map(in_schema).unwrap_or_default();
    let is_there = |name: &String| records.iter().any(|record| record.get(name).is_some());
    let columns: Vec<String> = named.0.into_iter().map(|(name, _)| name).filter(is_there).collect();
    if !columns.is_empty() {
        return columns;
    }
    let mut columns: Vec<String> = Vec::new();
    for (name, value) in records.iter().flat_map(|record| &record.0) {
        let flat = !value.get().starts_with(['{', '[']);
        if flat && !columns.contains(name) && columns.len() < FEW {
            columns.push(name.clone());
        }
    }
    columns
}

/// As many of the first columns as fit into the width, and at least two.
pub(super) fn fitting(columns: &[String], records: &[Members<'_>], width: Option<usize>) -> usize {
    let Some(width) = width else { return columns.len() };
    let mut used = 0;
    for (n, name) in columns.iter().enumerate() {
        let cells = records
            .iter()
            .filter_map(|record| record.get(name))
            .map(|value| cell(value).chars().count());
        used += cells.chain([name.chars().count()]).max().unwrap_or_default().min(LONG) + GAP;
        if n >= 2 && used > width {
            return n;
        }
    }
    columns.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r#"{"properties":{"value":{"items":{"properties":{"id":{},"zone":{},"area":{},"missing":{}}}}}}"#;

    #[test]
    fn the_schema_s_columns_come_in_its_order_and_else_what_is_flat() {
        let records = [
            r#"{"area":"b","other":1,"id":"a","zone":"c"}"#,
            r#"{"nested":{},"list":[],"late":2}"#,
        ];
        let records: Vec<Members<'_>> =
            records.iter().filter_map(|json| Members::of(json)).collect();
        assert_eq!(columns(SCHEMA, &records), ["id", "zone", "area"]);
        assert_eq!(columns("true", &records), ["area", "other", "id", "zone", "late"]);
    }

    #[test]
    fn columns_that_the_screen_has_no_room_for_are_left_out() {
        let record =
            format!(r#"{{"id":"{}","zone":"c","area":"{}"}}"#, "a".repeat(40), "b".repeat(30));
        let records = [Members::of(&record).expect("an object")];
        let names = columns(SCHEMA, &records);
        assert_eq!(fitting(&names, &records, Some(79)), 2);
        assert_eq!(fitting(&names, &records, Some(10)), 2);
        assert_eq!(fitting(&names, &records, Some(80)), 3);
        assert_eq!(fitting(&names, &records, None), 3);
    }
}
