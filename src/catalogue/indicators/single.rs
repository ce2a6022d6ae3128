//! Indicators: what Defender warns about, blocks or allows.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/ti-indicator>.

use crate::catalogue::budget;
use crate::catalogue::fields::{
    ID, NON_BLANK, NOTHING, ONE_OR_MANY, ONE_OR_MANY_OR_PREFIX, PAGING, RESULT_PAGING,
    TEXT_OR_NULL, TIME, TIME_OR_RANGE, values,
};
use crate::catalogue::{
    Action, Body, Change, Effect, ExpectedMember, ResponseBody, Roles, Route, Run,
};
use crate::described::described;
use crate::schema::{
    Field, Kind,
    Literal::{Element, Plain, Time},
    ObjectSchema,
};

/// The first permission covers indicators that the application submitted itself, the second all.
pub(crate) const INDICATORS: Roles = &[&["Ti.ReadWrite", "Ti.ReadWrite.All"]];

const TYPE: Kind = Kind::Choice(&[
    "FileSha1",
    "FileSha256",
    "FileMd5",
    "CertificateThumbprint",
    "IpAddress",
    "DomainName",
    "Url",
]);
const ACTION: Kind = Kind::Choice(&[
    "Warn",
    "Block",
    "Audit",
    "Alert",
    "AlertAndBlock",
    "BlockAndRemediate",
    "Allowed",
]);
const SEVERITY: Kind = Kind::Choice(&["Informational", "Low", "Medium", "High"]);

/// An indicator as the caller gives it.
pub(crate) static SUBMISSION: ObjectSchema = ObjectSchema::new(&[
    Field::required(
        "indicatorValue",
        &NON_BLANK,
        "Hash, thumbprint, single IP address, domain or URL.",
    )
    .in_body("indicatorValue"),
    Field::required("indicatorType", &TYPE, "Type of the value.").in_body("indicatorType"),
    Field::required("action", &ACTION, "What Defender does; Audit requires `generateAlert`.")
        .in_body("action"),
    Field::required("title", &NON_BLANK, "Title of its alerts.").in_body("title"),
    Field::required("description", &NON_BLANK, "Description.").in_body("description"),
    Field::optional("severity", &SEVERITY, "Severity of its alerts.").in_body("severity"),
    Field::optional("generateAlert", &Kind::Boolean, "Whether it raises alerts.")
        .in_body("generateAlert"),
    Field::optional("recommendedActions", &NON_BLANK, "Recommended actions for its alerts.")
        .in_body("recommendedActions"),
    Field::optional("expirationTime", &TIME, "Expiry time.").in_body("expirationTime"),
    Field::optional(
        "application",
        &NON_BLANK,
        "Application that it belongs to; only for a new one.",
    )
    .in_body("application"),
    Field::optional(
        "rbacGroupNames",
        &Kind::List { of: &NON_BLANK, min: 1, max: 100 },
        "Device groups that it applies to; default: all.",
    )
    .in_body("rbacGroupNames"),
    Field::optional("educateUrl", &NON_BLANK, "Page shown to a warned user.").in_body("educateUrl"),
]);

const INDICATOR: Kind = Kind::Open(&[
    Field::required("id", &Kind::AnyText, "Indicator ID."),
    Field::optional("indicatorValue", &TEXT_OR_NULL, "Value."),
    Field::optional("indicatorType", &TEXT_OR_NULL, "Type of the value."),
    Field::optional("action", &TEXT_OR_NULL, "What Defender does."),
    Field::optional("title", &TEXT_OR_NULL, "Title."),
    Field::optional("expirationTime", &TEXT_OR_NULL, "Expiry time."),
]);

pub(crate) static GET_INDICATORS: Action = Action {
    name: "getIndicators",
    title: described("List indicators"),
    summary: described("Lists indicators, filtered, sorted and in pages."),
    category: described("Indicators"),
    effect: Effect::Read,
    roles: INDICATORS,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::optional("indicatorValue", &ONE_OR_MANY, "Value.")
            .in_filter("indicatorValue", Plain),
        Field::optional(
            "indicatorType",
            &Kind::Either(&[TYPE, Kind::List { of: &TYPE, min: 1, max: 7 }]),
            "Type of the value.",
        )
        .in_filter("indicatorType", Plain),
        Field::optional(
            "action",
            &Kind::Either(&[ACTION, Kind::List { of: &ACTION, min: 1, max: 7 }]),
            "What Defender does.",
        )
        .in_filter("action", Plain),
        Field::optional(
            "severity",
            &Kind::Either(&[SEVERITY, Kind::List { of: &SEVERITY, min: 1, max: 4 }]),
            "Severity of its alerts.",
        )
        .in_filter("severity", Plain),
        Field::optional("title", &ONE_OR_MANY_OR_PREFIX, "Title.").in_filter("title", Plain),
        Field::optional("application", &ONE_OR_MANY, "Application.")
            .in_filter("application", Plain),
        Field::optional("createdBy", &ONE_OR_MANY, "ID of the submitter.")
            .in_filter("createdBy", Plain),
        Field::optional("createdByDisplayName", &ONE_OR_MANY, "Name of the submitter.")
            .in_filter("createdByDisplayName", Plain),
        Field::optional("generateAlert", &Kind::Boolean, "Whether it raises alerts.")
            .in_filter("generateAlert", Plain),
        Field::optional("rbacGroupNames", &ONE_OR_MANY, "Device group.")
            .in_filter("rbacGroupNames", Element),
        Field::optional("creationTimeDateTimeUtc", &TIME_OR_RANGE, "Submission time.")
            .in_filter("creationTimeDateTimeUtc", Time),
        Field::optional("expirationTime", &TIME_OR_RANGE, "Expiry time.")
            .in_filter("expirationTime", Time),
    ])
    .and(&[PAGING]),
    result: described(&Kind::Groups(&[&[values!(&INDICATOR)], RESULT_PAGING])),
    docs: described("get-ti-indicators-collection"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/indicators", ResponseBody::Page)),
};

pub(crate) static SUBMIT_INDICATOR: Action = Action {
    name: "submitIndicator",
    title: described("Submit indicator"),
    summary: described(
        "Adds an indicator, or changes the one with that type, value and action; one with another action remains.",
    ),
    category: described("Indicators"),
    effect: Effect::Policy,
    roles: INDICATORS,
    budget: &budget::STANDARD,
    params: &SUBMISSION,
    result: described(&INDICATOR),
    docs: described("post-ti-indicator"),
    deprecated: described(None),
    run: Run::Route(Route::post(
        "/api/indicators",
        Body::Json(&[]),
        ResponseBody::Changed(&SUBMITTED),
    )),
};

static SUBMITTED: Change = Change {
    mismatch: "is not the submitted indicator (check with `getIndicators`)",
    read: "getIndicators",
    expected: &[
        ExpectedMember::IndicatorValue("indicatorValue"),
        ExpectedMember::Subject("indicatorType"),
        ExpectedMember::Value("action"),
        ExpectedMember::ValueIfPresent("title"),
        ExpectedMember::ValueIfPresent("severity"),
        ExpectedMember::ValueIfPresent("generateAlert"),
    ],
};

pub(crate) static DELETE_INDICATOR: Action = Action {
    name: "deleteIndicator",
    title: described("Delete indicator"),
    summary: described("Deletes an indicator."),
    category: described("Indicators"),
    effect: Effect::Policy,
    roles: INDICATORS,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[Field::required("id", &ID, "Indicator ID.").in_path()]),
    result: described(&NOTHING),
    docs: described("delete-ti-indicator-by-id"),
    deprecated: described(None),
    run: Run::Route(Route::delete("/api/indicators/{id}")),
};
