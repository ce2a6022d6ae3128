//! Signed links to files in result storage: asked of the API, checked, followed without
//! credentials.
//!
//! A link is good for half an hour. Whoever has it can read the file: never show its query.

use crate::client::{Client, OpenAnswer, gunzip};
use crate::error::{Error, Kind};
use crate::request::ApiRequest;
use crate::response::{Members, malformed};
use crate::transport::Address;

/// Asks the API for a link and checks where it leads.
///
/// # Errors
///
/// `not-found` if there is no file (yet); `denied` if the link leads to a host that `resultHosts`
/// does not list.
pub(super) fn link(
    client: &mut Client<'_>,
    request: &ApiRequest,
    id: &str,
) -> Result<Address, Error> {
    let answer = client.send(request)?;
    let clean = client.sanitizer();
    let fault = |kind: Kind, message: String| {
        Error::new(kind, message)
            .with_status(answer.head.status)
            .with_request_id(answer.head.request_id(&clean))
    };
    let Some(members) = Members::parse(&answer.body) else {
        return Err(malformed(request, &answer.head, "is not a JSON object", &clean));
    };
    // Some answers wrap the link in quotes of its own.
    let link = members.text("value").unwrap_or_default();
    let link = link.trim_matches('"');
    if link.is_empty() {
        let message = format!(
            "There is no download link for the results of machine action {id:?}: it has none, or not yet."
        );
        return Err(fault(Kind::NotFound, message));
    }
    let url = Address::parse(link).map_err(|words| {
        malformed(request, &answer.head, &format!("holds a link that {words}"), &clean)
    })?;
    if !client.settings.result_hosts.iter().any(|pattern| pattern.allows(&url)) {
        let origin = clean.text(url.origin());
        let message = format!(
            "The service gave a download link to {origin}, which `resultHosts` does not allow; add it there if it is Microsoft's."
        );
        return Err(fault(Kind::Denied, message));
    }
    Ok(url)
}

/// Asks for a link and opens the file behind it, unwrapped if it is gzip of at most `most` bytes. A
/// link that is no longer good is asked for once more.
///
/// # Errors
///
/// As [`link`], and what result storage or the way there says.
pub(crate) fn open(
    client: &mut Client<'_>,
    request: &ApiRequest,
    id: &str,
    most: u64,
) -> Result<(Address, OpenAnswer), Error> {
    let mut url = link(client, request, id)?;
    let opened = match client.open(request, &url) {
        Err(error) if error.status() == Some(403) => {
            url = link(client, request, id)?;
            client.open(request, &url)?
        }
        other => other?,
    };
    let head = opened.head.clone();
    let wait = client.read_time();
    let opened = gunzip::unwrap(opened, most, wait).map_err(|failure| {
        malformed(request, &head, &format!("broke off ({})", failure.words()), &client.sanitizer())
    })?;
    Ok((url, opened))
}
