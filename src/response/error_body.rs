//! Parses the body of a failure in any known envelope: the API's, Graph's, API Management's, a
//! problem document, a gateway's.

use super::leaves::{Leaves, decoded};

/// What the body of a failure says.
#[derive(Debug, Default)]
pub(super) struct ErrorBody {
    /// The service's code; never empty.
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    /// The ID to quote to support.
    pub(super) request_id: Option<String>,
    /// Whether it is the API's own error object, which no gateway writes by accident.
    pub(super) is_own: bool,
}

/// Members of an error object that hold the ID to quote to support, best first.
const IDS: &[&str] = &[
    "request-id",
    "requestid",
    "request_id",
    "trace_id",
    "traceid",
    "correlationid",
    "correlation_id",
];

/// As [`IDS`], but the caller's own ID for the request.
const CLIENT_IDS: &[&str] = &["client-request-id", "clientrequestid"];

impl ErrorBody {
    /// Parses as much as possible of a body that came with this status.
    pub(super) fn read(body: &[u8], status: u16) -> Self {
        let text = decoded(body);
        if text.trim_start().starts_with('<') {
            return Self::from_xml(&text);
        }
        let leaves = Leaves::parse_text(&text);
        for object in ["error", "odata.error", "errors/#"] {
            if leaves.is_nested(object) {
                return Self::from_object(&leaves, object, status);
            }
        }
        Self::from_flat(&leaves, status)
    }

    fn from_object(leaves: &Leaves, object: &str, status: u16) -> Self {
        let at = |name: &str| format!("{object}/{name}");
        let code = code(leaves, &at("code")).or_else(|| code(leaves, &at("innererror/code")));
        let message = leaves.text(&at("message")).or_else(|| leaves.text(&at("message/value")));
        let within = |names: &[&str], place: &str| {
            names.iter().find_map(|name| leaves.whole(&format!("{object}{place}/{name}")))
        };
        let id = |names| within(names, "/innererror").or_else(|| within(names, ""));
        let target = leaves.whole(&at("target")).filter(|text| is_id(text));
        let graph_id = within(IDS, "/innererror").filter(|text| is_id(text));
        // The API writes codes as words in this style; a number or another style comes from a
        // gateway.
        let own_code = leaves.whole(&at("code")).is_some_and(|code| is_code(code, status));
        let is_own = object == "error"
            && leaves.text(&at("source")).is_none()
            && (own_code && message.is_some() || target.is_some() || graph_id.is_some());
        let request_id = id(IDS).or(target).or_else(|| id(CLIENT_IDS)).map(trimmed);
        Self { code, message: message.map(str::to_owned), request_id, is_own }
    }

    /// Parses a flat envelope: OAuth's (RFC 6749 §5.2), API Management's, a problem document's (RFC
    /// 9457).
    fn from_flat(leaves: &Leaves, status: u16) -> Self {
        // A gateway may embed the service's error object as text in its own.
        for name in ["error", "message"] {
            if let Some(inner) = leaves.text(name).filter(|text| text.starts_with('{')) {
                let inner = Self { is_own: false, ..Self::read(inner.as_bytes(), status) };
                if inner.code.is_some() || inner.message.is_some() {
                    return inner;
                }
            }
        }
        let code =
            ["error", "code", "errorcode", "error_code"].iter().find_map(|name| code(leaves, name));
        let message = ["error_description", "message", "errormessage", "detail", "title"];
        let message = message.iter().find_map(|name| leaves.text(name)).map(str::to_owned);
        let id = IDS.iter().chain(CLIENT_IDS).find_map(|name| leaves.whole(name)).map(trimmed);
        Self { code, message, request_id: id, is_own: false }
    }

    /// Parses result storage's errors: `<Error><Code>…</Code><Message>…</Message></Error>`.
    fn from_xml(text: &str) -> Self {
        let element = |name: &str| {
            let (_, rest) = text.split_once(&format!("<{name}>"))?;
            let (inner, _) = rest.split_once(&format!("</{name}>"))?;
            Some(inner.trim().to_owned()).filter(|inner| !inner.is_empty() && !inner.contains('<'))
        };
        Self {
            code: element("Code"),
            message: element("Message"),
            request_id: element("RequestId"),
            is_own: false,
        }
    }
}

fn code(leaves: &Leaves, path: &str) -> Option<String> {
    leaves.whole(path).or_else(|| leaves.number(path)).map(str::to_owned)
}

fn trimmed(id: &str) -> String {
    id.trim_start_matches('|').trim_end_matches(['|', '.']).to_owned()
}

/// Whether a text is a code in the API's style: `TooManyRequests`, or the status itself.
fn is_code(text: &str, status: u16) -> bool {
    let is_word = text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.contains(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_word || text.parse() == Ok(u64::from(status))
}

/// Whether a text is a request ID: a GUID, a trace of hexadecimal digits, or .NET's
/// `|dda96034-4495868f9e453baf.`. In other failures the same member names a property.
pub(super) fn is_id(text: &str) -> bool {
    match text.strip_prefix('|') {
        Some(rest) => {
            !rest.is_empty()
                && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.|".contains(&b))
        }
        None => text.len() >= 16 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> (Option<String>, Option<String>, bool) {
        let ErrorBody { code, request_id, is_own, .. } = ErrorBody::read(body.as_bytes(), 429);
        (code, request_id, is_own)
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    const ID: &str = "313a644b-0000-48a9-9a37-2ea95245afb4";

    #[test]
    fn code_and_request_id_are_found_in_every_envelope() {
        for (body, code, id, is_own) in [
            (
                format!(
                    r#"{{"error":{{"code":"TooManyRequests","message":"m","target":"{ID}"}}}}"#
                ),
                some("TooManyRequests"),
                some(ID),
                true,
            ),
            (
                format!(r#"{{"Error":{{"Code":"Forbidden","Message":"m","Target":"{ID}"}}}}"#),
                some("Forbidden"),
                some(ID),
                true,
            ),
            (
                r#"{"error":{"code":"429","message":"m","target":"|dda96034-4495868f9e453baf."}}"#.into(),
                some("429"),
                some("dda96034-4495868f9e453baf"),
                true,
            ),
            (
                format!(
                    r#"{{"error":{{"code":"BadRequest","message":"m","innerError":{{"request-id":"{ID}","client-request-id":"c"}}}}}}"#
                ),
                some("BadRequest"),
                some(ID),
                true,
            ),
            (
                format!(
                    r#"{{"error":{{"code":"","message":"m","innererror":{{"code":"quota","requestId":"{ID}"}}}}}}"#
                ),
                some("quota"),
                some(ID),
                true,
            ),
            (
                r#"{"error":{"code":"InvalidInput","message":"m","target":"Comment"}}"#.into(),
                some("InvalidInput"),
                None,
                true,
            ),
            (
                r#"{"error":{"code":400,"source":"x.azure-apim.net","clientRequestId":"c-1","message":"m"}}"#.into(),
                some("400"),
                some("c-1"),
                false,
            ),
            (r#"{"statusCode":429,"message":"Rate limit is exceeded."}"#.into(), None, None, false),
            (r#"{"error":"rate limited"}"#.into(), some("rate limited"), None, false),
            (
                r#"{"error":{"code":"rate_limited","message":"m"}}"#.into(), some("rate_limited"),
                None, false
            ),
            (r#"{"error":{"code":429,"message":"m"}}"#.into(), some("429"), None, false),
            (
                r#"{"odata.error":{"code":"Request_BadRequest","message":{"lang":"en","value":"m"}}}"#.into(),
                some("Request_BadRequest"),
                None,
                false,
            ),
            (
                r#"{"errors":[{"code":"A1","message":"m"},{"code":"A2"}]}"#.into(), some("A1"),
                None, false
            ),
            (
                r#"{"type":"about:blank","title":"t","status":429,"traceId":"00-1"}"#.into(), None,
                some("00-1"), false
            ),
            (
                r#""{\"error\":{\"code\":\"Forbidden\",\"message\":\"m\"}}""#.into(),
                some("Forbidden"), None, true
            ),
            (
                r#"{"message":"{\"error\":{\"code\":\"Forbidden\",\"message\":\"m\"}}"}"#.into(),
                some("Forbidden"),
                None,
                false,
            ),
            (
                "<?xml version=\"1.0\"?><Error><Code>BlobNotFound</Code></Error>".into(),
                some("BlobNotFound"),
                None,
                false,
            ),
            ("<html><code>Forbidden</code></html>".into(), None, None, false),
            (String::new(), None, None, false),
        ] {
            assert_eq!(read(&body), (code, id, is_own), "{body}");
        }
    }

    #[test]
    fn what_is_there_twice_or_cut_is_no_code() {
        for body in [
            r#"{"error":{"code":"A","message":"m","code":"B"}}"#,
            r#"{"error":{"code":"A","message":"m"},"error":{"code":"B"}}"#,
            r#"{"error":{"code":"A","message":"m"},"Error":"B"}"#,
            r#"{"error":{"code":"ActiveRequ"#,
            r#"{"error":{"code":40"#,
            r#"{"error":{"code":null,"message":"m"}}"#,
            r#"{"error":{"code":" ","message":"m"}}"#,
        ] {
            assert_eq!(read(body), (None, None, false), "{body}");
        }
    }

    #[test]
    fn a_body_is_read_as_far_as_it_can_be() {
        let whole = r#"{"error":{"code":"ActiveRequestAlreadyExists","message":"half a \ud83d pair, 1e400"}}"#;
        let wide =
            |bytes: fn(u16) -> [u8; 2]| whole.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let mut marked = vec![0xff, 0xfe];
        marked.extend(wide(u16::to_le_bytes));
        let mut bad = whole.as_bytes().to_vec();
        bad[whole.find("pair").unwrap()] = 0xff;
        let bodies = [
            [b"\xef\xbb\xbf", whole.as_bytes()].concat(),
            marked,
            wide(u16::to_le_bytes),
            wide(u16::to_be_bytes),
            bad,
            whole.as_bytes()[..whole.find("pair").unwrap()].to_vec(),
            [b"\r\n\t ", whole.as_bytes()].concat(),
        ];
        for body in bodies {
            let read = ErrorBody::read(&body, 400);
            assert_eq!(read.code.as_deref(), Some("ActiveRequestAlreadyExists"), "{body:?}");
            assert!(
                read.is_own && read.message.is_some_and(|message| message.starts_with("half a"))
            );
        }
        let deep = format!(
            "{}{}",
            r#"{"error":{"code":"Forbidden","message":"m","x":"#,
            "[".repeat(100_000)
        );
        assert_eq!(ErrorBody::read(deep.as_bytes(), 403).code.as_deref(), Some("Forbidden"));
    }
}
