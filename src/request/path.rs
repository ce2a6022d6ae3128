//! Paths: templates filled with parameters, each as one encoded segment (RFC 3986 §3.3).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::schema::Input;

/// Everything but the unreserved characters (RFC 3986 §2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// As [`SEGMENT`], with the characters that OData queries are full of and that a query may hold as
/// they are.
const QUERY: &AsciiSet =
    &SEGMENT.remove(b'$').remove(b'(').remove(b')').remove(b',').remove(b':').remove(b'/');

/// A text as one segment of a path.
pub fn encode_segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// A text as a value in a query.
pub fn encode_query(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
}

/// A template with every `{name}` replaced by that parameter.
pub(super) fn fill(template: &str, params: &Input) -> String {
    let mut path = String::with_capacity(template.len() + 40);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        path += before;
        path += &encode_segment(params.text(name).unwrap_or_default());
        rest = after;
    }
    path + rest
}
