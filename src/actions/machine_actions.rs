//! Reading machine actions.

use crate::catalogue::GET_ACTIONS;
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::request::{ApiRequest, encode_query, quoted};
use crate::response::{Head, NO_COLLECTION, Record, is_cut, malformed};

/// The machine action of an identifier, if there is one.
///
/// # Errors
///
/// Also if the service's list is cut off and does not have it: then it is not known.
pub(crate) fn look_up(client: &mut Client<'_>, id: &str) -> Result<Option<Record>, Error> {
    let (found, is_part) = look_for_all(client, &format!("id eq {}", quoted(id)), 1)?;
    match found.into_iter().find(|record| record.id.eq_ignore_ascii_case(id)) {
        None if is_part => {
            let message = "The service's list of machine actions was cut off before the one that was looked for: try again.";
            Err(Error::new(Kind::MalformedResponse, message))
        }
        found => Ok(found),
    }
}

/// The machine action that a request is answered with, and the answer's status and headers.
pub(crate) fn ask(client: &mut Client<'_>, request: &ApiRequest) -> Result<(Record, Head), Error> {
    let answer = client.send(request)?;
    let record = String::from_utf8(answer.body).ok().and_then(Record::of);
    let no_record =
        || malformed(request, &answer.head, "is not a machine action", &client.sanitizer());
    Ok((record.ok_or_else(no_record)?, answer.head))
}

/// The machine actions that a filter lets through, the newest first, `most` of them.
pub(crate) fn look(
    client: &mut Client<'_>,
    filter: &str,
    most: usize,
) -> Result<Vec<Record>, Error> {
    Ok(look_for_all(client, filter, most)?.0)
}

/// The same, and whether there are more of them, or may be.
pub(crate) fn look_for_all(
    client: &mut Client<'_>,
    filter: &str,
    most: usize,
) -> Result<(Vec<Record>, bool), Error> {
    let filter = encode_query(filter);
    let target = format!(
        "/api/machineactions?$top={most}&$orderby=creationDateTimeUtc%20desc&$filter={filter}"
    );
    let request = ApiRequest::get(&GET_ACTIONS, target);
    let Some(answer) = client.send_for_list(&request)? else { return Ok((Vec::new(), false)) };
    let no_list = || malformed(&request, &answer.head, NO_COLLECTION, &client.sanitizer());
    Ok((Record::list(&answer.body).ok_or_else(no_list)?, is_cut(&answer.body, most)))
}
