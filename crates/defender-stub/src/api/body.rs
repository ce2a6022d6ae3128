//! Reads request bodies as strictly as the service: exact case, no unknown and no missing members.

use serde::de::DeserializeOwned;

use crate::refusal::ApiError;
use crate::request::Request;

/// Reads a JSON body. Required members are `Option`s in `T` and go through [`required`].
pub(crate) fn read<T: DeserializeOwned>(request: &Request) -> Result<T, ApiError> {
    if !request.is_of_type("application/json") {
        return Err(ApiError::body("The content type must be application/json"));
    }
    serde_json::from_str(&text(request))
        .map_err(|error| ApiError::body(format!("The request body is not valid: {error}")))
}

/// The body's text. Without `charset=utf-8` the service reads non-ASCII bytes as Windows-1252,
/// contrary to RFC 8259: Graph documents it, and Defender's own API is not known to differ. Bytes
/// 0x80 to 0x9F, where Windows-1252 and ISO 8859-1 differ, are read as ISO 8859-1: wrong either
/// way.
fn text(request: &Request) -> String {
    let kind = request.value("content-type").unwrap_or_default().to_ascii_lowercase();
    let is_utf8 =
        kind.split(';').skip(1).any(|part| part.trim().replace('"', "") == "charset=utf-8");
    match is_utf8 {
        true => String::from_utf8_lossy(&request.body).into_owned(),
        false => request.body.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// The text of a required member. Blank text counts as missing (undocumented).
pub(crate) fn required(name: &str, value: Option<String>) -> Result<String, ApiError> {
    value.filter(|text| !text.trim().is_empty()).ok_or_else(|| ApiError::missing(name))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn without_its_charset_a_body_is_read_as_windows_1252() {
        let body = "{\"Comment\":\"Fall Müller\"}";
        for (kind, comment) in [
            ("application/json; charset=utf-8", "Fall Müller"),
            ("Application/JSON;charset=\"UTF-8\"", "Fall Müller"),
            ("application/json", "Fall MÃ¼ller"),
            ("application/json; odata=verbose", "Fall MÃ¼ller"),
        ] {
            let request =
                Request::new("POST", "https://x/").header("content-type", kind).body(body);
            let read: Value = read(&request).unwrap();
            assert_eq!(read["Comment"], comment, "{kind}");
        }
    }
}
