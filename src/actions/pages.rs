//! A whole list: page after page, each asked for by number, until one is short.
//!
//! The service's own links to the next page have been seen to drop the filter and to lead round in circles, so they are not followed.
//! Long lists of values are asked for a hundred at a time. What comes twice is given once.

use serde_json::{Map, Value};

use super::row::{Action, Route};
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::outcome::Outcome;
use crate::request;
use crate::response::{NO_COLLECTION, counted, id_of, malformed};
use crate::shape::{Input, Place};

/// Records in one request: the most that the service gives.
const PAGE: u64 = 10_000;

/// Values of one filter in one request: at forty characters each they stay below what any server takes as a URL.
const VALUES: usize = 100;

/// Room for what stands behind the records.
const END: usize = 128;

/// Every record that the filters let through, `maxItems` at most, and no more bytes than one answer may have.
///
/// # Errors
///
/// Of any of the requests; `malformed-response` if the service gives a page again and again.
pub(super) fn all(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    params: &Input,
) -> Result<Outcome, Error> {
    let most = params.integer("maxItems").unwrap_or(PAGE);
    let size = most.min(PAGE);
    let (mut text, mut seen) = ("{\"value\":[".to_owned(), Map::new());
    let room = usize::try_from(client.settings.limits.max_response_bytes).unwrap_or(usize::MAX);
    let parts = split(action, params);
    // Of one list the service says how long it is; of several parts nobody does.
    let (mut total, mut complete) = (None, true);
    'all: for params in &parts {
        for page in 1.. {
            let params = params.with("page", page).with("pageSize", size);
            let request = request::build(action, route, &params)?;
            let Some(answer) = client.send_for_list(&request)? else { break };
            let Some((values, of)) = counted(&answer.body) else {
                return Err(malformed(&request, &answer.head, NO_COLLECTION, &client.sanitizer()));
            };
            total = total.or(of.filter(|_| parts.len() == 1));
            // At once: a text that grew would leave holes behind.
            text.reserve_exact(answer.body.len().min(room.saturating_sub(text.len())) + END);
            let before = seen.len();
            for value in &values {
                let id = id_of(value.get()).unwrap_or_else(|| value.get().to_owned());
                if seen.contains_key(&id) {
                    continue;
                }
                if seen.len() as u64 == most || text.len() + value.get().len() > room {
                    complete = false;
                    break 'all;
                }
                if !seen.is_empty() {
                    text.push(',');
                }
                text += value.get();
                seen.insert(id, Value::Null);
            }
            if (values.len() as u64) < size {
                break;
            }
            if seen.len() == before {
                let message = format!("`{}` gives the same page again and again: ask for single pages.", action.name);
                return Err(Error::new(Kind::MalformedResponse, message));
            }
            if let Some(total) = total.filter(|_| seen.len() as u64 == most) {
                // Whether there are more is not worth a request if the service has said so.
                complete = total == most as i64;
                break 'all;
            }
        }
    }
    let total = if complete { seen.len() as i64 } else { total.unwrap_or(-1) };
    text += &format!("],\"page\":1,\"pageSize\":{size},\"total\":{total},\"complete\":{complete}}}");
    Ok(Outcome::of(text))
}

/// The same parameters in parts, none of which has a filter with too many values.
fn split(action: &Action, params: &Input) -> Vec<Input> {
    let long = action.params.fields().filter(|field| matches!(field.place, Place::Filter(_))).find_map(|field| {
        let values = params.value(field.name)?.as_array()?;
        (values.len() > VALUES).then_some((field.name, values))
    });
    match long {
        None => vec![params.clone()],
        Some((name, values)) => values.chunks(VALUES).map(|values| params.with(name, values.to_vec())).collect(),
    }
}
