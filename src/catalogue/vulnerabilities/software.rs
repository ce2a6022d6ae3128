//! Vulnerability management: software, and where it is installed.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/software>.

use crate::catalogue::budget;
use crate::catalogue::fields::{ID, ONE_OR_MANY, PAGING, RESULT_PAGING, TEXT_OR_NULL, values};
use crate::catalogue::vulnerabilities::list::{READ_VULNERABILITIES, VULNERABILITIES};
use crate::catalogue::{Action, Effect, ResponseBody, Roles, Route, Run};
use crate::described::described;
use crate::schema::{Field, Kind, Literal::Plain, ObjectSchema};

pub(crate) const READ_SOFTWARE: Roles = &[&["Software.Read.All"]];

static BY_ID: ObjectSchema =
    ObjectSchema::new(&[Field::required("id", &ID, "Software ID: vendor-_-product.").in_path()]);

/// A product as the service returns it.
pub(crate) static SOFTWARE: Kind = Kind::Open(&[
    Field::required("id", &Kind::AnyText, "Software ID."),
    Field::optional("name", &TEXT_OR_NULL, "Name."),
    Field::optional("vendor", &TEXT_OR_NULL, "Vendor."),
    Field::optional("weaknesses", &Kind::Any, "Number of vulnerabilities."),
    Field::optional("exposedMachines", &Kind::Any, "Number of machines that have them."),
]);

/// A list of products as the service returns it.
pub(crate) static SOFTWARE_LIST: Kind = Kind::Open(&[values!(&SOFTWARE)]);

const MISSING_UPDATE: Kind = Kind::Open(&[
    Field::required("id", &Kind::AnyText, "KB number."),
    Field::optional("name", &TEXT_OR_NULL, "Name."),
    Field::optional("url", &TEXT_OR_NULL, "URL."),
    Field::optional("cveAddressed", &Kind::Any, "Number of vulnerabilities that it fixes."),
]);

/// A list of missing updates as the service returns it.
pub(crate) static MISSING_UPDATES: Kind = Kind::Open(&[values!(&MISSING_UPDATE)]);

const MACHINE_REFERENCE: Kind = Kind::Open(&[
    Field::required("id", &Kind::AnyText, "Device ID."),
    Field::optional("computerDnsName", &TEXT_OR_NULL, "Fully qualified name."),
    Field::optional("osPlatform", &TEXT_OR_NULL, "Operating system."),
]);

/// A list of references to machines as the service returns it.
pub(crate) static MACHINE_REFERENCES: Kind = Kind::Open(&[values!(&MACHINE_REFERENCE)]);

const DISTRIBUTION: Kind = Kind::Open(&[
    Field::required("version", &Kind::AnyText, "Version."),
    Field::optional("installations", &Kind::Any, "Number of machines that have it."),
    Field::optional("vulnerabilities", &Kind::Any, "Number of vulnerabilities."),
]);

pub(crate) static GET_SOFTWARE_LIST: Action = Action {
    name: "getSoftwareList",
    title: described("List software"),
    summary: described("Lists the software of the organisation, filtered, sorted and in pages."),
    category: described("Software"),
    effect: Effect::Read,
    roles: READ_SOFTWARE,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::optional("id", &ONE_OR_MANY, "Software ID: vendor-_-product.")
            .in_filter("id", Plain),
        Field::optional("name", &ONE_OR_MANY, "Name.").in_filter("name", Plain),
        Field::optional("vendor", &ONE_OR_MANY, "Vendor.").in_filter("vendor", Plain),
    ])
    .and(&[PAGING]),
    result: described(&Kind::Groups(&[&[values!(&SOFTWARE)], RESULT_PAGING])),
    docs: described("get-software"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/software", ResponseBody::Page)),
};

pub(crate) static GET_SOFTWARE: Action = Action {
    name: "getSoftware",
    title: described("Get software"),
    summary: described("Reads one product."),
    category: described("Software"),
    effect: Effect::Read,
    roles: READ_SOFTWARE,
    budget: &budget::STANDARD,
    params: &BY_ID,
    result: described(&SOFTWARE),
    docs: described("get-software-by-id"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/software/{id}", ResponseBody::Record)),
};

pub(crate) static GET_SOFTWARE_VERSIONS: Action = Action {
    name: "getSoftwareVersions",
    title: described("Get software versions"),
    summary: described("Lists the versions of a product and how common each is."),
    category: described("Software"),
    effect: Effect::Read,
    roles: READ_SOFTWARE,
    budget: &budget::STANDARD,
    params: &BY_ID,
    result: described(&Kind::Open(&[values!(&DISTRIBUTION)])),
    docs: described("get-software-ver-distribution"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/software/{id}/distributions", ResponseBody::Collection)),
};

pub(crate) static GET_SOFTWARE_MACHINES: Action = Action {
    name: "getSoftwareMachines",
    title: described("Get software machines"),
    summary: described("Lists the machines that have a product."),
    category: described("Software"),
    effect: Effect::Read,
    roles: READ_SOFTWARE,
    budget: &budget::STANDARD,
    params: &BY_ID,
    result: described(&MACHINE_REFERENCES),
    docs: described("get-machines-by-software"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/software/{id}/machineReferences", ResponseBody::Collection)),
};

pub(crate) static GET_SOFTWARE_VULNERABILITIES: Action = Action {
    name: "getSoftwareVulnerabilities",
    title: described("Get software vulnerabilities"),
    summary: described("Lists the vulnerabilities of a product."),
    category: described("Software"),
    effect: Effect::Read,
    roles: READ_VULNERABILITIES,
    budget: &budget::STANDARD,
    params: &BY_ID,
    result: described(&VULNERABILITIES),
    docs: described("get-vuln-by-software"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/software/{id}/vulnerabilities", ResponseBody::Collection)),
};

pub(crate) static GET_SOFTWARE_MISSING_UPDATES: Action = Action {
    name: "getSoftwareMissingUpdates",
    title: described("Get software missing updates"),
    summary: described("Lists the security updates of a product that machines lack."),
    category: described("Software"),
    effect: Effect::Read,
    roles: READ_SOFTWARE,
    budget: &budget::STANDARD,
    params: &BY_ID,
    result: described(&MISSING_UPDATES),
    docs: described("get-missing-kbs-software"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/software/{id}/getmissingkbs", ResponseBody::Collection)),
};
