//! Advanced hunting: queries over the raw events of the last 30 days. They read, although they are POSTs.
//!
//! <https://learn.microsoft.com/en-us/graph/api/security-security-runhuntingquery>.

use serde_json::Value;

use super::budget;
use super::fields::WORDS;
use super::row::{Action, Answer, Body, Effect, Route, Run};
use crate::json::object;
use crate::shape::{Field, Input, Kind, QUERY as QUERY_RULE, Shape};

const QUERY: Field = Field::required("query", &Kind::Text(&QUERY_RULE), "Query in Kusto's language.").in_body("Query");

/// The query to the letter, but for the mark that an editor puts in front of a file.
fn body(params: &Input) -> Value {
    let query = params.text("query").unwrap_or_default();
    let mut body = object(&mut [("Query", Value::from(query.strip_prefix('\u{feff}').unwrap_or(query)))]);
    if let Some(timespan) = params.value("timespan") {
        body["Timespan"] = timespan.clone();
    }
    body
}

/// A list of whatever the query asked for.
const ROWS: Kind = Kind::List { of: &Kind::Any, min: 0, max: usize::MAX };

pub(super) static RUN_HUNTING_QUERY: Action = Action {
    name: "runHuntingQuery",
    title: "Run hunting query",
    summary: "Runs a query over the events of all Defender products, on Microsoft Graph.",
    category: "Hunting",
    effect: Effect::Read,
    roles: &[&["ThreatHunting.Read.All"]],
    budget: &budget::HUNTING,
    params: &Shape::of(&[
        QUERY,
        Field::optional("timespan", &WORDS, "How far back, in ISO 8601, for example P7D.").in_body("Timespan"),
    ]),
    result: &Kind::Open(&[
        Field::required("schema", &ROWS, "Name and type of each column."),
        Field::required("results", &ROWS, "The rows."),
    ]),
    docs: "https://learn.microsoft.com/en-us/graph/api/security-security-runhuntingquery",
    deprecated: None,
    run: Run::Route(Route::post("/v1.0/security/runHuntingQuery", Body::Made(body), Answer::Object).on_graph()),
};

pub(super) static RUN_ADVANCED_QUERY: Action = Action {
    name: "runAdvancedQuery",
    title: "Run advanced query",
    summary: "Runs a query over the events of machines, on Defender's own API.",
    category: "Hunting",
    effect: Effect::Read,
    roles: &[&["AdvancedQuery.Read.All"]],
    budget: &budget::HUNTING,
    params: &Shape::of(&[QUERY]),
    result: &Kind::Open(&[
        Field::required("Schema", &ROWS, "Name and type of each column."),
        Field::required("Results", &ROWS, "The rows."),
    ]),
    docs: "run-advanced-query-api",
    deprecated: Some("Microsoft retires it on 2027-02-01 (MC1220762): use `runHuntingQuery`."),
    run: Run::Route(Route::post("/api/advancedqueries/run", Body::Made(body), Answer::Object)),
};
