//! Signed links to files in result storage: requested from the API, checked, and followed without
//! credentials.
//!
//! A link is valid for half an hour. Anyone who has it can read the file, so its query is never
//! shown.

use url::{Position, Url};

use crate::client::{Client, OpenResponse, gunzip};
use crate::error::{Error, Kind};
use crate::request::ApiRequest;
use crate::response::{Members, malformed};

/// Requests a link from the API and checks where it leads.
///
/// # Errors
///
/// `not-found` if there is no file (yet); `denied` if the link leads to a host that `resultHosts`
/// does not list.
pub(super) fn link(client: &mut Client<'_>, request: &ApiRequest, id: &str) -> Result<Url, Error> {
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
    // Some responses put the link in extra quotes.
    let link = members.text("value").unwrap_or_default();
    let link = link.trim_matches('"');
    if link.is_empty() {
        let message =
            format!("Machine action {id:?} has no download link for results, or not yet.");
        return Err(fault(Kind::NotFound, message));
    }
    let Ok(url) = Url::parse(link) else {
        return Err(malformed(request, &answer.head, "contains a link that is not a URL", &clean));
    };
    if !client.settings.result_hosts.iter().any(|pattern| pattern.allows(&url)) {
        // Without user info, which may be a secret.
        let (scheme, host) =
            (url.scheme(), clean.text(&url[Position::BeforeHost..Position::AfterPort]));
        let message = format!(
            "The service gave a download link to {scheme}://{host}, which `resultHosts` does not allow; add it there if it is Microsoft's."
        );
        return Err(fault(Kind::Denied, message));
    }
    Ok(url)
}

/// Requests a link and opens the file, unwrapped if it is gzip of at most `max_bytes` bytes. An
/// expired link is requested once more.
///
/// # Errors
///
/// The same as [`link`], or what result storage reports.
pub(crate) fn open(
    client: &mut Client<'_>,
    request: &ApiRequest,
    id: &str,
    max_bytes: u64,
) -> Result<(Url, OpenResponse), Error> {
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
    let opened = gunzip::unwrap(opened, max_bytes, wait).map_err(|failure| {
        malformed(
            request,
            &head,
            &format!("broke off ({})", failure.description()),
            &client.sanitizer(),
        )
    })?;
    Ok((url, opened))
}
