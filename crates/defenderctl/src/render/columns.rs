//! Which columns a table shows: those that the action's schema names, as far as the screen is wide.

use super::headings::heading;
use crate::json::{Members, find};
use crate::table::is_prose;

/// How many members of a record are shown where a schema names no columns.
const FEW: usize = 8;

/// Prose is broken into lines as narrow as this before a column is left out.
const NARROWEST: usize = 18;

/// The identifier of a record.
const ID: &str = "id";

/// The columns that are read first.
const FIRST: [&str; 21] = [
    "computerDnsName",
    "indicatorValue",
    "title",
    "displayName",
    "name",
    "fileName",
    "type",
    "indicatorType",
    "action",
    "severity",
    "alertCreationTime",
    "createdDateTime",
    "status",
    "state",
    "alerts",
    "healthStatus",
    "lastSeen",
    "onboardingStatus",
    "creationDateTimeUtc",
    "expirationTime",
    "requestorComment",
];

/// Blanks after a column.
const GAP: usize = 2;

/// The columns for these records, most important first: those of the schema, or else the flat
/// members.
pub(super) fn columns(schema: &str, records: &[Members<'_>]) -> Vec<String> {
    let in_schema =
        |list| find(schema, &["properties", list, "items", "properties"]).and_then(Members::of);
    let named = ["value", "results"].into_iter().find_map(in_schema).unwrap_or_default();
    let is_there = |name: &String| records.iter().any(|record| record.get(name).is_some());
    let mut columns: Vec<String> =
        named.0.into_iter().map(|(name, _)| name).filter(is_there).collect();
    if !columns.is_empty() {
        // Which machine it is about is what is asked first, whether a schema names it or not.
        let machine = FIRST[0].to_owned();
        columns.extend(Some(machine).filter(|name| is_there(name) && !columns.contains(name)));
        return sorted_by_use(columns);
    }
    let mut columns: Vec<String> = Vec::new();
    for (name, value) in records.iter().flat_map(|record| &record.0) {
        let flat = !value.get().starts_with(['{', '[']);
        if flat && !columns.contains(name) && columns.len() < FEW {
            columns.push(name.clone());
        }
    }
    sorted_by_use(columns)
}

/// By use: which machine or thing, what and in which state, when. An identifier comes last, and the
/// others stay where they are.
fn sorted_by_use(mut columns: Vec<String>) -> Vec<String> {
    let middle = FIRST.len();
    columns.sort_by_key(|name| match FIRST.iter().position(|first| first == name) {
        Some(place) => place,
        None if name == ID => middle + 2,
        None if name.ends_with("Id") => middle + 1,
        None => middle,
    });
    columns
}

/// The columns that fit into the width: as many of the first as there is room for, and at least
/// one, and the identifier, which the next command needs.
pub(super) fn fitting(
    columns: &[String],
    width: Option<usize>,
    cells: impl Fn(&str) -> Vec<String>,
) -> Vec<String> {
    // The last column ends with the line.
    let Some(width) = width.map(|width| width + GAP) else { return columns.to_vec() };
    let width_of = |name: &String| {
        let cells = cells(name);
        let longest = cells.iter().map(|cell| cell.chars().count()).max().unwrap_or_default();
        let is_prose = cells.iter().any(|cell| is_prose(cell));
        let needed = if is_prose { longest.min(NARROWEST) } else { longest };
        needed.max(heading(name).chars().count()) + GAP
    };
    let id = columns.last().filter(|name| *name == ID);
    let others = &columns[..columns.len() - id.iter().count()];
    let mut used: usize = id.iter().map(|name| width_of(name)).sum();
    let mut shown = Vec::new();
    for name in others {
        used += width_of(name);
        if used > width && !shown.is_empty() {
            break;
        }
        shown.push(name.clone());
    }
    shown.extend(id.cloned());
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r#"{"properties":{"value":{"items":{"properties":{"id":{},"zone":{},"area":{},"missing":{}}}}}}"#;

    #[test]
    fn columns_are_those_of_the_schema_by_use_or_what_is_flat() {
        let records = [
            r#"{"area":"b","other":1,"id":"a","zone":"c","computerDnsName":"ws"}"#,
            r#"{"nested":{},"list":[],"late":2}"#,
        ];
        let records: Vec<Members<'_>> =
            records.iter().filter_map(|json| Members::of(json)).collect();
        assert_eq!(columns(SCHEMA, &records), ["computerDnsName", "zone", "area", "id"]);
        assert_eq!(
            columns("true", &records),
            ["computerDnsName", "area", "other", "zone", "late", "id"]
        );
        let names = ["id", "type", "machineId", "requestor", "status", "computerDnsName"];
        assert_eq!(
            sorted_by_use(names.map(str::to_owned).to_vec()),
            ["computerDnsName", "type", "status", "requestor", "machineId", "id"]
        );
    }

    #[test]
    fn the_first_columns_and_the_identifier_stay_on_a_narrow_screen() {
        let names = ["computerDnsName", "title", "area", "id"].map(str::to_owned);
        let cells = |name: &str| {
            vec![match name {
                "computerDnsName" => "ws".to_owned(),
                "title" => "a few words ".repeat(10),
                "area" => "b".repeat(30),
                _ => "a".repeat(40),
            }]
        };
        let shown = |width| fitting(&names, width, cells);
        for narrow in [10, 68] {
            assert_eq!(shown(Some(narrow)), ["computerDnsName", "id"], "{narrow}");
        }
        // A title is broken into lines; the others are not.
        assert_eq!(shown(Some(69)), ["computerDnsName", "title", "id"]);
        assert_eq!(shown(Some(101)), names);
        assert_eq!(shown(None), names);
    }
}
