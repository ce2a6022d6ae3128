//! Whether a list is whole. From a part of one nothing follows about what is not in it.

use super::lenient;
use super::{List, Member, Members};

/// The link to the next page, in the spellings of OData 3, 4 and 4.01; letter case does not count.
const NEXT: &[&str] = &["@odata.nextLink", "odata.nextLink", "@nextLink", "nextLink"];

/// How many records there are in all, likewise.
const COUNT: &[&str] = &["@odata.count", "odata.count", "@count", "count"];

/// Whether there are, or may be, more records than a collection has that was asked for `most` of
/// them.
pub fn is_cut(body: &[u8], most: usize) -> bool {
    List::of(body).is_none_or(|list| {
        list.records.len() >= most || list.has_more_than(list.records.len() as u64)
    })
}

/// The link to the next page.
pub fn next_link(members: &Members<'_>) -> Member<String> {
    let mut links =
        NEXT.iter().flat_map(|name| members.every(name)).filter(|raw| !says_nothing(raw));
    match (links.next(), links.next()) {
        (None, _) => Member::Absent,
        (Some(raw), None) => lenient::text(raw).map_or(Member::Unreadable, Member::Value),
        (Some(_), Some(_)) => Member::Unreadable,
    }
}

/// Whether a member's value is as good as none.
fn says_nothing(raw: &str) -> bool {
    matches!(raw, "null" | "\"\"")
}

/// What a page of a list says of the whole, beside its records.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    pub(super) count: Member<u64>,
    pub(super) goes_on: bool,
}

impl Said {
    pub(super) const NOTHING: Self = Self { count: Member::Absent, goes_on: false };

    /// Takes a member in, whichever it is.
    pub(super) fn take(&mut self, name: &str, raw: &str) {
        let is = |names: &[&str]| {
            !says_nothing(raw) && names.iter().any(|other| other.eq_ignore_ascii_case(name))
        };
        if is(NEXT) {
            self.goes_on = true;
        } else if is(COUNT) {
            let count = raw.trim_matches('"').parse().map_or(Member::Unreadable, Member::Value);
            // If the two differ, neither counts.
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
                is_cut(format!(r#"{{"value":[{{"id":"a"}}]{rest}}}"#).as_bytes(), 2),
                cut,
                "{rest}"
            );
        }
        assert!(is_cut(br#"{"value":[1,2]}"#, 2) && !is_cut(br#"{"value":[1,2]}"#, 3));
        assert!(is_cut(b"[]", 2) && is_cut(br#"{"value":{}}"#, 2) && is_cut(b"{}", 2));
    }
}
