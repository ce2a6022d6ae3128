//! Names to machines: each name must mean exactly one machine, or nothing is done for it.
//!
//! The service keeps records of machines that were merged into others, double others, are not
//! onboarded or have been silent for long. A record that was merged stands for the one at the end
//! of the chain; any other is passed over where one of the same name is better and in no respect
//! worse. If more than one remains, or one can't be followed, the caller must choose.

mod choose;
mod filter;
mod letters;
mod name;
mod near;
mod record;

use serde_json::Value;

use self::choose::Records;
use self::filter::{Guids, filter};
use self::name::Name;
pub(crate) use self::record::Found;
use self::record::Merged;
use crate::catalogue::GET_AGENT_LIST;
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::request::{ApiRequest, encode_query, quoted_list};
use crate::response::{NO_COLLECTION, is_cut, malformed, values};

/// Names in one request.
const NAMES: usize = 50;

/// Longest filter of one request, encoded: what any server takes as a URL.
const MAX_FILTER_BYTES: usize = 12_000;

/// Most records of one request. More than this answer to no fifty names.
const RECORDS: usize = 1000;

/// Requests that look for records that others were merged into. What is farther away counts as not
/// there.
const HOPS: usize = 5;

/// Refused requests after which no more are tried: enough to find one name among a thousand.
const REFUSALS: usize = 12;

/// Whether the machine that is meant is onboarded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Onboarding {
    /// It is.
    Required,
    /// It is not.
    Excluded,
    /// It is, or it is not and none of that name is.
    Preferred,
}

/// The machine that each name means.
///
/// # Errors
///
/// The machines could not be looked up. For a single name: `not-found`, or `ambiguous` with the
/// candidates.
pub(crate) fn resolve(
    client: &mut Client<'_>,
    hosts: &[Value],
    onboarding: Onboarding,
) -> Result<Vec<Result<Found, Error>>, Error> {
    let names: Vec<Name> = hosts.iter().map(Name::of).collect();
    let mut search = Search { guids: Guids::Quoted, refusals: 0, is_answered: false };
    let mut results = Vec::with_capacity(names.len());
    let mut parts: Vec<&[Name]> = names.chunks(NAMES).rev().collect();
    while let Some(names) = parts.pop() {
        let mut records = Records { list: Vec::new(), is_part: false };
        match search.look_for(client, names, &mut records) {
            Ok(true) => {}
            Ok(false) => {
                let (first, second) = names.split_at(names.len() / 2);
                parts.extend([second, first]);
                continue;
            }
            // A name that is refused does not harm the others.
            Err(error)
                if error.kind() == Kind::Rejected
                    && search.is_answered
                    && search.refusals < REFUSALS =>
            {
                results.push(Err(error));
                continue;
            }
            Err(error) => return Err(error),
        }
        let mut asked: Vec<String> = Vec::new();
        for _ in 0..HOPS {
            let ids = missing(&records, &asked);
            if ids.is_empty() {
                break;
            }
            // The service keeps identifiers in lower case, and is not known to compare them in any.
            let lower =
                ids.iter().map(|id| id.to_ascii_lowercase()).filter(|lower| !ids.contains(lower));
            let spelt: Vec<String> = ids.iter().cloned().chain(lower).collect();
            look(
                client,
                &format!("id in ({})", quoted_list(spelt.iter().map(String::as_str))),
                &mut records,
            )?;
            asked.extend(ids);
        }
        let clean = client.sanitizer();
        results.extend(names.iter().map(|name| records.choose(name, onboarding, &clean)));
    }
    near::suggest(client, &names, &mut results);
    Ok(results)
}

/// The machines of these device IDs, in lower case, that the service knows.
///
/// # Errors
///
/// The machines could not be looked up.
pub(crate) fn known(client: &mut Client<'_>, ids: &[String]) -> Result<Vec<Found>, Error> {
    let mut records = Records { list: Vec::new(), is_part: false };
    for ids in ids.chunks(NAMES) {
        let ids = quoted_list(ids.iter().map(String::as_str));
        look(client, &format!("id in ({ids})"), &mut records)?;
    }
    Ok(records.list)
}

/// What the service has shown of itself while names were looked for.
struct Search {
    /// How it takes Entra IDs.
    guids: Guids,
    /// Requests that it refused.
    refusals: usize,
    /// Whether it took one.
    is_answered: bool,
}

impl Search {
    /// Looks for names; `false` if they are too many for one request.
    ///
    /// The service does not say how many conditions it takes. A refusal may have other reasons,
    /// which meet one name as well as many: before the names are halved, one of them is tried
    /// alone.
    fn look_for(
        &mut self,
        client: &mut Client<'_>,
        names: &[Name],
        records: &mut Records,
    ) -> Result<bool, Error> {
        let filter = filter(names, self.guids);
        if filter.is_empty() {
            return Ok(true);
        }
        if names.len() > 1 && encode_query(&filter).len() > MAX_FILTER_BYTES {
            return Ok(false);
        }
        let refused = match self.ask(client, &filter, records) {
            Err(error) if error.kind() == Kind::Rejected => error,
            other => return other.map(|()| true),
        };
        if self.guids == Guids::Quoted && names.iter().any(Name::is_guid) {
            self.guids = Guids::Bare;
            match self.ask(client, &self::filter::filter(names, Guids::Bare), records) {
                Err(error) if error.kind() == Kind::Rejected => self.guids = Guids::Quoted,
                other => return other.map(|()| true),
            }
        }
        if names.len() == 1 || self.refusals >= REFUSALS {
            return Err(refused);
        }
        if !self.is_answered {
            let mut other = Records { list: Vec::new(), is_part: false };
            let alone = self::filter::filter(&names[..1], self.guids);
            if let Err(error) = self.ask(client, &alone, &mut other) {
                return Err(if error.kind() == Kind::Rejected { refused } else { error });
            }
        }
        Ok(false)
    }

    fn ask(
        &mut self,
        client: &mut Client<'_>,
        filter: &str,
        records: &mut Records,
    ) -> Result<(), Error> {
        let looked = look(client, filter, records);
        match &looked {
            Ok(()) => self.is_answered = true,
            Err(error) if error.kind() == Kind::Rejected => self.refusals += 1,
            Err(_) => {}
        }
        looked
    }
}

/// Machines into which others were merged, and whose records are not there: as many as fit into a
/// request.
fn missing(records: &Records, asked: &[String]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for record in &records.list {
        if let Merged::Into(id) = &record.merged
            && ids.len() < NAMES
            && !records.has(id)
            && !ids.iter().chain(asked).any(|other| other.eq_ignore_ascii_case(id))
        {
            ids.push(id.clone());
        }
    }
    ids
}

fn look(client: &mut Client<'_>, filter: &str, records: &mut Records) -> Result<(), Error> {
    let request = ApiRequest::get(
        &GET_AGENT_LIST,
        format!("/api/machines?$top={RECORDS}&$filter={}", encode_query(filter)),
    );
    let Some(answer) = client.send_for_list(&request)? else { return Ok(()) };
    let Some(list) = values(&answer.body) else {
        return Err(malformed(&request, &answer.head, NO_COLLECTION, &client.sanitizer()));
    };
    records.is_part |= is_cut(&answer.body, RECORDS);
    let found: Option<Vec<Found>> = list.iter().map(|raw| Found::of(raw.get())).collect();
    // Passed over, one of them could make another look like the only one.
    let words =
        "has a machine without an identifier that fits into a path, or without a readable name";
    records.extend(
        found.ok_or_else(|| malformed(&request, &answer.head, words, &client.sanitizer()))?,
    );
    Ok(())
}
