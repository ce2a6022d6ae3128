//! Reads a whole list page by page, by skipping the records read so far, until the service has no
//! more.
//!
//! A page may be shorter than requested without being the last: some lists return fewer at a time.
//! The service's own links to the next page are known to drop the filter and to loop, so they are
//! not followed; but a link means that there are more records. Long lists of filter values are
//! split into a hundred per request. Duplicate records are returned once.
//!
//! Graph may count only the page. A list that moves up while it is read would lose a record between
//! two pages, so at Graph each page starts with the last record of the one before it: if another
//! record is there, the list has moved.

use serde_json::{Map, Value};

use crate::catalogue::{Action, Route, SHORT_PAGE, Server};
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::outcome::{Outcome, Warning};
use crate::request;
use crate::response::{List, Member, NOT_A_COLLECTION, malformed, peek_id};
use crate::schema::{ParamLocation, Params};

/// Records per request: the service's maximum.
const PAGE: u64 = 10_000;

/// Filter values per request: at forty characters each they fit into any server's URL limit.
const VALUES_PER_REQUEST: usize = 100;

/// Room for the members after the records.
const CLOSING_BYTES: usize = 128;

/// Code of the warning that a list is incomplete.
pub(super) const CUT_OFF: &str = "cut-off";

/// The maximum number of records per request.
/// <https://learn.microsoft.com/en-us/defender-endpoint/api/get-all-vulnerabilities>.
fn max_page_size(route: &Route) -> u64 {
    match route.path {
        "/api/vulnerabilities" => 8_000,
        "/v1.0/security/incidents" => u64::from(SHORT_PAGE),
        _ => PAGE,
    }
}

/// Returns every record that matches the filters, at most `maxItems`, and at most as many bytes as
/// a response may have.
///
/// # Errors
///
/// The error of any request.
pub(super) fn fetch_all(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    params: &Params,
) -> Result<Outcome, Error> {
    let max = params.integer("maxItems").unwrap_or(PAGE);
    // Of two records at Graph, one is new.
    let least = if route.server == Server::Graph { 2 } else { 1 };
    let size = max.clamp(least, max_page_size(route));
    let room = usize::try_from(client.settings.limits.max_response_bytes).unwrap_or(usize::MAX);
    let text = "{\"value\":[".to_owned();
    let mut gathered = Gathered {
        text,
        page_by_id: Map::new(),
        max,
        room,
        pages: 0,
        size: Some(size),
        is_full: false,
    };
    let parts = split(action, params);
    let (mut complete, mut count) = (true, None);
    for part in &parts {
        let end = fetch_list(client, action, route, part, &mut gathered)?;
        (complete, count) = (end.complete, end.count);
        if !complete {
            break;
        }
    }
    let given = gathered.page_by_id.len() as u64;
    // The service counts one list, but not several parts of it. A count that is not higher than
    // what was received is wrong.
    let count = count
        .filter(|count| parts.len() == 1 && *count > given)
        .and_then(|count| i64::try_from(count).ok());
    let total = if complete { given as i64 } else { count.unwrap_or(-1) };
    let mut text = gathered.text;
    text +=
        &format!("],\"page\":1,\"pageSize\":{size},\"total\":{total},\"complete\":{complete}}}");
    let outcome = Outcome::new(text);
    if complete || gathered.is_full {
        return Ok(outcome);
    }
    let message = format!(
        "`{}` has, or may have, more records than the {given} returned: try again, or narrow it with filters.",
        action.name
    );
    Ok(outcome.with_warning(Warning::new(CUT_OFF, message)))
}

/// The records read so far.
struct Gathered {
    text: String,
    /// Record IDs, with the number of the last page that contained each.
    page_by_id: Map<String, Value>,
    max: u64,
    room: usize,
    /// Number of pages read.
    pages: u64,
    /// How many records to request; `None` leaves it to the service.
    size: Option<u64>,
    /// Whether a record did not fit.
    is_full: bool,
}

/// How reading a list ended.
struct ListEnd {
    /// Whether the list is complete.
    complete: bool,
    /// The total number of records, if the service gave it.
    count: Option<u64>,
}

/// Reads one list to its end.
fn fetch_list(
    client: &mut Client<'_>,
    action: &'static Action,
    route: &Route,
    params: &Params,
    gathered: &mut Gathered,
) -> Result<ListEnd, Error> {
    let first = gathered.pages;
    // Records received, distinct ones among them, the highest total of any page, and the latest.
    let (mut received, mut known, mut greatest, mut count) = (0, 0, 0, None);
    let mut has_links = false;
    // At Graph: the ID of the last record so far, and whether a link followed it.
    let mut previous: Option<(String, bool)> = None;
    let mut has_moved = false;
    loop {
        let overlap = u64::from(previous.is_some());
        let mut params = params.with(request::SKIP, received - overlap);
        match gathered.size {
            Some(size) => params = params.with("pageSize", size),
            None => _ = params.take("pageSize"),
        }
        let request = request::build(action, route, &params)?;
        let answer = match client.send_for_list(&request) {
            // A list with smaller pages may reject this page size: then the service chooses.
            Err(error)
                if error.kind() == Kind::Rejected
                    && gathered.pages == 0
                    && gathered.size.take().is_some() =>
            {
                continue;
            }
            // Graph may limit how far a list can be read: what was read so far is returned.
            Err(error) if error.kind() == Kind::Rejected && previous.is_some() => {
                return Ok(ListEnd { complete: false, count });
            }
            answer => answer?,
        };
        let Some(answer) = answer else {
            return Ok(ListEnd { complete: known >= greatest && !has_moved, count });
        };
        let Some(page) = List::parse(&answer.body) else {
            return Err(malformed(&request, &answer.head, NOT_A_COLLECTION, &client.sanitizer()));
        };
        let returned = page.records.len() as u64;
        let given = returned.saturating_sub(overlap);
        if let Member::Value(said) = page.count() {
            greatest = greatest.max(said);
            // A link to more contradicts a count of what is here.
            let is_total = said > received + given || !page.has_next_page();
            count = is_total.then_some(said);
        }
        let is_counted = matches!(page.count(), Member::Value(_));
        if let Some((last, is_linked)) = &previous {
            let starts_with_it =
                page.records.first().is_some_and(|record| id_of(record.get()) == *last);
            // Graph links only to what it has.
            has_moved |= !starts_with_it || (*is_linked && given == 0);
        }
        let end = |complete: bool, count| Ok(ListEnd { complete: complete && !has_moved, count });
        // Reserved at once: a growing text would leave holes in memory.
        let room = gathered.room.saturating_sub(gathered.text.len());
        gathered.text.reserve_exact(answer.body.len().min(room) + CLOSING_BYTES);
        let new = gathered.add(&page, first);
        received += given;
        known += new;
        if gathered.is_full {
            return end(false, count);
        }
        if given == 0 {
            // There are no more records. A link that claims otherwise counts less than the total.
            return end(known >= greatest && (is_counted || !page.has_more_than(received)), count);
        }
        if new == 0 {
            // The list starts over, or changes while it is read.
            return end(known >= greatest && is_counted && !page.has_next_page(), count);
        }
        let has_most = gathered.page_by_id.len() as u64 == gathered.max;
        if has_most && known < greatest {
            gathered.is_full = true;
            return end(false, count);
        }
        // If pages have links, the page without one is the last.
        let is_last = received >= greatest && !page.has_next_page() && (is_counted || has_links);
        has_links |= page.has_next_page();
        if route.server == Server::Graph {
            previous =
                page.records.last().map(|record| (id_of(record.get()), page.has_next_page()));
        }
        // After a full page the next one is requested whatever the service says, unless only to
        // find it empty.
        let is_long = gathered.size.is_some_and(|size| returned >= size);
        if is_last && (has_most || !is_long) {
            return end(known >= greatest, count);
        }
    }
}

impl Gathered {
    /// Adds new records. Returns how many of the page are distinct within their list, which began
    /// with page `first`: a record of an earlier page has moved, and another one may have moved
    /// past unread.
    fn add(&mut self, page: &List<'_>, first: u64) -> u64 {
        let mut new = 0;
        for record in &page.records {
            let record = record.get();
            let id = id_of(record);
            let before = self.page_by_id.get(&id).and_then(Value::as_u64);
            if before.is_none() {
                if self.page_by_id.len() as u64 == self.max
                    || self.text.len() + record.len() > self.room
                {
                    self.is_full = true;
                    return new;
                }
                if !self.page_by_id.is_empty() {
                    self.text.push(',');
                }
                self.text += record;
            }
            if before.is_none_or(|page| page < first || page == self.pages) {
                new += 1;
            }
            self.page_by_id.insert(id, Value::from(self.pages));
        }
        self.pages += 1;
        new
    }
}

/// The ID of a record; the record itself if it has none.
fn id_of(record: &str) -> String {
    peek_id(record).unwrap_or_else(|| record.to_owned())
}

/// Splits the parameters so that no filter has too many values.
fn split(action: &Action, params: &Params) -> Vec<Params> {
    let long = action
        .params
        .fields()
        .filter(|field| matches!(field.location, ParamLocation::Filter(_)))
        .find_map(|field| {
            let values = params.value(field.name)?.as_array()?;
            (values.len() > VALUES_PER_REQUEST).then_some((field.name, values))
        });
    match long {
        None => vec![params.clone()],
        Some((name, values)) => values
            .chunks(VALUES_PER_REQUEST)
            .map(|values| params.with(name, values.to_vec()))
            .collect(),
    }
}
