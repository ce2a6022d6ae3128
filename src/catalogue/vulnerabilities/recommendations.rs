//! Vulnerability management: security recommendations.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/recommendation>.

use crate::catalogue::budget;
use crate::catalogue::fields::{
    ID, NUMBER_OR_RANGE, ONE_OR_MANY, PAGING, RESULT_PAGING, TEXT_OR_NULL, values,
};
use crate::catalogue::vulnerabilities::list::VULNERABILITIES;
use crate::catalogue::vulnerabilities::software::MACHINE_REFERENCES;
use crate::catalogue::{Action, Effect, ResponseBody, Roles, Route, Run};
use crate::described::described;
use crate::schema::{Field, Kind, Literal::Plain, ObjectSchema};

pub(crate) const READ_RECOMMENDATIONS: Roles = &[&["SecurityRecommendation.Read.All"]];

static BY_ID: ObjectSchema =
    ObjectSchema::new(&[Field::required("id", &ID, "Recommendation ID.").in_path()]);

static RECOMMENDATION: Kind = Kind::Open(&[
    Field::required("id", &Kind::AnyText, "Recommendation ID."),
    Field::optional("recommendationName", &TEXT_OR_NULL, "What to do."),
    Field::optional("productName", &TEXT_OR_NULL, "Product."),
    Field::optional("severityScore", &Kind::Any, "Severity."),
    Field::optional("exposedMachinesCount", &Kind::Any, "Number of affected machines."),
    Field::optional("status", &TEXT_OR_NULL, "Status."),
]);

/// A list of recommendations as the service returns it.
pub(crate) static RECOMMENDATIONS: Kind = Kind::Open(&[values!(&RECOMMENDATION)]);

pub(crate) static GET_RECOMMENDATIONS: Action = Action {
    name: "getRecommendations",
    title: described("List recommendations"),
    summary: described("Lists security recommendations, filtered, sorted and in pages."),
    category: described("Recommendations"),
    effect: Effect::Read,
    roles: READ_RECOMMENDATIONS,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::optional("id", &ONE_OR_MANY, "Recommendation ID.").in_filter("id", Plain),
        Field::optional("vendor", &ONE_OR_MANY, "Vendor.").in_filter("vendor", Plain),
        Field::optional("productName", &ONE_OR_MANY, "Product.").in_filter("productName", Plain),
        Field::optional("recommendationCategory", &ONE_OR_MANY, "Category.")
            .in_filter("recommendationCategory", Plain),
        Field::optional("subCategory", &ONE_OR_MANY, "Subcategory.")
            .in_filter("subCategory", Plain),
        Field::optional("remediationType", &ONE_OR_MANY, "Type of remediation.")
            .in_filter("remediationType", Plain),
        Field::optional("severityScore", &NUMBER_OR_RANGE, "Severity.")
            .in_filter("severityScore", Plain),
        Field::optional("status", &ONE_OR_MANY, "Status: Active, Exception.")
            .in_filter("status", Plain),
    ])
    .and(&[PAGING]),
    result: described(&Kind::Groups(&[&[values!(&RECOMMENDATION)], RESULT_PAGING])),
    docs: described("get-all-recommendations"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/recommendations", ResponseBody::Page)),
};

pub(crate) static GET_RECOMMENDATION: Action = Action {
    name: "getRecommendation",
    title: described("Get recommendation"),
    summary: described("Reads one security recommendation."),
    category: described("Recommendations"),
    effect: Effect::Read,
    roles: READ_RECOMMENDATIONS,
    budget: &budget::STANDARD,
    params: &BY_ID,
    result: described(&RECOMMENDATION),
    docs: described("get-recommendation-by-id"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/recommendations/{id}", ResponseBody::Record)),
};

pub(crate) static GET_RECOMMENDATION_SOFTWARE: Action = Action {
    name: "getRecommendationSoftware",
    title: described("Get recommendation software"),
    summary: described("Reads the software that a recommendation is about."),
    category: described("Recommendations"),
    effect: Effect::Read,
    roles: READ_RECOMMENDATIONS,
    budget: &budget::STANDARD,
    params: &BY_ID,
    result: described(&Kind::Any),
    docs: described("list-recommendation-software"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/recommendations/{id}/software", ResponseBody::Object)),
};

pub(crate) static GET_RECOMMENDATION_MACHINES: Action = Action {
    name: "getRecommendationMachines",
    title: described("Get recommendation machines"),
    summary: described("Lists the machines that a recommendation applies to."),
    category: described("Recommendations"),
    effect: Effect::Read,
    roles: READ_RECOMMENDATIONS,
    budget: &budget::STANDARD,
    params: &BY_ID,
    result: described(&MACHINE_REFERENCES),
    docs: described("get-recommendation-machines"),
    deprecated: described(None),
    run: Run::Route(Route::get(
        "/api/recommendations/{id}/machineReferences",
        ResponseBody::Collection,
    )),
};

pub(crate) static GET_RECOMMENDATION_VULNERABILITIES: Action = Action {
    name: "getRecommendationVulnerabilities",
    title: described("Get recommendation vulnerabilities"),
    summary: described("Lists the vulnerabilities that a recommendation fixes."),
    category: described("Recommendations"),
    effect: Effect::Read,
    roles: READ_RECOMMENDATIONS,
    budget: &budget::STANDARD,
    params: &BY_ID,
    result: described(&VULNERABILITIES),
    docs: described("get-recommendation-vulnerabilities"),
    deprecated: described(None),
    run: Run::Route(Route::get(
        "/api/recommendations/{id}/vulnerabilities",
        ResponseBody::Collection,
    )),
};
