//! What a live response command left: a script's transcript as JSON, text, or any file.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/get-live-response-result>. The service's own sample holds raw line
//! breaks inside a JSON string, so the reading is lenient; the machine may be hostile, so nothing in it is believed.

use base64ct::{Base64, Encoding};
use serde_json::Value;

use super::Members;
use crate::json::{object, to_text};

/// The result as JSON text: `{script_name, exit_code, script_output, script_errors}`, else `{text}`, else `{base64}`.
///
/// A transcript is checked and passed on as it came: nothing of it is built up in memory a second time.
pub fn script_result(body: &[u8]) -> String {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let text = std::str::from_utf8(body).ok().filter(|text| is_text(text));
    match text {
        None => to_text(&object(&mut [("base64", Value::from(Base64::encode_string(body)))])),
        Some(text) => transcript(text).unwrap_or_else(|| to_text(&object(&mut [("text", Value::from(text))]))),
    }
}

/// Whether it is text by its look. One control character takes six in JSON, so that many of them would burst a host's memory.
fn is_text(text: &str) -> bool {
    let controls = text.bytes().filter(|b| *b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r')).count();
    controls <= text.len() / 8
}

fn transcript(text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\0');
    if is_transcript(text) {
        return Some(text.to_owned());
    }
    Some(escape_controls(text)).filter(|escaped| is_transcript(escaped))
}

fn is_transcript(text: &str) -> bool {
    let known = ["script_name", "script_output", "script_errors", "exit_code"];
    Members::parse_text(text).is_some_and(|members| known.iter().any(|name| members.raw(name).is_some()))
}

/// The same text with raw control characters inside strings escaped (RFC 8259 §7).
fn escape_controls(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    let (mut in_string, mut after_backslash) = (false, false);
    for c in text.chars() {
        if in_string && c < ' ' {
            let code = c as usize;
            escaped.push_str("\\u00");
            escaped.push(char::from(HEX[code >> 4]));
            escaped.push(char::from(HEX[code & 15]));
            after_backslash = false;
            continue;
        }
        if c == '"' && !after_backslash {
            in_string = !in_string;
        }
        after_backslash = in_string && c == '\\' && !after_backslash;
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
        assert_eq!(read(&[1, 2, 3]), json!({ "base64": "AQID" }));
        assert_eq!(read(&[0x1f, 0x8b, 0xff]), json!({ "base64": "H4v/" }));
    }
}
