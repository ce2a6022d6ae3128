//! The SHA-1 of a file of which the SHA-256 was given: some requests take no other digest.

use super::route::send_route;
use crate::catalogue::{Action, GET_FILE_INFO};
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::response::Members;
use crate::schema::{Params, SHA1};

/// Hexadecimal digits of a SHA-256.
const SHA256_DIGITS: usize = 64;

/// The parameters with the SHA-1 of the file, which the service is asked for if they have its
/// SHA-256.
///
/// # Errors
///
/// Of that request; `not-found` if the service does not know the file's SHA-1. Nothing else was
/// sent.
pub(crate) fn with_sha1(
    client: &mut Client<'_>,
    action: &'static Action,
    params: &Params,
) -> Result<Params, Error> {
    let digest = params.text("sha1").filter(|text| text.len() == SHA256_DIGITS);
    let (Some(sha256), Some(route)) = (digest, GET_FILE_INFO.route()) else {
        return Ok(params.clone());
    };
    client.require(&GET_FILE_INFO)?;
    let of_file = Params::default().with("hash", sha256);
    let unknown = |error: Error| match error.kind() {
        Kind::NotFound => error.with_message(unsent(
            action,
            &format!(
                "the service does not know the file with the SHA-256 {sha256}; give its SHA-1"
            ),
        )),
        _ => error,
    };
    let file = send_route(client, &GET_FILE_INFO, route, &of_file).map_err(unknown)?.data;
    let text = |name: &str| {
        Members::parse_text(&file).and_then(|members| members.text(name)).unwrap_or_default()
    };
    let answered = text("sha256");
    if !answered.eq_ignore_ascii_case(sha256) {
        let problem = match answered.is_empty() {
            true => format!("the service's record of {sha256} has no SHA-256; give the SHA-1"),
            false => {
                format!("the service answered with another file than {sha256}; give the SHA-1")
            }
        };
        return Err(Error::new(Kind::MalformedResponse, unsent(action, &problem)));
    }
    let sha1 = text("sha1");
    if !(SHA1.check)(&sha1) {
        let problem = format!("the service does not know the SHA-1 of the file {sha256}; give it");
        return Err(Error::new(Kind::NotFound, unsent(action, &problem)));
    }
    Ok(params.with("sha1", sha1))
}

fn unsent(action: &Action, problem: &str) -> String {
    format!("`{}` was not sent: {problem}.", action.name)
}
