//! Names to machines: each name must mean exactly one machine, or nothing is done for it.
//!
//! The service keeps records of machines that were merged into others, double others, are not onboarded or have been silent for
//! long. A record that was merged stands for the one at the end of the chain; any other is passed over where one of the same name
//! is better and in no respect worse. If more than one is left, or one can't be followed, the caller must choose.

mod choose;
mod record;

use serde_json::Value;

use self::choose::Records;
pub(crate) use self::record::Found;
use self::record::Merged;
use super::quoted_list;
use crate::actions::GET_AGENT_LIST;
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::request::{ApiRequest, encode_query, quoted};
use crate::response::{NO_COLLECTION, is_cut, malformed, values};
use crate::text::join;

/// Names in one request: at 200 bytes each they stay below what any server takes as a URL.
const NAMES: usize = 50;

/// Most records of one request. More than this answer to no fifty names.
const RECORDS: usize = 1000;

/// Requests that look for records that others were merged into. What is farther away counts as not there.
const HOPS: usize = 5;

/// The machine that each name means.
///
/// # Errors
///
/// The machines could not be looked up. For a single name: `not-found`, or `ambiguous` with the candidates.
pub(crate) fn resolve(
    client: &mut Client<'_>,
    hosts: &[Value],
    onboarded: bool,
) -> Result<Vec<Result<Found, Error>>, Error> {
    let mut results = Vec::with_capacity(hosts.len());
    let mut parts: Vec<&[Value]> = hosts.chunks(NAMES).rev().collect();
    while let Some(hosts) = parts.pop() {
        let mut records = Records { list: Vec::new(), is_part: false };
        match look(client, &filter(hosts), &mut records) {
            // A filter may be too much for the service: it does not say how many conditions it takes.
            Err(error) if error.kind == Kind::Rejected && hosts.len() > 1 => {
                let (first, second) = hosts.split_at(hosts.len() / 2);
                parts.extend([second, first]);
                continue;
            }
            found => found?,
        }
        let mut asked: Vec<String> = Vec::new();
        for _ in 0..HOPS {
            let ids = missing(&records, &asked);
            if ids.is_empty() {
                break;
            }
            // The service keeps identifiers in lower case, and is not known to compare them in any.
            let lower = ids.iter().map(|id| id.to_ascii_lowercase()).filter(|lower| !ids.contains(lower));
            let spelt: Vec<String> = ids.iter().cloned().chain(lower).collect();
            look(client, &format!("id in ({})", quoted_list(spelt.iter().map(String::as_str))), &mut records)?;
            asked.extend(ids);
        }
        let clean = client.sanitizer();
        results.extend(hosts.iter().map(|host| records.choose(host, onboarded, &clean)));
    }
    Ok(results)
}

/// Machines into which others were merged, and whose records are not there: as many as fit into a request.
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
    let request =
        ApiRequest::get(&GET_AGENT_LIST, format!("/api/machines?$top={RECORDS}&$filter={}", encode_query(filter)));
    let Some(answer) = client.send_for_list(&request)? else { return Ok(()) };
    let Some(list) = values(&answer.body) else {
        return Err(malformed(&request, &answer.head, NO_COLLECTION, &client.sanitizer()));
    };
    records.is_part |= is_cut(&answer.body, RECORDS);
    let found: Option<Vec<Found>> = list.iter().map(|raw| Found::of(raw.get())).collect();
    // Passed over, one of them could make another look like the only one.
    let words = "has a machine without an identifier that fits into a path, or without a readable name";
    records.extend(found.ok_or_else(|| malformed(&request, &answer.head, words, &client.sanitizer()))?);
    Ok(())
}

/// How a machine is named, and the name.
fn given(host: &Value) -> (&str, &str) {
    let mut members = host.as_object().into_iter().flatten();
    members.next().map_or(("", ""), |(name, value)| (name.as_str(), value.as_str().unwrap_or_default()))
}

fn filter(hosts: &[Value]) -> String {
    let of = |wanted: &str| -> String {
        quoted_list(hosts.iter().map(given).filter(|(property, _)| *property == wanted).map(|(_, value)| value))
    };
    let mut clauses: Vec<String> = Vec::new();
    for (property, name) in
        [("computerDnsName", "computerDnsName"), ("lastIpAddress", "ip"), ("aadDeviceId", "aadDeviceId")]
    {
        let list = of(name);
        if !list.is_empty() {
            // The service keeps names in lower case.
            clauses.push(format!("{property} in ({})", if name == "ip" { list } else { list.to_ascii_lowercase() }));
        }
    }
    for (property, name) in hosts.iter().map(given) {
        if property == "computerDnsName" && !name.contains('.') {
            let name = format!("{}.", name.to_ascii_lowercase());
            clauses.push(format!("startswith(computerDnsName,{})", quoted(&name)));
        }
    }
    join(&clauses, " or ")
}
