//! Where a single parameter's text comes from: the command line, a file, or stdin.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::failure::Failure;
use crate::file::without_mark;

/// How much is read where the schema sets no limit.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// The pattern of what is written in Base64.
const BASE64: &str = "^[A-Za-z0-9+/=]+$";

/// The text itself, or with `@FILE` the file's: Base64 where the schema wants that. `@-` is stdin,
/// and `@@` is a text that begins with `@`.
///
/// # Errors
///
/// The file cannot be read, is larger than the parameter may be, or is not text.
pub(super) fn text<'a>(key: &str, text: &'a str, schema: &Value) -> Result<Cow<'a, str>, Failure> {
    let Some(place) = text.strip_prefix('@') else { return Ok(text.into()) };
    if place.starts_with('@') {
        return Ok(place.into());
    }
    let is_base64 = schema["pattern"] == BASE64;
    let limit = match schema["maxLength"].as_u64() {
        Some(characters) if is_base64 => characters / 4 * 3,
        // A character has four bytes at most; the connector counts the characters.
        Some(characters) => characters.saturating_mul(4).min(MAX_BYTES),
        None => MAX_BYTES,
    };
    let wrong = |problem: String| Failure::params(format!("parameter `{key}`: {problem}"));
    let shown = if place == "-" { "stdin" } else { place };
    let bytes = if place == "-" {
        start(io::stdin(), limit)
    } else {
        File::open(place).and_then(|file| start(file, limit))
    };
    let bytes = bytes.map_err(|error| {
        let literal = format!("for a text that begins with @, write -p {key}=@{text}");
        wrong(format!("{shown} cannot be read: {error}; {literal}"))
    })?;
    if bytes.len() as u64 > limit {
        return Err(wrong(format!("{shown} is larger than {limit} bytes")));
    }
    if is_base64 {
        return Ok(STANDARD.encode(bytes).into());
    }
    let text = String::from_utf8(bytes).map_err(|_| wrong(format!("{shown} is not UTF-8 text")))?;
    Ok(without_mark(&text).to_owned().into())
}

fn start(stream: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_file_is_text_or_base64_by_the_schema_and_no_larger_than_it_says() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all("\u{feff}Müller".as_bytes()).expect("space");
        let at = format!("@{}", file.path().display());
        assert_eq!(text("query", &at, &json!({})).expect("text"), "Müller");
        let base64 = json!({ "pattern": BASE64, "maxLength": 16 });
        assert_eq!(text("content", &at, &base64).expect("Base64"), "77u/TcO8bGxlcg==");
        for (schema, named) in [
            (json!({ "pattern": BASE64, "maxLength": 4 }), "3 bytes"),
            (json!({ "maxLength": 1 }), "4 bytes"),
        ] {
            let error = text("content", &at, &schema).expect_err("too large");
            assert!(error.error().message.contains(named), "{}", error.error().message);
        }
    }

    #[test]
    fn two_signs_are_one() {
        assert_eq!(text("comment", "@@soc", &json!({})).expect("text"), "@soc");
        assert_eq!(text("comment", "a@b", &json!({})).expect("text"), "a@b");
        let error = text("comment", "@/nowhere", &json!({})).expect_err("no file");
        assert!(error.error().message.contains("-p comment=@@/nowhere"));
    }
}
