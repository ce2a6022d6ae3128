//! Parses JSON values that serde_json rejects although they are well formed: unpaired surrogates,
//! and numbers that do not fit into a float.
//!
//! The service truncates text anywhere, even inside an emoji, and passes a machine's own text
//! through unchecked. The syntax is already checked ([`RawValue`]); only the conversion to values
//! is done here.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::Members;
use crate::schema::parse;

/// Maximum nesting of lists and objects. The service's own records have four levels.
const MAX_DEPTH: usize = 32;

/// Parses the text of a JSON string, with U+FFFD for unpaired surrogates, or returns a number as
/// written; `None` for anything else.
pub(crate) fn text(raw: &str) -> Option<String> {
    match raw.bytes().next()? {
        b'"' => serde_json::from_str::<Text>(raw).ok().map(|text| text.0),
        b'-' | b'0'..=b'9' => Some(raw.to_owned()),
        _ => None,
    }
}

/// Parses a JSON value. A number that does not fit becomes a string; `None` if an object has
/// duplicate members or the nesting is too deep.
pub(crate) fn value(raw: &str) -> Option<Value> {
    value_at(raw, 0)
}

fn value_at(raw: &str, depth: usize) -> Option<Value> {
    if depth > MAX_DEPTH {
        return None;
    }
    Some(match raw.trim_start().bytes().next()? {
        b'"' => Value::String(text(raw.trim())?),
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(raw).ok()?;
            Value::Array(
                items.iter().map(|item| value_at(item.get(), depth + 1)).collect::<Option<_>>()?,
            )
        }
        b'{' => {
            let mut object = Map::new();
            for (name, item) in Members::parse_text(raw)?.iter() {
                if object.insert(name.to_owned(), value_at(item, depth + 1)?).is_some() {
                    return None;
                }
            }
            Value::Object(object)
        }
        _ => parse(raw).map_or_else(|_| Value::from(raw), |(value, _)| value),
    })
}

/// Decodes bytes that are UTF-8 except for unpaired surrogates, each of which becomes U+FFFD.
pub(super) fn from_bytes(bytes: &[u8]) -> String {
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len().saturating_sub(2) {
        // U+D800 to U+DFFF encoded as UTF-8, which RFC 3629 §3 forbids.
        if bytes[at] == 0xED && bytes[at + 1] >= 0xA0 {
            bytes[at..at + 3].copy_from_slice("\u{fffd}".as_bytes());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl Visitor<'_> for TextVisitor {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Text, E> {
                Ok(Text(from_bytes(bytes)))
            }
        }
        deserializer.deserialize_bytes(TextVisitor)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_serde_json_refuses_is_read() {
        for (raw, read) in [
            (r#""half \ud83d""#, Some(json!("half \u{fffd}"))),
            (r#""\ude00\ud83d\ude00""#, Some(json!("\u{fffd}\u{1f600}"))),
            (r#""\ud83dx\ud83d""#, Some(json!("\u{fffd}x\u{fffd}"))),
            ("1e400", Some(json!("1e400"))),
            (
                r#"[1e400, {"a": "\ud83d", "b\ud83d": null}]"#,
                Some(json!(["1e400", { "a": "\u{fffd}", "b\u{fffd}": null }])),
            ),
            ("true", Some(json!(true))),
            ("-0.5", Some(json!(-0.5))),
            (r#"{"a":1,"a":2}"#, None),
            (r#"[{"a":{"b":1,"b":1}}]"#, None),
        ] {
            assert_eq!(value(raw), read, "{raw}");
        }
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(value(&nested(MAX_DEPTH)).is_some());
        assert!(value(&nested(MAX_DEPTH + 2)).is_none());
        assert!(value(&nested(5000)).is_none());
    }
}
