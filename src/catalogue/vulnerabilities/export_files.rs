//! Vulnerability management: assessments as files in Azure storage. The links are signed: anyone
//! who has one can read the file until it expires, so treat them as secrets.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/get-assessment-methods-properties>.

use crate::catalogue::budget;
use crate::catalogue::fields::TEXT_OR_NULL;
use crate::catalogue::vulnerabilities::list::READ_VULNERABILITIES;
use crate::catalogue::vulnerabilities::software::READ_SOFTWARE;
use crate::catalogue::{Action, Effect, ResponseBody, Route, Run};
use crate::described::described;
use crate::schema::{Field, Kind, ObjectSchema};

static PARAMS: ObjectSchema = ObjectSchema::new(&[Field::optional(
    "sasValidHours",
    &Kind::Integer { min: 1, max: 24 },
    "How long the links are valid; default: 1 hour. Some exports allow at most 6.",
)
.in_query("sasValidHours")]);

static FILES: Kind = Kind::Open(&[
    Field::required(
        "exportFiles",
        &Kind::List { of: &Kind::AnyText, min: 0, max: usize::MAX },
        "Links to gzipped files of JSON lines. They are signed: treat them as secrets.",
    ),
    Field::optional("generatedTime", &TEXT_OR_NULL, "Creation time of the files."),
]);

pub(crate) static GET_CONFIGURATION_ASSESSMENT_FILES: Action = Action {
    name: "getConfigurationAssessmentFiles",
    title: described("Get configuration assessment files"),
    summary: described(
        "Returns links to files with each machine's configuration. The links are secrets.",
    ),
    category: described("Exports"),
    effect: Effect::Read,
    roles: READ_VULNERABILITIES,
    budget: &budget::EXPORT_FILES,
    params: &PARAMS,
    result: described(&FILES),
    docs: described("get-assessment-secure-config"),
    deprecated: described(None),
    run: Run::Route(Route::get(
        "/api/machines/SecureConfigurationsAssessmentExport",
        ResponseBody::Object,
    )),
};

pub(crate) static GET_SOFTWARE_INVENTORY_FILES: Action = Action {
    name: "getSoftwareInventoryFiles",
    title: described("Get software inventory files"),
    summary: described(
        "Returns links to files with each machine's software. The links are secrets.",
    ),
    category: described("Exports"),
    effect: Effect::Read,
    roles: READ_SOFTWARE,
    budget: &budget::EXPORT_FILES,
    params: &PARAMS,
    result: described(&FILES),
    docs: described("get-assessment-software-inventory"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/machines/SoftwareInventoryExport", ResponseBody::Object)),
};

pub(crate) static GET_SOFTWARE_VULNERABILITY_FILES: Action = Action {
    name: "getSoftwareVulnerabilityFiles",
    title: described("Get software vulnerability files"),
    summary: described(
        "Returns links to files with each machine's vulnerabilities. The links are secrets.",
    ),
    category: described("Exports"),
    effect: Effect::Read,
    roles: READ_VULNERABILITIES,
    budget: &budget::EXPORT_FILES,
    params: &PARAMS,
    result: described(&FILES),
    docs: described("get-assessment-software-vulnerabilities"),
    deprecated: described(None),
    run: Run::Route(Route::get(
        "/api/machines/SoftwareVulnerabilitiesExport",
        ResponseBody::Object,
    )),
};
