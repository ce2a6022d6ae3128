//! A whole list: page after page, each asked for by the number of records before it, until the
//! service has no more.
//!
//! A page may be shorter than was asked for and still not be the last: there are lists that give
//! fewer at a time. The service's own links to the next page have been seen to drop the filter and
//! to lead round in circles, so they are not followed; but that there is one says that there are
//! more. Long lists of values are asked for a hundred at a time. What comes twice is given once.

use serde_json::{Map, Value};

use crate::catalogue::{Action, Route};
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::outcome::{Outcome, Warning};
use crate::request;
use crate::response::{List, Member, NO_COLLECTION, id_of, malformed};
use crate::schema::{Input, Place};

/// Records in one request: the most that the service gives.
const PAGE: u64 = 10_000;

/// Values of one filter in one request: at forty characters each they stay below what any server
/// takes as a URL.
const VALUES: usize = 100;

/// Room for what stands behind the records.
const END: usize = 128;

/// The warning that a list is not whole although it was asked for whole.
pub(super) const CUT_OFF: &str = "cut-off";

/// The most records that a list gives in one request.
/// <https://learn.microsoft.com/en-us/defender-endpoint/api/get-all-vulnerabilities>.
fn page_of(route: &Route) -> u64 {
    match route.path {
        "/api/vulnerabilities" => 8_000,
        _ => PAGE,
    }
}

/// Every record that the filters let through, `maxItems` at most, and no more bytes than one answer
/// may have.
///
/// # Errors
///
/// Of any of the requests.
pub(super) fn all(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    params: &Input,
) -> Result<Outcome, Error> {
    let most = params.integer("maxItems").unwrap_or(PAGE);
    let size = most.min(page_of(route));
    let room = usize::try_from(client.settings.limits.max_response_bytes).unwrap_or(usize::MAX);
    let text = "{\"value\":[".to_owned();
    let mut whole =
        Whole { text, seen: Map::new(), most, room, pages: 0, size: Some(size), is_full: false };
    let parts = split(action, params);
    let (mut complete, mut count) = (true, None);
    for part in &parts {
        let end = read(client, action, route, part, &mut whole)?;
        (complete, count) = (end.complete, end.count);
        if !complete {
            break;
        }
    }
    let given = whole.seen.len() as u64;
    // The service counts one list, but not several parts of it. A count that is not above what was
    // received is wrong.
    let count = count
        .filter(|count| parts.len() == 1 && *count > given)
        .and_then(|count| i64::try_from(count).ok());
    let total = if complete { given as i64 } else { count.unwrap_or(-1) };
    let mut text = whole.text;
    text +=
        &format!("],\"page\":1,\"pageSize\":{size},\"total\":{total},\"complete\":{complete}}}");
    let outcome = Outcome::of(text);
    if complete || whole.is_full {
        return Ok(outcome);
    }
    let message = format!(
        "`{}` has, or may have, more records than the {given} that the service gave: ask again, or for fewer by filters.",
        action.name
    );
    Ok(outcome.with_warning(Warning::new(CUT_OFF, message)))
}

/// What has been gathered.
struct Whole {
    text: String,
    /// The records by their IDs, with the number of the last page that had them.
    seen: Map<String, Value>,
    most: u64,
    room: usize,
    /// Pages so far.
    pages: u64,
    /// How many records to ask for; nothing leaves it to the service.
    size: Option<u64>,
    /// Whether a record had no room.
    is_full: bool,
}

/// How the reading of a list ended.
struct End {
    /// Whether it has everything.
    complete: bool,
    /// How many records there are, if the service said so.
    count: Option<u64>,
}

/// Reads one list to its end.
fn read(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    params: &Input,
    whole: &mut Whole,
) -> Result<End, Error> {
    let first = whole.pages;
    // How many records were given, how many of those are different ones, and how many there are in
    // all by any page.
    let (mut had, mut known, mut greatest, mut count) = (0, 0, 0, None);
    let mut is_linked = false;
    loop {
        let mut params = params.with(request::SKIP, had);
        match whole.size {
            Some(size) => params = params.with("pageSize", size),
            None => _ = params.take("pageSize"),
        }
        let request = request::build(action, route, &params)?;
        let answer = match client.send_for_list(&request) {
            // A list that gives fewer at a time may refuse to be asked for more: then it says
            // itself how many.
            Err(error)
                if error.kind() == Kind::Rejected
                    && whole.pages == 0
                    && whole.size.take().is_some() =>
            {
                continue;
            }
            answer => answer?,
        };
        let end = |complete, count| Ok(End { complete, count });
        let Some(answer) = answer else { return end(known >= greatest, count) };
        let Some(page) = List::of(&answer.body) else {
            return Err(malformed(&request, &answer.head, NO_COLLECTION, &client.sanitizer()));
        };
        if let Member::Value(said) = page.count() {
            (greatest, count) = (greatest.max(said), Some(said));
        }
        let is_counted = matches!(page.count(), Member::Value(_));
        let given = page.records.len() as u64;
        // At once: a text that grew would leave holes behind.
        let room = whole.room.saturating_sub(whole.text.len());
        whole.text.reserve_exact(answer.body.len().min(room) + END);
        let new = whole.add(&page, first);
        had += given;
        known += new;
        if whole.is_full {
            return end(false, count);
        }
        if given == 0 {
            // There is nothing behind what is known. A link that says otherwise counts less than
            // the number of all.
            return end(known >= greatest && (is_counted || !page.has_more_than(had)), count);
        }
        if new == 0 {
            // The list begins again, or moves while it is read.
            return end(known >= greatest && is_counted && !page.goes_on(), count);
        }
        let has_most = whole.seen.len() as u64 == whole.most;
        if has_most && known < greatest {
            whole.is_full = true;
            return end(false, count);
        }
        // If pages have links, the page without one is the last.
        let is_last = had >= greatest && !page.goes_on() && (is_counted || is_linked);
        is_linked |= page.goes_on();
        // A page as long as was asked for is asked behind, whatever the service says; but not only
        // to find that there are no more.
        let is_long = whole.size.is_some_and(|size| given >= size);
        if is_last && (has_most || !is_long) {
            return end(known >= greatest, count);
        }
    }
}

impl Whole {
    /// Adds the records that are not there yet. Gives back how many of the page are different from
    /// all others of their list, which began with page `first`: what was on an earlier page has
    /// moved, and something else may have moved past unseen.
    fn add(&mut self, page: &List<'_>, first: u64) -> u64 {
        let mut new = 0;
        for record in &page.records {
            let record = record.get();
            let id = id_of(record).unwrap_or_else(|| record.to_owned());
            let before = self.seen.get(&id).and_then(Value::as_u64);
            if before.is_none() {
                if self.seen.len() as u64 == self.most || self.text.len() + record.len() > self.room
                {
                    self.is_full = true;
                    return new;
                }
                if !self.seen.is_empty() {
                    self.text.push(',');
                }
                self.text += record;
            }
            if before.is_none_or(|page| page < first || page == self.pages) {
                new += 1;
            }
            self.seen.insert(id, Value::from(self.pages));
        }
        self.pages += 1;
        new
    }
}

/// The same parameters in parts, none of which has a filter with too many values.
fn split(action: &Action, params: &Input) -> Vec<Input> {
    let long =
        action.params.fields().filter(|field| matches!(field.place, Place::Filter(_))).find_map(
            |field| {
                let values = params.value(field.name)?.as_array()?;
                (values.len() > VALUES).then_some((field.name, values))
            },
        );
    match long {
        None => vec![params.clone()],
        Some((name, values)) => {
            values.chunks(VALUES).map(|values| params.with(name, values.to_vec())).collect()
        }
    }
}
