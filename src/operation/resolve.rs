//! Names to machines: each name must mean exactly one machine, or nothing is done for it.
//!
//! The service keeps records of machines that were merged into others, double others, are not onboarded or have been silent for
//! long. Those are passed over where a better one answers to the same name; if more than one is left, the caller must choose.

use serde_json::{Map, Value};

use super::quoted_list;
use crate::actions::GET_AGENT_LIST;
use crate::client::Client;
use crate::error::{Error, Kind};
use crate::request::{ApiRequest, encode_query, quoted};
use crate::response::{Members, NO_COLLECTION, Sanitizer, malformed, values};
use crate::shape::SEGMENT;

/// Names in one request: at 200 bytes each they stay below what any server takes as a URL.
const NAMES: usize = 50;

/// Most records of one request. More than this answer to no fifty names.
const RECORDS: usize = 1000;

/// Most candidates that are shown.
const SHOWN: usize = 20;

/// A machine that was found by a name.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Its record, untouched.
    pub(crate) text: String,
    /// Device ID.
    pub(crate) id: String,
    /// Full name.
    pub(crate) name: String,
    merged_into: String,
    onboarded: bool,
    duplicate: bool,
    inactive: bool,
}

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
        let mut records = match machines(client, &filter(hosts)) {
            // A filter may be too much for the service: it does not say how many conditions it takes.
            Err(error) if error.kind == Kind::Rejected && hosts.len() > 1 => {
                let (first, second) = hosts.split_at(hosts.len() / 2);
                parts.extend([second, first]);
                continue;
            }
            found => found?,
        };
        // A record that was merged stands for the one it was merged into.
        let missing = |record: &&Found| {
            !record.merged_into.is_empty() && !records.iter().any(|other| other.id == record.merged_into)
        };
        let ids: Vec<&str> =
            records.iter().filter(missing).map(|record| record.merged_into.as_str()).take(NAMES).collect();
        if !ids.is_empty() {
            let more = machines(client, &format!("id in ({})", quoted_list(ids.into_iter())))?;
            records.extend(more);
        }
        let clean = client.sanitizer();
        results.extend(hosts.iter().map(|host| choose(host, &records, onboarded, &clean)));
    }
    Ok(results)
}

fn machines(client: &mut Client<'_>, filter: &str) -> Result<Vec<Found>, Error> {
    let request =
        ApiRequest::get(&GET_AGENT_LIST, format!("/api/machines?$top={RECORDS}&$filter={}", encode_query(filter)));
    let Some(answer) = client.send_for_list(&request)? else { return Ok(Vec::new()) };
    match values(&answer.body) {
        Some(list) if list.len() < RECORDS => {
            let machines: Option<Vec<Found>> = list.iter().map(|raw| Found::of(raw.get())).collect();
            // Passed over, one of them could make another look like the only one.
            let words = "has a machine without an identifier that fits into a path";
            machines.ok_or_else(|| malformed(&request, &answer.head, words, &client.sanitizer()))
        }
        // What was cut off could be another machine of the same name.
        Some(_) => Err(Error::new(
            Kind::Ambiguous,
            format!("More than {RECORDS} machines answer to these names: give device IDs."),
        )),
        None => Err(malformed(&request, &answer.head, NO_COLLECTION, &client.sanitizer())),
    }
}

impl Found {
    fn of(text: &str) -> Option<Self> {
        let members = Members::parse_text(text)?;
        Some(Self {
            text: text.to_owned(),
            id: members.text("id").filter(|id| (SEGMENT.check)(id))?,
            name: members.text("computerDnsName").unwrap_or_default(),
            merged_into: members.text("mergedIntoMachineId").unwrap_or_default(),
            onboarded: members.is("onboardingStatus", "Onboarded"),
            duplicate: members.raw("isPotentialDuplication") == Some("true"),
            // Silent for more than seven days.
            inactive: members.is("healthStatus", "Inactive"),
        })
    }

    /// Whether a name stands for it.
    fn answers_to(&self, host: &Value) -> bool {
        let is = |property: &str, wanted: &str| {
            Members::parse_text(&self.text).is_some_and(|members| members.is(property, wanted))
        };
        match given(host) {
            ("computerDnsName", name) => {
                self.name.eq_ignore_ascii_case(name)
                    || (!name.contains('.')
                        && self.name.split('.').next().is_some_and(|first| first.eq_ignore_ascii_case(name)))
            }
            ("ip", address) => is("lastIpAddress", address),
            (property, value) => is(property, value),
        }
    }
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
    clauses.join(" or ")
}

fn choose(host: &Value, records: &[Found], onboarded: bool, clean: &Sanitizer) -> Result<Found, Error> {
    let named: Vec<&Found> = records.iter().filter(|record| record.answers_to(host)).collect();
    let target = |id: &str| records.iter().find(|record| record.id == id);
    let mut left: Vec<&Found> = Vec::new();
    for record in &named {
        let stands_for = if record.merged_into.is_empty() { Some(*record) } else { target(&record.merged_into) };
        let fits = |record: &&Found| record.merged_into.is_empty() && record.onboarded == onboarded;
        if let Some(record) = stands_for.filter(fits)
            && !left.iter().any(|other| other.id == record.id)
        {
            left.push(record);
        }
    }
    // One gives way to another of the very same name only: two names are two machines.
    for worse in [|record: &Found| record.duplicate, |record: &Found| record.inactive] {
        let better: Vec<&Found> = left.iter().filter(|record| !worse(record)).copied().collect();
        let gives_way =
            |record: &&Found| worse(record) && better.iter().any(|other| other.name.eq_ignore_ascii_case(&record.name));
        left.retain(|record| !gives_way(record));
    }
    if let [one] = left[..] {
        return Ok(one.clone());
    }
    let (property, name) = given(host);
    let name = clean.text(name);
    let wanted = if onboarded { "onboarded" } else { "not onboarded" };
    let (kind, shown, message) = match left.len() {
        0 => (
            Kind::NotFound,
            &named,
            format!(
                "No machine that is {wanted} has the {property} {name:?} ({} other records have it): check the name or give the device ID.",
                named.len()
            ),
        ),
        several => (
            Kind::Ambiguous,
            &left,
            format!(
                "{several} machines have the {property} {name:?}: give the device ID of one of `details.candidates`."
            ),
        ),
    };
    let mut candidates: Vec<Value> = Vec::new();
    for record in shown.iter() {
        // The one that was seen last is the likeliest.
        let row = candidate(record, clean);
        let at = candidates.iter().position(|other| other["lastSeen"].as_str() < row["lastSeen"].as_str());
        candidates.insert(at.unwrap_or(candidates.len()), row);
        candidates.truncate(SHOWN);
    }
    Err(Error::new(kind, message).with_detail("candidates", Value::Array(candidates)))
}

fn candidate(record: &Found, clean: &Sanitizer) -> Value {
    const MEMBERS: &[&str] = &[
        "id",
        "computerDnsName",
        "lastSeen",
        "healthStatus",
        "onboardingStatus",
        "osPlatform",
        "lastIpAddress",
        "mergedIntoMachineId",
    ];
    let members = Members::parse_text(&record.text);
    let mut object = Map::new();
    for name in MEMBERS {
        let text = members.as_ref().and_then(|members| members.text(name));
        object.insert((*name).to_owned(), text.map_or(Value::Null, |text| Value::from(clean.text(&text))));
    }
    Value::Object(object)
}
