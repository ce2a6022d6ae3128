//! JSON that `serde_json` refuses though it is well formed: lone surrogates, numbers past the range
//! of a double, deep nesting.
//!
//! A service's record may hold any of them, and what is known of the rest must not be lost with it.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::members::Members;
use super::string::string;

/// Deeper values are kept as text. serde_json's own limit is 128.
const MAX_DEPTH: usize = 100;

/// The document. A lone surrogate becomes U+FFFD; a number that no double can hold and what is
/// nested too deeply become their text. None if the text isn't JSON at all.
pub(crate) fn parse(text: &str) -> Option<Value> {
    let text = text.trim_start_matches('\u{feff}');
    serde_json::from_str(text)
        .ok()
        .or_else(|| Some(value(serde_json::from_str::<&RawValue>(text).ok()?.get(), 0)))
}

/// The list that the member `results` holds: as it is, or as text, which is how the connector
/// passes on what it could not parse itself. The text is that of the list, or of the object around
/// it.
pub(crate) fn results_of(value: &Value) -> Option<Vec<Value>> {
    match &value["results"] {
        Value::Array(list) => Some(list.clone()),
        Value::String(text) => match parse(text)? {
            Value::Array(list) => Some(list),
            Value::Object(mut outer) => {
                outer.remove("results").as_ref().and_then(Value::as_array).cloned()
            }
            _ => None,
        },
        _ => None,
    }
}

fn value(json: &str, depth: usize) -> Value {
    let as_text = || Value::from(json);
    match json.as_bytes().first() {
        Some(b'{') if depth < MAX_DEPTH => Members::of(json).map_or_else(as_text, |members| {
            let members =
                members.0.into_iter().map(|(name, member)| (name, value(member.get(), depth + 1)));
            Value::Object(members.collect::<Map<_, _>>())
        }),
        Some(b'[') if depth < MAX_DEPTH => serde_json::from_str::<Vec<&RawValue>>(json)
            .map_or_else(
                |_| as_text(),
                |list| list.into_iter().map(|item| value(item.get(), depth + 1)).collect(),
            ),
        Some(b'"') => string(json).map_or_else(as_text, Value::String),
        Some(b'{' | b'[') => as_text(),
        _ => serde_json::from_str(json).unwrap_or_else(|_| as_text()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_known_is_not_lost_with_what_cannot_be_decoded() {
        let text =
            r#"{"a":"x\ud83d","n":1e400,"\udc00":[1,"\ud83d\ude00\\ud83d\ud83d\n"],"z":null}"#;
        let want = json!({
            "a": "x\u{fffd}", "n": "1e400", "\u{fffd}": [1, "😀\\ud83d\u{fffd}\n"], "z": null
        });
        assert_eq!(parse(text), Some(want));
        assert_eq!(parse("\u{feff}{}"), Some(json!({})));
        for none in ["", "{", "x", "{} {}"] {
            assert_eq!(parse(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_nested_too_deeply_is_text() {
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        let read = parse(&format!(r#"{{"id":"a","deep":{deep}}}"#)).expect("JSON");
        assert_eq!(read["id"], "a");
        assert!(read.to_string().contains("[[["), "{read}");
        assert_eq!(read.to_string().matches('[').count(), 500);
    }

    #[test]
    fn results_may_come_as_their_text_or_as_that_of_the_object_around_them() {
        let list = Some(vec![json!("\u{fffd}")]);
        assert_eq!(results_of(&json!({ "results": ["\u{fffd}"] })), list);
        assert_eq!(results_of(&json!({ "results": r#"["\ud83d"]"# })), list);
        assert_eq!(results_of(&json!({ "results": r#"{"results":["\ud83d"]}"# })), list);
        for none in [json!({ "results": "x" }), json!({ "results": "{}" }), json!({}), Value::Null]
        {
            assert_eq!(results_of(&none), None, "{none}");
        }
    }
}
