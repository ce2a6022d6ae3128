//! Addresses and domains: statistics, alerts and machines.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/get-ip-statistics>.

use crate::catalogue::budget;
use crate::catalogue::entities::{
    ALERTS, MACHINES, READ_ADDRESSES, READ_ALERTS, READ_DOMAINS, READ_MACHINES,
};
use crate::catalogue::fields::{ID, LOOK_BACK, TEXT_OR_NULL};
use crate::catalogue::{Action, Effect, ResponseBody, Route, Run};
use crate::described::described;
use crate::schema::{ADDRESS, Field, Kind, ObjectSchema};

const IP: Field = Field::required("ip", &Kind::Text(&ADDRESS), "IP address.").in_path();
const DOMAIN: Field = Field::required("domain", &ID, "Domain.").in_path();

/// Statistics as the service returns them.
pub(crate) static STATISTICS: Kind = Kind::Open(&[
    Field::optional(
        "organizationPrevalence",
        &Kind::Any,
        "Number of the organisation's machines on which it was seen.",
    ),
    Field::optional("orgFirstSeen", &TEXT_OR_NULL, "When it was first seen there."),
    Field::optional("orgLastSeen", &TEXT_OR_NULL, "When it was last seen there."),
]);

pub(crate) static GET_IP_ALERTS: Action = Action {
    name: "getIpAlerts",
    title: described("Get IP alerts"),
    summary: described("Lists the alerts about an IP address."),
    category: described("Network"),
    effect: Effect::Read,
    roles: READ_ALERTS,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[IP]),
    result: described(&ALERTS),
    docs: described("get-ip-related-alerts"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/ips/{ip}/alerts", ResponseBody::Collection)),
};

pub(crate) static GET_IP_STATISTICS: Action = Action {
    name: "getIpStatistics",
    title: described("Get IP statistics"),
    summary: described("Reads how often the organisation's machines talked to an IP address."),
    category: described("Network"),
    effect: Effect::Read,
    roles: READ_ADDRESSES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[IP, LOOK_BACK]),
    result: described(&STATISTICS),
    docs: described("get-ip-statistics"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/ips/{ip}/stats", ResponseBody::Object)),
};

pub(crate) static GET_DOMAIN_ALERTS: Action = Action {
    name: "getDomainAlerts",
    title: described("Get domain alerts"),
    summary: described("Lists the alerts about a domain."),
    category: described("Network"),
    effect: Effect::Read,
    roles: READ_ALERTS,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[DOMAIN]),
    result: described(&ALERTS),
    docs: described("get-domain-related-alerts"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/domains/{domain}/alerts", ResponseBody::Collection)),
};

pub(crate) static GET_DOMAIN_MACHINES: Action = Action {
    name: "getDomainMachines",
    title: described("Get domain machines"),
    summary: described("Lists the machines that talked to a domain."),
    category: described("Network"),
    effect: Effect::Read,
    roles: READ_MACHINES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[DOMAIN]),
    result: described(&MACHINES),
    docs: described("get-domain-related-machines"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/domains/{domain}/machines", ResponseBody::Collection)),
};

pub(crate) static GET_DOMAIN_STATISTICS: Action = Action {
    name: "getDomainStatistics",
    title: described("Get domain statistics"),
    summary: described("Reads how often the organisation's machines talked to a domain."),
    category: described("Network"),
    effect: Effect::Read,
    roles: READ_DOMAINS,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[DOMAIN, LOOK_BACK]),
    result: described(&STATISTICS),
    docs: described("get-domain-statistics"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/domains/{domain}/stats", ResponseBody::Object)),
};
