//! Records, collections and pages: checked as far as needed, passed through untouched.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Members;
use super::members::Name;
use crate::shape::Input;

/// What is wrong with a body that is no collection: completes "The answer …".
pub const NO_COLLECTION: &str = "is not a JSON object with a list `value`";

/// A body without the mark (U+FEFF) that some servers and gateways put in front of UTF-8. One that holds nothing else stays as it is.
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

/// The records of a collection, as they came, and how many there are in all if the body says so. `None` if it isn't one.
pub fn counted(body: &[u8]) -> Option<(Vec<&RawValue>, Option<i64>)> {
    let list: List<'_> = serde_json::from_str(std::str::from_utf8(body).ok()?).ok()?;
    Some((list.values?, list.total))
}

/// The records of a collection, as they came. `None` if the body isn't one.
pub fn values(body: &[u8]) -> Option<Vec<&RawValue>> {
    Some(counted(body)?.0)
}

/// The `id` of a record. Where it comes first, as in the service's own, the others are not looked at.
pub fn id_of(record: &str) -> Option<String> {
    let first = record.strip_prefix("{\"id\":\"").and_then(|rest| rest.split_once('"'));
    match first {
        Some((id, _)) if !id.is_empty() && !id.contains('\\') => Some(id.to_owned()),
        _ => Members::parse_text(record)?.text("id"),
    }
}

/// A page of a collection: the service's members untouched, and `page`, `pageSize` and `total`. `None` if it isn't one.
pub fn page(body: &[u8], params: &Input) -> Option<String> {
    let members = Members::parse(body)?;
    is_list(&members).then_some(())?;
    let total = members.number("@odata.count").unwrap_or(-1);
    Some(members.with(&numbers(params, total)))
}

/// The page of a list that the service calls not found because it is empty.
pub fn empty_page(params: &Input) -> String {
    // Behind the first page it says nothing of how many there are.
    let total = if params.integer("page") == Some(1) { 0 } else { -1 };
    Members::parse(br#"{"value":[]}"#).map(|members| members.with(&numbers(params, total))).unwrap_or_default()
}

fn is_list(members: &Members<'_>) -> bool {
    members.raw("value").is_some_and(|raw| raw.starts_with('['))
}

fn numbers(params: &Input, total: i64) -> [(&'static str, i64); 3] {
    let number = |name: &str| params.integer(name).and_then(|n| i64::try_from(n).ok()).unwrap_or_default();
    [("page", number("page")), ("pageSize", number("pageSize")), ("total", total)]
}

/// A collection read in one go: of its other members nothing is kept.
#[derive(Default)]
struct List<'a> {
    values: Option<Vec<&'a RawValue>>,
    total: Option<i64>,
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
        let (mut list, mut counts) = (List::default(), 0);
        while let Some(name) = map.next_key::<Name<'de>>()? {
            match &*name.0 {
                // Of two lists nobody knows which one is meant.
                "value" if list.values.is_some() => return Err(A::Error::duplicate_field("value")),
                "value" => list.values = Some(map.next_value()?),
                "@odata.count" => {
                    list.total = map.next_value::<&RawValue>()?.get().parse().ok();
                    counts += 1;
                }
                _ => {
                    map.next_value::<&RawValue>()?;
                }
            }
        }
        list.total = list.total.filter(|_| counts == 1);
        Ok(list)
    }
}
