//! What a live response command left: a script's transcript as JSON, text, or any file.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/get-live-response-result>. The service's own sample holds raw line
//! breaks inside a JSON string, so the reading is lenient; the machine may be hostile, so nothing in it is believed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::json::to_text;

/// The result as JSON text: `{script_name, exit_code, script_output, script_errors}`, else `{text}`, else `{base64}`.
pub fn script_result(body: &[u8]) -> String {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let Ok(text) = std::str::from_utf8(body) else {
        return to_text(&json!({ "base64": STANDARD.encode(body) }));
    };
    match transcript(text) {
        Some(transcript) => to_text(&transcript),
        None => to_text(&json!({ "text": text })),
    }
}

fn transcript(text: &str) -> Option<Value> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\0');
    let value = serde_json::from_str(text).or_else(|_| serde_json::from_str(&escape_controls(text)));
    let value: Value = value.ok()?;
    let known = ["script_name", "script_output", "script_errors", "exit_code"];
    let is_transcript = value.as_object().is_some_and(|members| known.iter().any(|name| members.contains_key(*name)));
    is_transcript.then_some(value)
}

/// The same text with raw control characters inside strings escaped (RFC 8259 §7).
fn escape_controls(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 64);
    let (mut in_string, mut after_backslash) = (false, false);
    for c in text.chars() {
        if in_string && c < ' ' {
            escaped += &format!("\\u{:04x}", c as u32);
            after_backslash = false;
            continue;
        }
        match c {
            '"' if !after_backslash => in_string = !in_string,
            _ => {}
        }
        after_backslash = in_string && c == '\\' && !after_backslash;
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &[u8]) -> Value {
        serde_json::from_str(&script_result(body)).unwrap()
    }

    #[test]
    fn transcripts_are_read_leniently() {
        let strict = br#"{"script_name":"a.ps1","exit_code":0,"script_output":"x\n","script_errors":"","more":1}"#;
        assert_eq!(read(strict)["script_output"], "x\n");
        assert_eq!(read(strict)["more"], 1);
        let raw = b"\xef\xbb\xbf{\"script_name\":\"a.ps1\",\"exit_code\":3,\"script_output\":\"say \\\"hi\\\"\nC:\\\\x\t\x00\",\"script_errors\":\"\"}\n";
        assert_eq!(read(raw)["script_output"], "say \"hi\"\nC:\\x\t\0");
        assert_eq!(read(raw)["exit_code"], 3);
    }

    #[test]
    fn everything_else_is_text_or_base64() {
        assert_eq!(read(b"plain \x1b[0m text"), json!({ "text": "plain \u{1b}[0m text" }));
        assert_eq!(read(b"[1,2]"), json!({ "text": "[1,2]" }));
        assert_eq!(read(b"{\"a\":1}"), json!({ "text": "{\"a\":1}" }));
        assert_eq!(read(b""), json!({ "text": "" }));
        assert_eq!(read(&[0x1f, 0x8b, 0xff]), json!({ "base64": "H4v/" }));
    }
}
