//! Reads machine actions.

use crate::catalogue::GET_ACTIONS;
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::request::{ApiRequest, encode_query, quoted_id, quoted_ids};
use crate::response::{Head, NOT_A_COLLECTION, Record, is_truncated, malformed};

/// IDs in one request.
const IDS: usize = 50;

/// Finds a machine action by ID.
///
/// # Errors
///
/// Also if the list was truncated and does not contain it: then its existence is unknown.
pub(crate) fn find_machine_action(
    client: &mut Client<'_>,
    id: &str,
) -> Result<Option<Record>, Error> {
    Ok(find_machine_actions(client, &[id])?.pop().flatten())
}

/// Finds several machine actions by ID, in the order of the IDs.
///
/// # Errors
///
/// As [`find_machine_action`].
pub(crate) fn find_machine_actions(
    client: &mut Client<'_>,
    ids: &[&str],
) -> Result<Vec<Option<Record>>, Error> {
    let mut all = Vec::with_capacity(ids.len());
    for ids in ids.chunks(IDS) {
        let filter = match ids {
            [id] => format!("id eq {}", quoted_id(id)),
            ids => format!("id in ({})", quoted_ids(ids.iter().copied())),
        };
        let (found, is_part) = list_machine_actions_page(client, &filter, ids.len())?;
        for id in ids {
            let record = found.iter().find(|record| record.id.eq_ignore_ascii_case(id)).cloned();
            if record.is_none() && is_part {
                let message = "The service's list of machine actions was cut off and does not contain the requested one: try again.";
                return Err(Error::new(Kind::MalformedResponse, message));
            }
            all.push(record);
        }
    }
    Ok(all)
}

/// Sends a request and returns the machine action in the response, with status and headers.
pub(crate) fn send_for_action(
    client: &mut Client<'_>,
    request: &ApiRequest,
) -> Result<(Record, Head), Error> {
    let answer = client.send(request)?;
    let record = String::from_utf8(answer.body).ok().and_then(Record::parse);
    let no_record =
        || malformed(request, &answer.head, "is not a machine action", &client.sanitizer());
    Ok((record.ok_or_else(no_record)?, answer.head))
}

/// Lists the machine actions that match a filter, newest first, at most `max`.
pub(crate) fn list_machine_actions(
    client: &mut Client<'_>,
    filter: &str,
    max: usize,
) -> Result<Vec<Record>, Error> {
    Ok(list_machine_actions_page(client, filter, max)?.0)
}

/// The same, and whether there are, or may be, more.
pub(crate) fn list_machine_actions_page(
    client: &mut Client<'_>,
    filter: &str,
    max: usize,
) -> Result<(Vec<Record>, bool), Error> {
    let filter = encode_query(filter);
    let target = format!(
        "/api/machineactions?$top={max}&$orderby=creationDateTimeUtc%20desc&$filter={filter}"
    );
    let request = ApiRequest::get(&GET_ACTIONS, target);
    let Some(answer) = client.send_for_list(&request)? else { return Ok((Vec::new(), false)) };
    let not_a_list = || malformed(&request, &answer.head, NOT_A_COLLECTION, &client.sanitizer());
    Ok((Record::list(&answer.body).ok_or_else(not_a_list)?, is_truncated(&answer.body, max)))
}
