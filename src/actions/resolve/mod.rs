//! Resolves names to machines: each name must match exactly one machine, or nothing is done for it.
//!
//! The service keeps records of machines that were merged into others, of duplicates, and of
//! machines that are not onboarded or have long been silent. A merged record resolves to the one at
//! the end of the chain; any other is dropped if a record of the same name is better and in no
//! respect worse. If more than one remains, or a chain cannot be followed, the caller must choose.

mod filter;
mod letter_case;
mod name;
mod near;
mod pick;
mod record;

use serde_json::Value;

use self::filter::{Guids, filter};
use self::name::Name;
use self::pick::Records;
pub(crate) use self::record::MachineRecord;
use self::record::Merged;
use crate::catalogue::GET_AGENT_LIST;
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::request::{ApiRequest, encode_query, quoted_list};
use crate::response::{NOT_A_COLLECTION, is_truncated, malformed, values};

/// Names per request.
const NAMES: usize = 50;

/// Maximum length of a request's filter, encoded, so that any server accepts the URL.
const MAX_FILTER_BYTES: usize = 12_000;

/// Maximum number of records per request. Fifty names never match more.
const RECORDS: usize = 1000;

/// Maximum number of requests to follow merged records. A longer chain counts as broken.
const HOPS: usize = 5;

/// Maximum number of rejected requests: enough to find one bad name among a thousand.
const REFUSALS: usize = 12;

/// Whether the machine must be onboarded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Onboarding {
    /// It must be.
    Required,
    /// It must not be.
    Excluded,
    /// Onboarded machines first; others if there are none of that name.
    Preferred,
}

/// Resolves each name to a machine.
///
/// # Errors
///
/// The machines could not be looked up. Per name: `not-found`, or `ambiguous` with the candidates.
pub(crate) fn resolve(
    client: &mut Client<'_>,
    hosts: &[Value],
    onboarding: Onboarding,
) -> Result<Vec<Result<MachineRecord, Error>>, Error> {
    let names: Vec<Name> = hosts.iter().map(Name::from_param).collect();
    let mut search = Search { guids: Guids::Quoted, refusals: 0, is_answered: false };
    let mut results = Vec::with_capacity(names.len());
    let mut parts: Vec<&[Name]> = names.chunks(NAMES).rev().collect();
    while let Some(names) = parts.pop() {
        let mut records = Records { list: Vec::new(), is_part: false };
        match search.look_up(client, names, &mut records) {
            Ok(true) => {}
            Ok(false) => {
                let (first, second) = names.split_at(names.len() / 2);
                parts.extend([second, first]);
                continue;
            }
            // A rejected name must not affect the others.
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
            // The service stores IDs in lower case and may compare them case-sensitively.
            let lower =
                ids.iter().map(|id| id.to_ascii_lowercase()).filter(|lower| !ids.contains(lower));
            let spellings: Vec<String> = ids.iter().cloned().chain(lower).collect();
            fetch_records(
                client,
                &format!("id in ({})", quoted_list(spellings.iter().map(String::as_str))),
                &mut records,
            )?;
            asked.extend(ids);
        }
        let clean = client.sanitizer();
        results.extend(names.iter().map(|name| records.pick(name, onboarding, &clean)));
    }
    near::suggest(client, &names, &mut results);
    Ok(results)
}

/// The machines of these device IDs, in lower case, that the service knows, and whether there may
/// be others.
///
/// # Errors
///
/// The machines could not be looked up.
pub(crate) fn known(
    client: &mut Client<'_>,
    ids: &[String],
) -> Result<(Vec<MachineRecord>, bool), Error> {
    let mut records = Records { list: Vec::new(), is_part: false };
    for ids in ids.chunks(NAMES) {
        let ids = quoted_list(ids.iter().map(String::as_str));
        fetch_records(client, &format!("id in ({ids})"), &mut records)?;
    }
    Ok((records.list, records.is_part))
}

/// What the lookup has learned about the service.
struct Search {
    /// How the service expects Entra IDs.
    guids: Guids,
    /// Number of rejected requests.
    refusals: usize,
    /// Whether any request was accepted.
    is_answered: bool,
}

impl Search {
    /// Looks names up; `false` if they are too many for one request.
    ///
    /// The service does not document how many conditions it accepts. A rejection may have another
    /// reason that affects a single name just as well: before the names are halved, one of them is
    /// tried alone.
    fn look_up(
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
        // Of several rejections the last one is reported: that is what the service says now.
        let mut refused = match self.fetch(client, &filter, records) {
            Err(error) if error.kind() == Kind::Rejected => error,
            other => return other.map(|()| true),
        };
        if self.guids == Guids::Quoted && names.iter().any(Name::is_guid) {
            self.guids = Guids::Bare;
            match self.fetch(client, &self::filter::filter(names, Guids::Bare), records) {
                Err(error) if error.kind() == Kind::Rejected => {
                    self.guids = Guids::Quoted;
                    refused = error;
                }
                other => return other.map(|()| true),
            }
        }
        if names.len() == 1 || self.refusals >= REFUSALS {
            return Err(refused);
        }
        if !self.is_answered {
            let mut other = Records { list: Vec::new(), is_part: false };
            let alone = self::filter::filter(&names[..1], self.guids);
            self.fetch(client, &alone, &mut other)?;
        }
        Ok(false)
    }

    fn fetch(
        &mut self,
        client: &mut Client<'_>,
        filter: &str,
        records: &mut Records,
    ) -> Result<(), Error> {
        let looked = fetch_records(client, filter, records);
        match &looked {
            Ok(()) => self.is_answered = true,
            Err(error) if error.kind() == Kind::Rejected => self.refusals += 1,
            Err(_) => {}
        }
        looked
    }
}

/// IDs of merge targets whose records are missing, as many as fit into a request.
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

fn fetch_records(
    client: &mut Client<'_>,
    filter: &str,
    records: &mut Records,
) -> Result<(), Error> {
    let request = ApiRequest::get(
        &GET_AGENT_LIST,
        format!("/api/machines?$top={RECORDS}&$filter={}", encode_query(filter)),
    );
    let Some(answer) = client.send_for_list(&request)? else { return Ok(()) };
    let Some(list) = values(&answer.body) else {
        return Err(malformed(&request, &answer.head, NOT_A_COLLECTION, &client.sanitizer()));
    };
    records.is_part |= is_truncated(&answer.body, RECORDS);
    let found: Option<Vec<MachineRecord>> =
        list.iter().map(|raw| MachineRecord::parse(raw.get())).collect();
    // If it were skipped, another machine could seem to be the only match.
    let problem = "contains a machine with an invalid ID or an unreadable name";
    records.extend(
        found.ok_or_else(|| malformed(&request, &answer.head, problem, &client.sanitizer()))?,
    );
    Ok(())
}
