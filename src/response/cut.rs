//! Whether a list is whole. From a part of one nothing follows about what is not in it.

use super::{Members, values};

/// The link to the next page, in the spellings of OData 3, 4 and 4.01.
const NEXT: &[&str] = &["@odata.nextLink", "@odata.nextlink", "odata.nextLink", "@nextLink", "nextLink"];

/// How many records there are in all, likewise.
const COUNT: &[&str] = &["@odata.count", "odata.count", "@count", "count"];

/// Whether there are, or may be, more records than a collection has that was asked for `most` of them.
pub fn is_cut(body: &[u8], most: usize) -> bool {
    let (Some(members), Some(records)) = (Members::parse(body), values(body)) else { return true };
    let said = |names: &[&str]| -> Option<&str> {
        names.iter().filter_map(|name| members.raw(name)).find(|raw| !matches!(*raw, "null" | "\"\""))
    };
    // A number that can't be read may be any.
    let is_more = |count: &str| count.trim_matches('"').parse().map_or(true, |count: u64| count > records.len() as u64);
    records.len() >= most || said(NEXT).is_some() || said(COUNT).is_some_and(is_more)
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
        ] {
            assert_eq!(is_cut(format!(r#"{{"value":[{{"id":"a"}}]{rest}}}"#).as_bytes(), 2), cut, "{rest}");
        }
        assert!(is_cut(br#"{"value":[1,2]}"#, 2) && !is_cut(br#"{"value":[1,2]}"#, 3));
        assert!(is_cut(b"[]", 2) && is_cut(br#"{"value":{}}"#, 2));
    }
}
