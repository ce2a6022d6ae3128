//! Reading machine actions.

use crate::actions::GET_ACTIONS;
use crate::client::Client;
use crate::error::Error;
use crate::request::{ApiRequest, encode_query};
use crate::response::{Record, is_not_found_code, malformed};

/// The machine actions that a filter lets through, the newest first, `most` of them.
pub(crate) fn look(client: &mut Client<'_>, filter: &str, most: usize) -> Result<Vec<Record>, Error> {
    let filter = encode_query(filter);
    let target = format!("/api/machineactions?$top={most}&$orderby=creationDateTimeUtc%20desc&$filter={filter}");
    let request = ApiRequest::get(&GET_ACTIONS, target);
    match client.send(&request) {
        Ok(answer) => Record::list(&answer.body).ok_or_else(|| {
            malformed(&request, &answer.head, "is not a JSON object with a list `value`", &client.sanitizer())
        }),
        // The service calls a list not found when it is empty.
        Err(error) if is_not_found_code(&error) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
