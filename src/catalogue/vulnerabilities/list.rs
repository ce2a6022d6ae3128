//! Vulnerability management: vulnerabilities, and the machines that have them.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/vulnerability>.

use crate::catalogue::budget;
use crate::catalogue::fields::{
    DEVICES, ID, NUMBER_OR_RANGE, ONE_OR_MANY, PAGING, RESULT_PAGING, TEXT_OR_NULL, TIME_OR_RANGE,
    values,
};
use crate::catalogue::vulnerabilities::software::MACHINE_REFERENCES;
use crate::catalogue::{Action, Effect, ResponseBody, Roles, Route, Run};
use crate::described::described;
use crate::schema::{
    Field, Kind,
    Literal::{Plain, Time},
    ObjectSchema,
};

pub(crate) const READ_VULNERABILITIES: Roles = &[&["Vulnerability.Read.All"]];

static BY_ID: ObjectSchema =
    ObjectSchema::new(&[Field::required("id", &ID, "CVE number.").in_path()]);

const SEVERITY: Field =
    Field::optional("severity", &ONE_OR_MANY, "Severity: Low, Medium, High, Critical.")
        .in_filter("severity", Plain);

static VULNERABILITY: Kind = Kind::Open(&[
    Field::required("id", &Kind::AnyText, "CVE number."),
    Field::optional("description", &TEXT_OR_NULL, "Description."),
    Field::optional("severity", &TEXT_OR_NULL, "Severity."),
    Field::optional("cvssV3", &Kind::Any, "CVSS score."),
    Field::optional("exposedMachines", &Kind::Any, "Number of machines that have it."),
    Field::optional("publicExploit", &Kind::Any, "Whether an exploit is public."),
]);

/// A list of vulnerabilities as the service returns it.
pub(crate) static VULNERABILITIES: Kind = Kind::Open(&[values!(&VULNERABILITY)]);

const FINDING: Kind = Kind::Open(&[
    Field::required("id", &Kind::AnyText, "ID of the finding."),
    Field::optional("cveId", &TEXT_OR_NULL, "CVE number."),
    Field::optional("machineId", &TEXT_OR_NULL, "Device ID of the machine."),
    Field::optional("productName", &TEXT_OR_NULL, "Product."),
    Field::optional("productVersion", &TEXT_OR_NULL, "Version."),
    Field::optional("fixingKbId", &TEXT_OR_NULL, "Update that fixes it."),
    Field::optional("severity", &TEXT_OR_NULL, "Severity."),
]);

pub(crate) static GET_VULNERABILITIES: Action = Action {
    name: "getVulnerabilities",
    title: described("List vulnerabilities"),
    summary: described("Lists vulnerabilities, filtered, sorted and in pages."),
    category: described("Vulnerabilities"),
    effect: Effect::Read,
    roles: READ_VULNERABILITIES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::optional("id", &ONE_OR_MANY, "CVE number.").in_filter("id", Plain),
        SEVERITY,
        Field::optional("cvssV3", &NUMBER_OR_RANGE, "CVSS score.").in_filter("cvssV3", Plain),
        Field::optional("publishedOn", &TIME_OR_RANGE, "When it was published.")
            .in_filter("publishedOn", Time),
        Field::optional("updatedOn", &TIME_OR_RANGE, "Time of the last change.")
            .in_filter("updatedOn", Time),
    ])
    .and(&[PAGING]),
    result: described(&Kind::Groups(&[&[values!(&VULNERABILITY)], RESULT_PAGING])),
    docs: described("get-all-vulnerabilities"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/vulnerabilities", ResponseBody::Page)),
};

pub(crate) static GET_VULNERABILITY: Action = Action {
    name: "getVulnerability",
    title: described("Get vulnerability"),
    summary: described("Reads one vulnerability."),
    category: described("Vulnerabilities"),
    effect: Effect::Read,
    roles: READ_VULNERABILITIES,
    budget: &budget::STANDARD,
    params: &BY_ID,
    result: described(&VULNERABILITY),
    docs: described("get-vulnerability-by-id"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/vulnerabilities/{id}", ResponseBody::Record)),
};

pub(crate) static GET_VULNERABILITY_MACHINES: Action = Action {
    name: "getVulnerabilityMachines",
    title: described("Get vulnerability machines"),
    summary: described("Lists the machines that have a vulnerability."),
    category: described("Vulnerabilities"),
    effect: Effect::Read,
    roles: READ_VULNERABILITIES,
    budget: &budget::STANDARD,
    params: &BY_ID,
    result: described(&MACHINE_REFERENCES),
    docs: described("get-machines-by-vulnerability"),
    deprecated: described(None),
    run: Run::Route(Route::get(
        "/api/vulnerabilities/{id}/machineReferences",
        ResponseBody::Collection,
    )),
};

pub(crate) static GET_VULNERABILITY_FINDINGS: Action = Action {
    name: "getVulnerabilityFindings",
    title: described("List vulnerability findings"),
    summary: described(
        "Lists vulnerabilities by product and machine, filtered, sorted and in pages.",
    ),
    category: described("Vulnerabilities"),
    effect: Effect::Read,
    roles: READ_VULNERABILITIES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::optional("cveId", &ONE_OR_MANY, "CVE number.").in_filter("cveId", Plain),
        Field::optional("machineId", &DEVICES, "Device ID of the machine.")
            .in_filter("machineId", Plain),
        Field::optional("productVendor", &ONE_OR_MANY, "Vendor.").in_filter("productVendor", Plain),
        Field::optional("productName", &ONE_OR_MANY, "Product.").in_filter("productName", Plain),
        Field::optional("productVersion", &ONE_OR_MANY, "Version.")
            .in_filter("productVersion", Plain),
        Field::optional("fixingKbId", &ONE_OR_MANY, "Update that fixes it.")
            .in_filter("fixingKbId", Plain),
        SEVERITY,
    ])
    .and(&[PAGING]),
    result: described(&Kind::Groups(&[&[values!(&FINDING)], RESULT_PAGING])),
    docs: described("get-all-vulnerabilities-by-machines"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/vulnerabilities/machinesVulnerabilities", ResponseBody::Page)),
};
