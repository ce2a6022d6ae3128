//! Advanced hunting: queries over the raw events of the last 30 days. They only read, although they
//! are POSTs.
//!
//! <https://learn.microsoft.com/en-us/graph/api/security-security-runhuntingquery>.

use crate::catalogue::budget;
use crate::catalogue::fields::NON_BLANK;
use crate::catalogue::{Action, Body, CustomBody, Effect, ResponseBody, Route, Run};
use crate::described::described;
use crate::schema::{Field, Kind, ObjectSchema, QUERY as QUERY_RULE};

const QUERY: Field =
    Field::required("query", &Kind::Text(&QUERY_RULE), "Query in Kusto's language.")
        .in_body("Query");

/// A list of anything.
const ROWS: Kind = Kind::List { of: &Kind::Any, min: 0, max: usize::MAX };

pub(crate) static RUN_HUNTING_QUERY: Action = Action {
    name: "runHuntingQuery",
    title: described("Run hunting query"),
    summary: described(
        "Runs a query over the events of all Defender products, through Microsoft Graph.",
    ),
    category: described("Hunting"),
    effect: Effect::Read,
    roles: &[&["ThreatHunting.Read.All"]],
    budget: &budget::HUNTING,
    params: &ObjectSchema::new(&[
        QUERY,
        Field::optional("timespan", &NON_BLANK, "How far back, in ISO 8601, for example P7D.")
            .in_body("Timespan"),
    ]),
    result: described(&Kind::Open(&[
        Field::required("schema", &ROWS, "Name and type of each column."),
        Field::required("results", &ROWS, "The rows."),
    ])),
    docs: described(
        "https://learn.microsoft.com/en-us/graph/api/security-security-runhuntingquery",
    ),
    deprecated: described(None),
    run: Run::Route(
        Route::post(
            "/v1.0/security/runHuntingQuery",
            Body::Custom(CustomBody::Query),
            ResponseBody::Object,
        )
        .on_graph(),
    ),
};

pub(crate) static RUN_ADVANCED_QUERY: Action = Action {
    name: "runAdvancedQuery",
    title: described("Run advanced query"),
    summary: described("Runs a query over the events of machines, through Defender's own API."),
    category: described("Hunting"),
    effect: Effect::Read,
    roles: &[&["AdvancedQuery.Read.All"]],
    budget: &budget::HUNTING,
    params: &ObjectSchema::new(&[QUERY]),
    result: described(&Kind::Open(&[
        Field::required("Schema", &ROWS, "Name and type of each column."),
        Field::required("Results", &ROWS, "The rows."),
    ])),
    docs: described("run-advanced-query-api"),
    deprecated: described(Some(
        "Microsoft retires it on 2027-02-01 (MC1220762): use `runHuntingQuery`.",
    )),
    run: Run::Route(Route::post(
        "/api/advancedqueries/run",
        Body::Custom(CustomBody::Query),
        ResponseBody::Object,
    )),
};
