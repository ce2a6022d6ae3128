//! Records, collections and pages: checked as far as needed, passed through untouched.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::members::Name;
use super::truncation::Said;
use super::{Member, Members};
use crate::schema::Input;

/// What is wrong with a body that is no collection: completes "The answer …".
pub const NO_COLLECTION: &str = "is not a JSON object with a list `value`";

/// A body without the mark (U+FEFF) that some servers and gateways put in front of UTF-8. One that
/// holds nothing else stays as it is.
pub fn without_mark(mut body: Vec<u8>) -> Vec<u8> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    if body.len() > MARK.len() && body.starts_with(MARK) {
        body.drain(..MARK.len());
    }
    body
}

/// One record with an `id`, as it came. `None` if it isn't one.
pub fn record(body: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(body).ok()?;
    Members::parse_text(&text)?.text("id")?;
    Some(text)
}

/// Whether a record is about what was named: its member has that value, or is missing.
pub fn is_about(record: &str, member: &str, named: &str) -> bool {
    let Some(record) = Members::parse_text(record) else { return false };
    record.text(member).is_none_or(|found| found.eq_ignore_ascii_case(named))
}

/// One object, as it came. `None` if it isn't one.
pub fn object(body: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(body).ok()?;
    Members::parse_text(&text)?;
    Some(text)
}

/// A collection, as it came. `None` if it isn't one.
pub fn collection(body: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(body).ok()?;
    is_list(&Members::parse_text(&text)?).then_some(text)
}

/// The records of a collection, as they came. `None` if the body isn't one.
pub fn values(body: &[u8]) -> Option<Vec<&RawValue>> {
    Some(List::of(body)?.records)
}

/// The `id` of a record. Where it comes first, as in the service's own, the others are not looked
/// at.
pub fn id_of(record: &str) -> Option<String> {
    let first = record.strip_prefix("{\"id\":\"").and_then(|rest| rest.split_once('"'));
    match first {
        Some((id, _)) if !id.is_empty() && !id.contains('\\') => Some(id.to_owned()),
        _ => Members::parse_text(record)?.text("id"),
    }
}

/// A page of a collection: the service's members untouched, and `page`, `pageSize` and `total`; and
/// how many records it has, if that is fewer than were asked for although there are more. `None` if
/// it isn't one.
pub fn page(body: &[u8], params: &Input) -> Option<(String, Option<usize>)> {
    let (members, list) = (Members::parse(body)?, List::of(body)?);
    let (page, size) = (params.integer("page")?, params.integer("pageSize")?);
    let given = list.records.len() as u64;
    let had = (page - 1) * size + given;
    // A count is wrong if it is below what was received, or if the link to the next page
    // contradicts it.
    let fits = |count: &u64| given == 0 || *count > had || (*count == had && !list.said.goes_on);
    let total = list.said.count.value().filter(fits).and_then(|count| i64::try_from(count).ok());
    let is_short = given < size && list.has_more_than(had);
    Some((
        members.with(&numbers(params, total.unwrap_or(-1))),
        is_short.then_some(list.records.len()),
    ))
}

/// The page of a list that the service calls not found because it is empty.
pub fn empty_page(params: &Input) -> String {
    // Behind the first page it says nothing of how many there are.
    let total = if params.integer("page") == Some(1) { 0 } else { -1 };
    Members::parse(br#"{"value":[]}"#)
        .map(|members| members.with(&numbers(params, total)))
        .unwrap_or_default()
}

fn is_list(members: &Members<'_>) -> bool {
    members.raw("value").is_some_and(|raw| raw.starts_with('['))
}

fn numbers(params: &Input, total: i64) -> [(&'static str, Value); 3] {
    // Whatever does not fit into 63 bits is no number of a page.
    let number = |name: &str| {
        Value::from(params.integer(name).filter(|n| i64::try_from(*n).is_ok()).unwrap_or_default())
    };
    [("page", number("page")), ("pageSize", number("pageSize")), ("total", Value::from(total))]
}

/// A collection read in one go: of its other members nothing is kept but what they say of the
/// whole.
pub struct List<'a> {
    /// The records, as they came.
    pub records: Vec<&'a RawValue>,
    said: Said,
}

impl<'a> List<'a> {
    /// Reads the body of an answer; `None` if it isn't a collection.
    pub fn of(body: &'a [u8]) -> Option<Self> {
        serde_json::from_str(std::str::from_utf8(body).ok()?).ok()
    }

    /// How many records there are in all, by the service.
    pub fn count(&self) -> Member<u64> {
        self.said.count
    }

    /// Whether there is a link to a next page.
    pub fn goes_on(&self) -> bool {
        self.said.goes_on
    }

    /// Whether there are, or may be, more than `had` records.
    pub fn has_more_than(&self, had: u64) -> bool {
        self.said.goes_on
            || match self.said.count {
                Member::Absent => false,
                Member::Value(count) => count > had,
                // A number that can't be read may be any.
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
        let (mut records, mut said) = (None, Said::NOTHING);
        while let Some(name) = map.next_key::<Name<'de>>()? {
            match name.0.eq_ignore_ascii_case("value") {
                // Either of two lists may be the one that is meant.
                true if records.is_some() => return Err(A::Error::duplicate_field("value")),
                true => records = Some(map.next_value()?),
                false => said.take(&name.0, map.next_value::<&RawValue>()?.get()),
            }
        }
        let records = records.ok_or_else(|| A::Error::missing_field("value"))?;
        Ok(List { records, said })
    }
}
