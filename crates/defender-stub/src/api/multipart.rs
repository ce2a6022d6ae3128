//! Parses `multipart/form-data` bodies (RFC 7578) strictly: anything that a lenient parser might
//! interpret differently is refused.
//!
//! ```text
//! body      = delimiter part *( CRLF delimiter part ) CRLF delimiter "--" [ CRLF anything ]
//! delimiter = "--" boundary
//! part      = CRLF *( header CRLF ) CRLF content
//! ```

use crate::refusal::ApiError;
use crate::request::Request;

/// The longest boundary that RFC 2046 §5.1.1 allows.
const MAX_BOUNDARY: usize = 70;

/// One field of a form.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) file_name: Option<String>,
    pub(super) content: Vec<u8>,
}

/// The fields of the request's body.
pub(super) fn read(request: &Request) -> Result<Vec<Part>, ApiError> {
    if !request.is_of_type("multipart/form-data") {
        return Err(ApiError::body("The content type must be multipart/form-data"));
    }
    let boundary = request.value("content-type").and_then(|value| parameter(value, "boundary"));
    let boundary = boundary
        .filter(|boundary| (1..=MAX_BOUNDARY).contains(&boundary.len()))
        .ok_or_else(|| ApiError::body("The content type has no boundary, or a long one"))?;
    parts(&request.body, &boundary)
}

fn parts(body: &[u8], boundary: &str) -> Result<Vec<Part>, ApiError> {
    let first = format!("--{boundary}");
    let next = format!("\r\n{first}");
    let broken = |what: &str| ApiError::body(format!("The multipart body is broken: {what}"));
    let mut rest = body
        .strip_prefix(first.as_bytes())
        .ok_or_else(|| broken("it does not begin with its boundary"))?;
    let mut parts = Vec::new();
    loop {
        if let Some(end) = rest.strip_prefix(b"--") {
            let is_over = end.is_empty() || end.starts_with(b"\r\n");
            return if is_over { Ok(parts) } else { Err(broken("text follows the last boundary")) };
        }
        let part =
            rest.strip_prefix(b"\r\n").ok_or_else(|| broken("a boundary does not end its line"))?;
        let end =
            find(part, next.as_bytes()).ok_or_else(|| broken("the last boundary is missing"))?;
        parts.push(one(&part[..end])?);
        rest = &part[end + next.len()..];
    }
}

fn one(part: &[u8]) -> Result<Part, ApiError> {
    let broken = || ApiError::body("A part of the multipart body has no valid Content-Disposition");
    // A part without headers begins with the empty line.
    let end = find(part, b"\r\n\r\n").ok_or_else(broken)?;
    let head = std::str::from_utf8(&part[..end]).map_err(|_| broken())?;
    let mut headers = head.split("\r\n").filter_map(|line| line.split_once(':'));
    let (_, value) = headers
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("content-disposition"))
        .ok_or_else(broken)?;
    if !value.trim_start().starts_with("form-data;") {
        return Err(broken());
    }
    Ok(Part {
        name: parameter(value, "name").ok_or_else(broken)?,
        file_name: parameter(value, "filename"),
        content: part[end + 4..].to_vec(),
    })
}

/// A header's parameter, quoted or not. Within quotes a backslash escapes the next character.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (name, after) = rest.split_once('=')?;
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted_value(quoted)?,
            None => {
                let (value, after) =
                    after.split_once(';').map_or((after, ""), |(value, after)| (value, after));
                (value.trim().to_owned(), after)
            }
        };
        if name.trim().trim_start_matches(';').trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after;
    }
}

/// The text before the closing quote, unescaped, and the text after it.
fn quoted_value(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            _ => value.push(character),
        }
    }
    None
}

/// The position of `wanted`. Searching for its first byte alone is fast where that byte is rare.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = wanted.first()?;
    let mut from = 0;
    loop {
        let at = from + bytes.get(from..)?.iter().position(|byte| byte == first)?;
        if bytes[at..].starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(body: &str) -> Result<Vec<Part>, ApiError> {
        let request = Request::new("POST", "https://x/")
            .header("content-type", "multipart/form-data; boundary=\"b 1\"");
        read(&request.body(body.replace('\n', "\r\n")))
    }

    #[test]
    fn parts_keep_their_bytes() {
        let body = "--b 1\nContent-Disposition: form-data; name=\"File\"; filename=\"a\\\"b.ps1\"\nContent-Type: x\n\nline\n--b\n\n\
                    --b 1\ncontent-disposition: form-data; name=Description\n\n\n--b 1--\n";
        let parts = form(body).unwrap();
        assert_eq!(
            (parts[0].name.as_str(), parts[0].file_name.as_deref()),
            ("File", Some("a\"b.ps1"))
        );
        assert_eq!(parts[0].content, b"line\r\n--b\r\n");
        assert_eq!(
            (parts[1].name.as_str(), parts[1].content.as_slice()),
            ("Description", &b""[..])
        );
        assert!(form("--b 1--").unwrap().is_empty());
    }

    #[test]
    fn what_is_broken_is_refused() {
        for body in [
            "",
            "--b 2--",
            "--b 1\nContent-Disposition: form-data; name=a\n\nx",
            "--b 1\nContent-Disposition: form-data; name=a\n\nx\n--b 1",
            "--b 1\nContent-Disposition: attachment; name=a\n\nx\n--b 1--",
            "--b 1\nContent-Disposition: form-data; filename=a\n\nx\n--b 1--",
            "--b 1\nContent-Type: text/plain\n\nx\n--b 1--",
            "--b 1\n\nx\n--b 1--",
            "--b 1--more",
        ] {
            assert!(form(body).is_err(), "{body}");
        }
        let json = Request::new("POST", "https://x/")
            .header("content-type", "application/json")
            .body("{}");
        assert!(read(&json).is_err());
        let bare = Request::new("POST", "https://x/").header("content-type", "multipart/form-data");
        assert!(read(&bare.body("--x--")).is_err());
    }
}
