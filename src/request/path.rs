//! Builds paths: fills templates with parameters, each encoded as one segment (RFC 3986 §3.3).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::schema::Params;

/// Encodes everything except the unreserved characters (RFC 3986 §2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// As [`SEGMENT`], but leaves characters that are common in OData queries and allowed there.
const QUERY: &AsciiSet =
    &SEGMENT.remove(b'$').remove(b'(').remove(b')').remove(b',').remove(b':').remove(b'/');

/// Encodes a text as one path segment.
pub fn encode_segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// Encodes a text as a query value.
pub fn encode_query(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
}

/// Replaces every `{name}` in a template with that parameter.
pub(super) fn fill_template(template: &str, params: &Params) -> String {
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
