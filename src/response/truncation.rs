//! Detects incomplete lists. An incomplete list proves nothing about records that it lacks.

use super::lenient;
use super::{List, Member, Members};

/// The link to the next page, as OData 3, 4 and 4.01 spell it; case is ignored.
const NEXT: &[&str] = &["@odata.nextLink", "odata.nextLink", "@nextLink", "nextLink"];

/// The total number of records, likewise.
const COUNT: &[&str] = &["@odata.count", "odata.count", "@count", "count"];

/// Whether a collection that was limited to `max` records is, or may be, incomplete.
pub fn is_truncated(body: &[u8], max: usize) -> bool {
    List::parse(body).is_none_or(|list| {
        list.records.len() >= max || list.has_more_than(list.records.len() as u64)
    })
}

/// Returns the link to the next page.
pub fn next_link(members: &Members<'_>) -> Member<String> {
    let mut links =
        NEXT.iter().flat_map(|name| members.every(name)).filter(|raw| !is_null_or_empty(raw));
    match (links.next(), links.next()) {
        (None, _) => Member::Absent,
        (Some(raw), None) => lenient::text(raw).map_or(Member::Unreadable, Member::Value),
        (Some(_), Some(_)) => Member::Unreadable,
    }
}

/// Whether a value is `null` or empty.
fn is_null_or_empty(raw: &str) -> bool {
    matches!(raw, "null" | "\"\"")
}

/// What a page says about the whole list.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageInfo {
    pub(super) count: Member<u64>,
    pub(super) has_next: bool,
}

impl PageInfo {
    pub(super) const NOTHING: Self = Self { count: Member::Absent, has_next: false };

    /// Takes over a member if it is about the whole list.
    pub(super) fn take(&mut self, name: &str, raw: &str) {
        let is = |names: &[&str]| {
            !is_null_or_empty(raw) && names.iter().any(|other| other.eq_ignore_ascii_case(name))
        };
        if is(NEXT) {
            self.has_next = true;
        } else if is(COUNT) {
            let count = raw.trim_matches('"').parse().map_or(Member::Unreadable, Member::Value);
            // If two counts differ, neither is used.
            self.count = if matches!(self.count, Member::Absent) || self.count == count {
                count
            } else {
                Member::Unreadable
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_may_go_on_is_cut() {
        for (rest, cut) in [
            ("", false),
            (r#","@odata.context":"x","@odata.nextLink":null,"@odata.count":1"#, false),
            (r#","@odata.nextLink":"","@odata.count":null"#, false),
            (r#","@odata.count":"1""#, false),
            (r#","@odata.nextLink":"https://x.example/?$skip=1""#, true),
            (r#","@nextLink":"?$skip=1""#, true),
            (r#","odata.nextLink":"\ud83d""#, true),
            (r#","@odata.count":2"#, true),
            (r#","@odata.count":"2""#, true),
            (r#","@odata.count":1e3"#, true),
            (r#","@odata.count":1,"@odata.count":1"#, false),
            (r#","@odata.count":1,"@count":2"#, true),
            (r#","@odata.count":-1"#, true),
            (r#","@OData.NextLink":"?$skip=1""#, true),
        ] {
            assert_eq!(
                is_truncated(format!(r#"{{"value":[{{"id":"a"}}]{rest}}}"#).as_bytes(), 2),
                cut,
                "{rest}"
            );
        }
        assert!(is_truncated(br#"{"value":[1,2]}"#, 2) && !is_truncated(br#"{"value":[1,2]}"#, 3));
        assert!(
            is_truncated(b"[]", 2) && is_truncated(br#"{"value":{}}"#, 2) && is_truncated(b"{}", 2)
        );
    }
}
