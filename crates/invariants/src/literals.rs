//! Checks the escaping of texts in URLs.

use defender_connector::request::{encode_query, encode_segment, quoted};

/// Checks a text as a path segment, in a query and as an OData literal: it must not escape its
/// place.
pub fn literals(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    assert!(!encode_segment(&text).contains(['/', '?', '#', '&', '=', ' ', '\'', '\\']));
    assert!(!encode_query(&text).contains(['?', '#', '&', '=', ' ', '\'', '+']));
    let literal = quoted(&text);
    let inner = &literal[1..literal.len() - 1];
    assert_eq!(inner.replace("''", ""), inner.replace('\'', ""), "quotes come in pairs: {literal}");
}
