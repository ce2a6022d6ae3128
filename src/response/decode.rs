//! Decodes records, collections and pages: checks as much as needed and passes the rest through.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::members::Name;
use super::truncation::PageInfo;
use super::{Member, Members};
use crate::schema::Params;

/// The problem with a body that is not a collection; completes "The answer …".
pub const NOT_A_COLLECTION: &str = "is not a JSON object with a list `value`";

/// Removes the byte order mark (U+FEFF) that some servers and gateways put in front of UTF-8. A
/// body that contains nothing else stays as it is.
pub fn strip_bom(mut body: Vec<u8>) -> Vec<u8> {
    const BOM: &[u8] = b"\xef\xbb\xbf";
    if body.len() > BOM.len() && body.starts_with(BOM) {
        body.drain(..BOM.len());
    }
    body
}

/// Returns a record with an `id` unchanged; `None` if the body is not one.
pub fn record(body: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(body).ok()?;
    Members::parse_text(&text)?.text("id")?;
    Some(text)
}

/// Whether a record belongs to what was requested: its member has that value, or is missing.
pub fn is_for(record: &str, member: &str, named: &str) -> bool {
    let Some(record) = Members::parse_text(record) else { return false };
    record.text(member).is_none_or(|found| found.eq_ignore_ascii_case(named))
}

/// Returns an object unchanged; `None` if the body is not one.
pub fn object(body: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(body).ok()?;
    Members::parse_text(&text)?;
    Some(text)
}

/// Returns a collection unchanged; `None` if the body is not one.
pub fn collection(body: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(body).ok()?;
    is_list(&Members::parse_text(&text)?).then_some(text)
}

/// Returns the records of a collection unchanged; `None` if the body is not one.
pub fn values(body: &[u8]) -> Option<Vec<&RawValue>> {
    Some(List::parse(body)?.records)
}

/// Reads the `id` of a record. If it comes first, as in the service's own records, the rest is not
/// parsed.
pub fn peek_id(record: &str) -> Option<String> {
    let first = record.strip_prefix("{\"id\":\"").and_then(|rest| rest.split_once('"'));
    match first {
        Some((id, _)) if !id.is_empty() && !id.contains('\\') => Some(id.to_owned()),
        _ => Members::parse_text(record)?.text("id"),
    }
}

/// Returns a page of a collection: the service's members plus `page`, `pageSize` and `total`. The
/// second value is the number of records, if the page is shorter than requested although there are
/// more. `None` if the body is not a collection.
pub fn page(body: &[u8], params: &Params) -> Option<(String, Option<usize>)> {
    let (members, list) = (Members::parse(body)?, List::parse(body)?);
    let (page, size) = (params.integer("page")?, params.integer("pageSize")?);
    let given = list.records.len() as u64;
    let had = (page - 1) * size + given;
    // A count is wrong if it is lower than what was received, or if a link to a next page
    // contradicts it. Behind the end some count the list, and others the page, which is empty.
    let fits = |count: &u64| {
        (given == 0 && *count > 0) || *count > had || (*count == had && !list.page_info.has_next)
    };
    let total =
        list.page_info.count.value().filter(fits).and_then(|count| i64::try_from(count).ok());
    let is_short = given < size && list.has_more_than(had);
    Some((
        members.with(&page_members(params, total.unwrap_or(-1))),
        is_short.then_some(list.records.len()),
    ))
}

/// Returns an empty page, for a list that the service reports as not found.
pub fn empty_page(params: &Params) -> String {
    // After the first page, "not found" says nothing about the total.
    let total = if params.integer("page") == Some(1) { 0 } else { -1 };
    Members::parse(br#"{"value":[]}"#)
        .map(|members| members.with(&page_members(params, total)))
        .unwrap_or_default()
}

fn is_list(members: &Members<'_>) -> bool {
    members.raw("value").is_some_and(|raw| raw.starts_with('['))
}

fn page_members(params: &Params, total: i64) -> [(&'static str, Value); 3] {
    // Page numbers above 63 bits do not exist.
    let number = |name: &str| {
        Value::from(params.integer(name).filter(|n| i64::try_from(*n).is_ok()).unwrap_or_default())
    };
    [("page", number("page")), ("pageSize", number("pageSize")), ("total", Value::from(total))]
}

/// A collection parsed in one pass: keeps only the records and what the other members say about the
/// whole list.
pub struct List<'a> {
    /// The records, unchanged.
    pub records: Vec<&'a RawValue>,
    page_info: PageInfo,
}

impl<'a> List<'a> {
    /// Parses the body of a response; `None` if it is not a collection.
    pub fn parse(body: &'a [u8]) -> Option<Self> {
        serde_json::from_str(std::str::from_utf8(body).ok()?).ok()
    }

    /// The total number of records according to the service.
    pub fn count(&self) -> Member<u64> {
        self.page_info.count
    }

    /// Whether there is a link to a next page.
    pub fn has_next_page(&self) -> bool {
        self.page_info.has_next
    }

    /// Whether there are, or may be, more than `had` records.
    pub fn has_more_than(&self, had: u64) -> bool {
        self.page_info.has_next
            || match self.page_info.count {
                Member::Absent => false,
                Member::Value(count) => count > had,
                // An unreadable count may be any number.
                Member::Unreadable => true,
            }
    }
}

impl<'de> Deserialize<'de> for List<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ListVisitor)
    }
}

struct ListVisitor;

impl<'de> Visitor<'de> for ListVisitor {
    type Value = List<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut records, mut page_info) = (None, PageInfo::NOTHING);
        while let Some(name) = map.next_key::<Name<'de>>()? {
            match name.0.eq_ignore_ascii_case("value") {
                // Either of two lists could be the right one.
                true if records.is_some() => return Err(A::Error::duplicate_field("value")),
                true => records = Some(map.next_value()?),
                false => page_info.take(&name.0, map.next_value::<&RawValue>()?.get()),
            }
        }
        let records = records.ok_or_else(|| A::Error::missing_field("value"))?;
        Ok(List { records, page_info })
    }
}
