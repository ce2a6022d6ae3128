//! Parses the output of a live response command: a script's transcript as JSON, text, or any file.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/get-live-response-result>. The
//! service's own sample contains raw line breaks inside a JSON string, so the parser is lenient;
//! the machine may be hostile, so the content is not trusted.

use base64ct::{Base64, Encoding};
use serde_json::{Map, Value};

use super::Members;
use super::sanitize::is_hidden;
use crate::json::object;

/// Returns `{script_name, exit_code, script_output, script_errors}`, else `{text}`, else
/// `{base64}`.
///
/// Text for display loses whatever could manipulate a terminal, and the transcript's own first
/// line; if that changes anything, `raw` has the original.
pub fn script_result(body: &[u8]) -> Value {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let text = std::str::from_utf8(body).ok().filter(|text| looks_like_text(text));
    let mut result = match text {
        None => return object(&mut [("base64", Value::from(Base64::encode_string(body)))]),
        Some(text) => match transcript(text) {
            Some(transcript) => transcript,
            None => {
                let mut result = Map::new();
                result.insert("text".to_owned(), Value::from(text));
                result
            }
        },
    };
    let mut raw = Map::new();
    for name in ["script_output", "script_errors", "text"] {
        let Some(Value::String(text)) = result.get_mut(name) else { continue };
        let displayed = sanitize_output(text);
        if displayed != *text {
            raw.insert(name.to_owned(), Value::from(std::mem::replace(text, displayed)));
        }
    }
    if !raw.is_empty() {
        result.insert("raw".to_owned(), Value::Object(raw));
    }
    Value::Object(result)
}

/// The first words of a PowerShell transcript.
const PREAMBLE: &str = "Transcript started, output file is ";

/// Sanitises text for a terminal; tabs and line breaks stay.
fn sanitize_output(text: &str) -> String {
    let text = match text.strip_prefix(PREAMBLE) {
        Some(rest) => rest.split_once('\n').map_or("", |(_, rest)| rest),
        None => text,
    };
    let mut displayed = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let stays = match c {
            '\n' | '\t' => true,
            '\r' => rest.as_str().starts_with('\n'),
            c => !is_hidden(c),
        };
        if stays {
            displayed.push(c);
        }
    }
    displayed
}

/// Whether the data looks like text. JSON needs six characters for a control character, and many of
/// them would exhaust a host's memory.
fn looks_like_text(text: &str) -> bool {
    let controls =
        text.bytes().filter(|b| *b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r')).count();
    controls <= text.len() / 8
}

fn transcript(text: &str) -> Option<Map<String, Value>> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\0');
    parse_transcript(text).or_else(|| parse_transcript(&escape_controls(text)))
}

/// Parses the plain members of a transcript. Nested values do not come from a script, and could
/// exhaust memory.
fn parse_transcript(text: &str) -> Option<Map<String, Value>> {
    let members = Members::parse_text(text)?;
    let known = ["script_name", "script_output", "script_errors", "exit_code"];
    members.plain().filter(|plain| known.iter().any(|name| plain.contains_key(*name)))
}

/// Escapes raw control characters inside strings (RFC 8259 §7).
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
        script_result(body)
    }

    #[test]
    fn transcripts_are_read_leniently() {
        let strict = br#"{"script_name":"a.ps1","exit_code":0,"script_output":"x\n","script_errors":"","more":1}"#;
        assert_eq!(read(strict)["script_output"], "x\n");
        assert_eq!(read(strict)["more"], 1);
        let raw = b"\xef\xbb\xbf{\"script_name\":\"a.ps1\",\"exit_code\":3,\"script_output\":\"say \\\"hi\\\"\nC:\\\\x\t\x00\",\"script_errors\":\"\"}\n";
        assert_eq!(read(raw)["script_output"], "say \"hi\"\nC:\\x\t");
        assert_eq!(read(raw)["raw"], json!({ "script_output": "say \"hi\"\nC:\\x\t\0" }));
        assert_eq!(read(raw)["exit_code"], 3);
    }

    #[test]
    fn texts_are_made_fit_to_show_and_kept_as_they_came() {
        let output =
            "Transcript started, output file is C:\\x.txt\r\nred \u{1b}[31mtext\r\na\rb\u{202e}";
        let body = json!({
            "script_name": "a", "exit_code": 0, "script_output": output,
            "script_errors": "fine\r\n"
        });
        let result = read(body.to_string().as_bytes());
        assert_eq!(result["script_output"], "red [31mtext\r\nab");
        assert_eq!(result["raw"], json!({ "script_output": output }));
        assert_eq!(result["script_errors"], "fine\r\n");
    }

    #[test]
    fn everything_else_is_text_or_base64() {
        assert_eq!(
            read(b"plain \x1b[0m text"),
            json!({ "text": "plain [0m text", "raw": { "text": "plain \u{1b}[0m text" } })
        );
        assert_eq!(read(b"[1,2]"), json!({ "text": "[1,2]" }));
        assert_eq!(read(b"{\"a\":1}"), json!({ "text": "{\"a\":1}" }));
        assert_eq!(read(b""), json!({ "text": "" }));
        assert_eq!(read(&[1, 2, 3]), json!({ "base64": "AQID" }));
        assert_eq!(read(&[0x1f, 0x8b, 0xff]), json!({ "base64": "H4v/" }));
    }
}
