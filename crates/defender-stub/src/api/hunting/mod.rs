//! Advanced hunting in the API and in Graph: the same queries with two formats of request and
//! response.

mod query;
mod tables;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use self::tables::Answer;
use super::body::required;
use super::call::Call;
use super::roles::{HUNT, HUNT_AT_GRAPH};
use super::route::{Route, post};
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    post("/api/advancedqueries/run", HUNT, run).rate(45, 1500),
    post("/v1.0/security/runHuntingQuery", HUNT_AT_GRAPH, run_at_graph).at_graph().rate(45, 1500),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Query {
    query: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct GraphQuery {
    query: Option<String>,
    timespan: Option<String>,
}

/// `POST /api/advancedqueries/run`.
fn run(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let body: Query = call.body()?;
    let answer = answer(call, body.query)?;
    let stats = json!({
        "ExecutionTime": 0.01, "dataset_statistics": [{ "table_row_count": answer.rows.len() }]
    });
    let schema = schema(&answer, "Name", "Type");
    Ok(Reply::json(200, &json!({ "Stats": stats, "Schema": schema, "Results": results(answer) })))
}

/// `POST /v1.0/security/runHuntingQuery`. The timespan is validated but has no effect: all rows are
/// recent.
fn run_at_graph(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let body: GraphQuery = call.body()?;
    if let Some(timespan) = body.timespan.as_deref().filter(|timespan| !is_timespan(timespan)) {
        return Err(ApiError::new(
            400,
            "BadRequest",
            format!("Timespan '{timespan}' is not an ISO 8601 duration"),
        ));
    }
    let answer = answer(call, body.query)?;
    let context = call.url("/v1.0/$metadata#microsoft.graph.security.huntingQueryResults");
    let schema = schema(&answer, "name", "type");
    Ok(Reply::json(
        200,
        &json!({ "@odata.context": context, "schema": schema, "results": results(answer) }),
    ))
}

fn answer(call: &Call<'_>, query: Option<String>) -> Result<Answer, ApiError> {
    let query = required("Query", query)?;
    query::run(&query, call.state, call.now)
        .map_err(|complaint| ApiError::new(400, "BadRequest", complaint))
}

fn schema(answer: &Answer, name: &str, kind: &str) -> Vec<Value> {
    answer.columns.iter().map(|column| json!({ name: column.name, kind: column.kind })).collect()
}

fn results(answer: Answer) -> Vec<Value> {
    let columns = answer.columns;
    let row = |row: Vec<Value>| {
        let cells = columns.iter().zip(row).map(|(column, cell)| (column.name.clone(), cell));
        Value::Object(cells.collect::<Map<_, _>>())
    };
    answer.rows.into_iter().map(row).collect()
}

/// A duration such as `P7D`, or two times or durations with a slash between.
fn is_timespan(text: &str) -> bool {
    let is_part = |part: &str| {
        let mut bytes = part.bytes();
        bytes.next().is_some_and(|first| first == b'P' || first.is_ascii_digit())
            && bytes.len() > 0
            && part.is_ascii()
    };
    text.split('/').count() <= 2 && text.split('/').all(is_part)
}
