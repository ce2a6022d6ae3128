//! Uploads a file to the live response library and verifies that it arrived.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/upload-library>. A multipart form (RFC
//! 7578), 20 MB at most.

use base64ct::{Base64, Encoding};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::catalogue::{Action, GET_LIBRARY_FILES};
use crate::client::Client;
use crate::error::{self, Error, Retry};
use crate::hex::hex;
use crate::json::to_text;
use crate::method::Method;
use crate::outcome::Outcome;
use crate::request::ApiRequest;
use crate::response::{Members, malformed, values};
use crate::schema::{Params, Problem};

/// The largest file that the service accepts: 20 MB.
const MAX_BYTES: usize = 20 * 1024 * 1024;

pub(super) fn upload(
    client: &mut Client<'_>,
    action: &'static Action,
    params: &Params,
) -> Result<Outcome, Error> {
    let name = params.text("fileName").unwrap_or_default();
    let refuse = |at: &str, problem: String| {
        Err(Error::invalid_params(action.name, &[Problem::new(at, problem)]))
    };
    let content = match (params.text("content"), params.text("contentBase64")) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (None, text) => match Base64::decode_vec(text.unwrap_or_default()) {
            Ok(content) => content,
            Err(_) => {
                return refuse("/contentBase64", "is not Base64, padding included".to_owned());
            }
        },
    };
    if content.len() > MAX_BYTES {
        return refuse(
            "",
            format!(
                "has a file of {} bytes; the service accepts at most {MAX_BYTES}",
                content.len()
            ),
        );
    }
    let digest = hex(&Sha256::digest(&content));
    // A file cannot contain its own digest.
    let boundary = digest[..32].to_owned();
    let mut request = ApiRequest::get(action, "/api/libraryfiles".to_owned());
    request.method = Method::Post;
    request.body = form(action, params, name, &content, &boundary);
    request.content_type = format!("multipart/form-data; boundary={boundary}");
    drop(content);
    let (mut status, mut request_id) = (None, None);
    let text = match client.send(&request) {
        Ok(answer) => match text_of(answer.body) {
            Some(text) => {
                (status, request_id) =
                    (Some(answer.head.status), answer.head.request_id(&client.sanitizer()));
                text
            }
            None => {
                return Err(malformed(
                    &request,
                    &answer.head,
                    "is not a library file",
                    &client.sanitizer(),
                ));
            }
        },
        // The response was lost: the library shows whether the file arrived.
        Err(error) if error.retry() == Retry::Unknown => match find(client, name, &digest) {
            Some(text) => text,
            None => return Err(error),
        },
        Err(error) => return Err(error),
    };
    let file = Members::parse_text(&text);
    let refuse = |kind, message| Error::new(kind, message).with_retry(Retry::Unknown);
    let error = if !file.as_ref().is_some_and(|file| file.is("fileName", name)) {
        let message =
            "The service answered with the record of another file: check with `getLibraryFiles`.";
        Some(refuse(error::Kind::MalformedResponse, message))
    } else if !file.is_some_and(|file| file.is("sha256", &digest)) {
        let message =
            "The service did not confirm the SHA-256 of the file: check with `getLibraryFiles`.";
        Some(refuse(error::Kind::ActionFailed, message))
    } else {
        None
    };
    if let Some(error) = error {
        return Err(error.with_status(status).with_request_id(request_id));
    }
    Ok(Outcome::new(text))
}

fn text_of(body: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(body).ok()?;
    Members::parse_text(&text)?.text("fileName")?;
    Some(text)
}

/// Finds the record of the file with this name and digest in the library.
fn find(client: &mut Client<'_>, name: &str, digest: &str) -> Option<String> {
    let request = ApiRequest::get(&GET_LIBRARY_FILES, "/api/libraryfiles".to_owned());
    let answer = client.send(&request).ok()?;
    let is_ours = |file: &&&RawValue| {
        Members::parse_text(file.get())
            .is_some_and(|file| file.is("fileName", name) && file.is("sha256", digest))
    };
    values(&answer.body)?.iter().find(is_ours).map(|file| file.get().to_owned())
}

fn form(action: &Action, params: &Params, name: &str, content: &[u8], boundary: &str) -> Vec<u8> {
    let mut form = Vec::with_capacity(content.len() + 16_384);
    let mut part = |disposition: String, content: &[u8]| {
        form.extend_from_slice(
            format!("--{boundary}\r\nContent-Disposition: form-data; name={disposition}\r\n\r\n")
                .as_bytes(),
        );
        form.extend_from_slice(content);
        form.extend_from_slice(b"\r\n");
    };
    for (wire_name, value) in crate::request::body_fields(action.params, params) {
        let text = value.as_str().map_or_else(|| to_text(value), str::to_owned);
        part(format!("\"{wire_name}\""), text.as_bytes());
    }
    part(
        format!("\"File\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream"),
        content,
    );
    form.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    form
}
