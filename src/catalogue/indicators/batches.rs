//! Batches of indicators.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/import-ti-indicators>.

use crate::catalogue::budget;
use crate::catalogue::fields::{BATCH, MAX_BATCH, NOTHING, values};
use crate::catalogue::indicators::single::{INDICATORS, SUBMISSION};
use crate::catalogue::{Action, Body, CollectionCheck, Effect, ResponseBody, Route, Run};
use crate::described::described;
use crate::schema::{Field, Kind, ObjectSchema};

const INDICATOR: Kind = Kind::Object(&SUBMISSION);

const RESULT: Kind = Kind::Open(&[
    Field::optional("id", &Kind::Any, "Indicator ID."),
    Field::optional("indicator", &Kind::Any, "Value."),
    Field::optional("isFailed", &Kind::Any, "Whether it was rejected."),
    Field::optional("failureReason", &Kind::Any, "Reason for the rejection."),
]);

pub(crate) static IMPORT_INDICATORS: Action = Action {
    name: "importIndicators",
    title: described("Import indicators"),
    summary: described(
        "Adds several indicators, or changes those with that type, value and action; if any is rejected, the call fails and says which.",
    ),
    category: described("Indicators"),
    effect: Effect::Policy,
    roles: INDICATORS,
    budget: &budget::INDICATOR_BATCHES,
    params: &ObjectSchema::new(&[Field::required(
        "indicators",
        &Kind::List { of: &INDICATOR, min: 1, max: MAX_BATCH },
        "Indicators.",
    )
    .in_body("Indicators")]),
    result: described(&Kind::Open(&[values!(&RESULT)])),
    docs: described("import-ti-indicators"),
    deprecated: described(None),
    run: Run::Route(Route::post(
        "/api/indicators/import",
        Body::Json(&[]),
        ResponseBody::WithCheck(CollectionCheck::Imported),
    )),
};

pub(crate) static DELETE_INDICATORS: Action = Action {
    name: "deleteIndicators",
    title: described("Delete indicators"),
    summary: described("Deletes several indicators: all or none."),
    category: described("Indicators"),
    effect: Effect::Policy,
    roles: INDICATORS,
    budget: &budget::INDICATOR_BATCHES,
    params: &ObjectSchema::new(&[
        Field::required("ids", &BATCH, "Indicator IDs.").in_body("IndicatorIds")
    ]),
    result: described(&NOTHING),
    docs: described("batch-delete-ti-indicators"),
    deprecated: described(None),
    run: Run::Route(Route::post(
        "/api/indicators/BatchDelete",
        Body::Json(&[]),
        ResponseBody::Empty,
    )),
};
