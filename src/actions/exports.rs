//! Vulnerability management: the whole assessment of every machine, page by page or as files.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/get-assessment-methods-properties>.

use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

use super::budget;
use super::fields::{TEXT_OR_NULL, TIME, values};
use super::pages::CUT_OFF;
use super::row::{Action, Answer, Effect, Route, Run};
use super::software::READ_SOFTWARE;
use super::vulnerabilities::READ_VULNERABILITIES;
use crate::client::Client;
use crate::error::Error;
use crate::outcome::{Outcome, Warning};
use crate::response::{self, Member, Members};
use crate::shape::{Field, Input, Kind, Shape, VISIBLE};

/// A page of an export. The service's own default of 50,000 records is about 50 MB, more than `limits.maxResponseBytes`.
static PAGE: &[Field] = &[
    Field::optional("pageSize", &Kind::Integer { min: 1, max: 200_000 }, "How many to a page, at about 1 KB each.")
        .or_number(&10_000)
        .in_query("pageSize"),
    Field::optional("cursor", &Kind::Text(&VISIBLE), "`cursor` of the page before; all else as for that page.")
        .in_query("$skiptoken"),
];

static PAGED: Shape = Shape::of(&[]).and(&[PAGE]);

const FINDING: Kind = Kind::Open(&[
    Field::optional("id", &TEXT_OR_NULL, "ID of the record."),
    Field::optional("deviceId", &TEXT_OR_NULL, "Device ID of the machine."),
    Field::optional("deviceName", &TEXT_OR_NULL, "Name of the machine."),
]);

static EXPORT: Kind = Kind::Open(&[
    values!(&FINDING),
    Field::optional("cursor", &Kind::AnyText, "What to give for the next page; left out on the last."),
]);

pub(super) static EXPORT_CONFIGURATION_ASSESSMENT: Action = Action {
    name: "exportConfigurationAssessment",
    title: "Export configuration assessment",
    summary: "Gives a page of how each machine is configured, check by check.",
    category: "Exports",
    effect: Effect::Read,
    roles: READ_VULNERABILITIES,
    budget: &budget::EXPORTS,
    params: &PAGED,
    result: &EXPORT,
    docs: "get-assessment-secure-config",
    deprecated: None,
    run: Run::Route(Route::get("/api/machines/SecureConfigurationsAssessmentByMachine", Answer::Checked(goes_on))),
};

pub(super) static EXPORT_SOFTWARE_INVENTORY: Action = Action {
    name: "exportSoftwareInventory",
    title: "Export software inventory",
    summary: "Gives a page of the software on each machine.",
    category: "Exports",
    effect: Effect::Read,
    roles: READ_SOFTWARE,
    budget: &budget::EXPORTS,
    params: &PAGED,
    result: &EXPORT,
    docs: "get-assessment-software-inventory",
    deprecated: None,
    run: Run::Route(Route::get("/api/machines/SoftwareInventoryByMachine", Answer::Checked(goes_on))),
};

pub(super) static EXPORT_SOFTWARE_VULNERABILITIES: Action = Action {
    name: "exportSoftwareVulnerabilities",
    title: "Export software vulnerabilities",
    summary: "Gives a page of the vulnerabilities on each machine.",
    category: "Exports",
    effect: Effect::Read,
    roles: READ_VULNERABILITIES,
    budget: &budget::EXPORTS,
    params: &PAGED,
    result: &EXPORT,
    docs: "get-assessment-software-vulnerabilities",
    deprecated: None,
    run: Run::Route(Route::get("/api/machines/SoftwareVulnerabilitiesByMachine", Answer::Checked(goes_on))),
};

pub(super) static EXPORT_VULNERABILITY_CHANGES: Action = Action {
    name: "exportVulnerabilityChanges",
    title: "Export vulnerability changes",
    summary: "Gives a page of how vulnerabilities changed on each machine since a time. A machine that changed its device group comes twice: Fixed in the old group, New in the other.",
    category: "Exports",
    effect: Effect::Read,
    roles: READ_VULNERABILITIES,
    budget: &budget::EXPORTS,
    params: &Shape::of(&[
        Field::required("sinceTime", &TIME, "Since when; not longer ago than 14 days.").in_query("sinceTime")
    ])
    .and(&[PAGE]),
    result: &EXPORT,
    docs: "get-assessment-software-vulnerabilities",
    deprecated: None,
    run: Run::Route(Route::get("/api/machines/SoftwareVulnerabilityChangesByMachine", Answer::Checked(goes_on))),
};

/// Gives the page, with a cursor if there are more. The service's link to the next page is never followed, whichever host it names:
/// all that is taken from it is how far it has come, and that goes to the API's own address.
fn goes_on(client: &Client<'_>, params: &Input, body: Vec<u8>) -> Result<Option<Outcome>, Error> {
    let Some(text) = response::collection(body) else { return Ok(None) };
    let Some(members) = Members::parse_text(&text) else { return Ok(None) };
    let link = match response::next_link(&members) {
        Member::Absent => return Ok(Some(Outcome::of(text))),
        link => link.value().unwrap_or_default(),
    };
    let fresh = |cursor: &String| fits(cursor) && params.text("cursor") != Some(cursor);
    if let Some(cursor) = cursor(&link).filter(fresh) {
        return Ok(Some(Outcome::of(members.with(&[("cursor", Value::from(cursor))]))));
    }
    // A `cursor` of the service's would be taken for ours.
    let text = if members.raw("cursor").is_some() { members.with(&[("cursor", Value::Null)]) } else { text };
    let host = Url::parse(&link).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let message = "There are more records, but the service's link to the next page leads nowhere new: begin the export again, with another `pageSize`.";
    let warning = Warning::new(CUT_OFF, message).with_detail("host", Value::from(client.sanitizer().text(&host)));
    Ok(Some(Outcome::of(text).with_warning(warning)))
}

/// What to ask for by a link to the next page: its `$skiptoken`, or `$skip=…`. The link may lack scheme and host, or be encoded as a
/// whole.
fn cursor(link: &str) -> Option<String> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(String::from).ok();
    if !link.contains('?') {
        return decoded(link).filter(|link| link.contains('?')).and_then(|link| cursor(&link));
    }
    let query = link.split('#').next()?.split_once('?')?.1;
    let find = |wanted: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let is = |name: &str| decoded(name).is_some_and(|name| name.eq_ignore_ascii_case(wanted));
        pairs.find(|(name, _)| is(name)).and_then(|(_, value)| decoded(value)).filter(|value| !value.is_empty())
    };
    let skip = || {
        let skip: u64 = find("$skip")?.parse().ok()?;
        (skip > 0).then(|| format!("$skip={skip}"))
    };
    find("$skiptoken").or_else(skip)
}

/// Whether a token will be taken back as a parameter.
fn fits(token: &str) -> bool {
    (VISIBLE.check)(token) && token.len() <= VISIBLE.max
}
