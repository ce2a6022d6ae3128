//! Texts in the places of a URL.

use defender_connector::request::{encode_query, encode_segment, quoted};

/// A text as a segment of a path, in a query and as an OData literal: it stays where it is put.
pub fn literals(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    assert!(!encode_segment(&text).contains(['/', '?', '#', '&', '=', ' ', '\'', '\\']));
    assert!(!encode_query(&text).contains(['?', '#', '&', '=', ' ', '\'', '+']));
    let literal = quoted(&text);
    let inner = &literal[1..literal.len() - 1];
    assert_eq!(inner.replace("''", ""), inner.replace('\'', ""), "quotes come in pairs: {literal}");
}
