//! Vulnerability management: assessments of all machines, page by page.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/get-assessment-methods-properties>.

use crate::catalogue::budget;
use crate::catalogue::fields::{TEXT_OR_NULL, TIME, values};
use crate::catalogue::vulnerabilities::list::READ_VULNERABILITIES;
use crate::catalogue::vulnerabilities::software::READ_SOFTWARE;
use crate::catalogue::{Action, CollectionCheck, Effect, ResponseBody, Route, Run};
use crate::described::described;
use crate::schema::{Field, Kind, ObjectSchema, VISIBLE};

/// Paging of an export. The service's default of 50,000 records is about 50 MB, more than
/// `limits.maxResponseBytes`.
static PAGE: &[Field] = &[
    Field::optional(
        "pageSize",
        &Kind::Integer { min: 1, max: 200_000 },
        "Page size; a record has about 1 KB.",
    )
    .or_number(&10_000)
    .in_query("pageSize"),
    Field::optional(
        "cursor",
        &Kind::Text(&VISIBLE),
        "`cursor` of the previous page; repeat its other parameters.",
    )
    .in_query("$skiptoken"),
];

static PAGED: ObjectSchema = ObjectSchema::new(&[]).and(&[PAGE]);

const FINDING: Kind = Kind::Open(&[
    Field::optional("id", &TEXT_OR_NULL, "ID of the record."),
    Field::optional("deviceId", &TEXT_OR_NULL, "Device ID of the machine."),
    Field::optional("deviceName", &TEXT_OR_NULL, "Name of the machine."),
]);

static EXPORT: Kind = Kind::Open(&[
    values!(&FINDING),
    Field::optional("cursor", &Kind::AnyText, "Parameter for the next page; absent on the last."),
]);

pub(crate) static EXPORT_CONFIGURATION_ASSESSMENT: Action = Action {
    name: "exportConfigurationAssessment",
    title: described("Export configuration assessment"),
    summary: described("Returns a page of each machine's configuration, check by check."),
    category: described("Exports"),
    effect: Effect::Read,
    roles: READ_VULNERABILITIES,
    budget: &budget::EXPORTS,
    params: &PAGED,
    result: described(&EXPORT),
    docs: described("get-assessment-secure-config"),
    deprecated: described(None),
    run: Run::Route(Route::get(
        "/api/machines/SecureConfigurationsAssessmentByMachine",
        ResponseBody::WithCheck(CollectionCheck::Export),
    )),
};

pub(crate) static EXPORT_SOFTWARE_INVENTORY: Action = Action {
    name: "exportSoftwareInventory",
    title: described("Export software inventory"),
    summary: described("Returns a page of the software on each machine."),
    category: described("Exports"),
    effect: Effect::Read,
    roles: READ_SOFTWARE,
    budget: &budget::EXPORTS,
    params: &PAGED,
    result: described(&EXPORT),
    docs: described("get-assessment-software-inventory"),
    deprecated: described(None),
    run: Run::Route(Route::get(
        "/api/machines/SoftwareInventoryByMachine",
        ResponseBody::WithCheck(CollectionCheck::Export),
    )),
};

pub(crate) static EXPORT_SOFTWARE_VULNERABILITIES: Action = Action {
    name: "exportSoftwareVulnerabilities",
    title: described("Export software vulnerabilities"),
    summary: described("Returns a page of the vulnerabilities on each machine."),
    category: described("Exports"),
    effect: Effect::Read,
    roles: READ_VULNERABILITIES,
    budget: &budget::EXPORTS,
    params: &PAGED,
    result: described(&EXPORT),
    docs: described("get-assessment-software-vulnerabilities"),
    deprecated: described(None),
    run: Run::Route(Route::get(
        "/api/machines/SoftwareVulnerabilitiesByMachine",
        ResponseBody::WithCheck(CollectionCheck::Export),
    )),
};

pub(crate) static EXPORT_VULNERABILITY_CHANGES: Action = Action {
    name: "exportVulnerabilityChanges",
    title: described("Export vulnerability changes"),
    summary: described(
        "Returns a page of the changes of vulnerabilities on each machine since a given time. A machine that changed its device group is listed twice: Fixed in the old group, New in the other.",
    ),
    category: described("Exports"),
    effect: Effect::Read,
    roles: READ_VULNERABILITIES,
    budget: &budget::EXPORTS,
    params: &ObjectSchema::new(&[Field::required(
        "sinceTime",
        &TIME,
        "Start time, within the last 14 days.",
    )
    .in_query("sinceTime")])
    .and(&[PAGE]),
    result: described(&EXPORT),
    docs: described("get-assessment-software-vulnerabilities"),
    deprecated: described(None),
    run: Run::Route(Route::get(
        "/api/machines/SoftwareVulnerabilityChangesByMachine",
        ResponseBody::WithCheck(CollectionCheck::Export),
    )),
};
