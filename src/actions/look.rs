//! Reading machine actions.

use crate::catalogue::GET_ACTIONS;
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::request::{ApiRequest, encode_query, quoted, quoted_list};
use crate::response::{Head, NO_COLLECTION, Record, is_cut, malformed};

/// Identifiers in one request.
const JOBS: usize = 50;

/// The machine action of an identifier, if there is one.
///
/// # Errors
///
/// Also if the service's list is cut off and does not have it: then it is not known.
pub(crate) fn look_up(client: &mut Client<'_>, id: &str) -> Result<Option<Record>, Error> {
    Ok(look_up_all(client, &[id])?.pop().flatten())
}

/// The same for several identifiers, in their order.
///
/// # Errors
///
/// As [`look_up`].
pub(crate) fn look_up_all(
    client: &mut Client<'_>,
    ids: &[&str],
) -> Result<Vec<Option<Record>>, Error> {
    let mut all = Vec::with_capacity(ids.len());
    for ids in ids.chunks(JOBS) {
        let filter = match ids {
            [id] => format!("id eq {}", quoted(id)),
            ids => format!("id in ({})", quoted_list(ids.iter().copied())),
        };
        let (found, is_part) = look_for_all(client, &filter, ids.len())?;
        for id in ids {
            let record = found.iter().find(|record| record.id.eq_ignore_ascii_case(id)).cloned();
            if record.is_none() && is_part {
                let message = "The service's list of machine actions was cut off before the one that was looked for: try again.";
                return Err(Error::new(Kind::MalformedResponse, message));
            }
            all.push(record);
        }
    }
    Ok(all)
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
